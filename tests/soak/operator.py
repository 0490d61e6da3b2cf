#!/usr/bin/env python3
"""An operator's days in fast motion: timers that overlap, edits and removals of jobs, edits of the configuration, kills of
the daemon, of runs and of workers, full and read-only disks, reboots, and upgrades that replace the programs under a run,
in random order. Whatever happens: every run that was acknowledged is known to `fitd runs` and ends in a state, every
complete run has all its targets, what `fitd start --wait` answers is how a run ended, and nothing is left.

  python3 tests/soak/operator.py --seconds 600 --seed 7

Exit code 0: all of it held; 1: something did not, said with the seed; 77: nothing could be tried here."""
import sys

# operator.py here would be taken for the module of that name by everything that is imported below.
sys.path = [folder for folder in sys.path if not folder.rstrip("/").endswith("tests/soak")]
sys.path.insert(0, __file__.rsplit("/tests/", 1)[0] + "/tests/support" if "/tests/" in __file__ else "tests/support")
import argparse
import collections
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from fitd_support import BIN, FITD, children, orphans, processes
from service_support import Daemon

ENDED = ("complete", "failed", "cancelled")
SOON = 60  # seconds: to come up, to answer, for a run to end once it is left alone
# What `start --wait` may end with: as the run did, or why there is none (jobs and disks come and go here, runs are killed).
WAIT_CODES = {0, 1, 3, 65, 66, 69, 70, 71, 73, 74, 75, 77, 78, 130, 134, 137, 139, 143}
MODELS = ('["naive"]', '["theta"]', '["ets", "theta"]', '["ets", "arima", "theta"]')


class Failed(Exception):
    pass


def wait(condition, what, seconds=SOON):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise Failed(f"not within {seconds} s: {what}")


class Disk:
    """A small file system for the service's state and stores; a plain folder where nothing may be mounted."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], capture_output=True).returncode == 0

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], capture_output=True)

    def fill(self):
        with contextlib.suppress(OSError), open(self.folder / "filler", "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 65536)

    def free(self):
        (self.folder / "filler").unlink(missing_ok=True)

    def remove(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], capture_output=True)


class Operator:
    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.dir = folder
        self.disk = Disk(folder / "disk")
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.install()
        self.daemon = Daemon(folder)
        self.did = collections.Counter()
        self.acknowledged = {}  # run -> job
        self.clients = []
        self.jobs = ["hosts", "disks", "nets"]
        self.targets = {job: 12 * (number + 1) for number, job in enumerate(self.jobs)}
        for number, job in enumerate(self.jobs):
            with open(folder / f"{job}.csv", "w") as out:
                subprocess.run([FITD, "sample", "--targets", str(self.targets[job]), "--length", "70", "--seed",
                                str(number)], stdout=out, check=True)
            self.write_job(job, MODELS[number])
        self.daemon.config("")
        self.start_daemon()

    def write_job(self, job, models, more=""):
        path = self.daemon.etc / "jobs.d" / f"{job}.toml"
        fresh = path.with_suffix(".new")
        fresh.write_text(f'[data]\nfiles = ["{self.dir}/{job}.csv"]\n[models]\nlocal = {models}\nseason = 12\n'
                         f'[store]\npath = "{self.disk.folder}/{job}.db"\nkeep_runs = 3\n[workers]\ncount = 2\n{more}')
        fresh.chmod(0o644)
        fresh.rename(path)

    def install(self):
        """As dpkg puts programs in the place of others: a new file of the name, while the old one goes on running."""
        for program in ("fitd", "fitd-worker"):
            fresh = self.programs / f"{program}.dpkg-new"
            shutil.copy2(BIN / program, fresh)
            fresh.rename(self.programs / program)

    def start_daemon(self):
        self.daemon.stop()
        command = self.daemon.command
        try:
            self.daemon.command = lambda *extra, **kw: [self.programs / "fitd",
                                                        *command(*extra, state="disk/state", **kw)[1:]]
            self.daemon.start()
        except AssertionError as error:
            raise Failed(f"the daemon does not come up: {error}") from None
        finally:
            self.daemon.command = command

    def ask(self, method, target, body=None):
        """The answer, or None when the daemon is not there: the next step brings it back."""
        with contextlib.suppress(OSError, ValueError, Exception):
            return self.daemon.ask(method, target, body, timeout=SOON)
        return None

    # --- what an operator, a timer and the world do ---

    def start(self):
        job = self.random.choice(self.jobs)
        answer = self.ask("POST", f"/v1/jobs/{job}/start", {"fresh": self.random.random() < 0.5})
        if answer is None:
            return
        if answer.status == 202:
            self.acknowledged[answer.json["run"]["id"]] = job
        elif answer.status not in (404, 409, 422, 503, 507):
            raise Failed(f"start answered {answer.status}: {answer.text}")

    def timer(self):
        """Two that overlap: both wait for the end of a run."""
        job = self.random.choice(self.jobs)
        for _ in range(2):
            self.clients.append(subprocess.Popen([FITD, "start", job, "--wait", "-q", "--socket", str(self.daemon.socket)],
                                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def cancel(self):
        runs = self.ask("GET", "/v1/runs?limit=3")
        for run in runs.json["runs"] if runs else []:
            if run["state"] not in ENDED:
                self.ask("POST", f"/v1/runs/{run['id']}/cancel")

    def edit_job(self):
        self.write_job(self.random.choice(self.jobs), self.random.choice(MODELS))

    def spoil_job(self):
        job = self.random.choice(self.jobs)
        self.write_job(job, '["ets"]', more="[nonsense]\n")
        self.start()
        self.write_job(job, self.random.choice(MODELS))

    def remove_job(self):
        """Perhaps with a run of it going on or waiting."""
        job = self.random.choice(self.jobs)
        self.start()
        (self.daemon.etc / "jobs.d" / f"{job}.toml").unlink(missing_ok=True)
        self.start()
        if self.random.random() < 0.3:
            self.reboot()
        self.write_job(job, self.random.choice(MODELS))

    def edit_configuration(self):
        good = f"[queue]\nlimit = {self.random.randint(1, 8)}\nparallel = {self.random.randint(1, 2)}\n"
        self.daemon.config(self.random.choice((good, good, "[queue]\nlimti = 3\n")))
        self.daemon.process.send_signal(signal.SIGHUP)
        self.ask("GET", "/v1/health")
        self.daemon.config(good)
        self.daemon.process.send_signal(signal.SIGHUP)

    def kill_daemon(self):
        self.daemon.process.kill()
        self.daemon.process.wait()
        self.start_daemon()

    def kill_run(self):
        for pid in children(self.daemon.process.pid, "fitd"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, self.random.choice((signal.SIGKILL, signal.SIGSEGV)))

    def kill_workers(self):
        for pid in processes():
            if self.random.random() < 0.5:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def kill_everything(self):
        """As a power cut would: nothing is told to stop."""
        victims = [self.daemon.process.pid, *children(self.daemon.process.pid, "fitd"), *processes()]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.daemon.process.wait()
        self.start_daemon()

    def upgrade(self):
        """The programs are replaced under whatever runs, more runs start meanwhile, then the service is restarted."""
        self.start()
        self.install()
        for _ in range(self.random.randint(0, 2)):
            self.start()
        self.reboot()

    def reboot(self):
        """The service is stopped and another process takes over."""
        self.daemon.process.send_signal(signal.SIGTERM)
        try:
            self.daemon.process.wait(SOON)
        except subprocess.TimeoutExpired:
            raise Failed(f"the daemon does not stop: {self.daemon.said()[-1000:]}") from None
        self.start_daemon()

    def full_disk(self):
        if not self.disk.mounted:
            return
        self.disk.fill()
        for _ in range(self.random.randint(1, 3)):
            self.start()
        if self.random.random() < 0.3:
            self.kill_daemon_only()
        self.disk.free()
        self.come_back()

    def read_only_disk(self):
        if not self.disk.mounted:
            return
        self.disk.remount("ro")
        self.start()
        self.disk.remount("rw")
        self.come_back()

    def kill_daemon_only(self):
        self.daemon.process.kill()
        self.daemon.process.wait()

    def come_back(self):
        if self.daemon.process.poll() is not None:
            self.start_daemon()
        wait(lambda: (lambda h: h and h.json["status"] == "ok")(self.ask("GET", "/v1/health")), "good health again")

    def live(self, seconds):
        steps = [(self.start, 30), (self.timer, 10), (self.cancel, 5), (self.edit_job, 10), (self.spoil_job, 4),
                 (self.edit_configuration, 6), (self.kill_daemon, 4), (self.kill_run, 6), (self.kill_workers, 8),
                 (self.kill_everything, 3), (self.reboot, 4), (self.upgrade, 3), (self.remove_job, 3), (self.full_disk, 4), (self.read_only_disk, 3)]
        names = [step for step, _ in steps]
        weights = [weight for _, weight in steps]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.daemon.process.poll() is not None:
                raise Failed(f"the daemon ended with {self.daemon.process.returncode}: {self.daemon.said()[-1500:]}")
            step = self.random.choices(names, weights)[0]
            step()
            self.did[step.__name__] += 1
            self.reap_clients()
            if self.random.random() < 0.1:
                self.settle()
            else:
                time.sleep(self.random.random() * 0.2)
        self.settle()

    # --- what must hold ---

    def reap_clients(self):
        for client in self.clients:
            code = client.poll()
            if code is not None and code not in WAIT_CODES:
                raise Failed(f"`fitd start --wait` ended with {code}")
        self.clients = [client for client in self.clients if client.poll() is None]

    def settle(self):
        """Left alone, everything ends; what was acknowledged is there, what is complete has all its targets."""
        for client in self.clients:
            try:
                client.wait(SOON)
            except subprocess.TimeoutExpired:
                raise Failed("a client waits for ever") from None
        self.reap_clients()

        def runs():
            answer = self.ask("GET", "/v1/runs?limit=10000")
            return {run["id"]: run for run in answer.json["runs"]} if answer else {}

        def ended():
            nonlocal latest
            latest = runs()
            return latest if latest and all(run["state"] in ENDED for run in latest.values()) else None

        latest = {}
        try:
            known = wait(ended, "every run to end") if self.acknowledged else {0: {}}
        except Failed as failure:
            going = [run for run in latest.values() if run["state"] not in ENDED] if latest else "no answer"
            health = self.ask("GET", "/v1/health")
            raise Failed(f"{failure}: {going}; health {health.text if health else 'not answered'}") from None
        if not self.acknowledged:
            return
        oldest = min(known)
        for run, job in self.acknowledged.items():
            if run >= oldest and known.get(run, {}).get("job") != job:
                raise Failed(f"run {run} of {job} was acknowledged, and `fitd runs` knows it as {known.get(run)}")
        shown = subprocess.run([FITD, "runs", "--json", "--socket", str(self.daemon.socket)], capture_output=True, text=True)
        if shown.returncode != 0:
            raise Failed(f"`fitd runs` ends with {shown.returncode}: {shown.stderr}")
        for job in self.jobs:
            of_job = [run for run in known.values() if run["job"] == job]
            newest = max(of_job, key=lambda run: run["id"], default=None)
            self.check_store(job, newest is not None and newest["state"] == "complete")

    def check_store(self, job, must_be_complete):
        store = self.disk.folder / f"{job}.db"
        if not store.exists():
            if must_be_complete:
                raise Failed(f"the newest run of {job} is complete, and there is no store")
            return
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT run, state, num_targets, (SELECT count(*) FROM targets WHERE key >> 40 = run) "
                                      "FROM runs").fetchall()
        for run, state, planned, saved in rows:
            if state == "complete" and not planned == saved == self.targets[job]:
                raise Failed(f"run {run} in {store.name} is complete with {saved} of {planned} targets; the data has "
                             f"{self.targets[job]}")
        # Not always the newest of the store: a job that is edited and edited back has nothing to do but to name the run
        # that is there.
        if must_be_complete and not any(state == "complete" for _, state, _, _ in rows):
            raise Failed(f"the newest run of {job} is complete, but not in {store.name}: {rows[-3:]}")
        if any(state == "complete" for _, state, _, _ in rows):
            done = subprocess.run([FITD, "forecast", "--store", store, "--horizon", "2"], capture_output=True, text=True)
            if done.returncode != 0:
                raise Failed(f"forecast of {store.name}: {done.stderr}")

    def close(self):
        for client in self.clients:
            client.kill()
            client.wait()
        self.daemon.stop()
        self.disk.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fitd-operator-"))
    operator = None
    try:
        operator = Operator(folder, options.seed)
        operator.live(options.seconds)
        operator.close()
        wait(lambda: not orphans(), "no worker without a parent", 5)
        print(f"seed {options.seed}: {len(operator.acknowledged)} runs acknowledged, all ended and known; did "
              + ", ".join(f"{name} {n}" for name, n in operator.did.most_common()))
        return 0
    except Failed as failure:
        print(f"seed {options.seed}: {failure}")
        if operator:
            print(operator.daemon.said()[-4000:])
        return 1
    finally:
        if operator:
            operator.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
