"""Limits as a table: what a process may have is lowered before a run, with the first target in hand, and with nearly
all saved; in the foreground and in the service. However it ends, it ends soon, says nothing wrong, is complete
only with every target in the store, and the same command without the limit finishes with the same bits."""
import contextlib
import ctypes
import errno
import fcntl
import os
import pathlib
import platform
import pty
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import termios
import unittest

from fitd_support import FITD, Scratch, run, wait_until
from service_support import Daemon

TARGETS = 12
SOON = 30  # seconds: never a hang beyond
PROCESSES = r"limit on processes and threads \(ulimit -u, TasksMax=\)"
FILES = r"limit on open files .*\(ulimit -n, LimitNOFILE=\)|raise it \(ulimit -n, LimitNOFILE=\)"
MEMORY = r"(ulimit -v|ulimit -d).*(LimitAS=|LimitDATA=)"
# name, option of prlimit(1), value at the start, value in mid run (below what is in use already), and how the run may end
# but well: exit codes, and what the message has to name. A signal is the kernel's own word for CPU time.
LIMITS = [
    ("threads", "nproc", 1, 1, {70}, PROCESSES),
    ("descriptors", "nofile", 12, 4, {70, 74}, FILES),
    ("descriptors, few", "nofile", 24, 14, {70, 74}, FILES),
    ("address space", "as", 150_000_000, 1_000_000, {70}, MEMORY),
    ("data", "data", 20_000_000, 1_000_000, {70}, MEMORY),
    ("file size", "fsize", 20_000, 1, {74}, r"limit on the size of files \(ulimit -f, LimitFSIZE=\)"),
    ("locked memory", "memlock", 0, 0, set(), None),
    ("stack", "stack", 65_536, 65_536, {70}, r"stack is limited to 64 KiB \(ulimit -s, LimitSTACK=\)"),
    ("CPU time", "cpu", 1, 1, {-signal.SIGXCPU, -signal.SIGKILL}, ""),
    ("processes of a cgroup", None, 2, 2, {70}, PROCESSES),
]
# At the start there is too little for any run: ending well would mean that the limit was not there.
NEVER_WELL_AT_START = {"threads", "descriptors", "data", "file size", "stack", "processes of a cgroup"}
MOMENTS = ("start", "early", "late")
# A fit that can be held: while gate-TARGET is there, the request for that target waits.
SCRIPT = """#!/bin/sh
while read -r line; do
  id=${line#*'"id":'}; id=${id%%,*}
  target=${line#*'"target":"'}; target=${target%%'"'*}
  if [ -e "FOLDER/gate-$target" ]; then
    : > "FOLDER/reached"
    while [ -e "FOLDER/gate-$target" ]; do sleep 0.01; done
  fi
  printf '{"id":%s,"model":"%s"}\\n' "$id" "$target"
done
"""
UID = 61_000 + os.getpid() % 1000  # the kernel counts processes by user, and lets root have any number


def can_lower_for_users():
    return os.geteuid() == 0 and shutil.which("setpriv") and shutil.which("prlimit")


class PidsCgroup:
    """pids.max, where the controller is mounted and ours."""

    def __init__(self):
        for root in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup"):
            folder = pathlib.Path(root) / f"fitd-limits-{os.getpid()}"
            with contextlib.suppress(OSError):
                folder.mkdir()
                if (folder / "pids.max").exists():
                    self.folder = folder
                    return
                folder.rmdir()
        raise unittest.SkipTest("no pids controller that this test may use")

    def hold(self, pid, limit):
        (self.folder / "pids.max").write_text(str(limit))
        (self.folder / "cgroup.procs").write_text(str(pid))

    def remove(self):
        with contextlib.suppress(OSError):
            for pid in (self.folder / "cgroup.procs").read_text().split():
                (self.folder.parent / "cgroup.procs").write_text(pid)
            self.folder.rmdir()


class Limits(Scratch):
    def setUp(self):
        super().setUp()
        if not can_lower_for_users():
            self.skipTest("needs root, setpriv and prlimit to lower limits for another user")
        if os.environ.get("FITD_SANITIZE"):
            self.skipTest("a sanitizer needs more memory and descriptors than the limits leave")
        self.data = self.sample(targets=TARGETS, length=40, seed=3)
        ids = sorted({line.split(",")[0] for line in self.data.read_text().splitlines()[1:]})
        self.first = ids[0]
        self.script = self.dir / "held.sh"
        self.script.write_text(SCRIPT.replace("FOLDER", str(self.dir)))
        for path, mode in ((self.dir, 0o777), (self.script, 0o755), (self.data, 0o644)):
            path.chmod(mode)
        self.addCleanup(self.open_gate)

    def prefix(self, option=None, value=0):
        user = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups", "--"]
        return user + (["prlimit", f"--{option}={value}:{value}", "--"] if option else [])

    def options(self):
        # The held target goes first or last, whichever moment is asked for: one worker has it, the other goes on.
        return ["--models", f"exec:{self.script}", "--season", "1", "--workers", "2", "--chunk-size", "1"]

    def close_gate(self):
        (self.dir / f"gate-{self.first}").touch()
        with contextlib.suppress(FileNotFoundError):
            (self.dir / "reached").unlink()

    def open_gate(self):
        with contextlib.suppress(FileNotFoundError):
            (self.dir / f"gate-{self.first}").unlink()

    def saved(self, store):
        """How many targets of the newest run are in the store."""
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
                rows, = connection.execute(
                    "SELECT count(*) FROM targets WHERE key >> 40 = (SELECT max(run) FROM runs)").fetchone()
                return rows
        return 0

    def state(self, store):
        with contextlib.suppress(sqlite3.Error):
            with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
                row = connection.execute("SELECT state FROM runs ORDER BY run DESC LIMIT 1").fetchone()
                return row[0] if row else None
        return None

    def reach(self, moment, store, alive):
        """Waits until the run is there, or has ended."""
        wait_until(lambda: (self.dir / "reached").exists() or not alive(), SOON, "the held target")
        if moment == "late":
            wait_until(lambda: self.saved(store) >= TARGETS - 3 or not alive(), SOON, "nearly all targets in the store")

    def lower(self, pid, option, value):
        if option is None:
            self.pids.hold(pid, value)
            return
        # By its own user: whoever this test runs as may have to ask for the right.
        subprocess.run([*self.prefix(), "prlimit", "--pid", str(pid), f"--{option}={value}:{value}"], capture_output=True)

    def check_store(self, store, well, what):
        if store.exists() and self.state(store) == "complete":
            self.assertEqual(self.saved(store), TARGETS, f"{what}: complete without all its targets")
        if well:
            self.assertEqual((self.state(store), self.saved(store)), ("complete", TARGETS), f"{what}: said to be well")

    def for_each_cell(self, check):
        for name, option, first, later, codes, named in LIMITS:
            for moment in MOMENTS:
                with self.subTest(limit=name, moment=moment), contextlib.ExitStack() as stack:
                    stack.callback(self.open_gate)
                    if option is None:
                        self.pids = PidsCgroup()
                        stack.callback(self.pids.remove)
                    cell = f"{name}-{moment}".replace(",", "").replace(" ", "-")
                    self.codes, self.named = codes, named
                    self.may_be_well = moment != "start" or name not in NEVER_WELL_AT_START
                    check(cell, moment, option, first if moment == "start" else later)

    def check_end(self, code, message, name):
        """How a run under a limit ended: well with every target, or by the code and words of its limit."""
        self.assertNotIn("terminate called", message)
        self.assertNotIn("please report", message)
        if code == 0:
            self.assertTrue(self.may_be_well, f"{name}: exit 0, as if there were no limit")
            return
        self.assertIn(code, self.codes, f"{name}: {message}")
        self.assertRegex(message, self.named, f"{name}: exit {code} without the name of what is short")

    def calm(self):
        store = self.dir / "calm.db"
        done = subprocess.run([*self.prefix(), FITD, "train", self.data, "--store", store, *self.options(), "--quiet"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.export(store)

    def test_train(self):
        calm = self.calm()
        self.for_each_cell(lambda *cell: self.check_train(calm, *cell))

    def check_train(self, calm, name, moment, option, value):
        store = self.dir / f"{name}.db"
        command = [FITD, "train", str(self.data), "--store", str(store), *self.options(), "--quiet"]
        before = self.prefix(option, value) if moment == "start" and option else self.prefix()
        if moment == "start" and option is None:
            before = ["sh", "-c", f'echo {value} > {self.pids.folder}/pids.max; echo $$ > {self.pids.folder}/cgroup.procs; '
                      'exec "$@"', "sh", *before]
        if moment != "start":
            self.close_gate()
        process = subprocess.Popen([*before, *command], stderr=subprocess.PIPE, text=True)
        try:
            if moment != "start":
                self.reach(moment, store, lambda: process.poll() is None)
                self.lower(process.pid, option, value)
                self.open_gate()
            error = process.communicate(timeout=SOON)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.fail(f"{name}: no end within {SOON} s")
        self.check_end(process.returncode, error, name)
        self.check_store(store, process.returncode == 0, name)
        again = subprocess.run([*self.prefix(), *command], capture_output=True, text=True, timeout=60)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(self.export(store) == calm, f"{name}: the models changed")
        self.assert_no_leftovers()

    def daemon(self, folder, *before):
        folder.mkdir(exist_ok=True)
        daemon = Daemon(folder)
        command = daemon.command
        daemon.command = lambda *extra, **kwargs: [*before, *command(*extra, **kwargs)]
        self.addCleanup(daemon.stop)
        return daemon

    def own(self, folder):
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, UID, UID)

    def test_serve(self):
        calm = self.calm()
        self.for_each_cell(lambda *cell: self.check_serve(calm, *cell))

    def check_serve(self, calm, name, moment, option, value):
        folder = self.dir / name
        store = folder / "job.db"
        at_start = moment == "start"
        before = self.prefix(option, value) if at_start and option else self.prefix()
        daemon = self.daemon(folder, *before)
        daemon.job("job", f'[data]\nfiles = ["{self.data}"]\n[models]\nlocal = ["exec:{self.script}"]\nseason = 1\n'
                   f'[workers]\ncount = 2\nchunk_size = 1\n[store]\npath = "{store}"\n')
        self.own(folder)
        os.chown(daemon.etc / "jobs.d" / "job.toml", 0, 0)
        run_id = self.start_under_limit(daemon, name, moment, option, value, store)
        if run_id is not None:
            ended = daemon.wait_state(run_id, "complete", "failed", "cancelled", seconds=SOON)
            self.check_end(ended["exit"] if ended["exit"] is not None else 0, ended["message"] or "", name)
            self.assertEqual(ended["state"], "complete" if ended["exit"] == 0 else "failed")
            self.check_store(store, ended["state"] == "complete", name)
        self.assertNotIn("terminate called", daemon.said())
        daemon.stop()
        self.finish_without_limit(folder, store, calm, name)

    def start_under_limit(self, daemon, name, moment, option, value, store):
        """The run's number; None: the daemon or the run could not even be started, and said so."""
        if moment != "start":
            self.close_gate()
        try:
            daemon.start()
        except AssertionError:
            self.assertEqual(moment, "start", daemon.said())
            code = daemon.process.poll()
            self.assertIsNotNone(code, f"{name}: the daemon neither serves nor ends")
            self.check_end(code, daemon.said(), name)
            return None
        if moment == "start" and option is None:
            self.pids.hold(daemon.process.pid, value)
        try:
            answer = daemon.ask("POST", "/v1/jobs/job/start", {})
        except OSError as error:
            self.assertEqual(moment, "start")
            code = daemon.wait_exit(SOON)
            self.check_end(code, daemon.said(), f"{name} ({error})")
            return None
        if answer.status != 202:
            self.assertEqual(moment, "start")
            self.assertRegex(answer.json["error"]["message"], self.named, name)
            return None
        run_id = answer.json["run"]["id"]
        if moment == "start":
            return run_id
        going_on = lambda: daemon.run_state(run_id)["state"] in ("queued", "running")
        self.reach(moment, store, going_on)
        if pid := daemon.run_state(run_id)["process"]:
            self.lower(pid, option, value)
        self.open_gate()
        return run_id

    def finish_without_limit(self, folder, store, calm, name):
        daemon = self.daemon(folder, *self.prefix())
        daemon.start()
        for run in daemon.ask("GET", "/v1/runs").json["runs"]:
            daemon.wait_state(run["id"], "complete", "failed", "cancelled", seconds=SOON)
        answer = daemon.ask("POST", "/v1/jobs/job/start", {})
        self.assertEqual(answer.status, 202, answer.text)
        ended = daemon.wait_state(answer.json["run"]["id"], "complete", "failed", "cancelled", seconds=SOON)
        self.assertEqual(ended["state"], "complete", f"{name}: {ended['message']}")
        self.assertTrue(self.export(store) == calm, f"{name}: the models changed")
        daemon.stop()


class OtherCommands(Scratch):
    """The commands that follow a store: under a limit they end with what they promise whole, or with an error that says so
    and no half of a file, and the same command finishes without the limit."""

    LOWERED = [("nproc", 1), ("nproc", 2), ("nproc", 3), ("nproc", 4), ("nproc", 5), ("nofile", 8), ("nofile", 12),
               ("nofile", 20), ("as", 150_000_000), ("data", 20_000_000), ("fsize", 20_000), ("fsize", 4096),
               ("memlock", 0), ("stack", 65_536), ("cpu", 1)]
    ENDS = {option: (codes, named) for _, option, _, _, codes, named in LIMITS}

    def setUp(self):
        super().setUp()
        if not can_lower_for_users():
            self.skipTest("needs root, setpriv and prlimit to lower limits for another user")
        if os.environ.get("FITD_SANITIZE"):
            self.skipTest("a sanitizer needs more memory and descriptors than the limits leave")
        self.data = self.sample("data.csv", targets=TARGETS, length=48, seed=3)
        self.more = self.sample("more.csv", targets=TARGETS, length=60, seed=3)
        for name, shard in (("base", ()), ("s1", ("--shard", "1/2")), ("s2", ("--shard", "2/2"))):
            self.train(self.data, "--store", self.dir / f"{name}.db", "--models", "ets,theta", "--season", "12", *shard)
        for path in (self.dir, *self.dir.iterdir()):
            os.chown(path, UID, UID)

    def commands(self):
        """Name, arguments, and what the command makes: its file, a store, or standard output."""
        store, merged, page = self.dir / "store.db", self.dir / "merged.db", self.dir / "page"
        yield "update", ["update", self.more, "--store", store, "--quiet"], store
        yield "update alone", ["update", self.more, "--store", store, "--quiet", "--workers", 0], store
        yield "train", ["train", self.more, "--store", store, "--quiet", "--workers", 1], store
        yield "detect", ["detect", self.more, "--store", store, "--quiet"], None
        yield "replay", ["detect", "--replay", self.more, "--models", "theta", "--quiet"], None
        yield "merge", ["merge", "--store", merged, self.dir / "s1.db", self.dir / "s2.db", "--quiet"], merged
        yield "plan", ["plan", self.more, "--shards", 2, "-o", page, "--models", "ets,theta"], page
        yield "sums", ["sums", self.more, "--shard", "1/2", "-o", page, "--models", "ets,theta"], page
        yield "backtest", ["backtest", self.more, "--models", "theta"], None
        yield "forecast", ["forecast", "--store", store], None
        yield "report", ["report", "--store", store, "-o", page], page
        yield "plot", ["plot", "--store", store, "--target", "host00.cpu", "-o", page], page

    def fresh(self):
        for name in ("store.db", "merged.db", "page"):
            for path in self.dir.glob(f"{name}*"):
                path.unlink()
        shutil.copy(self.dir / "base.db", self.dir / "store.db")
        os.chown(self.dir / "store.db", UID, UID)

    def attempt(self, args, made, *limit):
        user = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups", "--"]
        lowered = ["prlimit", f"--{limit[0]}={limit[1]}:{limit[1]}", "--"] if limit else []
        with open(self.dir / "out", "wb") as out:  # a file, which a limit on the size of files hurts
            done = subprocess.run([*user, *lowered, FITD, *map(str, args)], stdout=out, stderr=subprocess.PIPE, text=True,
                                  timeout=SOON)
        result = (self.dir / "out").read_bytes()
        if made is not None and made.suffix == ".db":
            result = run("export", "--store", made).stdout
        elif made is not None:
            result = made.read_bytes() if made.exists() else None
            if result and "report" in args:  # what it says of this minute is not the same twice
                result = len(result.splitlines())
        return done, result

    def test_each_is_whole_or_says_what_is_wrong(self):
        for name, args, made in self.commands():
            self.fresh()
            done, calm = self.attempt(args, made)
            self.assertEqual(done.returncode, 0, done.stderr)
            for limit in self.LOWERED:
                with self.subTest(command=name, limit=limit):
                    self.fresh()
                    done, result = self.attempt(args, made, *limit)
                    self.assertNotIn("terminate called", done.stderr)
                    self.assertNotIn("please report", done.stderr)
                    codes, named = self.ENDS[limit[0]]
                    self.assertIn(done.returncode, {0} | codes, done.stderr)
                    if done.returncode == 0:
                        self.assertTrue(result == calm, "exit 0, and something else than without the limit")
                        continue
                    self.assertRegex(done.stderr, named)
                    if made is not None and made.suffix != ".db":
                        self.assertIsNone(result, "half of a file under its own name")
                    again, result = self.attempt(args, made)
                    self.assertEqual(again.returncode, 0, again.stderr)
                    self.assertTrue(result == calm, "the same command afterwards gives something else")


def forbid(*calls):
    """A seccomp filter (seccomp(2), classic BPF) that refuses these system calls with EPERM; for preexec_fn."""
    load, equal, answer = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM
    program = [(load, 0, 0, 0)]
    for number in calls:
        program += [(equal, 0, 1, number), (answer, 0, 0, refuse)]
    program.append((answer, 0, 0, allow))
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    libc = ctypes.CDLL(None, use_errno=True)

    def install():
        buffer = ctypes.create_string_buffer(code)
        filter_program = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer))
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, filter_program, 0, 0) != 0:
            os._exit(99)

    return install


@unittest.skipUnless(platform.machine() == "x86_64", "the numbers of the system calls are x86-64's")
class ForbiddenCalls(Scratch):
    """What a container's filter may refuse is named, or done without."""

    SCHED_GETAFFINITY, CLONE3 = 204, 435

    def train(self, store, *calls):
        data = self.sample(targets=6, length=40)
        done = run("train", data, "--store", store, "--models", "naive,theta", "--quiet", "--workers", "1", timeout=SOON,
                   preexec_fn=forbid(*calls) if calls else None)
        if done.returncode == 99:
            self.skipTest("no seccomp filter may be installed here")
        return done

    def test_without_affinity_it_says_so(self):
        if os.environ.get("FITD_SANITIZE"):
            self.skipTest("a sanitizer asks for the affinity itself")
        done = self.train(self.dir / "a.db", self.SCHED_GETAFFINITY)
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("sched_getaffinity", done.stderr)
        self.assertIn("seccomp", done.stderr)

    def test_without_clone3_it_works(self):
        if os.environ.get("FITD_SANITIZE"):
            self.skipTest("a sanitizer starts a thread of its own")
        self.assertEqual(self.train(self.dir / "calm.db").returncode, 0)
        done = self.train(self.dir / "b.db", self.CLONE3)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.export(self.dir / "b.db") == self.export(self.dir / "calm.db"))


class Terminal(Scratch):
    """The bar and the log write to one terminal."""

    def on_terminal(self, columns, *args, **environment):
        """What a terminal of so many columns shows, as written."""
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen([FITD, *map(str, args)], stdout=subprocess.DEVNULL, stderr=child, env=dict(os.environ, **environment))
        os.close(child)
        shown = b""
        with contextlib.suppress(OSError):  # the end of a terminal is EIO
            while block := os.read(parent, 65536):
                shown += block
        os.close(parent)
        self.assertEqual(process.wait(SOON), 0, shown)
        return shown.decode()

    def test_a_dumb_one_has_no_bar(self):
        data = self.sample(targets=20, length=60)
        for term, bar in (("dumb", False), ("xterm", True)):
            shown = self.on_terminal(80, "train", data, "--store", self.dir / f"{term}.db", "--models", "naive", TERM=term)
            self.assertEqual("\x1b" in shown, bar, shown)

    def test_log_lines_begin_where_the_bar_was(self):
        data = self.sample(targets=300, length=60)
        shown = self.on_terminal(80, "train", data, "--store", self.dir / "s.db", "--models", "theta", "--workers", "4",
                                 "--progress", "bar", "--log-level", "info")
        self.assertIn("fit ", shown)
        lines = re.findall(r"([^\r\n]*)(\d{4}-\d\d-\d\dT[\d:.]+Z (?:info|warning))", shown)
        self.assertTrue(lines)
        for before, _ in lines:
            self.assertIn(before, ("", "\x1b[K"), shown[:2000])

    def test_no_command_glues_its_log_to_the_bar(self):
        data, later = self.sample("d.csv", targets=60, length=60), self.sample("later.csv", targets=60, length=70)
        text = data.read_text().splitlines(True)
        data.write_text("".join(line for i, line in enumerate(text) if i % 7 != 3))  # repaired, which is warned of
        store = self.dir / "s.db"
        self.train(data, "--store", store, "--models", "naive")
        for command in (("train", data, "--store", store, "--fresh"), ("update", later, "--store", store),
                        ("detect", data, "--store", store), ("backtest", data), ("detect", "--replay", data)):
            shown = self.on_terminal(80, *command, "--progress", "bar", *(() if "--store" in command else ("--models", "naive")))
            for before in re.findall(r"([^\r\n]*)\d{4}-\d\d-\d\dT[\d:.]+Z (?:info|warning)", shown):
                self.assertIn(before, ("", "\x1b[K"), f"{command}: {shown[:2000]}")

    def test_a_narrow_terminal_is_not_flooded(self):
        data = self.sample(targets=60, length=60)
        shown = self.on_terminal(20, "train", data, "--store", self.dir / "n.db", "--models", "theta", "--progress", "bar")
        for line in re.split(r"[\r\n]", shown):
            self.assertLess(len(line.replace("\x1b[K", "")), 20)


if __name__ == "__main__":
    unittest.main()
