"""What the first rows of a file do not show: a mark that comes later, a column that begins later; and columns of numbers that say the
time again."""
import datetime
import json
import unittest

from fitd_support import Scratch, run

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
BEGIN = datetime.datetime(2023, 1, 1)


def epoch(time):
    return int((time - datetime.datetime(1970, 1, 1)).total_seconds())


def fold(time):
    return time.strftime("%Y%m%d%H%M")


class LateRows(Scratch):
    def write(self, header, rows, separator=","):
        path = self.dir / "data.csv"
        path.write_text("\n".join([header] + [separator.join(str(cell) for cell in row) for row in rows]) + "\n")
        return path

    def check(self, path, *flags):
        done = run("check", path, *flags, "--json")
        return done, json.loads(done.stdout) if done.returncode == 0 else None

    def columns(self, header, rows):
        done, said = self.check(self.write(header, rows))
        self.assertEqual(done.returncode, 0, done.stderr)
        return said["columns"]

    def last(self, path, *flags):
        store = self.dir / "s.db"
        store.unlink(missing_ok=True)
        done = run("train", path, *flags, "--store", store, "--models", "naive", "--combine", "none", "--season", "1",
                   "--workers", "0", "--progress", "none", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", store, "--horizon", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {line.split(",")[0]: float(line.split(",")[2]) for line in done.stdout.splitlines()[1:]}

    def test_points_of_thousands_that_come_after_hundreds_of_rows(self):
        rows = [(f"{BEGIN + i * DAY:%d.%m.%Y}", f"{900 + i // 2:,}".replace(",", ".")) for i in range(700)]
        self.assertEqual(self.last(self.write("Datum;Wert", rows, ";")), {"data": 1249})

    def test_decimal_commas_that_come_after_hundreds_of_rows(self):
        rows = [(f"{BEGIN + i * DAY:%d.%m.%Y}", 0 if i < 480 else f"0,{i % 100:02}") for i in range(700)]
        self.assertEqual(self.last(self.write("Datum;Regen", rows, ";")), {"data": 0.99})

    def test_a_mark_far_behind_the_first_rows_is_asked_about_with_its_option(self):
        rows = [(f"{BEGIN + i * HOUR:%d.%m.%Y %H:%M}", 0 if i < 90000 else f"0,{i % 100:02}") for i in range(100000)]
        path = self.write("Datum;Wert;Messstelle mit einem langen Namen", [(*row, "x" * 60) for row in rows], ";")
        done, _ = self.check(path)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("--decimal ,", done.stderr)
        self.assertNotIn("--max-bad-rows", done.stderr)
        self.assertEqual(self.last(path, "--decimal", ","), {"data": 0.99})

    def test_groups_far_behind_the_first_rows_are_asked_about(self):
        rows = [(f"{BEGIN + i * HOUR:%d.%m.%Y %H:%M}", f"{900 + i // 900:,}".replace(",", "."), "x" * 60)
                for i in range(100000)]
        path = self.write("Datum;Wert;Messstelle", rows, ";")
        done, _ = self.check(path)
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("--decimal ,", done.stderr)
        self.assertEqual(self.last(path, "--decimal", ","), {"data": 1011})

    def test_a_column_that_begins_after_hundreds_of_rows_is_a_target(self):
        for empty in ("", "NA"):
            rows = [(f"{BEGIN + i * DAY:%Y-%m-%d}", 10 + i % 7, empty if i < 300 else 5 + i % 3) for i in range(700)]
            self.assertEqual(self.last(self.write("date,shop_a,shop_b", rows)), {"shop_a": 10 + 699 % 7, "shop_b": 5})

    def test_the_only_value_may_begin_late(self):
        rows = [(f"{BEGIN + i * DAY:%Y-%m-%d}", "" if i < 300 else 5 + i % 3) for i in range(700)]
        self.assertEqual(self.last(self.write("date,sales", rows)), {"data": 5})

    def test_a_column_that_begins_far_behind_the_first_rows_is_no_loss_in_silence(self):
        rows = [(f"{BEGIN + i * HOUR:%Y-%m-%d %H:%M}", 10 + i % 7, "" if i < 100000 else 5 + i % 3, "x" * 40)
                for i in range(110000)]
        path = self.write("date,shop_a,shop_b,note", rows)
        done, _ = self.check(path)
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("data.csv:100002: column 'shop_b'", done.stderr)
        self.assertEqual(self.last(path, "--ignore", "shop_b,note"), {"data": 10 + 109999 % 7})
        self.assertEqual(set(self.last(path, "--wide")), {"shop_a", "shop_b"})

    def test_a_second_column_of_times_in_numbers_is_no_target(self):
        days = [BEGIN + i * DAY for i in range(400)]
        hours = [BEGIN + i * HOUR for i in range(500)]
        cases = {
            "open_time,close,close_time": [(epoch(h) * 1000, h.hour + 1.5, epoch(h) * 1000 + 3599999) for h in hours],
            "TIMESTAMP_START,NEE,TIMESTAMP_END": [(fold(h), h.hour / 4, fold(h + HOUR)) for h in hours],
            "date,sales,DateKey": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), f"{d:%Y%m%d}") for d in days],
            "date,sales,when": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), f"{d:%Y%m}") for d in days],
            "date,sales,as_of": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), f"{d:%y%m%d}") for d in days],
            "date,sales,yw": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), "%d%02d" % d.isocalendar()[:2]) for d in days],
            "date,sales,decimal": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), f"{d.year + (d - datetime.datetime(d.year, 1, 1)).days / 366:.4f}")
                                   for d in days],
            "dt_iso,temp,dt": [(f"{h:%Y-%m-%d %H:%M:%S}", h.hour / 2, epoch(h)) for h in hours],
            "date,sales,day_num": [(f"{d:%Y-%m-%d}", 100 + d.weekday(), i + 1) for i, d in enumerate(days)],
        }
        for header, rows in cases.items():
            with self.subTest(header):
                columns = self.columns(header, rows)
                self.assertEqual(columns["value"], [header.split(",")[1]])

    def test_measures_are_no_times(self):
        days = [BEGIN + i * DAY for i in range(60)]
        cases = {
            "rise through the years": [(f"{d:%Y-%m-%d}", 2022 + i, 2 * i) for i, d in enumerate(days)],
            "are as large as seconds": [(f"{d:%Y-%m-%d}", 1672531200 + i * 777, i % 3) for i, d in enumerate(days)],
            "are as large as days": [(f"{d:%Y-%m-%d}", 20230101 + 37 * i, i % 3) for i, d in enumerate(days)],
            "count": [(f"{d:%Y-%m-%d}", i + 1, i % 3) for i, d in enumerate(days)],
        }
        for name, rows in cases.items():
            with self.subTest(name):
                self.assertEqual(self.columns("date,first,second", rows)["value"], ["first", "second"])


if __name__ == "__main__":
    unittest.main()
