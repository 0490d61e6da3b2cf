"""Steps that a file shows as a whole: shops that close on Sundays, rows that come more often than they did, codes of terms."""
import datetime
import unittest

from fitd_support import Scratch, run

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
BEGIN = datetime.datetime(2024, 3, 4)  # a Monday


def days(count, weekdays, first=BEGIN):
    times = [first + i * DAY for i in range(7 * count) if (first + i * DAY).weekday() in weekdays]
    return times[:count]


def steady(first, count, step):
    return [first + i * step for i in range(count)]


def months(first, count, of=1):
    return [datetime.datetime(first + i * of // 12, i * of % 12 + 1, 1) for i in range(count)]


class WeeksAndTerms(Scratch):
    def write(self, header, rows):
        path = self.dir / "data.csv"
        path.write_text("\n".join([header] + [",".join(str(cell) for cell in row) for row in rows]) + "\n")
        return path

    def train(self, path, *flags, code=0):
        store = self.dir / "s.db"
        store.unlink(missing_ok=True)
        done = run("train", path, *flags, "--store", store, "--models", "naive", "--combine", "none", "--global", "none",
                   "--season", "1", "--workers", "0", "--progress", "none", "--json")
        self.assertEqual(done.returncode, code, done.stderr)
        return store, done.stderr

    def next_times(self, store, horizon=1):
        done = run("forecast", "--store", store, "--horizon", horizon)
        self.assertEqual(done.returncode, 0, done.stderr)
        times = {}
        for line in done.stdout.splitlines()[1:]:
            times.setdefault(line.split(",")[0], []).append(line.split(",")[1][:16])
        return times

    def next_of(self, times, *flags, horizon=1):
        rows = [(f"{time:%Y-%m-%d %H:%M}", 10 + i % 5) for i, time in enumerate(times)]
        store, _ = self.train(self.write("time,value", rows), *flags)
        return self.next_times(store, horizon)["data"]

    SIX = range(6)
    FIVE = range(5)

    def fleet(self, weekdays, lengths, more=()):
        times = days(200, weekdays)
        rows = [(f"long{k}", time, 10 + i % 7) for k in range(6) for i, time in enumerate(times)]
        for count in lengths:
            rows += [(f"new{count}", time, 5 + i % 3) for i, time in enumerate(times[len(times) - count:])]
        rows += list(more)
        return self.write("item,time,value", [(a, f"{b:%Y-%m-%d}", c) for a, b, c in rows])

    def test_short_targets_of_a_fleet_have_its_days(self):
        for weekdays in (self.SIX, self.FIVE, range(1, 6)):
            store, _ = self.train(self.fleet(weekdays, (1, 2, 3, 4, 8, 15, 25, 36)))
            expected = [f"{time:%Y-%m-%d}" for time in days(205, weekdays)[200:]]
            for target, found in self.next_times(store, 5).items():
                self.assertEqual([one[:10] for one in found], expected, (weekdays, target))

    def test_other_steps_of_such_a_fleet_stay(self):
        times = days(200, self.SIX)
        weekly = [("week", time, 3) for time in times if time.weekday() == 0][-8:]
        monthly = [("month", datetime.datetime(2024, m, 1), 3) for m in (4, 5, 6, 7, 8, 10)]  # no Sunday among them
        path = self.fleet(self.SIX, (4,), weekly + monthly)
        store, _ = self.train(path)
        found = self.next_times(store)
        self.assertEqual(found["week"][0][:10], f"{weekly[-1][1] + 7 * DAY:%Y-%m-%d}")
        self.assertEqual(found["month"][0][:10], "2024-11-01")

    def test_one_row_on_a_sunday_leaves_days_alone(self):
        sunday = datetime.datetime(2024, 5, 5)
        path = self.fleet(self.SIX, (4,), [("open", sunday + i * DAY, 3) for i in range(4)])
        store, _ = self.train(path)
        self.assertEqual(self.next_times(store)["open"], [f"{sunday + 4 * DAY:%Y-%m-%d}"])

    def test_five_sundays_that_alone_are_missing_are_no_chance(self):
        six = days(36, self.SIX)
        self.assertEqual(self.next_of(six)[0], f"{days(37, self.SIX)[36]:%Y-%m-%d %H:%M}")
        hours = [day + 9 * HOUR + i * HOUR / 4 for day in six for i in range(36)]
        self.assertEqual(self.next_of(hours)[0], f"{days(37, self.SIX)[36] + 9 * HOUR:%Y-%m-%d %H:%M}")
        # Three of them may be.
        self.assertEqual(self.next_of(days(24, self.SIX))[0], f"{days(24, self.SIX)[-1] + DAY:%Y-%m-%d %H:%M}")

    def test_a_new_target_of_an_update_has_the_days_of_the_store(self):
        path = self.fleet(self.SIX, ())
        store, _ = self.train(path)
        after = days(204, self.SIX)[200:]
        rows = [(f"long{k}", f"{time:%Y-%m-%d}", 4) for k in range(6) for time in after]
        rows += [("new", f"{time:%Y-%m-%d}", 4) for time in after[-3:]]
        done = run("update", "--store", store, self.write("item,time,value", rows), "--workers", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = f"{days(205, self.SIX)[204]:%Y-%m-%d}"
        self.assertEqual({one[0][:10] for one in self.next_times(store).values()}, {expected})

    def test_rows_that_come_more_often_than_they_did_are_no_repair(self):
        minute = HOUR / 60
        weeks = steady(datetime.datetime(2021, 1, 4), 52, 7 * DAY)
        cases = {
            "weeks, then days": weeks + steady(weeks[-1] + DAY, 300, DAY),
            "months, then days": months(2023, 3) + steady(datetime.datetime(2023, 4, 1), 100, DAY),
            "five minutes, then minutes": steady(BEGIN, 100, 5 * minute) + steady(BEGIN + 500 * minute, 1000, minute),
            "hours, then quarters of them": steady(BEGIN, 300, HOUR) + steady(BEGIN + 300 * HOUR, 2000, 15 * minute),
            "quarters, then months": months(2000, 40, 3) + [one for one in months(2010, 150)],
            "days, then halves": steady(BEGIN, 100, DAY) + steady(BEGIN + 100 * DAY, 300, 12 * HOUR),
        }
        for name, times in cases.items():
            with self.subTest(name):
                rows = [(f"{time:%Y-%m-%d %H:%M}", 10 + i % 5) for i, time in enumerate(times)]
                path = self.write("time,value", rows)
                _, said = self.train(path, code=65)
                self.assertIn("its first rows come every", said)
                self.train(path, "--max-repaired", "60%")

    def test_holes_and_a_slow_beginning_are_repaired(self):
        holes = [one for i, one in enumerate(steady(BEGIN, 300, DAY)) if i * i % 11 != 3]
        self.next_of(holes)
        few = [BEGIN, BEGIN + 7 * DAY, BEGIN + 14 * DAY] + steady(BEGIN + 21 * DAY, 400, DAY)
        self.next_of(few)

    def test_codes_of_terms_are_asked_about(self):
        years = range(2005, 2024)
        cases = {
            "term,value": [f"{year}{term}" for year in years for term in (10, 20, 30)],
            "TERM_CODE,value": [f"{year}{term}" for year in years for term in (20, 40)],
            "period,value": [f"{year}{term}" for year in years for term in (10, 20, 30, 40)],
            "Semester,value": [f"2{year % 100:02}{term}" for year in years for term in (2, 5, 8)],
            "Term,value": [f"2{year % 100:02}{term}" for year in years for term in (2, 8)],
        }
        for header, codes in cases.items():
            with self.subTest(header):
                path = self.write(header, [(code, 100 + i % 7) for i, code in enumerate(codes)])
                _, said = self.train(path, code=65)
                self.assertIn("codes of", said)
                store, _ = self.train(path, "--ignore", header.split(",")[0], "--start", "2005-01-01", "--frequency", "4M")
                self.assertEqual(len(self.next_times(store)), 1)
        rows = [(campus, code, 100 + i % 7) for campus in "ab" for i, code in enumerate(cases["term,value"])]
        _, said = self.train(self.write("campus,term,enrolled", rows), code=65)
        self.assertIn("codes of", said)

    def test_weeks_months_and_years_are_no_terms(self):
        years = range(2005, 2024)
        cases = {
            "time,value": [f"{year}{week:02}" for year in years for week in range(1, 53)],
            "week,value": [f"{year}{week}" for year in years for week in (13, 26, 39, 52)],
            "term,value": [f"{year}{month:02}" for year in years for month in (1, 5, 9)],
            "Term,value": [str(year) for year in range(1960, 2024)],
            "term ,value": [str(year) for year in range(1960, 2024, 4)],
        }
        for header, codes in cases.items():
            with self.subTest(header):
                self.train(self.write(header, [(code, 100 + i % 7) for i, code in enumerate(codes)]))


if __name__ == "__main__":
    unittest.main()
