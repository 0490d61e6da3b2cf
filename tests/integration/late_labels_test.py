"""Rows that are called by the beginnings of their periods up to some time, and later within them, as by their ends, from then on: each is
of the period that it falls into."""
import datetime
import json
import unittest

from fitd_support import Scratch, run

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
SECOND = datetime.timedelta(seconds=1)
FIRST = datetime.datetime(2018, 1, 1)  # a Monday


def months(every, count):
    return [datetime.datetime(2005 + i * every // 12, i * every % 12 + 1, 1) for i in range(count)]


# The beginnings of 121 periods.
PERIODS = {
    "hour": [FIRST + i * HOUR for i in range(121)],
    "day": [FIRST + i * DAY for i in range(121)],
    "week": [FIRST + 7 * i * DAY for i in range(121)],
    "month": months(1, 121),
    "quarter": months(3, 121),
    "half": months(6, 121),
    "year": [datetime.datetime(1880 + i, 1, 1) for i in range(121)],
}
FLAGS = ("--models", "naive", "--combine", "none", "--global", "none", "--season", "1", "--workers", "0", "--progress", "none")


class LateLabels(Scratch):
    def train(self, times, *flags):
        path = self.dir / "t.csv"
        path.write_text("time,value\n" + "".join(f"{time:%Y-%m-%d %H:%M:%S},{100 + i * i % 17}\n" for i, time in enumerate(times)))
        store = self.dir / "s.db"
        store.unlink(missing_ok=True)
        done = run("train", path, "--store", store, *FLAGS, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        done_forecast = run("forecast", "--store", store, "--horizon", "1")
        self.assertEqual(done_forecast.returncode, 0, done_forecast.stderr)
        return done_forecast.stdout.splitlines()[1].split(",")[1], done.stderr

    def expect(self, name, late, first, count=None, said="gaps filled", flags=()):
        """`late`: at the end of periods, by so much before the next one where it is negative."""
        begins = PERIODS[name]
        count = len(begins) - 1 if count is None else count
        times = [begin if first(i) else begins[i + 1] + late if late < 0 * DAY else begin + late for i, begin in enumerate(begins[:count])]
        forecast, stderr = self.train(times, *flags)
        self.assertNotIn(said, stderr, (name, late))
        return forecast, begins[count]

    def same(self, name, late, first, count=None):
        forecast, begin = self.expect(name, late, first, count)
        form = "%Y-%m-%d %H:%M:%S" if " " in forecast else "%Y-%m-%d"
        self.assertEqual(datetime.datetime.strptime(forecast, form), begin, (name, late))

    def test_the_last_row_alone(self):
        for name, lates in {"month": (-DAY, -2 * DAY, -4 * DAY, -SECOND), "quarter": (-DAY, -9 * DAY), "half": (-DAY,), "year": (-DAY,),
                            "week": (-DAY, -SECOND, 4 * DAY), "day": (-SECOND, 21 * HOUR, 22 * HOUR, 12.5 * HOUR), "hour": (-SECOND * 60, -SECOND)}.items():
            for late in lates:
                for count in (None, 72):
                    with self.subTest(name, late=late, count=count):
                        self.same(name, late, lambda i, end=(count or 120) - 1: i < end, count)

    def test_any_number_of_rows(self):
        for name, late in (("month", -DAY), ("quarter", -DAY), ("half", -DAY), ("year", -DAY), ("week", -DAY), ("week", -SECOND), ("day", -SECOND),
                           ("day", 21 * HOUR), ("hour", -SECOND), ("hour", -60 * SECOND)):
            for rows in (2, 3, 6, 12, 18, 40, 60):
                with self.subTest(name, late=late, rows=rows):
                    self.same(name, late, lambda i, rows=rows: i < 120 - rows)

    def test_most_rows(self):
        """What most are called by is what forecasts of months are called by."""
        for name in ("month", "quarter", "half", "year"):
            with self.subTest(name):
                forecast, begin = self.expect(name, -DAY, lambda i: i < 20)
                following = [*PERIODS[name], begin][120]
                months_on = {"month": 1, "quarter": 3, "half": 6, "year": 12}[name]
                month = following.year * 12 + following.month - 1 + months_on
                end = datetime.datetime(month // 12, month % 12 + 1, 1) - DAY
                self.assertEqual(forecast[:10], f"{end:%Y-%m-%d}")
        for name, late in (("week", -DAY), ("day", -SECOND)):
            with self.subTest(name):
                self.same(name, late, lambda i: i < 20)

    def test_rows_called_by_their_ends_alone_stay_so(self):
        for name, late, following in (("month", -DAY, -DAY), ("quarter", -DAY, -DAY), ("day", -SECOND, -SECOND), ("hour", -SECOND, -SECOND)):
            with self.subTest(name):
                begins = PERIODS[name]
                forecast, stderr = self.train([begin + late for begin in begins[1:120]])
                self.assertNotIn("gaps filled", stderr)
                step = {"month": 31 * DAY, "quarter": 31 * DAY}.get(name)
                expected = f"{begins[120] + following:%Y-%m-%d}"
                self.assertEqual(forecast[:10], expected, step)

    def test_an_hour_before_midnight_is_the_next_day_elsewhere(self):
        """Midnights of London in UTC, of which one is missing where the clock changes."""
        times = [FIRST + i * DAY if i < 60 else FIRST + i * DAY - HOUR for i in range(120) if i != 59]
        forecast, _ = self.train(times)
        self.assertIn(forecast[:10], (f"{FIRST + 119 * DAY:%Y-%m-%d}", f"{FIRST + 120 * DAY:%Y-%m-%d}"))
        self.assertEqual(datetime.datetime.strptime(forecast, "%Y-%m-%d %H:%M:%S").hour in (0, 23), True)

    def test_two_rows_of_a_period_are_read_as_the_nearest(self):
        """A row at the beginning of a month and one at its end: the end may be early for the next one."""
        begins = PERIODS["month"]
        times = begins[:100] + [begins[100] - DAY, begins[101] - DAY]
        forecast, _ = self.train(times)
        self.assertEqual(forecast[:10], f"{begins[102]:%Y-%m-%d}")

    def test_what_was_updated_is_what_is_trained(self):
        for name, late in (("month", -DAY), ("quarter", -DAY), ("day", -SECOND)):
            with self.subTest(name):
                begins = PERIODS[name]
                labels = begins[:100] + [begins[i + 1] + late for i in range(100, 112)]
                rows = [f"{time:%Y-%m-%d %H:%M:%S},{100 + i * i % 17}\n" for i, time in enumerate(labels)]
                for part, some in (("old", rows[:100]), ("new", rows[100:]), ("all", rows)):
                    (self.dir / part).mkdir(exist_ok=True)
                    (self.dir / part / "t.csv").write_text("time,value\n" + "".join(some))
                said = []
                for store, part in (("u.db", "old"), ("a.db", "all")):
                    (self.dir / store).unlink(missing_ok=True)
                    self.assertEqual(run("train", self.dir / part / "t.csv", "--store", self.dir / store, *FLAGS).returncode, 0)
                done = run("update", self.dir / "new" / "t.csv", "--store", self.dir / "u.db", "--workers", "0", "--json")
                self.assertEqual(json.loads(done.stdout)["values"], 12, done.stderr)
                for store in ("u.db", "a.db"):
                    said.append(run("forecast", "--store", self.dir / store, "--horizon", "3").stdout.splitlines()[1:])
                self.assertEqual([row.split(",")[:3] for row in said[0]], [row.split(",")[:3] for row in said[1]])


if __name__ == "__main__":
    unittest.main()
