#!/usr/bin/env python3
"""short_season_bench.py BIN_DIR [SHARED_DIR]

How well targets are forecast whose season is there less than three times, and nobody names it: the last values of the training parts of M3, of
cash machines by the day and of loads by the hour, cut to N of them, one season held out; and noise, walks and seasons that are simulated. Prints
the mean MASE of the ensemble and of the seasonal naive forecast, and what the 80 % interval covers and scores.
"""
import argparse
import collections
import csv
import datetime
import io
import pathlib
import subprocess
import tempfile

import numpy as np

HOUR = 24
# Name, season, values.
FLEETS = [("m3/monthly", 12, (15, 18, 21, 24)), ("m3/quarterly", 4, (7, 8, 9, 11)), ("more/nn5-daily", 7, (10, 14, 20)), ("more/gefcom12-load", 24, (30, 44, 60)),
          ("noise", 12, (15, 18, 24)), ("noise", 24, (30, 60)), ("walk", 12, (15, 18, 24)), ("walk", 24, (30, 60)), ("season", 12, (15, 18, 24))]


def stamp(season, i):
    if season in (4, 12):
        return f"{2000 + i // season}-{12 // season * (i % season) + 1:02d}-01"
    return (datetime.datetime(2020, 1, 6) + datetime.timedelta(hours=i * (1 if season == HOUR else 24))).isoformat()


def simulated(kind, count, n, season, rng):
    noise = rng.standard_normal((count, n))
    if kind == "noise":
        return list(100 + 5 * noise)
    if kind == "walk":
        return list(100 + 3 * np.cumsum(noise, axis=1))
    profile = 5 * rng.standard_normal((count, season))
    return list(100 + np.tile(profile, n // season + 1)[:, :n] + 2 * noise + 0.7 * np.cumsum(rng.standard_normal((count, n)), axis=1))


def read(path):
    series = collections.defaultdict(list)
    for row in csv.DictReader(open(path)):
        series[row["target"]].append(float(row["value"] or "nan"))
    fleet = []
    for values in map(np.array, series.values()):
        gaps = np.isnan(values)
        values[gaps] = np.interp(np.flatnonzero(gaps), np.flatnonzero(~gaps), values[~gaps])
        fleet.append(values)
    return fleet


def forecasts(fitd, fleet, season):
    with tempfile.TemporaryDirectory() as folder:
        data, store = f"{folder}/data.csv", f"{folder}/models.db"
        rows = [f"t{k:05d},{stamp(season, i)},{v!r}" for k, values in enumerate(fleet) for i, v in enumerate(map(float, values))]
        pathlib.Path(data).write_text("\n".join(["target,time,value", *rows]) + "\n")
        subprocess.run([fitd, "train", data, "--store", store, "--horizon", str(season), "--quiet"], check=True)
        text = subprocess.run([fitd, "forecast", "--store", store, "--horizon", str(season)], check=True, capture_output=True, text=True).stdout
    found = collections.defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        found[row["target"]].append([float(row[c]) for c in ("ensemble", "ensemble-lo-80", "ensemble-hi-80")])
    return [np.array(found[f"t{k:05d}"]).T for k in range(len(fleet))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("shared_dir", type=pathlib.Path, nargs="?", default="../shared")
    args = parser.parse_args()
    fitd, shared = args.bin_dir / "fitd", args.shared_dir
    print("fleet, season, values: MASE, seasonal naive, in 80 %, score")
    for name, season, lengths in FLEETS:
        path = shared / "data" / f"{name}.train.csv"
        if "/" in name and not path.exists():
            print(f"{name}: skipped, {path} is not there")
            continue
        for n in lengths:
            fleet = read(path) if "/" in name else simulated(name, 300, n + 2 * season, season, np.random.default_rng(n))
            scale = [np.mean(np.abs(y[season:] - y[:-season])) for y in fleet]
            kept = [(y, s) for y, s in zip(fleet, scale) if len(y) >= n + 2 * season and s > 0]
            past, actual = [y[-n - season:-season] for y, _ in kept], [y[-season:] for y, _ in kept]
            scores = []
            for (mean, low, high), a, y, (_, s) in zip(forecasts(fitd, past, season), actual, past, kept):
                score = high - low + 10 * np.maximum(0, np.maximum(low - a, a - high))
                scores.append([np.mean(np.abs(a - mean)) / s, np.mean(np.abs(a - y[-season:])) / s, np.mean((a >= low) & (a <= high)) * 100, np.mean(score) / s])
            print("{} {} {} ({}): {:.3f} {:.3f} {:.0f} {:.2f}".format(name, season, n, len(kept), *np.mean(scores, axis=0)), flush=True)


if __name__ == "__main__":
    main()
