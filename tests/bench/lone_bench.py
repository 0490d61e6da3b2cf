#!/usr/bin/env python3
"""lone_bench.py BIN_DIR [--seeds 80:120] [--against OTHER_BIN_DIR] [KIND...]

What a new user has: one simulated series in a file, trained alone, all defaults. Prints for each kind (and those that start like a KIND
alone) the ensemble's MASE and that beside the best member's, what the 80 and 95 % intervals cover, and their interval scores beside ets'
where every series has it. With --against the scores of the other program are the base, by the same series. Names end in the number of values.
"""
import argparse
import collections
import csv
import datetime
import io
import multiprocessing
import os
import sqlite3
import subprocess
import tempfile
import zlib

import numpy as np

SEASON = {"M": 12, "Q": 4}


def times(frequency, n):
    if frequency in "MQY":
        months = {"M": 1, "Q": 3, "Y": 12}[frequency]
        counts = [(1994 if frequency == "Y" else 2016) * 12 + months * i for i in range(n)]
        return [f"{c // 12}-{c % 12 + 1:02d}-01" for c in counts]
    step = {"W": datetime.timedelta(7), "D": datetime.timedelta(1), "H": datetime.timedelta(hours=1)}[frequency]
    return [(datetime.datetime(2022, 1, 3) + i * step).isoformat() for i in range(n)]


def profile(rng, m, size):
    t, s = np.arange(m), np.zeros(m)
    for k in (1, 2, 3):
        if k <= m / 2:
            s += rng.normal() / k * np.cos(2 * np.pi * k * t / m) + rng.normal() / k * np.sin(2 * np.pi * k * t / m)
    s -= s.mean()
    return s * size / (s.std() + 1e-9)


def season(rng, n, m, size):
    return np.tile(profile(rng, m, size), n // m + 2)[:n]


def ar(rng, n, phi, size):
    e, x = rng.normal(size=n + 50) * size, np.zeros(n + 50)
    for t in range(1, n + 50):
        x[t] = phi * x[t - 1] + e[t]
    return x[50:]


def week(rng, n):
    w = np.array([0, 0, 0, 0, 0.2, rng.uniform(-0.6, 0.6), rng.uniform(-0.8, 0.4)]) + rng.normal(size=7) * 0.1
    return (w - w.mean())[np.arange(n) % 7]


def walk(rng, n, step, drift=0.0):
    return np.cumsum(drift + step * rng.normal(size=n))


KINDS = {}


def kind(name, frequency, lengths, horizon, make):
    for n in lengths:
        KINDS[f"{name}.{n}"] = (frequency, n, horizon, make)


def line(rng, n, least, most, noise, level=100):
    return level + rng.uniform(least, most) * np.arange(n) + noise(n)


def normal(rng, size):
    return lambda n: size * rng.normal(size=n)


kind("m_add", "M", [24, 36, 60], 12, lambda r, n: 100 + r.uniform(-0.5, 1) * np.arange(n) + season(r, n, 12, 12) + 5 * r.normal(size=n))
kind("m_mul", "M", [24, 36, 60], 12,
     lambda r, n: 100 * np.exp(r.uniform(-0.003, 0.012) * np.arange(n) + season(r, n, 12, 0.2) + 0.06 * r.normal(size=n)))
kind("m_walkseas", "M", [36, 60], 12, lambda r, n: 200 + walk(r, n, 3) + season(r, n, 12, 15) + 3 * r.normal(size=n))
kind("m_noise", "M", [24, 36, 60], 12, lambda r, n: 100 + 8 * r.normal(size=n))
kind("m_line", "M", [24, 36, 60], 12, lambda r, n: line(r, n, 0.5, 1.5, normal(r, 5)))
kind("m_ar", "M", [36, 60], 12, lambda r, n: 100 + ar(r, n, 0.7, 5))
kind("q_add", "Q", [8, 12, 16, 24], 4, lambda r, n: 100 + r.uniform(-0.5, 2) * np.arange(n) + season(r, n, 4, 10) + 4 * r.normal(size=n))
kind("q_mul", "Q", [8, 12, 16, 24], 4,
     lambda r, n: 100 * np.exp(r.uniform(-0.01, 0.03) * np.arange(n) + season(r, n, 4, 0.15) + 0.05 * r.normal(size=n)))
kind("q_line", "Q", [8, 16, 24], 4, lambda r, n: line(r, n, -1, 2, normal(r, 4)))
kind("q_walk", "Q", [8, 16, 24], 4, lambda r, n: 100 + walk(r, n, 4, 0.5))
kind("y_noise", "Y", [8, 15, 30], 5, lambda r, n: 100 + 8 * r.normal(size=n))
kind("y_line", "Y", [8, 15, 30], 5, lambda r, n: line(r, n, 1, 4, normal(r, 5)))
kind("y_walk", "Y", [8, 15, 30], 5, lambda r, n: 100 + walk(r, n, 5))
kind("y_rwd", "Y", [8, 15, 30], 5, lambda r, n: 100 + walk(r, n, 4, 3))
kind("y_growth", "Y", [8, 15, 30], 5, lambda r, n: 50 * np.exp(r.uniform(0.02, 0.1) * np.arange(n) + 0.04 * walk(r, n, 1)))
kind("new_noise", "M", [5, 7, 9, 12], 3, lambda r, n: 100 + 10 * r.normal(size=n))
kind("new_rise", "M", [5, 7, 9, 12], 3, lambda r, n: 20 + 10 * np.arange(n) + 6 * r.normal(size=n))
kind("new_wk", "W", [6, 9, 12], 4, lambda r, n: r.poisson(30, n).astype(float))
kind("w_noise", "W", [60, 160], 13, lambda r, n: 100 + 10 * r.normal(size=n))
kind("w_llevel", "W", [60, 160], 13, lambda r, n: 200 + walk(r, n, 2) + 8 * r.normal(size=n))
kind("d_week", "D", [90, 400], 14, lambda r, n: 100 * np.exp(week(r, n) * 0.5) + ar(r, n, 0.3, 6))
kind("d_walk", "D", [90, 400], 14, lambda r, n: 100 + walk(r, n, 1))
kind("d_damped", "D", [90, 200], 14, lambda r, n: 100 + 60 * (1 - 0.97 ** np.arange(n)) + 3 * r.normal(size=n))
kind("d_pois2", "D", [90, 200], 14, lambda r, n: r.poisson(2, n).astype(float))
kind("h_day", "H", [200, 500], 24, lambda r, n: 60 + season(r, n, 24, 15) + ar(r, n, 0.6, 3))
kind("h_ar", "H", [200, 500], 24, lambda r, n: 50 + ar(r, n, 0.8, 3))


def fitd(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def score(y, rows, model, scale):
    column = lambda name: np.array([float(row[name]) for row in rows])
    out = [np.abs(y - column(model)).mean() / scale]
    for level, alpha in ((80, 0.2), (95, 0.05)):
        lo, hi = column(f"{model}-lo-{level}"), column(f"{model}-hi-{level}")
        missed = np.maximum(0, np.maximum(lo - y, y - hi))
        out += [np.mean(missed == 0), ((hi - lo) + 2 / alpha * missed).mean() / scale]
    return np.array(out)


def one(job):
    """Scores by model of one series: MASE, inside at 80, its score, inside at 95, its score."""
    binary, name, seed = job
    frequency, n, horizon, make = KINDS[name]
    y = np.round(make(np.random.default_rng([seed, zlib.crc32(name.encode())]), n + horizon), 4)
    scale = np.abs(np.diff(y[:n])).mean()
    with tempfile.TemporaryDirectory() as folder:
        data, store = f"{folder}/series.csv", f"{folder}/store.db"
        with open(data, "w") as out:
            out.write("date,value\n" + "".join(f"{t},{float(v)!r}\n" for t, v in zip(times(frequency, n), y)))
        fitd(f"{binary}/fitd", "train", data, "--store", store, "--workers", 0, "--quiet")
        connection = sqlite3.connect(store)
        models = ["ensemble"] + [row[0] for row in connection.execute("select algorithm from models") if row[0] != "ensemble"]
        connection.close()
        asked = [option for model in models for option in ("--model", model)]
        out = fitd(f"{binary}/fitd", "forecast", "--store", store, "--horizon", horizon, "--level", "80,95", *asked)
    rows = list(csv.DictReader(io.StringIO(out)))
    return name, {model: score(y[n:], rows, model, scale) for model in models}


def run(binary, kinds, seeds):
    found = collections.defaultdict(list)
    with multiprocessing.Pool(min(2, os.cpu_count())) as pool:
        for name, scores in pool.imap(one, [(binary, k, s) for k in kinds for s in seeds], 4):
            found[name].append(scores)
    return found


def mean_of(series, model):
    return np.mean([one[model] for one in series], 0) if all(model in one for one in series) else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir")
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--seeds", default="80:120")
    parser.add_argument("--against")
    args = parser.parse_intermixed_args()
    kinds = [k for k in KINDS if not args.kinds or k.startswith(tuple(args.kinds))]
    seeds = range(*map(int, args.seeds.split(":")))
    now = run(args.bin_dir, kinds, seeds)
    then = run(args.against, kinds, seeds) if args.against else {}
    changes = []
    for name in kinds:
        got = mean_of(now[name], "ensemble")
        members = [mean_of(now[name], m) for m in now[name][0] if m != "ensemble"]
        best = min(m[0] for m in members if m is not None)
        text = f"{name:14} MASE {got[0]:6.3f}, beside the best {got[0] / best:5.2f}; in {100 * got[1]:5.1f} {100 * got[3]:5.1f}"
        base, what = (mean_of(then[name], "ensemble"), "before") if then else (mean_of(now[name], "ets"), "ets")
        if base is not None:
            ratio = 100 * (got[[2, 4]] / base[[2, 4]] - 1)
            changes.append(ratio)
            text += f" ({what} {100 * base[1]:5.1f} {100 * base[3]:5.1f}); scores {ratio[0]:+5.1f} {ratio[1]:+5.1f} %"
        print(text)
    print("mean of kinds: scores at 80 and 95 %% %+.1f and %+.1f %%" % tuple(np.mean(changes, 0)))


if __name__ == "__main__":
    main()
