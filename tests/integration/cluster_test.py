"""Shards of a fleet through the real binary: merged, they export what one host exports; what does not belong together is
named and refused."""
import json
import os
import pathlib
import re
import resource
import signal
import sqlite3
import subprocess
import unittest

from fitd_support import FITD, SHARED, Scratch, m3, run, start, wait_until


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


def few_files():
    """What a soft limit of 1024 is to 400 shards."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


class Merge(Shards):
    def test_gives_the_bytes_of_one_host_for_any_number_of_shards(self):
        self.fit("--store", self.dir / "one.db")
        one = self.export(self.dir / "one.db")
        for count in (1, 2, 3, 7, 64):
            with self.subTest(count):
                shards = self.shards(count)
                out = self.dir / f"merged{count}.db"
                done = run("merge", "--store", out, *reversed(shards), preexec_fn=few_files)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.export(out), one)

    def test_shards_side_by_side_have_cores_of_their_own(self):
        self.fit("--store", self.dir / "whole.db", "--log-dir", self.dir / "logs")
        if len(list((self.dir / "logs").glob("worker-*.log"))) < 2:
            self.skipTest("one physical core")
        cpus = []
        for i in (1, 2):
            logs = self.dir / f"logs{i}"
            self.fit("--shard", f"{i}/2", "--store", self.dir / f"cpu{i}.db", "--workers", "1", "--log-dir", logs)
            cpus.append(re.search(r"running on cpu (\d+)", (logs / "worker-0.log").read_text())[1])
        self.assertNotEqual(*cpus)

    def test_sums_of_shards_give_every_shard_the_same_regression(self):
        self.fit("--store", self.dir / "one.db")
        sums = [self.dir / f"{i}.sums" for i in (1, 2, 3)]
        for i, path in enumerate(sums, 1):
            done = run("sums", self.csv, *self.DATA, "--shard", f"{i}/3", "-o", path)
            self.assertEqual((done.returncode, done.stderr), (0, ""), "silent, as a training on a terminal")
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

    def test_last_values_and_repairs_come_along(self):
        rows = self.csv.read_text().splitlines()
        self.csv.write_text("\n".join(row for i, row in enumerate(rows) if i == 0 or i % 17) + "\n")
        self.fit("--store", self.dir / "one.db")
        self.assertEqual(self.merge(self.dir / "m.db", *self.shards(3)).returncode, 0)
        tables = []
        for name in ("one.db", "m.db"):
            with sqlite3.connect(self.dir / name) as db:
                tables.append([db.execute("select * from last_values order by key").fetchall(),
                               db.execute("select id, lost, filled, n from targets order by key").fetchall()])
            db.close()
        self.assertEqual(len(tables[0][0]), len(tables[0][1]))
        self.assertTrue(any(filled for _, _, filled, _ in tables[0][1]))
        self.assertEqual(tables[0], tables[1])

    def test_a_whole_fleet_does_not_hide_a_shard(self):
        one, two = self.shards(2)
        before = one.read_bytes()
        done = run("train", self.csv, *self.DATA, "--store", one)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertRegex(done.stderr, r"holds shard 1/2 \(run 1\), and a run of the whole fleet in it would hide that; name another store")
        self.assertEqual(one.read_bytes(), before)
        self.assertEqual(self.merge(self.dir / "m.db", one, two).returncode, 0)

    def test_a_damaged_shard_is_named(self):
        one, two = self.shards(2)
        with sqlite3.connect(two) as db:
            db.execute("update models set archive = zeroblob(length(archive)) where key = (select max(key) from models)")
        db.close()
        done = self.merge(self.dir / "m.db", one, two)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn(str(two), done.stderr)
        self.assertIn("does not match its checksum", done.stderr)
        self.assertEqual(list(self.dir.glob("m.db*")), [], "nothing is begun that the damage would hold up for ever")

    def test_the_same_merge_again_has_nothing_to_do(self):
        shards = self.shards(2)
        self.assertEqual(self.merge(self.dir / "m.db", *shards).returncode, 0)
        before = self.export(self.dir / "m.db")
        again = run("merge", "--store", self.dir / "m.db", *shards, "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(json.loads(again.stdout)["already_merged"])
        self.assertEqual(json.loads(again.stdout)["combine"], "weighted")
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


class KilledMerge(Shards):
    """SIGKILL at every transaction of a merge and before its end: no run is complete before all of it is, the same
    command does what is missing, and the bytes are those of an undisturbed merge."""
    DATA = ("--models", "naive", "--global", "none", "--season", 12, "--workers", 0)

    def killed_and_merged_again(self, fault, shards, whole):
        out = self.dir / "killed.db"
        out.unlink(missing_ok=True)
        killed = run("merge", "--store", out, *shards, env=dict(os.environ, FITD_FAULT=f"seed=7,{fault}"))
        if killed.returncode == 0:
            self.skipTest("this build has no fault points")
        self.assertEqual(killed.returncode, -signal.SIGKILL, killed.stderr)
        self.assertRegex(run("export", "--store", out).stderr, "is not finished|has no trained targets yet")
        again = run("merge", "--store", out, *reversed(shards), "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(self.export(out), whole)

    def test_before_the_first_target(self):
        self.csv.write_text(run("sample", "--targets", 40, "--length", 40, "--seed", 3, "--frequency", "1M").stdout)
        shards = self.shards(2, options=("--models", "naive,mean", "--season", 12))
        whole = self.dir / "whole.db"
        self.assertEqual(self.merge(whole, *shards).returncode, 0)
        self.killed_and_merged_again("parent.run_begun=kill", shards, self.export(whole))

    def test_at_every_step(self):
        self.csv.write_text(run("sample", "--targets", 20000, "--length", 8, "--seed", 3, "--frequency", "1M").stdout)
        shards = self.shards(2)
        whole = self.dir / "whole.db"
        self.assertEqual(self.merge(whole, *shards).returncode, 0)
        whole = self.export(whole)
        batches = (f"parent.after_commit=kill@{batch}" for batch in range(1, 5))
        for fault in ("parent.run_begun=kill", *batches, "parent.before_finish=kill"):
            with self.subTest(fault):
                self.killed_and_merged_again(fault, shards, whole)
        out = self.dir / "killed.db"
        # An earlier run stays what the store forecasts from until the merged one is whole.
        self.csv.write_text(run("sample", "--targets", 50, "--length", 8, "--seed", 4, "--frequency", "1M").stdout)
        out.unlink()
        self.fit("--store", out)
        earlier = self.export(out)
        run("merge", "--store", out, *shards, env=dict(os.environ, FITD_FAULT="seed=7,parent.after_commit=kill@2"))
        self.assertEqual(self.export(out), earlier)
        self.assertEqual(self.merge(out, *shards).returncode, 0)
        self.assertEqual(self.export(out), whole)


@unittest.skipIf(os.environ.get("FITD_SANITIZE"), "AddressSanitizer keeps what is freed")
class Memory(Shards):
    """A merge takes what a batch of targets and the validations it learns from take, whatever the fleet."""

    def memory(self, targets, models):
        options = ("--models", models, "--global", "none", "--season", 12, "--horizon", 2, "--workers", 0)
        self.sample(self.csv.name, targets=targets, length=12, seed=3, frequency="1M")
        for old in self.dir.glob("*.db*"):
            old.unlink()
        shards = self.shards(2, options=options)
        child = start("merge", "--store", self.dir / "m.db", *shards, "--quiet")
        child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, child.stderr.read())
        child.returncode = 0
        child.communicate()
        return usage.ru_maxrss * 1024  # no less than this process's own when it began the child

    def test_does_not_grow_with_the_fleet(self):
        # Both fleets are larger than the page cache (16 MB).
        small, large = self.memory(60_000, "naive"), self.memory(180_000, "naive")
        self.assertLess(large - small, 8e6, f"{small} and {large} bytes")

    def test_learns_from_no_more_than_fifty_thousand(self):
        # Every second and every fourth.
        small, large = self.memory(99_999, "naive,mean"), self.memory(199_999, "naive,mean")
        self.assertLess(large - small, 10e6, f"{small} and {large} bytes")


class Plan(Shards):
    """A shard that reads only its part of a plan makes the same bytes."""

    def plan(self, count, *data, options=None, code=0):
        path = self.dir / f"plan{count}"
        done = run("plan", *(data or (self.csv,)), *(options or self.DATA), "--shards", count, "-o", path)
        self.assertEqual(done.returncode, code, done.stderr)
        return path

    def expect_same(self, count, *data, options=None):
        data, options = data or (self.csv,), options or self.DATA
        one = self.dir / "one.db"
        one.unlink(missing_ok=True)
        self.assertIn(run("train", *data, *options, "--store", one, "--quiet").returncode, (0, 3))
        plan = self.plan(count, *data, options=options)
        sums = [arg for i in range(1, count + 1) for arg in ("--merge", self.dir / f"{i}.sums")]
        for i in range(1, count + 1):
            done = run("sums", *data, *options, "--shard", f"{i}/{count}", "--plan", plan, "-o", self.dir / f"{i}.sums")
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("sums", *sums, "-o", self.dir / "global").returncode, 0)
        shards = []
        for i in range(1, count + 1):
            shards.append(self.dir / f"p{i}of{count}.db")
            shards[-1].unlink(missing_ok=True)
            done = run("train", *data, *options, "--shard", f"{i}/{count}", "--plan", plan, "--global-from",
                       self.dir / "global", "--store", shards[-1], "--quiet")
            self.assertIn(done.returncode, (0, 3), done.stderr)
        out = self.dir / "planned.db"
        out.unlink(missing_ok=True)
        done = self.merge(out, *shards)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.assertEqual(self.export(out), self.export(one))

    def test_any_number_of_shards(self):
        for count in (1, 2, 7, 64):
            with self.subTest(count):
                self.expect_same(count)

    def test_inputs_of_every_kind(self):
        import gzip
        import random
        rows = self.csv.read_text().splitlines()
        head, body = rows[0], rows[1:]
        random.Random(1).shuffle(body)
        holes = [row for i, row in enumerate(body) if i % 13]
        wide = {}
        for target, time, value in (row.split(",") for row in rows[1:]):
            wide.setdefault(time, {})[target] = value
        names = sorted({name for cells in wide.values() for name in cells})
        inputs = {
            "unsorted.csv": "\n".join([head, *body]),
            "holes.csv": "\n".join([head, *holes]),
            "wide.csv": "\n".join([",".join(["time", *names]),
                                   *(",".join([t, *(wide[t].get(n, "") for n in names)]) for t in sorted(wide))]),
        }
        for name, text in inputs.items():
            with self.subTest(name):
                (self.dir / name).write_text(text + "\n")
                self.expect_same(3, self.dir / name)
        with gzip.open(self.dir / "packed.csv.gz", "wt") as out:
            out.write("\n".join(rows) + "\n")
        self.expect_same(3, self.dir / "packed.csv.gz")
        half = len(body) // 2
        (self.dir / "a.csv").write_text("\n".join([head, *body[:half]]) + "\n")
        (self.dir / "b.csv").write_text("\n".join([head, *body[half:]]) + "\n")
        self.expect_same(3, self.dir / "a.csv", self.dir / "b.csv")

    def test_a_shard_reads_its_own_bytes_only(self):
        csv = self.dir / "large.csv"
        csv.write_text(run("sample", "--targets", 2000, "--length", 300, "--seed", 3, "--frequency", "1h").stdout)
        options = ("--models", "naive", "--global", "none", "--workers", 0)
        plan = self.plan(8, csv, options=options)
        csv.write_bytes(bytes(csv.stat().st_size))  # nothing of it is read
        # bash's own children are counted in its /proc/self/io once they were waited for.
        script = '"$@" && cat /proc/$$/io'
        done = subprocess.run(["bash", "-c", script, "bash", FITD, "train", *map(str, (csv, *options)), "--shard", "3/8", "--plan",
                               plan, "--store", self.dir / "s.db", "--quiet"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        read = int(dict(line.split(": ") for line in done.stdout.splitlines())["rchar"])
        self.assertLess(read, plan.stat().st_size / 8 * 1.6 + 2e6)

    DISK = pathlib.Path(FITD).parent  # the test's own folder may be in memory

    def test_values_that_are_spilled_make_the_same_plan(self):
        import random
        csv = self.sample("spilled.csv", targets=60, length=2000, seed=3, frequency="1h")
        head, *rows = csv.read_text().splitlines()
        random.Random(1).shuffle(rows)  # every target's rows lie everywhere
        shuffled = self.dir / "shuffled.csv"
        shuffled.write_text("\n".join([head, *rows[:80_000]]) + "\n")
        options = ("--models", "naive", "--global", "none", "--max-repaired", "100%")
        for data in (csv, shuffled):
            with self.subTest(data.name):
                plain = self.plan(2, data, options=options).read_bytes()
                self.assertEqual(plain, self.plan(2, data, "--spill", self.DISK, options=options).read_bytes())
        self.assertEqual(list(self.DISK.glob("fitd-values*")), [])
        self.assertIn("No such file", run("plan", csv, *options, "--shards", 2, "-o", self.dir / "p", "--spill",
                                          self.dir / "none").stderr)

    def test_spilled_values_take_no_memory(self):
        csv = self.sample("long.csv", targets=1000, length=20000, seed=3, frequency="1h")
        memory = []
        for more in ((), ("--spill", self.DISK)):
            child = start("plan", csv, "--models", "naive", "--global", "none", "--shards", 2, "-o", self.dir / "p", *more)
            child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0, child.stderr.read())
            child.returncode = 0
            child.communicate()
            memory.append(usage.ru_maxrss * 1024)
        # 160 MB of values, of which some 32 MB are mapped at a time.
        self.assertLess(memory[1], memory[0] - 70e6, f"{memory} bytes")

    def test_files_for_others_have_the_mode_that_the_umask_leaves(self):
        plan, sums = self.plan(2), self.dir / "1.sums"
        done = run("sums", self.csv, *self.DATA, "--shard", "1/2", "--plan", plan, "-o", sums)
        self.assertEqual(done.returncode, 0, done.stderr)
        mask = os.umask(0)
        os.umask(mask)
        for file in (plan, sums):
            self.assertEqual(file.stat().st_mode & 0o777, 0o666 & ~mask, file)

    def test_data_that_have_grown_are_those_of_the_plan(self):
        plan = self.plan(2)
        with open(self.csv, "a") as file:
            file.write("\n")
        done = run("train", self.csv, *self.DATA, "--shard", "1/2", "--plan", plan, "--store", self.dir / "s.db", "--quiet")
        self.assertIn(done.returncode, (0, 3), done.stderr)

    def test_what_does_not_fit_is_refused(self):
        plan = self.plan(3)
        def train(*more, code, options=self.DATA):
            done = run("train", self.csv, *options, "--store", self.dir / "x.db", "--quiet", *more)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertFalse((self.dir / "x.db").exists())
            return done.stderr
        self.assertIn("for 3 shards, not for 4", train("--shard", "1/4", "--plan", plan, code=64))
        self.assertIn("other options", train("--shard", "1/3", "--plan", plan, options=("--models", "naive"), code=65))
        self.assertIn("No such file", train("--shard", "1/3", "--plan", self.dir / "none", code=66))
        data, self.csv = self.csv, self.dir / "absent.csv"
        self.assertIn("absent.csv: No such file", train("--shard", "1/3", "--plan", plan, code=66))
        self.csv = self.dir / "other.csv"
        self.csv.write_bytes(data.read_bytes())
        self.assertIn(f"a plan of other data: {data.name} is not among those given", train("--shard", "1/3", "--plan", plan, code=65))
        (self.dir / "short").mkdir()
        self.csv = self.dir / "short" / data.name
        self.csv.write_bytes(data.read_bytes()[:-100])
        self.assertRegex(train("--shard", "1/3", "--plan", plan, code=65), f"{data.name} has .* bytes, it had")
        done = run("sums", self.csv, *self.DATA, "--shard", "1/3", "--plan", plan, "-o", self.dir / "x.sums")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.csv = data
        whole = plan.read_bytes()
        for name, bytes_ in {"cut": whole[:-100], "empty": b"", "other": b"x" * 1000,
                             "bent": whole[:-5000] + bytes([whole[-5000] ^ 1]) + whole[-4999:],
                             "head": whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]}.items():
            with self.subTest(name):
                (self.dir / name).write_bytes(bytes_)
                self.assertIn("fitd plan", train("--shard", "3/3", "--plan", self.dir / name, code=65))


class Refused(Shards):
    def refused(self, *shards, code=65, out="m.db", more=()):
        done = run("merge", "--store", self.dir / out, *shards, *more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr

    def test_the_code_of_somebody_elses_shard_does_not_become_the_callers_own(self):
        script = self.dir / "code.py"
        script.write_text("#!/usr/bin/env python3\nimport json, sys\nfor line in sys.stdin:\n"
                          "    print(json.dumps({'id': json.loads(line)['id'], 'model': 1}), flush=True)\n")
        script.chmod(0o755)
        data = self.sample("code.csv", targets=6, length=40)
        shards = [self.dir / f"code{i}.db" for i in (1, 2)]
        for i, shard in enumerate(shards, 1):
            self.train(data, "--store", shard, "--models", f"exec:{script}", "--season", "1", "--shard", f"{i}/2")
        shards[1].chmod(0o666)
        said = self.refused(*shards, code=77)
        self.assertIn("can be written by everybody and names code to run", said)
        self.assertIn("--allow-code", said)
        self.assertFalse((self.dir / "m.db").exists())
        self.assertEqual(run("merge", "--store", self.dir / "m.db", *shards, "--allow-code").returncode, 0)
        shards[1].chmod(0o644)
        self.assertEqual(run("merge", "--store", self.dir / "own.db", *shards).returncode, 0)

    def test_a_missing_shard_is_named_with_the_command_that_makes_it(self):
        shards = self.shards(3)
        said = self.refused(shards[0], shards[2])
        self.assertIn("1 of 3 shards is missing: 2/3", said)
        self.assertIn("--shard 2/3", said)
        before = shards[1].read_bytes()
        said = self.refused(shards[0], shards[2], out=shards[1].name, code=64)
        self.assertIn("s2of3.db is shard 2/3 itself; name another file for the whole", said)
        self.assertEqual(shards[1].read_bytes(), before)
        done = run("merge", "--store", self.dir / "p.db", shards[0], shards[2], "--partial", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["missing"], ["2/3"])
        again = json.loads(run("merge", "--store", self.dir / "p.db", shards[0], shards[2], "--partial", "--json").stdout)
        first = json.loads(done.stdout)
        self.assertTrue(again["already_merged"])
        self.assertEqual([again["targets"], again["failed"]], [first["targets"], first["failed"]])
        done = run("forecast", "--store", self.dir / "p.db", "--horizon", 2)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("merged without the shards 2/3", done.stderr)
        done = run("update", self.csv, "--store", self.dir / "p.db", "-q")
        self.assertEqual((done.returncode, "was merged without the shards 2/3" in done.stderr), (65, True), done.stderr)
        done = run("forecast", "--store", shards[0], "--horizon", 2)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("this is shard 1/3 of a fleet, ", done.stderr)
        done = self.merge(self.dir / "p.db", *shards)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(run("forecast", "--store", self.dir / "p.db", "--horizon", 2).stderr, "")

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
        with sqlite3.connect(two) as db:
            db.execute("update runs set state = 'cancelled'")
            db.execute("delete from globals where name like 'contents of run %'")  # which only a complete one has
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
