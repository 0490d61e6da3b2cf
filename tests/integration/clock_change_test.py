"""Times in UTC, or with offsets, that follow a local clock: days, business days and opening hours across its changes."""
import csv
import datetime
import io
import unittest
from zoneinfo import ZoneInfo

from fitd_support import run
from time_files import NAIVE, TimeFiles, lines

UTC = datetime.timezone.utc
FORMS = {
    "Z": lambda t: t.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "offset": lambda t: t.isoformat(),
    "epoch": lambda t: str(int(t.timestamp())),
}


def local(place, first, count, minutes=(0,), week=range(7), step=1):
    """Times of days from a date on, at minutes of the day, on the clock of a place."""
    day, times = datetime.date.fromisoformat(first), []
    while len(times) < count * len(minutes):
        if day.weekday() in week:
            times += [datetime.datetime(day.year, day.month, day.day, m // 60, m % 60, tzinfo=ZoneInfo(place)) for m in minutes]
        day += datetime.timedelta(step)
    return times


class ClockChange(TimeFiles):
    def table(self, times, form, first=0):
        return lines("time,value", [(FORMS[form](t), 100 + (first + i) % 7) for i, t in enumerate(times)])

    def goes_on(self, times, known, form, *flags):
        """What is forecast behind the first `known` times are those that follow them, as they are written."""
        horizon = len(times) - known
        expected = [FORMS[form](t) for t in times[known:]]
        self.assertEqual(self.next_times(self.table(times[:known], form), *flags, horizon=horizon), expected)

    def test_days_of_a_place_go_on_at_its_midnight(self):
        for form in FORMS:
            for known in (60, 61, 66, 75, 90):
                with self.subTest(form=form, known=known):
                    self.goes_on(local("Europe/Berlin", "2023-09-01", known + 2), known, form)
        for place, first, known in (("America/New_York", "2023-09-01", 70), ("Europe/Berlin", "2023-01-01", 92), ("Australia/Sydney", "2023-08-01", 70)):
            with self.subTest(place):
                self.goes_on(local(place, first, known + 2), known, "Z")
        self.goes_on(local("Europe/Berlin", "2022-12-26", 52, step=7), 50, "Z")

    def test_which_targets_are_looked_at_does_not_depend_on_the_order_of_rows(self):
        """Of 41 targets every third decides whose clock it is; the others are at one hour of UTC all year."""
        london = local("Europe/London", "2023-01-02", 260, week=range(5))
        utc = [datetime.datetime(t.year, t.month, t.day, tzinfo=UTC) for t in london]
        rows = {f"t{k:02}": [(f"t{k:02}", FORMS["Z"](t), 100 + (k + i) % 7) for i, t in enumerate(utc if k % 3 else london)] for k in range(41)}
        zones = set()
        for ids in (sorted(rows), sorted(rows, reverse=True), sorted(rows, key=lambda name: name[::-1])):
            report = self.check(lines("target,time,value", [row for name in ids for row in rows[name]]))[1]
            zones.add(report["time_zone"])
        self.assertEqual(zones, {"Europe/London (UTC)"})

    def test_a_forecast_changes_its_clock_too(self):
        self.goes_on(local("Europe/Berlin", "2023-09-01", 240), 200, "Z")

    def test_business_days_whose_midnight_is_in_two_days_of_utc(self):
        for place in ("Europe/London", "Europe/Lisbon", "Europe/Dublin", "Europe/Berlin", "America/New_York"):
            for form in ("Z", "epoch"):
                for known in (150, 260):
                    with self.subTest(place=place, form=form, known=known):
                        self.goes_on(local(place, "2023-01-02", known + 3, week=range(5)), known, form)
        report = self.check(self.table(local("Europe/London", "2023-01-02", 260, week=range(5)), "Z"))[1]
        self.assertEqual(report["time_zone"], "Europe/London (UTC)")
        self.assertTrue(any("on the clock of Europe/London" in note for note in report["columns"]["notes"]), report["columns"])

    def test_utc_stays_utc(self):
        for form in ("Z", "epoch"):
            times = local("UTC", "2023-01-02", 400)
            self.goes_on(times, 398, form)
            self.assertEqual(self.check(self.table(times, form))[1]["time_zone"], "")
        times = local("Europe/Berlin", "2023-09-01", 92)
        self.assertEqual(self.check(self.table(times, "Z"), "--timezone", "UTC")[1]["time_zone"], "UTC")

    def test_opening_hours_of_a_place(self):
        shop, exchange = range(480, 1200, 60), range(570, 960, 30)
        for form in FORMS:
            with self.subTest(form):
                self.goes_on(local("Europe/Berlin", "2023-02-01", 102, shop), 100 * 12, form)
                self.goes_on(local("America/New_York", "2023-02-01", 60, exchange, range(5)), 58 * 13, form)
        for place in ("America/New_York", "Europe/London", "Australia/Sydney", "America/Sao_Paulo"):  # a year, and all its changes
            report = self.check(self.table(local(place, "2023-01-02", 280, exchange, range(5)), "Z"))[1]
            self.assertEqual((place, report["gaps_filled"]), (place, 0))
        times = local("America/New_York", "2023-02-01", 60, exchange, range(5))
        done = run("check", self.write(self.table(times, "Z")), "--timezone", "America/New_York", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("30min@Mon-Fri@09:30-15:30", done.stdout)

    def updated(self, times, known, form, *flags):
        """The next two times after a training with the first `known` and an update with the others."""
        store = self.dir / "u.db"
        store.unlink(missing_ok=True)
        done = run("train", self.write(self.table(times[:known], form)), "--store", store, *flags, *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("update", self.write(self.table(times[known:], form, known)), "--store", store)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", store, "--horizon", 2)
        return [row[1] for row in csv.reader(io.StringIO(done.stdout))][1:]

    def test_an_update_moves_days_with_the_clock(self):
        for place, first in (("Europe/Berlin", "2023-09-01"), ("America/New_York", "2023-09-01"), ("Europe/Berlin", "2023-02-01")):
            for form in FORMS:
                for known, count in ((40, 90), (40, 70), (75, 90), (40, 75)):
                    with self.subTest(place=place, form=form, known=known, count=count):
                        times = local(place, first, count + 2)
                        self.assertEqual(self.updated(times[:count], known, form), [FORMS[form](t) for t in times[count:]])

    def test_an_update_of_one_day_behind_a_change(self):
        for form in FORMS:
            with self.subTest(form):
                times = local("Europe/Berlin", "2023-09-01", 62)
                self.assertEqual(self.updated(times[:60], 59, form), [FORMS[form](t) for t in times[60:]])


if __name__ == "__main__":
    unittest.main()
