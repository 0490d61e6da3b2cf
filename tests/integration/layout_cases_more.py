"""More files in the shapes that programs and offices write: periods in words, tables both ways round, times in parts, composites
of satellites. Beside the last value of each target they say which time comes next, as it is printed."""
import datetime

from layout_cases import CLOCK, D, DAYS, HOURS, LAST, MONTHS, NAMES, SPRING, YEARS, Case, last_of, panel, rows, wave, week

HOURS3 = [datetime.datetime(2024, 3, 18) + datetime.timedelta(hours=i) for i in range(72)]
FIRSTS = [datetime.date(2019 + i // 12, i % 12 + 1, 1) for i in range(36)]
ONE = {"data": LAST[72]}


def comma(value):
    return str(value).replace(".", ",")


def change(offsets):
    """48 hours around a change of the clocks: local times and the names of their zones."""
    (first, before), (second, after), at = offsets
    utc = [at + datetime.timedelta(hours=i - 24) for i in range(48)]
    return [(t - datetime.timedelta(hours=before if t < at else after), first if t < at else second) for t in utc]


SPRING_CHANGE = change((("EST", 5), ("EDT", 4), datetime.datetime(2024, 3, 10, 7)))
AUTUMN_CHANGE = change((("EDT", 4), ("EST", 5), datetime.datetime(2024, 11, 3, 6)))


def composites(days, first, last):
    return [datetime.date(y, 1, 1) + datetime.timedelta(days * k) for y in range(first, last) for k in range(-(-365 // days))]


def quarters(form):
    return rows("period,v", [(form(2010 + q // 4, q % 4 + 1), wave(q)) for q in range(40)])


QUARTERS = {
    "1Q 2020": lambda y, q: f"{q}Q {y}", "Q1-20": lambda y, q: f"Q{q}-{y % 100}", "1Q20": lambda y, q: f"{q}Q{y % 100}", "2020 Q1": lambda y, q: f"{y} Q{q}",
    "2020-Q1": lambda y, q: f"{y}-Q{q}", "Q1'20": lambda y, q: f"Q{q}'{y % 100}", "Q1/2020": lambda y, q: f"Q{q}/{y}", "FY20 Q1": lambda y, q: f"FY{y % 100} Q{q}",
    "Q1 FY2020": lambda y, q: f"Q{q} FY{y}", "FY2020Q1": lambda y, q: f"FY{y}Q{q}", "T1 2020": lambda y, q: f"T{q} {y}", "1T20": lambda y, q: f"{q}T{y % 100}",
    "2020-T1": lambda y, q: f"{y}-T{q}", "1. Quartal 2020": lambda y, q: f"{q}. Quartal {y}", "2020 Quarter 1": lambda y, q: f"{y} Quarter {q}",
    "Quarter 1 2020": lambda y, q: f"Quarter {q} {y}", "20Q1": lambda y, q: f"{y % 100}Q{q}", "Q12020": lambda y, q: f"Q{q}{y}", "2020 1Q": lambda y, q: f"{y} {q}Q",
    "2020年第1季度": lambda y, q: f"{y}年第{q}季度", "2020q1": lambda y, q: f"{y}q{q}"}
HALVES = {"H1 2020": lambda y, h: f"H{h} {y}", "1H20": lambda y, h: f"{h}H{y % 100:02}", "2020-H1": lambda y, h: f"{y}-H{h}", "H1-20": lambda y, h: f"H{h}-{y % 100:02}",
          "1H 2020": lambda y, h: f"{h}H {y}", "S1 2020": lambda y, h: f"S{h} {y}", "2020h1": lambda y, h: f"{y}h{h}"}
YEARLY = {"FY2020": lambda y: f"FY{y}", "FY 2020": lambda y: f"FY {y}", "FY2020/21": lambda y: f"FY{y}/{(y + 1) % 100:02}", "2020年": lambda y: f"{y}年", "2020年度": lambda y: f"{y}年度"}
MONTHLY = {"2022M01": lambda t: f"{t.year}M{t.month:02}", "M01 2022": lambda t: f"M{t.month:02} {t.year}", "2022年1月": lambda t: f"{t.year}年{t.month}月", "Jan'22": lambda t: f"{t:%b'%y}",
           "JAN2022": lambda t: f"{t:%b%Y}".upper(), "Jan. 2022": lambda t: f"{t:%b. %Y}", "2022Jan": lambda t: f"{t:%Y%b}", "2022m1": lambda t: f"{t.year}m{t.month}"}

CASES = [
    # Periods in words.
    *(Case(f"quarters {name}", quarters(form), {"data": LAST[40]}, 40, next=name) for name, form in QUARTERS.items()),
    *(Case(f"halves {name}", rows("period,v", [(form(2000 + h // 2, h % 2 + 1), wave(h)) for h in range(40)]), {"data": LAST[40]}, 40, next=name) for name, form in HALVES.items()),
    *(Case(f"years {name}", rows("period,v", [(form(1990 + y), wave(y)) for y in range(30)]), {"data": LAST[30]}, 30, next=name) for name, form in YEARLY.items()),
    *(Case(f"months {name}", rows("period,v", [(form(t), wave(i)) for i, t in enumerate(FIRSTS)]), {"data": LAST[36]}, 36, next=name) for name, form in MONTHLY.items()),
    Case("weeks 2024KW05", rows("Woche;Absatz", [(f"{y}KW{w:02}", wave(i)) for i, (y, w) in enumerate(week(i) for i in range(110))], ";"), {"data": LAST[110]}, 110, next="2017KW07"),
    Case("weeks in French", rows("Semaine;Ventes", [(f"{y}-S{w:02}", wave(i)) for i, (y, w) in enumerate(week(i) for i in range(110))], ";"), {"data": LAST[110]}, 110, next="2017-S07"),
    # Tables: what is across belongs to what is down, and the other way round.
    Case("air travel", rows('"Month", "1958", "1959", "1960"', [(f'"{name.upper()}"', *(f"  {300 + 12 * k + i}" for k in range(3))) for i, name in enumerate(NAMES)]), {"data": 335}, 36, next="1961 JAN"),
    Case("months down by number", rows("Month,2019,2020,2021", [(i + 1, *(300 + 12 * k + i for k in range(3))) for i in range(12)]), {"data": 335}, 36, next="2022 1"),
    Case("months of stores down", rows("Store,Month,2019,2020,2021", [(s, t.strftime("%B"), *(300 + 12 * k + i for k in range(3))) for s in ("North", "South") for i, t in enumerate(FIRSTS[:12])]),
         {"North": 335, "South": 335}, 36, next="2022 January"),
    Case("weeks down", rows("Week,2020,2021,2022", [(i + 1, *(300 + 52 * k + i if i < 52 or k == 0 else "" for k in range(3))) for i in range(53)]), {"data": 455}, 157, next="2023 W1"),
    Case("days of the year down", rows("doy,2021,2022,2023", [(i + 1, *(wave(365 * k + i) for k in range(3))) for i in range(365)]), {"data": wave(1094)}, 1095, next="2024-001"),
    Case("hours down", rows("Hour," + ",".join(DAYS[:5]), [(i, *(300 + 24 * k + i for k in range(5))) for i in range(24)]), {"data": 419}, 120, next="2024-01-06 0"),
    Case("times of day down", rows("Time," + ",".join(DAYS[:5]), [(f"{i:02}:00", *(300 + 24 * k + i for k in range(5))) for i in range(24)]), {"data": 419}, 120, next="2024-01-06 00:00"),
    Case("weeks across", rows("Year," + ",".join(f"W{w}" for w in range(1, 53)), [(y, *(52 * k + w for w in range(52))) for k, y in enumerate((2021, 2022, 2023))]), {"data": 155}, 156, next="2024 W01"),
    Case("days across", rows("Year,Month," + ",".join(str(d) for d in range(1, 32)),
                             [(t.year, t.month, *(wave(t.timetuple().tm_yday + d) if d < (datetime.date(2019 + t.month // 12, t.month % 12 + 1, 1) - t).days else "" for d in range(31))) for t in FIRSTS[:12]]),
         {"data": LAST[366]}, 365, next="2020 1 1"),
    *(Case(f"days across of months as {FIRSTS[0]:{form}}", rows("Month," + ",".join(str(d) for d in range(1, 32)),
                             [(f"{t:{form}}", *(wave(t.timetuple().tm_yday + d) if d < (datetime.date(2019 + t.month // 12, t.month % 12 + 1, 1) - t).days else "" for d in range(31))) for t in FIRSTS[:12]]),
           {"data": LAST[366]}, 365, next=next) for form, next in
      (("%Y-%m", "2020-01-01"), ("%Y/%m", "2020/01/01"), ("%Y%m", "20200101"), ("%m/%Y", "01/01/2020"), ("%b %Y", "01 Jan 2020"), ("%b-%y", "01-Jan-20"), ("%Y %B", "2020 January 01"))),
    *(Case(f"{name} side by side", rows("time," + ",".join(name), [(t, *(wave(i) + 100 * k for k in range(len(name)))) for i, t in enumerate(DAYS)]), {c: LAST[D] + 100 * k for k, c in enumerate(name)}, D) for name in ("uv", "xyz", "ohlcv")),
    Case("parts of the date beside it", rows("Date,Quarter,Week,DOY,weekday,Sales,Cost", [(t, 1, i // 7 + 1, i + 1, i % 7, wave(i), wave(i) + 100) for i, t in enumerate(DAYS)]),
         {"Sales": LAST[D], "Cost": LAST[D] + 100}, D, unused=("Quarter", "Week", "DOY", "weekday")),
    Case("a blank behind the year of a table", rows("Year ," + ",".join(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")), [(f"{y} ", *(wave(12 * k + m) for m in range(12))) for k, y in enumerate(range(2005, 2015))]), {"data": LAST[120]}, 120, next="2015 Jan"),
    Case("GHCN-Daily", rows("ID,YEAR,MONTH,ELEMENT," + ",".join(f"VALUE{d},FLAG{d}" for d in range(1, 32)),
                            [("USC1", t.year, t.month, "TMAX", *(cell for d in range(31) for cell in
                                                                 (round(wave(t.timetuple().tm_yday + d) + 100, 1) if d < (datetime.date(2019 + t.month // 12, t.month % 12 + 1, 1) - t).days else -9999, "S")))
                             for t in FIRSTS[:12]]), {"USC1": round(LAST[366] + 100, 1)}, 365, flags=("--missing=-9999",), next="2020 1 1"),
    Case("PSL", " 2000 2011\n" + "".join(f" {y} " + " ".join(f"{wave(12 * k + m):6.2f}" for m in range(12)) + "\n" for k, y in enumerate(range(2000, 2012))), {"data": LAST[144]}, 144,
         flags=("--layout", "table"), next="2012 Jan"),
    Case("years and their flags across", rows("Area Code,Area,Item," + ",".join(f"Y{y},Y{y}F" for y in range(1990, 2010)), [(j, k, "Wheat", *(x for i in range(20) for x in (wave(i) + j, "A"))) for j, k in enumerate(("Chile", "Ghana"))]),
         {"Chile": LAST[20], "Ghana": LAST[20] + 1}, 20, next="2010"),
    Case("months from right to left", rows("指标," + ",".join(f"{t.year}年{t.month}月" for t in reversed(FIRSTS)), [(k, *(wave(35 - i) + j for i in range(36))) for j, k in enumerate(("CPI", "PPI"))]),
         {"CPI": LAST[36], "PPI": LAST[36] + 1}, 36, next="2022年1月"),
    Case("years and months across", rows("Country Name,Attribute," + ",".join([str(y) for y in range(2010, 2014)] + [f"{y}M{m}" for y in range(2010, 2014) for m in range(1, 13)]),
                                         [(k, "Value", *range(j, 52 + j)) for j, k in enumerate(("Austria", "Belgium"))]),
         {"Austria": 51, "Belgium": 52}, 48, flags=("--value-column", ",".join(f"{y}M{m}" for y in range(2010, 2014) for m in range(1, 13))), next="2014M1"),
    # Times in several columns.
    Case("Power BI", rows("Year,Quarter,Month,Day,Sum of Sales", [(t.year, f"Qtr {(t.month + 2) // 3}", t.strftime("%B"), t.day, wave(i)) for i, t in enumerate(SPRING)]), {"data": LAST[100]}, 100, next="2024 June 9"),
    Case("Elexon", rows("SettlementDate,SettlementPeriod,Demand", [(t, k + 1, wave(48 * i + k)) for i, t in enumerate(DAYS[:4]) for k in range(48)]), {"data": LAST[192]}, 192, next="2024-01-05 00:00"),
    Case("Nord Pool", rows("Date\tHours\tSE1", [(f"{t:%d-%m-%Y}", f"{t.hour:02} - {(t.hour + 1) % 24:02}", comma(wave(i))) for i, t in enumerate(HOURS3)], "\t"), {"data": LAST[72]}, 72, next="21-03-2024 00:00"),
    Case("RTE", rows("Périmètre\tDate\tHeures\tConsommation", [("France", f"{t:%Y-%m-%d}", f"{t:%H:%M}", wave(i)) for i, t in enumerate(HOURS3)], "\t").encode("latin-1"), ONE, 72, next="2024-03-21 00:00"),
    Case("FMI", rows("Havaintoasema,Vuosi,Kuukausi,Päivä,Aika [UTC],T", [("Helsinki", t.year, t.month, t.day, f"{t:%H:%M}", wave(i)) for i, t in enumerate(HOURS3)]), ONE, 72, next="2024 3 21 00:00"),
    Case("a sunrise a day", rows("Year,Month,Day,Sunrise time,T", [(t.year, t.month, t.day, f"06:{i % 60:02}", wave(i)) for i, t in enumerate(SPRING)]), {"data": LAST[100]}, 100, unused=("Sunrise time",), next="2024 6 9"),
    Case("KNMI", "# KNMI\n" + rows("# STN,YYYYMMDD,TG\n# ", [(k, t.replace("-", ""), wave(i) + k) for k in (260, 310) for i, t in enumerate(DAYS)]), {"260": LAST[24] + 260, "310": LAST[24] + 310}, 24, next="20240125"),
    Case("Eurostat, a confidential year", rows("freq,geo\\TIME_PERIOD\t" + "\t".join(f"{y} " for y in range(2000, 2020)), [(f"A,{k}", ": c", *(f"{j + y}.5 " for y in range(19))) for j, k in enumerate(("AT", "DE"))], "\t"),
         {"A,AT": 18.5, "A,DE": 19.5}, 19, next="2020"),
    Case("NYISO in spring", rows('"Time Stamp","Time Zone","Name","PTID","Load"', [(f'"{t:%m/%d/%Y %H:%M:%S}"', f'"{z}"', f'"{k}"', 61757 + j, round(wave(i) + j, 1)) for i, (t, z) in enumerate(SPRING_CHANGE) for j, k in enumerate(("CAPITL", "CENTRL"))]),
         {"CAPITL": LAST[48], "CENTRL": round(LAST[48] + 1, 1)}, 48, flags=("--value-column", "Load", "--time-format", "%m/%d/%Y %H:%M:%S %Z"), next="03/11/2024 03:00:00 -0400"),
    Case("USGS in autumn", "# x\n" + rows("agency_cd\tsite_no\tdatetime\ttz_cd\t00060", [("5s", "15s", "20d", "6s", "14n")] + [("USGS", "01646500", f"{t:%Y-%m-%d %H:%M}", z, 5000 + i) for i, (t, z) in enumerate(AUTUMN_CHANGE)], "\t"),
         {"01646500": 5047}, 48, next="2024-11-04 01:00 -0500", file="usgs.tsv"),
    Case("EPA", rows('"State Code","Site Num","POC","Datum","Date Local","Time Local","Date GMT","Time GMT","Sample Measurement","Date of Last Change"',
                     [('"06"', f'"{s}"', "1", '"WGS84"', f'"{t.date()}"', f'"{t:%H:%M}"', f'"{(t + datetime.timedelta(hours=8)).date()}"', f'"{t + datetime.timedelta(hours=8):%H:%M}"', round(wave(i) + j, 1), '"2024-05-01"')
                      for j, s in enumerate(("0016", "1103")) for i, t in enumerate(HOURS3)]),
         {"0016": LAST[72], "1103": round(LAST[72] + 1, 1)}, 72, flags=("--value-column", "Sample Measurement"), next="2024-03-21 08:00"),
    Case("WHO", rows("IndicatorCode,Location,Period type,Period,FactValueNumeric,DateModified", [("X", k, "Year", y, v, "2024-01-05T00:00:00.000Z") for y, k, v in panel(["Chile", "Ghana"], YEARS)]),
         last_of(["Chile", "Ghana"], 30), 30, next="2020"),
    Case("ECDC", rows("dateRep,day,month,year,cases,countriesAndTerritories", [(f"{t:%d/%m/%Y}", t.day, t.month, t.year, 100 * j + i, k) for j, k in enumerate(("Austria", "Belgium")) for i, t in enumerate(SPRING)]),
         {"Austria": 99, "Belgium": 199}, 100, next="09/06/2024"),
    Case("CDC", rows("MMWR Year,MMWR Week,Deaths", [(*week(i), wave(i)) for i in range(100)]), {"data": LAST[100]}, 100, next="2016 W49"),
    Case("OMIE", "MARGINALPDBC;\n" + "".join(f"{t.year};{t.month:02};{t.day:02};{t.hour + 1};{wave(i)};\n" for i, t in enumerate(HOURS3)), ONE, 72, next="2024 03 21 1"),
    Case("PRTG", rows('"Date Time","Traffic (Speed)"', [(f'"{t:%-m/%-d/%Y %-I:%M:%S %p} - {t + datetime.timedelta(hours=1):%-I:%M:%S %p}"', f'"{wave(i)} kbit/s"') for i, t in enumerate(HOURS3)]), ONE, 72,
         next="3/21/2024 12:00:00 AM"),
    Case("ENTSO-E in autumn", rows('"MTU (CET/CEST)","Actual Total Load (MW)"', [(f'"{t:%d/%m/%Y %H:%M} ({z}) - {e:%d/%m/%Y %H:%M} ({z})"', wave(i)) for i, (t, z) in enumerate(
        [(datetime.datetime(2024, 10, 26, 22) + datetime.timedelta(minutes=15 * k), "CEST") for k in range(20)] + [(datetime.datetime(2024, 10, 27, 2) + datetime.timedelta(minutes=15 * k), "CET") for k in range(60)])
        for e in [t + datetime.timedelta(minutes=15)]]), {"data": LAST[80]}, 80, next="27/10/2024 17:00 (+0100)"),
    # What stands above the data.
    Case("INSEE", '"Libellé";"Indice des prix"\n"idBank";"001759970"\n"Dernière mise à jour";"12/01/2024 08:45"\n"Période";""\n' + "".join(f'"{m}";"{wave(i)}";"A"\n' for i, m in reversed(list(enumerate(MONTHS)))),
         {"data": LAST[36]}, 36, next="2022-01"),
    Case("Libre", "Glucose Data,Generated on,05-01-2024 10:00 UTC,Generated by,X\n" + rows("Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mmol/L", [("L2", "A1", f"{t:%d-%m-%Y %H:%M}", 0, wave(i)) for i, t in enumerate(HOURS3)]),
         {"L2": LAST[72]}, 72, flags=("--value-column", "Historic Glucose mmol/L"), next="21-03-2024 00:00"),
    Case("ABS", ",CPI ; Sydney ;,CPI ; Perth ;\nUnit,Index Numbers,Index Numbers\nFrequency,Quarter,Quarter\nSeries Start,Sep-2010,Sep-2010\nSeries End,Jun-2020,Jun-2020\nNo. Obs,40,40\nSeries ID,A1,A2\n" +
         "".join(f"{('Mar', 'Jun', 'Sep', 'Dec')[(q + 2) % 4]}-{2010 + (q + 2) // 4},{wave(q)},{wave(q) + 1}\n" for q in range(40)), {"CPI ; Sydney ;": LAST[40], "CPI ; Perth ;": LAST[40] + 1}, 40, next="Sep-2020"),
    Case("SNB", '"CubeId";"devkum"\n"PublishingDate";"2024-02-01 09:00"\n\n' + rows('"Date";"D0";"D1";"Value"', [(f'"{t}"', '"M0"', f'"{k}"', f'"{v}"') for t, k, v in panel(["EUR1", "USD1"], MONTHS)], ";"),
         last_of(["EUR1", "USD1"], 36), 36, next="2022-01"),
    Case("AWS costs", rows('"Service","EC2($)","S3($)"', [('"Service total"', "999.5", "99.5")] + [(f'"{t}"', wave(i), .5) for i, t in enumerate(DAYS)]), {"EC2($)": LAST[D], "S3($)": .5}, D, next="2024-01-25"),
    Case("Netatmo", "Name;Lat;Long;ModuleName\nx;48.1;11.5;in\n" + rows('Timestamp;"Timezone : Europe/Paris";Temperature', [(1710716400 + 3600 * i, f'"{t:%Y/%m/%d %H:%M:%S}"', wave(i)) for i, t in enumerate(HOURS3)], ";"), ONE, 72,
         next="1710975600"),
    Case("no header, labels before the values", "".join(f"{1700000000 + 300 * i}\tweb1\tload\t{wave(i)}\n" for i in range(40)), {"data": LAST[40]}, 40, next="1700012000"),
    Case("VictoriaMetrics", "".join(f"cpu,{h},{wave(i) + j},{1700000000000 + 60000 * i}\n" for j, h in enumerate(("h1:9100", "h2:9100")) for i in range(40)), {"h1:9100": LAST[40], "h2:9100": LAST[40] + 1}, 40,
         flags=("--time-column", "#4"), next="1700002400000"),
    # Composites that begin anew each year, and counts of days.
    Case("MODIS, 16 days", rows("date,ndvi", [(t, wave(i)) for i, t in enumerate(composites(16, 2018, 2024))]), {"data": LAST[138]}, 138, next="2024-01-01"),
    Case("MODIS, 8 days", rows("date,lai", [(t, wave(i)) for i, t in enumerate(composites(8, 2019, 2024)[:-6])]), {"data": LAST[224]}, 224, next="2023-11-17"),
    Case("pentads", rows("date,rain", [(t, wave(i)) for i, t in enumerate(composites(5, 2019, 2022))]), {"data": LAST[219]}, 219, next="2022-01-01"),
    Case("SAS days", rows("date,v", [(23376 + i, wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "days since 1960-01-01"), next="23416"),
    Case("R days", rows("date,v", [(20100 + i, wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "days since 1970-01-01"), next="20140"),
    Case("SAS seconds", rows("date,v", [(2019686400 + 86400 * i, wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "seconds since 1960-01-01"), next="2023142400"),
    Case("SAS seconds as floats", rows("date,v", [(f"{2019686400 + 86400 * i}.0", wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "seconds since 1960-01-01"), next="2023142400.0"),
    Case("LabVIEW", rows("time,v", [(f"{3786912000 + 60 * i}.000000", wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "seconds since 1904-01-01")),
    Case("Stata milliseconds", rows("time,v", [(2019686400000 + 3600000 * i, wave(i)) for i in range(40)]), {"data": LAST[40]}, 40, flags=("--time-format", "milliseconds since 1960-01-01"), next="2019830400000"),
    Case("Core Data without a name", rows("timestamp,v", [(730944000 + 3600 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "seconds since 2001-01-01"), next="731116800"),
    Case("SAS dates", rows("dt,v", [(f"{t:%d%b%Y:%H:%M:%S}".upper(), wave(i)) for i, t in enumerate(HOURS3)]), ONE, 72, next="21MAR2024:00:00:00"),
    # Amounts whose sign is in a column of its own.
    Case("credit and debit", rows("Date,Amount,Type", [(t, wave(i), "DR" if i % 3 else "CR") for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, flags=("--ignore", "Type"), next="2024-01-25"),
    Case("a type of signed amounts", rows("Date,Amount,Type", [(t, wave(i) * (-1 if i % 3 else 1), "debit" if i % 3 else "credit") for i, t in enumerate(DAYS)]), {"data": -LAST[D]}, D, next="2024-01-25"),
    Case("grades that are no signs", rows("Date,Amount,Grade", [(t, wave(i), "C" if i % 3 else "D") for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, next="2024-01-25"),
    # Others.
    Case("Kibana histogram", rows('"@timestamp per hour","Count of records"', [(f'"{t:%b %-d, %Y @ %H:%M:%S.000}"', f'"{1200 + i:,}"') for i, t in enumerate(HOURS3)]), {"data": 1271}, 72, next="Mar 21, 2024 @ 00:00:00.000"),
    Case("Eurostat TSV", "freq,unit,geo\\TIME_PERIOD\t" + "\t".join(f"{m} " for m in MONTHS) + "\n" + "".join(
        f"M,I15,{g}\t" + "\t".join(": " if i == 3 else f"{wave(i) + j} " + ("p" if i > 33 else "b" if i == 7 else "") for i in range(36)) + "\n" for j, g in enumerate(("AT", "BE"))),
         {"M,I15,AT": LAST[36], "M,I15,BE": LAST[36] + 1}, 36, file="e.tsv", next="2022-01"),
    Case("StatCan", "\ufeff" + rows('"REF_DATE","GEO","DGUID","Products","UOM","VECTOR","COORDINATE","VALUE","STATUS"',
                                    [(f'"{m}"', f'"{g}"', f'"A{j}"', f'"{q}"', '"2002=100"', f'"v{10 * j + k}"', f'"{j + 1}.{k + 1}"', f'"{round(wave(i) + 10 * j + k, 1)}"', '""')
                                     for i, m in enumerate(MONTHS) for j, g in enumerate(("Canada", "Ontario")) for k, q in enumerate(("Food", "Rent"))]),
         {f"v{10 * j + k}": round(LAST[36] + 10 * j + k, 1) for j in range(2) for k in range(2)}, 36, next="2022-01"),
    Case("Tableau", rows("Day of Order Date\tSales", [(f"{t:%B %-d, %Y}", f'"${1000 + i:,}.50"') for i, t in enumerate(SPRING)], "\t").encode("utf-16"), {"data": 1099.5}, 100, next="June 9, 2024"),
    Case("Octopus", rows(" Consumption (kwh), Start, End", [(f" {wave(i)}", f" {t:%Y-%m-%dT%H:%M:%S}+00:00", f" {t + datetime.timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+00:00") for i, t in enumerate(HOURS3)]), ONE, 72,
         next="2024-03-21T00:00:00+00:00"),
    Case("Facebook ads", rows("Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)", [(t, t, k, round(wave(i) + j, 1)) for i, t in enumerate(DAYS) for j, k in enumerate("AB")]),
         {"A": LAST[D], "B": round(LAST[D] + 1, 1)}, D, next="2024-01-25"),
    Case("MetaTrader", "".join(f"{t:%Y.%m.%d},{t:%H:%M},{wave(i)},{wave(i) + 1}\n" for i, t in enumerate(HOURS3)), {"#3": LAST[72], "#4": LAST[72] + 1}, 72, next="2024.03.21 00:00"),
]
