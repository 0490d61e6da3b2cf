"""--gaps zero and --aggregate: where the data end, pauses that are data, and periods that are not over."""
import csv
import datetime
import io
import random
import unittest

from fitd_support import run
from time_files import NAIVE, TimeFiles, lines

DAY = datetime.timedelta(days=1)
FIRST = datetime.datetime(2023, 1, 1)


def sales(days, hours=(8, 20), until=None, seed=3):
    """Three to six sales of 10 a day between two hours."""
    draw, rows = random.Random(seed), []
    for day in range(days):
        rows += [FIRST + day * DAY + datetime.timedelta(seconds=draw.randrange(hours[0] * 3600, hours[1] * 3600)) for _ in range(draw.randint(3, 6))]
    return [(t.isoformat(), 10) for t in sorted(rows) if until is None or t < until]


class ZeroGaps(TimeFiles):
    def next_of(self, text, *flags):
        """The time and the value that `naive` forecasts of each target, which is its last one."""
        store = self.dir / "s.db"
        trained = run("train", self.write(text), "--store", store, "--fresh", *flags, *NAIVE)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        done = run("forecast", "--store", store, "--horizon", 1)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row[0]: (row[1], float(row[2])) for row in list(csv.reader(io.StringIO(done.stdout)))[1:]}

    def test_no_period_is_made_up_behind_the_last_rows(self):
        """The last sale was at five in the afternoon, which is nearer to the next midnight than to its own."""
        rows = sales(90)
        rows += [((FIRST + 90 * DAY).isoformat()[:10] + "T17:30:00", 70), ((FIRST + 90 * DAY).isoformat()[:10] + "T19:30:00", 7)]
        zero = self.next_of(lines("time,value", rows), "--frequency", "1D", "--aggregate", "sum", "--gaps", "zero")
        self.assertEqual(zero, {"data": ("2023-04-02T00:00:00", 77)})
        daily = [((FIRST + i * DAY).strftime("%Y-%m-%d"), 11) for i in range(365 + 51)]  # until 20 February
        zero = self.next_of(lines("time,value", daily), "--frequency", "1M", "--aggregate", "sum", "--gaps", "zero")
        self.assertEqual(zero, {"data": ("2024-02-01", 341)})

    def test_a_day_is_zero_when_its_time_has_come(self):
        """One shop reports at midnight, one at six in the evening."""
        rows = [("a", (FIRST + i * DAY).isoformat(), 5) for i in range(60)]
        rows += [("b", (FIRST + i * DAY + DAY * 0.75).isoformat(), 6) for i in range(60)]
        zero = self.next_of(lines("target,time,value", rows), "--gaps", "zero")
        self.assertEqual(zero, {"a": ("2023-03-02T00:00:00", 5), "b": ("2023-03-02T18:00:00", 6)})
        zero = self.next_of(lines("target,time,value", rows[:55] + rows[60:]), "--gaps", "zero")
        self.assertEqual(zero["a"], ("2023-03-02T00:00:00", 0))

    def test_the_open_day_is_open_for_all(self):
        """Of the busy shop's last day only the morning is there; what the quiet one sold then is no day either."""
        busy = [("busy", t, v) for t, v in sales(60, (0, 24), FIRST + 59 * DAY + datetime.timedelta(hours=9))]
        quiet = [("quiet", (FIRST + d * DAY + datetime.timedelta(hours=(7 * d) % 24, minutes=d)).isoformat(), 3) for d in range(0, 59, 4)]
        quiet += [("quiet", (FIRST + 59 * DAY + datetime.timedelta(hours=8)).isoformat(), 3)]
        flags = ("--frequency", "1D", "--aggregate", "sum", "--gaps", "zero")
        zero = self.next_of(lines("target,time,value", busy + quiet), *flags)
        self.assertEqual({target: time for target, (time, _) in zero.items()}, dict.fromkeys(("busy", "quiet"), "2023-03-01T00:00:00"))
        self.assertEqual(zero["quiet"][1], 0)

    def test_pauses_of_rare_sales_are_zeros(self):
        draw = random.Random(5)
        rows, days = [], {}
        for item in range(30):
            days[f"i{item:02}"] = [d for d in range(300) if d in (item, 299) or draw.random() < (1 if item == 0 else 0.05)]
            rows += [(f"i{item:02}", (FIRST + d * DAY).strftime("%Y-%m-%d"), 2) for d in days[f"i{item:02}"]]
        done, plan = self.check(lines("item,date,qty", rows), "--gaps", "zero", "--frequency", "1D")
        self.assertEqual((done.returncode, plan["values"]), (0, sum(300 - d[0] for d in days.values())), done.stderr)

    def test_one_mistyped_year_does_not_fill_all_with_zeros(self):
        rows = [(s, (FIRST + i * DAY).strftime("%Y-%m-%d"), 4 + i % 3) for s in "ABCD" for i in range(300)]
        typed = [("A", "2024-10-27", 4) if row[:2] == ("A", "2023-10-27") else row for row in rows]
        zero = self.next_of(lines("store,date,value", typed), "--gaps", "zero")
        self.assertEqual({time for time, _ in zero.values()}, {"2023-10-28"})
        alone = rows + [("A", "2025-03-01", 4), ("A", "2025-03-02", 4)]
        done = run("train", self.write(lines("store,date,value", alone)), "--store", self.dir / "x.db", "--gaps", "zero")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("target 'A' has a row of 2025-03-02, and no other one goes on after 2023-10-27", done.stderr)
        self.assertIn("--until 2023-10-27", done.stderr)
        self.assertEqual({time for time, _ in self.next_of(lines("store,date,value", alone), "--gaps", "zero", "--until", "2023-10-27").values()}, {"2023-10-28"})

    def test_a_period_that_is_not_over_waits_for_its_rows(self):
        daily = [((FIRST + i * DAY).strftime("%Y-%m-%d"), 100 + i % 7) for i in range(365 + 60)]
        store, flags = self.dir / "m.db", ("--frequency", "1M", "--aggregate", "sum", *NAIVE)
        self.assertEqual(run("train", self.write(lines("time,value", daily[:365])), "--store", store, *flags).returncode, 0)
        done = run("update", self.write(lines("time,value", daily[365:385])), "--store", store)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("20 rows of first or last periods that are not whole, left out", done.stderr)
        done = run("update", self.write(lines("time,value", daily[365:400])), "--store", store)
        self.assertIn("1 advanced by 1 values", done.stdout + done.stderr)
        forecast = list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1]
        self.assertEqual((forecast[1], float(forecast[2])), ("2024-02-01", sum(v for _, v in daily[365:396])))

    def test_a_day_of_shifts_needs_all_of_them(self):
        rows = [((FIRST + i * DAY / 3 + DAY * 7 / 24).isoformat(), 100) for i in range(60 * 3 - 1)]
        end = self.next_of(lines("time,value", rows), "--frequency", "1D", "--aggregate", "sum")
        self.assertEqual(end, {"data": ("2023-03-01T00:00:00", 300)})


if __name__ == "__main__":
    unittest.main()
