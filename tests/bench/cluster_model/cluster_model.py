#!/usr/bin/env python3
"""Predicts what a fleet takes on 1, 10, 100 and 1000 hosts, from costs measured here, and checks itself.

  cluster_model.py BIN_DIR [--targets N] [--fit-targets N] [--cores N] [--disk BYTES/S] [--shared BYTES/S] [--folder DIR]
  cluster_model.py BIN_DIR --check [--targets N] [--tolerance F]

Measures unit costs with fleets of `fitd sample` (model.py says what the model knows, costs.py how each is measured), then
prints wall time by step, bytes moved and memory for fleets of 1 and 100 million targets, with seasonal-naive and with the
default models. --check runs fleets of another size as 1, 2, 4 and 8 shards here, one step after another, and compares CPU and
wall time of each kind of step with what the model says; it fails when the CPU of a chain is further off than the tolerance.
Needs a quiet machine for wall times."""
import argparse
import pathlib
import tempfile

import costs as measuring
from model import Cluster, predict

CHEAP = ["--models", "seasonal-naive", "--season", "24"]
CHECKED = ["--models", "theta,seasonal-naive", "--season", "24", "--horizon", "24"]
DEFAULT = []
HOSTS = (1, 10, 100, 1000)
FLEETS = (1_000_000, 100_000_000)


def duration(seconds):
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def size(bytes_):
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6)):
        if bytes_ >= 10 ** power:
            return f"{bytes_ / 10 ** power:.3g} {unit}"
    return f"{bytes_ / 1e3:.0f} kB"


def print_costs(name, costs):
    print(f"\n{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in vars(costs).items() if value))


def print_table(name, costs, cores, disk, shared):
    print(f"\n{name}, {cores} cores a host")
    print(f"{'targets':>12} {'hosts':>6} {'wall':>9} {'plan':>9} {'sums':>9} {'their merge':>12} {'train':>9} {'merge':>9} "
          f"{'moved':>9} {'shard':>8} {'planner':>8}")
    for targets in FLEETS:
        for hosts in HOSTS:
            one = predict(costs, targets, Cluster(hosts, cores, disk, shared))
            cells = [duration(one.seconds[step]) if step in one.seconds else "-"
                     for step in ("plan", "sums", "merge of sums", "train", "merge")]
            print(f"{targets:12,} {hosts:6} {duration(one.total):>9} {cells[0]:>9} {cells[1]:>9} {cells[2]:>12} {cells[3]:>9} "
                  f"{cells[4]:>9} {size(one.moved):>9} {size(one.shard_memory):>8} {size(one.plan_memory):>8}")
        most = next((h for h in range(1, 100_001) if (p := predict(costs, targets, Cluster(h, cores, disk, shared))
                                                      ).seconds["merge"] >= p.seconds["train"] + p.seconds.get("sums", 0)),
                    None)
        print(f"{'':12} the merge takes as long as fitting {f'from {most} hosts on' if most else 'with no number of hosts'}")


def check(fitd, costs, targets, folder, tolerance):
    """Real shards against the model of this machine: its cores, no scheduler, files in its page cache."""
    import os
    cores = len(os.sched_getaffinity(0))
    print(f"\n{'shards':>6} {'step':14} {'CPU s':>8} {'predicted':>9} {'wall s':>8} {'predicted':>9}")
    worst = 0.0
    for shards in (1, 2, 4, 8):
        steps, _ = measuring.fleet(fitd, CHECKED, targets, shards, folder)
        said = predict(costs, targets, Cluster(shards, cores, disk=1e12, shared=1e12, scheduling=0))
        names = {"plan": "plan", "sums": "sums", "merge-sums": "merge of sums", "train": "train", "merge": "merge"}
        totals = [0.0, 0.0, 0.0, 0.0]
        for kind, done in steps.items():
            name = names[kind]
            row = (sum(s.cpu for s in done), said.cpu[name], max(s.wall for s in done), said.seconds[name])
            totals = [a + b for a, b in zip(totals, row)]
            print(f"{shards:6} {name:14} {row[0]:8.2f} {row[1]:9.2f} {row[2]:8.2f} {row[3]:9.2f}")
        off = totals[1] / totals[0] - 1
        worst = max(worst, abs(off))
        print(f"{shards:6} {'all':14} {totals[0]:8.2f} {totals[1]:9.2f} {totals[2]:8.2f} {totals[3]:9.2f}   CPU {100 * off:+.1f} %, "
              f"wall {100 * (totals[3] / totals[2] - 1):+.1f} %", flush=True)
    print(f"at worst {100 * worst:.1f} % of CPU off")
    return 0 if worst <= tolerance else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin_dir", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--targets", type=int, default=40_000, help="of the fleet that costs are measured with")
    parser.add_argument("--fit-targets", type=int, default=200, help="that the default models are fitted to")
    parser.add_argument("--cores", type=int, default=16)
    parser.add_argument("--disk", type=float, default=1e9)
    parser.add_argument("--shared", type=float, default=5e9)
    parser.add_argument("--tolerance", type=float, default=0.25)
    parser.add_argument("--folder", help="for the files; default: a temporary one")
    given = parser.parse_args()
    fitd = given.bin_dir / "fitd"
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.check:
            plain = measuring.measure(fitd, CHEAP, given.targets, folder)
            found = measuring.measure(fitd, CHECKED, given.targets, folder, plain)
            print_costs("costs", found)
            return check(fitd, found, given.targets * 3 // 2, folder, given.tolerance)
        cheap = measuring.measure(fitd, CHEAP, given.targets, folder)
        print_costs("seasonal-naive", cheap)
        combined = measuring.measure(fitd, CHECKED, given.targets // 2, folder, cheap)
        default = measuring.with_models(combined, fitd, DEFAULT, given.fit_targets, folder)
        print_costs("default models", default)
        print_table("seasonal-naive", cheap, given.cores, given.disk, given.shared)
        print_table("default models", default, given.cores, given.disk, given.shared)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
