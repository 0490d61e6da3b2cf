"""Files that name months as people of other countries do."""
import datetime

from layout_cases import LAST, NAMES, SPRING, Case, rows, wave

MONTH_STARTS = [datetime.date(2014 + i // 12, i % 12 + 1, 1) for i in range(72)]
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FRENCH = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
FRENCH_SHORT = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
SPANISH = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre")
PORTUGUESE = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
ITALIAN = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember")
GERMAN_SHORT = ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
POLISH = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia")
RUSSIAN = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")


def days(name, names, form, next="2024-06-09", encoding="utf-8"):
    """Hundred days by a form of the day d, the name m of its month, the year y and the date t."""
    cells = [form(t.day, names[t.month - 1], t.year, t) for t in SPRING]
    return Case(name, rows("Fecha;Valor", zip(cells, map(wave, range(100))), ";").encode(encoding), {"data": LAST[100]}, 100, next=next)


def months(name, names, form, next="2020-01"):
    cells = [form(names[t.month - 1], t.year) for t in MONTH_STARTS]
    return Case(name, rows("Fecha;Valor", zip(cells, map(wave, range(72))), ";"), {"data": LAST[72]}, 72, next=next)


def across(name, names, form):
    header = [form(names[t.month - 1], t.year) for t in MONTH_STARTS]
    return Case(name, rows(";".join(["Produkt", *header]), [("A", *map(wave, range(72)))], ";"), {"A": LAST[72]}, 72, next="2020-01")


SETS = [(f"set-{i}", t, round(wave(k) + i, 1)) for i in range(1, 13) for k, t in enumerate(SPRING)]

CASES = [
    days("days in french", FRENCH, lambda d, m, y, t: f"{d} {m} {y}"),
    days("days in french of windows", FRENCH, lambda d, m, y, t: f"{d} {m} {y}", encoding="cp1252"),
    days("first days in french", FRENCH, lambda d, m, y, t: f"{WEEKDAYS[t.weekday()]} {d}{'er' if d == 1 else ''} {m} {y}"),
    days("short days in french", FRENCH_SHORT, lambda d, m, y, t: f"{d:02} {m} {y}"),
    days("days in spanish", SPANISH, lambda d, m, y, t: f"{d} de {m} de {y}"),
    days("short days in spanish", SPANISH, lambda d, m, y, t: f"{d:02}-{m[:3].upper()}-{y}"),
    days("days in german", GERMAN, lambda d, m, y, t: f"{d}. {m} {y}"),
    days("days in polish", POLISH, lambda d, m, y, t: f"{d} {m} {y}"),
    days("days in russian", RUSSIAN, lambda d, m, y, t: f"{d} {m} {y}"),
    days("days and clocks in german", GERMAN_SHORT, lambda d, m, y, t: f"{d:02}.{m}.{y} 00:00", next="2024-06-09T00:00:00"),
    months("months in french", FRENCH_SHORT, lambda m, y: f"{m} {y}"),
    months("months in french of spreadsheets", FRENCH_SHORT, lambda m, y: f"{m}-{y % 100}"),
    months("months in spanish", SPANISH, lambda m, y: f"{m.capitalize()} de {y}"),
    months("months in portuguese", PORTUGUESE, lambda m, y: f"{m}/{y % 100}"),
    months("months in italian", ITALIAN, lambda m, y: f"{m}-{y % 100}"),
    months("months in german", GERMAN_SHORT, lambda m, y: f"{m} {y}"),
    months("short months in english", NAMES, lambda m, y: f"{m}{'' if m == 'May' else '.'} {y}", next="Jan. 2020"),
    months("months of sas", NAMES, lambda m, y: f"{m.upper()}{y % 100}", next="JAN20"),
    Case("blanks that keep lines together", rows("Date,Value\u00a0", [(f"{t}\u00a0", f"\u00a0{wave(i)}\u202f") for i, t in enumerate(SPRING)]), {"data": LAST[100]}, 100),
    across("months across in french", FRENCH_SHORT, lambda m, y: f"{m} {y}"),
    across("months across in italian", ITALIAN, lambda m, y: f"{m}-{y % 100}"),
    # Sets are no Septembers.
    Case("sets by number", rows("name,day,value", SETS), {f"set-{i}": round(LAST[100] + i, 1) for i in range(1, 13)}, 100),
    Case("sets across", rows("day,set 1,set 2,set 3", [(t, wave(k), wave(k) + 1, wave(k) + 2) for k, t in enumerate(SPRING)]),
         {f"set {i}": round(LAST[100] + i - 1, 1) for i in (1, 2, 3)}, 100),
]
