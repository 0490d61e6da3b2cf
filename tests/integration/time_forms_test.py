"""What a column of times means: forms that are read as they are written, and forms that mean several things or something else than
they look like, which are refused."""
import datetime
import random
import unittest

from fitd_support import run
from time_files import NAIVE, TimeFiles, lines


class TimeForms(TimeFiles):
    def test_forms_of_databases_and_offices(self):
        hours = [datetime.datetime(2024, 1, 18) + datetime.timedelta(hours=i) for i in range(72)]
        for name, form, following in (
            ("SQL Server", lambda t: f"{t:%b} {t.day:2} {t:%Y %I:%M%p}", "Jan 21 2024 12:00AM"),
            ("DB2", lambda t: f"{t:%Y-%m-%d-%H.%M.%S.%f}", "2024-01-21-00.00.00.000000"),
            ("Excel, Danish", lambda t: f"{t:%d.%m.%Y %H.%M}", "21.01.2024 00.00"),
            ("French", lambda t: f"{t:%d/%m/%Y %Hh%M}", "21/01/2024 00h00"),
            ("German", lambda t: f"{t:%d.%m.%Y, %H:%M} Uhr", "21.01.2024, 00:00 Uhr"),
        ):
            with self.subTest(name):
                text = lines("time;value", [(f"{form(t)};{i}",) for i, t in enumerate(hours)])
                self.assertEqual(self.next_times(text, horizon=1), [following])
        for form in ("{year}-{q:02}", "{year}/{q:02}"):
            with self.subTest(form):
                quarters = [form.format(year=2015 + i // 4, q=i % 4 + 1) for i in range(24)]
                text = lines("quarter,value", [(t, i % 5) for i, t in enumerate(quarters)])
                self.assertEqual(self.next_times(text, horizon=1), [form.format(year=2021, q=1)])

    def test_seconds_that_are_left_off_where_they_are_zero(self):
        start = datetime.datetime(2024, 1, 1)
        times = [start + datetime.timedelta(seconds=30 * i) for i in range(40)]
        text = lines("time,value", [(f"{t:%Y-%m-%dT%H:%M}" + (":30" if t.second else ""), i) for i, t in enumerate(times)])
        self.assertEqual(self.next_times(text), ["2024-01-01T00:20", "2024-01-01T00:20:30"])

    def test_digits_of_other_calendars_are_no_count(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(31)]
        quarters = [(f"{h * 100 + m}",) for h in range(24) for m in (0, 15, 30, 45)]
        for name, times, says in (
            ("date", [(f"{d.year - 1911}{d:%m%d}",) for d in days], "2024-01-01"),
            ("date", [(f"{d.year + 543}{d:%m%d}",) for d in days], "2024-01-01"),
            ("date", [(f"1403{d:%m%d}",) for d in days], "Persian"),
            ("date", [(f"112{m:02}",) for m in range(1, 13)], "2023-01"),
            ("date", [(f"24{m:02}",) for m in range(1, 13)], "--time-format %y%m"),
            ("date", [(f"{17 + m // 12}{m % 12 + 1:02}",) for m in range(36)], "--time-format %y%m"),
            ("Time", quarters, "day that is not written"),
        ):
            with self.subTest(says, name=name):
                text = lines(f"{name},value", [(*time, i % 7) for i, time in enumerate(times)])
                done = run("check", self.write(text))
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(says, done.stderr)
        text = lines("date,value", [(f"24{m:02}", m) for m in range(1, 13)])
        self.assertEqual(self.next_times(text, "--time-format", "%y%m"), ["2501", "2502"])
        text = lines("time,value", [(15 * i, i % 7) for i in range(100)])
        self.assertEqual(run("check", self.write(text)).returncode, 0, "elapsed seconds have 60 to 99")

    def test_days_of_astronomers_are_not_those_of_spreadsheets(self):
        text = lines("date,value", [(60310 + i, i % 7) for i in range(40)])
        done = run("check", self.write(text))
        self.assertEqual(done.returncode, 65, done.stderr)
        for reading in ("2024-01-01", "2065-02-12", "'days since 1858-11-17'"):
            self.assertIn(reading, done.stderr)
        self.assertEqual(self.next_times(text, "--time-format", "days since 1858-11-17"), ["60350", "60351"])

    def test_an_order_that_says_that_times_mean_something_else(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(366)]
        swapped = [f"{d:%Y-%d-%m}" if d.day <= 12 else f"{d}" for d in days]
        ends = [f"{d:%d.%m.%Y} {h % 24:02}:00" for d in days[:5] for h in range(1, 25)]
        for times, says in ((swapped, "change places"), (swapped[:40], "change places"), (ends, "24:00")):
            with self.subTest(says, rows=len(times)):
                done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(times)])))
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(says, done.stderr)
                if len(times) == 40:
                    continue  # in order they would have gaps
                done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(sorted(times))])))
                self.assertEqual(done.returncode, 0, done.stderr)
        for times in (days[::-1], random.Random(1).sample(days, len(days))):
            done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(times)])))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_midnights_without_their_time(self):
        start = datetime.datetime(2024, 1, 14)
        times = [start + datetime.timedelta(hours=i) for i in range(72)]
        bare = [f"{t:%d.%m.%Y}" + (f"{t: %H:%M:%S}" if t.hour else "") for t in times]
        text = lines("time,value", [(t, i) for i, t in enumerate(bare)])
        self.assertEqual(self.next_times(text, horizon=1), ["17.01.2024 00:00:00"])
        totals = [row for t, text in zip(times, bare) for row in ([text] if t.hour else [text, f"{text} 00:00:00"])]
        done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(totals)])))
        self.assertEqual(done.returncode, 65, "a bare date beside its midnight may be the sum of the day")

    def test_the_hour_that_is_there_twice_leaves_columns_what_they_are(self):
        import zoneinfo
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        start = datetime.datetime(2024, 10, 25, tzinfo=zone).timestamp()
        stamps = [datetime.datetime.fromtimestamp(start + 3600 * i, zone) for i in range(145)]
        text = lines("time,a,b", [(f"{t:%Y-%m-%d %H:%M}", i, 2 * i) for i, t in enumerate(stamps)])
        done, plan = self.check(text, "--timezone", "Europe/Berlin")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((plan["columns"]["layout"], plan["targets"], plan["values"], plan["duplicates"]), ("wide", 2, 290, 0))
        text = lines("TS,VALUE", [(f"2024-01-0{1 + i // 24} {i % 24:02}:00:00.0000000 +01:00", i) for i in range(72)])
        self.assertEqual(self.check(text)[1]["columns"]["time"], ["TS"], "datetimeoffset of SQL Server")

    def test_a_column_that_is_called_a_week_or_a_month(self):
        """The first weeks of a year may be months, and 01.2019 is no decimal number beside decimal commas."""
        for name in ("KW", "Week", "Calendar Year/Week"):
            for mark in "./":
                with self.subTest(name, mark=mark):
                    text = lines(f"{name},value", [(f"{w:02}{mark}2023", w) for w in range(1, 12)])
                    self.assertEqual(self.check(text)[1]["steps"], {"7D": 1})
                    self.assertEqual(self.next_times(text), [f"12{mark}2023", f"13{mark}2023"])
        for name in ("week", "ISO week", "yr_wk", "Vecka"):
            for mark in ("-", "/", ".", ""):
                with self.subTest(name, mark=mark):
                    text = lines(f"{name},value", [(f"2024{mark}{w:02}", w) for w in range(1, 13)])
                    self.assertEqual(self.check(text)[1]["steps"], {"7D": 1})
                    self.assertEqual(self.next_times(text), [f"2024{mark}13", f"2024{mark}14"])
        text = lines("Monat;Umsatz", [(f"{m % 12 + 1:02}.{2019 + m // 12};1.{650 + m},50",) for m in range(36)])
        done, plan = self.check(text)
        self.assertEqual((done.returncode, plan["steps"]), (0, {"1M": 1}), done.stderr)
        store = self.dir / "month.db"
        self.assertEqual(run("train", self.write(text), "--store", store, *NAIVE).returncode, 0)
        self.assertIn(",01.2022,1685.5", run("forecast", "--store", store, "--horizon", 1).stdout)

    def test_digits_that_may_be_two_dates_are_refused(self):
        """010203 is the first of February or the second of January 2003, or the third of 2001."""
        done, _ = self.check(lines("date,value", [(f"{d:02}{m:02}{y:02}", d) for y in (1, 2, 3) for m in (4, 5) for d in (6, 7, 8)]))
        self.assertEqual(done.returncode, 65)
        self.assertIn("--time-format", done.stderr)

    def test_a_day_above_12_decides_and_nothing_is_guessed_without_one(self):
        text = lines("time,value", [(f"01/{m:02}/2024", m) for m in range(1, 13)])
        done, _ = self.check(text)
        self.assertEqual(done.returncode, 65)
        self.assertIn("--time-format '%d/%m/%Y'", done.stderr)
        self.assertIn("--time-format '%m/%d/%Y'", done.stderr)
        self.assertEqual(self.next_times(text, "--time-format", "%d/%m/%Y"), ["01/01/2025", "01/02/2025"])
        self.assertEqual(self.next_times(text.replace("01/12/2024", "13/12/2024"))[1][2:5], "/02")


if __name__ == "__main__":
    unittest.main()
