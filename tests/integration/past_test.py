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


if __name__ == "__main__":
    unittest.main()
