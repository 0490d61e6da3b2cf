"""No forecast is nonsense, through the real binary: one value is not taken for a constant, spikes make neither bounds that
explode nor means that fade away, and what fell once does not fall again."""
import datetime
import random
import unittest

from fitd_support import Scratch


class Nonsense(Scratch):
    def forecast(self, series, horizon, *models):
        """{target: {column: [values]}}, by models of the series alone without a season."""
        path, store = self.dir / "data.csv", self.dir / "s.db"
        rows = [f"{target},{2000 + t // 12}-{t % 12 + 1:02d}-01,{value!r}"
                for target, values in series.items() for t, value in enumerate(values)]
        path.write_text("target,time,value\n" + "\n".join(rows) + "\n")
        self.train(path, "--store", store, "--workers", 1, "--season", 1, "--horizon", horizon)
        chosen = [a for m in ("ensemble", *models) for a in ("--model", m)]
        return self.forecasts(store, "--horizon", horizon, *chosen)

    def test_one_value_is_no_constant(self):
        columns = self.forecast({"one": [42.0], "two": [42.0, 50.0], "many": [42.0 + t % 3 for t in range(30)]}, 3)["one"]
        self.assertEqual(columns["ensemble"], [42] * 3)
        for lo, hi in zip(columns["ensemble-lo-80"], columns["ensemble-hi-80"]):
            self.assertLess(lo, 21)
            self.assertGreater(hi, 63)

    def test_spikes_make_no_bounds_that_explode_and_no_means_that_fade(self):
        draw, series = random.Random(12), {}
        for i in range(24):
            n = (36, 48, 72, 120)[i % 4]
            series[f"job{i:02d}"] = [1 + abs(draw.gauss(0, 3)) + (40 if t % 12 < 2 else 0) for t in range(n)]
            series[f"spike{i:02d}"] = [10 + draw.gauss(0, 1) + (40 if draw.random() < 0.1 else 0) for t in range(n)]
        members = ("ets", "arima", "ces", "theta")
        for target, columns in self.forecast(series, 72, *members).items():
            past = series[target]
            reach = max(past) - min(past)
            for name in ("ensemble", *members):
                self.assertLess(max(columns[f"{name}-hi-95"]), max(past) + 100 * reach, f"{target} {name}")
                known = [lo for lo, mean in zip(columns[f"{name}-lo-95"], columns[name]) if mean >= 0]
                self.assertGreaterEqual(min(known), 0 if min(past) >= 0 else min(past) - 100 * reach, f"{target} {name}")
            self.assertGreater(columns["ces"][-1], 1, target)
            self.assertLess(max(columns["ces"]), max(past) + reach, target)

    def test_a_counter_that_was_reset_once_is_not_reset_a_week_later(self):
        draw, at = random.Random(5), datetime.datetime(2019, 1, 1)
        rows, level = ["target,time,value"], 0
        for t in range(300):
            level = 0 if t == 150 else level + 20 + draw.gauss(0, 4.5)
            rows.append(f"c,{(at + datetime.timedelta(hours=t)).isoformat()},{level!r}")
        path, store = self.dir / "data.csv", self.dir / "s.db"
        path.write_text("\n".join(rows) + "\n")
        self.train(path, "--store", store, "--workers", 1, "--horizon", 24)
        columns = self.forecasts(store, "--horizon", 24)["c"]
        for t, (mean, lo, hi) in enumerate(zip(columns["ensemble"], columns["ensemble-lo-80"], columns["ensemble-hi-80"]), 1):
            self.assertAlmostEqual(mean, level + 20 * t, delta=100, msg=t)
            self.assertLess(hi - lo, 120, t)


if __name__ == "__main__":
    unittest.main()
