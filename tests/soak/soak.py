#!/usr/bin/env python3
"""Runs a job in a loop while its workers, and now and then the parent, are killed, stopped and crashed at random moments.

Every run must end by itself with exit code 0 and an export that is byte for byte that of the undisturbed run, and leave
no process and no file behind. Exit code 0: all did; 1: one did not, said with the seed that does it again.

  python3 tests/soak/soak.py --seconds 3600
  python3 tests/soak/soak.py --seconds 60 --seed 1764 --data data.csv --kills 50 --parents 0 --rounds 1
"""
import sys

# operator.py here would be taken for the module of that name by everything that is imported below.
sys.path = [folder for folder in sys.path if not folder.rstrip("/").endswith("tests/soak")]
sys.path.insert(0, __file__.rsplit("/tests/", 1)[0] + "/tests/support" if "/tests/" in __file__ else "tests/support")
import argparse
import collections
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from fitd_support import FITD, SHARED, children, orphans, run

WORKER_SIGNALS = (signal.SIGKILL,) * 5 + (signal.SIGSEGV,) * 2 + (signal.SIGABRT,) + (signal.SIGSTOP,) * 2
LONGEST_RUN = 300  # seconds; beyond it a run counts as hanging


class Failed(Exception):
    pass


def cpu_seconds():
    """Of everything that was run, and ended, until now."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Soak:
    def __init__(self, options, folder):
        self.options = options
        self.random = random.Random(options.seed)
        self.dir = folder
        self.data, season = self.find_data()
        # As many retries as it takes: a signal out of the blue may hit one target again and again.
        self.command = ["train", self.data, "--models", options.models, "--season", season, "--workers", "2",
                        "--retries", "250", "--target-timeout", "5s", "--quiet"]
        self.sent = collections.Counter()
        self.rounds = 0

    def find_data(self):
        if self.options.data:
            return self.options.data, "auto"
        m3 = SHARED / "data" / "m3" / "monthly.train.csv"
        if m3.exists():
            return m3, "12"
        path = self.dir / "data.csv"
        with open(path, "w") as out:
            subprocess.run([FITD, "sample", "--targets", "1500", "--length", "110", "--frequency", "1h"], stdout=out,
                           check=True)
        return path, "24"

    def export(self, store):
        done = run("export", "--store", store)
        if done.returncode != 0:
            raise Failed(f"export: {done.stderr}")
        return done.stdout

    def undisturbed(self):
        begin, cpu = time.monotonic(), cpu_seconds()
        done = run(*self.command, "--store", self.dir / "calm.db")
        if done.returncode != 0:
            raise Failed(f"undisturbed: exit {done.returncode}: {done.stderr}")
        self.calm_seconds, self.calm_cpu = time.monotonic() - begin, cpu_seconds() - cpu
        self.calm = self.export(self.dir / "calm.db")

    def start(self, store):
        self.log = open(self.dir / "log", "w")
        return subprocess.Popen([FITD, *map(str, self.command), "--store", str(store)], stdout=self.log, stderr=self.log)

    def hit(self, process):
        """One signal to a random worker, or to the parent. False when there was none to hit."""
        parents = self.options.parents
        if parents > 0 and self.random.random() < parents:
            process.kill()
            self.sent["parent"] += 1
            return True
        workers = children(process.pid)
        if not workers:
            return False
        number = signal.SIGKILL if self.options.only_kill else self.random.choice(WORKER_SIGNALS)
        try:
            os.kill(self.random.choice(workers), number)
        except ProcessLookupError:
            return False
        self.sent[signal.Signals(number).name] += 1
        return True

    def disturb(self, process, hits, end):
        """Until the process ends. Returns its exit code and how often the run was hit by now."""
        begin = time.monotonic()
        while process.poll() is None:
            now = time.monotonic()
            if now - begin > LONGEST_RUN:
                process.kill()
                raise Failed(f"a run hangs for {LONGEST_RUN} s")
            enough = now > end or (self.options.kills and hits >= self.options.kills)
            if not enough and self.hit(process):
                hits += 1
            try:
                process.wait(1 if enough else self.random.uniform(0.2, 1.8) * self.options.pace)
            except subprocess.TimeoutExpired:
                pass
        return process.returncode, hits

    def round(self, end):
        store = self.dir / "s.db"
        hits, code = 0, -signal.SIGKILL
        begin, cpu = time.monotonic(), cpu_seconds()
        while code == -signal.SIGKILL:  # the parent was killed: the same command again
            code, hits = self.disturb(self.start(store), hits, end)
        seconds, cpu = time.monotonic() - begin, cpu_seconds() - cpu
        if code != 0:
            raise Failed(f"exit {code}: {(self.dir / 'log').read_text()[-3000:]}")
        if self.export(store) != self.calm:
            raise Failed("the models changed")
        deadline = time.monotonic() + 2
        while orphans():
            if time.monotonic() > deadline:
                raise Failed(f"workers are left: {orphans()}")
            time.sleep(0.01)
        if [p for p in pathlib.Path("/dev/shm").iterdir() if "fitd" in p.name]:
            raise Failed("a segment is left in /dev/shm")
        for path in self.dir.glob("s.db*"):
            path.unlink()
        self.rounds += 1
        print(f"round {self.rounds}: {hits} hits, {seconds:.1f} s and {cpu:.1f} s of CPU, undisturbed "
              f"{self.calm_seconds:.1f} s and {self.calm_cpu:.1f} s", flush=True)

    def run(self):
        self.undisturbed()
        end = time.monotonic() + self.options.seconds
        while time.monotonic() < end and (not self.options.rounds or self.rounds < self.options.rounds):
            self.round(end)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long; the last run is finished in peace")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--data", help="CSV [the monthly M3 series when they are there, else a sample]")
    parser.add_argument("--models", default="ets,theta")
    parser.add_argument("--pace", type=float, default=0.1, help="mean seconds between two hits")
    parser.add_argument("--kills", type=int, default=0, help="hits per run at most; 0: no limit")
    parser.add_argument("--parents", type=float, default=0.05, help="part of the hits that go to the parent")
    parser.add_argument("--only-kill", action="store_true", help="SIGKILL and nothing else")
    parser.add_argument("--rounds", type=int, default=0, help="runs at most; 0: no limit")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fitd-soak-"))
    try:
        soak = Soak(options, folder)
        soak.run()
    except Failed as failed:
        print(f"FAILED with --seed {options.seed}: {failed}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{soak.rounds} runs, each as the undisturbed one; sent {dict(soak.sent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
