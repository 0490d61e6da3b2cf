"""Times whose parts stand in columns of their own, or across a table, under the names that programs and offices give them; and files that look
like these and are refused, with the words that the refusal has to say."""
import datetime

from layout_cases import CLOCK, D, DAYS, LAST, NAMES, SPRING, Case, rows, wave

HOURS = [datetime.datetime(2024, 3, 18) + datetime.timedelta(hours=i) for i in range(72)]
QUARTERS = [datetime.datetime(2024, 3, 18) + datetime.timedelta(minutes=15 * i) for i in range(40)]
TWENTY = [datetime.date(2024, 3, 11) + datetime.timedelta(i) for i in range(20)]
AUTUMN = [datetime.datetime(2023, 10, 25) + datetime.timedelta(hours=i) for i in range(144)]
YEARS = range(2000, 2010)
MONTHS = [(2018 + i // 12, i % 12 + 1) for i in range(60)]


def of_year(header, words, start=2000, years=20):
    """Rows of a year and the words for its parts."""
    return rows(header, [(start + y, word, wave(len(words) * y + i)) for y in range(years) for i, word in enumerate(words)])


def across(first, words, lines):
    """A table: every line with its words across."""
    return rows(first + "," + ",".join(words), [(line, *(wave(len(words) * k + i) for i in range(len(words)))) for k, line in enumerate(lines)])


def local(column, mark):
    """Hours of Berlin around the change in autumn, with what `mark` says of summer (True) and winter."""
    told = []
    for t in AUTUMN:
        summer = t < datetime.datetime(2023, 10, 29, 1)
        told.append((f"{t + datetime.timedelta(hours=2 if summer else 1):%Y-%m-%d %H:%M}", mark[0] if summer else mark[1]))
    return rows(f"timestamp,{column},load", [(*row, wave(i)) for i, row in enumerate(told)])


def rare(column, words, other):
    """Days of one series, some of which were sent twice, with a flag."""
    return rows(f"date,reading,{column}", [(t, wave(i), words[i % 7 == 3] if len(words) > 1 else words[0]) for i, t in enumerate(SPRING)] + [(SPRING[60], 12.5, other)])


GERMAN = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember")
FRENCH = ("Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août", "Septembre", "Octobre", "Novembre", "Décembre")
SPANISH = ("Ene", "Feb", "Mar", "Abr", "May", "Jun", "Jul", "Ago", "Sep", "Oct", "Nov", "Dic")
PORTUGUESE = ("Jan", "Fev", "Mar", "Abr", "Mai", "Jun", "Jul", "Ago", "Set", "Out", "Nov", "Dez")
SPANS = ("Jan-Mar", "Apr-Jun", "Jul-Sep", "Oct-Dec")
THREES = ("DJF", "JFM", "FMA", "MAM", "AMJ", "MJJ", "JJA", "JAS", "ASO", "SON", "OND", "NDJ")
TWELVES = [f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}" for hour in range(24)]

ABROAD = [
    ("Rok", "Miesiąc", "Styczeń Luty Marzec Kwiecień Maj Czerwiec Lipiec Sierpień Wrzesień Październik Listopad Grudzień".split()),
    ("Rok", "Měsíc", "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec".split()),
    ("Yıl", "Ay", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split()),
    ("Vuosi", "Kuukausi", "Tammikuu Helmikuu Maaliskuu Huhtikuu Toukokuu Kesäkuu Heinäkuu Elokuu Syyskuu Lokakuu Marraskuu Joulukuu".split()),
    ("År", "Måned", "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.".split()),
    ("Год", "Месяц", "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь".split())]

FISCAL = [(2018 + i // 12, NAMES[(i + 3) % 12], wave(i)) for i in range(60)]
TWO_YEARS = [(f"{y}-{(y + 1) % 100:02}", m, v) for y, m, v in FISCAL]
SPLIT = [(year, *(v for y, _, v in TWO_YEARS if y == year)) for year in dict.fromkeys(y for y, _, _ in TWO_YEARS)]
FROM_APRIL = ",".join(m for _, m, _ in FISCAL[:12])

CASES = [
    # Years of two, whose months from January on are of the second one.
    Case("fiscal years down, months across", rows(f"Financial Year,{FROM_APRIL}", SPLIT), {"data": FISCAL[-1][2]}, 60, next="2023 Apr"),
    Case("fiscal years of regions down, months across", rows(f"Region,Year,{FROM_APRIL}", [(k, y.replace("-", "/"), *v) for k in "NS" for y, *v in SPLIT]), {"N": FISCAL[-1][2], "S": FISCAL[-1][2]}, 60, next="2023 Apr"),
    Case("fiscal years across, months down", rows("Month," + ",".join(y for y, *_ in SPLIT), [(FISCAL[m][1], *(v[m] for _, *v in SPLIT)) for m in range(12)]), {"data": FISCAL[-1][2]}, 60, next="2023 Apr"),
    Case("fiscal years and months", rows("Financial Year,Month,Sales", TWO_YEARS), {"data": FISCAL[-1][2]}, 60, next="2023 Apr"),
    Case("fiscal years and months, newest first", rows("FY,Month,Sales", TWO_YEARS[::-1]), {"data": FISCAL[-1][2]}, 60, next="2023 Apr"),
    Case("fiscal years down, quarters across", rows("Financial Year,Q1,Q2,Q3,Q4", [(y, *v[:4]) for y, *v in SPLIT]), {"data": SPLIT[-1][4]}, 20, next="2023-24 Q1"),
    Case("fiscal years and quarters", rows("Year,Quarter,v", [(y, f"Q{q}", v[q - 1]) for y, *v in SPLIT for q in range(1, 5)]), {"data": SPLIT[-1][4]}, 20, next="2023-24 Q1"),
    Case("quarters of fiscal years", rows("Period,v", [(f"FY{y} Q{q}", v[q - 1]) for y, *v in SPLIT for q in range(1, 5)]), {"data": SPLIT[-1][4]}, 20, next="FY2023-24 Q1"),
    Case("quarters of fiscal years across", rows("Region," + ",".join(f"{y} Q{q}" for y, *_ in SPLIT for q in range(1, 5)), [(k, *range(20)) for k in "NS"]), {"N": 19, "S": 19}, 20, next="2023-24 Q1"),
    # Opening hours across, and days down with months across.
    *(Case(f"hours {words[0]} to {words[-1]} across", rows("Date," + ",".join((*words, "Total")), [(t, *(wave(10 * d + h) for h in range(len(words))), 99) for d, t in enumerate(TWENTY)]), {"data": wave(190 + len(words) - 1)}, 20 * len(words), next=f"2024-03-31 {first}") for words, first in
      (([f"{h:02}:00" for h in range(8, 18)], "08:00"), ([f"{h % 12 or 12} {'AM' if h < 12 else 'PM'}" for h in range(9, 16)], "09:00"))),
    *(Case(f"days down, months {form} across", rows("Day," + ",".join(f"{datetime.date(2024, m, 1):{form}}" for m in range(1, 5)), [(d, *(d + m if d <= (31, 29, 31, 30)[m] else "" for m in range(4))) for d in range(1, 32)]), {"data": 33}, 121, next=next) for form, next in
      (("%b-%y", "1-May-24"), ("%Y-%m", "2024-05-1"), ("%m/%Y", "1/05/2024"), ("%B %Y", "1 May 2024"))),
    *(Case(f"hours {first}{word} to {first + 23}{word} across", rows("date," + ",".join(f"{h}{word}" for h in range(first, first + 24)), [(t, *(wave(10 * d + h) for h in range(24))) for d, t in enumerate(TWENTY)]), {"data": wave(213)}, 480) for first, word in
      ((1, "시"), (0, "时"), (0, "時"))),
    Case("months of Korea across", across("연도", [f"{m}월" for m in range(1, 13)], YEARS), {"data": wave(119)}, 120),
    *(Case(f"money in {unit}", rows("date,amount", [(t, f"{unit}{wave(i)}") for i, t in enumerate(TWENTY)]), {"data": wave(19)}, 20) for unit in ("₺", "₩", "NT$", "R ", "Rp ")),
    # Days that a program took for numbers.
    Case("days as numbers with decimals", rows("date,sku,qty", [(f"{t:%Y%m%d}.0", k, wave(i)) for i, t in enumerate(TWENTY) for k in "AB"]), {"A": wave(19), "B": wave(19)}, 20, next="20240331"),
    # The part of the year beside it.
    *(Case(f"quarters {words[0]} in {name}", of_year(f"Year,{name},Sales", words), {"data": LAST[80]}, 80, next="2020 Q1") for name, words in
      (("Qtr", ("Q1", "Q2", "Q3", "Q4")), ("Quarter", ("I", "II", "III", "IV")), ("Fiscal Quarter", SPANS), ("qtr", ("1st", "2nd", "3rd", "4th")), ("Trimestre", ("T1", "T2", "T3", "T4")), ("Fiscal_Qtr", (1, 2, 3, 4)))),
    *(Case(f"halves {words[0]} in {name}", of_year(f"Year,{name},Sales", words), {"data": LAST[40]}, 40, next="2020 H1") for name, words in
      (("Half", ("H1", "H2")), ("Semester", (1, 2)), ("Halbjahr", ("1. Halbjahr", "2. Halbjahr")))),
    *(Case(f"months in {names}", rows(f"{names},v", [(y, m, wave(i)) for i, (y, m) in enumerate(MONTHS)]), {"data": LAST[60]}, 60, next="2023 1") for names in
      ("year,mth", "calendar_year,calendar_month", "Year,Month Number", "Order Year,Order Month", "FiscalYear,FiscalMonth", "Anno,Mese", "Year,Period")),
    *(Case(f"months {words[0]} in {name}", of_year(f"Year,{name},v", words, years=5), {"data": LAST[60]}, 60, next=next) for name, words, next in
      (("month_name", NAMES, "2005 Jan"), ("Monat", GERMAN, "2005-01"), ("Mois", FRENCH, "2005-01"), ("Period", [f"P{m:02}" for m in range(1, 13)], "2005 1"))),
    *(Case(f"months {words[0]} in {month}", of_year(f"{year},{month},v", words, years=5), {"data": LAST[60]}, 60, next="2005-01") for year, month, words in ABROAD),
    *(Case(f"months {words[0]} across", across(year, words, YEARS), {"data": wave(119)}, 120, next="2010-01") for year, _, words in ABROAD),
    Case("quarters of regions", rows("Region,Year,Qtr,Sales", [(k, 2010 + q // 4, f"Q{q % 4 + 1}", wave(q) + j) for j, k in enumerate("EW") for q in range(40)]), {"E": LAST[40], "W": LAST[40] + 1}, 40, next="2020 Q1"),
    # The parts of the day.
    *(Case(f"hours in {name}", rows(f"{date},{name},load", [(f"{t:%Y-%m-%d}", t.hour, wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[72]}, 72, next="2024-03-21 0") for date, name in
      (("Date", "HOUR_BEGINNING"), ("Data", "Ora"), ("Date", "Godzina"), ("Delivery Date", "Delivery Hour"))),
    *(Case(f"half hours in {name}", rows(f"Date,{name},kWh", [(t, s + 1, wave(48 * d + s)) for d, t in enumerate(TWENTY[:5]) for s in range(48)]), {"data": LAST[240]}, 240, next="2024-03-16 00:00") for name in ("hh", "Trading Period")),
    *(Case(f"times of day on the day zero of {name}", rows("Datum,Zeit,v", [(day.format(t=t), clock.format(t=t, h=t.hour), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[72]}, 72, next=next) for name, day, clock, next in
      (("Access", "{t:%Y-%m-%d} 00:00:00", "1899-12-30 {t:%H:%M:%S}", "2024-03-21 00:00:00"), ("Access, US", "{t:%m/%d/%Y} 0:00:00", "12/30/1899 {h}:00:00", "03/21/2024 0:00:00"),
       ("Access, German", "{t:%d.%m.%Y} 00:00:00", "30.12.1899 {t:%H:%M:%S}", "21.03.2024 00:00:00"), ("SQL Server", "{t:%Y-%m-%d}", "1900-01-01 {t:%H:%M:%S}", "2024-03-21 00:00:00"))),
    Case("hours and minutes", rows("Date,Hour,Minute,kWh", [(t, m // 60, m % 60, wave(1440 * d + m)) for d, t in enumerate(TWENTY[:2]) for m in range(0, 1440, 5)]), {"data": wave(1440 + 1435)}, 576, next="2024-03-13 00:00"),
    *(Case(f"ten minutes called {name}", rows(f"year,month,day,hour,{name},{values}", [(2024, 3, 1 + m // 1440, m // 60 % 24, m % 60, wave(m), *([wave(m + 1)] if "," in values else [])) for m in range(first, 4320, 10)]),
           {"data": wave(4310 + first)} if "," not in values else {"temp": wave(4310 + first), "wind": wave(4311 + first)}, 432, next=f"2024 3 4 0 {first}") for name, values, first in
      (("mn", "value", 0), ("minuut", "kWh", 0), ("tm", "temp,wind", 4), ("Mn", "temp", 0))),
    Case("ten minutes of stations called m", rows("station,date,hour,m,temp", [(s, f"2024-03-{1 + m // 1440:02}", m // 60 % 24, m % 60, wave(m)) for m in range(0, 4320, 10) for s in "AB"]),
         {"A": wave(4310), "B": wave(4310)}, 432, next="2024-03-04 00:00"),
    Case("seconds beside minutes", rows("Year,Month,Day,Hour,Minute,Second,hPa", [(2024, 3, 1, s // 3600, s // 60 % 60, s % 60, wave(s)) for s in range(0, 7200, 10)]), {"data": wave(7190)}, 720, next="2024 3 1 02:00:00"),
    Case("half seconds", rows("Year,Month,Day,Hour,Minute,Second,hPa", [(2024, 3, 1, 0, s // 120, s % 120 / 2, wave(s)) for s in range(720)]), {"data": wave(719)}, 720, next="2024 3 1 00:06:00.0"),
    Case("manganese beside hours", rows("year,month,day,hour,Mn,Fe", [(t.year, t.month, t.day, t.hour, i * 37 % 60, wave(i)) for i, t in enumerate(HOURS)]), {"Mn": 71 * 37 % 60, "Fe": LAST[72]}, 72, next="2024 3 21 0"),
    Case("days, hours and minutes without names", "".join(f"2024-03-{1 + m // 1440:02},{m // 60 % 24},{m % 60},{wave(m)}\n" for m in range(0, 4320, 10)), {"data": wave(4310)}, 432, next="2024-03-04 00:00"),
    Case("minutes without names", "".join(f"2024,3,{1 + m // 1440},{m // 60 % 24},{m % 60},{wave(m)}\n" for m in range(0, 4320, 10)), {"data": wave(4310)}, 432, next="2024 3 4 0 0"),
    Case("quarters of an hour of stores", rows("Store,Date,Hour,Minute,Sales", [(k, TWENTY[0] + datetime.timedelta(q // 96), q % 96 // 4, q % 4 * 15, wave(q) + j) for j, k in enumerate("EW") for q in range(480)]),
         {"E": wave(479), "W": round(wave(479) + 1, 1)}, 480, next="2024-03-16 00:00"),
    Case("the least beside the greatest", rows("Date,Hour,min,max", [(f"{t:%Y-%m-%d}", t.hour, i % 7, i % 7 + 9) for i, t in enumerate(HOURS)]), {"min": 71 % 7, "max": 71 % 7 + 9}, 72, next="2024-03-21 0"),
    Case("hours of the days of a year", rows("year,doy,hour,Q", [(2023, h // 24 + 1, h % 24, wave(h)) for h in range(240)]), {"data": LAST[240]}, 240, next="2023-011 00:00"),
    # Times from one clock to another.
    *(Case(f"{form.format(b='00:00', e='00:15')}", rows("Zeit,kWh", [(form.format(b=f"{t:%H:%M}", e=f"{t + datetime.timedelta(minutes=15):%H:%M}"), wave(i)) for i, t in enumerate(QUARTERS)]), {"data": LAST[40]}, 40, next=f"{form[:10]} 10:00") for form in
      ("2024-03-18 {b}-{e}", "18.03.2024 {b}-{e}", "18.03.2024 {b} - {e}", "18.03.2024 {b}\u2013{e}", "2024-03-18 {b} to {e}", "18.03.2024 {b} bis {e}", "18.03.2024 {b}-18.03.2024 {e}")),
    Case("midnight without its clock", rows("time,v", [(f"{t:%Y-%m-%d %H:%M:%S}" if t.hour else t.date(), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[72]}, 72),
    # More months than a guess looks at, and years after the thirty-first.
    Case("many months", rows("month,v", [(f"{1990 + i // 12}-{i % 12 + 1:02}", wave(i)) for i in range(300)]), {"data": LAST[300]}, 300, next="2015-01"),
    Case("months of the last century", rows("Month,v", [(f"{NAMES[i % 12]}-{(90 + i // 12) % 100:02}", wave(i)) for i in range(300)]), {"data": LAST[300]}, 300, next="Jan-15"),
    # Numbers of rows that stand in another order, have gaps, or other names.
    *(Case(f"row numbers {name or 'without a name'}, the last first", rows(f"{name},date,sales", [(i, t, wave(i)) for i, t in enumerate(SPRING)][::-1]), {"data": LAST[100]}, 100, unused=(name or "#1",)) for name in ("", "index", "instant", "X", "S.No.")),
    *(Case(f"row numbers {name} with gaps", rows(f"{name},date,a,b", [(3 * i + i % 2, t, wave(i), i % 5) for i, t in enumerate(SPRING)]), {"a": LAST[100], "b": 4.0}, 100, unused=(name,)) for name in ("No", "obs", "Sr. No.")),
    Case("row numbers with gaps, the last first", rows("index,date,sales", [(3 * i + i % 2, t, wave(i)) for i, t in enumerate(SPRING)][::-1]), {"data": LAST[100]}, 100, unused=("index",)),
    Case("rows that are the values", rows("date,obs", [(t, i) for i, t in enumerate(SPRING)]), {"data": 99.0}, 100),
    # Years of one target, months of another.
    Case("years and months of keys", rows("key,FREQ,TIME_PERIOD,v", [("E", "A", y, wave(i)) for i, y in enumerate(range(2000, 2024))] + [("E", "M", f"{y}-{m:02}", wave(12 * i + m - 1)) for i, y in enumerate((2010, 2011)) for m in range(1, 13)]),
         {"E/A": LAST[24], "E/M": LAST[24]}, 24, flags=("--target-column", "key,FREQ")),
    # The zone of a time.
    *(Case(f"offsets {mark[0]} in {name}", local(name, mark), {"data": LAST[144]}, 144, next="2023-10-31 01:00 +01:00") for name, mark in
      (("utc_offset", (2, 1)), ("UTC Offset", ("+02:00", "+01:00")), ("tz_offset", ("+0200", "+0100")))),
    Case("offsets of hours with gaps", "".join(line for i, line in enumerate(local("tz_offset", ("+02:00", "+01:00")).splitlines(True)) if i % 8 != 5), {"data": LAST[144]}, 144, next="2023-10-31 01:00 +01:00"),
    Case("zones in German", local("Zeitzone", ("MESZ", "MEZ")), {"data": LAST[144]}, 144, next="2023-10-31 01:00 +0100"),
    # Tables.
    *(Case(f"months {words[0]} across", across("Year", words, YEARS), {"data": LAST[120]}, 120, next=next) for words, next in
      (*((names, "2010-01") for names in (GERMAN, FRENCH, SPANISH, PORTUGUESE)),
       *(([f"{word}{m}" for m in range(1, 13)], "2010 1") for word in ("M", "m_", "Month ")))),
    *(Case(f"months {words[0]} across, said", across("Year", words, YEARS), {"data": LAST[120]}, 120, flags=("--layout", "table"), next="2010 1") for words in
      ([str(m) for m in range(1, 13)], [f"{m:02}" for m in range(1, 13)], [f"P{m}" for m in range(1, 13)])),
    Case("months and quarters across", across("Year", [w for q in range(4) for w in (*NAMES[3 * q:3 * q + 3], f"Q{q + 1}")], YEARS), {"data": wave(16 * 9 + 14)}, 120, unused=("Q1", "Q4"), next="2010 Jan"),
    *(Case(f"quarters {words[0]} across", across("Year", words, range(2000, 2020)), {"data": LAST[80]}, 80, flags=flags, next="2020 Q1") for words, flags in
      ((("1st quarter", "2nd quarter", "3rd quarter", "4th quarter"), ()), (SPANS, ()), (("JFM", "AMJ", "JAS", "OND"), ()), (("I", "II", "III", "IV"), ("--layout", "table")), (("T1", "T2", "T3", "T4"), ("--layout", "table")))),
    *(Case(f"hours {words[0]} across", across("Date", words, TWENTY), {"data": LAST[480]}, 480, flags=flags, next=next) for words, flags, next in
      (([f"{h:02}:00-{h + 1:02}:00" for h in range(24)], (), "2024-03-31 00:00"), ([f"{h:02}-{h + 1:02}" for h in range(24)], (), "2024-03-31 00:00"), ([f"{h:02}h" for h in range(24)], (), "2024-03-31 00:00"),
       (TWELVES, (), "2024-03-31 00:00"), ([f"{h:02}00" for h in range(1, 25)], (), "2024-03-31 01:00"), ([f"{h % 24:02}:00" for h in range(1, 25)], (), "2024-03-31 01:00"),
       ([str(h) for h in range(24)], ("--layout", "table"), "2024-03-31 00:00"), ([str(h) for h in range(1, 25)], ("--layout", "table"), "2024-03-31 01:00"))),
    Case("half hours to midnight across", across("Date", [f"{m // 60 % 24:02}:{m % 60:02}" for m in range(30, 1441, 30)], TWENTY), {"data": wave(959)}, 960, next="2024-03-31 00:30"),
    Case("half hours of a meter across", across("Date", [f"HH{h}" for h in range(1, 49)], TWENTY), {"data": wave(959)}, 960, next="2024-03-31 00:00"),
    *(Case(f"{words[0]} to {words[-1]} that are no parts of a year", across("Year", words, range(2000, 2020)), {word: wave(len(words) * 19 + i) for i, word in enumerate(words)}, 20, next="2020") for words in
      (("T1", "T2", "T3", "T4", "T5"), ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6"), ("S1", "S2", "S3"))),
    Case("years across a day of files", across("date", [str(y) for y in range(2000, 2024)], DAYS), {str(2000 + i): wave(24 * (D - 1) + i) for i in range(24)}, D, next="2024-01-25"),
    Case("months in German down, years across", rows("Monat;2019;2020;2021", [(name, *(wave(12 * y + m) for y in range(3))) for m, name in enumerate(("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"))], ";"), {"data": wave(35)}, 36, next="2022-01"),
    *(Case(f"{first} to 2400 under {name}", rows(f"Date,{name},v", [(t.date(), f"{100 * t.hour + 100:{form}}", wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72) for name in ("Time", "HHMM") for first, form in (("0100", "04"), ("100", ""))),
    # The name of the column says which of two readings it is.
    *(Case(f"twelve weeks in {name}", rows(f"{name},v", [(202400 + w, wave(w - 1)) for w in range(1, 13)]), {"data": LAST[12]}, 12, next="202413") for name in ("week", "YearWeek")),
    # Times that are marked as provisional, and years behind a word.
    *(Case(f"newest first, {name}", rows("Quarter,v", [(mark.format(q), wave(i)) if i < 4 else (q, wave(i)) for i, q in enumerate([f"{2023 - k // 4} Q{4 - k % 4}" for k in range(30)])]), {"data": wave(0)}, 30, next="2024 Q1")
      for name, mark in (("provisional", "{} (p)"), ("starred", "{}*"))),
    *(Case(f"years behind {word}", rows("Item," + ",".join(f"{word}{y}" for y in YEARS), [(k, *(wave(i) + j for i in range(10))) for j, k in enumerate("AB")]), {"A": wave(9), "B": round(wave(9) + 1, 1)}, 10, flags=("--layout", "rows"), next="2010")
      for word in ("pop", "YR", "y_", "Sales ")),
    # Two years, or two days, across.
    *(Case(f"two years of {first}", rows(f"{first},2022,2023", [(w, wave(i), wave(i + len(words))) for i, w in enumerate(words)]), {"data": wave(2 * len(words) - 1)}, 2 * len(words), next=next) for first, words, next in
      (("Month", NAMES, "2024 Jan"), ("Monat", GERMAN, "2024-01"), ("month", range(1, 13), "2024 1"), ("Quarter", ("Q1", "Q2", "Q3", "Q4"), "2024 Q1"))),
    Case("two days of hours", rows("Hour,2024-03-01,2024-03-02", [(h, wave(h), wave(h + 24)) for h in range(24)]), {"data": wave(47)}, 48, next="2024-03-03 0"),
    *(Case(f"the hour of a night that has it twice, {word}", rows("Date," + ",".join(f"{word}{h}" for h in range(1, 26)), [(t, *(wave(24 * k + h) for h in range(24)), 5 if k == 7 else "") for k, t in enumerate(TWENTY)]), {"data": wave(479)}, 480,
            flags=flags, unused=(f"{word}25",), next="2024-03-31 01:00") for word, flags in (("H", ()), ("Hour ", ()), ("", ("--layout", "table")))),
    # Latin-1, also where months and currencies are not ASCII.
    Case("months across, Latin-1", across("Jahr", GERMAN, YEARS).encode("cp1252"), {"data": wave(119)}, 120, next="2010-01"),
    Case("years across, Latin-1", rows("Monat;" + ";".join(map(str, YEARS)), [(m, *(wave(12 * y + i) for y in range(10))) for i, m in enumerate(GERMAN)], ";").encode("cp1252"), {"data": wave(119)}, 120, next="2010-01"),
    Case("months below, Latin-1", rows("Jahr;Monat;v", [(y, m, wave(12 * k + i)) for k, y in enumerate(YEARS) for i, m in enumerate(GERMAN)], ";").encode("cp1252"), {"data": wave(119)}, 120, next="2010-01"),
    Case("pounds, Latin-1", rows("date,v", [(t, f"£{i}.50") for i, t in enumerate(DAYS)]).encode("cp1252"), {"data": D - .5}, D),
    Case("en dashes, Latin-1", rows("date,v", [(t, f"–{i}.50") for i, t in enumerate(DAYS)]).encode("cp1252"), {"data": .5 - D}, D),
    # What most rows have is a flag.
    *(Case(f"a flag of {name}", rows(f"time,{name},temp", [(t, "bad" if (i * i) % 23 == 3 else "good", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[72]}, 72) for name in ("quality", "Zustand")),
    # The last row is of a period that is not over yet.
    *(Case(f"{name} and a part of one", rows("time,v", [(t, wave(i)) for i, t in enumerate([*times, last])]), {"data": wave(len(times))}, len(times) + 1, next=next) for name, times, last, next in
      (("firsts of months", [f"{y}-{m:02}-01" for y, m in MONTHS], "2023-01-19", "2023-02-01"), ("ends of quarters", [f"{y}-{d}" for y in YEARS for d in ("03-31", "06-30", "09-30", "12-31")], "2010-01-31", "2010-06-30"),
       ("ends of years", [f"{y}-12-31" for y in YEARS], "2010-05-31", "2011-12-31"), ("Fridays", [datetime.date(2023, 1, 6) + datetime.timedelta(7 * i) for i in range(30)], "2023-07-31", "2023-08-11"),
       ("Mondays", [datetime.date(2023, 1, 2) + datetime.timedelta(7 * i) for i in range(30)], "2023-08-03", "2023-08-07"), ("midnights", [f"{t}T00:00:00Z" for t in TWENTY], "2024-03-31T18:40:12Z", "2024-04-01T00:00:00Z"),
       ("hours", [f"{t:%Y-%m-%d %H:%M}" for t in HOURS], "2024-03-21 00:47", "2024-03-21 01:00"))),
    *(Case(f"{name} and a part of the last one", rows("time,v", [(t, wave(i)) for i, t in enumerate([*times, last])]), {"data": wave(len(times))}, len(times), next=next) for name, times, last, next in
      (("firsts of months", [f"{y}-{m:02}-01" for y, m in MONTHS], "2022-12-19", "2023-01-01"), ("midnights", [f"{t}T00:00:00Z" for t in TWENTY], "2024-03-30T18:40:12Z", "2024-03-31T00:00:00Z"))),
    # Months as East Asia writes them, and days as Finland names them.
    *(Case(f"{name} beside years", rows(header, [(year.format(y), month.format(m), wave(i)) for i, (y, m) in enumerate(MONTHS)]), {"data": LAST[60]}, 60, next="2023 1") for name, header, year, month in
      (("Chinese months", "年份,月份,销售额", "{}", "{}月"), ("Japanese months", "年,月,売上高", "{}年", "{}月"), ("Korean months", "연도,월,매출", "{}년", "{}월"), ("numbers", "年份,月份,销售额", "{}", "{}"))),
    Case("Finnish days and hours", rows("Vuosi,Kk,Pv,Klo,Lämpötila", [(t.year, t.month, t.day, f"{t:%H:%M}", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[72]}, 72, next="2024 3 21 00:00"),
    Case("twelve months", rows("month,v", [(202400 + m, wave(m - 1)) for m in range(1, 13)]), {"data": LAST[12]}, 12, next="202501"),
]

MARKS = ("Observed", "Consuntivo", "Real", "Realisatie", "Realizado", "Wykonanie", "Utfall", "Gerçekleşen", "Факт", "実績", "实际", "Ist", "Estimates", "Historical", "")
TO_COME = ("Forecast", "Budget", "Presupuesto", "Begroting", "Orçado", "Plan", "Budget", "Bütçe", "План", "予算", "预算", "Hochrechnung", "Medium variant", "STEO forecast", "projected")
GROUPS = [("Credit", "Debit"), ("Avere", "Dare"), ("Crédito", "Débito"), ("Alacak", "Borç"), ("Приход", "Расход")]

# What tells the rows of one time apart, or stands across, and may be more than one thing: name, text, what the refusal says.
REFUSED = [
    # A part of the time that is none that is read.
    *((f"{name} {words[0]} beside a year", of_year(f"Year,{name},Sales", words, years=9), (name, "part of the time", "--target-column")) for name, words in
      (("Period", range(1, 14)), ("Period", [f"P{p:02}" for p in range(1, 14)]), ("Week", range(53)), ("Season", ("Winter", "Spring", "Summer", "Autumn")), ("code", ("Q1", "Q2", "Q3", "Q4")), ("k", range(1, 13)), ("x", NAMES))),
    ("weeks of a month", rows("Year,Month,Week of Month,Sales", [(y, m, w, wave(i)) for i, (y, m) in enumerate(MONTHS) for w in (1, 2, 3, 4)]), ("Week of Month", "part of the time")),
    ("slots of a day", rows("Date,k,kWh", [(t, s, wave(s)) for t in TWENTY for s in range(24)]), ("'k'", "part of the time", "--target-column k")),
    ("weeks from 0 of regions", rows("Region,Year,Week,v", [(k, y, w, wave(w)) for k in "EW" for y in (2021, 2022) for w in range(53)]), ("Week", "--target-column Region,Week")),
    # The ids of others stand inside, or some of the parts are missing.
    *((f"{first} {part} with {inner} inside", rows(f"{first},{part},{inner},v", [(t, p, k, wave(i)) for t in times for i, p in enumerate(parts) for k in "AB"]), (f"'{part}'", "part of the time", f"--time-column {first},{part}"))
      for first, part, inner, times, parts in (("date", "k", "zone", TWENTY, range(24)), ("year", "k", "store", YEARS, NAMES), ("year", "p", "region", YEARS, ("Q1", "Q2", "Q3", "Q4")), ("year", "x", "store", YEARS, range(1, 53)),
                                               ("date", "z", "zone", TWENTY, range(1, 97)), ("date", "t", "zone", TWENTY, range(0, 2400, 100)))),
    ("hours of a day that are not all there", rows("date,t,v", [(d, h, wave(h)) for k, d in enumerate(TWENTY) for h in range(24) if (7 * k + h) % 41]), ("'t'", "part of the time", "--time-column date,t")),
    ("hours that a shop is open", rows("date,t,v", [(d, h, wave(h)) for d in TWENTY for h in range(8, 21)]), ("'t'", "part of the time")),
    # Parts with a total among them, and those that have no twelve.
    *((f"{name}, {words[-1]}", of_year(f"{year},{name},v", words, years=9), (f"'{name}'", "part of the time", f"{year},{name}")) for year, name, words in
      (("Année", "Mois", (*FRENCH, "Total")), ("Year", "Month", ("Total", *NAMES)), ("Año", "Trimestre", ("T1", "T2", "T3", "T4", "Total")), ("Year", "Season", ("Winter", "Spring", "Summer", "Autumn", "Annual")),
       ("Year", "Dekad", range(1, 37)), ("Year", "Fortnight", range(1, 27)), ("Año", "Bimestre", range(1, 7)), ("Año", "Cuatrimestre", range(1, 4)), ("Anno", "Quadrimestre", ("I", "II", "III")), ("Year", "Term", ("Spring", "Summer", "Autumn")), ("年份", "季度", ("第一季度", "第二季度", "第三季度", "第四季度")))),
    *((f"{name} of months", rows(f"Year,Month,{name},v", [(y, m, w, wave(i)) for i, (y, m) in enumerate(MONTHS) for w in words]), (f"'{name}'", "part of the time")) for name, words in
      (("Dekad", (1, 2, 3)), ("Half", ("1-15", "16-31")), ("Pentad", range(1, 7)))),
    *((f"{name} of days", rows(f"Date,{name},v", [(t, w, wave(i)) for t in TWENTY for i, w in enumerate(words)]), (f"'{name}'", "part of the time")) for name, words in
      (("EFA Block", range(1, 7)), ("Hour Block", ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")))),
    # Rows that were not observed, and sums that go in and out.
    *((f"{past or 'nothing'} and {to_come}", rows("Month,kind,v", [(f"{y}-{m:02}", to_come if i >= 48 else past, wave(i)) for i, (y, m) in enumerate(MONTHS)]), ("'kind'", to_come, "observed", "--ignore kind")) for past, to_come in zip(MARKS, TO_COME)),
    *((f"a {name} of two", rows(f"Time,{name},v", [(y, "Medium" if y > 2006 else "Estimates", wave(y)) for y in YEARS]), (f"'{name}'", "observed")) for name in ("Variant", "Scenario")),
    *((f"{one} and {other}", rows("Date,kind,v", [(t, (one, other)[i % 3 == 1], wave(i)) for i, t in enumerate(SPRING)]), (one, other, "no sign")) for one, other in GROUPS),
    # A letter behind a few values, which would be the only ones of their size.
    *((f"{letter} behind a few", rows("month,v", [(f"{y}-{m:02}", f"{wave(i)} {letter}" if i in (20, 40) else wave(i)) for i, (y, m) in enumerate(MONTHS)]), ("2 values of 1 target", "multiplied", "--max-repaired 100%")) for letter in "BMT"),
    # Events of equal size.
    ("orders of one piece", rows("order_id,date,qty", [(1000 + i, TWENTY[i // 5], 1) for i in range(100)]), ("80 of 100 rows repeat", "'order_id'", "--aggregate sum or count")),
    ("sales at one price", rows("date,product,price", [(d, k, p) for d in TWENTY for k, p in (("tea", 3.5), ("mocha", 4.5)) for _ in range(3)]), ("80 of 120 rows repeat", "--aggregate sum or count", "--max-repaired 67%")),
    # One row that is none of the others' kind does not change what these are.
    *((f"{total} below {words[0]} to {words[-1]}", across(first, [str(y) for y in YEARS], [*words, total]), (f":{len(words) + 2}:1: not a time", "--max-bad-rows 1")) for first, words, total in
      (("Month", NAMES, "Total"), ("Month", NAMES, "Average"), ("Quarter", ("Q1", "Q2", "Q3", "Q4"), "Year"), ("Week", [f"Week {w}" for w in range(1, 53)], "Total"))),
    *((f"hour 25 of day {day}", rows("Date,Hour,v", [(t, h, wave(h)) for t in TWENTY for h in range(1, 25 + (t == TWENTY[day]))]), (" 25", "--max-bad-rows 1")) for day in (2, 19)),
    # Totals of longer periods between the others.
    ("the total of each year below its months", rows("Month,v", [row for y in YEARS for row in (*((f"{y}-{m:02}", wave(m)) for m in range(1, 13)), (y, 120))]), (":14:1: a longer period", "--max-bad-rows 10")),
    ("the total of each month below its days", rows("Date,v", [row for t in SPRING for row in ((t, wave(t.day)), *([(f"{t:%Y-%m}", 400)] if (t + datetime.timedelta(1)).day == 1 else []))]), (": a longer period", "'2024-03'", "--max-bad-rows 3")),
    ("the total of each day below its hours", rows("time,v", [row for i, t in enumerate(HOURS) for row in ((f"{t:%Y-%m-%d %H:%M}", wave(i)), *([(t.date(), 400)] if t.hour == 23 else []))]), (":26:1: a longer period", "--max-bad-rows 3")),
    ("years and months of one key", rows("key,FREQ,TIME_PERIOD,v", [(k, "A", y, 120) for k in "EW" for y in YEARS] + [(k, "M", f"{y}-{m:02}", wave(m)) for k in "EW" for y in YEARS for m in range(1, 13)]), (": a longer period", "--target-column key,FREQ")),
    # What tells a few rows apart.
    *((f"{name} of rows sent twice", rare(name, words, other), (name, "not certain", "--ignore")) for name, words, other in
      (("status", ("final",), "revised"), ("quality", ("A", "B"), "C"), ("flag", (0,), 1), ("is_holiday", (0, 1), 7))),
    ("summer time as a flag", local("dst", ("Y", "N")), ("dst", "not certain", "--timezone")),
    # Columns across.
    *((f"{words[0]} to {words[-1]} across", across(first, words, lines), ("may be", "--layout table", "--layout wide")) for first, words, lines in
      (("Year", [str(m) for m in range(1, 13)], YEARS), ("Year", ("I", "II", "III", "IV"), YEARS), ("Year", ("T1", "T2", "T3", "T4"), YEARS), ("Year", ("H1", "H2"), YEARS), ("Date", [str(h) for h in range(24)], TWENTY),
       ("Date", [str(h) for h in range(1, 49)], TWENTY), ("Date", [f"Interval {h}" for h in range(1, 25)], TWENTY), ("Date", [str(h) for h in range(96)], TWENTY))),
    *((f"a year of months from {words[0]} on", across("Year", words, YEARS), ("begin with", "--layout wide")) for words in (NAMES[9:] + NAMES[:9], NAMES[3:] + NAMES[:3])),
    ("some months across", across("Year", NAMES[:6], YEARS), ("months", "--layout wide")),
    ("seasons across", across("Year", ("Winter", "Spring", "Summer", "Autumn"), YEARS), ("seasons", "--layout wide")),
    ("three months across", across("Year", THREES, YEARS), ("three months", "--layout wide")),
    ("days of the week across", across("Week", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), DAYS[::7]), ("days of the week", "--layout wide")),
    *((f"days of the week across, and their {total}", across("Week", (*names, total), DAYS[::7]), ("days of the week", "--layout wide"))
      for names, total in ((("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "Total"), (("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"), "Summe"))),
    *((f"{word}1 to {word}{n} across", across("Date", [f"{word}{h}" for h in range(1, n + 1)], TWENTY), ("may be", "--layout table", "--layout wide"))
      for word, n in (("Value", 24), ("Val", 96), ("V", 24), ("E", 48), ("Q", 96), ("Ora", 24))),
    ("96 values of a meter", rows("EAN,Date," + ",".join(f"Value {h}" for h in range(1, 97)), [("m1", t, *(wave(h) for h in range(96))) for t in TWENTY]), ("may be", "--layout table")),
    *((f"hours as {form(0)}", rows("date,x,v", [(t, form(h), wave(h)) for t in TWENTY for h in range(24)]), ("part of the time", "--time-column date,x")) for form in
      (lambda h: f"{h}-{h + 1}", lambda h: f"{h}-{h + 1} Uhr", lambda h: f"{h}h à {h + 1}h", lambda h: f"{h:02}.00-{h + 1:02}.00", lambda h: f"{h:02}_{h + 1:02}",
       lambda h: f"{h}時〜{h + 1}時", lambda h: f"{h:02}-{h + 1:02}h", lambda h: f"{h % 12 or 12}{'ap'[h > 11]}m-{(h + 1) % 12 or 12}{'ap'[(h + 1) % 24 > 11]}m")),
    ("days down and months across", rows("Year,Day," + ",".join(NAMES), [(y, d, *(wave(m) for m in range(12))) for y in YEARS[:2] for d in range(1, 32)]), ("holds days", "--target-column Day")),
    ("days of a year down and years across", rows("Date,2021,2022,2023", [(f"{d:%m/%d}", 1, 2, 3) for d in (datetime.date(2023, 1, 1) + datetime.timedelta(i) for i in range(60))]), ("holds days", "--target-column Date")),
    *((f"days across of {month}", rows("Month," + ",".join(str(d) for d in range(1, 32)), [(month.format(y=2018 + i // 12, m=i % 12 + 1), *(wave(d) for d in range(31))) for i in range(24)]), ("are of the months", "--layout wide"))
      for month in ("{y}-{m:02}-01", "{y}M{m:02}")),
    ("Roman months across", across("Year", ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"), YEARS), ("may be its months", "--layout table", "--layout wide")),
    # Parts of a time under names that do not say so, whichever row comes first.
    *((f"{name}, {order} first", rows(header, table if order == "oldest" else table[::-1]), ("part of the time",)) for order in ("oldest", "newest") for name, header, table in
      (("months in Label", "Year,Label,v", [(y, m, wave(i)) for y in YEARS for i, m in enumerate(("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"))]),
       ("coded months", "time,code,v", [(y, f"MONAT{m:02}", wave(m)) for y in YEARS for m in range(1, 13)]),
       ("three months", "YR,SEAS,v", [(y, m, wave(i)) for y in YEARS for i, m in enumerate(("DJF",) + THREES[1:])]),
       ("half hours in SP", "Date,SP,v", [(d, p, wave(p)) for d in TWENTY for p in range(1, 49)]))),
    # Numbers that are written as others are.
    *((f"quarters as {cell}", rows("Quarter,v", [(cell.format(y=2018 + q // 4, q=q % 4 + 1), wave(q)) for q in range(9)]), ("quarters", f"--time-format '{form}'")) for cell, form in
      (("{y}-{q}", "%Y-%q"), ("{q}/{y}", "%q/%Y"), ("{y}0{q}", "%Y0%q"))),
    ("periods of a ledger", rows("Fiscal year/period,v", [(f"{2022 + p // 12}{p % 12 + 1:03}", wave(p)) for p in range(24)]), ("periods of a ledger", "%Y0%m", "%Y%j")),
    # A value above the first time that is read.
    ("years of two quantities", rows("Item," + ",".join(f"{k} {y}" for y in YEARS for k in ("Sales", "Units")), [(k, *range(20)) for k in "AB"]), ("no time column", "--layout rows")),
    ("newest first, a word", rows("date,v", [("Latest", 5), *((t, wave(i)) for i, t in enumerate(TWENTY[::-1]))]), (":2:1: not a time", "Latest")),
    # Years that do not begin in January.
    *((f"fiscal years, {name}", rows(f"{header},v", table), ("goes on from December to January", "--time-column"))
      for name, header, table in (("oldest first", "Year,Month", FISCAL), ("newest first", "Year,Month", FISCAL[::-1]), ("one year", "Year,Month", FISCAL[:12]),
                                  ("numbers", "Year,Month", [(y, NAMES.index(m) + 1, v) for y, m, v in FISCAL]),
                                  ("of shops", "Shop,Year,Month", [(shop, *row) for row in FISCAL for shop in "ABC"]),
                                  ("German", "Jahr,Monat", [(y, GERMAN[NAMES.index(m)], v) for y, m, v in FISCAL]))),
    ("years of two from January on", rows("Year," + ",".join(NAMES), SPLIT), ("of two years", "--layout wide")),
    ("fiscal years called by one year, months across", rows(f"FY,{FROM_APRIL}", [(f"FY{y[:4]}", *v) for y, *v in SPLIT]), ("begin with 'Apr'", "--layout wide")),
    ("fiscal years called by one year, and months", rows("FY,Month,v", [(f"FY{y[2:4]}", m, v) for y, m, v in TWO_YEARS]), ("holds fiscal years", "write that year")),
    ("fiscal years and periods", rows("FY,Period,v", [(y, f"P{NAMES.index(m) + 1:02}", v) for y, m, v in TWO_YEARS]), ("holds fiscal years", "write that year")),
    ("fiscal years in the order of months", rows("Fiscal Year,Month,v", sorted(FISCAL, key=lambda row: NAMES.index(row[1]))), ("is called a fiscal year", "--time-column")),
    # Days of a year that nobody wrote.
    ("days of January", rows("Date,Rev", [(f"Jan-{d:02}", wave(d)) for d in range(1, 32)]), ("Jan-01", "year", "--time-format")),
    # Several tables.
    ("pairs of times and values", rows("A date,A px,B date,B px", [(t, wave(i), DAYS[(i + 3) % D], wave(i) + 100) for i, t in enumerate(DAYS)]), ("'A date', 'B date'", "--value-column")),
    ("pairs of times of one name", rows("Date,A,Date,B", [(t, wave(i), DAYS[(i + 3) % D], wave(i) + 100) for i, t in enumerate(DAYS)]), ("times of their own", "--value-column")),
]
