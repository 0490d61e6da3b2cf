#!/usr/bin/env python3
"""What shards cost: a fleet trained on one host, and as shards one after another and merged, on the same machine.

  shards_bench.py BIN_DIR [--data FILE] [--targets N] [--length L] [--shards N] [--no-check] -- TRAIN OPTIONS...
  shards_bench.py BIN_DIR --at-once [--rounds N] [--data FILE] [--shards N] -- TRAIN OPTIONS...

Without --data it takes `fitd sample`. Prints CPU (user and system), wall time and memory of each step, what all shards took
against one host, and whether both export the same bytes. --at-once: shards of one worker each side by side and merged,
against one host with as many workers; wall time, in turn, the median of the rounds, on a quiet machine."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from chain import Chain


def row(step):
    print(f"{step.name:24} {step.wall:8.2f} {step.cpu:8.2f} {step.memory / 1e6:8.0f}", flush=True)


def at_once(fitd, data, options, shards, folder):
    """Wall seconds of shards of one worker each, from the first's start to the merged store."""
    for old in pathlib.Path(folder).glob("*.db*"):
        old.unlink()
    stores = [f"{folder}/{i}.db" for i in range(1, shards + 1)]
    begin = time.monotonic()
    children = [subprocess.Popen([fitd, "train", data, *options, "--workers", "1", "--shard", f"{i}/{shards}", "--store", store,
                                  "--quiet"], stderr=subprocess.DEVNULL) for i, store in enumerate(stores, 1)]
    if any(child.wait() not in (0, 3) for child in children):
        raise SystemExit("a shard failed")
    subprocess.run([fitd, "merge", "--store", f"{folder}/merged.db", *stores, "--quiet"], check=True)
    return time.monotonic() - begin


def compare_at_once(fitd, data, options, shards, rounds, folder):
    hosts, together = [], []
    for _ in range(rounds):
        together.append(at_once(fitd, data, options, shards, folder))
        hosts.append(Chain(fitd, data, [*options, "--workers", str(shards)], folder).one_host().wall)
    one, many = statistics.median(hosts), statistics.median(together)
    print(f"one host with {shards} workers {one:.2f} s ({min(hosts):.2f} to {max(hosts):.2f}), {shards} shards of one worker and "
          f"their merge {many:.2f} s ({min(together):.2f} to {max(together):.2f}): {many / one:.3f}x, medians of {rounds}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--targets", type=int, default=1_000_000)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--no-check", action="store_true", help="do not compare the exports")
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="for the files; default: a temporary one")
    own, _, options = " ".join(sys.argv[1:]).partition(" -- ")
    given = parser.parse_args(own.split())
    options = options.split() or ["--models", "seasonal-naive"]
    fitd = given.bin_dir / "fitd"
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        data = given.data
        if data is None:
            data = pathlib.Path(folder) / "data.csv"
            with open(data, "wb") as out:
                subprocess.run([fitd, "sample", "--targets", str(given.targets), "--length", str(given.length)],
                               stdout=out, check=True)
        if given.at_once:
            compare_at_once(fitd, data, options, given.shards, given.rounds, folder)
            return 0
        print(f"{'step':24} {'wall s':>8} {'CPU s':>8} {'MB':>8}")
        chain = Chain(fitd, data, options, folder)
        one = chain.one_host()
        row(one)
        with_global = json.loads(one.output)["seconds"]["global"] > 0
        steps = [step for kind in chain.all_steps(given.shards, with_global).values() for step in kind]
        for step in steps:
            row(step)
        cpu, wall = sum(step.cpu for step in steps), sum(step.wall for step in steps)
        most = max(steps, key=lambda step: step.memory)
        print(f"all steps: {cpu / one.cpu:.2f}x the CPU of one host ({cpu:.1f} s and {one.cpu:.1f} s), {wall:.1f} s wall, "
              f"at most {most.memory / 1e6:.0f} MB ({most.name})")
        if not given.no_check:
            same = chain.export_digest("one.db") == chain.export_digest("merged.db")
            print("the same export" if same else "ANOTHER EXPORT")
            return 0 if same else 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
