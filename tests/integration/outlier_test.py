#!/usr/bin/env python3
"""One reading that cannot be one: what it moves, what is said of it, and how it is kept."""
import csv
import datetime
import io
import json
import math
import random
import unittest

from fitd_support import Scratch, run

N, HORIZON = 72, 6
MODELS = ("ensemble", "ets", "arima", "ces", "theta", "pooled-ar")


class Outlier(Scratch):
    def fleet(self, kind, outlier=None, place=None):
        """Six targets, in each the same reading."""
        rows = ["target,time,value"]
        for target in range(6):
            rng, level = random.Random(target), 50.0
            for i in range(N):
                level += rng.gauss(0, 1) if kind == "walk" else 0
                wave = 10 * math.sin(math.tau * i / 12) if kind == "season" else 0
                value = level + wave + (0 if kind == "walk" else rng.gauss(0, 2))
                if place is not None and i == place % N:
                    value = outlier
                rows.append(f"t{target},{datetime.date(2020, 1, 1) + datetime.timedelta(days=i)},{value:.4f}")
        path = self.dir / "fleet.csv"
        path.write_text("\n".join(rows) + "\n")
        return path

    def fit(self, path, season, *args):
        columns = [arg for model in MODELS for arg in ("--model", model)]
        store = self.dir / f"{len(list(self.dir.iterdir()))}.db"
        done = run("train", path, "--store", store, "--season", season, "--horizon", HORIZON, "--workers", 1, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        forecast = run("forecast", "--store", store, "--horizon", HORIZON, *columns)
        self.assertEqual(forecast.returncode, 0, forecast.stderr)
        rows = list(csv.DictReader(io.StringIO(forecast.stdout)))
        return store, done, rows

    def test_it_moves_no_forecast(self):
        for kind, season, error in (("noise", 1, 2), ("walk", 1, 2), ("season", 12, 4)):
            _, _, clean = self.fit(self.fleet(kind), season)
            for outlier in (1000, 1e6, -1e6):
                for place in (0, 30, N - 2, N - 1):
                    with self.subTest(kind=kind, outlier=outlier, place=place):
                        _, done, rows = self.fit(self.fleet(kind, outlier, place), season)
                        self.assertIn("6 readings far beyond all others", done.stderr)
                        self.assertEqual([row["time"] for row in rows], [row["time"] for row in clean])
                        for before, after in zip(clean, rows):
                            for model in MODELS:
                                self.assertAlmostEqual(float(after[model]), float(before[model]), delta=3 * error)
                            width = float(before["ensemble-hi-80"]) - float(before["ensemble-lo-80"])
                            self.assertLess(float(after["ensemble-hi-80"]) - float(after["ensemble-lo-80"]), 2.5 * width)

    def test_one_that_may_be_one_moves_no_growing_series(self):
        """Fifteen deviations and more off a line, a half or twice of what grows by percents, next to the end."""
        line = lambda rng, i: 100 + 3 * i + rng.gauss(0, 4)
        growth = lambda rng, i: 200 * math.exp(0.02 * i + 0.1 * math.sin(math.tau * i / 12) + rng.gauss(0, 0.02))
        kinds = (("line", 60, 1, line, (lambda v: v + 60, lambda v: v - 120)), ("growth", 84, 12, growth, (lambda v: v / 2, lambda v: 1.8 * v)))
        for kind, n, season, value, wild in kinds:
            forecasts = []
            for change in (lambda v: v, *wild):
                path = self.dir / "growing.csv"
                with path.open("w") as out:
                    out.write("target,time,value\n")
                    for target in range(10):
                        rng = random.Random(target)
                        y = [value(rng, i) for i in range(n)]
                        y[n - 2] = change(y[n - 2])
                        out.writelines(f"t{target},{2010 + i // 12}-{i % 12 + 1:02},{v:.5f}\n" for i, v in enumerate(y))
                _, _, rows = self.fit(path, season)
                forecasts.append(rows)
            for rows in forecasts[1:]:
                widths = [[float(row["ensemble-hi-80"]) - float(row["ensemble-lo-80"]) for row in one] for one in (forecasts[0], rows)]
                moved = sum(abs(float(a["ensemble"]) - float(b["ensemble"])) for a, b in zip(forecasts[0], rows))
                self.assertLess(moved, 0.3 * sum(widths[0]) / 2, kind)
                self.assertLess(sum(widths[1]), 1.3 * sum(widths[0]), kind)

    def test_it_is_said_with_its_target_and_time_and_counted(self):
        path = self.fleet("noise", 1e6, 30)
        store, done, _ = self.fit(path, 1)
        self.assertIn("1000000 of 't0' at 2020-01-31;", done.stderr)
        self.assertIn("--outliers keep", done.stderr)
        self.assertIn("filled", run("models", "--store", store).stdout)
        table = run("models", "--store", store).stdout.splitlines()
        self.assertEqual({line.split()[-1] for line in table[1:] if " theta " in line}, {"1"}, table)
        check = run("check", path, "--json")
        self.assertEqual(json.loads(check.stdout)["outliers"], 6)
        # The next training takes it for missing again, so it is no correction.
        update = run("update", "--store", store, path)
        self.assertEqual(update.returncode, 0, update.stderr)
        self.assertNotIn("differ", update.stdout + update.stderr)

    def test_a_value_in_its_place_is_counted_without_gaps_too(self):
        for place in (0, N - 1):
            store, _, _ = self.fit(self.fleet("noise", 1e6, place), 1, "--gaps", "none")
            lines = run("models", "--store", store).stdout.splitlines()
            self.assertEqual({line.split()[-1] for line in lines[1:] if " theta " in line}, {"1"})

    def test_it_is_kept_where_the_user_says_so(self):
        path = self.fleet("noise", 1e6, N - 1)
        _, done, rows = self.fit(path, 1, "--outliers", "keep")
        self.assertNotIn("far beyond", done.stderr)
        self.assertGreater(max(float(row["ets"]) for row in rows), 1000)
        self.assertEqual(run("train", path, "--store", self.dir / "x.db", "--outliers", "drop").returncode, 64)

    def test_an_evaluation_knows_no_later_values(self):
        # The first of two readings is an outlier as long as the second is not there.
        path = self.fleet("noise", 1e6, N - HORIZON - 3)
        done = run("backtest", path, "--season", 1, "--horizon", HORIZON, "--windows", 2, "--models", "ets")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertLess(max(float(row["ets"]) for row in rows), 100)

    def test_detection_sees_it(self):
        path = self.fleet("noise", 1e6, N - 1)
        done = run("detect", "--replay", path, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        last = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["time"] == "2020-03-12"]
        self.assertIn(("1", "spike"), {(row["alert"], row["kind"]) for row in last})


if __name__ == "__main__":
    unittest.main()
