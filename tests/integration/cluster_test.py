"""Shards of a fleet through the real binary: merged, they export what one host exports; what does not belong together is
named and refused."""
import json
import os
import signal
import unittest

from fitd_support import SHARED, Scratch, m3, run, start, wait_until


class Shards(Scratch):
    DATA = ("--models", "ets,theta,naive", "--season", 12, "--horizon", 6)

    def setUp(self):
        super().setUp()
        self.csv = self.dir / "d.csv"
        self.csv.write_text(run("sample", "--targets", 60, "--length", 90, "--seed", 3, "--frequency", "1M").stdout)

    def fit(self, *args, csv=None, options=None):
        done = run("train", csv or self.csv, *(options or self.DATA), "--quiet", *args)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return done

    def shards(self, count, *more, csv=None, options=None):
        paths = [self.dir / f"s{i}of{count}.db" for i in range(1, count + 1)]
        for i, path in enumerate(paths, 1):
            self.fit("--shard", f"{i}/{count}", "--store", path, *more, csv=csv, options=options)
        return paths

    def export(self, store):
        done = run("export", "--store", store)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def merge(self, out, *shards):
        return run("merge", "--store", out, *shards)


class Merge(Shards):
    def test_gives_the_bytes_of_one_host_for_any_number_of_shards(self):
        self.fit("--store", self.dir / "one.db")
        one = self.export(self.dir / "one.db")
        for count in (1, 2, 3, 7, 64):
            with self.subTest(count):
                shards = self.shards(count)
                out = self.dir / f"merged{count}.db"
                done = self.merge(out, *reversed(shards))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.export(out), one)

    def test_sums_of_shards_give_every_shard_the_same_regression(self):
        self.fit("--store", self.dir / "one.db")
        sums = [self.dir / f"{i}.sums" for i in (1, 2, 3)]
        for i, path in enumerate(sums, 1):
            done = run("sums", self.csv, *self.DATA, "--shard", f"{i}/3", "-o", path)
            self.assertEqual(done.returncode, 0, done.stderr)
        merged = [arg for path in reversed(sums) for arg in ("--merge", path)]
        done = run("sums", *merged, "-o", self.dir / "global")
        self.assertEqual(done.returncode, 0, done.stderr)
        shards = self.shards(2, "--global-from", self.dir / "global")
        self.assertEqual(self.merge(self.dir / "m.db", *shards).returncode, 0)
        self.assertEqual(self.export(self.dir / "m.db"), self.export(self.dir / "one.db"))
        done = run("sums", *merged[:4], "-o", self.dir / "less")
        if done.returncode == 0:  # the fleet is one superblock, which one shard has
            self.assertEqual((self.dir / "less").read_bytes(), (self.dir / "global").read_bytes())
        else:
            self.assertEqual(done.returncode, 65)
        other = run("train", self.csv, "--models", "theta,naive", "--season", 12, "--shard", "1/2", "--global-from",
                    self.dir / "global", "--store", self.dir / "x.db")
        self.assertEqual(other.returncode, 65)
        self.assertIn("other data or options", other.stderr)

    def test_the_same_merge_again_has_nothing_to_do(self):
        shards = self.shards(2)
        self.assertEqual(self.merge(self.dir / "m.db", *shards).returncode, 0)
        before = self.export(self.dir / "m.db")
        again = run("merge", "--store", self.dir / "m.db", *shards, "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(json.loads(again.stdout)["already_merged"])
        self.assertEqual(self.export(self.dir / "m.db"), before)

    def test_a_killed_merge_goes_on(self):
        shards = self.shards(2)
        whole = self.dir / "whole.db"
        self.assertEqual(self.merge(whole, *shards).returncode, 0)
        for delay in (0.0, 0.01, 0.03):
            out = self.dir / f"k{delay}.db"
            process = start("merge", "--store", out, *shards)
            try:
                process.wait(delay)
            except Exception:
                process.send_signal(signal.SIGKILL)
            process.communicate()
            self.assertEqual(self.merge(out, *shards).returncode, 0)
            self.assertEqual(self.export(out), self.export(whole))


class Refused(Shards):
    def refused(self, *shards, code=65, out="m.db", more=()):
        done = run("merge", "--store", self.dir / out, *shards, *more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_a_missing_shard_is_named_with_the_command_that_makes_it(self):
        shards = self.shards(3)
        said = self.refused(shards[0], shards[2])
        self.assertIn("1 of 3 shards is missing: 2/3", said)
        self.assertIn("--shard 2/3", said)
        done = run("merge", "--store", self.dir / "p.db", shards[0], shards[2], "--partial", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["missing"], ["2/3"])
        done = run("forecast", "--store", self.dir / "p.db", "--horizon", 2)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_file_that_is_not_there_is_the_missing_shard(self):
        shards = self.shards(3)
        shards[1].unlink()
        said = self.refused(*shards)
        self.assertIn("missing: 2/3", said)
        self.assertIn(str(shards[1]), said)
        done = run("merge", "--store", self.dir / "p.db", *shards, "--partial", "--json")
        self.assertEqual(json.loads(done.stdout)["missing"], ["2/3"], done.stderr)
        self.refused(shards[1], code=66)
        self.refused(*self.shards(2), self.dir / "none.db", code=66)

    def test_shards_that_do_not_belong_together(self):
        one, two = self.shards(2)
        self.assertIn("is in", self.refused(one, one, two))
        self.assertIn("parts of", self.refused(one, self.shards(3)[1]))
        other = self.dir / "other.csv"
        other.write_text(run("sample", "--targets", 60, "--length", 90, "--seed", 4, "--frequency", "1M").stdout)
        strange = self.dir / "strange.db"
        self.fit("--shard", "2/2", "--store", strange, csv=other)
        self.assertIn("other", self.refused(one, strange))
        options = self.dir / "options.db"
        self.fit("--shard", "2/2", "--store", options, options=("--models", "theta,naive", "--season", 12))
        self.assertIn("other options", self.refused(one, options))
        whole = self.dir / "whole.db"
        self.fit("--store", whole)
        self.assertIn("no shard", self.refused(one, whole))
        self.refused(one, two, code=64, out=one.name)

    def test_a_shard_that_is_not_complete(self):
        one, two = self.shards(2)
        import sqlite3
        with sqlite3.connect(two) as db:
            db.execute("update runs set state = 'cancelled'")
        db.close()
        self.assertIn("not complete", self.refused(one, two))


class Auto(Shards):
    def test_the_shard_is_the_task_of_the_array(self):
        env = dict(os.environ, SLURM_ARRAY_TASK_ID="2", SLURM_ARRAY_TASK_MIN="1", SLURM_ARRAY_TASK_MAX="3",
                   SLURM_ARRAY_TASK_COUNT="3")
        done = run("train", self.csv, *self.DATA, "--shard", "auto", "--store", self.dir / "a.db", "--json", env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.fit("--shard", "2/3", "--store", self.dir / "b.db")
        self.assertEqual(self.export(self.dir / "a.db"), self.export(self.dir / "b.db"))

    def test_outside_an_array_it_says_so(self):
        done = run("train", self.csv, "--shard", "auto", "--store", self.dir / "a.db")
        self.assertEqual(done.returncode, 64)
        self.assertIn("no task of an array", done.stderr)


class M3(Shards):
    def test_quarterly_in_shards(self):
        options = ("--models", "theta,ets", "--season", 4, "--horizon", 8)
        csv = m3("quarterly")
        self.fit("--store", self.dir / "one.db", csv=csv, options=options)
        shards = self.shards(3, csv=csv, options=options)
        self.assertEqual(self.merge(self.dir / "m.db", *shards).returncode, 0)
        self.assertEqual(self.export(self.dir / "m.db"), self.export(self.dir / "one.db"))


if __name__ == "__main__":
    unittest.main()
