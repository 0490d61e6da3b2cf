"""An update lays its few rows on the steps of the store: it gives what a training on all rows at once gives."""
import datetime
import unittest

from fitd_support import Scratch, run

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
FLAGS = ("--models", "naive", "--combine", "none", "--global", "none", "--season", "1", "--workers", "0", "--progress",
         "none")


def day(text):
    return datetime.datetime.fromisoformat(text)


def days(first, count, step=DAY):
    return [day(first) + i * step for i in range(count)]


def months(first, count):
    year, month = int(first[:4]), int(first[5:])
    return [datetime.datetime(year + (month - 1 + i) // 12, (month - 1 + i) % 12 + 1, 1) for i in range(count)]


def session(first, count, opens, points, minutes, weekdays=5):
    times = []
    for date in days(first, 3 * count):
        if date.weekday() < weekdays and len(times) < count:
            times += [date + opens + i * datetime.timedelta(minutes=minutes) for i in range(points)]
    return times[:count]


class UpdateSteps(Scratch):
    def write(self, name, rows, wide=False):
        """Rows of (target, time, value)."""
        path = self.dir / name
        if wide:
            ids = sorted({row[0] for row in rows})
            cells = {(row[0], row[1]): row[2] for row in rows}
            lines = ["time," + ",".join(ids)] + [
                ",".join([f"{time}"] + [str(cells.get((one, time), "")) for one in ids])
                for time in sorted({row[1] for row in rows})]
        else:
            lines = ["target,time,value"] + [f"{target},{time},{value}" for target, time, value in rows]
        path.write_text("\n".join(lines) + "\n")
        return path

    def next_of(self, store):
        done = run("forecast", "--store", store, "--horizon", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {line.split(",")[0]: (line.split(",")[1], float(line.split(",")[2]))
                for line in done.stdout.splitlines()[1:]}

    def stores(self, old, new, train=(), update=(), wide=False):
        """The next times and values after an update with `new`, and after a training on `old` and `new`."""
        for name in ("u.db", "t.db"):
            (self.dir / name).unlink(missing_ok=True)
        paths = self.write("old.csv", old, wide), self.write("new.csv", new, wide), self.write("all.csv", old + new, wide)
        done = run("train", paths[0], "--store", self.dir / "u.db", *FLAGS, *train)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("update", "--store", self.dir / "u.db", paths[1], "--json", "--workers", "0", *update)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        updated = self.next_of(self.dir / "u.db")
        done = run("train", paths[2], "--store", self.dir / "t.db", *FLAGS, *train)
        self.assertEqual(done.returncode, 0, done.stderr)
        return updated, self.next_of(self.dir / "t.db")

    def same(self, old, new, train=(), update=(), wide=False):
        updated, trained = self.stores(old, new, train, update, wide)
        self.assertEqual(updated, trained)
        return updated

    def refused(self, old, new, train=(), update=(), code=3):
        (self.dir / "u.db").unlink(missing_ok=True)
        done = run("train", self.write("old.csv", old), "--store", self.dir / "u.db", *FLAGS, *train)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("update", "--store", self.dir / "u.db", self.write("new.csv", new), "--workers", "0", *update)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        return done.stderr + done.stdout

    @staticmethod
    def rows(times, target="d", first=0):
        return [(target, time, 10 + (first + i) * 3 % 7 + 0.5) for i, time in enumerate(times)]

    def test_a_few_days_with_a_pause_are_days(self):
        old = self.rows(days("2024-01-01", 60))
        cases = {
            "a day, a pause, a day": ["2024-03-01", "2024-03-02", "2024-03-10"],
            "two pauses": ["2024-03-01", "2024-03-02", "2024-03-28"],
            "two rows": ["2024-03-01", "2024-03-08"],
            "one row behind a pause": ["2024-03-09"],
            "two days, a pause, two days": ["2024-03-01", "2024-03-02", "2024-03-19", "2024-03-20"],
        }
        for name, new in cases.items():
            for wide in (False, True):
                with self.subTest(name, wide=wide):
                    times = [day(one) for one in new]
                    more = self.rows(days("2024-01-01", 60), "e"), self.rows(times[-1:], "e", 60)
                    self.same(old + more[0], self.rows(times, first=60) + more[1], wide=wide)

    def test_a_long_pause_cuts_nothing(self):
        old = self.rows(days("2024-01-01", 60))
        new = self.rows([day(one) for one in ("2024-03-01", "2024-03-02", "2024-06-05")], first=60)
        for update in ((), ("--frequency", "1D")):
            with self.subTest(update):
                self.stores(old, new, update=update)
                self.assertEqual(self.next_of(self.dir / "u.db")["d"][0][:10], "2024-06-06")

    def test_steps_of_all_kinds_go_on_behind_pauses(self):
        quarters = months("1995-01", 300)[::3]
        ends = [one - DAY for one in months("2015-02", 140)]
        weeks = days("2022-01-03", 150, 7 * DAY)
        business = [one for one in days("2023-01-02", 500) if one.weekday() < 5]
        six = [one for one in days("2023-01-02", 500) if one.weekday() < 6]
        hours = days("2024-01-01", 600, HOUR)
        halves = months("1980-01", 600)[::6]
        starts = {"months": months("2010-01", 150), "quarters": quarters, "ends of months": ends, "weeks": weeks,
                  "business days": business, "six days": six, "hours": hours, "halves": halves,
                  "quarters of an hour": days("2024-01-01", 600, HOUR / 4),
                  "days at eight": [one + 8 * HOUR for one in days("2023-01-01", 200)]}
        for name, times in starts.items():
            old = times[:80]
            for places in ([80, 81, 85], [80, 83, 84], [80, 81, 82, 86, 87, 88], [82], [81, 83], [80, 82, 83, 87, 88]):
                with self.subTest(name, places=places):
                    self.same(self.rows(old), self.rows([times[i] for i in places], first=80))

    def test_rows_at_changing_times_are_of_the_days_they_fall_into(self):
        clocks = [(9, 10), (14, 22), (23, 50), (0, 40), (18, 5), (11, 30), (21, 45)]
        times = [date + datetime.timedelta(hours=clocks[i % 7][0], minutes=clocks[i * 3 % 7][1])
                 for i, date in enumerate(days("2024-01-01", 120))]
        for places in ([100, 101, 102], [100, 101, 105], [100, 103], [100]):
            with self.subTest(places):
                self.same(self.rows(times[:100]), self.rows([times[i] for i in places], first=100))

    def test_no_row_is_a_zero_up_to_the_last_row_of_all(self):
        dense = days("2024-01-01", 114)
        rare = [dense[i] for i in range(100) if i * i % 7 < 2]
        old = self.rows(dense[:100], "dense") + self.rows(rare, "rare")
        new = self.rows(dense[100:], "dense", 100) + self.rows([dense[i] for i in (100, 101, 112)], "rare", 50)
        after = self.same(old, new, train=("--gaps", "zero"))
        self.assertEqual(after["dense"][0][:10], "2024-04-24")
        old = self.rows(days("2024-01-01", 60))
        new = self.rows([day(one) for one in ("2024-03-05", "2024-04-07", "2024-05-06")], first=60)
        self.assertEqual(self.same(old, new, train=("--gaps", "zero"))["d"][0][:10], "2024-05-07")

    def test_a_fleet_with_several_steps(self):
        daily, weekly, monthly = days("2024-01-01", 140), days("2022-01-03", 140, 7 * DAY), months("2013-01", 140)
        business = [one for one in days("2023-06-05", 300) if one.weekday() < 5]
        old, new = [], []
        for name, times in (("d", daily), ("w", weekly), ("m", monthly), ("b", business)):
            old += self.rows(times[:120], name)
            new += self.rows([times[i] for i in (120, 121, 125)], name, 120)
        self.same(old, new)

    def test_a_delivery_across_nights_and_weekends_is_whole(self):
        times = session("2024-01-01", 1000, 9.5 * HOUR, 26, 15)
        shop = session("2024-01-01", 1600, 8 * HOUR, 14, 60, 6)
        for name, one in (("market", times), ("shop", shop)):
            points = 26 if one is times else 14
            for at, count in ((points * 30 - 6, 7), (points * 30 - 6, 8), (points * 30 - 1, 6), (points * 30 - 1, 2),
                              (points * 32 - 3, points + 6)):
                with self.subTest(name, at=at, count=count):
                    self.same(self.rows(one[:at]), self.rows(one[at:at + count], first=at))

    def test_an_outage_within_a_delivery_is_one(self):
        hours = days("2024-01-01", 400, HOUR)
        new = hours[200:210] + hours[234:244]
        self.same(self.rows(hours[:200]), self.rows(new, first=200))

    def test_a_place_has_its_own_days(self):
        times = [one.strftime("%Y-%m-%d") for one in days("2024-01-01", 140)]
        for zone in ("Europe/Berlin", "America/New_York"):
            for places in ([80, 81, 86], [85, 86, 100], [84]):
                with self.subTest(zone, places=places):
                    self.same(self.rows(times[:80]), self.rows([times[i] for i in places], first=80),
                              train=("--timezone", zone))

    def test_counts_of_events_are_zero_where_there_are_none(self):
        def events(first, count, skip=()):
            return [("d", one + i * 2 * HOUR, 1) for k, one in enumerate(days(first, count)) for i in range(1 + k % 3)
                    if k not in skip]
        old = events("2024-01-01", 60)
        new = events("2024-03-01", 30, skip=(1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18))
        self.same(old, new, train=("--frequency", "1D", "--aggregate", "count"),
                  update=("--frequency", "1D", "--aggregate", "count"))

    def test_rows_of_another_step_are_still_refused(self):
        old = self.rows(days("2024-01-01", 60))
        self.assertIn("steps apart", self.refused(old, self.rows(days("2024-03-07", 5, 7 * DAY))))
        self.assertIn("have one already", self.refused(old, self.rows(days("2024-03-01", 60, HOUR))))
        business = [one for one in days("2024-01-01", 120) if one.weekday() < 5]
        self.assertIn("has none of", self.refused(self.rows(business), self.rows(days("2024-04-30", 20))))

    def test_a_mistyped_year_is_asked_about(self):
        old = self.rows(days("2024-01-01", 60))
        new = self.rows([day(one) for one in ("2024-03-01", "2024-03-03", "2025-03-02")])
        self.assertIn("in the year 2024", self.refused(old, new))
        self.assertIn("in the year 2024", self.refused(old, new, train=("--gaps", "zero"), code=65))


if __name__ == "__main__":
    unittest.main()
