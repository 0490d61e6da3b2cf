"""The steps that train a fleet, on one host or as shards, run here one after another and measured.

CPU is user and system time of a step and all its processes. Memory is the most that the pages of these processes took
at once, pages they share counted once (private ones summed, and the largest shared part), looked at every 10 ms, and never
less than the kernel's own high-water mark of the largest process."""
import dataclasses
import os
import pathlib
import subprocess
import threading
import time

PAGE = os.sysconf("SC_PAGESIZE")


@dataclasses.dataclass
class Step:
    name: str
    wall: float
    cpu: float
    memory: int  # bytes
    output: str


def children_of(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in text.split()]


def memory_of(pid):
    private = shared_most = 0
    for one in [pid, *children_of(pid)]:
        try:
            if one != pid and os.path.samefile(f"/proc/{one}/exe", f"/proc/{pid}/exe"):
                continue  # between fork and exec: its pages are the parent's
            resident, shared = map(int, pathlib.Path(f"/proc/{one}/statm").read_text().split()[1:3])
        except (OSError, ValueError):
            continue
        private += resident - shared
        shared_most = max(shared_most, shared)
    return (private + shared_most) * PAGE


def measured(name, command):
    """Runs it; ends the program with what it said when it fails."""
    before = time.monotonic()
    child = subprocess.Popen([str(arg) for arg in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = [], []
    readers = [threading.Thread(target=lambda pipe=pipe, to=to: to.append(pipe.read()), daemon=True)
               for pipe, to in ((child.stdout, output), (child.stderr, errors))]
    for reader in readers:
        reader.start()
    most = 0
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        most = max(most, memory_of(child.pid))
        time.sleep(0.01)
    wall = time.monotonic() - before
    child.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    if child.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {child.returncode}: {''.join(errors)}")
    return Step(name, wall, usage.ru_utime + usage.ru_stime, max(most, usage.ru_maxrss * 1024), "".join(output))


class Chain:
    """The commands of `fitd slurm`, for a data file and train options, with files in a folder."""

    def __init__(self, fitd, data, options, folder):
        self.fitd, self.data, self.options, self.folder = fitd, data, options, pathlib.Path(folder)

    def file(self, name):
        return self.folder / name

    def one_host(self):
        for old in self.folder.glob("one.db*"):
            old.unlink()
        return measured("train on one host", [self.fitd, "train", self.data, *self.options, "--store",
                                              self.file("one.db"), "--quiet", "--json"])

    def plan(self, shards):
        return measured("plan", [self.fitd, "plan", self.data, *self.options, "--shards", shards, "-o",
                                 self.file("plan")])

    def sums(self, shard, shards):
        return measured(f"sums {shard}/{shards}", [self.fitd, "sums", self.data, *self.options, "--plan", self.file("plan"),
                                                   "--shard", f"{shard}/{shards}", "-o",
                                                   self.file(f"{shard}.sums")])

    def merge_sums(self, shards):
        given = [arg for i in range(1, shards + 1) for arg in ("--merge", self.file(f"{i}.sums"))]
        return measured("merge of sums", [self.fitd, "sums", *given, "-o", self.file("global")])

    def train(self, shard, shards, with_global):
        regression = ["--global-from", self.file("global")] if with_global else []
        return measured(f"train {shard}/{shards}", [self.fitd, "train", self.data, *self.options, "--plan", self.file("plan"),
                                                    "--shard", f"{shard}/{shards}", *regression, "--store",
                                                    self.file(f"{shard}.db"), "--quiet", "--json"])

    def merge(self, shards):
        return measured("merge", [self.fitd, "merge", "--store", self.file("merged.db"), "--quiet", "--json",
                                  *(self.file(f"{i}.db") for i in range(1, shards + 1))])

    def all_steps(self, shards, with_global):
        """Every step of the shards, one after another, by kind."""
        for old in [*self.folder.glob("[0-9]*.*"), *self.folder.glob("merged.db*"), *self.folder.glob("plan*"),
                    self.file("global")]:
            old.unlink(missing_ok=True)
        steps = {"plan": [self.plan(shards)]}
        numbers = range(1, shards + 1)
        if with_global:
            steps["sums"] = [self.sums(i, shards) for i in numbers]
            steps["merge-sums"] = [self.merge_sums(shards)]
        steps["train"] = [self.train(i, shards, with_global) for i in numbers]
        steps["merge"] = [self.merge(shards)]
        return steps

    def export_digest(self, name):
        """Of the export of a store of this chain."""
        pipe = subprocess.Popen([self.fitd, "export", "--store", self.file(name)], stdout=subprocess.PIPE)
        digest = subprocess.run(["sha256sum"], stdin=pipe.stdout, capture_output=True, text=True, check=True)
        if pipe.wait() != 0:
            raise SystemExit(f"the export of {name} failed")
        return digest.stdout.split()[0]
