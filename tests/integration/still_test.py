#!/usr/bin/env python3
"""What stands still and then moves, through the real binary: every target has numbers, of a size that the data has. And what names or a
reading taken as missing must not change."""
import csv
import datetime
import io
import random
import unittest

from fitd_support import Scratch, run

START = datetime.datetime(2024, 1, 1)


class Still(Scratch):
    def file(self, fleet, name="data.csv", step=datetime.timedelta(days=1)):
        rows = [f"{target},{(START + i * step).isoformat()},{v!r}" for target, values in fleet.items() for i, v in enumerate(values)]
        path = self.dir / name
        path.write_text("\n".join(["target,time,value", *rows]) + "\n")
        return path

    def forecast(self, fleet, *options, horizon=3, step=datetime.timedelta(days=1)):
        store = self.dir / f"{len(list(self.dir.iterdir()))}.db"
        told = self.train(self.file(fleet, step=step), "--store", store, *options)
        return self.forecasts(store, "--horizon", horizon), store, told

    def test_a_step_of_what_stood_still_has_a_forecast(self):
        """The ensemble had no numbers at exit 0, as no member could be fitted behind the step."""
        steps = ((100, 30, 110, 30), (0, 30, 1, 30), (5, 60, 7, 60), (100, 100, 110, 8), (100, 8, 110, 100), (7, 10, -3, 10), (0.1, 40, 0.3, 40))
        fleet = {f"s{i}": [float(a)] * n + [float(b)] * m for i, (a, n, b, m) in enumerate(steps)}
        for one, values in [("all", None), *fleet.items()]:
            columns, _, told = self.forecast(fleet if values is None else {one: values})
            self.assertEqual((told["constant"], told["fitted"]), (len(columns), 0))
            for target, found in columns.items():
                for column, numbers in found.items():
                    self.assertEqual(numbers, [fleet[target][-1]] * 3, (one, target, column))

    def test_the_first_level_of_a_tariff_is_its_own(self):
        """It was taken as from before the tariff began, as all later ones are further from it than their usual change of 0."""
        months = datetime.timedelta(days=30.4375)
        for steps in (((10, 20), (12, 15), (15, 25)), ((40, 12), (44, 12), (42, 12), (45, 12))):
            values = [float(level) for level, count in steps for _ in range(count)]
            columns, _, told = self.forecast({"tariff": values}, "--horizon", 12, horizon=12, step=months)
            self.assertEqual(told["late_starts"], 0)
            self.assertAlmostEqual(columns["tariff"]["ensemble"][-1], values[-1], delta=1)
            # It moved by 2 or 3 at times, and may do so within a year.
            self.assertGreater(columns["tariff"]["ensemble-hi-95"][-1], values[-1] + 1.5)
            self.assertLess(columns["tariff"]["ensemble-lo-95"][-1], values[-1] - 1.5)

    def test_it_goes_on_from_new_values(self):
        fleet = {"price": [100.0] * 30 + [110.0] * 30}
        _, store, _ = self.forecast(fleet)
        new = self.dir / "new.csv"
        new.write_text("target,time,value\n" + "".join(f"price,{(START + datetime.timedelta(days=60 + i)).isoformat()},{v}\n" for i, v in enumerate((112, 109, 111))))
        self.assertEqual(run("update", "--store", store, new).returncode, 0)
        columns = self.forecasts(store, "--horizon", 3)["price"]
        self.assertEqual(columns["ensemble"], [111.0] * 3)
        self.assertLess(columns["ensemble-lo-80"][0], 111)
        told = run("backtest", self.file(fleet), "--windows", 3, "--horizon", 4)
        self.assertEqual(told.returncode, 0, told.stderr)
        for row in csv.DictReader(io.StringIO(told.stdout)):
            self.assertEqual(float(row["ensemble"]), float(row["actual"]), row)

    def test_a_step_just_now_has_intervals_of_its_size(self):
        """Errors counted in deviations that were rounding: of steps 2 to 7 days ago the 80 % interval was up to 1e15 wide."""
        draw = random.Random(5)
        for noise in (0, 1e-6, 0.01):
            for since in (2, 3, 5, 7):
                values = [(100 if i < 50 else 110) + draw.gauss(0, noise) for i in range(50 + since)]
                columns = self.forecast({"t": values}, horizon=1)[0]["t"]
                with self.subTest(noise=noise, since=since):
                    self.assertAlmostEqual(columns["ensemble"][0], 110, delta=1.5)
                    self.assertLess(columns["ensemble-hi-95"][0], 125)
                    self.assertGreater(columns["ensemble-lo-95"][0], 95)

    def test_names_change_nothing(self):
        """Which targets learn from which went by their order: of 20 series with other names rule and widths were others."""
        draw = random.Random(11)
        season = [draw.gauss(0, 8) for _ in range(7)]
        fleet = [[100 + season[i % 7] * draw.uniform(0.8, 1.2) + draw.gauss(0, 3) for i in range(70)] for _ in range(20)]
        first = self.forecast({f"s{k:02}": values for k, values in enumerate(fleet)})[0]
        for _ in range(4):
            order = list(range(20))
            draw.shuffle(order)
            found = self.forecast({f"s{place:02}": values for place, values in zip(order, fleet)})[0]
            for place, k in zip(order, range(20)):
                for column, numbers in first[f"s{k:02}"].items():
                    for a, b in zip(numbers, found[f"s{place:02}"][column]):
                        self.assertAlmostEqual(a, b, delta=1e-5)

    def test_a_first_reading_taken_as_missing_leaves_the_floor(self):
        """Counts beside targets that go below zero had negative bounds where their first reading was far off."""
        draw = random.Random(9)
        fleet = {f"n{k:02}": [draw.gauss(0, 3) for _ in range(94)] for k in range(20)}
        for at in (0, 50):
            counts = [0.0] * 34 + [float(draw.random() < 0.3) for _ in range(60)]
            counts[at] = 10000.0
            columns = self.forecast({"counts": counts, **fleet}, horizon=6)[0]["counts"]
            self.assertGreaterEqual(min(columns["ensemble-lo-80"] + columns["ensemble-lo-95"]), 0, at)

    def test_a_clear_period_is_not_taken_for_a_week(self):
        """A log emptied every 90 hours was said to have a week: 40 times the error."""
        draw = random.Random(3)
        fleet = {f"s{k}": [float((i + 7 * k) % 90) + draw.gauss(0, 0.5) for i in range(500)] for k in range(6)}
        columns, _, _ = self.forecast(fleet, horizon=24, step=datetime.timedelta(hours=1))
        for k, (target, found) in enumerate(sorted(columns.items())):
            error = sum(abs(v - (500 + h + 7 * k) % 90) for h, v in enumerate(found["ensemble"])) / 24
            self.assertLess(error, 2, target)


if __name__ == "__main__":
    unittest.main()
