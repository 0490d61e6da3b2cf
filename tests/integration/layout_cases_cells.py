"""Files whose cells, or whose columns among the times, are written in several ways: what is read of them, and what is refused because much
of it would be lost or could mean two things."""
import dataclasses

from layout_cases import D, DAYS, LAST, MONTHS, YEARS, Case, last_of, rows, wave

N = len(YEARS)
GERMAN = [f"{t[8:]}.{t[5:7]}.{t[:4]}" for t in DAYS]
QUARTERS = [f"{y} Q{q}" for y in range(2018, 2023) for q in (1, 2, 3, 4)]


@dataclasses.dataclass
class Refused:
    name: str
    text: str
    says: tuple  # what the message has
    flags: tuple = ()  # with these it is read, and
    targets: dict = None  # has these last values


def across(header, keys=("A", "B"), cell=lambda name, i, j: i + 100 * j):
    """A row a key: `cell` of the names of the header, counted without those that are None there."""
    return rows(",".join(["Country", *header]), [(k, *(cell(name, i, j) for i, name in enumerate(header))) for j, k in enumerate(keys)])


def last_across(header, name):
    return {k: header.index(name) + 100 * j for j, k in enumerate("AB")}


def with_totals(times, every, total):
    """The times, behind every so many of them what their total is called."""
    return [name for i, t in enumerate(times) for name in ((t, total(t)) if i % every == every - 1 else (t,))]


def pointed(value):
    """1234 as 1.234, and 987 as it is."""
    return f"{value:,}".replace(",", ".")


def enumerate_days():
    return [(t, wave(i)) for i, t in enumerate(DAYS)]


QUARTERS_AND_TOTALS = with_totals(QUARTERS, 4, lambda t: t[:4] + " Total")
QUARTERS_AND_YEARS = with_totals(QUARTERS, 4, lambda t: t[:4])
MONTHS_AND_TOTALS = with_totals(MONTHS, 12, lambda t: "Total " + t[:4])
NOTE_AMONG = [str(y) for y in YEARS[:20]] + ["Notes"] + [str(y) for y in YEARS[20:]]
SUBTOTAL_AMONG = [str(y) for y in YEARS[:20]] + ["Subtotal"] + [str(y) for y in YEARS[20:]]
UNNAMED_AMONG = [str(y) if y != 2005 else "" for y in YEARS]
STARS = [f"{y}*" if y in (1996, 2018, 2019) else str(y) for y in YEARS]
PROVISIONAL = [f"{y}p" if y > 2017 else str(y) for y in YEARS]
ESTIMATES = [f"{y} (e)" if y > 2016 else str(y) for y in YEARS]
BREAK = [f"{y}b" if y == 2005 else str(y) for y in YEARS]
MONEY = [(f"{3.28 + i / 100:.2f}M", f"{9.55 + i:.2f}k" if i else "2650", f"{800 + 10 * i}.0k" if i < 20 else f"{0.8 + i / 100:.2f}M") for i in range(N)]

CASES = [
    # Columns among the times that are none.
    Case("quarters and totals of years across", across(QUARTERS_AND_TOTALS), last_across(QUARTERS_AND_TOTALS, "2022 Q4"), 20, unused=("2018 Total",), next="2023 Q1"),
    Case("quarters and their years across", across(QUARTERS_AND_YEARS), last_across(QUARTERS_AND_YEARS, "2022 Q4"), 20, unused=("2018", "2022"), next="2023 Q1"),
    Case("months and totals of years across", across(MONTHS_AND_TOTALS), last_across(MONTHS_AND_TOTALS, "2021-12"), 36, unused=("Total 2019",), next="2022-01"),
    Case("currencies and their terms", rows("Date;D0;D1;Value", [(t, c, m, round(wave(i) + 100 * j, 1)) for i, t in enumerate(MONTHS) for j, (c, m) in enumerate((c, m) for c in ("CHF", "EUR") for m in ("1M", "3M"))], ";"),
         {f"{c}/{m}": round(LAST[36] + 100 * j, 1) for j, (c, m) in enumerate((c, m) for c in ("CHF", "EUR") for m in ("1M", "3M"))}, 36),
    Case("ages", rows("date,age,v", [(t, f"{a}-{a + 1}", round(wave(i) + 100 * a, 1)) for i, t in enumerate(DAYS) for a in range(8)]), last_of([f"{a}-{a + 1}" for a in range(8)], D), D),
    *(Case(f"hours as {form(0)}", rows("date,hour,v", [(t, form(h), wave(24 * i + h)) for i, t in enumerate(DAYS[:5]) for h in range(24)]), {"data": LAST[120]}, 120) for form in
      (lambda h: f"{h}-{h + 1} Uhr", lambda h: f"{h}h à {h + 1}h", lambda h: f"{h:02}.00-{h + 1:02}.00", lambda h: f"{h}時〜{h + 1}時")),
    *(Case(f"rows beside {name}", rows(f"product,{name}," + ",".join(times), [(f"p{j}", f"202{j}-0{j + 1}-15", *(wave(i) + 100 * j for i in range(len(times)))) for j in range(3)]),
           {f"p{j}": round(LAST[len(times)] + 100 * j, 1) for j in range(3)}, len(times), unused=(name,))
      for name, times in (("launched", MONTHS), ("Date of birth", [str(y) for y in YEARS]), ("start date", DAYS))),
    Case("notes among the years", across(NOTE_AMONG, cell=lambda name, i, j: "x" if name == "Notes" else i + 100 * j), last_across(NOTE_AMONG, "2019"), N, unused=("Notes",), next="2020"),
    Case("a subtotal among the years", across(SUBTOTAL_AMONG), last_across(SUBTOTAL_AMONG, "2019"), N, unused=("Subtotal",), next="2020"),
    Case("a year without its name", across(UNNAMED_AMONG), last_across(UNNAMED_AMONG, "2019"), N, unused=("#17",), next="2020"),
    Case("years with stars", across(STARS), last_across(STARS, "2019*"), N, next="2020"),
    Case("provisional years", across(PROVISIONAL), last_across(PROVISIONAL, "2019p"), N, next="2020"),
    Case("estimated years", across(ESTIMATES), last_across(ESTIMATES, "2019 (e)"), N, next="2020"),
    Case("a year of a break", across(BREAK), last_across(BREAK, "2019"), N, next="2020"),
    Case("months down and provisional years across", rows("Month,2019,2020,2021p", [(i + 1, *(300 + 12 * k + i for k in range(3))) for i in range(12)]), {"data": 335}, 36, next="2022 1"),
    # Units of each cell and of each row.
    Case("gapminder population", rows("country," + ",".join(map(str, YEARS)), [(k, *(m[j] for m in MONEY)) for j, k in enumerate(("Chad", "Fiji", "Oman"))]),
         {"Chad": 3_570_000, "Fiji": 38_550, "Oman": 1_090_000}, N),
    Case("thousands and millions of months across", rows("Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec", [
        (2000 + y, *(f"{v / 1000:.1f}k" if v < 1_000_000 else f"{v / 1e6:.2f}M" for v in (900_000 + 10_000 * ((12 * y + m) % 17) for m in range(12)))) for y in range(6)]),
         {"data": 900_000 + 10_000 * (71 % 17)}, 72),
    Case("millions all over", across([str(y) for y in YEARS], cell=lambda name, i, j: f"{i + j}.5M"), {"A": N - .5, "B": N + .5}, N),
    Case("a unit of each row", rows("Metric," + ",".join(map(str, YEARS)), [("Rev", *(f"${wave(i)}" for i in range(N))), ("Margin", *(f"{wave(i)}%" for i in range(N))),
                                                                             ("Users", *(wave(i) for i in range(N)))]), {"Rev": LAST[N], "Margin": LAST[N], "Users": LAST[N]}, N),
    Case("flags behind observations", across([str(y) for y in YEARS], cell=lambda name, i, j: f"{i + j}.5 p" if i % 4 == 1 else f"{i + j}.5"), {"A": N - .5, "B": N + .5}, N),
    # Thousands with points.
    Case("thousands with points above whole numbers", rows("Datum;Menge", [(t, pointed(700 + 17 * i)) for i, t in enumerate(DAYS)], ";"), {"data": 700 + 17 * (D - 1)}, D),
    Case("thousands with points between tabs", rows("Datum\tMenge", [(t, pointed(700 + 17 * i)) for i, t in enumerate(DAYS)], "\t"), {"data": 700 + 17 * (D - 1)}, D),
    Case("three decimals and a zero", rows("date;v", [(t, f"{0.5 + i / 8:.3f}") for i, t in enumerate(DAYS)], ";"), {"data": 0.5 + (D - 1) / 8}, D),
    Case("three decimals between commas", rows("date,v", [(t, f"{1.5 + i / 8:.3f}") for i, t in enumerate(DAYS)]), {"data": 1.5 + (D - 1) / 8}, D),
    Case("three decimals between blanks", "date       v\n" + "".join(f"{t} {1.5 + i / 8:.3f}\n" for i, t in enumerate(DAYS)), {"data": 1.5 + (D - 1) / 8}, D),
    Case("three decimals beside dates of programs", rows("date\tv", [(t, f"{1.5 + i / 8:.3f}") for i, t in enumerate(DAYS)], "\t"), {"data": 1.5 + (D - 1) / 8}, D),
    Case("three decimals between semicolons, one below one", rows("date;v", [(t, f"{.5 + i / 8:.3f}") for i, t in enumerate(DAYS)], ";"), {"data": .5 + (D - 1) / 8}, D),
    # Days that databases write at their midnight, beside a time of day.
    Case("midnights beside times", rows("date,time,v", [(f"2024-01-{1 + i // 24:02} 00:00:00", f"{i % 24:02}:00:00", wave(i)) for i in range(72)]), {"data": LAST[72]}, 72),
    Case("midnights of SQL Server", rows("Date,Time,Value", [(f"2024-01-{1 + i // 96:02} 00:00:00.000", f"{i % 96 // 4:02}:{i % 4 * 15:02}:00.0000000", wave(i)) for i in range(192)]), {"data": LAST[192]}, 192),
    Case("midnights beside hours", rows("Date,Hour,store,Value", [(f"{1 + i // 24}/1/2024 12:00:00 AM", i % 24, s, wave(i)) for i in range(480) for s in "AB"]), {"A": LAST[480], "B": LAST[480]}, 480),
    Case("midnights alone", rows("date,v", [(f"{t} 00:00:00", wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    # Minus signs of other hands.
    Case("triangles", rows("日付,東京,大阪", [(t, f"{'▲' if i % 3 else ''}{i + 1}.5", f"{'△' if i % 2 else ''}{i + 1},234".replace(",", "")) for i, t in enumerate(DAYS)]), {"東京": -(D + .5) if (D - 1) % 3 else D + .5, "大阪": (-1 if (D - 1) % 2 else 1) * float(f"{D}234")}, D),
    Case("en dashes", rows("date,a,b", [(t, f"{'–' if i % 9 == 8 or i == D - 1 else ''}{i + 1}.5", i) for i, t in enumerate(DAYS)]), {"a": -(D + .5), "b": D - 1}, D),
    # Zeros as accounts show them.
    Case("accounts", 'date,v\n' + "".join(f'{t}," {wave(i) * 100:,.0f} "\n' if i % 3 else f"{t}, -   \n" for i, t in enumerate(DAYS)), {"data": wave(D - 1) * 100 if (D - 1) % 3 else 0}, D),
    Case("accounts in dollars", 'date,a,b\n' + "".join(f'{t}," ${wave(i) * 100:,.2f} "," $({i}.00)"\n' if i < D - 1 else f"{t}, $-   , $-   \n" for i, t in enumerate(DAYS)), {"a": 0, "b": 0}, D),
    Case("accounts in euros", rows("date;v", [(t, f" {1000 + i},00 € " if i < D - 1 else " -   € ") for i, t in enumerate(DAYS)], ";"), {"data": 0}, D),
    Case("dashes between bars", "| date | v |\n| --- | --- |\n" + "".join(f"| {t} | {wave(i) if i != D - 1 else '-'} |\n" for i, t in enumerate(DAYS)), {"data": wave(D - 2)}, D - 1),
    Case("three decimals beside years", rows("year\tv", [(y, f"{1.5 + i / 8:.3f}") for i, y in enumerate(YEARS)], "\t"), {"data": 1.5 + (N - 1) / 8}, N),
    Case("three decimals beside two", rows("date;a;b", [(t, f"{1.5 + i / 8:.3f}", f"{i}.25") for i, t in enumerate(DAYS)], ";"), {"a": 1.5 + (D - 1) / 8, "b": D - .75}, D),
    # Clocks and years in decimals.
    Case("decimal years with commas", rows("time;x", [(f"{2015 + i // 12 + i % 12 / 12:.10g}".replace(".", ","), wave(i)) for i in range(60)], ";"), {"data": LAST[60]}, 60, next="2020.000000"),
    Case("quarters of a year with commas", rows("t;x", [(f"{2015 + i // 4 + i % 4 / 4:.10g}".replace(".", ","), wave(i)) for i in range(40)], ";"), {"data": LAST[40]}, 40, next="2025.00"),
    Case("hours in decimals", rows("date,hour,v", [(DAYS[i // 96], i % 96 / 4, wave(i)) for i in range(400)]), {"data": LAST[400]}, 400, next="2024-01-05 04:00:00"),
    Case("fractions of a day", rows("date,time,v", [(DAYS[i // 24], f"{i % 24 / 24:.6f}", wave(i)) for i in range(200)]), {"data": LAST[200]}, 200, next="2024-01-09 08:00:00"),
    Case("fractions of a day with commas", rows("Datum;Uhrzeit;v", [(GERMAN[i // 24], f"{i % 24 / 24:.6f}".replace(".", ","), wave(i)) for i in range(200)], ";"), {"data": LAST[200]}, 200, next="09.01.2024 08:00:00"),
    Case("hours with am and pm", rows("date,hour,v", [(DAYS[i // 24], f"{(i + 11) % 12 + 1} {'PM' if i % 24 > 11 else 'AM'}", wave(i)) for i in range(200)]), {"data": LAST[200]}, 200, next="2024-01-09 8 AM"),
    # Nothing but actual values.
    Case("a day and when it was loaded", rows("date,store,sales,timestamp", [(t, s, wave(i), f"2024-12-01 03:00:{i % 60:02}") for i, t in enumerate(DAYS) for s in "AB"]), {"A": LAST[D], "B": LAST[D]}, D, unused=("timestamp",)),
    Case("a flag of forecasts that is none", rows("date,v,is_forecast", [(t, wave(i), 0) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, unused=("is_forecast",)),
    Case("actual rows alone", rows("date,type,v", [(t, "Actual", wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, unused=("type",)),
    # Cells that are no numbers, few of them or words all over.
    Case("two footnotes of a wide file", rows("date,a,b", [(t, f"{i}*" if i in (3, 9) else i, i) for i, t in enumerate(DAYS)]), {"a": D - 1, "b": D - 1}, D),
    Case("footnotes at a quarter of the cells", rows("date,A,B", [(t, f"{i}.5*" if i % 4 == 3 else f"{i}.5", i) for i, t in enumerate(DAYS)]), {"A": D - .5, "B": D - 1}, D),
    Case("a row of words", across([str(y) for y in YEARS]) + "Currency," + ",".join("EUR" for _ in YEARS) + "\n", last_across([str(y) for y in YEARS], "2019"), N),
    # Numbers as people write them, and lines that programs leave below and among the rows.
    *(Case(f"numbers as {form(1234.5)}", rows("date;v", [(t, form(1000 + 1.5 * i)) for i, t in enumerate(DAYS)], ";"), {"data": sign * (1000 + 1.5 * (D - 1)) / by}, D) for form, sign, by in (
        (lambda v: f"- {v:,.2f}", -1, 1), (lambda v: f"{v:,.2f} kr.", 1, 1), (lambda v: f"{v / 10:.2f} Mio. €".replace(".", ",", 1), 1, 10), (lambda v: f"{v / 10:.2f} Tsd.".replace(".", ",", 1), 1, 10),
        (lambda v: "".join(chr(0xff10 + int(c)) for c in str(int(2 * v))), 1, .5))),
    *(Case(f"a line {line!r} below", rows("date,v", enumerate_days()) + line + "\n", {"data": LAST[D]}, D) for line in (
        "(24 rows)", "24 rows in set (0.01 sec)", "24 rows selected.", "(24 row(s) affected)", "Freq: D, dtype: float64", "Name: v, Length: 24, dtype: float64", "\x1a", "\0\0\0\0")),
    Case("a table of mysql", "".join(f"{line}\n" for line in ("+------------+-------+", "| date       | v     |", "+------------+-------+", *(f"| {t} | {v:5} |" for t, v in enumerate_days()),
                                                         "+------------+-------+", "24 rows in set (0.00 sec)")), {"data": LAST[D]}, D),
    Case("a remark of a logger", rows("date,v", enumerate_days()[:12]) + "# battery low\n" + rows("2024-01-13,16.2", enumerate_days()[13:]), {"data": LAST[D]}, D),
    Case("the header again in other letters", rows("date,store,v", [(t, "A", v) for t, v in enumerate_days()[:12]]) + rows("Date,STORE,v", [(t, "A", v) for t, v in enumerate_days()[12:]]), {"A": LAST[D]}, D),
    # Ids as data frames write them beside cells that are none.
    *(Case(f"{name} in floats", rows(f"date,{name},value", [(t, f"{k}.0", wave(i) + k) for i, t in enumerate(DAYS) for k in (7, 12)]), {"7.0": LAST[D] + 7, "12.0": LAST[D] + 12}, D)
      for name in ("store", "store_nbr", "region", "device")),
    Case("decimal years beside months and no header", "".join(f"  {1958 + i // 12} {i % 12 + 1:2d}  {1958 + i // 12 + (i % 12 + .5) / 12:.4f}  {wave(i):.2f}  {wave(i) + 1:.2f}\n" for i in range(60)),
         {"#4": LAST[60], "#5": LAST[60] + 1}, 60),
    Case("remarks with a number", rows("date,a,b,remarks", [(t, i, 2 * i, "7" if i == 5 else "see the other sheet") for i, t in enumerate(DAYS)]), {"a": D - 1, "b": 2 * D - 2}, D, unused=("remarks",)),
]

REFUSED = [
    Refused("a column with another decimal mark", rows("date;A;B", [(t, f"2,{i % 9 + 1}", f"4.{i % 9 + 1}") for i, t in enumerate(DAYS)], ";"), ("'A': 24 of 24 rows lost", "'2,1': not a number"),
            ("--ignore", "A"), {"data": 4.6}),
    Refused("two currencies in a column", rows("date,A,B", [(t, f"{'€' if i % 4 == 3 else '$'}2.{i % 10}", i) for i, t in enumerate(DAYS)]), ("'A': 6 of 24 rows lost", "'€2.3': not in the unit")),
    Refused("words behind a quarter of the cells", rows("date,A,B", [(t, f"{i}.5 ok" if i % 4 == 3 else f"{i}.5", i) for i, t in enumerate(DAYS)]), ("'A': 6 of 24 rows lost", "'3.5 ok'"),
            ("--max-repaired", "30%"), {"A": D - 1.5, "B": D - 1}),
    Refused("a word in a third of the cells", rows("date,A,B", [(t, "cal" if i % 3 == 1 else i, i) for i, t in enumerate(DAYS)]), ("--missing",), ("--missing=cal",), {"A": D - 2 + 1, "B": D - 1}),
    Refused("a second column of half numbers", rows("date,A,B", [(t, f"n={i}" if i > 14 else i, i) for i, t in enumerate(DAYS)]), ("'A': 9 of 24 rows lost",), ("--ignore", "A"), {"data": D - 1}),
    Refused("a row that is no numbers", across([str(y) for y in YEARS], cell=lambda name, i, j: f"{i}..{i + 1}" if j else i), ("'B': 30 of 30 rows lost",)),
    Refused("forecasts among the years", across([f"{y}F" if y > 2014 else str(y) for y in YEARS]), ("'2015F'", "--ignore 2015F,2016F"), ("--ignore", "2015F,2016F,2017F,2018F,2019F"), {"A": 24, "B": 124}),
    Refused("a second measure beside each year", across([name for y in YEARS[:9] for name in (str(y), f"Units in {y}")]), ("'Units in 1990'", "--ignore")),
    Refused("thousands or three decimals", rows("Datum;Menge", [(day, pointed(1000 + 37 * i)) for i, day in enumerate(GERMAN)], ";"), ("--decimal . or --decimal ,",), ("--decimal", ","), {"data": 1000 + 37 * (D - 1)}),
    Refused("thousands or three decimals in two columns", rows("Datum;Berlin;Ulm", [(day, pointed(1000 + 13 * i), pointed(12000 + 31 * i)) for i, day in enumerate(GERMAN)], ";"),
            ("--decimal . or --decimal ,",), ("--decimal", "."), {"Berlin": round(1 + .013 * (D - 1), 3), "Ulm": round(12 + .031 * (D - 1), 3)}),
    Refused("quoted commas below German dates", rows("Date,kWh", [(day, f'"{2 + i % 7},{384 + i}"') for i, day in enumerate(GERMAN)]), ("--decimal . or --decimal ,",), ("--decimal", ","), {"data": 4.407}),
    Refused("minus two hundred", rows("date;CO;NOx", [(t, -200 if i % 5 == 2 else f"{2 + i % 9},{i % 10}", -200 if i % 6 == 3 else 60 + 31 * i % 97) for i, t in enumerate(DAYS)], ";"), ("--missing=-200",),
            ("--missing=-200",), {"CO": 7.3, "NOx": 94}),
    Refused("a flag of forecasts", rows("date,v,is_forecast", [(t, i, int(i >= 20)) for i, t in enumerate(DAYS)]),
            ("column 'is_forecast' says '0' of some rows and '1' of others", "--target-column is_forecast"), ("--ignore", "is_forecast"), {"data": D - 1}),
    Refused("actual and forecast rows", rows("date,type,v", [(t, "Actual" if i < 20 else "Forecast", i) for i, t in enumerate(DAYS)]),
            ("column 'type' says 'Actual' of some rows and 'Forecast' of others", "--target-column type"), ("--ignore", "type"), {"data": D - 1}),
    Refused("actual and planned rows of shops", rows("date,shop,Szenario,v", [(t, s, "Plan" if i > 20 else "Ist", i) for i, t in enumerate(DAYS) for s in "AB"]),
            ("column 'Szenario' says 'Ist' of some rows and 'Plan' of others within 2 of 2 targets, such as A",), ("--ignore", "Szenario"), {"A": D - 1, "B": D - 1}),
    Refused("days without their year", rows("time,v", [(f"Jan {15 + i // 24} {i % 24:02}:00", i) for i in range(120)]), ("'Jan 15 00:00' may be a day of a year that is not written",)),
    Refused("revisions of values", rows("date,revision,v", [(t, k, i + k) for i, t in enumerate(DAYS) for k in (1, 2)]), ("called after versions of a value", "--ignore revision"),
            ("--ignore", "revision", "--max-repaired", "100%"), {"data": D + 1}),
    Refused("parts of a day", rows("date,hour_bucket,v", [(t, k, i) for i, t in enumerate(DAYS) for k in ("00-06", "06-12", "12-18", "18-24")]), ("looks like a part of the time",),
            ("--target-column", "hour_bucket"), {k: D - 1 for k in ("00-06", "06-12", "12-18", "18-24")}),
    Refused("rows in quotes", '"date,v"\n' + "".join(f'"{t},{v}"\n' for t, v in enumerate_days()), ("every row is one quoted field",)),
    Refused("rows in quotes below a header", "date,v\n" + "".join(f'"{t},{v}"\n' for t, v in enumerate_days()), ("every row is one quoted field",)),
    Refused("columns in another order from some row on", rows("date,store,sales", [(t, "A", v) for t, v in enumerate_days()]) + rows("date,sales,store", [(t, v, "A") for t, v in enumerate_days()]),
            ("row 25 below the header has the same names in another order",)),
    Refused("durations", rows("date,v", [(t, f"00:{i:02}:35") for i, t in enumerate(DAYS)]), ("durations", "seconds")),
    Refused("eights", rows("date,v", [(t, 88888 if i % 7 == 3 else 15 + 7 * i % 23) for i, t in enumerate(DAYS)]), ("--missing=88888",), ("--missing=88888",), {"data": 15}),
]
