#!/usr/bin/env python3
"""The same Python function over the same targets through fitd, multiprocess (pathos's engine), joblib and
concurrent.futures: time, overhead per target, memory, time to the first result; and what a bad target does to each.

  pools.py BIN_DIR [speed|bytes|faults|m3]... [--targets N] [--shared DIR]

Needs numpy, multiprocess, joblib. Wall times; run it on a quiet machine.
"""
import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import types

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import work  # noqa: E402

WORKERS = 2
ENGINES = ("multiprocess", "joblib", "futures")


def call(item):
    """What a pool of Python's gets: the name of a function, a target, its values."""
    function, target, values = item
    return target, getattr(work, function)(target, types.SimpleNamespace(values=values), None)


def even(n):
    """The original's chunk size."""
    return -(-n // WORKERS)


def run_engine(engine, items, chunk):
    """Yields results as they come; starting the pool is part of the time."""
    if engine == "multiprocess":
        import multiprocess

        with multiprocess.Pool(WORKERS) as pool:
            yield from pool.imap_unordered(call, items, chunk)
    elif engine == "joblib":
        import joblib

        with joblib.parallel_backend("loky", inner_max_num_threads=1):
            yield from joblib.Parallel(n_jobs=WORKERS, batch_size="auto")(joblib.delayed(call)(i) for i in items)
    else:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(WORKERS) as pool:
            yield from pool.map(call, items, chunksize=min(chunk, 64))


class PeakMemory(threading.Thread):
    """The largest resident memory of any child while it runs, in MB."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.done = 0, threading.Event()

    def run(self):
        while not self.done.wait(0.05):
            for pid in self.descendants(os.getpid()):
                try:
                    text = pathlib.Path(f"/proc/{pid}/status").read_text()
                    self.peak = max(self.peak, int(text.split("VmHWM:")[1].split()[0]) / 1000)
                except (OSError, IndexError):
                    pass

    def descendants(self, pid):
        try:
            found = [int(c) for t in pathlib.Path(f"/proc/{pid}/task").iterdir()
                     for c in (t / "children").read_text().split()]
        except OSError:
            return []
        return found + [d for c in found for d in self.descendants(c)]


def time_engine(engine, function, values):
    """Runs in a process of its own, so that one measurement leaves nothing to the next."""
    items = [(function, f"{1_000_000 + i}", v) for i, v in enumerate(values)]
    memory = PeakMemory()
    memory.start()
    start, first, count = time.perf_counter(), None, 0
    for _ in run_engine(engine, items, even(len(items))):
        first = first or time.perf_counter() - start
        count += 1
    seconds = time.perf_counter() - start
    memory.done.set()
    assert count == len(items)
    return {"first_result": first, "cold_seconds": seconds, "us_per_target": 1e6 * seconds / count,
            "gb_per_second": sum(v.nbytes for v in values) / seconds / 1e9, "worker_peak_mb": memory.peak}


def measure_engine(engine, function, targets, points, limit):
    code = (f"import sys, json; sys.path.insert(0, {str(HERE)!r}); import pools, numpy as np\n"
            f"values = [np.arange({points}, dtype=float) % 97 for _ in range({targets})]\n"
            f"print(json.dumps(pools.time_engine({engine!r}, {function!r}, values)))")
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def measure_fitd(bin_dir, function, targets, points):
    done = subprocess.run([bin_dir / "python_pool_bench", HERE, f"work:{function}", str(targets), str(points), str(WORKERS)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def sequential(function, targets, points):
    values = np.arange(points, dtype=float) % 97
    start = time.perf_counter()
    for i in range(targets):
        call((function, f"{1_000_000 + i}", values))
    return time.perf_counter() - start


def row(name, engine, result, alone, targets):
    if result is None:
        print(f"{name:9} {engine:13} does not end in time")
        return
    speed = alone / result["cold_seconds"]
    overhead = 1e6 * (result["cold_seconds"] - alone / WORKERS) / targets
    warm = f"{1e6 * (result['warm_seconds'] - alone / WORKERS) / targets:8.1f}" if "warm_seconds" in result else "       -"
    print(f"{name:9} {engine:13} {result['cold_seconds']:8.2f} s {speed:6.2f}x {overhead:9.1f} {warm} "
          f"{result['first_result'] * 1e3:9.1f} ms {result['worker_peak_mb']:8.0f} MB {result['gb_per_second']:7.3f} GB/s",
          flush=True)


HEAD = (f"{'work':9} {'engine':13} {'all':>10} {'speed':>7} {'us over':>9} {'us warm':>8} {'first result':>12} "
        f"{'worker':>11} {'data':>12}")


def speed(options):
    print(f"\n{options.targets} targets of 100 points, {WORKERS} workers. 'us over': beyond the work itself, a target, start "
          f"of the pool included;\n'us warm': the same on workers that have started (fitd). Load {os.getloadavg()[0]:.1f}")
    print(HEAD)
    for function in ("empty", "ms1", "skewed", "ms20"):
        targets = options.targets if function != "ms20" else max(options.targets // 10, 100)
        alone = sequential(function, targets, 100)
        row(function, "fitd", measure_fitd(options.bin, function, targets, 100), alone, targets)
        for engine in ENGINES:
            row(function, engine, measure_engine(engine, function, targets, 100, 600), alone, targets)


def big(options):
    print(f"\nData per target; the function reads the first and last value (touch) or all (read). Load {os.getloadavg()[0]:.1f}")
    print(HEAD)
    for function, targets, size in (("touch", options.targets, 1000), ("touch", options.big, 10_000_000),
                                    ("read", options.big, 10_000_000)):
        points = size // 8
        alone = sequential(function, targets, points)
        row(function, "fitd", measure_fitd(options.bin, function, targets, points), alone, targets)
        for engine in ENGINES:
            few = targets if size < 100_000 else min(targets, options.few)
            row(function, f"{engine} {few}" if few != targets else engine,
                measure_engine(engine, function, few, points, 300), alone * few / targets, few)


def fault_engine(engine, function, n, limit):
    code = (f"import sys, json; sys.path.insert(0, {str(HERE)!r}); import pools, numpy as np\n"
            f"items = [({function!r}, 'bad' if i == {n // 3} else str(i), np.zeros(100)) for i in range({n})]\n"
            "done = 0\n"
            "try:\n"
            f"    for _ in pools.run_engine({engine!r}, items, 8): done += 1\n"
            "finally:\n"
            "    print(done, flush=True)\n")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return f"hangs (stopped after {limit} s)"
    if process.returncode == 0:
        return f"{out.strip()} of {n} results"
    return f"fails, {out.strip() or 0} of {n} results: {err.strip().splitlines()[-1][:60] if err.strip() else ''}"


def fault_fitd(bin_dir, function, n):
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data.csv"
        with open(data, "w") as out:
            out.write("target,time,value\n")
            for i in range(n):
                name = "bad" if i == n // 3 else f"t{i:04}"
                for t in range(20):
                    out.write(f"{name},{1_700_000_000 + 60 * t},{(i + t * t) % 13}\n")
        done = subprocess.run([bin_dir / "fitd", "train", data, "--store", f"{folder}/s.db", "--models",
                               f"python:work:{function}", "--python-path", HERE, "--season", "1", "--workers", str(WORKERS),
                               "--target-timeout", "2s", "--progress", "none", "--json"], capture_output=True, text=True)
        summary = json.loads(done.stdout)
        lost = ", ".join(f"{f['target']}: {f['reason'].split('work:')[-1].split(' (')[0][:75]}" for f in summary["failures"])
        return f"{summary['fitted']} of {n} results; lost {lost}"


def faults(options):
    n = 300
    print(f"\nWhat one bad target of {n} does")
    for function in ("killed", "hangs", "raises", "unpicklable", "segfaults"):
        print(f"{function:12} {'fitd':13} {fault_fitd(options.bin, function, n)}")
        for engine in ENGINES:
            print(f"{function:12} {engine:13} {fault_engine(engine, function, n, 15)}", flush=True)


def m3(options):
    """One statsmodels model per M3 series: the same results as a plain loop, and how much faster."""
    path = options.shared / "data" / "m3" / "monthly.train.csv"
    if not path.exists():
        return print(f"\nm3: {path} is not there")
    series = {}
    with open(path, newline="") as file:
        for r in csv.DictReader(file):
            series.setdefault(r["target"], []).append(float(r["value"]))
    series = dict(list(series.items())[:options.m3_series])
    with tempfile.TemporaryDirectory() as folder:
        part = pathlib.Path(folder) / "part.csv"
        with open(path) as file, open(part, "w") as out:
            for number, line in enumerate(file):
                if number == 0 or line.split(",")[0] in series:
                    out.write(line)
        start = time.perf_counter()
        expected = {t: work.statsmodels_fit(t, types.SimpleNamespace(values=np.array(v)), None) for t, v in series.items()}
        alone = time.perf_counter() - start
        print(f"\nstatsmodels ExponentialSmoothing on {len(series)} M3-monthly series: plain loop {alone:.1f} s, "
              f"load {os.getloadavg()[0]:.1f}")
        import pickle
        import sqlite3

        for workers in (1, 2):
            store = f"{folder}/{workers}.db"
            start = time.perf_counter()
            done = subprocess.run([options.bin / "fitd", "train", part, "--store", store, "--models",
                                   "python:work:statsmodels_fit", "--python-path", HERE, "--workers", str(workers), "--season",
                                   "1", "--progress", "none", "--json"], capture_output=True, text=True)
            wall = time.perf_counter() - start
            summary = json.loads(done.stdout)
            got = {t: pickle.loads(p) for t, p in sqlite3.connect(store).execute("SELECT id, payload FROM payloads")}
            same = sum(got.get(t) == e for t, e in expected.items())
            print(f"  fitd with {workers} workers: {wall:.1f} s, fit {summary['seconds']['fit']:.1f} s, {alone / wall:.2f}x, "
                  f"{summary['fitted']} fitted, {same} of {len(expected)} identical to the loop's", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("parts", nargs="*", default=["speed", "bytes", "faults", "m3"])
    parser.add_argument("--targets", type=int, default=3000)
    parser.add_argument("--big", type=int, default=200, help="targets of 10 MB through fitd")
    parser.add_argument("--few", type=int, default=20, help="and through the others, which are slow")
    parser.add_argument("--m3-series", type=int, default=1428)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path("../shared"))
    options = parser.parse_args()
    for part in options.parts:
        {"speed": speed, "bytes": big, "faults": faults, "m3": m3}[part](options)


if __name__ == "__main__":
    main()
