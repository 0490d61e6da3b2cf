#!/usr/bin/env python3
"""What pandas needs for the same work as ingest_bench: parse, read the dates, group by target.

usage: ingest_pandas.py FILE.csv     prints one JSON object; figures are CPU time of this process and its peak memory.
"""
import json
import os
import resource
import sys
import time

import pandas


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    path = sys.argv[1]
    megabytes = os.path.getsize(path) / 1e6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, start = time.monotonic(), cpu()
    frame = pandas.read_csv(path)
    parsed = cpu()
    frame["time"] = pandas.to_datetime(frame["time"])
    dated = cpu()
    series = {name: group.set_index("time")["value"].to_numpy() for name, group in frame.groupby("target")}
    grouped = cpu()
    values = sum(v.nbytes for v in series.values())
    peak = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    print(json.dumps({
        "pandas": pandas.__version__,
        "targets": len(series),
        "seconds": round(time.monotonic() - wall, 3),
        "cpu_seconds": round(grouped - start, 3),
        "mb_per_cpu_second_parsed": round(megabytes / (parsed - start)),
        "mb_per_cpu_second_with_dates": round(megabytes / (dated - start)),
        "mb_per_cpu_second_grouped": round(megabytes / (grouped - start)),
        "value_bytes": values,
        "peak_over_values": round(peak / values, 2),
    }))


if __name__ == "__main__":
    main()
