#!/usr/bin/env python3
"""What a nightly `fitd train` costs after one more day, against a whole one, and what it loses.

  nightly_bench.py BIN_DIR [--targets N] [--days D] [--nights K] [--seed S] [--folder DIR] [-- TRAIN OPTIONS...]

Makes hourly telemetry (`fitd sample`), trains on D days, then every night on a day more; the last night also with --fresh.
Prints the CPU of both, the MASE of both stores' forecasts of the day after, and how far the AICc of models that kept their
form are from those that were searched from nothing."""
import argparse
import csv
import datetime
import io
import json
import math
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile

DAY = 24


def split(fitd, targets, days, nights, seed, folder):
    """Files of the first days, of each night's, and of the day after them."""
    length = (days + nights + 1) * DAY
    sample = subprocess.Popen([fitd, "sample", "--targets", str(targets), "--length", str(length), "--frequency", "1h",
                               "--seed", str(seed)], stdout=subprocess.PIPE)
    header = sample.stdout.readline()
    start = datetime.datetime(2024, 1, 1)
    hours = {(start + datetime.timedelta(hours=i)).isoformat().encode(): i for i in range(length)}
    files = [(night, open(folder / f"night{night}.csv", "wb")) for night in range(nights + 1)]
    after = open(folder / "after.csv", "wb")
    for file in (*(file for _, file in files), after):
        file.write(header)
    for line in sample.stdout:
        begun = hours[line.split(b",", 2)[1]] // DAY - days  # the night whose day it is; before the first: below 0
        for _, file in files[max(0, begun + 1):]:
            file.write(line)
        if begun == nights:
            after.write(line)
    for file in (*(file for _, file in files), after):
        file.close()
    if sample.wait() != 0:
        raise SystemExit("fitd sample failed")


def train(fitd, data, store, options):
    """CPU seconds of the command and all its workers, and its summary."""
    command = [fitd, "train", data, "--store", store, "--quiet", "--json", *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        raise SystemExit(f"{shlex.join(map(str, command))} failed")
    return usage.ru_utime + usage.ru_stime, json.loads(output)


def rows_of(path):
    """Target, time, value of each row that has one."""
    with open(path, newline="") as file:
        next(file)
        for target, time, value in csv.reader(file):
            try:
                yield target, time, float(value)
            except ValueError:
                pass


def scales_of(path):
    """Mean change from a day before, by target: what MASE divides by."""
    sums, name, recent = {}, None, []
    for target, _, value in rows_of(path):
        if target != name:
            name, recent = target, []
        if len(recent) == DAY:
            total, count = sums.get(target, (0.0, 0))
            sums[target] = (total + abs(value - recent.pop(0)), count + 1)
        recent.append(value)
    return {target: total / count for target, (total, count) in sums.items()}


def errors_of(fitd, store, actual, scales):
    """MASE by target."""
    text = subprocess.run([fitd, "forecast", "--store", store, "--horizon", str(DAY)], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    errors = {}
    for row in csv.DictReader(io.StringIO(text)):
        target, value = row["target"], actual.get((row["target"], row["time"]))
        if value is not None and scales.get(target, 0) > 0:
            errors.setdefault(target, []).append(abs(float(row["ensemble"]) - value) / scales[target])
    return {target: sum(of) / len(of) for target, of in errors.items()}


def print_errors(nightly, whole):
    """Mean over targets, and how sure the difference is: its standard error by target."""
    both = sorted(nightly.keys() & whole.keys())
    mean = statistics.fmean(whole[t] for t in both)
    differences = [nightly[t] - whole[t] for t in both]
    relative, doubt = statistics.fmean(differences) / mean, statistics.stdev(differences) / len(both) ** 0.5 / mean
    print(f"MASE of the day after: {mean * (1 + relative):.4f}, with --fresh {mean:.4f}: {100 * relative:+.2f} % "
          f"(standard error {100 * doubt:.2f} %)")


def models(fitd, store):
    text = subprocess.run([fitd, "models", "--store", store, "--format", "csv"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    return {(row["target"], row["algorithm"]): row for row in csv.DictReader(io.StringIO(text))}


def compare_criteria(kept, fresh):
    """By algorithm: how many kept the form that a fresh search finds, and the AICc of both."""
    by_algorithm = {}
    for key, row in kept.items():
        counts = by_algorithm.setdefault(key[1], {"models": 0, "same": 0, "within": 0, "worst": 0.0})
        counts["models"] += 1
        other = fresh.get(key)
        if other is None or other["spec"] != row["spec"]:
            continue
        counts["same"] += 1
        if row["aicc"] in ("", "nan") or other["aicc"] in ("", "nan"):
            counts["within"] += 1
            continue
        worse = float(row["aicc"]) - float(other["aicc"])
        counts["within"] += worse <= 0.01
        counts["worst"] = max(counts["worst"], worse)
    return by_algorithm


def main():
    argv = sys.argv[1:]
    options = argv[argv.index("--") + 1:] if "--" in argv else []
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--targets", type=int, default=500)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--nights", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", help="for the files; default: a temporary one")
    given = parser.parse_args(argv[:argv.index("--")] if "--" in argv else argv)
    fitd = given.bin_dir / "fitd"
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = pathlib.Path(name)
        split(fitd, given.targets, given.days, given.nights, given.seed, folder)
        store, fresh = folder / "nightly.db", folder / "fresh.db"
        cpu, _ = train(fitd, folder / "night0.csv", store, options)
        print(f"first training, {given.targets} targets of {given.days} days: {cpu:.2f} s of CPU", flush=True)
        for night in range(1, given.nights + 1):
            cpu, summary = train(fitd, folder / f"night{night}.csv", store, options)
            print(f"night {night}: {cpu:.2f} s, {summary['refitted']} refitted, {summary['reselected']} reselected, "
                  f"seconds {summary['seconds']}", flush=True)
        data = folder / f"night{given.nights}.csv"
        fresh_cpu, summary = train(fitd, data, fresh, [*options, "--fresh"])
        print(f"the same night with --fresh: {fresh_cpu:.2f} s, seconds {summary['seconds']}")
        print(f"CPU: {fresh_cpu / cpu:.1f}x less")
        actual = {(target, time): value for target, time, value in rows_of(folder / "after.csv")}
        scales = scales_of(data)
        print_errors(errors_of(fitd, store, actual, scales), errors_of(fitd, fresh, actual, scales))
        for algorithm, counts in compare_criteria(models(fitd, store), models(fitd, fresh)).items():
            share = counts["within"] / counts["same"] if counts["same"] else math.nan
            print(f"{algorithm:12} {counts['same']} of {counts['models']} have the form of --fresh, AICc no more than 0.01 "
                  f"above it for {100 * share:.2f} %, at worst {counts['worst']:.3f} above")


if __name__ == "__main__":
    main()
