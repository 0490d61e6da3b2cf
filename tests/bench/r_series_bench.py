#!/usr/bin/env python3
"""r_series_bench.py BIN_DIR [--origins 2] [--models ensemble,ets,...] [SET...]

Real series on which nothing of fitd was chosen: those that come with R and its packages in Debian (apt-get install r-cran-aer
r-cran-forecast r-cran-lmtest r-cran-sandwich r-cran-strucchange r-cran-surveillance r-cran-tseries r-cran-urca; what is not installed is
left out). One set for each package and frequency, and for each object of surveillance, whose last horizons are forecast, one fleet for
each set and origin. Prints the mean absolute error in units of the in-sample seasonal naive one, what the 80 and 95 % intervals cover and their
scores for each set and model, and the geometric means of the models' errors and scores over the ensemble's.
"""
import argparse
import collections
import csv
import datetime
import io
import subprocess
import tempfile

import numpy as np

HORIZONS = {1: 6, 4: 8, 12: 12, 52: 26, 365: 60}
PACKAGES = ("AER", "datasets", "forecast", "lmtest", "sandwich", "strucchange", "surveillance", "tseries", "urca")
FEWEST = 24  # values, and as many distinct ones as in six
MODELS = "ensemble,ets,arima,theta,ces,pooled-ar,mstl"

DUMP = """
options(warn=-1)
for (package in commandArgs(TRUE)) {
  items <- tryCatch(data(package=package)$results[, "Item"], error=function(e) character())
  for (item in unique(items)) {
    scope <- new.env(); object <- sub(" .*", "", item)
    try(data(list=sub(".*\\\\((.*)\\\\)$", "\\\\1", item), package=package, envir=scope), silent=TRUE)
    if (!exists(object, envir=scope, inherits=FALSE)) next
    x <- get(object, envir=scope); set <- package
    if (inherits(x, "disProg")) x <- tryCatch(surveillance::disProg2sts(x), error=function(e) NULL)
    if (inherits(x, "sts")) { set <- paste0(package, ".", object); x <- ts(surveillance::observed(x), frequency=x@freq) }
    if (!is.ts(x)) next
    values <- as.matrix(x)
    for (j in seq_len(ncol(values))) if (is.numeric(values[, j]))
      cat(set, frequency(x), paste0(object, ".", j), paste(format(values[, j], digits=12, trim=TRUE), collapse=","), "\\n")
  }
}
"""


def series():
    """Set -> (season, {name: values}); what occurs twice once."""
    installed = [p for p in PACKAGES if subprocess.run(["Rscript", "-e", f"library({p})"], capture_output=True).returncode == 0]
    print("packages:", " ".join(installed))
    sets, seen = collections.OrderedDict(), set()
    for line in subprocess.run(["Rscript", "-e", DUMP, *installed], capture_output=True, text=True, check=True).stdout.splitlines():
        group, frequency, name, text = line.split()
        values = np.array([np.nan if v in ("NA", "NaN", "Inf") else float(v) for v in text.split(",")])
        known = np.flatnonzero(~np.isnan(values))
        season = int(float(frequency))
        if season not in HORIZONS or len(known) < FEWEST:
            continue
        values = values[known[0]:known[-1] + 1]
        key = tuple(np.round(values[~np.isnan(values)][:FEWEST], 6))
        if key in seen or len(set(key)) < 6:
            continue
        seen.add(key)
        sets.setdefault(f"{group}.{season}", (season, {}))[1][name.replace("/", "_")] = values
    return sets


def fitd(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def forecasts(binary, folder, histories, season, horizon, model):
    """Name -> rows of mean, lower and upper at 80 %, lower and upper at 95 %."""
    data, store = f"{folder}/data.csv", f"{folder}/{model}.db"
    with open(data, "w") as file:
        print("target,time,value", file=file)
        for name, values in histories.items():
            for i, value in enumerate(values):
                day = datetime.date(1950, 1, 1) + datetime.timedelta(i)
                print(f"{name},{day},{'' if np.isnan(value) else repr(float(value))}", file=file)
    alone = ("--models", "naive", "--global", model, "--combine", "none") if model == "pooled-ar" else ("--models", model)
    fitd(binary, "train", data, "--store", store, "--fresh", "--quiet", "--season", season, "--horizon", horizon, *(() if model == "ensemble" else alone))
    out = collections.defaultdict(list)
    for row in list(csv.reader(io.StringIO(fitd(binary, "forecast", "--store", store, "--horizon", horizon, "--model", model, "--level", "80,95"))))[1:]:
        out[row[0]].append([float(cell) for cell in row[2:7]])
    return {name: np.array(rows) for name, rows in out.items()}


def scores(rows, actual, unit):
    """MASE, covered by 80 and 95 %, interval scores."""
    known = ~np.isnan(actual)
    rows, actual = rows[known], actual[known]
    inside, score = [], []
    for low, high, alpha in ((rows[:, 1], rows[:, 2], 0.2), (rows[:, 3], rows[:, 4], 0.05)):
        missed = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
        inside.append(100 * np.mean(missed == 0))
        score.append(np.mean(high - low + 2 / alpha * missed) / unit)
    return [np.mean(np.abs(rows[:, 0] - actual)) / unit, *inside, *score]


def measure(binary, season, items, models, origins):
    """Model -> mean scores over series and origins; `naive`: the seasonal naive forecast's error."""
    horizon, found = HORIZONS[season], collections.defaultdict(list)
    for origin in range(origins):
        cut = {name: len(values) - (origin + 1) * horizon for name, values in items.items()}
        histories = {name: items[name][:end] for name, end in cut.items() if end >= max(2 * season, 12)}
        units = {name: np.nanmean(np.abs(y[season:] - y[:-season])) for name, y in histories.items()}
        histories = {name: y for name, y in histories.items() if units[name] > 0 and not np.isnan(items[name][cut[name]:cut[name] + horizon]).all()}
        if not histories:
            break
        with tempfile.TemporaryDirectory() as folder:
            for model in models:
                told = forecasts(binary, folder, histories, season, horizon, model)
                for name in histories:
                    found[model].append(scores(told[name], items[name][cut[name]:cut[name] + horizon], units[name]))
        for name, y in histories.items():
            actual = items[name][cut[name]:cut[name] + horizon]
            found["naive"].append([np.nanmean(np.abs(np.resize(y[-season:], horizon) - actual)) / units[name]])
    return {model: np.nanmean(rows, axis=0) for model, rows in found.items()}, len(found["naive"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir")
    parser.add_argument("--origins", type=int, default=2)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("sets", nargs="*")
    args = parser.parse_args()
    ratios, best = collections.defaultdict(list), []
    for name, (season, items) in series().items():
        if args.sets and name not in args.sets:
            continue
        models = [m for m in args.models.split(",") if m != "mstl" or season >= 24]
        result, count = measure(f"{args.bin_dir}/fitd", season, items, models, args.origins)
        if not count:
            continue
        print(f"{name}, {count} forecasts of {HORIZONS[season]}: seasonal naive {result.pop('naive')[0]:.3f}")
        for model, row in result.items():
            print(f"  {model:10} MASE {row[0]:7.3f}   in 80 {row[1]:5.1f}   in 95 {row[2]:5.1f}   IS 80 {row[3]:8.2f}   IS 95 {row[4]:8.2f}")
            ratios[model].append([row[k] / result[models[0]][k] for k in (0, 3, 4)])
        best.append(min(row[0] for model, row in result.items() if model != models[0]) / result[models[0]][0] if len(result) > 1 else 1)
    for model, rows in ratios.items():
        print(f"{model:10} over {args.models.split(',')[0]}, {len(rows)} sets: MASE, IS 80, IS 95 " + ", ".join(f"{v:.3f}" for v in np.exp(np.mean(np.log(rows), axis=0))))
    print(f"the set's best other model, known afterwards: MASE {np.exp(np.mean(np.log(best))):.3f}")


if __name__ == "__main__":
    main()
