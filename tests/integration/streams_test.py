#!/usr/bin/env python3
"""What becomes of the commands' output when nobody takes it: a reader that has seen enough ends a command quietly, as it ends
every tool; a full disk and a closed descriptor are errors of their own; the store has nothing of it."""
import contextlib
import os
import pty
import signal
import sqlite3
import subprocess
import termios
import unittest

from fitd_support import FITD, Scratch, children, run, wait_until


class Streams(Scratch):
    def setUp(self):
        super().setUp()
        self.data = self.sample("d.csv", targets=6, length=60, seed=3)
        self.store = self.dir / "s.db"
        self.train(self.data, "--store", self.store, "--models", "naive,theta")
        for shard in (1, 2):
            self.train(self.data, "--store", self.dir / f"{shard}.db", "--models", "naive", "--shard", f"{shard}/2")
        (self.dir / "job.toml").write_text(f'[data]\nfiles = ["{self.data}"]\n[store]\npath = "{self.dir}/job.db"\n')

    def commands(self):
        store = ("--store", self.store)
        yield "sample", "--targets", 3000
        yield "forecast", *store
        yield "models", *store
        yield "models", *store, "--format", "json"
        yield "export", *store
        yield "export", *store, "--format", "csv"
        yield "detect", "--replay", self.data, "--models", "naive", "--quiet"
        yield "detect", self.data, *store, "--quiet"
        yield "anomalies", *store
        yield "backtest", self.data, "--models", "naive", "--quiet"
        yield "backtest", self.data, "--models", "naive", "--quiet", "--summary"
        yield "backtest", self.data, "--models", "naive", "--quiet", "--json"
        yield "plot", *store, "--target", "host0.cpu"
        yield "plot", *store, "--target", "host0.cpu", "--text"
        yield "report", *store, "-o", "-"
        yield "check", self.data
        yield "check", self.data, "--json"
        yield "train", self.data, "--store", self.dir / "new.db", "--models", "naive"
        yield "update", self.data, *store
        yield "merge", "--store", self.dir / "merged.db", self.dir / "1.db", self.dir / "2.db"
        yield "plan", self.data, "--shards", 2, "-o", self.dir / "plan", "--models", "naive"
        yield "slurm", self.dir / "job.toml", "--shards", 2
        yield ("--help",)
        yield "train", "--help"
        yield ("--version",)

    def end(self, command, out, **kwargs):
        done = subprocess.run([FITD, *map(str, command)], stdout=out, stderr=subprocess.PIPE, text=True, timeout=120, **kwargs)
        return done.returncode, done.stderr

    def each(self, check):
        for command in self.commands():
            with self.subTest(" ".join(map(str, command))):
                for name in ("new.db", "merged.db"):
                    for path in self.dir.glob(f"{name}*"):
                        path.unlink()
                check(command)

    def test_a_reader_that_has_seen_enough_ends_a_command_quietly(self):
        def check(command):
            read, write = os.pipe()
            os.close(read)
            code, said = self.end(command, write)
            os.close(write)
            self.assertEqual(code, -signal.SIGPIPE, said)
            self.assertNotIn("Broken pipe", said)

        self.each(check)

    def test_a_full_disk_is_an_error(self):
        def check(command):
            with open("/dev/full", "wb") as full:
                code, said = self.end(command, full)
            self.assertEqual(code, 74, said)
            self.assertIn("cannot write to stdout: No space left on device", said)

        self.each(check)

    def test_a_closed_standard_output_is_an_error_and_no_store_is_written_in_its_place(self):
        def check(command):
            code, said = self.end(command, None, preexec_fn=lambda: os.close(1))
            self.assertEqual(code, 74, said)
            self.assertIn("cannot write to stdout: Bad file descriptor", said)

        before = self.export(self.store)
        self.each(check)
        self.assertEqual(self.export(self.store), before)

    def test_nothing_to_say_needs_no_standard_output(self):
        command = ("train", self.data, "--store", self.dir / "new.db", "--models", "naive", "--quiet")
        self.assertEqual(self.end(command, None, preexec_fn=lambda: [os.close(fd) for fd in (0, 1, 2)])[0], 0)
        self.assertEqual(run("models", "--store", self.dir / "new.db").returncode, 0)


class NobodyTakesErrors(Scratch):
    """A terminal stopped by Ctrl-S, a collector of logs that hangs: a run is saved and ends all the same."""

    def states(self, store):
        try:
            with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
                return [row[0] for row in db.execute("SELECT state FROM runs")]
        except sqlite3.OperationalError:
            return []

    def begin(self, data, store, err, *options):
        return subprocess.Popen([FITD, "train", data, "--store", store, *options], stdout=subprocess.DEVNULL, stderr=err,
                                start_new_session=True)

    def full_pipe(self):
        read, write = os.pipe()
        os.set_blocking(write, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(write, b"x" * 4096)
        os.set_blocking(write, True)
        return read, write

    def stopped_terminal(self):
        ours, theirs = pty.openpty()
        termios.tcflow(theirs, termios.TCOOFF)
        return ours, theirs

    def test_a_run_is_saved_and_its_lines_wait_for_a_reader(self):
        data = self.sample("d.csv", targets=300, length=60)
        with open(data, "a") as file:
            file.writelines(f"short{i},2024-01-01T00:00:00,1\n" for i in range(3))
        for name, make in (("pipe", self.full_pipe), ("terminal", self.stopped_terminal)):
            with self.subTest(name):
                ours, theirs = make()
                store = self.dir / f"{name}.db"
                # A line of the log for each worker, which nobody takes.
                process = self.begin(data, store, theirs, "--models", "ets,theta", "--progress", "bar", "--log-level", "info")
                wait_until(lambda: self.states(store) == ["complete"], 60, "the end of the run")
                self.assertIsNone(process.poll(), "what is left to be said waits")
                if name == "terminal":
                    termios.tcflow(theirs, termios.TCOON)
                os.close(theirs)
                said = b""
                with contextlib.suppress(OSError):  # the end of a terminal
                    while part := os.read(ours, 65536):
                        said += part
                self.assertEqual(process.wait(60), 0)
                self.assertTrue(b" info pid=" in said)
                os.close(ours)

    def test_a_signal_ends_a_run_whose_lines_nobody_takes(self):
        data = self.sample("d.csv", targets=4000, length=200)
        for name, make in (("pipe", self.full_pipe), ("terminal", self.stopped_terminal)):
            for style in ("bar", "plain"):
                with self.subTest(f"{name} {style}"):
                    ours, theirs = make()
                    self.addCleanup(os.close, ours)
                    self.addCleanup(os.close, theirs)
                    store = self.dir / f"{name}-{style}.db"
                    process = self.begin(data, store, theirs, "--models", "ets,arima,theta", "--progress", style)
                    wait_until(lambda: self.states(store) == ["running"] and children(process.pid), 60, "the workers")
                    process.send_signal(signal.SIGTERM)
                    self.assertEqual(process.wait(60), 143)
                    self.assert_no_leftovers(self.dir)

    def test_signals_that_the_parent_has_blocked_end_it_all_the_same(self):
        data = self.sample("d.csv", targets=4000, length=200)
        store = self.dir / "blocked.db"
        block = lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        process = subprocess.Popen([FITD, "train", data, "--store", store, "--quiet"], stderr=subprocess.PIPE, preexec_fn=block)
        self.addCleanup(process.kill)
        wait_until(lambda: self.states(store) == ["running"] and children(process.pid), 60, "the workers")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143)
        self.assert_no_leftovers(self.dir)


if __name__ == "__main__":
    unittest.main()
