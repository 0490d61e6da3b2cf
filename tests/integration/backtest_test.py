#!/usr/bin/env python3
"""fitd backtest through the real binary: columns, no leak, measures against independent ones, JSON, report."""
import csv
import datetime
import io
import json
import math
import os
import subprocess
import sys
import unittest

from fitd_support import FITD, Scratch, m3, run, wait_until

FAST = ("--models", "theta,naive", "--quiet")


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


class Killed(Scratch):
    """What a backtest works with is in a folder of its own below TMPDIR."""

    def start(self, data):
        environment = {**os.environ, "TMPDIR": str(self.scratch)}
        known = self.folders()
        process = subprocess.Popen([FITD, "backtest", str(data), "--quiet", "--windows", "40", "--horizon", "1"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        wait_until(lambda: self.folders() - known or process.poll() is not None, 30, "its folder")
        return process

    def folders(self):
        return {path.name for path in self.scratch.iterdir()}

    def test_what_a_killed_one_leaves_goes_with_the_next_and_no_other_folder(self):
        self.scratch = self.dir / "tmp"
        self.scratch.mkdir()
        data = self.sample(targets=30, length=300, seed=3)
        (self.scratch / "fitd-backtest-run-link").symlink_to(self.dir)
        (self.scratch / "fitd-backtest-run-file").write_text("not a folder")
        (self.scratch / "fitd-backtest-abc123").mkdir()  # of fitd 1.0, which locks nothing and may be at work
        others = self.folders()
        killed = self.start(data)
        killed.kill()
        killed.wait()
        left = self.folders() - others
        self.assertEqual(len(left), 1, "a kill leaves it")
        going_on = self.start(data)
        second = self.folders() - others
        self.assertFalse(left & second, "it is gone")
        self.assertEqual(len(second), 1)
        done = run("backtest", data, "--quiet", "--models", "naive", "--windows", "1",
                   env={**os.environ, "TMPDIR": str(self.scratch)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsNone(going_on.poll(), "the test is of no use when it has ended")
        self.assertEqual(self.folders() - others, second, "that of a process that lives stays")
        going_on.terminate()
        self.assertEqual(going_on.wait(30), 143)
        self.assertEqual(self.folders(), others)
        self.assertTrue(data.exists())


class Backtest(Scratch):
    def backtest(self, *args, code=0):
        done = run("backtest", *args)
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return done.stdout

    def test_rows_are_the_data_at_each_cut(self):
        data = self.sample(targets=6, length=120, frequency="1h", seed=2)
        rows = rows_of(self.backtest(data, *FAST, "--horizon", "4", "--windows", "2", "--step", "3", "--level", "80"))
        self.assertEqual(list(rows[0])[:4], ["target", "cutoff", "time", "actual"])
        self.assertEqual(list(rows[0])[4:], [f"{m}{s}" for m in ("theta", "naive", "pooled-ar", "ensemble")
                                            for s in ("", "-lo-80", "-hi-80")])
        values = {(r["target"], r["time"]): r["value"] for r in rows_of(data.read_text())}
        cutoffs = {}
        for row in rows:
            cutoffs.setdefault(row["target"], set()).add(row["cutoff"])
            known = values.get((row["target"], row["time"]), "")
            self.assertEqual(float(row["actual"] or "nan") if known else row["actual"], float(known) if known else "")
            # The naive forecast is the value at the cut: nothing of what came after is in it.
            if values.get((row["target"], row["cutoff"])):
                self.assertEqual(float(row["naive"]), float(values[row["target"], row["cutoff"]]))
        self.assertEqual({len(c) for c in cutoffs.values()}, {2})
        windows = [row["cutoff"] for row in rows if row["target"] == rows[0]["target"]]
        self.assertEqual(windows, sorted(windows))
        self.assertEqual(len(windows), 8)

    def test_a_spike_in_the_future_moves_nothing_before_it(self):
        """Neither up nor down: seasons, the model over all targets, weights, intervals, and the floor of 0 that forecasts
        have where no value ever was negative, are learned from what came before a cut."""
        data = self.sample(targets=12, length=150, frequency="1h", seed=4)
        options = ("--models", "ets,theta", "--quiet", "--horizon", "6", "--windows", "3", "--max", "1e12")
        before = rows_of(self.backtest(data, *options))
        self.assertLessEqual({"pooled-ar", "ensemble", "ensemble-lo-80", "ensemble-hi-95"}, set(before[0]))
        self.assertTrue(all(float(row["ensemble-lo-95"]) >= 0 for row in before if row["ensemble-lo-95"]))
        text = data.read_text().splitlines()
        last = {line.split(",")[0]: i for i, line in enumerate(text)}
        for sign in (1, -1):
            spiked = []
            for i, line in enumerate(text):
                target, time, value = line.split(",")
                # Inside the last window of every target.
                if i and last[target] - 5 <= i and value:
                    value = str(sign * (float(value) * 1000 + 1e6))
                spiked.append(f"{target},{time},{value}")
            other = self.dir / "spiked.csv"
            other.write_text("\n".join(spiked) + "\n")
            after = rows_of(self.backtest(other, *options))
            self.assertEqual(len(before), len(after))
            changed = 0
            for a, b in zip(before, after):
                changed += a["actual"] != b["actual"]
                self.assertEqual({k: v for k, v in a.items() if k != "actual"}, {k: v for k, v in b.items() if k != "actual"})
            self.assertGreater(changed, 50)

    def test_a_gap_before_a_cut_is_not_filled_from_behind_it(self):
        lines = ["time,value"] + [f"2024-01-{d:02},{d}" for d in range(1, 31) if d not in (25, 26)]
        data = self.dir / "gap.csv"
        data.write_text("\n".join(lines) + "\n")
        rows = rows_of(self.backtest(data, "--models", "naive", "--horizon", "4", "--windows", "1", "--quiet"))
        self.assertEqual([row["time"] for row in rows], ["2024-01-27", "2024-01-28", "2024-01-29", "2024-01-30"])
        self.assertEqual({row["cutoff"] for row in rows}, {"2024-01-26"})
        self.assertEqual({float(row["naive"]) for row in rows}, {24.0})

    def test_measures_are_those_of_the_rows(self):
        data = self.sample(targets=20, length=120, frequency="1h", seed=8)
        out = self.dir / "rows.csv"
        summary = json.loads(self.backtest(data, *FAST, "--horizon", "6", "--json", "-o", out))
        rows = [r for r in rows_of(out.read_text()) if r["actual"]]
        self.assertEqual(summary["forecasts"], len(rows))
        by_name = {m["model"]: m for m in summary["models"]}
        self.assertEqual(set(by_name), {"theta", "naive", "pooled-ar", "ensemble", "seasonal-naive"})
        for name in ("theta", "ensemble"):
            y = [float(r["actual"]) for r in rows if r[name]]
            f = [float(r[name]) for r in rows if r[name]]
            inside = [float(r[f"{name}-lo-95"]) <= float(r["actual"]) <= float(r[f"{name}-hi-95"]) for r in rows if r[f"{name}-lo-95"]]
            smape = sum(200 * abs(a - b) / (abs(a) + abs(b)) if a or b else 0 for a, b in zip(y, f)) / len(y)
            self.assertAlmostEqual(by_name[name]["smape"], smape, 9)
            self.assertAlmostEqual(by_name[name]["mae"], sum(abs(a - b) for a, b in zip(y, f)) / len(y), 9)
            self.assertAlmostEqual(by_name[name]["coverage_95"], sum(inside) / len(inside), 9)
        self.assertEqual(sum(m["wins"] for m in summary["models"]), len(summary["by_target"]))
        best = min(summary["models"], key=lambda m: m["mase"])
        self.assertEqual(summary["best"], best["model"])
        self.assertIsNone(best["p_value"])
        self.assertTrue(all(0 <= m["p_value"] <= 1 for m in summary["models"] if m["p_value"] is not None))
        self.assertAlmostEqual(by_name["seasonal-naive"]["skill"], 0, 12)
        self.assertEqual([s["step"] for s in summary["by_step"]], list(range(1, 7)))
        self.assertEqual(sum(g["targets"] for g in summary["by_season"]), len(summary["by_target"]))
        for group in summary["by_season"]:
            self.assertEqual(group["best"], min((v, k) for k, v in group["mase"].items() if v is not None)[1])
            self.assertEqual(group["p_value"] is not None, group["targets"] >= 20, group)

    def test_the_table_the_selection_and_the_report(self):
        data = self.sample(targets=8, length=120, frequency="1h", seed=9)
        store, chosen = self.dir / "s.db", self.dir / "best.csv"
        self.train(data, "--store", store, "--models", "theta,naive", "--horizon", "6")
        table = self.backtest(data, *FAST, "--horizon", "6", "--summary", "--save", "--store", store, "--select", chosen)
        for word in ("model", "sMAPE", "RMSSE", "MSIS 80", "MSIS 95", "width 80", "width 95", "CRPS", "skill",
                     "seasonal-naive", "sMAPE by step", "best where", "season 24", "worst targets"):
            self.assertIn(word, table)
        best = rows_of(chosen.read_text())
        self.assertEqual(len(best), len({row["target"] for row in best}))
        done = run("report", "--store", store, "-o", "-")
        for words in ("<h3>Backtest</h3>", "<h3>Error by step</h3>", "<h3>Coverage by step</h3>", "<h3>Which model wins where</h3>",
                      "Width 95 %", "CRPS"):
            self.assertIn(words, done.stdout)

    def test_without_a_refit_the_models_go_on(self):
        data = self.sample(targets=5, length=150, frequency="1h", seed=10)
        options = ("--models", "ets,naive", "--global", "none", "--quiet", "--horizon", "3", "--windows", "3")
        every, never, second = (rows_of(self.backtest(data, *options, "--refit", how)) for how in ("every", "never", "2"))
        places = [(row["target"], row["cutoff"], row["time"], row["actual"]) for row in every]
        for rows in (never, second):
            self.assertEqual([(row["target"], row["cutoff"], row["time"], row["actual"]) for row in rows], places)
            self.assertEqual([row["naive"] for row in rows], [row["naive"] for row in every])  # it has nothing to refit
        third = len(every) // 3
        self.assertEqual(never[:third], every[:third])
        self.assertEqual(second[:third], every[:third])
        self.assertEqual(second[third:2 * third], never[third:2 * third])
        self.assertEqual(second[2 * third:], every[2 * third:])
        self.assertNotEqual([r["ets"] for r in never[2 * third:]], [r["ets"] for r in every[2 * third:]])
        self.assertNotEqual([r["ets"] for r in never[third:2 * third]], [r["ets"] for r in never[:third]])

    def user(self, fails):
        """The model of a command that repeats the last value, but for `fails`: an expression of op and target."""
        script = self.dir / "user.py"
        script.write_text(f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    op, target = r["op"], r.get("target") or r["model"][0]
    if {fails}:
        answer = {{"error": "not this one"}}
    elif op == "fit":
        answer = {{"model": [target, r["values"][-1]]}}
    else:
        h, levels = r["horizon"], len(r["levels"])
        answer = {{"mean": [r["model"][1]] * h, "lo": [[0] * h] * levels, "hi": [[1e9] * h] * levels}}
    print(json.dumps({{"id": r["id"], **answer}}), flush=True)
""")
        script.chmod(0o755)
        return f"exec:{script}"

    def test_a_model_is_measured_by_its_own_forecasts_and_ranked_when_none_is_missing(self):
        data = self.dir / "d.csv"
        data.write_text("target,time,value\n" + "".join(
            f"{name},2024-01-{day:02},{day * 7 % 11 + day % 3 + 50}\n" for name in "abcd" for day in range(1, 25)))
        for fails, empty in (("False", ""), ("op == 'fit'", "abcd"), ("op == 'forecast'", "abcd"),
                             ("op == 'fit' and target == 'b'", "b"), ("op == 'forecast' and target in 'bc'", "bc")):
            with self.subTest(fails):
                user, out, best = self.user(fails), self.dir / "rows.csv", self.dir / "best.csv"
                done = run("backtest", data, "--models", f"{user},mean", "--global", "none", "--windows", "1", "--horizon", "3",
                           "-q", "--json", "-o", out, "--select", best)
                self.assertEqual(done.returncode, 3 if empty else 0, done.stderr[-2000:])
                self.assertEqual({r["target"] for r in rows_of(out.read_text()) if r[user] == ""}, set(empty))
                summary = json.loads(done.stdout)
                self.assertEqual(summary["failed"], len(empty))
                self.assertEqual({m["model"]: m["missing"] for m in summary["models"]},
                                 {user: 3 * len(empty), "mean": 0, "seasonal-naive": 0})
                self.assertEqual(summary["models"][-1]["model"] == user or not empty, True, "the incomplete stand last")
                self.assertNotEqual(summary["best"], user if empty else None)
                chosen = {r["target"]: r["model"] for r in rows_of(best.read_text())}
                self.assertEqual(set(chosen), set("abcd"))
                self.assertFalse({target for target in empty if chosen[target] == user})
                for target in empty:
                    self.assertRegex(done.stderr, f"window 1 of 1: .*target '{target}'.*not this one")
                table = self.backtest(data, "--models", f"{user},mean", "--global", "none", "--windows", "1", "--horizon", "3",
                                      "-q", "--summary", code=3 if empty else 0)
                self.assertEqual(f"forecasts are missing: {user} ({3 * len(empty)})" in table, bool(empty), table)

    def test_models_are_compared_on_the_forecasts_that_both_have(self):
        """The user's model has none of most targets, which are those of the largest errors: by hand, of the rows."""
        lines = ["target,time,value"]
        for k in range(6):
            for day in range(60):
                value = 50 + (day * 7 % 11 - 5) * (1 if k < 2 else 9) + day * (0 if k < 2 else 3)
                lines.append(f"t{k},{datetime.date(2024, 1, 1) + datetime.timedelta(days=day)},{value}")
        data, out = self.dir / "d.csv", self.dir / "rows.csv"
        data.write_text("\n".join(lines) + "\n")
        user = self.user("op == 'fit' and target not in ('t0', 't1')")
        done = run("backtest", data, "--models", f"{user},mean", "--global", "none", "--windows", "4", "--horizon", "3", "--season", "1",
                   "-q", "--json", "-o", out)
        self.assertEqual(done.returncode, 3, done.stderr[-2000:])
        summary = json.loads(done.stdout)
        known = {}
        for line in lines[1:]:
            target, time, value = line.split(",")
            known.setdefault(target, []).append((time, float(value)))
        # Scaled errors of the user's model, of the best one, and of the naive forecast, by target, cut and step.
        errors = {}
        for row in rows_of(out.read_text()):
            past = [v for t, v in known[row["target"]] if t <= row["cutoff"]]
            scale = sum(abs(b - a) for a, b in zip(past, past[7:])) / (len(past) - 7)
            actual = float(row["actual"])
            steps = errors.setdefault((row["cutoff"], row["target"]), [])
            forecasts = {"seasonal-naive": past[len(steps) - 7], **{m: float(row[m]) for m in (user, "mean") if row[m]}}
            steps.append({m: abs(f - actual) / scale for m, f in forecasts.items()})
        models = {m["model"]: m for m in summary["models"]}
        both = [steps for steps in errors.values() if user in steps[0]]
        self.assertEqual(len(both), 8)
        mean = lambda values: sum(values) / len(values)
        mase = {m: mean([mean([e[m] for e in steps]) for steps in both]) for m in (user, summary["best"], "seasonal-naive")}
        mine = models[user]
        self.assertAlmostEqual(mine["skill"], 1 - mase[user] / mase["seasonal-naive"], 9)
        self.assertAlmostEqual(mine["difference"], mase[user] - mase[summary["best"]], 9)
        self.assertEqual((mine["compared"], mine["missing"], models[summary["best"]]["compared"]), (24, 48, 72))
        # Over time: of each cut and step the mean over targets; Newey & West with two lags, Harvey, Leybourne & Newbold.
        cuts = sorted({cut for cut, _ in errors})
        d = [mean([errors[cut, t][h][user] - errors[cut, t][h][summary["best"]] for t in ("t0", "t1")]) for cut in cuts for h in range(3)]
        n, middle = len(d), mean(d)
        gamma = [sum((d[i] - middle) * (d[i - lag] - middle) for i in range(lag, n)) / n for lag in range(3)]
        variance = gamma[0] + 2 * (2 / 3 * gamma[1] + 1 / 3 * gamma[2])
        self.assertAlmostEqual(mine["statistic"], middle / math.sqrt(variance / n) * math.sqrt((n + 1 - 6 + 6 / n) / n), 9)
        table = self.backtest(data, "--models", f"{user},mean", "--global", "none", "--windows", "4", "--horizon", "3", "--season", "1",
                              "-q", "--summary", code=3)
        row = next(line for line in table.splitlines() if line.startswith(user))
        self.assertEqual(row.split()[-1], "24", table)

    def test_a_group_of_all_targets_has_the_error_of_all(self):
        """One of them is zero until its second cut: it has no scale at the first one."""
        lines = ["target,time,value"]
        for k in range(4):
            for day in range(60):
                value = (day * 37 + k * 11) % 17 + 20
                lines.append(f"t{k},{datetime.date(2024, 1, 1) + datetime.timedelta(days=day)},{0 if k == 3 and day < 48 else value}")
        data = self.dir / "d.csv"
        data.write_text("\n".join(lines) + "\n")
        summary = json.loads(self.backtest(data, *FAST, "--windows", "3", "--horizon", "5", "--season", "1", "--json"))
        self.assertEqual([group["targets"] for group in summary["by_season"]], [4])
        for model in summary["models"]:
            self.assertAlmostEqual(summary["by_season"][0]["mase"][model["model"]], model["mase"], 9, model)

    def test_what_cannot_be_done_is_said(self):
        short = self.dir / "short.csv"
        short.write_text("time,value\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n2024-01-04,3\n2024-01-05,3\n")
        done = run("backtest", short, "--horizon", "4", "--quiet")
        self.assertEqual(done.returncode, 65)
        self.assertIn("--horizon", done.stderr)
        self.assertEqual(run("backtest", short, "--refit", "sometimes").returncode, 64)
        self.assertEqual(run("backtest", self.dir / "none.csv", "--quiet").returncode, 66)
        data = self.sample(targets=2, length=60)
        done = run("backtest", data, *FAST, "-o", self.dir / "one.csv", "--select", f"{self.dir}/../{self.dir.name}/one.csv")
        self.assertEqual((done.returncode, "--select" in done.stderr), (64, True), done.stderr)
        done = run("backtest", data, *FAST, "--save", "--store", self.dir / "none.db")
        self.assertEqual((done.returncode, done.stdout), (66, ""), done.stderr)
        head = self.backtest(data, *FAST, "--windows", "1", "--level", "80,80").splitlines()[0].split(",")
        self.assertEqual(len(head), len(set(head)), head)

    def test_m3_monthly_covers_what_it_says(self):
        out = self.dir / "m3.csv"
        summary = json.loads(self.backtest(m3("monthly"), "--models", "theta,ces", "--horizon", "18", "--json", "--quiet", "-o", out))
        ensemble = next(m for m in summary["models"] if m["model"] == "ensemble")
        inside = [float(r["ensemble-lo-80"]) <= float(r["actual"]) <= float(r["ensemble-hi-80"]) for r in rows_of(out.read_text())]
        self.assertAlmostEqual(ensemble["coverage_80"], sum(inside) / len(inside), 9)
        self.assertTrue(0.70 < ensemble["coverage_80"] < 0.90, ensemble["coverage_80"])
        self.assertGreater(ensemble["skill"], 0.1)
        self.assertTrue(math.isfinite(ensemble["crps"]))


if __name__ == "__main__":
    unittest.main()
