#!/usr/bin/env python3
"""What one SIGKILL of one of two workers does to Python's process pools: 400 small fits, killed when a quarter is done.

Prints, per pool, what the caller gets, after how long, and how many finished fits are lost. joblib and pathos take part
when they are installed. The same for fitd: tests/soak/soak.py --only-kill --kills 1 --parents 0 --rounds 1.
"""
import concurrent.futures
import multiprocessing
import os
import pathlib
import random
import signal
import tempfile
import threading
import time

FITS, WORKERS, PATIENCE = 400, 2, 10


def fit(task):
    """A hundredth of a second of simple exponential smoothing; one byte in the file says that it is done."""
    path, number = task
    values = [random.Random(number).random() for _ in range(100)]
    best, deadline = float("inf"), time.process_time() + 0.01
    while time.process_time() < deadline:
        alpha, level, errors = random.random(), values[0], 0.0
        for value in values:
            errors += (value - level) ** 2
            level += alpha * (value - level)
        best = min(best, errors)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, b".")
    os.close(descriptor)
    return best


def workers():
    """Child processes that compute: not the resource tracker or a fork server."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            busy = int(stat[11]) > 5
            if entry.name.isdigit() and int(stat[1]) == os.getpid() and stat[0] != "Z" and busy:
                found.append(int(entry.name))
        except (OSError, IndexError):
            pass
    return found


def kill_one(path):
    try:
        while path.stat().st_size < FITS // 4:
            time.sleep(0.005)
    except FileNotFoundError:
        return  # the pool is not installed
    victims = workers()
    if victims:
        os.kill(victims[0], signal.SIGKILL)


def await_map(pool, tasks):
    """The results, or TimeoutError once no fit has been finished for PATIENCE seconds."""
    try:
        results, done, since = pool.map_async(fit, tasks), 0, time.monotonic()
        while not results.ready():
            results.wait(0.1)
            now_done = os.path.getsize(tasks[0][0])
            if now_done != done:
                done, since = now_done, time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise TimeoutError
        return results.get()
    finally:
        pool.terminate()


def with_multiprocessing(tasks):
    return await_map(multiprocessing.Pool(WORKERS), tasks)


def with_futures(tasks):
    with concurrent.futures.ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(fit, tasks))


def with_joblib(tasks):
    import joblib
    return joblib.Parallel(WORKERS)(joblib.delayed(fit)(task) for task in tasks)


def with_pathos(tasks):
    from multiprocess import Pool
    return await_map(Pool(WORKERS), tasks)


def main():
    pools = {"multiprocessing.Pool": with_multiprocessing, "concurrent.futures": with_futures, "joblib": with_joblib,
             "pathos's engine": with_pathos}
    for name, run in pools.items():
        with tempfile.NamedTemporaryFile() as file:
            killer = threading.Thread(target=kill_one, args=(pathlib.Path(file.name),), daemon=True)
            begin = time.monotonic()
            try:
                killer.start()
                outcome = f"{len(run([(file.name, number) for number in range(FITS)]))} results"
            except ImportError:
                print(f"{name}: not installed")
                continue
            except Exception as error:  # what a pool throws is the measurement
                outcome = f"hangs, given up {PATIENCE} s after its last fit:" if "Timeout" in type(error).__name__ else type(error).__name__
            seconds = time.monotonic() - begin
            print(f"{name}: {outcome} after {seconds:.1f} s, {os.path.getsize(file.name)} fits had been finished", flush=True)


if __name__ == "__main__":
    main()
