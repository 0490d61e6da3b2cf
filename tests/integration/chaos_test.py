"""What dies, hangs or fills up costs at most the target in hand: the run ends by itself or goes on, with the same bits."""
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from fitd_support import Scratch, children, orphans, run, start, wait_until

MODELS = ("--models", "ets,theta", "--season", "24")


class Chaos(Scratch):
    """One undisturbed export to compare with, of data that take a second or two to fit."""

    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(20261124)

    def prepare(self, targets=160):
        self.data = self.sample(targets=targets, length=300, seed=5, frequency="1h")
        self.train(self.data, "--store", self.dir / "calm.db", *MODELS)
        self.calm = self.export(self.dir / "calm.db")

    def finish(self, process, seconds=120):
        try:
            return process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    def test_fifty_killed_workers_change_nothing(self):
        self.prepare(targets=320)
        store = self.dir / "s.db"
        process = start("train", self.data, "--store", store, "--workers", "2", "--json", "--progress", "none",
                        "--retries", "60", *MODELS)
        kills = 0
        while kills < 50 and process.poll() is None:
            workers = children(process.pid)
            if workers:
                try:
                    os.kill(self.random.choice(workers), signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    pass
            time.sleep(0.05)  # the pace of the attack; nothing depends on it
        out, err = self.finish(process)
        self.assertEqual(process.returncode, 0, err[-2000:])
        self.assertGreater(kills, 10)
        self.assertTrue(self.export(store) == self.calm, "the models changed")
        self.assert_no_leftovers(self.dir)

    def test_a_stopped_worker_is_a_timeout_and_its_target_is_named(self):
        self.prepare()
        store = self.dir / "s.db"
        process = start("train", self.data, "--store", store, "--workers", "2", "--progress", "json",
                        "--target-timeout", "300ms", "--retries", "0", *MODELS)
        for line in process.stderr:
            if '"stage":"fit"' in line:
                break
        victim = wait_until(lambda: children(process.pid), 5, "a worker")[0]
        os.kill(victim, signal.SIGSTOP)
        self.finish(process)
        self.assertIn(process.returncode, (0, 3))
        done = run("models", "--store", store, "--failed", "--format", "csv")
        if process.returncode == 3:  # else it was stopped between two targets: nothing was in hand
            self.assertIn("timeout", done.stdout)
        self.assert_no_leftovers(self.dir)

    def test_a_command_that_was_stopped_itself_blames_no_worker(self):
        """Ctrl-Z stops the parent alone: workers finish what they have, and have nothing in hand when it looks again."""
        self.prepare()
        store = self.dir / "s.db"
        process = start("train", self.data, "--store", store, "--workers", "2", "--progress", "json", "--json",
                        "--target-timeout", "500ms", "--retries", "0", *MODELS)
        for line in process.stderr:
            if '"stage":"fit"' in line:
                break
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(3)  # six times what a target may take
        os.kill(process.pid, signal.SIGCONT)
        out, err = self.finish(process)
        self.assertEqual(process.returncode, 0, err[-2000:])
        self.assertEqual(json.loads(out)["deaths"], [])
        self.assertTrue(self.export(store) == self.calm, "the models changed")

    def test_twenty_killed_parents_and_the_same_command_finish_with_the_same_bits(self):
        self.prepare()
        for attempt in range(20):
            store = self.dir / "s.db"
            process = start("train", self.data, "--store", store, "--progress", "none", *MODELS)
            time.sleep(self.random.uniform(0.01, 0.6))  # any moment will do
            process.kill()
            self.finish(process)
            wait_until(lambda: not orphans(), 1, "workers gone within a second of their parent")
            self.train(self.data, "--store", store, *MODELS)
            self.assertTrue(self.export(store) == self.calm, f"attempt {attempt}: the models changed")
            for path in self.dir.glob("s.db*"):
                path.unlink()
        self.assert_no_leftovers(self.dir)

    def test_a_signal_in_the_global_stage_ends_the_command(self):
        data = self.sample(targets=20000, length=60, frequency="1h")
        process = start("train", data, "--store", self.dir / "s.db", "--progress", "json", "--models", "naive,mean,theta")
        for line in process.stderr:
            if '"stage":"global"' in line:
                break
        process.send_signal(signal.SIGINT)
        self.finish(process, seconds=10)
        self.assertEqual(process.returncode, 130)
        self.assert_no_leftovers(self.dir)

    def test_a_second_train_on_the_same_store_is_told_who_has_it(self):
        self.prepare()
        store = self.dir / "s.db"
        first = start("train", self.data, "--store", store, "--progress", "json", *MODELS)
        for line in first.stderr:
            if '"stage":"fit"' in line:
                break
        second = run("train", self.data, "--store", store, *MODELS)
        self.assertEqual(second.returncode, 75, second.stderr)
        self.assertIn(str(first.pid), second.stderr)
        first.terminate()
        self.finish(first)

    def test_more_failures_than_allowed_end_the_run(self):
        self.prepare()
        done = run("train", self.data, "--store", self.dir / "s.db", "--target-timeout", "1us", "--retries", "0",
                   "--fail-fast", *MODELS)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("timeout", done.stderr)
        self.assert_no_leftovers(self.dir)


@unittest.skipUnless(os.geteuid() == 0, "mounting a tmpfs needs root")
class FullDisk(Scratch):
    def mount(self, size):
        folder = self.dir / f"disk-{size}"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"no tmpfs here: {done.stderr}")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], capture_output=True)
        return folder

    def test_a_disk_too_small_for_a_store_is_74_and_said(self):
        data = self.sample(targets=5, length=60)
        done = run("train", data, "--store", self.mount("64k") / "s.db", "--models", "naive")
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertRegex(done.stderr, "(?i)full|space")

    def test_a_store_that_fits_beside_no_log_is_whole_or_74(self):
        """The log of SQLite is moved into the file at the end; with no room for that the file alone is no store."""
        data = self.sample(targets=300, length=60)
        self.train(data, "--store", self.dir / "calm.db", "--models", "naive")
        size = (self.dir / "calm.db").stat().st_size // 1024
        codes = set()
        for percent in (120, 180, 240, 300):
            folder = self.mount(f"{size * percent // 100}k")
            store, alone = folder / "s.db", self.dir / f"alone{percent}.db"
            done = run("train", data, "--store", store, "--models", "naive")
            codes.add(done.returncode)
            if done.returncode == 0:
                shutil.copy(store, alone)
                self.assertTrue(self.export(alone) == self.export(self.dir / "calm.db"))
            else:
                self.assertEqual(done.returncode, 74, done.stderr)
                self.assertRegex(done.stderr, "the disk is full")
        self.assertEqual(codes, {0, 74})

    def test_a_reader_who_may_not_write_leaves_nothing_that_locks_the_owner_out(self):
        self.dir.chmod(0o777)
        data, store = self.sample(targets=3, length=60), self.dir / "s.db"
        self.train(data, "--store", store, "--models", "naive")
        store.chmod(0o644)
        done = run("forecast", "--store", store, "--horizon", "1", user=65534, group=65534)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([path.name for path in self.dir.glob("s.db*")], ["s.db"])

    def test_no_store_is_called_like_a_part_of_another(self):
        done = run("train", self.sample(targets=3, length=60), "--store", self.dir / "s.db-wal", "--models", "naive")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("no store can be called", done.stderr)

    def test_a_store_on_a_full_disk_can_be_read(self):
        data, folder = self.sample(targets=3, length=60), self.mount("1m")
        store, calm = folder / "s.db", self.dir / "calm.db"
        self.train(data, "--store", calm, "--models", "naive")
        shutil.copy(calm, store)
        with open(folder / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        with self.assertRaises(OSError):
            (folder / "more").write_bytes(b"x" * 4096)
        (folder / "more").unlink()
        for command in (("forecast", "--horizon", "2"), ("models",), ("export",), ("plot", "--target", "host0.cpu"), ("report", "-o", self.dir / "r.html")):
            done, expected = run(*command, "--store", store), run(*command, "--store", calm)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.replace(str(store), str(calm)), expected.stdout)
            self.assertEqual(sorted(path.name for path in folder.iterdir()), ["filler", "s.db"])
        update = run("update", "--store", store, data)
        self.assertEqual(update.returncode, 74, update.stderr)

    def test_a_skeleton_that_does_not_fit_is_74_and_leaves_nothing(self):
        folder = self.mount("8k")
        done = run("new-algorithm", "cpp", "mine", cwd=folder)
        self.assertEqual((done.returncode, list(folder.iterdir())), (74, []), done.stderr)
        self.assertRegex(done.stderr, "mine/.*: No space left on device")

    def test_a_log_that_does_not_fit_says_so_and_costs_no_target(self):
        folder = self.mount("8k")
        logs = folder / "logs"
        logs.mkdir()
        (logs / "fitd.log").write_text("x" * 8192)
        done = run("train", self.sample(targets=5, length=60), "--store", self.dir / "s.db", "--models", "naive",
                   "--log-dir", logs, "--progress", "none")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, "the log .*fitd.log misses lines from here on: .*No space left")

    def test_a_disk_that_fills_in_the_middle_of_a_run_keeps_what_was_saved(self):
        folder = self.mount("1m")
        data = self.sample(targets=3000, length=60, frequency="1h")
        options = ("--models", "naive,theta,mean", "--season", "24", "--global", "none")
        done = run("train", data, "--store", folder / "s.db", *options)
        self.assertEqual(done.returncode, 74, done.stderr)
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        self.train(data, "--store", folder / "s.db", *options)
        self.train(data, "--store", self.dir / "calm.db", *options)
        self.assertTrue(self.export(folder / "s.db") == self.export(self.dir / "calm.db"))


if __name__ == "__main__":
    unittest.main()
