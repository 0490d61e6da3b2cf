"""A store that has lost rows is damaged for every command that reads it or carries a run on: none makes of it what looks
whole, or takes an older run for the current one."""
import contextlib
import shutil
import sqlite3
import unittest

from fitd_support import Scratch, run


class DamagedStore(Scratch):
    def setUp(self):
        super().setUp()
        self.full = self.sample("full.csv", targets=12, length=100, seed=7)
        head, *rows = self.full.read_text().splitlines(keepends=True)
        self.old, self.new = self.dir / "old.csv", self.dir / "new.csv"
        self.old.write_text(head + "".join(row for row in rows if row.split(",")[1] < "2024-01-04T00"))
        self.new.write_text(head + "".join(row for row in rows if row.split(",")[1] >= "2024-01-04T00"))
        self.trained, self.store = self.dir / "v0.db", self.dir / "s.db"
        self.train(self.old, "--store", self.trained)

    def damage(self, store, *statements):
        """A copy of the store, damaged."""
        shutil.copy(store, self.store)
        with contextlib.closing(sqlite3.connect(self.store)) as db, db:
            for statement in statements:
                self.assertGreater(db.execute(statement).rowcount, 0, statement)

    def commands(self):
        yield "export",
        yield "export", "--format", "csv"
        yield "models",
        yield "forecast",
        yield "plot", "--target", "host00.cpu"
        yield "report", "-o", self.dir / "r.html"
        yield "detect", self.new
        yield "update", self.new, "--quiet"
        yield "train", self.old, "--quiet"

    def expect(self, said, trained=None):
        """`trained`: what training says, where that is something else."""
        for command in self.commands():
            with self.subTest(command):
                done = run(*command, "--store", self.store)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(trained if trained and command[0] == "train" else said, done.stderr)
                self.assertIn("restore the file from a backup or train again", done.stderr)
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            self.assertEqual(db.execute("select count(*) from runs where run > 2").fetchone()[0], 0)

    def test_a_row_of_globals(self):
        for name in ("combination", "pooled-ar", "algorithms"):
            with self.subTest(name):
                self.damage(self.trained, f"delete from globals where run = 1 and name = '{name}'")
                self.expect(f"run 1 has lost its '{name}' (table globals)")
                with contextlib.closing(sqlite3.connect(self.store)) as db:
                    self.assertEqual(db.execute("select run from runs").fetchall(), [(1,)])

    def test_a_shard_without_what_it_has_once(self):
        shards = [self.dir / f"{i}.db" for i in (1, 2)]
        for i, shard in enumerate(shards, 1):
            self.train(self.old, "--shard", f"{i}/2", "--store", shard)
        self.damage(shards[1], "delete from globals where name = 'combination'")
        done = run("merge", "--store", self.dir / "m.db", shards[0], self.store)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("run 1 has lost its 'combination'", done.stderr)
        self.assertFalse((self.dir / "m.db").exists())

    def test_the_row_of_a_run(self):
        updated = self.dir / "v1.db"
        shutil.copy(self.trained, updated)
        self.assertEqual(run("update", "--store", updated, self.new, "--quiet").returncode, 0)
        self.damage(updated, "delete from runs where run = 2")
        self.expect("run 2 is not there any more (table runs)")
        self.damage(updated, "delete from runs")
        self.expect("run 1 is not there any more (table runs)")

    def test_the_state_of_the_run_that_is_forecast_from(self):
        """It would bring the older run back without a word."""
        updated = self.dir / "v1.db"
        shutil.copy(self.trained, updated)
        self.assertEqual(run("update", "--store", updated, self.new, "--quiet").returncode, 0)
        for state in ("cancelled", "running", "any"):
            self.damage(updated, f"update runs set state = '{state}' where run = 2")
            self.expect("the description of run 2 does not match its checksum")

    def test_a_run_that_is_gone_on_with_is_none(self):
        """Only what says it is complete is compared with what it was then."""
        hang = self.dir / "hang.py"
        hang.write_text("import os\ndef fit(t, f, c):\n    if t == 'host03.cpu' and not os.path.exists('well'): os._exit(9)\n    return 1\n")
        train = ("train", self.old, "--store", self.store, "--models", "python:hang:fit", "--python-path", self.dir, "--quiet")
        self.assertEqual(run(*train, cwd=self.dir).returncode, 3)
        (self.dir / "well").touch()
        self.assertEqual(run(*train, "--retry-quarantined", cwd=self.dir).returncode, 0)
        self.assertEqual(run("models", "--store", self.store, "--failed").stdout.count("host03"), 0)
        self.assertEqual(run(*train, cwd=self.dir).returncode, 0)

    def test_a_version_that_the_tables_are_not_of(self):
        shutil.copy(self.trained, self.store)
        with contextlib.closing(sqlite3.connect(self.store)) as db, db:
            db.execute("PRAGMA user_version = 1")
        self.expect("it calls itself a store of version 1 (user_version), and its tables are of version 2")

    def test_all_targets(self):
        self.damage(self.trained, "delete from targets")
        self.expect("run 1 has 12 targets, but 0 can be found", "models of targets that cannot be found")

    def test_runs_that_were_dropped_are_not_missed(self):
        """Training again drops older runs, an update the update it goes on from."""
        shutil.copy(self.trained, self.store)
        for day in ("04", "05"):
            self.assertEqual(run("update", self.full, "--until", f"2024-01-{day}", "--store", self.store, "--quiet").returncode, 0)
        job = self.dir / "job.toml"
        job.write_text(f'[data]\nfiles = ["{self.full}"]\n[store]\npath = "{self.store}"\nkeep_runs = 1\n')
        self.train("--job", job)
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            self.assertEqual(db.execute("select count(*) from runs").fetchone(), (1,))
        for command in (("export",), ("models",), ("train", "--job", job)):
            self.assertEqual(run(*command, "--store", self.store).returncode, 0, command)


if __name__ == "__main__":
    unittest.main()
