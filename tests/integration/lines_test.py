#!/usr/bin/env python3
"""Lines through the real binary: exact ones go on exactly, and of those with noise that are there for a few seasons the ensemble
is about as good and as sure as their right model."""
import datetime
import math
import random
import unittest

from fitd_support import Scratch


def times(step, n):
    if step == "months":
        return [f"{2000 + i // 12}-{i % 12 + 1:02}-01" for i in range(n)]
    if step == "quarters":
        return [f"{2000 + i // 4}-{i % 4 * 3 + 1:02}-01" for i in range(n)]
    return [(datetime.date(2000, 1, 3) + datetime.timedelta(days=i)).isoformat() for i in range(n)]


class Lines(Scratch):
    def forecast(self, step, fleet, horizon):
        data, store = self.dir / "data.csv", self.dir / f"{len(list(self.dir.iterdir()))}.db"
        rows = [f"{target},{t},{v!r}" for target, values in fleet.items() for t, v in zip(times(step, len(values)), values)]
        data.write_text("\n".join(["target,time,value", *rows]) + "\n")
        self.train(data, "--store", store, "--horizon", horizon)
        return self.forecasts(store, "--horizon", horizon, "--level", 80, "--model", "ensemble", "--model", "ets")

    def test_an_exact_line_goes_on_exactly(self):
        """A season showed in the rounding of a line less its parabola, and members without one left."""
        for step, horizon in (("months", 12), ("quarters", 8), ("days", 7)):
            for n in (8, 12, 16, 20, 24, 30, 36, 60):
                for slope in (3, -2.5):
                    with self.subTest(step=step, n=n, slope=slope):
                        columns = self.forecast(step, {"line": [500.0 + slope * t for t in range(n)]}, horizon)["line"]
                        for h, mean in enumerate(columns["ensemble"]):
                            self.assertAlmostEqual(mean, 500 + slope * (n + h), 3)
                            self.assertLess(columns["ensemble-hi-80"][h] - columns["ensemble-lo-80"][h], 1e-2)

    def check(self, step, n, horizon, error, width, noise=1.0, targets=40):
        """The error beside that of ets and the width beside that of a line by least squares."""
        draw = random.Random(f"{step}{n}{horizon}{noise}")
        full = {f"s{k:02}": [50 + 3 * t + draw.gauss(0, noise) for t in range(n + horizon)] for k in range(targets)}
        forecast = self.forecast(step, {k: v[:n] for k, v in full.items()}, horizon)
        off = {model: 0.0 for model in ("ensemble", "ets")}
        inside = wide = right = 0
        middle, spread = (n - 1) / 2, n * (n * n - 1) / 12
        for target, values in full.items():
            columns = forecast[target]
            for h, y in enumerate(values[n:]):
                for model in off:
                    off[model] += abs(columns[model][h] - y)
                lo, hi = columns["ensemble-lo-80"][h], columns["ensemble-hi-80"][h]
                inside += lo <= y <= hi
                wide += hi - lo
                right += 2 * 1.2816 * noise * math.sqrt(1 + 1 / n + (n + h - middle) ** 2 / spread)
        found = off["ensemble"] / off["ets"], inside / targets / horizon, wide / right
        self.assertLess(found[0], error, found)
        self.assertLess(found[2], width, found)
        self.assertGreater(found[1], 0.72, found)

    def test_a_line_of_two_or_three_years_is_not_drawn_off_by_members_that_miss_it(self):
        """1.6 to 9 times the error of ets before, and intervals 4 to 17 times too wide."""
        self.check("months", 30, 12, 1.35, 2.0)
        self.check("months", 36, 12, 1.15, 1.5)
        self.check("months", 36, 12, 1.15, 1.5, noise=0.3)

    def test_members_are_judged_by_a_part_that_leaves_them_a_trend_to_see(self):
        """Of n values n - 4 were held out: a member that fits four values alone was the ensemble, at 8 times the error of ets."""
        self.check("months", 16, 12, 2.6, 3.8)
        self.check("days", 18, 14, 2, 3)
        self.check("days", 20, 14, 1.6, 2.6)


if __name__ == "__main__":
    unittest.main()
