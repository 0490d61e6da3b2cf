"""Stores with right checksums and something wrong inside, by the real programs: forecast, models, export and train over
them end with an answer or an error, never with a signal, a hang or "please report". `store_fuzz.py` runs a few seconds
for the suite; `--seconds 600` as long as asked; a seed that fails is printed with the command that makes its store."""
import argparse
import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("FITD_BIN_DIR", "build/dev/bin"))
FITD = str(BIN / "fitd")
MAKER = str(BIN / "hostile_store")
MODELS = ["", "naive", "seasonal-naive", "mean", "ets", "arima", "ces", "theta", "mstl", "pooled-ar", "ensemble"]
LOCAL = "naive,seasonal-naive,mean,ets,arima,ces,theta,mstl"
WELL = {0, 3, 64, 65, 66, 74, 78}


class Failure(Exception):
    pass


def run(args, what):
    try:
        done = subprocess.run(args, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        raise Failure(f"{what}: hangs") from None
    if done.returncode not in WELL or b"please report" in done.stderr:
        raise Failure(f"{what}: exit {done.returncode}: {done.stderr[-500:].decode(errors='replace')}")
    return done


def one(folder, whole, data, seed, model):
    store = folder / "hostile.db"
    for part in folder.glob("hostile.db*"):
        part.unlink()
    made = subprocess.run([MAKER, whole, store, str(seed), model], capture_output=True)
    if made.returncode != 0:
        return False  # it damaged what even the writer looks at
    names = [model] if model else ["ensemble", "ets", "theta"]
    commands = [["forecast", "--store", store, "--horizon", "30", *(f"--model={name}" for name in names)],
                ["forecast", "--store", store], ["models", "--store", store, "--format", "json"],
                ["export", "--store", store], ["export", "--store", store, "--format", "csv"]]
    if seed % 4 == 0:
        commands.append(["train", data, "--store", store, "--models", LOCAL, "--workers", "0", "--quiet", "--season", "12"])
    for command in commands:
        run([FITD, *command], f"seed {seed} {model or 'all'}: fitd {command[0]}")
    return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not os.path.exists(MAKER):
        print("hostile_store was not built")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fitd-fuzz-"))
    try:
        data, whole = folder / "d.csv", folder / "whole.db"
        with open(data, "w") as out:
            subprocess.run([FITD, "sample", "--targets", "4", "--length", "60", "--seed", "3", "--frequency", "1M"],
                           stdout=out, check=True)
        trained = subprocess.run([FITD, "train", data, "--store", whole, "--models", LOCAL, "--season", "12", "--quiet"])
        if trained.returncode != 0:
            print("cannot make the store to start from")
            return 1
        end = time.monotonic() + options.seconds
        counts = dict.fromkeys(MODELS, 0)
        for seed in itertools.count(options.seed):
            if time.monotonic() >= end and seed - options.seed >= len(MODELS):
                break
            model = MODELS[seed % len(MODELS)]
            try:
                counts[model] += one(folder, whole, data, seed, model)
            except Failure as failure:
                print(f"{failure}\n{MAKER} {whole} OUT {seed} {model}")
                return 1
        print("stores looked at:", ", ".join(f"{model or 'all parts'} {n}" for model, n in counts.items()))
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
