"""What of a target's past is its own: levels that moved, lone values, what was there before it began; whatever the horizon is."""
import csv
import io
import json
import math
import random
import unittest

from fitd_support import Scratch, run


def months_of(values, first=2000):
    return [(f"{first + i // 12}-{i % 12 + 1:02}-01", v) for i, v in enumerate(values)]


class Past(Scratch):
    def write(self, fleet, name="past"):
        path = self.dir / f"{name}{len(list(self.dir.iterdir()))}.csv"
        rows = [f"{target},{time},{value!r}" for target, values in fleet.items() for time, value in months_of(values)]
        path.write_text("\n".join(["target,time,value", *rows]) + "\n")
        return path

    def fit(self, data, *args):
        store = self.dir / f"{len(list(self.dir.iterdir()))}.db"
        done = run("train", data, "--store", store, "--workers", 1, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return store, done

    def states(self, store, name):
        models = json.loads(run("models", "--store", store, "--json").stdout)
        return {model["target"]: model["states"][name] for model in models if name in model["states"]}

    def rows(self, store, *args):
        done = run("forecast", "--store", store, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def months_that_moved(self, seed, last):
        """A season in shares of a level that has fallen by a quarter, which one month more or less shows or hides."""
        rng = random.Random(seed)
        season = [.2 * rng.gauss(0, 1) for _ in range(12)]
        values = [500 * math.exp(season[t % 12] + rng.gauss(0, .08) - (.3 if t >= 96 else 0)) for t in range(116)]
        return values[:96 + last]

    def test_a_level_shift_is_found_whatever_the_horizon(self):
        fleet = {f"t{seed}": self.months_that_moved(seed, 12) for seed in range(8)}
        found = [self.states(self.fit(self.write(fleet), "--season", 12, "--horizon", h)[0], "level_shifts") for h in (4, 12, 24)]
        self.assertTrue(found[0])
        self.assertEqual(found[0], found[1])
        self.assertEqual(found[1], found[2])

    def test_a_level_shift_that_was_found_stays(self):
        fleet = {f"t{seed}_{last:02}": self.months_that_moved(seed, last) for seed in (4, 8, 15, 32) for last in range(8, 21)}
        found = self.states(self.fit(self.write(fleet), "--season", 12, "--horizon", 12)[0], "level_shifts")
        self.assertEqual(found.keys(), fleet.keys(), "of each a value more or less hides it")

    def seasonal(self, seed, n):
        rng = random.Random(seed)
        season = [.2 * rng.gauss(0, 1) for _ in range(12)]
        return [200 * math.exp(season[t % 12] + .005 * t + .07 * rng.gauss(0, 1)) for t in range(n)]

    def test_a_zero_is_an_outlier_where_a_hundredth_is(self):
        fleet = {f"t{n}_{seed}": self.seasonal(seed, n) for n in (28, 36, 44, 60) for seed in range(5)}
        for times in (0, 0.01):
            for place in (-3, 9):
                wild = {k: [v * (times if i == place % len(y) else 1) for i, v in enumerate(y)] for k, y in fleet.items()}
                store, _ = self.fit(self.write(wild), "--season", 12, "--horizon", 12)
                found = self.states(store, "outlier_patches")
                self.assertGreaterEqual(len(found), 19, (times, place))
                for target, patch in found.items():
                    self.assertEqual(patch, [place % len(fleet[target]), 1], (times, target))
        store, _ = self.fit(self.write(fleet), "--season", 12, "--horizon", 12)
        self.assertEqual(self.states(store, "outlier_patches"), {})

    def test_zeros_that_counts_have_stay(self):
        rng = random.Random(3)

        def poisson(mean):
            limit, k, p = math.exp(-mean), 0, rng.random()
            while p > limit:
                k, p = k + 1, p * rng.random()
            return k

        fleet = {f"t{i}": [poisson(1 + i) for _ in range(72)] for i in range(10)}
        store, _ = self.fit(self.write(fleet), "--season", 1, "--horizon", 6)
        self.assertEqual(self.states(store, "outlier_patches"), {})

    def test_the_first_value_may_be_an_outlier(self):
        fleet = {f"t{seed}": self.seasonal(seed, 72) for seed in range(6)}
        for values in fleet.values():
            values[0] *= 10
        store, _ = self.fit(self.write(fleet), "--season", 12, "--horizon", 12)
        self.assertEqual(self.states(store, "outlier_patches"), {target: [0, 1] for target in fleet})
        for row in self.rows(store, "--horizon", 12):
            self.assertLess(float(row["ensemble-hi-80"]), 3 * max(fleet[row["target"]][1:]), row)

    def test_a_peak_of_the_target_keeps_no_larger_outlier(self):
        fleet = {f"t{seed}": self.seasonal(seed, 72) for seed in range(6)}
        for values in fleet.values():
            values[25] *= 1.9
            values[50] *= 8
        store, _ = self.fit(self.write(fleet), "--season", 12, "--horizon", 12)
        self.assertEqual(self.states(store, "outlier_patches"), {target: [50, 1] for target in fleet})

    def test_what_was_before_a_target_began_is_none_of_it(self):
        """Zeros until a metric exists: its forecasts are those of the same values alone."""
        fleet = {f"t{seed}": self.seasonal(seed, 60) for seed in range(6)}
        late = {k: [0] * (9 + 3 * i) + y for i, (k, y) in enumerate(fleet.items())}
        alone, _ = self.fit(self.write(fleet), "--horizon", 12)
        store, done = self.fit(self.write(late), "--horizon", 12)
        self.assertIn("late starts: 6 targets, such as 't0'", done.stderr + done.stdout)
        self.assertEqual(self.states(store, "late_start"), {k: [9 + 3 * i] for i, k in enumerate(fleet)})
        for a, b in zip(self.rows(alone, "--horizon", 12), self.rows(store, "--horizon", 12)):
            # Seasons in common are by the month, and here these are not those of the others.
            self.assertAlmostEqual(float(a["ensemble"]) / float(b["ensemble"]), 1, delta=.05)
            wide = [float(r["ensemble-hi-80"]) - float(r["ensemble-lo-80"]) for r in (a, b)]
            self.assertAlmostEqual(wide[0] / wide[1], 1, delta=.25)
        # A month later models go on, and are fitted again from where they were.
        for target in late:
            late[target].append(late[target][-12])
        grown = self.write(late)
        done = run("update", "--store", store, grown)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("train", grown, "--store", store, "--workers", 1, "--horizon", 12, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["late_starts"], 6)
        again, _ = self.fit(grown, "--horizon", 12)
        for a, b in zip(self.rows(store, "--horizon", 12), self.rows(again, "--horizon", 12)):
            self.assertAlmostEqual(float(a["ensemble"]) / float(b["ensemble"]), 1, delta=.1)

    def test_zeros_that_come_again_are_of_the_target(self):
        fleet = {}
        for seed in range(4):
            fleet[f"back{seed}"] = [0] * 12 + self.seasonal(seed, 40) + [0] + self.seasonal(seed + 9, 12)
            fleet[f"few{seed}"] = [0] * 6 + self.seasonal(seed, 40)
            rng = random.Random(seed)
            level = 5.0
            fleet[f"rate{seed}"] = [5.0] * 12 + [level := level + rng.choice((-.25, .25, .5)) for _ in range(30)]
        _, done = self.fit(self.write(fleet), "--horizon", 12, "--json")
        self.assertEqual(json.loads(done.stdout)["late_starts"], 0)

    def test_no_rule_is_chosen_by_chance(self):
        """Of a few walks one rule, or one algorithm alone, is always better than weights, and another one a value later."""
        rules = []
        for seed in range(5):
            rng, fleet = random.Random(seed), {}
            for k in range(20):
                level, y = 100.0, []
                rng.gauss(0, 1)
                for _ in range(40):
                    level += rng.gauss(1, 1)
                    y.append(level + rng.gauss(0, .5))
                fleet[f"t{k:02}"] = y
            for last in (39, 40):
                data = self.write({k: y[:last] for k, y in fleet.items()})
                _, done = self.fit(data, "--season", 1, "--horizon", 6, "--no-prior")
                rules.append((done.stderr + done.stdout).split("ensemble: ")[1].split(",")[0])
        self.assertNotIn("none", rules)
        self.assertGreaterEqual(rules.count("weighted"), 8, rules)

    def test_intervals_do_not_narrow_with_the_steps(self):
        for seed in (0, 6):
            rng, level, values = random.Random(seed), 0.0, []
            for _ in range(60):
                level = .6 * level + rng.gauss(0, 1)
                values.append(10 + level)
            store, _ = self.fit(self.write({"a": values}), "--horizon", 10, "--season", 1)
            rows = self.rows(store, "--horizon", 10)
            for a, b in zip(rows, rows[1:]):
                wide = [float(r["ensemble-hi-80"]) - float(r["ensemble-lo-80"]) for r in (a, b)]
                falls = min(1, float(b["ensemble"]) / float(a["ensemble"]))
                self.assertGreaterEqual(wide[1], .998 * falls * wide[0])

    def test_only_whole_numbers_are_rounded(self):
        rng = random.Random(5)
        fleet = {"share": [.1 + .02 * rng.random() for _ in range(48)], "count": [rng.randrange(20, 40) for _ in range(48)]}
        store, done = self.fit(self.write(fleet), "--horizon", 6, "--integer")
        self.assertIn("--integer: 1 of 2 targets have values that are no whole numbers, such as 'share'", done.stderr)
        for row in self.rows(store, "--horizon", 6):
            whole = all(float(row[c]) == int(float(row[c])) for c in row if c.startswith("ensemble"))
            self.assertEqual(whole, row["target"] == "count", row)
            if row["target"] == "share":
                self.assertAlmostEqual(float(row["ensemble"]), .11, delta=.02)
        # A fraction that comes later makes a target one of those.
        month = self.dir / "month.csv"
        month.write_text("target,time,value\ncount,2004-01-01,30.5\nshare,2004-01-01,0.11\n")
        self.assertEqual(run("update", "--store", store, month).returncode, 0)
        values = [float(row["ensemble"]) for row in self.rows(store, "--horizon", 6) if row["target"] == "count"]
        self.assertTrue(any(v != int(v) for v in values), values)


if __name__ == "__main__":
    unittest.main()
