"""Tables whose names, rows and columns do not fit at first sight, through the real binary: a header of another width than its rows, parts of a
day or a year without a name that says so, words before the times of a header, years beside days, codes beside cells of several numbers, days of
no year, days and months that change places. Read as their owners mean them, or refused with what reads them."""
import datetime
import unittest

from fitd_support import run
from layout_cases import rows, wave
from meaning_test import Checked

DAYS = [datetime.date(2023, 1, 1) + datetime.timedelta(days=i) for i in range(14)]
MINUTES = [datetime.datetime(2024, 1, 1) + datetime.timedelta(minutes=i) for i in range(60)]
MONTHS = [(2015 + i // 12, i % 12 + 1) for i in range(72)]
YEARS = range(2010, 2024)


def blank(header, lines):
    return rows(header, lines).replace(",", " ")


class Widths(Checked):
    def read(self, text, *flags):
        return self.plan(text, *flags)["columns"]

    def test_a_time_that_a_blank_splits_has_one_name_wherever_it_stands(self):
        for header, place in (("a b c time", 3), ("time a b c", 0), ("a b UTC c", 2), ("host time load1 x", 1)):
            with self.subTest(header):
                names = header.split()
                lines = []
                for i, t in enumerate(MINUTES):
                    cells = [str(1000 * k + wave(i)) if names[k] != "host" else "web1" for k in range(4)]
                    cells[place:place + 1] = [f"{t:%Y-%m-%d}", f"{t:%H:%M:%S}"]
                    lines.append(cells)
                value = "load1" if "load1" in names else "b"
                columns = self.read(blank(header.replace(" ", ","), lines), "--value-column", value)
                self.assertEqual(columns["value"], [value])
                self.assertEqual(columns["time"][0], names[place])
                taken = self.last_of(value)
                self.assertEqual(taken, 1000 * names.index(value) + wave(59))

    def last_of(self, value):
        """The last value that was read from the text of the last check."""
        return float(self.forecast("--value-column", value).splitlines()[1].split(",")[2])

    def forecast(self, *flags):
        store = self.dir / "s.db"
        done = run("train", self.dir / "data.csv", "--store", store, "--fresh", "--models", "naive", "--combine", "none", "--season", "1",
                   "--workers", "0", "--progress", "none", "--quiet", *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return run("forecast", "--store", store, "--horizon", "1").stdout

    def test_row_names_of_r_and_cells_without_a_name(self):
        table = [(i + 1, f"{d:%Y-%m-%d}", wave(i), 5) for i, d in enumerate(DAYS)]
        self.assertEqual(self.read(blank("date,x,z", table))["time"], ["date"])  # row names in front
        named = [(f"{d:%Y-%m-%d}", wave(i), 5) for i, d in enumerate(DAYS)]
        self.assertEqual(self.read(blank("x,z", named))["value"], ["x", "z"])
        quoted = "".join(f'"{d:%Y-%m-%d}";"{wave(i)}";"A"\n' for i, d in enumerate(DAYS))
        self.assertEqual(self.read('"date";"v"\n' + quoted)["value"], ["v"])

    def test_rows_of_another_width_than_the_header(self):
        flag = [(f"{d:%Y-%m-%d}", wave(i), 5, "A") for i, d in enumerate(DAYS)]
        for separator in ",;\t ":
            text = rows("date,x,z", flag).replace(",", separator)
            self.refused(text, "the rows have 4 fields and the header 3", "'2023-01-01", "--skip-lines 1 --no-header")
            self.assertEqual(self.plan(text, "--skip-lines", "1", "--no-header", "--value-column", "#2")["values"], 14)
        self.refused(rows("date,price", [(d, f"{wave(i)},{i % 10}") for i, d in enumerate(DAYS)]), "3 fields and the header 2", "decimal comma")
        self.refused(rows("Time,Temp, C,Hum", [(d, wave(i), 5) for i, d in enumerate(DAYS)]), "3 fields and the header 4", "put names in quotes")

    def test_many_lines_of_description_below_the_header(self):
        for n in (5, 12, 13, 20, 35):
            with self.subTest(n):
                text = rows("Date,A,B", [(f"Meta{k}", f"a{k}", f"b{k}") for k in range(n)] + [(f"{y}-{m:02}-15", wave(i), 3 + wave(i)) for i, (y, m) in enumerate(MONTHS)])
                self.assertEqual(self.plan(text)["values"], 144)

    def test_lines_about_the_data_above_a_header_of_fewer_fields(self):
        text = "Verze;Od;Do;Funkce;Agregace\nreal;01.01.2024 00:00:00;15.01.2024;mean;hour\nDatum;Zatizeni [MW];Brutto [MW];\n" + \
            "".join(f"{t:%d.%m.%Y %H:%M};{wave(i)};{60 + wave(i)};\n" for i, t in enumerate(datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(336)))
        plan = self.plan(text)
        self.assertEqual((plan["columns"]["time"], plan["targets"], plan["values"]), (["Datum"], 2, 672))


class Parts(Checked):
    def test_parts_of_a_day_under_any_name_or_none(self):
        for form, parts in (("hours", range(24)), ("hours that end", range(1, 25)), ("HHMM", range(100, 2401, 100)), ("HHMM from 0", range(0, 2301, 100)),
                            ("half hours", [h * 100 + m for h in range(24) for m in (0, 30)]), ("half hours that end", [*(h * 100 + m for h in range(24) for m in (0, 30) if h + m), 2400]),
                            ("three hours", range(0, 24, 3)), ("three hours that end", range(3, 25, 3)), ("six hours", range(0, 24, 6)), ("climate", (7, 14, 21)), ("slots", range(1, 49))):
            for header in ("date,x1,mw", "date,Termin,mw", None):
                with self.subTest(f"{form} {header}"):
                    table = [(f"{d:%Y-%m-%d}", p, 1.5 + wave(i)) for d in DAYS for i, p in enumerate(parts)]
                    name = "#2" if header is None else header.split(",")[1]
                    text = rows(header, table) if header else rows("", table).lstrip("\n")
                    self.refused(text, "part of the time", "--target-column " + ("'#2'" if header is None else name))
                    if form in ("hours", "three hours", "six hours", "climate"):
                        time = "#1,#2" if header is None else f"date,{name}"
                        self.assertEqual(self.plan(text, "--time-column", time)["targets"], 1)
                    self.assertEqual(self.plan(text, "--target-column", name)["targets"], len(parts))

    def test_numbers_that_divide_nothing_stay_ids(self):
        for name, ids in (("x", (1, 2, 3)), ("x", (0, 10, 20, 30)), ("x", (6, 12, 18, 24)), ("x", (3, 6, 9, 12)), ("store", range(24)), ("site_id", (0, 6, 12, 18)), ("x", (101, 205, 340))):
            table = [(f"{d:%Y-%m-%d}", p, 1.5 + wave(i)) for d in DAYS for i, p in enumerate(ids)]
            with self.subTest(f"{name} {ids}"):
                self.assertEqual(self.plan(rows(f"date,{name},v", table))["targets"], len(ids))

    def test_quarters_of_a_year_under_any_name(self):
        table = [(y, q, wave(q)) for y in YEARS for q in range(1, 5)]
        self.refused(rows("year,p,v", table), "part of the time")
        self.assertEqual(self.plan(rows("year,store,v", table))["targets"], 4)
        weeks = [(y, w, wave(w)) for y in YEARS for w in range(1, 54 if y in (2015, 2020) else 53)]
        self.refused(rows("", weeks).lstrip("\n"), "part of the time")

    def test_parts_of_a_year_without_names(self):
        day = [datetime.date(2018, 1, 1) + datetime.timedelta(days=i) for i in range(800)]
        for form, table, step in (("quarters", [(y, q, wave(q)) for y in YEARS for q in range(1, 5)], "2024 Q1"), ("months", [(y, m, wave(m)) for y, m in MONTHS], "2021 1"),
                                  ("days of a year", [(d.year, d.timetuple().tm_yday, wave(i)) for i, d in enumerate(day)], "2020-071"),
                                  ("days of one year", [(d.year, d.month, d.day, wave(i)) for i, d in enumerate(day[:300])], "2018 10 28"),
                                  ("days", [(d.year, d.month, d.day, wave(i)) for i, d in enumerate(day)], "2020 3 11")):
            for ids in ((), ("AK", "AL")):
                with self.subTest(f"{form} {ids}"):
                    text = rows("", [(k, *row) for k in ids for row in table] or table).lstrip("\n")
                    plan = self.plan(text)
                    self.assertEqual((plan["targets"], plan["values"]), (len(ids) or 1, len(table) * (len(ids) or 1)))
                    self.assertEqual(self.next_times(text, "1")[0], step)


class Headers(Checked):
    def test_a_word_before_the_times_of_rows(self):
        for form, to_come in (("cases_2023-{m:02}", "2023-08"), ("pop2019M{m:02}", "2019M08"), ("Folk 2018M{m:02}", "2018M08"), ("{y} pop", "1997"), ("pop{y}", "1997"),
                              ("cases_2023-01-{m:02}", "2023-01-08"), ("Sales 2023Q{q} ", None), ("Sales (2020-{m:02})", "2020-08"), ("pop_2020{m:02}", "202008"), ("val 2020W{m:02}", "2020W08")):
            header = [form.format(m=i + 1, y=1990 + i, q=i % 4 + 1) for i in range(4 if to_come is None else 7)]
            text = rows("region," + ",".join(header), [(k, *(wave(i) for i in range(len(header)))) for k in "NS"])
            with self.subTest(form):
                plan = self.plan(text, "--layout", "rows")
                self.assertEqual(plan["values"], 2 * len(header))
                self.assertIn("without the word", str(plan["columns"]))
                if to_come:
                    self.assertEqual(self.next_times(text, "1", "--layout", "rows")[0], to_come)

    def test_words_of_several_quantities_and_names_without_a_time(self):
        text = rows("region," + ",".join(f"{k}_2023-{m:02}" for m in range(1, 8) for k in ("cases", "deaths")), [(k, *range(14)) for k in "NS"])
        self.refused(text, "times of several quantities ('cases', 'deaths')", flags=("--layout", "rows"))
        text = rows("region,code," + ",".join(f"cases_2023-{m:02}" for m in range(1, 8)), [(k, 7 + i, *range(7)) for i, k in enumerate("NS")])
        self.refused(text, "'code'", "no time in the name", "--ignore code", flags=("--layout", "rows"))
        self.assertEqual(self.plan(text, "--layout", "rows", "--ignore", "code")["values"], 14)
        text = rows("region," + ",".join(f"d_{m}" for m in range(1, 8)), [(k, *range(7)) for k in "NS"])
        self.assertEqual(self.next_times(text, "1", "--layout", "rows"), ["8", "8"])
        numbered = rows("region," + ",".join(f"pop{y}" for y in YEARS), [(k, *range(14)) for k in ("00 Riket", "01 Stockholm")])
        self.assertEqual(self.plan(numbered, "--layout", "rows")["targets"], 2)

    def test_when_a_row_was_written_is_no_time_beside_those_of_the_header(self):
        header = ",".join(f"{y}-{m:02}" for y, m in MONTHS)
        text = rows(f"Libellé,idBank,Dernière mise à jour,{header}", [line for k, n in (("A", 17), ("B", 18)) for line in ((k, f"0{n}", "12/01/2024 08:45", *map(wave, range(72))), ("Codes", "", "", *["A"] * 72))])
        plan = self.plan(text)
        self.assertEqual((plan["columns"]["layout"], plan["values"]), ("rows", 144))

    def test_years_beside_days_of_one_of_them(self):
        days = [(f"{d.month}/{d.day}/2023", *(1000 + wave(i + k) for k in range(3))) for i, d in enumerate(datetime.date(2023, 5, 30) - datetime.timedelta(days=i) for i in range(90))]
        text = rows("Date,2023,2022,2021", days)
        self.refused(text, "holds days of 2023", "--value-column 2023", "--layout wide")
        self.assertEqual(self.plan(text, "--value-column", "2023")["targets"], 1)
        self.assertEqual(self.plan(text, "--layout", "wide")["targets"], 3)
        self.assertEqual(self.plan(rows("Date,2001,2002,2003", days))["targets"], 3)  # stations
        self.refused(rows("Month,2022,2023", [(f"2023-{m:02}", 5, wave(m)) for m in range(1, 13)]), "--value-column 2023")

    def test_a_code_beside_cells_of_several_numbers(self):
        hour = [f"{t:%Y-%m-%dT%H:%M:%S}" for t in (datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(60))]
        text = rows('"STATION","DATE","SOURCE","WND","TMP"', [(f'"A1"', f'"{t}"', '"7"', f'"200,1,N,00{10 + i},1"', f'"+0{wave(i)},1"') for i, t in enumerate(hour)])
        self.refused(text, "'SOURCE'", "'WND', 'TMP'", "--value-column SOURCE")
        self.assertEqual(self.plan(text, "--value-column", "SOURCE")["targets"], 1)
        self.refused(rows("started_at,member,start_lat", [(t, "yes" if i % 3 else "no", 40.7) for i, t in enumerate(hour)]), "'start_lat'", "--aggregate count")
        self.assertEqual(self.plan(rows("date,number", [(t, 0) for t in hour]))["targets"], 1)

    def test_what_is_proposed_first_is_a_measure(self):
        for header, line, best in (("period,refMonth,reporterCode,primaryValue,flow", lambda i: (f"2018-{i % 12 + 1:02}", i % 12 + 1, 276, 106400 + i, "XM"[i // 12]), "primaryValue"),
                                   ("time,Record Type,Device,Glucose", lambda i: (f"2024-01-01 {i // 2:02}:00", i % 2, "AB"[i % 2], wave(i)), "Glucose"),
                                   ("time,District,Name,Flow", lambda i: (f"2024-01-01 {i // 2:02}:00", 7, "AB"[i % 2], wave(i)), "Flow"),
                                   ("time,Mdate,Sensor,Count", lambda i: (f"2024-01-{i // 2 + 1:02}", i // 2 + 1, "AB"[i % 2], wave(i)), "Count")):
            with self.subTest(header):
                done = self.check(rows(header, [line(i) for i in range(24)]))
                if done.returncode == 65:
                    self.assertIn(f"--value-column {best}", done.stderr)
                    self.assertNotIn("ambiguous", done.stderr)


class Dates(Checked):
    def test_days_of_no_year(self):
        for form in ("{d:%b} {d.day}", "{d:%B} {d.day}", "{d.day}-{d:%b}", "{d:%d}-{d:%b}", "{d:%b} {d:%d}"):
            for n in (9, 31, 100):
                with self.subTest(f"{form} {n}"):
                    done = self.check(rows("Date,v", [(form.format(d=DAYS[0] + datetime.timedelta(days=i)), wave(i)) for i in range(n)]))
                    self.assertEqual(done.returncode, 65, done.stdout)
                    self.assertIn("a day of a year that is not written", done.stderr)

    def test_days_and_months_that_change_places(self):
        day = [(f"01/01/2024 {i // 4:02}:{15 * (i % 4):02}", wave(i)) for i in range(96)]
        self.assertEqual(self.next_times(rows("time,v", day), "1"), ["2024-01-02T00:00:00"])
        self.assertEqual(self.next_times(rows("time,v", [(f"01/01/{y}", wave(y)) for y in range(1990, 2024)]), "1")[0][:4], "2024")
        for form in ("01/{m:02}/{y}", "{m}/1/{y}", "1.{m}.{y}"):
            text = rows("date,v", [(form.format(y=y, m=m), wave(i)) for i, (y, m) in enumerate(MONTHS)])
            self.assertEqual(self.next_times(text, "1"), [form.format(y=2021, m=1)])
        quarters = rows("date,v", [(f"01/{m:02}/{y}", wave(y + m)) for y in YEARS for m in (1, 4, 7, 10)])
        self.assertEqual(self.next_times(quarters, "2"), ["01/01/2024", "01/04/2024"])
        self.refused(rows("date,v", [(f"{d:02}/01/2024", wave(d)) for d in range(1, 13)]), "--time-format")

    def test_a_file_of_one_first_of_january_says_nothing_of_others(self):
        for form, other in (("01/{d:02}/2024", "01/13/2024"), ("{d:02}/01/2024", "13/01/2024")):
            folder = self.dir / f"logs{other[:2]}"
            folder.mkdir()
            for d in (1, 2):
                (folder / f"{d:02}.csv").write_text(rows("time,v", [(f"{form.format(d=d)} {h:02}:00", wave(h)) for h in range(24)]))
            alone = run("check", folder, "--wide")
            self.assertEqual(alone.returncode, 65, alone.stdout)
            self.assertIn("may be", alone.stderr)
            (folder / "13.csv").write_text(rows("time,v", [(f"{other} {h:02}:00", wave(h)) for h in range(24)]))
            plan = run("check", folder, "--wide", "--json", "--gaps", "none", "--max-repaired", "100%")
            self.assertEqual(plan.returncode, 0, plan.stderr)
            self.assertIn(form.format(d=1), plan.stdout)

    def test_a_table_of_years_below_one_of_months(self):
        text = "about\n\n" + rows(",A,B", [(f"{y}{m:02}", wave(i), 1.5) for i, (y, m) in enumerate(MONTHS)]) + "\n  Annual: January-December\n" + rows(",A,B", [(f"  {y}", 5, 6) for y in YEARS[:6]])
        self.refused(text, "'  2010'", "--max-bad-rows")
        rest = self.plan(text, "--max-bad-rows", "8")
        self.assertEqual((rest["targets"], rest["values"]), (2, 144))

    def test_ends_zones_and_hours_of_other_names(self):
        quarters = [datetime.datetime(2024, 1, 13) + datetime.timedelta(minutes=15 * i) for i in range(96)]
        end = datetime.timedelta(minutes=15)
        for begins, ends in (("Van", "Tot"), ("Från", "Till"), ("Desde", "Hasta"), ("From", "To")):
            text = rows(f"{begins} (datum),{begins} (tid),{ends} (datum),{ends} (tid),Volume", [(f"{t:%d-%m-%Y}", f"{t:%H:%M:%S}", f"{t + end:%d-%m-%Y}", f"{t + end:%H:%M:%S}", wave(i)) for i, t in enumerate(quarters)])
            self.assertEqual(self.plan(text)["columns"]["time"], [f"{begins} (datum)", f"{begins} (tid)"])
        zones = rows("Start time UTC,Start time UTC+03:00,Load", [(t, t + datetime.timedelta(hours=3), wave(i)) for i, t in enumerate(quarters)])
        self.assertEqual(self.plan(zones)["columns"]["time"], ["Start time UTC"])
        for header in ("Data,Godz.,Load", "H,Date,Hour Ending,Load", "Date,MESS_STUNDE,Load"):
            table = [(*("D" for _ in range(header.count(",") - 2)), f"{d:%Y-%m-%d}", h, 1.5 + wave(h)) for d in DAYS for h in range(1, 25)]
            self.assertEqual(self.plan(rows(header, table))["values"], 336, header)
        weeks = [(y, w, 1.5 + wave(w)) for y in YEARS for w in range(1, 53)]
        self.assertEqual(self.plan(rows("Current MMWR Year,MMWR WEEK,x", weeks))["targets"], 1)
        table = [(f"From {d:%Y-%m-%d} to {d + datetime.timedelta(days=6):%Y-%m-%d}", wave(i)) for i, d in enumerate(DAYS[0] + datetime.timedelta(days=1 + 7 * i) for i in range(60))]
        self.assertEqual(self.next_times(rows("Date,Visits", table), "1"), ["2024-02-26"])

    def test_a_comma_before_three_digits_and_an_exponent(self):
        text = rows("date;a", [(f"{d:%Y-%m-%d};1,{200 + i}E+03",) for i, d in enumerate(DAYS)])
        self.assertEqual(self.plan(text)["values"], 14)

    def test_rows_without_a_time_repeat_none(self):
        text = rows("Index,Timestamp,Event Type,Info,Glucose", [(1, "", "FirstName", "Jo", ""), (2, "", "LastName", "Do", "")] + [(3 + i, f"{t:%Y-%m-%dT%H:%M:%S}", "EGV", "", wave(i)) for i, t in enumerate(MINUTES)])
        self.refused(text, "2 rows cannot be used", "--max-bad-rows 2")
        self.assertEqual(self.plan(text, "--max-bad-rows", "2")["values"], 60)


if __name__ == "__main__":
    unittest.main()
