"""What is wrong with a job is said with its file and key, before anything is fitted and as the training would end."""
import os
import shutil
import subprocess
import sys
import unittest

from fitd_support import FITD, Scratch, run
from service_support import Daemon


class JobCheck(Scratch):
    def setUp(self):
        super().setUp()
        self.data = self.sample(targets=2, length=60)
        self.path = self.dir / "t.toml"

    def job(self, models="", data="", store=None, more=""):
        self.path.write_text(f'[data]\nfiles = ["{self.data}"]\n{data}\n[models]\n{models}\n'
                             f'[store]\npath = "{store or self.dir / "s.db"}"\n{more}')
        return self.path

    def test_what_a_training_would_look_for_in_vain(self):
        program, marker = self.dir / "program.sh", self.dir / "it-ran"
        program.write_text(f"#!/bin/sh\ntouch {marker}\n")
        for made, code, said in (
                (lambda: self.job('local = ["naive", "plugin:/nope/x.so"]'), 78, ":5: models.local: plugin:/nope/x.so: /nope/x.so is not there"),
                (lambda: self.job('local = "exec:/nope/prog -x"'), 78, ":5: models.local: exec:/nope/prog -x: /nope/prog is not there or not executable"),
                (lambda: self.job(f'local = "exec:{program}"'), 78, ":5: models.local: .*program.sh is not there or not executable"),
                (lambda: self.job('local = "python:mine:Model"\npython_path = ["/nope/p"]'), 78, ":6: models.python_path: there is no folder /nope/p to import python:mine:Model from"),
                (lambda: self.job('local = "exec:./nope"'), 78, r":5: models.local: exec:\./nope: \./nope is not there or not executable"),
                (lambda: self.job('local = "exec:no-such-command -x"'), 78, ":5: models.local: exec:no-such-command -x: no-such-command is in no folder of PATH"),
                (lambda: self.job('local = "plugin:./nope.so"'), 78, r":5: models.local: plugin:\./nope.so: \./nope.so is not there"),
                (lambda: self.job('local = "python:mine"'), 78, ":5: models.local: python:mine: 'mine' is not module:object"),
                (lambda: self.job('local = "python:mine:"'), 78, ":5: models.local: python:mine:: 'mine:' is not module:object"),
                (lambda: self.job('local = "naive"\nglobal = "python:mine"'), 78, ":6: models.global: python:mine: 'mine' is not module:object"),
                (lambda: self.job('local = "naive"', store="/nope/s.db"), 73, ":7: store.path = /nope/s.db: there is no folder /nope")):
            job = made()
            with self.subTest(said):
                done = run("check", job)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, "t.toml" + said)
                self.assertEqual(run("train", "--job", job, "--quiet").returncode, code, "as the training ends")
        # Nothing of what is there is run, and what only a training can tell is left to it.
        program.chmod(0o755)
        (self.dir / "mine.py").write_text(f'open("{marker}", "w")\n')
        for models in (f'local = "exec:{program} --x"', f'local = "python:mine:Model"\npython_path = ["/nope/p", "{self.dir}"]',
                       'local = "exec:\'quoted thing\' -x"'):
            done = run("check", self.job(models))
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(marker.exists())
        done = run("check", self.data, "--models", "exec:/nope/prog")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("models.local: exec:/nope/prog: /nope/prog is not there", done.stderr)

    def test_the_check_of_a_service_says_it_of_its_jobs(self):
        daemon = Daemon(self.dir)
        text = f'[data]\nfiles = ["{self.data}"]\n[models]\nlocal = "{{}}"\n[store]\npath = "{{}}"\n'
        for model, store, code, said in (("naive", self.dir / "s.db", 0, "^$"), ("naive", "/var/lib/fitd/s.db", 0, "^$"),
                                         ("exec:/nope/prog", self.dir / "s.db", 78, r"cpu.toml:4: models.local: exec:/nope/prog"),
                                         ("naive", "/nope/s.db", 73, r"cpu.toml:6: store.path = /nope/s.db: there is no folder")):
            daemon.job("cpu", text.format(model, store))
            done = run("serve", "--check", "--config", daemon.etc)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertRegex(done.stderr, said)

    def test_a_store_that_can_be_none(self):
        folder, text, pipe = self.dir / "folder", self.dir / "text.csv", self.dir / "pipe"
        folder.mkdir()
        text.write_text("a,b\n1,2\n" * 10)
        os.mkfifo(pipe)
        for store, said in ((self.data, "is a file, but no store"), (text, "is a file, but no store"), (folder, "is a folder"),
                            ("/dev/null", "is a device or a pipe"), (pipe, "is a device or a pipe"), (self.path, "is a file, but no store")):
            with self.subTest(store):
                done = run("check", self.job('local = "naive"', store=store))
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertIn(f"t.toml:7: store.path = {store} {said}", done.stderr)
                daemon = Daemon(self.dir)
                daemon.job("cpu", self.path.read_text())
                done = run("serve", "--check", "--config", daemon.etc)
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertIn(said, done.stderr)
        made, empty = self.dir / "made.db", self.dir / "empty.db"
        self.train(self.data, "--store", made, "--models", "naive")
        empty.touch()
        for store in (made, empty):
            self.assertEqual(run("check", self.job('local = "naive"', store=store)).returncode, 0)

    def test_a_value_with_a_nul(self):
        for key, line in (("store", f'path = "{self.dir}/a.db\\u0000b"'), ("export", f'path = "{self.dir}/f.csv\\u0000x"'),
                          ("detect", 'files = ["a.csv\\u0000x"]'), ("models", 'local = ["naive\\u0000"]')):
            self.path.write_text(f'[data]\nfiles = ["{self.data}"]\n[{key}]\n{line}\n')
            for command in (("check", self.path), ("train", "--job", self.path)):
                done = run(*command, cwd=self.dir)
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertRegex(done.stderr, rf"t.toml:4: {key}\.\w+ holds the character \\u0000")

    def test_an_export_has_the_limit_of_a_forecast(self):
        for horizon, code in ((1_000_000, 0), (1_000_001, 78)):
            done = run("check", self.job('local = "naive"', more=f'[export]\npath = "{self.dir}/f.csv"\nhorizon = {horizon}\n'))
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn("t.toml:10: export.horizon = 1000001: must be from 1 to 1000000", done.stderr)

    def test_a_refusal_of_the_data_names_the_job_and_its_keys(self):
        for key, value in (("target", "nope"), ("time", "nope"), ("value", "nope"), ("ignore", "nope")):
            job = self.job('local = "naive"', data=f'{key} = "{value}"')
            for command in (("check", job), ("train", "--job", job, "--quiet")):
                done = run(*command)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertRegex(done.stderr, f"t.toml:3: data.{key}: .*no .*column named 'nope'; the columns are")
                self.assertNotIn("--", done.stderr)
        done = run("check", self.job('local = "naive"'), "--target-column", "nope")
        self.assertIn("name it with --target-column", done.stderr, "what the command line says is its own")
        for command in (("check", "--max-repaired", "10%"), ("train", "--quiet", "--job")):
            job = self.job('local = "naive"', data='frequency = "7min"')
            done = run(*command, job)
            self.assertEqual(done.returncode, 65, done.stderr)
            self.assertRegex(done.stderr, r"in .*t.toml the options are the keys .*data.gaps, data.max_repaired.*data.frequency")
        done = run("train", "--job", self.job('local = "naive"'), self.dir / "other.csv", "--quiet")
        self.assertEqual((done.returncode, "t.toml" in done.stderr), (66, False), done.stderr)
        self.assertEqual(run("train", "--job", self.job('local = "naive"'), "--quiet").returncode, 0)
        done = run("detect", "--job", self.job('local = "naive"', more='[detect]\nfiles = ["new/*.csv"]\n'))
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertRegex(done.stderr, r"t.toml:9: detect.files: .*new/\*.csv: no file matches this pattern")
        self.data = self.dir / "absent.csv"
        done = run("train", "--job", self.job('local = "naive"'), "--quiet")
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertRegex(done.stderr, "t.toml:2: data.files: .*absent.csv: No such file")

    def test_the_file_and_line_stand_before_mutes_and_exports(self):
        for more, code, said in (('[detect]\nmute = "nowhere"\n', 78, ":9: detect.mute: .*nowhere' is neither a range"),
                                 ('[detect]\nmute = "1704412800/1704067200"\n', 78, ":9: detect.mute: .* ends before it begins"),
                                 ('[export]\npath = "absent/f.csv"\n', 66, ":9: export.path, the file of the forecasts: .*No such file")):
            done = run("check", self.job('local = "naive"', more=more))
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertRegex(done.stderr, "t.toml" + said)
        for mute in ("2024-01-05/2024-01-01", "2024-01-05T10:00/2024-01-05T09:00"):
            done = run("detect", "--replay", self.data, "--mute", mute)
            self.assertEqual(done.returncode, 64, done.stderr)
            self.assertIn(f"--mute: '{mute}' ends before it begins", done.stderr)


class Environment(Scratch):
    def test_a_program_that_was_copied_alone_says_what_belongs_to_it(self):
        data, alone = self.sample(targets=4, length=60), self.dir / "bin" / "fitd"
        alone.parent.mkdir()
        shutil.copy(FITD, alone)
        done = subprocess.run([alone, "train", data, "--models", "ets", "--store", self.dir / "s.db", "--quiet"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 70, done.stderr)
        self.assertIn(f"cannot start {alone}-worker: No such file or directory; it is a part of fitd", done.stderr)

    def test_a_umask_leaves_the_owner_what_is_made(self):
        """It asks others to be kept out; who takes the owner's own rights cannot read or continue what he has."""
        if os.geteuid() == 0 and not shutil.which("setpriv"):
            self.skipTest("root may do everything, and there is no setpriv to be another")
        data, store = self.sample(targets=2, length=60), self.dir / "own" / "s.db"
        store.parent.mkdir()
        user = []
        if os.geteuid() == 0:
            user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
            os.chown(store.parent, 65534, 65534)
            self.dir.chmod(0o755)
        for horizon in ("3", "4"):
            command = ["sh", "-c", 'umask 277; exec "$@"', "sh", *user, FITD, "train", data, "--models", "naive", "--horizon",
                       horizon, "--store", store, "--log-dir", store.parent / "log", "--quiet"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(store.stat().st_mode & 0o777, 0o600)

    def test_a_variable_that_names_nothing_is_named(self):
        data = self.sample(targets=2, length=60)
        done = run("backtest", data, "--models", "naive", "--quiet", env={"TMPDIR": "/nope"})
        self.assertEqual(done.returncode, 73, done.stderr)
        self.assertIn("cannot make a folder for stores in /nope, which is TMPDIR", done.stderr)
        self.assertIn("; set TMPDIR to a folder with room", done.stderr)
        (self.dir / "mine.py").write_text("def fit(*a): return {}\n")
        for name in ("/nope/python3", "no-such-python", str(self.dir)):
            done = run("train", data, "--models", "python:mine:fit", "--python-path", self.dir, "--store", self.dir / "s.db",
                       "--quiet", env={"FITD_PYTHON": name, "PATH": "/usr/bin:/bin"})
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn(f"FITD_PYTHON={name} names no program", done.stderr)
        for name in (sys.executable, "python3"):
            done = run("train", data, "--models", "python:absent:fit", "--store", self.dir / "s.db",
                       "--quiet", env={"FITD_PYTHON": name, "PATH": "/usr/bin:/bin"})
            self.assertIn("No module named 'absent'", done.stderr)


if __name__ == "__main__":
    unittest.main()
