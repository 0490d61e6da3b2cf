"""A detection lays its rows on the steps of its store, as an update does: each is judged by what is expected of its own period, whatever else
the file has, and the next files too."""
import csv
import datetime
import io
import math
import random
import shutil
import unittest
import zoneinfo

from fitd_support import Scratch, run

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
SECOND = datetime.timedelta(seconds=1)
FIRST = datetime.datetime(2023, 1, 2)
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
MODELS = ("--models", "seasonal-naive", "--combine", "none", "--global", "none", "--workers", "0", "--progress", "none")


def months(count, every=1):
    return [datetime.datetime(2015 + i * every // 12, i * every % 12 + 1, 1) for i in range(count)]


def business_days(count):
    days = [FIRST + i * DAY for i in range(2 * count)]
    return [day for day in days if day.weekday() < 5][:count]


# Name, season, times of the periods, and how a label late in a period is made of the next one's time.
SERIES = {
    "days": (7, [FIRST + i * DAY for i in range(160)]),
    "weeks": (4, [FIRST + 7 * i * DAY for i in range(160)]),
    "months": (12, months(140)),
    "quarters": (4, months(100, 3)),
    "hours": (24, [FIRST + i * HOUR for i in range(400)]),
    "quarters of an hour": (4, [FIRST + i * HOUR / 4 for i in range(160)]),
    "business days": (5, business_days(160)),
}
NEW = 20  # periods that are not trained


class DetectSteps(Scratch):
    def trained(self, name, *flags):
        """A store of all but the last periods, and what is usual of each."""
        season, times = SERIES[name]
        noise = random.Random(1)
        self.usual = [100 + 20 * (i % season) for i in range(len(times))]
        self.value = [round(usual + noise.gauss(0, 1), 2) for usual in self.usual]
        self.times, self.first = times, len(times) - NEW
        self.store = self.dir / "s.db"
        for end in ("", "-wal", "-shm"):
            (self.dir / f"s.db{end}").unlink(missing_ok=True)
        done = run("train", self.file(range(self.first)), "--season", season, "--store", self.store, *MODELS, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)

    def file(self, places, late=datetime.timedelta(0), form="{:%Y-%m-%d %H:%M:%S}", more=()):
        """Rows of these places; `late`: by so much behind their times, or before the next ones where it is negative."""
        self.files = getattr(self, "files", 0) + 1
        path = self.dir / f"{self.files}" / "t.csv"
        path.parent.mkdir()
        label = lambda i: self.times[i] + late if late >= 0 * DAY else (self.times + [None])[i + 1] + late
        rows = [(form.format(label(i)), self.value[i]) for i in places] + list(more)
        path.write_text("time,value\n" + "".join(f"{time},{value}\n" for time, value in rows))
        return path

    def detect(self, *files, code=0, flags=()):
        done = run("detect", "--store", self.store, *files, *flags)
        self.assertEqual(done.returncode, code, done.stderr)
        self.said = done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def expect(self, rows, places):
        self.assertEqual([float(row["value"]) for row in rows], [self.value[i] for i in places])
        for row, i in zip(rows, places):
            self.assertLess(abs(float(row["expected"]) - self.usual[i]), 6, (row, i))
            self.assertEqual(row["alert"], "0", row)

    def test_a_row_that_is_there_twice_shifts_nothing(self):
        for name in SERIES:
            with self.subTest(name):
                self.trained(name)
                week = list(range(self.first, self.first + 8))
                self.expect(self.detect(self.file([*week[:3], week[2], *week[3:]])), week)
                self.assertIn("1 rows are of a time or a period that has a later one; the last row won", self.said)
                rest = list(range(self.first + 8, self.first + 16))
                self.expect(self.detect(self.file(rest)), rest)

    def test_the_last_row_of_a_time_wins(self):
        self.trained("days")
        week = list(range(self.first, self.first + 7))
        first = self.file(week, more=[(f"{self.times[week[2]]:%Y-%m-%d %H:%M:%S}", "")])
        self.expect(self.detect(first), week)  # an empty cell corrects nothing
        self.trained("days")
        corrected = self.file(week, more=[(f"{self.times[week[2]]:%Y-%m-%d %H:%M:%S}", 5)])
        rows = self.detect(corrected)
        self.assertEqual([row["value"] for row in rows][2], "5")
        self.expect(rows[:2] + rows[3:], week[:2] + week[3:])
        # Another label of the same day.
        self.trained("days")
        self.expect(self.detect(self.file([*week, week[-1]])), week)
        again = self.file(range(self.first + 7, self.first + 14), more=[(f"{self.times[self.first + 13] + HOUR:%Y-%m-%d %H:%M:%S}", 7)])
        rows = self.detect(again)
        self.assertEqual((len(rows), rows[-1]["value"]), (7, "7"))
        self.assertIn("1 rows are of a time or a period", self.said)

    def test_periods_without_a_row_are_none_of_the_next(self):
        """The step is that of the store, whatever step the file seems to have."""
        for name in SERIES:
            for places in ((0, 2), (1, 3, 5), (3,), (0, 1, 2, 6, 7), (4, 11)):
                with self.subTest(name, places=places):
                    self.trained(name)
                    some = [self.first + i for i in places]
                    self.expect(self.detect(self.file(some)), some)
                    rest = list(range(some[-1] + 1, self.first + NEW))
                    self.expect(self.detect(self.file(rest)), rest)

    def test_labels_late_in_a_period_are_of_it(self):
        for name, late in (("days", -SECOND), ("days", 8 * HOUR), ("months", -DAY), ("quarters", -DAY), ("hours", -SECOND),
                           ("business days", 18 * HOUR), ("weeks", 8 * HOUR)):
            if name == "hours":
                continue  # nearest, as in an update
            with self.subTest(name, late=late):
                self.trained(name)
                some = list(range(self.first, self.first + 9))
                rows = self.detect(self.file(some, late))
                self.expect(rows, some)
                self.assertEqual(rows[0]["time"][:10], f"{self.times[some[0]] + late if late > 0 * DAY else self.times[some[1]] + late:%Y-%m-%d}")
                # They are known now, by other labels too.
                self.assertEqual(self.detect(self.file(some)), [])
                rest = list(range(self.first + 9, self.first + NEW))
                self.expect(self.detect(self.file(rest)), rest)

    def test_an_update_and_a_detection_see_the_same(self):
        """What was updated is known to a detection whatever its labels."""
        self.trained("months")
        some = list(range(self.first, self.first + 5))
        done = run("update", self.file(some, -DAY), "--store", self.store, "--workers", "0")
        self.assertIn("1 advanced by 5 values", done.stdout, done.stderr)
        self.assertEqual(self.detect(self.file(some)), [])
        rest = list(range(self.first + 5, self.first + NEW))
        self.expect(self.detect(self.file(rest)), rest)

    def test_rows_of_other_steps_are_refused(self):
        def hourly(i):
            return [(f"{self.times[i] + k * HOUR:%Y-%m-%d %H:%M:%S}", 5) for k in range(24)]
        self.trained("days")
        some = range(self.first, self.first + 7)
        cases = {"hours": self.file((), more=[row for i in some for row in hourly(i)]),
                 "twice a day": self.file((), more=[(f"{self.times[i] + k * HOUR:%Y-%m-%d %H:%M:%S}", 50) for i in some for k in (6, 18)]),
                 "every other day": self.file(range(self.first, self.first + 14, 2)),
                 "midnight elsewhere": self.file((), more=[(f"{self.times[i] - 2 * HOUR:%Y-%m-%dT%H:%M:%SZ}", self.value[i]) for i in some])}
        for name, path in cases.items():
            with self.subTest(name):
                self.assertEqual(self.detect(path, code=3), [])
                self.assertIn("1 of 1 targets are not judged, first 't': ", self.said)
                copy = self.dir / "copy.db"
                shutil.copy(self.store, copy)
                self.assertEqual(run("update", path, "--store", copy, "--workers", "0").returncode, 3)
        rest = list(range(self.first, self.first + NEW))
        self.expect(self.detect(self.file(rest)), rest)

    def test_what_is_detected_for_longer_than_was_trained(self):
        """Detectors go on from what they have seen, however far behind the models' last value that is."""
        season, times = SERIES["hours"]
        SERIES["long"] = (season, [FIRST + i * HOUR for i in range(3000)])
        try:
            self.trained("long")
            self.first = 60
            done = run("train", self.file(range(60)), "--season", season, "--store", self.dir / "l.db", *MODELS)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.store = self.dir / "l.db"
            for begin, end in ((60, 1500), (1500, 1501), (1501, 2999)):
                rows = self.detect(self.file(range(begin, end)))
                self.assertEqual(len(rows), end - begin, self.said)
            self.assertLess(abs(float(rows[-1]["expected"]) - self.usual[2998]), 12)
        finally:
            del SERIES["long"]

    def test_a_replay_takes_the_last_row_of_a_time(self):
        self.trained("days")
        done = run("detect", "--replay", self.file([*range(120), 119, *range(120, 140)]), "--warmup", "56", "--season", "7", *MODELS[:2], "--workers", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 rows are of a time", done.stderr)
        self.expect(list(csv.DictReader(io.StringIO(done.stdout)))[84:], range(84, 140))


class DetectClock(Scratch):
    """Hours of a place, trained with --timezone, whose days follow its clock."""
    FORMS = {"naive": lambda utc: f"{utc.astimezone(BERLIN):%Y-%m-%d %H:%M}", "offsets": lambda utc: utc.astimezone(BERLIN).isoformat(timespec="minutes"),
             "utc": lambda utc: f"{utc:%Y-%m-%dT%H:%M:%SZ}"}

    def local(self, *parts):
        return datetime.datetime(*parts, tzinfo=BERLIN).astimezone(datetime.timezone.utc)

    def write(self, begin, end, form, step=HOUR):
        rows, time = [], begin
        while time < end:
            local = time.astimezone(BERLIN)
            noise = random.Random(time.isoformat()).gauss(0, 0.3)
            rows.append((self.FORMS[form](time), f"{20 + 15 * math.sin(math.pi * (local.hour + local.minute / 60 - 6) / 12) + noise:.3f}"))
            time += step
        path = self.dir / "m.csv"
        path.write_text("time,kWh\n" + "".join(f"{time},{value}\n" for time, value in rows))
        return path, len(rows)

    def detect(self, begin, end, form, step=HOUR):
        path, count = self.write(begin, end, form, step)
        done = run("detect", "--store", self.dir / "m.db", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(rows), count)
        self.assertEqual([row["time"] for row in rows if row["alert"] == "1"], [], (begin, form))
        return max(abs(float(row["value"]) - float(row["expected"])) for row in rows)

    def follow(self, begin, cuts, form, step=HOUR):
        (self.dir / "m.db").unlink(missing_ok=True)
        done = run("train", self.write(begin, cuts[0], form, step)[0], "--timezone", "Europe/Berlin", "--store", self.dir / "m.db", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        for part, end in zip(cuts, cuts[1:]):
            self.assertLess(self.detect(part, end, form, step), 1.9, (part, form))  # an hour is 3.9 at most

    def test_the_clock_is_put_back(self):
        for form in self.FORMS:
            with self.subTest(form):
                self.follow(self.local(2024, 9, 20), [self.local(2024, 10, day) for day in (24, 27, 28, 29)] + [self.local(2024, 11, 4)], form)

    def test_the_clock_is_put_forward(self):
        for form in self.FORMS:
            with self.subTest(form):
                self.follow(self.local(2024, 2, 20), [self.local(2024, 3, 28), self.local(2024, 3, 31), self.local(2024, 4, 1), self.local(2024, 4, 8)], form)

    def test_within_the_hour_that_is_shown_twice(self):
        change = self.local(2024, 10, 27, 2)
        cuts = [change - 26 * HOUR, change, change + HOUR / 2, change + HOUR, change + 3 * HOUR / 2, change + 2 * HOUR, change + 30 * HOUR]
        self.follow(self.local(2024, 10, 1), cuts, "offsets", HOUR / 4)
        self.follow(self.local(2024, 9, 20), [cuts[0], change, change + HOUR, change + 2 * HOUR, cuts[-1]], "utc")

    def test_a_history_is_judged_by_its_clock(self):
        for begin, end in (((2024, 9, 20), (2024, 11, 4)), ((2024, 2, 20), (2024, 4, 8))):
            path, count = self.write(self.local(*begin), self.local(*end), "offsets")
            done = run("detect", "--replay", path, "--timezone", "Europe/Berlin", "--warmup", "720")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            self.assertEqual(len(rows), count)
            self.assertEqual([row["time"] for row in rows if row["alert"] == "1"], [])
            self.assertLess(max(abs(float(row["value"]) - float(row["expected"])) for row in rows[720:]), 1.9)


if __name__ == "__main__":
    unittest.main()
