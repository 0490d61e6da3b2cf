#!/usr/bin/env python3
"""interval_bench.py BIN_DIR [--lengths 36,60,120,240] [--per-kind 80] [--seeds 31,32,33,34] [--models ensemble,ets] [KIND...]

Intervals by kind: 22 simulated processes in one fleet for each seed, twelve steps ahead without a season. Prints for each kind and model
the mean absolute error, what the 80 and 95 % intervals cover, and their interval scores, in units of the in-sample change; and what
of the first model is more than five points off or more than 5 % behind the second one.
"""
import argparse
import collections
import csv
import io
import subprocess
import tempfile

import numpy as np

HORIZON = 12
LEVEL = 100.0
WARM_UP = 50


def arma(phi, theta, e):
    x = np.zeros(len(e))
    for t in range(1, len(e)):
        x[t] = phi * x[t - 1] + e[t] + theta * e[t - 1]
    return x[WARM_UP:]


def garch(n, u):
    steps, variance, last = np.zeros(n), 1.0, 0.0
    for t in range(n):
        variance = 0.1 + 0.15 * last * last + 0.8 * variance
        last = steps[t] = np.sqrt(variance) * u[t]
    return LEVEL + np.cumsum(3 * steps)


def trend_break(n, t, u, rng):
    k = int(n * rng.uniform(0.3, 0.7))
    before, after = rng.uniform(-1, 1, 2)
    return LEVEL + np.where(t < k, before * t, before * k + after * (t - k)) + 3 * u


def level_shift(n, t, u, rng):
    k = int((n - HORIZON) * rng.uniform(0.2, 0.9))
    return LEVEL + np.where(t < k, 0, rng.choice([-1, 1]) * rng.uniform(20, 40)) + 4 * u


# Of n values; e are normal with a warm-up before them, u those without it, t counts.
KINDS = {
    "noise": lambda n, t, e, u, rng: LEVEL + 5 * u,
    "ar5": lambda n, t, e, u, rng: LEVEL + 5 * arma(0.5, 0, e),
    "ar9": lambda n, t, e, u, rng: LEVEL + 5 * arma(0.9, 0, e),
    "ar99": lambda n, t, e, u, rng: LEVEL + 3 * arma(0.99, 0, e),
    "ma": lambda n, t, e, u, rng: LEVEL + 5 * arma(0, 0.7, e),
    "arma": lambda n, t, e, u, rng: LEVEL + 5 * arma(0.8, -0.4, e),
    "negar": lambda n, t, e, u, rng: LEVEL + 5 * arma(-0.6, 0, e),
    "rw": lambda n, t, e, u, rng: LEVEL + 3 * np.cumsum(u),
    "rwd": lambda n, t, e, u, rng: LEVEL + np.cumsum(1 + 2 * u),
    "llevel": lambda n, t, e, u, rng: LEVEL + np.cumsum(1.5 * u) + 4 * rng.standard_normal(n),
    "slopewalk": lambda n, t, e, u, rng: LEVEL + np.cumsum(np.cumsum(0.2 * u)) + 3 * rng.standard_normal(n),
    "line": lambda n, t, e, u, rng: LEVEL + rng.uniform(0.3, 1.0) * t + 5 * u,
    "trendbreak": lambda n, t, e, u, rng: trend_break(n, t, u, rng),
    "levelshift": lambda n, t, e, u, rng: level_shift(n, t, u, rng),
    "growth": lambda n, t, e, u, rng: 50 * 1.01**t * (1 + 0.05 * u),
    "lognoise": lambda n, t, e, u, rng: 50 * np.exp(0.5 * u),
    "t3": lambda n, t, e, u, rng: LEVEL + 5 * rng.standard_t(3, n),
    "spikes": lambda n, t, e, u, rng: LEVEL + 3 * u + np.where(rng.random(n) < 0.05, rng.uniform(20, 60, n), 0),
    "hetero": lambda n, t, e, u, rng: LEVEL + u * (4 + 3 * np.sin(2 * np.pi * t / 40)),
    "garch": lambda n, t, e, u, rng: garch(n, u),
    "counts": lambda n, t, e, u, rng: rng.poisson(1.2, n).astype(float),
    "pois": lambda n, t, e, u, rng: rng.poisson(20, n).astype(float),
}


def simulate(kind, n, rng):
    e = rng.standard_normal(n + WARM_UP)
    return KINDS[kind](n, np.arange(n), e, e[WARM_UP:], rng)


def fitd(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def scores(y, rows, scale):
    mean, lo80, hi80, lo95, hi95 = (np.array([float(row[c]) for row in rows]) for c in range(2, 7))
    out = [len(y), np.abs(y - mean).sum() / scale]
    bands = ((lo80, hi80, 0.2), (lo95, hi95, 0.05))
    out += [((y >= lo) & (y <= hi)).sum() for lo, hi, _ in bands]
    out += [((hi - lo) + 2 / a * np.maximum(0, np.maximum(lo - y, y - hi))).sum() / scale for lo, hi, a in bands]
    return np.array(out, dtype=float)


def run(args, seed, sums):
    rng = np.random.default_rng(seed)
    future, scale = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/fleet.csv", "w") as out:
            out.write("unique_id,ds,y\n")
            for kind in args.kinds:
                for i in range(args.per_kind):
                    n = args.lengths[i % len(args.lengths)]
                    y = simulate(kind, n + HORIZON, rng)
                    target = f"{kind}.{n}.{i}"
                    future[target], scale[target] = y[n:], np.abs(np.diff(y[:n])).mean()
                    out.writelines(f"{target},{t + 1},{float(y[t])!r}\n" for t in range(n))
        binary, store = f"{args.bin_dir}/fitd", f"{folder}/store.db"
        fitd(binary, "train", f"{folder}/fleet.csv", "--store", store, "--season", 1, "--horizon", HORIZON, "--quiet")
        for model in args.models:
            out = fitd(binary, "forecast", "--store", store, "--horizon", HORIZON, "--level", "80,95", "--model", model)
            rows = collections.defaultdict(list)
            for row in list(csv.reader(io.StringIO(out)))[1:]:
                rows[row[0]].append(row)
            for target, y in future.items():
                one = scores(y, rows[target], scale[target])
                sums[target.split(".")[0], model] += one
                sums["mean of all", model] += one


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = lambda text: [int(v) for v in text.split(",")]
    parser.add_argument("bin_dir")
    parser.add_argument("kinds", nargs="*", help="of these alone: " + ", ".join(KINDS))
    parser.add_argument("--lengths", type=numbers, default=[36, 60, 120, 240])
    parser.add_argument("--per-kind", type=int, default=80)
    parser.add_argument("--seeds", type=numbers, default=[31, 32, 33, 34])
    parser.add_argument("--models", type=lambda text: text.split(","), default=["ensemble", "ets"])
    args = parser.parse_intermixed_args()
    args.kinds = args.kinds or list(KINDS)
    if unknown := set(args.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    sums = collections.defaultdict(lambda: np.zeros(6))
    for seed in args.seeds:
        run(args, seed, sums)
    print(f"{'':11}", "  |  ".join(f"{m + ': MASE, in 80, in 95, IS 80, IS 95':41}" for m in args.models))
    for kind in args.kinds + ["mean of all"]:
        by_model = [sums[kind, m][1:] / sums[kind, m][0] for m in args.models]
        line = "  |  ".join(f"{v[0]:8.2f} {100 * v[1]:6.1f} {100 * v[2]:6.1f} {v[3]:8.2f} {v[4]:8.2f} " for v in by_model)
        first = by_model[0]
        notes = [f"in {p}" for p, v in ((80, first[1]), (95, first[2])) if abs(100 * v - p) > 5]
        if len(by_model) > 1:
            behind = ((80, first[3] / by_model[1][3]), (95, first[4] / by_model[1][4]))
            notes += [f"IS {p} +{100 * (ratio - 1):.0f} %" for p, ratio in behind if ratio > 1.05]
        print(f"{kind:11}", line, "; ".join(notes))


if __name__ == "__main__":
    main()
