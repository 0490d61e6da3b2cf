#!/usr/bin/env python3
"""alone_bench.py BIN_DIR M3_DIR [COUNT] [OPTION...]: what targets lose that are trained alone, through the real binary.

COUNT (100) random targets of M3 are trained each in a store of its own, with OPTIONs such as --no-prior, and with their
whole group. Prints sMAPE and MASE of both as means over targets, and what the first loses. Standard library only.
"""
import collections
import csv
import os
import random
import subprocess
import sys
import tempfile

GROUPS = {"yearly": (1, 6), "quarterly": (4, 8), "monthly": (12, 18), "other": (1, 8)}


def read(path):
    series = collections.OrderedDict()
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            series.setdefault(row["target"], []).append((row["time"], float(row["value"])))
    return series


def forecasts(bin_dir, data, season, horizon, options):
    """The ensemble's values by target."""
    store = data + ".db"
    fitd = os.path.join(bin_dir, "fitd")
    shape = ["--horizon", str(horizon)]
    subprocess.run([fitd, "train", data, "--store", store, "--season", str(season), *shape, "--progress", "none", *options],
                   check=True, capture_output=True, timeout=600)
    out = subprocess.run([fitd, "forecast", "--store", store, *shape], check=True, capture_output=True, text=True, timeout=600)
    by_target = collections.defaultdict(list)
    for row in csv.DictReader(out.stdout.splitlines()):
        column = "ensemble" if "ensemble" in row else list(row)[2]
        by_target[row["target"]].append(float(row[column]))
    os.remove(store)
    return by_target


def score(past, season, actual, forecast):
    """sMAPE and MASE of one target."""
    errors = [abs(a - f) for a, f in zip(actual, forecast, strict=True)]
    smape = sum(200 * e / (abs(a) + abs(f)) for e, a, f in zip(errors, actual, forecast)) / len(errors)
    changes = [abs(past[i] - past[i - season]) for i in range(season, len(past))]
    return smape, sum(errors) / len(errors) / (sum(changes) / len(changes))


def main(bin_dir, m3, count=100, *options):
    train = {g: read(f"{m3}/{g}.train.csv") for g in GROUPS}
    test = {g: read(f"{m3}/{g}.test.csv") for g in GROUPS}
    chosen = random.Random(1).sample([(g, t) for g in GROUPS for t in train[g]], int(count))
    whole, alone = [], []
    with tempfile.TemporaryDirectory() as folder:
        def written(name, group, targets):
            path = os.path.join(folder, name + ".csv")
            with open(path, "w") as f:
                f.write("target,time,value\n")
                f.writelines(f"{t},{time},{value!r}\n" for t in targets for time, value in train[group][t])
            return path
        fleet = {g: forecasts(bin_dir, written(g, g, train[g]), *GROUPS[g], []) for g in GROUPS}
        for group, target in chosen:
            season, horizon = GROUPS[group]
            path = written("one", group, [target])
            single = forecasts(bin_dir, path, season, horizon, ["--workers", "0", *options])
            past = [v for _, v in train[group][target]]
            actual = [v for _, v in test[group][target]]
            whole.append(score(past, season, actual, fleet[group][target]))
            alone.append(score(past, season, actual, single[target]))
    for name, place in (("sMAPE", 0), ("MASE", 1)):
        first = sum(s[place] for s in whole) / len(whole)
        second = sum(s[place] for s in alone) / len(alone)
        print(f"{name}: whole group {first:.3f}, alone {second:.3f}, {100 * (second / first - 1):+.2f} %")


if __name__ == "__main__":
    main(*sys.argv[1:])
