"""Every layout of layout_cases.py and its like through the real binary: read as it is, or with at most the two options that the error
message itself names; none silently wrong."""
import contextlib
import csv
import io
import json
import pathlib
import re
import shlex
import sqlite3
import tempfile
import unittest

from fitd_support import SHARED, Scratch, run
from layout_cases import CASES as FIRST_CASES
from layout_cases_cells import CASES as CELL_CASES
from layout_cases_cells import REFUSED
from layout_cases_months import CASES as MONTH_CASES
from layout_cases_more import CASES as MORE_CASES
from layout_cases_parts import CASES as PART_CASES
from layout_cases_parts import REFUSED as REFUSED_PARTS
from layout_cases_parts import across, rows

CASES = FIRST_CASES + MORE_CASES + CELL_CASES + PART_CASES + MONTH_CASES

NAIVE = ("--models", "naive", "--combine", "none", "--season", "1", "--workers", "0", "--progress", "none", "--quiet")


class Layouts(Scratch):
    def write(self, case):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
        path = folder / case.file
        path.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
        return path

    def last_values(self, path, flags):
        """Target -> last value, which is what the naive model forecasts, and the first time that it does it for."""
        store = path.parent / "s.db"
        done = run("train", path, *flags, "--store", store, *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", store, "--horizon", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        forecasts = list(csv.reader(io.StringIO(done.stdout)))[1:]
        return {row[0]: float(row[2]) for row in forecasts}, forecasts[0][1]

    def test_every_layout(self):
        for case in CASES:
            with self.subTest(case.name):
                path = self.write(case)
                if case.flags:
                    refused = run("check", path)
                    if refused.returncode != 0:
                        self.assertEqual(refused.returncode, 65, refused.stderr)
                        self.assertIn(case.flags[0], refused.stderr)
                done = run("check", path, "--json", *case.flags)
                self.assertEqual(done.returncode, 0, done.stderr)
                plan = json.loads(done.stdout)
                self.assertEqual(plan["targets"], len(case.targets))
                if case.n:
                    self.assertEqual(plan["values"], case.n * len(case.targets))
                self.assertEqual(plan["duplicates"], 0)
                unused = [column["column"] for column in plan["columns"]["unused"]]
                for name in case.unused:
                    self.assertIn(name, unused)
                values, time = self.last_values(path, case.flags)
                self.assertEqual(values, {k: float(v) for k, v in case.targets.items()})
                if case.next:
                    self.assertEqual(time, case.next)

    def test_what_would_be_lost_is_refused(self):
        for case in REFUSED:
            with self.subTest(case.name):
                path = self.dir / "data.csv"
                path.write_text(case.text)
                for command in (("check", path, "--json"), ("train", path, "--store", self.dir / "no.db", *NAIVE)):
                    done = run(*command)
                    self.assertEqual(done.returncode, 65, done.stderr)
                    for words in case.says:
                        self.assertIn(words, done.stderr)
                if case.targets is not None:
                    folder = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
                    path = path.rename(folder / "data.csv")
                    self.assertEqual(self.last_values(path, case.flags)[0], case.targets)

    def test_what_may_be_several_things_is_refused(self):
        for name, text, words in REFUSED_PARTS:
            with self.subTest(name):
                path = self.dir / "data.csv"
                path.write_text(text)
                done = run("check", path)
                self.assertEqual(done.returncode, 65, done.stdout)
                for word in words:
                    self.assertIn(word, done.stderr)

    def test_the_command_that_check_prints_reads_the_same(self):
        """The command line in full needs no guess, and finds the same."""
        for case in CASES[::4]:
            with self.subTest(case.name):
                path = self.write(case)
                plan = json.loads(run("check", path, "--json", *case.flags).stdout)
                words = shlex.split(plan["command"])
                self.assertEqual(words[:2], ["fitd", "train"])
                again = run("check", "--json", *words[2:])
                self.assertEqual(again.returncode, 0, again.stderr)
                said = json.loads(again.stdout)
                for key in ("targets", "values", "rows", "steps"):
                    self.assertEqual(said[key], plan[key])
                for key in ("layout", "target", "time", "value", "separator", "decimal"):
                    self.assertEqual(said["columns"][key], plan["columns"][key])


    def test_a_last_row_in_a_file_of_its_own(self):
        """The first rows of a month do not show what the columns of the others did."""
        names = ("weeks in digits", "year.month", "Shiller", "year and quarter in digits", "PTU 1 to 96", "slot 0 to 47", "fractions of a day",
                 "2024-03-18 00:00-00:15", "FILETIME", "Kaggle demand", "Walmart", "FluView", "TOA5", "year and quarter", "BLS", "date and HHMM",
                 "bike sharing, hourly", "the spans of Splunk", "ten minutes called mn", "three numbered meters in turns")
        said = {"PTU 1 to 96": ("--time-column", "date,PTU"), "Kaggle demand": ("--value-column", "sales")}
        for case, flags in ((case, flags) for case in CASES if case.name in names for flags in {case.flags, said.get(case.name, case.flags)}):
            with self.subTest(case.name, flags=flags):
                path = self.write(case)
                whole = json.loads(run("check", path, "--json", *flags).stdout)
                header, rows = whole["columns"]["skip_lines"] + 1, case.text.splitlines(keepends=True)
                parts = [self.dir / part / case.file for part in ("a", "b")]
                for part, lines in zip(parts, (rows[:-1], rows[:header] + rows[-1:])):
                    part.parent.mkdir(exist_ok=True)
                    part.write_text("".join(lines))
                done = run("check", *parts, "--json", *flags)
                self.assertEqual(done.returncode, 0, done.stderr)
                plan = json.loads(done.stdout)
                self.assertEqual([plan[key] for key in ("targets", "values", "steps")], [whole[key] for key in ("targets", "values", "steps")])


class Faults(Scratch):
    """The faults of columns and text that real files have shown, one test of each kind."""

    def check(self, text, *flags, name="data.csv"):
        path = self.dir / name
        path.write_text(text)
        return run("check", path, "--json", *flags)

    def plan(self, text, *flags, name="data.csv"):
        done = self.check(text, *flags, name=name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def days(self, header, line, n=24):
        return header + "\n" + "".join(line(i, f"2024-01-{i + 1:02}") + "\n" for i in range(n))

    def test_fiscal_years_that_are_named_as_times_are_those_of_the_calendar(self):
        """The refusal names the option, which takes the years as they stand."""
        text = rows("FY,Month,v", [(2018 + i // 12, "JanFebMarAprMayJunJulAugSepOctNovDec"[(i + 3) % 12 * 3:][:3], i) for i in range(36)])
        refused = self.check(text)
        self.assertEqual(refused.returncode, 65, refused.stdout)
        self.assertIn("--time-column FY,Month", refused.stderr)
        self.assertEqual(self.plan(text, "--time-column", "FY,Month")["values"], 36)

    def test_a_target_that_is_a_goal_is_no_id(self):
        days = [f"2024-01-{d:02}" for d in range(1, 29)]
        plan = self.plan(rows("date,actual,target", [(t, 90 + i % 7, 100 + i // 7) for i, t in enumerate(days)]))
        self.assertEqual((plan["targets"], plan["columns"]["value"]), (2, ["actual", "target"]))
        refused = self.check(rows("date,store,sales,target", [(t, s, 90 + i % 7, 100 + i // 7) for i, t in enumerate(days) for s in "AB"]))
        self.assertEqual(refused.returncode, 65, refused.stdout)
        self.assertIn("'sales', 'target' are all numbers", refused.stderr)
        # A number of an id beside its value, and a target that is the value, as GluonTS has it.
        self.assertEqual(self.plan(rows("target,time,value", [(n, t, i) for n in (7, 8) for i, t in enumerate(days)]))["targets"], 2)
        plan = self.plan(rows("item_id,timestamp,target,promo", [(s, t, i, i % 2) for s in "AB" for i, t in enumerate(days)]))
        self.assertEqual((plan["targets"], plan["columns"]["value"]), (2, ["target"]))

    def test_a_measure_that_is_called_a_store_is_no_id(self):
        plan = self.plan(rows("date,Store,Online", [(f"2024-01-{d:02}", 100 + d * 37 % 91, d) for d in range(1, 29)]))
        self.assertEqual((plan["targets"], plan["columns"]["value"]), (2, ["Store", "Online"]))
        text = rows("date,store,sales", [(f"2024-01-{d:02}", s, d) for s in (7, 8) for d in range(1, 29)])
        self.assertEqual(self.plan(text)["columns"]["target"], ["store"])
        # Devices that have seconds of their own.
        text = rows("time,device,temp", [(f"2024-01-01 {m // 60:02}:{m % 60:02}:{7 * s:02}", s, m % 9) for m in range(300) for s in (1, 2, 3)])
        self.assertEqual(self.plan(text)["columns"]["target"], ["device"])

    def test_codes_that_are_the_same_in_every_row(self):
        for name in ("Meter Serial Number", "Postcode", "Latitude", "Branch Code"):
            with self.subTest(name):
                plan = self.plan(rows(f"Date,{name},Min,Max", [(f"2024-01-{d:02}", 4711, d, d + 9) for d in range(1, 29)]))
                self.assertEqual(plan["columns"]["value"], ["Min", "Max"])

    def test_forecasts_that_a_letter_or_a_flag_tells(self):
        for header, flags in (("Month,Type,Demand", "AF"), ("Month,is_forecast,Demand", "01")):
            with self.subTest(header):
                refused = self.check(rows(header, [(f"{2021 + i // 12}-{i % 12 + 1:02}", flags[i >= 24], i % 7) for i in range(36)]))
                self.assertEqual(refused.returncode, 65, refused.stdout)
                self.assertIn(header.split(",")[1], refused.stderr)

    def test_volumes_of_thousands_and_millions_are_multiplied_and_counted(self):
        plan = self.plan(rows("date,volume", [(f"2024-01-{d:02}", f"{d}.5M" if d % 9 == 4 else 900000 + d) for d in range(1, 29)]))
        self.assertIn("3 values are multiplied", " ".join(plan["columns"]["notes"]))

    def test_periods_of_a_ledger_and_weeks_of_two_digits_are_asked_about(self):
        """Also where their column is named, which is not to say what they are."""
        periods = [(2021 + i // 12, i % 12 + 1) for i in range(36)]
        for cell, form in (("{}{:03}", "%Y0%m"), ("{}/{:03}", "%Y/0%m"), ("{1:03}.{0}", "0%m.%Y"), (None, "%y%V")):
            with self.subTest(cell):
                cells = [cell.format(*p) for p in periods] if cell else [f"{22 + i // 52}{i % 52 + 1:02}" for i in range(120)]
                text = rows("FISCPER,v", [(t, i) for i, t in enumerate(cells)])
                refused = self.check(text, "--time-column", "FISCPER")
                self.assertEqual(refused.returncode, 65, refused.stdout)
                self.assertIn(form, refused.stderr)
                plan = self.plan(text, "--time-column", "FISCPER", "--time-format", form)
                self.assertEqual((plan["values"], plan["gaps_filled"]), (len(cells), 0))

    def test_words_that_are_no_stage_or_sign(self):
        """States that are called as debit and credit are, and remarks on what was observed."""
        for cells in (("MA", "UT"), ("", "observed"), ("Real Estate", "Plans R Us")):
            with self.subTest(cells):
                self.plan(rows("date,kind,v", [(f"2024-01-{d:02}", cells[d % 3 == 1], d) for d in range(1, 29)]))

    def test_files_of_several_series_that_go_on(self):
        folder = self.dir / "loads"
        folder.mkdir()
        for k, zone in enumerate(("DE", "FR", "IT")):
            for year in (2022, 2023):
                (folder / f"load_{zone}_{year}.csv").write_text(rows("month,v", [(f"{year}-{m:02}", (k + 3) * m * m % 17) for m in range(1, 13)]))
        done = run("check", folder)
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("they would be 6 targets, 'load_DE_2022', 'load_DE_2023', ... Where they are 3 series", done.stderr)
        plan = json.loads(run("check", folder, "--layout", "long", "--json").stdout)
        self.assertEqual(plan["targets"], 6)

    def test_y_beside_x_says_where(self):
        text = rows("station,time,x,y,level", [(s, f"2024-01-{d:02}", 10 + k, 50 + k, d) for k, s in enumerate("AB") for d in range(1, 29)])
        refused = self.check(text)
        self.assertEqual(refused.returncode, 65, refused.stdout)
        self.assertIn("'x', 'y', 'level' are all numbers", refused.stderr)
        self.assertEqual(self.plan(rows("time,x,y", [(f"2024-01-{d:02}", d % 3, d) for d in range(1, 29)]))["columns"]["value"], ["y"])

    def test_one_target_that_is_written_in_two_ways(self):
        days = [f"2024-01-{d:02}" for d in range(1, 29)]
        for one, other in (("North", "north"), ("North", "North "), ("Store 1", "Store  1"), ("a\u00a0b", "A b"), ("007", "7"),
                           ("K\u00f6ln", "Ko\u0308ln"), ("store-1", "store_1")):
            with self.subTest(one, other=other):
                text = rows("date,store,sales", [(t, s, i % 7) for i, t in enumerate(days) for s in (one if i % 2 else other, "12")])
                refused = self.check(text)
                self.assertEqual(refused.returncode, 65, refused.stdout)
                self.assertIn("--target-column store", refused.stderr)
                plan = self.plan(text, "--target-column", "store")
                self.assertEqual(plan["targets"], 3)
                self.assertIn("no time in common", " ".join(plan["columns"]["notes"]))
        folder = self.dir / "floats"
        folder.mkdir()
        for name, ids, first in (("a", ("1", "2"), 1), ("b", ("1.0", "2.0"), 15)):
            (folder / f"{name}.csv").write_text(rows("id,time,value", [(s, f"2024-01-{d:02}", d % 5 + float(s)) for d in range(first, first + 14) for s in ids]))
        refused = run("check", folder)
        self.assertEqual((refused.returncode, "'1.0'" in refused.stderr), (65, True), refused.stderr)
        # Two sensors at the same times are two.
        self.assertEqual(self.plan(rows("date,store,sales", [(t, s, i % 7) for i, t in enumerate(days) for s in "aA"]))["targets"], 2)

    def test_an_id_beyond_the_head_of_the_file(self):
        """Sorted by station, the first megabyte shows one station: the whole file decides."""
        lines = [f"{day // 1440 + 1:02}T{day % 1440 // 60:02}:{day % 60:02}:00Z" for day in range(28 * 1440)]
        text = "when,kind,v1\n" + "".join(f"2024-01-{t},{kind},{i % 97}\n" for kind in ("alpha", "beta") for i, t in enumerate(lines))
        plan = self.plan(text)
        self.assertEqual((plan["targets"], plan["duplicates"]), (2, 0))
        self.assertEqual(plan["columns"]["target"], ["kind"])

    def test_what_tells_rows_apart_by_chance_is_refused(self):
        text = "date,a,b,value\n" + "".join(f"2024-01-{i // 2 + 1:02},{i * 7 % 12},{i * 5 % 12},{i}\n" for i in range(40))
        done = self.check(text)
        if done.returncode == 0:
            self.assertNotEqual(json.loads(done.stdout)["columns"]["target"], [])
        else:
            self.assertEqual(done.returncode, 65)
            self.assertIn("--target-column", done.stderr)

    def test_ids_that_look_like_parts_of_a_time(self):
        """Twelve stores are stores where their column is called so, or where the option says so."""
        line = lambda name: rows(f"date,{name},sales", [(f"2024-01-{d:02}", k, d + k) for d in range(1, 25) for k in range(24)])
        for name in ("store", "dept_id", "ShopID"):
            self.assertEqual(self.plan(line(name))["targets"], 24)
        self.assertEqual(self.check(line("lane")).returncode, 65)
        self.assertEqual(self.plan(line("lane"), "--target-column", "lane")["targets"], 24)

    def test_ids_that_began_late(self):
        """Few rows repeat a time, but those that do are of a series of their own."""
        days = [f"2024-{1 + d // 28:02}-{1 + d % 28:02}" for d in range(280)]
        text = rows("date,zone,v", [(t, k, i) for k, first in (("north", 0), ("south", 260)) for i, t in enumerate(days) if i >= first])
        plan = self.plan(text)
        self.assertEqual((plan["targets"], plan["columns"]["target"]), (2, ["zone"]))

    def test_a_part_of_the_time_beyond_the_head_of_the_file(self):
        """Sorted by week, the first megabyte shows one week of each year."""
        lines = [f"{year},{week},{year % 7}.{'0' * 60}{week}" for week in range(0, 53) for year in range(1700, 2200)]
        done = self.check("Year,Week,v\n" + "\n".join(lines) + "\n")
        self.assertEqual(done.returncode, 65)
        self.assertIn("part of the time", done.stderr)

    def test_a_table_read_as_wide_where_that_is_said(self):
        text = across("Year", [str(m) for m in range(1, 13)], range(2000, 2010))
        self.assertEqual(self.plan(text, "--layout", "wide")["targets"], 12)
        self.assertEqual(self.plan(text, "--layout", "table")["targets"], 1)

    def test_the_header_of_another_table_among_the_rows(self):
        """However many bad rows are allowed, what stands below is other columns; the same header again is none."""
        head, day = "date,a,b\n", lambda i: f"2024-01-{i + 1:02},{i},{100 + i}\n"
        first, second = "".join(map(day, range(12))), "".join(map(day, range(12, 24)))
        for other in ("date,b,a\n", "date,c\n", "Date,south,north\n"):
            for flags in ((), ("--max-bad-rows", "20"), ("--wide", "--max-bad-rows", "20")):
                done = self.check(head + first + other + second, *flags)
                self.assertEqual(done.returncode, 65, (other, flags))
                self.assertIn("data.csv:14: the header of another table", done.stderr)
                self.assertNotIn("--max-bad-rows", done.stderr)
        self.assertEqual(self.plan(head + first + head + second)["values"], 48)

    def test_thousands_or_decimals_are_not_guessed(self):
        """1,234 between semicolons may be either; a row that says which decides, else the option does."""
        text = self.days("date;v", lambda i, t: f"{t};1,{234 + i}")
        done = self.check(text)
        self.assertEqual(done.returncode, 65)
        self.assertIn("--decimal", done.stderr)
        self.assertEqual(self.plan(text, "--decimal", ",")["values"], 24)
        self.assertEqual(self.plan(text + "2024-01-25;1,5\n")["columns"]["decimal"], ",")
        self.assertEqual(self.plan(text + "2024-01-25;1,234.5\n")["columns"]["decimal"], ".")
        self.assertEqual(self.check(text + "2024-01-25;1,5\n2024-01-26;1,234.5\n").returncode, 65)

    def test_mixed_units_are_no_numbers(self):
        done = self.check(self.days("date,size", lambda i, t: f"{t},{i + 1} {'MiB' if i < 20 else 'GiB'}"))
        self.assertEqual(done.returncode, 65)
        self.assertIn("unit", done.stderr)
        done = self.check(self.days("date,size", lambda i, t: f"{t},{i + 1} {'MiB' if i < 3 else 'GiB'}"))
        self.assertEqual((done.returncode, "write all values in one unit" in done.stderr, "leave them out" in done.stderr), (65, True, False), done.stderr)

    def test_several_values_are_targets_of_their_id(self):
        text = self.days("time,host,cpu,mem", lambda i, t: f"{t},a,{i},{2 * i}\n{t},b,{i},{3 * i}")
        done = self.check(text)
        self.assertEqual(done.returncode, 65)
        self.assertIn("--value-column cpu", done.stderr)
        self.assertIn("--value-column cpu,mem", done.stderr)
        path = self.dir / "data.csv"
        store = self.dir / "s.db"
        done = run("train", path, "--value-column", "cpu,mem", "--store", store, *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", store, "--horizon", "1")
        self.assertEqual([row.split(",")[0] for row in done.stdout.splitlines()[1:]], ["a:cpu", "a:mem", "b:cpu", "b:mem"])

    def test_ids_of_several_columns_stay_apart(self):
        text = "time,x,y,value\n" + "".join(f"2024-01-{i + 1:02},{x},{y},{i}\n" for x, y in (("a/b", "c"), ("a", "b/c")) for i in range(20))
        self.assertEqual(self.plan(text, "--target-column", "x,y")["targets"], 2)

    def test_columns_by_number_and_left_out(self):
        text = self.days("a,a,b", lambda i, t: f"{t},{i},{2 * i}")
        plan = self.plan(text, "--time-column", "#1", "--value-column", "#2")
        self.assertEqual(plan["values"], 24)
        self.assertEqual(self.plan(self.days("time,a,b,c", lambda i, t: f"{t},{i},{i},x"), "--ignore", "b", "--wide")["targets"], 1)
        done = self.check(text, "--time-column", "#9", "--value-column", "#2")
        self.assertEqual(done.returncode, 65)
        self.assertIn("'#9'", done.stderr)

    def test_utf8_in_messages(self):
        done = self.check(self.days("zeit,température", lambda i, t: f"{t},{i}"), "--value-column", "x")
        self.assertEqual(done.returncode, 65)
        self.assertIn("température", done.stderr)

    def test_columns_are_said(self):
        text = self.days("date,x,y,temperature", lambda i, t: f"{t},11.5,48.1,{i}")
        self.plan(text)
        told = run("check", self.dir / "data.csv").stdout
        self.assertIn("columns: time date, value y, target (file name); not used: x, temperature", told)
        done = run("train", self.dir / "data.csv", "--store", self.dir / "s.db", *NAIVE[:-1])
        self.assertIn("not used: x, temperature", done.stdout)
        done = run("train", self.dir / "data.csv", "--store", self.dir / "t.db", *NAIVE, "--json")
        self.assertEqual(json.loads(done.stdout)["columns"]["value"], ["y"])

    def test_durations_are_told_from_numbers(self):
        plan = self.plan(self.days("date,calls,handle time", lambda i, t: f"{t},{i},0:{5 + i % 9:02}:30"))
        self.assertEqual(plan["columns"]["value"], ["calls"])
        self.assertIn("seconds", plan["columns"]["unused"][0]["why"])

    def test_remedies_name_a_measure_and_a_format_that_works(self):
        """Periods of SAP are of a fiscal year, which the data do not say where it begins: they are asked about."""
        for header, form in (("Fiscal year/period", "{m:03}.{y}"), ("FISCPER", "{y}{m:03}")):
            path = self.dir / "sap.csv"
            path.write_text(f"{header},Amount\n" + "".join(form.format(m=k % 12 + 1, y=2019 + k // 12) + f",{k * 7 % 19}\n" for k in range(60)))
            done = run("check", path)
            self.assertEqual(done.returncode, 65)
            words = shlex.split(re.search(r"--time-column .*?(?=, or)", done.stderr)[0])
            plan = json.loads(run("check", path, "--json", *words).stdout)
            self.assertEqual((plan["steps"], plan["values"]), ({"1M": 1}, 60))
        done = self.check("TIME_GMT,OPR_HR,NODE,MW\n" + "".join(f"2024-01-{1 + h // 24:02}T{h % 24:02}:00:00-00:00,{(h + 16) % 24 + 1},{n},{h * 7 % 19}\n"
                                                               for h in range(96) for n in "AB"))
        self.assertEqual(done.returncode, 65)
        self.assertIn("--value-column MW", done.stderr)

    def test_a_text_column_by_name(self):
        text = self.days("date,temp,weather", lambda i, t: f"{t},{i},sunny")
        plan = self.plan(text, "--wide")
        self.assertEqual(plan["columns"]["unused"], [{"column": "weather", "why": "not a number in any row"}])
        done = self.check(text, "--value-column", "weather")
        self.assertEqual(done.returncode, 65)
        self.assertNotIn("--max-bad-rows", done.stderr)

    def test_files_of_one_header_are_read_alike(self):
        """An id that only one file shows is the id of all."""
        folder = self.dir / "parts"
        folder.mkdir()
        (folder / "1.CSV").write_text(self.days("ts,zone,v", lambda i, t: f"{t},n,{i}"))
        (folder / "2.csv").write_text(self.days("ts,zone,v", lambda i, t: f"{t},s,{i}\n{t},w,{i}"))
        done = run("check", folder, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["targets"], 3)

    def test_weeks_that_are_none_of_iso_8601_are_named(self):
        path = self.dir / "weeks.csv"
        path.write_text("yearweek,sales\n" + "".join(f"{y}{w:02},{w * 7 % 11}\n" for y in (2022, 2023) for w in range(1, 54)))
        done = run("check", path)
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("'202253' and the times beside it are years and weeks, but 2022 has no week 53", done.stderr)
        path.write_text("yearweek,sales\n" + "".join(f"{y}{w:02},{w * 7 % 11}\n" for y in (2020, 2021) for w in range(1, 54 if y == 2020 else 53)))
        self.assertIn("step: 7D", run("check", path).stdout)

    def test_files_that_go_on_one_after_another_are_asked_about(self):
        def write(folder, **files):
            (self.dir / folder).mkdir()
            for name, (head, first, last) in files.items():
                cells = (lambda d: f"{d * 7 % 11},{d}") if head.count(",") == 2 else (lambda d: f"{d * 7 % 11}")
                text = head + "\n" + "".join(f"2024-01-{d:02},{cells(d)}\n" for d in range(first, last))
                (self.dir / folder / f"{name}.csv").write_text(text)
            return self.dir / folder
        months = write("months", jan=("date,sales", 1, 15), feb=("date,sales", 15, 30))
        done = run("train", months, "--store", self.dir / "m.db", *NAIVE)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertRegex(done.stderr, "the second begins where the first ends: .*'jan', 'feb'. Say --wide .*'sales'.* or --layout long")
        for option, targets in (("--wide", ["sales"]), ("--layout=long", ["feb", "jan"])):
            run("train", months, "--store", self.dir / f"{option}.db", option, *NAIVE)
            with contextlib.closing(sqlite3.connect(self.dir / f"{option}.db")) as db:
                self.assertEqual([row[0] for row in db.execute("SELECT id FROM targets ORDER BY id")], targets)
        beside = write("beside", a=("date,sales", 1, 20), b=("date,sales", 10, 30))
        (beside / "b.csv").write_text("date,sales\n" + "".join(f"2024-01-{d:02},{d * 5 % 11}\n" for d in range(10, 30)))
        self.assertEqual(run("check", beside).returncode, 0, "series of their own overlap")
        revised = write("revised", **{"sales": ("date,sales", 1, 20), "sales (1)": ("date,sales", 1, 30)})
        text = (revised / "sales (1).csv").read_text()
        (revised / "sales (1).csv").write_text(text.replace("2024-01-19,1\n", "2024-01-19,3\n"))
        done = run("check", revised)
        self.assertEqual((done.returncode, "nearly all the same values" in done.stderr), (65, True), done.stderr)
        for says, files in (("they hold the same values at the same times", {"jan-feb": ("date,sales", 1, 20), "feb-mar": ("date,sales", 10, 30)}),
                            ("they hold the same values at the same times", {"w1": ("date,sales", 1, 15), "w2": ("date,sales", 12, 30)}),
                            ("they hold the same values at the same times", {"export_1": ("date,sales", 1, 15), "export_2": ("date,sales", 1, 30)}),
                            ("the second goes on behind the first, with a gap", {"week01": ("date,sales", 1, 12), "week02": ("date,sales", 18, 30)})):
            folder = write("-".join(files), **files)
            done = run("check", folder)
            self.assertEqual((done.returncode, says in done.stderr), (65, True), done.stderr)
            self.assertEqual(json.loads(run("check", folder, "--wide", "--json").stdout)["targets"], 1)
        twins = write("twins", north=("date,sales", 1, 12), south=("date,sales", 1, 12))
        self.assertEqual(run("check", twins).returncode, 0, "series of their own that are alike")
        apart = write("apart", north=("date,sales", 1, 12), south=("date,sales", 18, 30))
        self.assertEqual(run("check", apart).returncode, 0, "series of their own, of other times")
        parts = write("parts", aa=("date,temp,hum", 1, 15))
        (parts / "ab.csv").write_text("".join(f"2024-01-{d:02},{d * 7 % 11},{d}\n" for d in range(15, 30)))
        done = run("check", parts)
        self.assertEqual((done.returncode, "ab.csv has no header" in done.stderr), (65, True), done.stderr)

    def test_files_whose_times_go_on_across_are_asked_about_too(self):
        months = ",".join("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
        for name, head, row in (("tables", lambda y: f"Year,{months}", lambda y: f"{y}," + ",".join(str(i * 7 % 11 + y % 10) for i in range(12))),
                                ("rows", lambda y: ",".join(f"{m} {y}" for m in months.split(",")), lambda y: ",".join(str(i * 7 % 11) for i in range(12)))):
            with self.subTest(name):
                folder = self.dir / name
                folder.mkdir()
                for year in (2022, 2023):
                    (folder / f"rain_{year}.csv").write_text(f"{head(year)}\n{row(year)}\n")
                done = run("check", folder)
                self.assertEqual(done.returncode, 65, done.stdout)
                self.assertRegex(done.stderr, f"go on across their columns, and the second begins where the first ends.*--layout {name.rstrip('s') if name == 'tables' else 'rows'}")
                self.assertEqual(json.loads(run("check", folder, "--json", "--layout", "table" if name == "tables" else "rows").stdout)["targets"], 2)

    def test_what_is_said_in_full_of_files_with_other_columns_loses_none(self):
        folder = self.dir / "f"
        folder.mkdir()
        for name, head in (("01", "date,A,B"), ("02", "date,A,B,C")):
            (folder / f"{name}.csv").write_text(rows(head, [(f"2024-{name}-{d:02}", *(d * k % 11 for k in range(3, 2 + head.count(",") + 1))) for d in range(1, 29)]))
        plan = json.loads(run("check", folder, "--json").stdout)
        again = json.loads(run("check", "--json", *shlex.split(plan["command"])[2:]).stdout)
        self.assertEqual((plan["targets"], again["targets"]), (3, 3))

    def test_titles_of_sections_are_no_rows_to_leave_out(self):
        section = lambda first: "".join(f"2024-01-{d:02},{d * 7 % 11}\n" for d in range(first, first + 14))
        refused = self.check(f"date,sales\n{section(1)}Store B,\n{section(15)}")
        self.assertEqual(refused.returncode, 65, refused.stdout)
        self.assertIn("'Store B' is the title of the rows below it", refused.stderr)
        self.assertNotIn("--max-bad-rows", refused.stderr)
        footer = self.check(f"date,sales\n{section(1)}Source: the office,\n")
        self.assertIn("--max-bad-rows 1", footer.stderr)

    def test_utc_is_taken_before_local_time(self):
        text = rows("utc_time,local_time,load", [(f"2024-10-26 {h:02}:00", f"2024-10-26 {(h + 2) % 24:02}:00", h) for h in range(24)])
        self.assertEqual(self.plan(text)["columns"]["time"], ["utc_time"])

    def test_sources_that_take_turns_are_no_series(self):
        def write(folder, names, head, row):
            (self.dir / folder).mkdir()
            for k, name in enumerate(names):
                lines = (row(k, i // 24, i % 24) for i in range(72))
                (self.dir / folder / f"{name}.csv").write_text(head + "\n" + "".join(lines))
            return self.dir / folder
        devices = write("devices", ("dev1", "dev2"), "time,temp,hum", lambda k, d, h: f"2024-01-{d + 1:02} {h:02}:{30 * k:02},{h + 50 * k},{h % 7}\n")
        done = run("check", devices)
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertRegex(done.stderr, "target 'hum': .*dev1.csv has a row every 1h and .*dev2.csv too, at times between those.*--frequency")
        self.assertEqual(run("check", devices, "--frequency", "30min").returncode, 0)
        rows = lambda k, d, h: f"s,2024-01-{d + 1:02} {h:02}:{30 * k:02},{h}\n"
        self.assertEqual(run("check", write("shares", ("part-0", "part-1"), "id,time,v", rows)).returncode, 0, "rows that a program dealt out")
        after = write("after", ("a", "b"), "id,time,v", lambda k, d, h: f"s,2024-01-{d + 1 + 3 * k:02} {h:02}:{30 * k:02},{h}\n")
        self.assertNotIn("take turns", run("check", after).stderr)

    def test_points_that_may_be_of_thousands_are_asked_about(self):
        for head, times in (("Periodo;Total", [f"2019M{m:02}" for m in range(1, 13)]), ("Jahr;Zahl", range(1980, 2000)),
                            ("Datum;Umsatz", [f"2024-01-{d:02}" for d in range(1, 31)])):
            with self.subTest(head):
                path = self.dir / "points.csv"
                path.write_text(head + "\n" + "".join(f"{t};{34995 + 1234 * i:,}\n".replace(",", ".") for i, t in enumerate(times)))
                done = run("check", path)
                self.assertEqual(done.returncode, 65, done.stdout)
                self.assertIn("say which with --decimal", done.stderr)
                self.assertEqual(run("check", path, "--decimal", ",").returncode, 0)

    def test_rows_of_another_width_below_the_header_are_data(self):
        for text, says in (("target,time,value,flag\n" + "".join(f"a,2024-01-{d:02},{d}\n" for d in range(1, 8)) +
                            "".join(f"b,2024-01-{d:02},{d},x\n" for d in range(1, 8)), "3 fields where the header has 4"),
                           ("date,a,b\n2024-01-01,1,2,new\n" + "".join(f"2024-01-{d:02},{d},{d}\n" for d in range(2, 30)),
                            "4 fields where the header has 3"),
                           ("date,v\n" + "".join(f"2024-01-{d:02},{d},415\n" for d in range(1, 6)) +
                            "".join(f"2024-01-{d:02},{d}\n" for d in range(6, 30)), "3 fields where the header has 2")):
            with self.subTest(says):
                path = self.dir / "ragged.csv"
                path.write_text(text)
                done = run("check", path)
                self.assertEqual((done.returncode, says in done.stderr), (65, True), done.stderr)

    def test_units_and_directions_are_seen_whatever_their_column_is_called(self):
        days = [f"2024-01-{d:02}" for d in range(1, 31)]
        for head, words, says in (("date,value,enhet", ("kWh", "MWh"), "the unit in column 'enhet' changes"),
                                  ("date,value,Währung", ("DEM", "EUR"), "the unit in column 'Währung' changes"),
                                  ("date,value,UNIT_MULT", ("3", "6"), "the unit in column 'UNIT_MULT' changes"),
                                  ("date,value,given in", ("thousands", "millions"), "the unit in column 'given in' changes"),
                                  ("date,value,kind", ("Sale", "Refund"), "values that have no sign"),
                                  ("date,value,what", ("charge", "discharge"), "values that have no sign"),
                                  ("date,value,SHKZG", ("H", "S"), "values that have no sign"),
                                  ("date,value,group", ("M", "F"), "")):
            with self.subTest(head):
                path = self.dir / "words.csv"
                path.write_text(head + "\n" + "".join(f"{day},{50 + i % 7},{words[i * 2 // 31]}\n" for i, day in enumerate(days)))
                done = run("check", path)
                self.assertEqual((done.returncode, says in done.stderr + done.stdout), (0 if not says else done.returncode, True), done.stderr)
                trained = run("train", path, "--store", self.dir / "w.db", "--fresh", *NAIVE)
                self.assertEqual(trained.returncode, 65 if says else 0, trained.stderr)

    def test_letters_of_other_encodings_are_no_names(self):
        text = "date;shop;v\n" + "".join(f"2024-01-{d:02};{shop};{d}\n" for d in range(1, 9) for shop in ("Казань", "Москва"))
        for encoding, name in (("cp1251", "CP1251"), ("utf-8", "")):
            path = self.dir / f"{encoding}.csv"
            path.write_bytes(text.encode(encoding))
            done = run("check", path)
            self.assertEqual(done.returncode, 65 if name else 0, done.stderr)
            self.assertIn(name, done.stderr)

    def test_files_of_one_target_are_of_one_quantity(self):
        days = [f"2024-01-{day:02d}" for day in range(1, 9)]
        cases = (
            ("store,date,price", "9.5 9.6 9.4 9.9", "store,date,quantity", "120 131 118 140", "'price'", "--value-column #3"),
            ("store,date,energy", "1500_kWh 1520_kWh 1490_kWh 1480_kWh", "store,date,energy",
             "1.5_MWh 1.6_MWh 1.4_MWh 1.4_MWh", "'MWh'", ""),
            ("store;date;sales", "1.100 1.120 1.090 1.080", "store;date;sales", "1.102,5 1.111,0 1.130,5 1.120,1",
             "a thousand and more, or one and a bit", "--decimal ,"),
            ("store\tdate\tsales", "1.100 1.120 1.090 1.080", "store\tdate\tsales", "1.102,5 1.111,0 1.130,5 1.120,1",
             "decimal comma", "--decimal ,"),
            ("date,a", "1 2 4 3", "date,a,b", "6,50 8,52 7,51 9,55", "target 'first4'", "--wide"),
            ("store,date,sales_2023", "9 8 7 9", "store,date,Sales_2024", "6 7 8 9", "", ""),
        )
        for i, (head, values, other_head, other_values, says, remedy) in enumerate(cases):
            files = self.dir / f"first{i}.csv", self.dir / f"second{i}.csv"
            for path, header, cells, times in zip(files, (head, other_head), (values, other_values), (days[:4], days[4:])):
                mark = next((m for m in ";\t" if m in header), ",")
                begin = "A" + mark if "store" in header else ""
                lines = [f"{begin}{t}{mark}{v.replace('_', ' ')}" for t, v in zip(times, cells.split())]
                path.write_text("\n".join([header, *lines]) + "\n")
            with self.subTest(head):
                done = run("train", *files, "--store", self.dir / f"{i}.db", *NAIVE)
                self.assertEqual(done.returncode, 65 if says else 0, done.stderr)
                for text in (says, remedy, f"first{i}.csv") if says else ():
                    self.assertIn(text.replace("#3", "'#3'"), done.stderr)
                if remedy:
                    done = run("train", *files, "--store", self.dir / f"{i}.db", *remedy.split(), *NAIVE)
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_rows_that_differ_in_every_row_are_no_targets(self):
        text = "id,date,store,family,sales\n" + "".join(f"{n},2024-01-{i + 1:02},{s},{f},{i}\n" for n, (i, s, f) in
                                                        enumerate((i, s, f) for s in (1, 2) for f in "AB" for i in range(20)))
        plan = self.plan(text, "--value-column", "sales")
        self.assertEqual(plan["targets"], 4)
        self.assertTrue(any("id is different in every row" in note for note in plan["columns"]["notes"]))


    def test_new_rows_are_read_like_the_rows_of_the_store(self):
        """One day of four series shows no repeated time from which to learn the target."""
        head = "day,zone,kind,amount,temperature\n"
        line = lambda i, z, k: f"2024-01-{i + 1:02},{z},{k},{i + 10 * (z == 's')},{i}.5\n"
        keys = [(z, k) for z in "ns" for k in "ab"]
        old, new = self.dir / "old.csv", self.dir / "new.csv"
        old.write_text(head + "".join(line(i, z, k) for z, k in keys for i in range(24)))
        new.write_text(head + "".join(line(24, z, k) for z, k in keys))
        store = ("--store", self.dir / "s.db")
        done = run("train", old, "--value-column", "amount", *store, *NAIVE[2:], "--models", "ets")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("detect", new, *store)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row.split(",")[0] for row in done.stdout.splitlines()[1:]], ["n/a", "n/b", "s/a", "s/b"])


class Cases(Scratch):
    """The minimal inputs of the door's faults, where they are at hand."""

    EXPECTED = {
        "H01-id-column-not-listed.csv": ((), 3, 84), "H02-row-number-id.csv": (("--value-column", "sales"), 4, 112),
        "H14-value-named-target.csv": (("--value-column", "target"), 2, 56), "H15-quoted-semicolon.csv": ((), 1, 28),
        "H16-non-ascii-header.csv": ((), 1, 28), "H17-folder": ((), 2, 56), "H18-y-is-latitude.csv": ((), 1, 28),
        "H20-unnamed-index.csv": ((), 1, 28), "H22-text-column.csv": (("--wide",), 1, 28)}

    def test_cases(self):
        folder = SHARED / "cases" / "data"
        if not folder.exists():
            self.skipTest(f"{folder} is not there")
        for name, (flags, targets, values) in self.EXPECTED.items():
            with self.subTest(name):
                done = run("check", folder / name, "--json", *flags)
                self.assertEqual(done.returncode, 0, done.stderr)
                plan = json.loads(done.stdout)
                self.assertEqual((plan["targets"], plan["values"]), (targets, values))


if __name__ == "__main__":
    unittest.main()
