#!/usr/bin/env python3
"""What becomes of the commands' output when nobody takes it: a reader that has seen enough ends a command quietly, as it ends
every tool; a full disk and a closed descriptor are errors of their own; the store has nothing of it."""
import os
import signal
import subprocess
import unittest

from fitd_support import FITD, Scratch, run


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


if __name__ == "__main__":
    unittest.main()
