"""Small files in the shapes that well-known programs and offices publish, and what is right for each of them."""
import dataclasses
import datetime

DAYS = [f"2024-01-{day:02}" for day in range(1, 25)]
HOURS = [f"2024-03-{day:02}T{hour:02}:00:00Z" for day in (1, 2) for hour in range(24)]
MONTHS = [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]
YEARS = list(range(1990, 2020))


@dataclasses.dataclass
class Case:
    name: str
    text: object  # str, or bytes as they are in the file
    targets: dict  # id -> last value
    n: int  # values of each target
    flags: tuple = ()  # what an error message has named, two options at most
    unused: tuple = ()  # columns that check says were not used
    file: str = "data.csv"
    next: str = ""  # the time behind the data, as it is printed


SPRING = [datetime.date(2024, 3, 1) + datetime.timedelta(i) for i in range(100)]
CLOCK = [datetime.datetime(2024, 3, 1) + datetime.timedelta(hours=i) for i in range(72)]
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def week(i):
    """Year and week of ISO 8601."""
    return (datetime.date(2015, 1, 5) + datetime.timedelta(7 * i)).isocalendar()[:2]


def rows(header, lines, sep=","):
    return "\n".join([header, *(sep.join(str(cell) for cell in line) for line in lines)]) + "\n"


def wave(i):
    return round(10 + i % 7 + i / 10, 1)


def panel(keys, times, value=wave):
    """Rows of (time, key, value), by key and then time."""
    return [(t, k, round(value(i) + 100 * j, 1)) for j, k in enumerate(keys) for i, t in enumerate(times)]


LAST = {n: wave(n - 1) for n in range(1, 500)}
D = len(DAYS)


def last_of(keys, n):
    return {k: round(LAST[n] + 100 * j, 1) for j, k in enumerate(keys)}


CASES = [
    # Frameworks of forecasting.
    Case("nixtla", rows("unique_id,ds,y", [(k, t, v) for t, k, v in panel("AB", DAYS)]), last_of("AB", D), D),
    Case("prophet", rows("ds,y", [(t, wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("prophet with regressors", rows("ds,y,cap,floor", [(t, wave(i), 30, 0) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, unused=("cap", "floor")),
    Case("autogluon", rows("item_id,timestamp,target", [(k, t, v) for t, k, v in panel("AB", DAYS)]), last_of("AB", D), D),
    Case("gluonts, one series", rows("timestamp,target", [(t, wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("date and target", rows("date,target", [(t, wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, flags=("--value-column", "target")),
    Case("darts, pandas index", rows(",value", [(t, wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("sktime panel", rows("instances,timepoints,c0", [(k, t, v) for t, k, v in panel(["s1", "s2"], DAYS)]), last_of(["s1", "s2"], D), D),
    Case("ETT", rows("date,HUFL,HULL,OT", [(t.replace("T", " ").rstrip("Z"), wave(i), wave(i) + 1, wave(i) + 2) for i, t in enumerate(HOURS)]),
         {"HUFL": LAST[48], "HULL": LAST[48] + 1, "OT": LAST[48] + 2}, 48),
    # Competitions.
    Case("Kaggle demand", rows("date,store,item,sales", [(t, s, i, 10 * s + i + d) for s in (1, 2) for i in (1, 2, 3) for d, t in enumerate(DAYS)]),
         {f"{s}/{i}": 10 * s + i + D - 1 for s in (1, 2) for i in (1, 2, 3)}, D),
    Case("Kaggle store sales", rows("id,date,store_nbr,family,sales,onpromotion",
                                   [(n, t, s, f, 10 * s + d + k / 4, d % 3) for n, (d, t, s, k, f) in
                                    enumerate((d, t, s, k, f) for d, t in enumerate(DAYS) for s in (1, 2) for k, f in enumerate(("AUTOMOTIVE", "BABY CARE")))]),
         {f"{s}/{f}": 10 * s + D - 1 + k / 4 for s in (1, 2) for k, f in enumerate(("AUTOMOTIVE", "BABY CARE"))}, D, unused=("id", "onpromotion")),
    Case("Walmart", rows("Store,Dept,Date,Weekly_Sales,IsHoliday",
                         [(s, d, (datetime.date(2010, 2, 5) + datetime.timedelta(7 * w)).isoformat(), 1000 * s + 10 * d + w + 0.5, "TRUE" if w % 9 == 0 else "FALSE")
                          for s in (1, 2) for d in (1, 2, 3) for w in range(30)]),
         {f"{s}/{d}": 1000 * s + 10 * d + 29.5 for s in (1, 2) for d in (1, 2, 3)}, 30, unused=("IsHoliday",)),
    Case("Rossmann", rows("Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday",
                          [(s, d % 7 + 1, t, 5000 * s + 7 * d, 500 + d, 1, d % 2, 0, 0) for d, t in enumerate(DAYS) for s in (1, 2)]),
         {"1": 5000 + 7 * (D - 1), "2": 10000 + 7 * (D - 1)}, D, flags=("--value-column", "Sales")),
    Case("M5 sales", rows("id,item_id,dept_id,cat_id,store_id,state_id," + ",".join(f"d_{d}" for d in range(1, 41)),
                          [(f"FOODS_1_00{k}_CA_1_evaluation", f"FOODS_1_00{k}", "FOODS_1", "FOODS", "CA_1", "CA", *(k * d % 5 for d in range(1, 41))) for k in (1, 2, 3)]),
         {f"FOODS_1_00{k}_CA_1_evaluation": k * 40 % 5 for k in (1, 2, 3)}, 40),
    Case("M5 prices", rows("store_id,item_id,wm_yr_wk,sell_price", [(s, i, 2001 + w, 3 + w / 10) for s in ("CA_1", "TX_1") for i in ("A", "B") for w in range(20)]),
         {f"{s}/{i}": 4.9 for s in ("CA_1", "TX_1") for i in ("A", "B")}, 20, flags=("--time-column", "wm_yr_wk")),
    Case("M4", rows('"V1",' + ",".join(f'"V{i}"' for i in range(2, 26)), [(f'"Y{k}"', *(f'"{k * i}"' for i in range(1, 25))) for k in (1, 2)]),
         {"Y1": 24, "Y2": 48}, 24, flags=("--layout", "rows")),
    Case("bike sharing, daily", rows("instant,dteday,season,yr,mnth,holiday,temp,casual,registered,cnt",
                                     [(i + 1, t, 1, 0, 1, 0, 0.3 + i / 100, 100 + i, 600 + i, 700 + 2 * i) for i, t in enumerate(DAYS)]),
         {"data": 746}, D, flags=("--value-column", "cnt")),
    # Statistics offices.
    Case("FRED", rows("observation_date,UNRATE", [(f"{m}-01", wave(i)) for i, m in enumerate(MONTHS)]), {"data": LAST[36]}, 36),
    Case("FRED, old", rows("DATE,GDP", [(f"{m}-01", "." if i == 5 else wave(i)) for i, m in enumerate(MONTHS)]), {"data": LAST[36]}, 36),
    Case("OECD", rows('"LOCATION","INDICATOR","SUBJECT","MEASURE","FREQUENCY","TIME","Value","Flag Codes"',
                      [(f'"{k}"', '"CPI"', '"TOT"', '"IDX2015"', '"M"', f'"{t}"', v, "") for t, k, v in panel(["AUS", "DEU"], MONTHS)]),
         last_of(["AUS", "DEU"], 36), 36, unused=("INDICATOR", "MEASURE")),
    Case("OECD, two indicators", rows("LOCATION,INDICATOR,MEASURE,TIME,Value",
                                      [(k, i, "PC", t, wave(n) + m) for k in ("AUS", "DEU") for m, i in enumerate(("CPI", "PPI")) for n, t in enumerate(MONTHS)]),
         {f"{k}/{i}": LAST[36] + m for k in ("AUS", "DEU") for m, i in enumerate(("CPI", "PPI"))}, 36),
    Case("SDMX", rows("DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS", [("ECB:EXR", "M", k, t, v, "A") for t, k, v in panel(["DE", "FR", "IT"], MONTHS)]),
         last_of(["DE", "FR", "IT"], 36), 36),
    Case("World Bank", '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-06-28",\n\n' +
         rows('"Country Name","Country Code","Indicator Name","Indicator Code",' + ",".join(f'"{y}"' for y in YEARS) + ",",
              [(f'"{k}"', f'"{k[:3].upper()}"', '"Population, total"', '"SP.POP.TOTL"', *(f'"{1000 * (j + 1) + y - 1990}"' for y in YEARS), "") for j, k in enumerate(("Aruba", "Kenya", "Peru"))]),
         {"Aruba": 1029, "Kenya": 2029, "Peru": 3029}, 30),
    Case("CSSE", rows("Province/State,Country/Region,Lat,Long," + ",".join(f"2020-02-{d:02}" for d in range(1, 29)),
                      [("", "Albania", 41.15, 20.17, *range(28)), ("Victoria", "Australia", -37.8, 144.9, *range(10, 38)), ("Tasmania", "Australia", -41.4, 145.9, *range(20, 48))]),
         {"/Albania": 27, "Victoria/Australia": 37, "Tasmania/Australia": 47}, 28),
    Case("Our World in Data", rows("Entity,Code,Year,Life expectancy", [(k, k[:3].upper(), y, v) for y, k, v in panel(["Chile", "Ghana"], YEARS)]),
         last_of(["Chile", "Ghana"], 30), 30, unused=("Code",)),
    Case("gapminder", rows("country,continent,year,lifeExp", [(k, "Asia", y, v) for y, k, v in panel(["Iran", "Iraq"], YEARS)]), last_of(["Iran", "Iraq"], 30), 30),
    Case("Eurostat, missing as colon", rows("geo;TIME_PERIOD;OBS_VALUE", [(k, t, ":" if i == 3 else v) for i, (t, k, v) in enumerate(panel(["AT", "BE"], MONTHS))], ";"),
         last_of(["AT", "BE"], 36), 36),
    # Monitoring.
    Case("Grafana, one series a column", rows('"Time","web-1","web-2"', [(t[:19].replace("T", " "), wave(i), wave(i) + 50) for i, t in enumerate(HOURS)]),
         {"web-1": LAST[48], "web-2": LAST[48] + 50}, 48),
    Case("Grafana, before 7", "sep=;\n" + rows('"Series";"Time";"Value"', [(f'"{k}"', f'"{t}"', v) for t, k, v in panel(["cpu", "mem"], HOURS)], ";"),
         last_of(["cpu", "mem"], 48), 48),
    Case("Grafana, with units", rows('"Time","load"', [(t[:19].replace("T", " "), f"{wave(i)}%") for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("Telegraf", rows("timestamp,measurement,host,usage_idle", [(1700000000 + 60 * i, "cpu", k, v) for k in ("a", "b") for i, v in enumerate(range(30))]),
         {"a": 29, "b": 29}, 30),
    Case("InfluxDB annotated", "#group,false,false,false,false,true\n#datatype,string,long,dateTime:RFC3339,double,string\n#default,_result,,,,\n" +
         rows(",result,table,_time,_value,host", [("", "", j, t, v, k) for j, k in enumerate(("a", "b")) for t, _, v in panel([k], HOURS)]),
         {"a": LAST[48], "b": LAST[48]}, 48),
    Case("InfluxDB, two tables", "".join(
        "#group,false,false,false,false,true\n#datatype,string,long,dateTime:RFC3339,double,string\n#default,_result,,,,\n" +
        rows(",result,table,_time,_value,host", [("", "", j, t, v, k) for t, _, v in panel([k], HOURS)]) + "\n" for j, k in enumerate(("a", "b"))),
         {"a": LAST[48], "b": LAST[48]}, 48),
    Case("Prometheus export", rows("timestamp,instance,job,value", [(1700000000 + 15 * i, k, "node", i + j) for j, k in enumerate(("h1:9100", "h2:9100")) for i in range(40)]),
         {"h1:9100": 39, "h2:9100": 40}, 40, unused=("job",)),
    Case("CloudWatch", rows("Timestamp,CPUUtilization", [(t, wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("CloudWatch with label rows", "Full label,CPUUtilization,NetworkIn\nLabel,CPUUtilization,NetworkIn\nUnit,Percent,Bytes\n" +
         "".join(f"{t},{wave(i)},{1000 + i}\n" for i, t in enumerate(HOURS)), {"CPUUtilization": LAST[48], "NetworkIn": 1047}, 48,
         flags=("--skip-lines", "1")),
    Case("Home Assistant", rows("entity_id,state,last_changed", [("sensor.t", "unavailable" if i == 7 else wave(i), t) for i, t in enumerate(HOURS)]), {"sensor.t": LAST[48]}, 48),
    Case("SKAB", rows("datetime;Accelerometer1RMS;Current;anomaly", [(t[:19].replace("T", " "), wave(i), wave(i) / 2, 0.0) for i, t in enumerate(HOURS)], ";"),
         {"Accelerometer1RMS": LAST[48], "Current": LAST[48] / 2, "anomaly": 0}, 48),
    # Science.
    Case("UCI electricity", rows('"";"MT_001";"MT_002"', [(f'"{t[:19].replace("T", " ")}"', str(wave(i)).replace(".", ","), f"{i},5") for i, t in enumerate(HOURS)], ";"),
         {"MT_001": LAST[48], "MT_002": 47.5}, 48),
    Case("UCI air quality", rows("Date;Time;CO(GT);T;;", [(t[:10], t[11:19], f"{i},5", "-200" if i == 4 else f"1{i},25", "", "") for i, t in enumerate(HOURS)], ";"),
         {"CO(GT)": 47.5, "T": 147.25}, 48, flags=("--missing", "-200")),
    Case("Beijing PM2.5", rows("No,year,month,day,hour,pm2.5,DEWP", [(i + 1, 2010, 1, 1 + i // 24, i % 24, "NA" if i < 2 else i, -20 + i % 5) for i in range(48)]),
         {"pm2.5": 47, "DEWP": -18}, None),
    Case("bike sharing, hourly", rows("instant,dteday,hr,cnt", [(i + 1, f"2011-01-{1 + i // 24:02}", i % 24, i % 24 + i // 24) for i in range(72)]), {"data": 25}, 72),
    Case("USGS", "# Data provided for site 01646500\n# retrieved: 2024-02-01\n#\n" +
         rows("agency_cd\tsite_no\tdatetime\ttz_cd\t00060\t00060_cd", [("5s", "15s", "20d", "6s", "14n", "10s")] +
              [("USGS", "01646500", t[:16].replace("T", " "), "EST", 5000 + i, "P") for i, t in enumerate(HOURS)], "\t"),
         {"01646500": 5047}, 48, file="usgs.tsv"),
    Case("MeteoSwiss", "MeteoSchweiz / MeteoSuisse / MeteoSwiss\n\nstn;time;tre200d0\n" +
         "".join(f"BAS;{t};{'-' if i == 2 else wave(i)}\n" for i, t in enumerate(DAYS)), {"BAS": LAST[D]}, D),
    Case("R write.csv", rows('"","time","value"', [(f'"{i + 1}"', f'"{t}"', wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("R write.table", rows('"date" "sales"'.replace(" ", ","), [(f'"{i + 1}"', f'"{t}"', wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("pandas, counted index", rows(",date,a,b", [(i, t, wave(i), 2 * i) for i, t in enumerate(DAYS)]), {"a": LAST[D], "b": 2 * D - 2}, D),
    Case("NAB", rows("timestamp,value", [(t[:19].replace("T", " "), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    # Prices.
    Case("Yahoo", rows("Date,Open,High,Low,Close,Adj Close,Volume", [(t, wave(i), wave(i) + 1, wave(i) - 1, wave(i), wave(i), 1000 + i) for i, t in enumerate(DAYS)]),
         {"Open": LAST[D], "High": LAST[D] + 1, "Low": LAST[D] - 1, "Close": LAST[D], "Adj Close": LAST[D], "Volume": 1000 + D - 1}, D),
    Case("stocks, long", rows("date,close,Name", [(t, v, k) for t, k, v in panel(["AAL", "AAPL"], DAYS)]), last_of(["AAL", "AAPL"], D), D),
    Case("prices with currency", rows('date,"price"', [(t, f'"$1,{100 + i}.50"') for i, t in enumerate(DAYS)]), {"data": 1100.5 + D - 1}, D),
    # Spreadsheets.
    Case("Excel, German", rows("Datum;Umsatz", [(t, f"1.{100 + i},5") for i, t in enumerate(DAYS)], ";"), {"data": 1100.5 + D - 1}, D),
    Case("Excel, tabs", rows("date\tsales", [(t, wave(i)) for i, t in enumerate(DAYS)], "\t"), {"data": LAST[D]}, D),
    Case("Excel, Latin-1", rows("Datum;Temperatur °C", [(t, f"{i},5") for i, t in enumerate(DAYS)], ";").encode("latin-1"), {"data": D - 0.5}, D),
    Case("Excel, UTF-16", rows("date\tsales\tMünchen", [(t, wave(i), i) for i, t in enumerate(DAYS)], "\t").encode("utf-16"), {"sales": LAST[D], "München": D - 1}, D),
    Case("Mac line ends", rows("ds,y", [(t, wave(i)) for i, t in enumerate(DAYS)]).replace("\n", "\r"), {"data": LAST[D]}, D),
    Case("title lines", "Category: All categories\n\nWeek,bitcoin: (Worldwide)\n" + "".join(f"{t},{i}\n" for i, t in enumerate(DAYS)), {"data": D - 1}, D),
    Case("pipes", rows("time|value", [(t, wave(i)) for i, t in enumerate(DAYS)], "|"), {"data": LAST[D]}, D),
    Case("no header", "".join(f"{t},{wave(i)}\n" for i, t in enumerate(DAYS)), {"data": LAST[D]}, D),
    Case("no header, epochs", "".join(f"{1700000000 + 60 * i},{wave(i)}\n" for i in range(30)), {"data": LAST[30]}, 30, flags=("--time-column", "#1")),
    Case("Swiss thousands", rows("date;chf", [(t, f"1'{100 + i}.25") for i, t in enumerate(DAYS)], ";"), {"data": 1100.25 + D - 1}, D),
    Case("text column beside numbers", rows("date,temp,rain,weather", [(t, i, i % 3, "sunny") for i, t in enumerate(DAYS)]), {"temp": D - 1, "rain": (D - 1) % 3}, D, unused=("weather",)),
    Case("one bad cell of a wide file", rows("date,a,b", [(t, "oops" if i == 5 else i, i) for i, t in enumerate(DAYS)]), {"a": D - 1, "b": D - 1}, D),
    Case("markers of missing values", rows("date,a", [(t, ("None", "\\N", "<NA>", "N/A", "?", "--", "null", "unavailable")[i - 3] if 3 <= i < 11 else i) for i, t in enumerate(DAYS)]), {"data": D - 1}, D),
    Case("comments", "# written by a logger\n# second line\ntime,value\n" + "".join(f"{t},{i}\n" for i, t in enumerate(DAYS)) + "# end\n", {"data": D - 1}, D),
    # Times in parts, and times across.
    Case("year and month", rows("year,month,average", [(m[:4], int(m[5:]), wave(i)) for i, m in enumerate(MONTHS)]), {"data": LAST[36]}, 36),
    Case("year and quarter", rows("year,quarter,value", [(2010 + q // 4, q % 4 + 1, wave(q)) for q in range(40)]), {"data": LAST[40]}, 40),
    Case("year and quarter as Q1", rows("year,quarter,value", [(2010 + q // 4, f"Q{q % 4 + 1}", wave(q)) for q in range(40)]), {"data": LAST[40]}, 40),
    Case("FluView", "PERCENTAGE OF VISITS\n" + rows("REGION TYPE,REGION,YEAR,WEEK,ILITOTAL", [("National", "X", *week(i), wave(i)) for i in range(150)]), {"X": LAST[150]}, 150),
    Case("BLS", rows("series_id        \tyear\tperiod\t       value\tfootnote_codes",
                     [(k, m[:4], "M" + m[5:], f"       {v}", "") for m, k, v in panel(["CUSR0000SA0", "CUSR0000SA1"], MONTHS)], "\t"), last_of(["CUSR0000SA0", "CUSR0000SA1"], 36), 36),
    Case("year and day of the year", rows("year,doy,v", [(2023 + i // 365, i % 365 + 1, wave(i)) for i in range(400)]), {"data": LAST[400]}, 400),
    Case("date and HHMM", rows("date,hhmm,v", [(t[:10].replace("-", ""), int(t[11:13]) * 100, wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("settlement periods", rows("SETTLEMENT_DATE,SETTLEMENT_PERIOD,ND,TSD", [(t, p, wave(48 * i + p), 1) for i, t in enumerate(DAYS) for p in range(1, 49)]),
         {"ND": wave(48 * D), "TSD": 1}, 48 * D),
    Case("Stooq text", rows("<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<CLOSE>", [("A.US", "D", t.replace("-", ""), "000000", wave(i), wave(i) + 1) for i, t in enumerate(DAYS)]),
         {"A.US": LAST[D] + 1}, D, flags=("--value-column", "<CLOSE>")),
    Case("GISTEMP", "Land-Ocean: Global Means\n" + rows("Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,J-D,DJF",
                     [(y, *(round((12 * (y - 2000) + m) / 100, 2) if 12 * (y - 2000) + m < 285 else "***" for m in range(12)), .5, .1) for y in range(2000, 2024)]),
         {"data": 2.84}, 285, unused=("J-D", "DJF")),
    Case("smart meter, half hours across", rows("Meter,Date," + ",".join(f"{h:02}:{m:02}" for h in range(24) for m in (0, 30)),
                     [("M1", f"{d:02}/01/2024", *(round(d + k / 100, 2) for k in range(48))) for d in range(1, 31)]), {"M1": 30.47}, 48 * 30),
    Case("GEFCom load, hours across", rows("zone_id,year,month,day," + ",".join(f"h{h}" for h in range(1, 25)),
                     [(z, 2024, 1, d, *(100 * z + d + h / 100 for h in range(1, 25))) for z in (1, 2) for d in range(1, 31)]), {"1": 130.24, "2": 230.24}, 720),
    # Rows above and below the header that are none of the data.
    Case("ONS", '"Title","CPIH"\n"CDID","L55O"\n"PreUnit",""\n"Unit","%"\n"Release date","14-02-2024"\n' +
         "".join(f'"{m[:4]} {NAMES[int(m[5:]) - 1].upper()}","{wave(i)}"\n' for i, m in enumerate(MONTHS)), {"data": LAST[36]}, 36),
    Case("ECB", ',EXR.D.USD\n,"US dollar/Euro"\nCollection:,Average of observations\nPeriod\\Unit:,[US dollar ]\n' +
         "".join(f"{t},{wave(i)}\n" for i, t in reversed(list(enumerate(DAYS)))), {"data": LAST[D]}, D),
    Case("Bundesbank", ";BBK01.WU5500;BBK01.WU5500_FLAGS\n;Rate;\nEinheit;EUR;\n" + "".join(f"{m};{str(wave(i)).replace('.', ',')};\n" for i, m in enumerate(MONTHS)),
         {"data": LAST[36]}, 36),
    Case("TOA5", '"TOA5","CR1000","CR1000","1234","CR1000.Std.27","CPU:x.CR1","1","Table1"\n"TIMESTAMP","RECORD","AirTC_Avg","RH"\n"TS","RN","Deg C","%"\n"","","Avg","Smp"\n' +
         "".join(f'"{t[:19].replace("T", " ")}",{i},{wave(i)},{50 + i}\n' for i, t in enumerate(HOURS)), {"AirTC_Avg": LAST[48], "RH": 97}, 48, unused=("RECORD",)),
    Case("CloudWatch graph", 'Full label,"CPU (i-1)","CPU (i-2)"\nLabel,"CPU (i-1)","CPU (i-2)"\nId,m1,m2\nPeriod,300,300\n' +
         "".join(f"{t[:19].replace('-', '/').replace('T', ' ')},{wave(i)},{wave(i) + 1}\n" for i, t in enumerate(HOURS)), {"CPU (i-1)": LAST[48], "CPU (i-2)": LAST[48] + 1}, 48),
    Case("yfinance", "Price,Close,High,Volume\nTicker,AAPL,AAPL,AAPL\nDate,,,\n" + "".join(f"{t},{wave(i)},{wave(i) + 1},{1000 + i}\n" for i, t in enumerate(DAYS)),
         {"Close": LAST[D], "High": LAST[D] + 1, "Volume": 1000 + D - 1}, D),
    Case("open-meteo", "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n52.52,13.41,38.0,0,GMT,GMT\n\ntime,temperature_2m (°C),rain (mm)\n" +
         "".join(f"{t[:16]},{wave(i)},0.5\n" for i, t in enumerate(HOURS)), {"temperature_2m (°C)": LAST[48], "rain (mm)": .5}, 48),
    Case("spreadsheet with empty rows and columns", ",,,\n,Report,,\n,,,\n,Date,Sales,\n" + "".join(f",{t},{100 + i},\n" for i, t in enumerate(DAYS)) + ",,,\n,,,\n",
         {"data": 100 + D - 1}, D),
    Case("EIA", "Source Key\tPET.RWTC.D\nDate\tSpot Price\n" + "".join(f"{NAMES[0]} {t[8:]}, 2024\t{wave(i)}\n" for i, t in enumerate(DAYS)), {"data": LAST[D]}, D),
    # Forms of times.
    Case("quarters 1Q24", rows("quarter,revenue", [(f"{q % 4 + 1}Q{10 + q // 4}", wave(q)) for q in range(40)]), {"data": LAST[40]}, 40),
    Case("halves of years", rows("period,value", [(f"{2000 + q // 2}-S{q % 2 + 1}", wave(q)) for q in range(40)]), {"data": LAST[40]}, 40),
    Case("fiscal years", rows("year,value", [(f"FY{1990 + q}", wave(q)) for q in range(30)]), {"data": LAST[30]}, 30),
    Case("seasons", rows("season,value", [(f"{1990 + q}/{(91 + q) % 100:02}", wave(q)) for q in range(30)]), {"data": LAST[30]}, 30),
    Case("ECDC weeks", rows("country,year_week,weekly_count", [(k, f"{y}-{w:02}", v) for (y, w), k, v in panel(["AT", "BE"], [week(i) for i in range(100)])]), last_of(["AT", "BE"], 100), 100),
    Case("weeks in digits", rows("yearweek,v", [(f"{y}{w:02}", wave(i)) for i, (y, w) in enumerate(week(i) for i in range(150))]), {"data": LAST[150]}, 150),
    Case("day of the year in digits", rows("date,v", [(f"{2023 + i // 365}{i % 365 + 1:03}", wave(i)) for i in range(400)]), {"data": LAST[400]}, 400),
    Case("YYMMDD", rows("date,v", [(t[2:].replace("-", ""), wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, flags=("--time-format", "%y%m%d")),
    Case("ctime", rows("time,v", [(datetime.datetime.fromisoformat(t[:19]).strftime("%a %b %d %H:%M:%S %Y"), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("zone by name", rows("time,v", [(t[:19].replace("T", " ") + " EST", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("ENTSO-E", rows('"MTU (CET/CEST)","Day-ahead Price [EUR/MWh]"', [(f'"{t[8:10]}.03.2024 {t[11:16]} - {t[8:10]}.03.2024 {t[11:14]}59"', wave(i)) for i, t in enumerate(HOURS)]),
         {"data": LAST[48]}, 48),
    Case("weeks of pandas", rows("week,v", [(f"{datetime.date(2023, 1, 2) + datetime.timedelta(7 * i)}/{datetime.date(2023, 1, 8) + datetime.timedelta(7 * i)}", wave(i)) for i in range(60)]),
         {"data": LAST[60]}, 60),
    Case("GHCN, no header", "".join(f"{k},{t.replace('-', '')},{e},{100 + i},,,S,\n" for i, t in enumerate(DAYS) for k in ("USW00094728", "USC00042319") for e in ("TMAX", "TMIN")),
         {f"{k}/{e}": 100 + D - 1 for k in ("USW00094728", "USC00042319") for e in ("TMAX", "TMIN")}, D),
    # Numbers.
    Case("Google Trends", "Category: All categories\n\n" + rows("Week,python: (Worldwide),rust: (Worldwide)", [(t, 50 + i % 9, "<1" if i % 4 == 1 else i % 3 + 1) for i, t in enumerate(DAYS)]),
         {"python: (Worldwide)": 50 + (D - 1) % 9, "rust: (Worldwide)": (D - 1) % 3 + 1}, D),
    Case("Investing.com", rows('"Date","Price","Vol.","Change %"', [(f'"{t[5:7]}/{t[8:]}/2024"', f'"{1000 + i:,}.50"', f'"{1.5 + i / 100:.2f}M"' if i % 3 else f'"{900 + i:.2f}K"', f'"{(-1) ** i * 0.25:.2f}%"')
                                                                   for i, t in reversed(list(enumerate(DAYS)))]),
         {"Price": 1000.5 + D - 1, "Vol.": 1.73, "Change %": -.25}, D),
    Case("accounting", rows("Date,Net", [(t, f'" $ (1,{200 + i}.00)"' if i % 2 else f'" $ 1,{200 + i}.00 "') for i, t in enumerate(DAYS)]), {"data": -1200 - D + 1}, D),
    Case("Excel, French, cp1252", rows("Date;Montant", [(f"{t[8:]}/01/2024", f"1\u00a0{200 + i},50 €") for i, t in enumerate(DAYS)], ";").encode("cp1252"), {"data": 1200.5 + D - 1}, D),
    Case("rows of nothing", rows("Date;Time;CO;T;;", [(f"{13 + int(t[8:10])}/03/2004", t[11:19].replace(":", "."), f"{i},5", f"1{i},25", "", "") for i, t in enumerate(HOURS)], ";") + ";;;;;\n" * 3,
         {"CO": 47.5, "T": 147.25}, 48),
    Case("HOBO", '"Plot Title: pond"\n' + rows('"#","Date Time, GMT-04:00","Temp, °C","Host Connected"', [(i + 1, t[:19].replace("T", " "), wave(i), "Logged" if i == 47 else "") for i, t in enumerate(HOURS)]),
         {"data": LAST[48]}, 48),
    # Columns that blanks part.
    Case("R write.table, as it is", '"date" "sales"\n' + "".join(f'"{i + 1}" "{t}" {wave(i)}\n' for i, t in enumerate(DAYS)), {"data": LAST[D]}, D),
    Case("fixed width", "Date        host     Value\n" + "".join(f"{t}  {k}   {wave(i) + 100 * j:6.1f}\n" for i, t in enumerate(DAYS) for j, k in enumerate("ab")),
         {"a": LAST[D], "b": LAST[D] + 100}, D),
    Case("fixed width, a time with a blank", "Time                  Value\n" + "".join(f"{t[:10]} {t[11:19]}  {wave(i):6.1f}\n" for i, t in enumerate(HOURS)), {"data": LAST[48]}, 48),
    Case("sunspots", "".join(f"{1749 + i // 12} {i % 12 + 1:02}  {wave(i):6.1f}  \n" for i in range(120)), {"data": LAST[120]}, 120),
    Case("sunspots, semicolons", "".join(f"{1749 + i // 12};{i % 12 + 1:02};{wave(i):6.1f}\n" for i in range(120)), {"data": LAST[120]}, 120),
    Case("R ts", "     Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec\n" + "".join(f"{1949 + y} " + " ".join(str(112 + 12 * y + m) for m in range(12)) + "\n" for y in range(6)),
         {"data": 183}, 72),
    Case("decimal commas between blanks", "Datum       Wert\n" + "".join(f"{t}  {i},5\n" for i, t in enumerate(DAYS)), {"data": D - .5}, D, flags=("--separator", "space")),
    # Headers of several levels, of programs, and of one that repeats.
    Case("columns of two levels", ",temp,temp,hum\n,a,b,a\ntime,,,\n" + "".join(f"{t},{wave(i)},{wave(i) + 1},{wave(i) + 2}\n" for i, t in enumerate(DAYS)),
         {"temp/a": LAST[D], "temp/b": LAST[D] + 1, "hum/a": LAST[D] + 2}, D),
    Case("yfinance, two tickers", "Price,Close,Close,Volume,Volume\nTicker,AAPL,MSFT,AAPL,MSFT\nDate,,,,\n" +
         "".join(f"{t},{wave(i)},{wave(i) + 1},{1000 + i},{2000 + i}\n" for i, t in enumerate(DAYS)),
         {"Close/AAPL": LAST[D], "Close/MSFT": LAST[D] + 1, "Volume/AAPL": 1000 + D - 1, "Volume/MSFT": 2000 + D - 1}, D),
    Case("a name twice", rows("time,a,a", [(t, wave(i), 2 * i) for i, t in enumerate(DAYS)]), {"#2": LAST[D], "#3": 2 * D - 2}, D, flags=("--skip-lines", "1", "--no-header")),
    Case("R data frame, years across", rows("country," + ",".join(f"X{1990 + i}" for i in range(20)), [(k, *(i + j for i in range(20))) for j, k in enumerate("AB")]), {"A": 19, "B": 20}, 20),
    Case("World Bank DataBank", rows("Country Name,Country Code,Series Name," + ",".join(f"{y} [YR{y}]" for y in range(1990, 2002)),
                                     [(k, k[:3].upper(), "GDP", *(".." if i == 4 else i + j for i in range(12))) for j, k in enumerate(("Aruba", "Peru"))]), {"Aruba": 11, "Peru": 12}, 12),
    Case("quarters across", rows("year,Qtr1,Qtr2,Qtr3,Qtr4", [(2000 + y, *(wave(4 * y + q) for q in range(4))) for y in range(12)]), {"data": LAST[48]}, 48),
    Case("InfluxDB, pivoted", "#datatype,string,long,dateTime:RFC3339,double,double\n#group,false,false,false,false,false\n#default,_result,,,,\n" +
         rows(",result,table,_time,idle,user", [("", "", 0, t, wave(i), wave(i) + 1) for i, t in enumerate(HOURS)]), {"idle": LAST[48], "user": LAST[48] + 1}, 48),
    Case("SMARD", "\ufeff" + rows("Datum von;Datum bis;Biomasse [MWh];Wasser [MWh]",
                                  [(f"{i // 24 + 1:02}.03.2024 {i % 24:02}:00", f"{(i + 1) // 24 + 1:02}.03.2024 {(i + 1) % 24:02}:00", f"4.{100 + i},50", "-" if i == 5 else f"1.{100 + i},25") for i in range(48)], ";"),
         {"Biomasse [MWh]": 4147.5, "Wasser [MWh]": 1147.25}, 48),
    Case("Open Power System Data", rows("utc_timestamp,cet_cest_timestamp,load", [(t, t.replace("Z", "+0000"), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("KNMI, hours", "STN,YYYYMMDD,   HH,   T\n" + "".join(f"  260,202403{i // 24 + 1:02},{i % 24 + 1:5},{i:5}\n" for i in range(48)), {"  260": 47}, 48),
    # Series whose times never meet, and series of other steps in one file.
    Case("two machines out of step", rows("ts,anlage,wert", sorted((f"2024-03-01T{i // 60:02}:{i % 60:02}:{s:02}", k, 100 * (s > 0) + i) for k, s in (("A", 0), ("B", 7)) for i in range(60))),
         {"A": 59, "B": 159}, 60),
    Case("two machines in turns", rows("ts,anlage,wert", sorted((f"2024-03-01T{i // 60:02}:{i % 60:02}:{s:02}", k, 100 * (s > 0) + i) for k, s in (("A", 0), ("B", 30)) for i in range(60))),
         {"A": 59, "B": 159}, 60),
    Case("three numbered meters in turns", rows("ts,meter_no,reading", sorted((f"2024-03-01T{i // 60:02}:{i % 60:02}:{s:02}", k, 100 * s + i) for k, s in ((17, 0), (23, 20), (99, 40)) for i in range(60))),
         {"17": 59, "23": 2059, "99": 4059}, 60),
    Case("Zabbix", rows("itemid,clock,value,ns", [(10 + j, 1700000000 + 60 * i + j, i + j, 123456 * i % 999999) for i in range(48) for j in range(2)]), {"10": 47, "11": 48}, 48),
    Case("months and quarters", rows("observation_date,UNRATE,GDP", [(f"{m}-01", wave(i), wave(i) if i % 3 == 0 else "") for i, m in enumerate(MONTHS)]), {"UNRATE": LAST[36], "GDP": LAST[34]}, None),
    Case("Grafana, series at other minutes", rows("Time,a,b", [(f"2024-03-{i // 48 + 1:02} {i % 48 // 2:02}:{i % 2 * 30:02}:00", wave(i) if i % 2 == 0 else "", "" if i % 2 == 0 else wave(i)) for i in range(96)]),
         {"a": wave(94), "b": wave(95)}, 48),
    Case("weekdays beside a single series", rows("date,weekday,v", [(t, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[i % 7], i) for i, t in enumerate(DAYS)]), {"data": D - 1}, D, unused=("weekday",)),
    # Forms of times.
    Case("epochs as spreadsheets shorten them", rows("time,v", [(f"{1.7e9 + 60 * i:.9E}", wave(i)) for i in range(48)]), {"data": LAST[48]}, 48),
    Case("year.month", rows("time,v", [(m.replace("-", "."), wave(i)) for i, m in enumerate(MONTHS)]), {"data": LAST[36]}, 36),
    Case("Shiller", rows("Date,P", [(f"{m[:4]}.{'1' if m[5:] == '10' else m[5:]}", wave(i)) for i, m in enumerate(MONTHS)]), {"data": LAST[36]}, 36),
    Case("gretl", rows("obs,v", [(f"{2010 + q // 4}:{q % 4 + 1}", wave(q)) for q in range(40)]), {"data": LAST[40]}, 40, flags=("--time-column", "obs")),
    Case("weeks by name", rows("week,v", [(f"W{w:02} {y}", wave(i)) for i, (y, w) in enumerate(week(i) for i in range(110))]), {"data": LAST[110]}, 110),
    Case("EXIF", rows("time,v", [(t[:19].replace("-", ":").replace("T", " "), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("PVGIS", rows("time,P", [(t[:10].replace("-", "") + ":" + t[11:13] + "10", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("Oracle", rows("time,v", [(f"{t[8:10]}-MAR-24 {(int(t[11:13]) + 11) % 12 + 1:02}.00.00.000000000 {'AM' if int(t[11:13]) < 12 else 'PM'}", wave(i)) for i, t in enumerate(HOURS)]),
         {"data": LAST[48]}, 48, flags=("--time-format", "%d-%^b-%y %I.%M.%S.%9f %p")),
    Case("Japan", rows("日付,v", [(f"{t[:4]}年{int(t[5:7])}月{int(t[8:])}日", wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("RFC 2822", rows("time,v", [(datetime.datetime.fromisoformat(t[:19]).strftime('"%a, %d %b %Y %H:%M:%S +0000"'), wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    Case("year and quarter in digits", rows("time,v", [(f"{2010 + q // 4}{q % 4 + 1}", wave(q)) for q in range(40)]), {"data": LAST[40]}, 40),
    Case("an id of every row beside one series", rows("id,date,v", [(1000 + 3 * i, t, i) for i, t in enumerate(DAYS)]), {"data": D - 1}, D, unused=("id",)),
    # Numbers.
    Case("lakhs", rows("date,v", [(t, f'"1,23,{400 + i}.50"') for i, t in enumerate(DAYS)]), {"data": 123400.5 + D - 1}, D),
    Case("minus behind", rows("Datum;Betrag", [(t, f"{100 + i},50-") for i, t in enumerate(DAYS)], ";"), {"data": -100.5 - D + 1}, D),
    Case("EUR before", rows("date;v", [(t, f"EUR {i},50") for i, t in enumerate(DAYS)], ";"), {"data": D - .5}, D),
    Case("Fortran", rows("date,v", [(t, f"{i}.5D+01") for i, t in enumerate(DAYS)]), {"data": 10 * D - 5}, D),
    Case("three dashes", rows("date,v", [(t, "---" if i == 4 else i) for i, t in enumerate(DAYS)]), {"data": D - 1}, D),
    Case("a marker of one's own", rows("date,v", [(t, "oops" if i == 4 else i) for i, t in enumerate(DAYS)]), {"data": D - 1}, D, flags=("--missing=oops",)),
    Case("UTF-16 with Mac line ends", rows("time;value", [(t, wave(i)) for i, t in enumerate(DAYS)], ";").replace("\n", "\r").encode("utf-16"), {"data": LAST[D]}, D),
    # Times counted from elsewhere.
    Case("FILETIME", rows("time,v", [(130000000000000000 + 5 * 10 ** 15 + 36 * 10 ** 9 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48),
    Case(".NET ticks", rows("time,v", [(638448480000000000 + 36 * 10 ** 9 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48),
    Case("Chrome", rows("time,v", [(13353724800000000 + 36 * 10 ** 8 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48),
    Case("Core Data", rows("ZSTARTDATE,ZVALUE", [(730944000 + 3600 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "seconds since 2001-01-01")),
    Case("GPS", rows("gps_time,v", [(1393286418 + 60 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "seconds since 1980-01-06")),
    Case("a unit of each sensor", rows("time,sensor,value,unit", [(t, k, v, u) for u, s in (("C", "t"), ("%", "h")) for t, k, v in panel([s], HOURS)]), {"t": LAST[48], "h": LAST[48]}, 48, unused=("unit",)),
    Case("a unit of each thing", rows("time,thing,v,uom", sorted((t, k, v, "kW" if k == "a" else "C") for t, k, v in panel("ab", HOURS))), last_of("ab", 48), 48, unused=("uom",)),
    Case("a unit now and then", rows("time,v,unit", [(t, wave(i), "kW" if i % 5 else "") for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48, unused=("unit",)),
    # Names of months of which one is May; hours and parts of the day in columns of their own.
    *(Case(f"long months: {pattern}", rows("when;v", [(day.strftime(pattern), wave(i)) for i, day in enumerate(SPRING)], ";"), {"data": LAST[len(SPRING)]}, len(SPRING))
      for pattern in ("%A, %B %d, %Y", "%-d %B %Y", "%B %-d, %Y", "%d-%b-%Y")),
    Case("long months of years", rows("month,v", [(datetime.date(2019 + i // 12, i % 12 + 1, 1).strftime("%B %Y"), wave(i)) for i in range(36)]), {"data": LAST[36]}, 36),
    Case("year and a long month", rows("Year,Month,v", [(2019 + i // 12, datetime.date(2019, i % 12 + 1, 1).strftime("%B"), wave(i)) for i in range(36)]), {"data": LAST[36]}, 36),
    Case("AM and PM in a column", rows("date,time,ampm,v", [(t.date(), t.strftime("%I:%M"), t.strftime("%p"), wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("an hour, AM and PM", rows("date,hour,period,v", [(t.date(), t.strftime("%I"), t.strftime("%p"), wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("hours of four digits", rows("date,hour,v", [(t.date(), t.strftime("%H%M"), wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("hours from 100 to 2400", rows("date,Hour,v", [(t.date(), 100 * t.hour + 100, wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("from one hour to the next", rows("date,hour,v", [(t.date(), f"{t.hour:02}:00-{t.hour + 1:02}:00", wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("minutes of the day", rows("date,minute,v", [(t.date(), 60 * t.hour, wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    Case("seconds of the day", rows("date,seconds,v", [(t.date(), 3600 * t.hour, wave(i)) for i, t in enumerate(CLOCK)]), {"data": LAST[72]}, 72),
    *(Case(f"{name} {first} to {first + n - 1}", rows(f"date,{name},v", [(day, k + first, wave(i * n + k)) for i, day in enumerate(DAYS[:3]) for k in range(n)]), {"data": wave(3 * n - 1)}, 3 * n)
      for name, first, n in (("PTU", 1, 96), ("interval", 0, 96), ("block", 1, 96), ("slot", 0, 48), ("period", 1, 288), ("isp", 1, 48), ("interval", 1, 144))),
    Case("NTP", rows("time,v", [(3918240000 + 3600 * i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "seconds since 1900-01-01")),
    Case("netCDF hours", rows("time,t2m", [(1088424 + i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "hours since 1900-01-01")),
    Case("days since 1970", rows("date,v", [(19723 + i, wave(i)) for i in range(48)]), {"data": LAST[48]}, 48, flags=("--time-format", "days since 1970-01-01")),
    Case("years of two digits first", rows("date,v", [(t[2:].replace("-", "/"), wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D),
    Case("years of two digits of the last century", rows("date,v", [(f"13/01/{(1950 + i) % 100:02}", wave(i)) for i in range(60)]), {"data": LAST[60]}, 60),
    Case("Kibana", rows('"@timestamp","host.name","cpu"', [(f'"Mar {int(t[8:10])}, 2024 @ {t[11:19]}.000"', "web", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48, unused=("host.name",)),
    Case("ordinals", rows("date,v", [(f"{i + 1}{'th' if i // 10 == 1 or i % 10 > 2 else ('st', 'nd', 'rd')[i % 10]} January 2024", wave(i)) for i in range(24)]), {"data": LAST[24]}, 24),
    Case("a.m. with points", rows("time,v", [(f"3/{int(t[8:10]) + 12}/2024 {(int(t[11:13]) + 11) % 12 + 1}:00 {'a.m.' if int(t[11:13]) < 12 else 'p.m.'}", wave(i)) for i, t in enumerate(HOURS)]),
         {"data": LAST[48]}, 48),
    Case("hours that end", rows("date,he,v", [(t[:10], f"HE{int(t[11:13]) + 1:02}", wave(i)) for i, t in enumerate(HOURS)]), {"data": LAST[48]}, 48),
    # Steps of the calendar.
    Case("the first and the fifteenth", rows("date,v", [(f"{m}-{d:02}", wave(2 * i + k)) for i, m in enumerate(MONTHS) for k, d in enumerate((1, 15))]), {"data": LAST[72]}, 72),
    Case("dekads", rows("date,v", [(f"{m}-{d:02}", wave(3 * i + k)) for i, m in enumerate(MONTHS) for k, d in enumerate((1, 11, 21))]), {"data": LAST[108]}, 108),
    Case("a market that closes for lunch", rows("time,close", [(f"2024-03-{4 + i // 4 + 2 * (i // 20):02} {('10:30', '11:30', '14:00', '15:00')[i % 4]}", wave(i)) for i in range(60)]), {"data": LAST[60]}, 60),
    # Places, ids of rows, headers of two lines.
    Case("ERA5 in rows", rows("time,latitude,longitude,t2m", [(t[:19].replace("T", " "), la, lo, round(wave(i) + la, 2)) for i, t in enumerate(HOURS) for la in (50.0, 50.25) for lo in (8.0, 8.25)]),
         {f"{la}/{lo}": round(LAST[48] + la, 2) for la in (50.0, 50.25) for lo in (8.0, 8.25)}, 48),
    Case("Strava", rows("Activity ID,Activity Date,Activity Name,Distance", [(10000 + 17 * i, f'"Jan {i + 1}, 2024, 7:00:00 AM"', "Run", wave(i)) for i in range(24)]), {"data": LAST[24]}, 24, unused=("Activity ID",)),
    Case("pivot table", "Sum of Sales,Column Labels,,\n" + rows("Row Labels,North,South,All", [(t, wave(i), wave(i) + 1, wave(i) + 2) for i, t in enumerate(DAYS)]), {"North": LAST[D], "South": LAST[D] + 1, "All": LAST[D] + 2}, D),
    Case("NOAA buoy", "#YY  MM DD hh mm WDIR WSPD GST\n#yr  mo dy hr mn degT m/s  m/s\n" + "".join(f"2024 03 {t[8:10]} {t[11:13]} 00 {200 + i % 9:3} {wave(i):4} {wave(i) + 1:4}\n" for i, t in enumerate(HOURS)),
         {"WDIR": 200 + 47 % 9, "WSPD": LAST[48], "GST": LAST[48] + 1}, 48),
    Case("names above units in comments", "# station 7\n# time,temp,rh\n# [UTC],[degC],[%]\n" + "".join(f"{t},{wave(i)},{wave(i) + 1}\n" for i, t in enumerate(HOURS)), {"temp": LAST[48], "rh": LAST[48] + 1}, 48),
    Case("codes of the EPA", rows("State Code,County Code,Site Num,Parameter Code,Date Local,Arithmetic Mean", [("06", "037", "0001", "88101", t, wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, unused=("Site Num",)),
    Case("the spans of Splunk", rows('"_time",host,count,"_span","_spandays"', [(f'"{t}"', h, 9 + i % 7, 86400, 1) for i, t in enumerate(DAYS) for h in "ab"]), {"a": 9 + (D - 1) % 7, "b": 9 + (D - 1) % 7}, D, unused=("_span",)),
    Case("a reading that stands still", rows("time,temp,fan,pump", [(t, wave(i), wave(i) + 1, 0) for i, t in enumerate(HOURS)]), {"temp": LAST[48], "fan": LAST[48] + 1, "pump": 0}, 48),
    Case("values with flags in the minority", rows("date,v", [(t, f"{i}.5e" if i == 3 else f"{i}.5") for i, t in enumerate(DAYS)]), {"data": D - .5}, None, flags=("--max-bad-rows", "1")),
    # Missing values that are numbers.
    Case("GSOD", rows("STATION,DATE,SLP", [("72503", t, 9999.9 if i % 9 == 3 else 1010 + i % 5) for i, t in enumerate(DAYS)]), {"72503": 1010 + 23 % 5}, D, flags=("--missing=9999.9",)),
    Case("-999 for nothing", rows("time,a,b", [(t, -999 if i in (4, 9) else wave(i), wave(i)) for i, t in enumerate(DAYS)]), {"a": LAST[D], "b": LAST[D]}, D, flags=("--missing=-999",)),
    Case("9999 that is a value", rows("time,v", [(t, 9999 if i % 5 == 2 else wave(i)) for i, t in enumerate(DAYS)]), {"data": LAST[D]}, D, flags=("--missing=none",)),
    Case("a counter that ends at 9999", rows("time,v", [(t, min(9999, 6000 + 400 * i)) for i, t in enumerate(DAYS)]), {"data": 9999}, D),
    Case("a switch between 0 and 999", rows("time,v", [(t, 999 * (i % 3 == 0)) for i, t in enumerate(DAYS)]), {"data": 0}, D),
]
