#!/usr/bin/env python3
"""What was said is done or refused: options, environment and files that mean something other than what would come of
them end with an exit code and a remedy, and names and forecasts do not hang on where they stand or what was before."""
import csv
import datetime
import io
import json
import os
import sqlite3
import subprocess
import unittest

from fitd_support import FITD, Scratch, run

NAIVE = ("--models", "naive", "--combine", "none", "--workers", "0")
DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2021, 1, 1)


class Said(Scratch):
    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def days(self, n=1000):
        return self.write("days.csv", "time,value\n" + "".join(f"{FIRST + i * DAY},{i % 7 + i // 200}\n" for i in range(n)))

    def refused(self, *args, code=64, said=(), **kwargs):
        done = run(*args, **kwargs)
        self.assertEqual(done.returncode, code, (args, done.stderr[-500:]))
        for text in [said] if isinstance(said, str) else said:
            self.assertIn(text, done.stderr)
        return done


class Frequencies(Said):
    def periods(self, frequency, how="sum"):
        """The label of the first point, how many there are, the last value, and the label of the next one."""
        store = self.dir / "f.db"
        store.unlink(missing_ok=True)
        done = run("train", self.days(), "--frequency", frequency, "--aggregate", how, "--store", store, "--quiet", *NAIVE)
        self.assertEqual(done.returncode, 0, (frequency, done.stderr))
        row = next(csv.DictReader(io.StringIO(run("export", "--store", store, "--format", "csv").stdout)))
        ahead = run("forecast", "--store", store, "--horizon", "1").stdout.splitlines()[1].split(",")
        return row["start"][:10], int(row["n"]), float(ahead[2]), ahead[1]

    def test_periods_begin_with_the_month_that_was_said(self):
        def total(first, end):
            days = [(FIRST + i * DAY, i % 7 + i // 200) for i in range(1000)]
            return float(sum(v for day, v in days if first <= str(day) < end))
        # Data end on 2023-09-27; parts of periods are left out.
        for frequency, start, n, last, ahead in (
                ("QS", "2021-01-01", 11, ("2023-07-01", "2023-10-01"), "2023-10-01"),
                ("QS-JAN", "2021-01-01", 11, ("2023-07-01", "2023-10-01"), "2023-10-01"),
                ("QS-FEB", "2021-02-01", 10, ("2023-05-01", "2023-08-01"), "2023-08-01"),
                ("QS-DEC", "2021-03-01", 10, ("2023-06-01", "2023-09-01"), "2023-09-01"),
                ("QE-JAN", "2021-04-30", 10, ("2023-05-01", "2023-08-01"), "2023-10-31"),
                ("Q-NOV", "2021-05-31", 10, ("2023-06-01", "2023-09-01"), "2023-11-30"),
                ("QE-DEC", "2021-03-31", 11, ("2023-07-01", "2023-10-01"), "2023-12-31"),
                ("YS-APR", "2021-04-01", 2, ("2022-04-01", "2023-04-01"), "2023-04-01"),
                ("YE-MAR", "2022-03-31", 2, ("2022-04-01", "2023-04-01"), "2024-03-31"),
                ("A-MAR", "2022-03-31", 2, ("2022-04-01", "2023-04-01"), "2024-03-31"),
                ("YE-DEC", "2021-12-31", 2, ("2022-01-01", "2023-01-01"), "2023-12-31")):
            with self.subTest(frequency):
                got = self.periods(frequency)
                self.assertEqual((got[0], got[1], got[3]), (start, n, ahead))
                self.assertEqual(got[2], total(*last))

    def test_what_no_grid_has_is_refused(self):
        for frequency, said in (("BM", "ME"), ("BME", "ME"), ("BMS", "MS"), ("BQ", "QE"), ("BQS-FEB", "QS-FEB"), ("BA-MAR", "YE-MAR"), ("BYS", "YS"),
                                ("MS-FEB", "'-FEB'"), ("5min-FEB", "'-FEB'"), ("D-MON", "'-MON'"), ("2QS-FEB", "'-FEB'"), ("Q-FOO", "'-FOO'")):
            with self.subTest(frequency):
                self.refused("check", self.days(), "--frequency", frequency, "--aggregate", "sum", said=("--frequency", frequency, said))
        job = self.write("j.toml", f'[data]\nfiles = ["{self.days()}"]\nfrequency = "BM"\n')
        self.refused("check", job, code=78, said=("j.toml:3", "data.frequency", "'BM'", "ME"))


class Names(Said):
    HEAD = b"target,time,value\n"

    @staticmethod
    def rows(target, first, last):
        return b"".join(target + b",2024-01-%02d,%d\n" % (k, k * k % 17) for k in range(first, last))

    def ids(self, store):
        with sqlite3.connect(store) as db:
            return {bytes(i[0] if isinstance(i[0], bytes) else i[0].encode()) for i in db.execute("select distinct id from targets")}

    def test_an_id_is_read_alike_wherever_it_stands(self):
        """Windows-1252 was told from the first megabyte; behind it an id kept its bytes, and an update began a second series."""
        pad = b"".join(self.rows(b"host%06d" % i, 1, 25) for i in range(2400))
        zoe = self.rows("zoë".encode("latin-1"), 1, 25)
        self.assertGreater(len(pad), 1 << 20)
        new = self.write("new.csv", self.HEAD + self.rows("zoë".encode("latin-1"), 25, 28))
        for name, text in (("behind", pad + zoe), ("in front", zoe + pad), ("beside UTF-8", self.rows("käse".encode(), 1, 9) + pad + zoe)):
            with self.subTest(name):
                store = self.dir / f"{name}.db"
                self.train(self.write("d.csv", self.HEAD + text), "--store", store, *NAIVE)
                self.assertIn("zoë".encode(), self.ids(store))
                done = run("update", "--store", store, new, "--json", "--quiet")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout)["advanced"], 1, done.stdout)
                self.assertEqual(len([i for i in self.ids(store) if i.startswith(b"zo")]), 1)

    def test_a_word_of_another_encoding_is_a_row_that_is_named(self):
        pad = b"".join(self.rows(b"host%06d" % i, 1, 25) for i in range(2400))
        path = self.write("d.csv", self.HEAD + pad + self.rows("Казань".encode("cp1251"), 1, 2))
        self.refused("train", path, "--store", self.dir / "s.db", *NAIVE, code=65, said=(f"d.csv:{2400 * 24 + 2}:1", "iconv"))


class Fresh(Said):
    def test_fresh_forgets_the_quarantine(self):
        if not os.access(os.path.join(os.path.dirname(FITD), "fitd-worker-python"), os.X_OK):
            self.skipTest("no fitd-worker-python")
        self.write("quits.py", "import os, pathlib\nhere = pathlib.Path(__file__).parent\ndef fit(target, frame, context):\n"
                   "    if target == 'b' and (here / 'flag').exists(): os._exit(3)\n    return {'v': 1.0}\n")
        data = self.write("d.csv", "target,time,value\n" + "".join(f"{t},2024-01-{d:02},{d * d % 7}\n" for t in "abc" for d in range(1, 25)))
        options = (data, "--models", "python:quits:fit", "--python-path", self.dir, "--workers", "1")
        flag = self.dir / "flag"
        flag.touch()
        store = self.dir / "s.db"
        self.assertEqual(self.train(*options, "--store", store, code=3)["failures"], [{"target": "b", "reason": "exit:3"}])
        flag.unlink()
        self.assertEqual(self.train(*options, "--store", store, code=3)["failures"], [{"target": "b", "reason": "exit:3"}], "it is in quarantine")
        self.assertEqual(self.train(*options, "--store", store, "--fresh")["failures"], [])
        with sqlite3.connect(store) as db:
            self.assertEqual(db.execute("select count(*) from quarantine").fetchone(), (0,))
        self.train(*options, "--store", self.dir / "new.db")
        self.assertEqual(self.export(store), self.export(self.dir / "new.db"), "of the data alone")


class FarAhead(Said):
    def test_forecasts_far_beyond_the_horizon_stay_where_the_data_are(self):
        """The regression over all targets, iterated, was a billion times the level after 50,000 steps."""
        data = self.sample(targets=20, length=60, frequency="1h", seed=42)
        store = self.dir / "s.db"
        self.train(data, "--models", "ets,theta", "--store", store)
        largest = max(float(row["value"] or 0) for row in csv.DictReader(io.StringIO(data.read_text())))
        model = ("--model", "pooled-ar", "--level", "80")
        far = self.forecasts(store, "--horizon", "20000", *model)
        near = self.forecasts(store, "--horizon", "480", *model)
        for target, columns in far.items():
            self.assertLess(max(columns["pooled-ar"]), 10 * largest, target)
            self.assertLess(columns["pooled-ar-hi-80"][-1], 50 * largest, target)
            self.assertEqual(columns["pooled-ar"][:480], near[target]["pooled-ar"], "the same numbers however far is asked for")

    def test_multiplicative_errors_cost_the_same_for_each_step(self):
        """Deviations of ets with multiplicative errors were sums over all steps before: 100,000 took minutes."""
        rows = "".join(f"{FIRST + i * DAY},{100 * (1 + i % 7 / 9) * (1.2 if i * i % 11 > 5 else 1) * 1.001 ** i:.3f}\n" for i in range(300))
        store = self.dir / "s.db"
        self.train(self.write("d.csv", "time,value\n" + rows), "--models", "mstl,ets", "--season", "7", "--combine", "none", "--global", "none", "--store", store)
        specs = [row["spec"] for row in json.loads(run("models", "--store", store, "--json").stdout)]
        self.assertTrue(any("M," in spec for spec in specs), specs)
        done = run("forecast", "--store", store, "--horizon", "60000", "--model", "mstl", "--model", "ets", "--level", "80", timeout=60)
        rows = [[float(c) for c in line.split(",")[2:]] for line in done.stdout.splitlines()[1:]]
        self.assertEqual(len(rows), 60000)
        for first in (0, 3):  # nothing jumps where sums over all steps before end
            widths = [row[first + 2] - row[first + 1] for row in rows]
            for h in (1993, 2000, 2007):
                self.assertLess(abs(widths[h] / widths[h - 7] - 1), 0.05)


class Options(Said):
    def test_what_is_said_for_nothing_is_refused(self):
        data = self.days(60)
        for args, said in (
                (("forecast", "cpu", "--allow-code"), "--allow-code"), (("forecast", "cpu", "--python-path", self.dir), "--python-path"),
                (("forecast", "cpu", "--target-timeout", "1s"), "--target-timeout"), (("forecast", "cpu", "--columns", "nixtla"), "--columns"),
                (("metrics", "--json"), "--json"), (("backtest", data, "--json", "--summary"), "--summary"),
                (("backtest", data, "--store", self.dir / "s.db"), "--save"), (("check", self.dir / "j.toml", data), "--job"),
                (("status", "-1"), "'-1' is neither"), (("train", data, "--min", "some"), "neither a number nor none")):
            with self.subTest(args):
                self.refused(*args, said=said)
        for command in (("train", data, "--models", "python:m:fit"), ("forecast",)):
            self.refused(*command, "--python-path", self.dir / "none", code=66, said="/none: there is no such folder")
        self.refused("train", data, *NAIVE, "--store", self.dir / "s.db", said="FITD_LOG_TARGET: 'foo'", env={**os.environ, "FITD_LOG_TARGET": "foo"})
        self.refused("train", data, "--shard", "auto", "--store", self.dir / "s.db", said="from 0 to 1", env={**os.environ, "PBS_ARRAY_INDEX": "2", "FITD_SHARDS": "2"})

    def test_none_takes_back_the_bound_of_a_job(self):
        job = self.write("j.toml", f'[data]\nfiles = ["{self.days(60)}"]\n[models]\nmin = 3\nmax = 9\n')
        shown = run("check", "--job", job, "--min", "none", "--max", "none", *NAIVE).stdout
        self.assertIn('min = "none"', shown)
        self.assertIn('max = "none"', shown)

    def test_a_name_that_looks_like_an_option_is_a_path(self):
        (self.dir / "-d.csv").write_bytes(self.days(60).read_bytes())
        line = next(x for x in run("check", "--", "-d.csv", cwd=self.dir).stdout.splitlines() if x.startswith("said in full: "))
        self.assertIn("fitd train ./-d.csv ", line)
        done = subprocess.run(line.removeprefix("said in full: ").replace("fitd", FITD, 1) + " -q --models naive", shell=True, cwd=self.dir, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_stores_that_cannot_be_or_are_not_yet(self):
        folder = self.dir / ("x" * 200) / ("y" * 200)
        folder.mkdir(parents=True)
        long = folder / ("z" * (501 - len(str(folder))) + ".db")
        self.refused("train", self.days(60), *NAIVE, "--store", long, code=73, said=("504", "shorter"))
        self.assertEqual(list(folder.iterdir()), [])
        short = folder / ("z" * (504 - len(str(folder)) - 4) + ".db")
        self.assertEqual(len(str(short)), 504)
        self.train(self.days(60), *NAIVE, "--store", short)
        with sqlite3.connect(self.dir / "e.db") as db:
            db.execute("pragma user_version = 0")
            db.execute("create table t (a)")
            db.execute("drop table t")
        self.refused("forecast", "--store", self.dir / "e.db", code=65, said="holds no run yet")
        self.refused("forecast", "--store", self.write("0.db", ""), code=65, said="is an empty file")


if __name__ == "__main__":
    unittest.main()
