"""What the integration tests share: the binaries, a scratch folder, running fitd, looking for leftovers."""
import collections
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("FITD_BIN_DIR", "build/dev/bin"))
SHARED = pathlib.Path(os.environ.get("FITD_SHARED_DIR", "../shared"))
SOURCE = pathlib.Path(os.environ.get("FITD_SOURCE_DIR", "."))
FITD = str(BIN / "fitd")
# Inherited by everything a test starts, so that it finds its own processes when tests run side by side.
TOKEN = f"FITD_TEST_TOKEN={os.getpid()}.{time.time_ns()}"
os.environ.update([TOKEN.split("=")])


def run(*args, **kwargs):
    """Runs fitd to its end; .stdout and .stderr are text. A hang fails the test instead of the whole suite."""
    kwargs.setdefault("timeout", 300)
    return subprocess.run([FITD, *map(str, args)], capture_output=True, text=True, errors="replace", **kwargs)


def start(*args, **kwargs):
    """Starts fitd and returns the process, its output piped."""
    return subprocess.Popen([FITD, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)


def m3(group):
    """Training file of an M3 group, or a skip."""
    path = SHARED / "data" / "m3" / f"{group}.train.csv"
    if not path.exists():
        raise unittest.SkipTest(f"{path} is not there")
    return path


def wait_until(condition, seconds, what, progress=None):
    """Polls a condition until it holds; fails with what was waited for. With `progress` the time starts again whenever its
    value changes: what goes on slowly on a busy machine is waited for, what stands still is not."""
    deadline = time.monotonic() + seconds
    before = None
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        if progress is not None and (now := progress()) != before:
            before, deadline = now, time.monotonic() + seconds
        time.sleep(0.002)
    raise AssertionError(f"not within {seconds} s{'' if progress is None else f' after {before}'}: {what}")


def processes(name="fitd-worker"):
    """Pids of live processes of a command that this test started."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            exe = os.readlink(entry / "exe")
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            mine = TOKEN.encode() in (entry / "environ").read_bytes().split(b"\0")
        except (OSError, IndexError):
            continue
        if mine and os.path.basename(exe) == name and state != "Z":
            found.append(int(entry.name))
    return found


def orphans():
    """Workers whose parent is gone; those of tests that run at the same time have theirs."""
    found = []
    for pid in processes():
        try:
            parent = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]
            if not os.readlink(f"/proc/{parent}/exe").startswith(str(BIN)):
                found.append(pid)
        except (OSError, IndexError):
            pass
    return found


def children(pid, name="fitd-worker"):
    """Live child processes of `pid` with that executable name."""
    found = []
    for child in processes(name):
        try:
            if int(pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(child)
        except (OSError, IndexError):
            pass
    return found


class Scratch(unittest.TestCase):
    """A test case with a folder of its own, removed at the end, that checks what runs leave behind."""

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="fitd-test-"))
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def sample(self, name="data.csv", **options):
        path = self.dir / name
        args = [a for key, value in options.items() for a in (f"--{key}", str(value))]
        with open(path, "w") as out:
            subprocess.run([FITD, "sample", *args], stdout=out, check=True)
        return path

    def train(self, *args, code=0, **kwargs):
        """fitd train --json; checks the exit code and returns the summary."""
        done = run("train", *args, "--json", "--progress", "none", **kwargs)
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return json.loads(done.stdout) if done.stdout.strip() else None

    def forecasts(self, store, *args):
        """{target: {column: [values]}} of fitd forecast."""
        done = run("forecast", "--store", store, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = collections.defaultdict(lambda: collections.defaultdict(list))
        for row in csv.DictReader(io.StringIO(done.stdout)):
            for column in list(row)[2:]:
                result[row["target"]][column].append(float(row[column]))
        return result

    def export(self, store):
        done = run("export", "--store", store)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_no_leftovers(self, folder=None):
        wait_until(lambda: not orphans(), 2, f"no worker left, found {orphans()}")
        self.assertEqual([p.name for p in pathlib.Path("/dev/shm").iterdir() if "fitd" in p.name], [])
        if folder:
            names = sorted(p.name for p in pathlib.Path(folder).iterdir())
            self.assertFalse([n for n in names if ".tmp" in n or n.endswith("-journal") or n.endswith(".lock")], names)
