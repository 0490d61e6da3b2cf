"""Stores with right checksums and something wrong inside, by the real programs: every command that reads a store ends over
them with an answer or an error, never with a signal, a hang or "please report". `store_fuzz.py` runs a few seconds
for the suite, with all models in turn; `--seconds 600 --model ets` as long as asked over one of them; a seed that fails is printed with the command that makes its store."""
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
LOCAL = "naive,seasonal-naive,mean,ets,arima,ces,theta,lgt,mstl,mstl:sarima,profile,croston,sba,tsb,counts,log:ets,log:arima,log:mstl,log:mstl:arima"
MODELS = ["", *LOCAL.split(","), "pooled-ar", "ensemble"]
WELL = {0, 3, 64, 65, 66, 74, 78}
LENGTH, TARGETS = 60, 4


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


class Material:
    """What the stores are made from, and what is told to them: the rows they were trained on, and later ones."""

    def __init__(self, folder):
        self.data, self.later, self.whole = folder / "d.csv", folder / "later.csv", folder / "whole.db"
        self.shards = [folder / "s1.db", folder / "s2.db"]
        more = subprocess.run([FITD, "sample", "--targets", str(TARGETS), "--length", str(LENGTH + 6), "--seed", "3",
                               "--frequency", "1M"], stdout=subprocess.PIPE, text=True, check=True).stdout
        header, *rows = more.splitlines(keepends=True)
        self.target = rows[0].split(",")[0]
        last = sorted({row.split(",")[1] for row in rows})[-6]
        self.data.write_text(header + "".join(row for row in rows if row.split(",")[1] < last))
        self.later.write_text(header + "".join(row for row in rows if row.split(",")[1] >= last))
        self.train(self.whole)
        for number, shard in enumerate(self.shards, 1):
            self.train(shard, "--shard", f"{number}/2")

    def train(self, store, *more):
        subprocess.run([FITD, "train", self.data, "--store", store, "--models", LOCAL, "--season", "12", "--quiet", *more],
                       check=True)


def commands_over(store, material, seed, model, only):
    """Those that only read first, as the others change the store; which of the others, the seed says."""
    names = [model] if model else ["ensemble", "ets", "theta"]
    yield ["forecast", "--store", store, "--horizon", "30", *(f"--model={name}" for name in names)]
    yield ["forecast", "--store", store]
    yield ["models", "--store", store, "--format", "json"]
    yield ["export", "--store", store]
    yield ["export", "--store", store, "--format", "csv"]
    yield ["report", "--store", store, "-o", store.with_name("report.html")]
    yield ["plot", "--store", store, "--target", material.target, "--horizon", "30"]
    train = ["train", "--store", store, "--models", LOCAL, "--workers", "0", "--quiet", "--season", "12"]
    writers = [["update", material.later, "--store", store, "--quiet"], ["detect", material.later, "--store", store, "--quiet"],
               [*train, material.data], [*train, material.data, material.later]]
    yield writers[seed // (1 if only else len(MODELS)) % len(writers)]


def made(store, whole, seed, model):
    for part in store.parent.glob(f"{store.name}*"):
        part.unlink()
    return subprocess.run([MAKER, whole, store, str(seed), model], capture_output=True).returncode == 0


def one(folder, material, seed, model, only):
    store = folder / "hostile.db"
    whole = made(store, material.whole, seed, model)  # or it damaged what even the writer looks at
    if whole:
        for command in commands_over(store, material, seed, model, only):
            run([FITD, *command], f"seed {seed} {model or 'all'}: fitd {command[0]}")
    if seed % 3 == 0:  # a shard that is damaged beside one that is not
        for part in folder.glob("merged.db*"):
            part.unlink()
        if made(folder / "hostile-shard.db", material.shards[0], seed, model):
            merged = folder / "merged.db"
            run([FITD, "merge", "--store", merged, folder / "hostile-shard.db", material.shards[1], "--quiet"],
                f"seed {seed} {model or 'all'}: fitd merge")
            if merged.exists():
                run([FITD, "forecast", "--store", merged], f"seed {seed} {model or 'all'}: fitd forecast after merge")
    return whole


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", choices=MODELS[1:], help="damage only this one's, instead of all in turn")
    parser.add_argument("--go-on", action="store_true", help="after a failure, to see them all")
    options = parser.parse_args()
    if not os.path.exists(MAKER):
        print("hostile_store was not built")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fitd-fuzz-"))
    try:
        material = Material(folder)
        end = time.monotonic() + options.seconds
        failed = 0
        counts = dict.fromkeys(MODELS, 0)
        for seed in itertools.count(options.seed):
            if time.monotonic() >= end and seed - options.seed >= len(MODELS):
                break
            model = options.model or MODELS[seed % len(MODELS)]
            try:
                counts[model] += one(folder, material, seed, model, options.model)
            except Failure as failure:
                print(f"{failure}\n{MAKER} {material.whole} OUT {seed} {model}")
                failed += 1
                if not options.go_on:
                    return 1
        if failed:
            return 1
        print("stores looked at:", ", ".join(f"{model or 'all parts'} {n}" for model, n in counts.items() if n or not options.model))
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
