#!/usr/bin/env python3
"""shift_bench.py BIN_DIR [--targets 60] [--seed 5] [--model ensemble]

Levels that moved: fleets of noise around a level, with and without seasons, that shifts by ten deviations somewhere in the middle,
inside the values that are held out, or just before the forecasts; of all targets or of three in ten. Others have no shift for good: levels
that switch, outages at the end, and outages, dips and rushes that are over. Prints MASE, what the 80 % intervals cover and their score, in units of the in-sample (seasonal) change.
"""
import argparse
import collections
import csv
import io
import subprocess
import tempfile

import numpy as np

NOISE, JUMP = 4, 40
FLEETS = (("1", 60, 12), ("12", 96, 12), ("7", 140, 14), ("24", 336, 24), ("24,168", 840, 48))


def values(seasons, n, rng):
    t = np.arange(n)
    waves = (rng.uniform(10, 20) * np.sin(2 * np.pi * (t / m + rng.random())) for m in seasons if m > 1)
    return 100 + NOISE * rng.standard_normal(n) + sum(waves)


def place(where, n, horizon, rng):
    if where == "middle":
        return int(n * rng.uniform(0.3, 0.8))
    return n - horizon // 2 - rng.integers(0, 3) if where == "held out" else n - rng.integers(4, horizon // 3 + 4)


def shifted(seasons, n, horizon, where, share, targets, rng):
    for _ in range(targets):
        y = values(seasons, n + horizon, rng)
        if rng.random() < share:
            y[place(where, n, horizon, rng):] += rng.choice([-1, 1]) * JUMP
        yield y


def switching(n, every, targets, rng):
    for _ in range(targets):
        changes = rng.random(n) < 1 / every
        yield 50 + JUMP * ((np.cumsum(changes) + rng.integers(2)) % 2) + 3 * rng.standard_normal(n)


def out_of_order(n, horizon, hours, targets, rng):
    for _ in range(targets):
        y = values((24,), n + horizon, rng)
        y[n - hours:n] = 2 + rng.standard_normal(hours)
        yield y


def interrupted(seasons, n, horizon, times, where, targets, rng):
    for _ in range(targets):
        y = values(seasons, n + horizon, rng)
        length = rng.integers(3, 10)
        end = n - (rng.integers(3, 18) if where == "late" else rng.integers(30, n // 2))
        y[end - length:end] *= times
        yield y


def fitd(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def score(args, name, season, horizon, fleet):
    fleet = list(fleet)
    n, m = len(fleet[0]) - horizon, int(season.split(",")[0])
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/fleet.csv", "w") as out:
            out.write("unique_id,ds,y\n")
            for i, y in enumerate(fleet):
                out.writelines(f"{i},{t + 1},{float(y[t])!r}\n" for t in range(n))
        store = f"{folder}/store.db"
        fitd(f"{args.bin_dir}/fitd", "train", f"{folder}/fleet.csv", "--store", store, "--season", season, "--horizon", horizon, "--quiet")
        text = fitd(f"{args.bin_dir}/fitd", "forecast", "--store", store, "--horizon", horizon, "--level", 80, "--model", args.model)
    rows = collections.defaultdict(list)
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        rows[int(row[0])].append([float(v) for v in row[2:5]])
    sums = np.zeros(3)
    for i, y in enumerate(fleet):
        scale = np.abs(y[m:n] - y[:n - m]).mean()
        mean, lo, hi = np.array(rows[i]).T
        outside = np.maximum(0, np.maximum(lo - y[n:], y[n:] - hi))
        sums += np.abs(mean - y[n:]).mean() / scale, 100 * (outside == 0).mean(), (hi - lo + 10 * outside).mean() / scale
    mase, inside, points = sums / len(fleet)
    print(f"{name:30} {mase:7.2f} {inside:6.1f} {points:7.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir")
    parser.add_argument("--targets", type=int, default=60)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--model", default="ensemble")
    args = parser.parse_args()
    print(f"{'':30}    MASE  in 80   IS 80")
    for season, n, horizon in FLEETS:
        seasons = [int(m) for m in season.split(",")]
        for where in ("middle", "held out", "late"):
            for share in (1, 0.3):
                rng = np.random.default_rng(args.seed)
                fleet = shifted(seasons, n, horizon, where, share, args.targets, rng)
                score(args, f"season {season}, {where}, {100 * share:.0f} %", season, horizon, fleet)
    for every in (10, 20, 40, 80):
        rng = np.random.default_rng(args.seed)
        score(args, f"switches every {every}", "1", 12, switching(132, every, args.targets, rng))
    for season, n, horizon in (("1", 200, 12), ("24", 336, 24), ("24,168", 1000, 24)):
        seasons = [int(m) for m in season.split(",")]
        for where in ("none", "middle", "late"):
            for name, times in (("outage", 0), ("dip", 0.3), ("rush", 2.2)) if where != "none" else (("nothing", 1),):
                rng = np.random.default_rng(args.seed)
                fleet = interrupted(seasons, n, horizon, times, where, args.targets, rng)
                score(args, f"season {season}, {name}, {where}", season, horizon, fleet)
    for hours in (5, 8):
        rng = np.random.default_rng(args.seed)
        score(args, f"outage of {hours} hours", "24", 24, out_of_order(336, 24, hours, args.targets, rng))


if __name__ == "__main__":
    main()
