"""A detection, a plot and an update read new data of a store as its first data were read."""
import csv
import datetime
import io
import random
import unittest

from fitd_support import run
from time_files import TimeFiles, lines

DAY = datetime.timedelta(days=1)
FIRST = datetime.datetime(2023, 1, 1)


def days(count, form="%Y-%m-%d", first=FIRST):
    return [(first + i * DAY).strftime(form) for i in range(count)]


def with_values(times):
    """Ten more on every seventh."""
    noise = random.Random(4)
    return [(time, f"{100 + 10 * (i % 7 == 0) + noise.gauss(0, 1):.2f}") for i, time in enumerate(times)]


def events(days_of, until=None, first=FIRST, seed=1):
    """15 to 25 sales of 5 a day, at any second."""
    draw, times = random.Random(seed), []
    for day in range(days_of):
        times += [first + day * DAY + datetime.timedelta(seconds=draw.randrange(86400)) for _ in range(draw.randint(15, 25))]
    return [(t.isoformat(), "5") for t in sorted(times) if until is None or t < until]


class DetectAsTrained(TimeFiles):
    def trained(self, name, rows, *flags):
        """A store of a file of this name, whose one target it is."""
        store = self.dir / f"{name}.db"
        self.ok(run("train", self.file(name, rows), *flags, "--season", "7", "--store", store, "-q"))
        return store

    def file(self, name, rows, head="time,value"):
        self.files = getattr(self, "files", 0) + 1
        folder = self.dir / str(self.files)
        folder.mkdir()
        file = folder / f"{name}.csv"
        file.write_text(lines(head, rows))
        return file

    def ok(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def detected(self, store, file, *flags):
        done = self.ok(run("detect", "--store", store, file, *flags))
        return list(csv.DictReader(io.StringIO(done.stdout))), done.stderr

    def test_days_of_a_zone_are_judged_once(self):
        """West of Greenwich a day begins later than its date in UTC; the one that was trained last was judged again."""
        for zone in ("America/New_York", "Europe/Berlin", "Pacific/Auckland"):
            rows = with_values(days(120, "%Y-%m-%d 00:00"))
            for flags in ((), ("--timezone", zone)):
                with self.subTest(zone=zone, flags=flags):
                    store = self.trained(f"z{zone[-3:]}{len(flags)}", rows[:117], "--timezone", zone)
                    found, said = self.detected(store, self.file(store.stem, rows[113:]), *flags)
                    self.assertEqual([row["time"][:10] for row in found], days(120)[117:])
                    self.assertIn("4 more are no later", said)
                    self.assertLess(float(found[-1]["severity"]), 29)

    def test_what_was_trained_is_known_at_any_time_of_its_period(self):
        draw = random.Random(3)
        daily = [(FIRST + i * DAY + datetime.timedelta(seconds=draw.randint(3600, 80000))).isoformat() for i in range(200)]
        monthly = [f"{2010 + i // 12}-{i % 12 + 1:02}-{draw.randint(1, 28):02}" for i in range(100)]
        for name, times in (("daily", daily), ("monthly", monthly)):
            with self.subTest(name):
                rows = with_values(times)
                store = self.trained(name, rows[:-1])
                self.assertEqual(len(self.detected(store, self.file(name, rows[:-1]))[0]), 0)
                self.assertEqual([row["time"][:10] for row in self.detected(store, self.file(name, rows))[0]], [times[-1][:10]])

    def test_dates_markers_and_decimals_are_those_of_the_store(self):
        dates = with_values(days(342, "%d/%m/%Y"))
        store = self.trained("dates", dates[:-3])
        self.assertEqual([row["time"] for row in self.detected(store, self.file("dates", dates[-4:]))[0]], [t for t, _ in dates[-3:]])
        marked = [(t, "-999" if i % 9 == 4 else v) for i, (t, v) in enumerate(with_values(days(125)))]
        store = self.trained("marked", marked[:119], "--missing", "-999")
        found = self.detected(store, self.file("marked", marked[119:]))[0]
        self.assertEqual([row["value"] for row in found][:3], [marked[119][1], marked[120][1], ""])  # the 121st is none
        comma = [(t, v.replace(".", ",") + "0") for t, v in with_values(days(120))]
        folder = self.dir / "commas"
        folder.mkdir()
        for name, part in (("old", comma[:-3]), ("new", comma[-3:])):
            (folder / name).mkdir()
            (folder / name / "comma.csv").write_text("time;value\n" + "".join(f"{t};{v}\n" for t, v in part))
        store = self.dir / "comma.db"
        self.ok(run("train", folder / "old" / "comma.csv", "--decimal", ",", "--store", store, "-q"))
        self.assertEqual([float(row["value"]) for row in self.detected(store, folder / "new" / "comma.csv")[0]], [float(v.replace(",", ".")) for _, v in comma[-3:]])

    def test_rows_are_put_together_as_those_of_the_store(self):
        """Single sales were judged by the models of days: each a dip."""
        store = self.trained("sales", events(100), "--frequency", "1D", "--aggregate", "sum")
        later = events(12, first=FIRST + 100 * DAY, until=FIRST + 111 * DAY + datetime.timedelta(hours=9), seed=2)
        sums = {}
        for time, value in later:
            sums[time[:10]] = sums.get(time[:10], 0) + float(value)
        found, said = self.detected(store, self.file("sales", later))
        whole = sorted(sums)[:-1]
        self.assertEqual([(row["time"][:10], float(row["value"])) for row in found], [(day, sums[day]) for day in whole])
        self.assertTrue(all(60 < float(row["expected"]) < 140 for row in found), found)
        self.assertIn("are left out: their periods begin before the data or may go on behind them", said)
        # The day that was not over is judged once its rows are there.
        rest = events(13, first=FIRST + 100 * DAY, seed=2)
        self.assertEqual(self.detected(store, self.file("sales", rest))[0][0]["time"][:10], sorted(sums)[-1])
        update = run("update", self.file("sales", later), "--store", store)
        self.assertIn("1 advanced by 11 values", self.ok(update).stdout + update.stderr)
        for flags in (("--aggregate", "mean", "--frequency", "1D"), ("--frequency", "1h")):
            for command in ("update", "detect"):
                refused = run(command, self.file("sales", later), "--store", store, *flags)
                self.assertEqual(refused.returncode, 65)
                self.assertIn("--aggregate sum --frequency 1D", refused.stderr)
        self.ok(run("update", self.file("sales", rest), "--store", store, "--frequency", "24h", "--aggregate", "sum"))

    def test_a_part_of_a_day_is_not_judged_and_not_trained(self):
        half = events(60, until=FIRST + 59 * DAY + datetime.timedelta(hours=10))
        store = self.dir / "half.db"
        done = self.ok(run("train", self.file("half", half), "--frequency", "1D", "--aggregate", "sum", "--store", store))
        self.assertIn("rows of first or last periods that are not whole, left out", done.stderr)
        forecast = self.ok(run("forecast", "--store", store, "--horizon", "1")).stdout
        self.assertIn("\nhalf,2023-03-01", forecast)  # the day that is not over is the first to be forecast
        # A shop that closes at six is no part of a day, nor is a day whose last sale was early once.
        shop = [(t, v) for t, v in events(60) if 8 <= int(t[11:13]) < 18]
        done = self.ok(run("train", self.file("shop", shop), "--frequency", "1D", "--aggregate", "sum", "--store", self.dir / "shop.db"))
        self.assertNotIn("left out", done.stderr)
        hours = events(1, first=FIRST + 60 * DAY, until=FIRST + 60 * DAY + datetime.timedelta(hours=6))
        found, said = self.detected(store, self.file("half", hours))
        self.assertEqual(found, [])
        self.assertIn("left out", said)

    def test_a_replay_puts_rows_together_too(self):
        done = self.ok(run("detect", "--replay", self.file("sales", events(100)), "--frequency", "1D", "--aggregate", "sum", "--season", "7"))
        found = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual(len(found), 100)
        self.assertTrue(all(float(row["value"]) >= 75 for row in found))

    def test_other_words_and_units_are_refused(self):
        rows = [(t, v, "C") for t, v in with_values(days(120))]
        store = self.dir / "unit.db"
        self.ok(run("train", self.file("unit", rows[:117], "time,value,unit"), "--store", store, "-q"))
        other = [(t, f"{float(v) * 1.8 + 32:.2f}", "F") for t, v, _ in rows[117:]]
        done = run("detect", "--store", store, self.file("unit", other, "time,value,unit"))
        self.assertEqual((done.returncode, done.stdout), (65, ""), done.stderr)
        self.assertIn("write them in one unit", done.stderr)
        self.assertEqual(len(self.detected(store, self.file("unit", rows[117:], "time,value,unit"))[0]), 3)

    def test_a_plot_reads_the_history_as_it_was_trained(self):
        dates = with_values(days(43, "%d/%m/%Y"))
        store = self.trained("dates", dates)  # until the 12th of February
        done = run("plot", "--store", store, self.file("dates", dates[-12:]), "--target", "dates", "--text")
        self.assertEqual(done.returncode, 0, done.stderr)
        store = self.trained("sales", events(100), "--frequency", "1D", "--aggregate", "sum")
        done = run("plot", "--store", store, self.file("sales", events(100)), "--target", "sales", "--last", "100", "--text")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("more repair than data", done.stderr)


if __name__ == "__main__":
    unittest.main()
