"""Faults as a table, through the real binary: what breaks where, and the summary that must come of it. After each: no
worker, no segment, no temporary file. The faults are seeded (common/process/fault.h) and need a build that has them."""
import contextlib
import json
import os
import re
import signal
import sqlite3
import unittest

from fitd_support import Scratch, run, start

ONE = ("--workers", "1", "--models", "naive,theta", "--season", "24")
LOCAL = ONE + ("--global", "none")
# Spawned first and second: the first target in hand dies with both, its retry included.
POISON = "worker.first_target=segv/1,worker.first_target=segv/2"


class Faults(Scratch):
    def setUp(self):
        super().setUp()
        self.store = self.dir / "s.db"
        self.data = self.sample(targets=40, length=80, seed=11, frequency="1h")

    def broken(self, faults, *args):
        done = run("train", *args, env={**os.environ, "FITD_FAULT": f"seed=7,{faults}"})
        if "no fault points" in done.stderr:
            self.skipTest("built without fault points")
        self.assertIn("seed 7", done.stderr)  # whoever reads the log can do it again
        return done

    def summary(self, done, code):
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return json.loads(done.stdout)

    def calm_export(self, *options):
        self.train(self.data, "--store", self.dir / "calm.db", *options)
        return self.export(self.dir / "calm.db")


class WorkerFaults(Faults):
    CELLS = [  # manner, cause in the summary
        ("segv", "signal:11"), ("abort", "signal:6"), ("exit0", "exit:0"), ("exit3", "exit:3"), ("exception", "exit:70"),
        ("hang", "timeout"), ("stop", "timeout"), ("oom", "oom"), ("corrupt_frame", "bad-message"),
        ("half_frame", "bad-message"), ("huge_frame", "bad-message"),
    ]
    # A deadline only where it is the subject: on a busy machine it might come before the end that is asked for.
    HANGS = {"hang": "200ms", "stop": "200ms"}
    POINTS = ("first_target", "mid_chunk", "write_result", "after_result", "idle")

    def skip_memory_limits_under_sanitizers(self, manner):
        if manner == "oom" and os.environ.get("FITD_SANITIZE"):
            self.skipTest("a sanitizer's own allocator ends the process instead of throwing bad_alloc")

    def test_once_at_any_point_costs_nothing(self):
        calm = self.calm_export(*LOCAL)
        for number, (manner, cause) in enumerate(self.CELLS):
            point = self.POINTS[number % len(self.POINTS)]
            with self.subTest(point=point, manner=manner):
                self.skip_memory_limits_under_sanitizers(manner)
                store = self.dir / f"{point}-{manner}.db"
                done = self.broken(f"worker.{point}={manner}/1", self.data, "--store", store, "--json",
                                   "--target-timeout", self.HANGS.get(manner, "60s"), *LOCAL)
                summary = self.summary(done, 0)
                self.assertEqual(summary["failures"], [])
                # While idle it may have been replaced only at the end; all else is seen at once.
                self.assertEqual(summary["worker_deaths"], 1)
                self.assertLessEqual(summary["retried"], 1)
                self.assertIn(f"died: {cause}", done.stderr)
                self.assertTrue(self.export(store) == calm, "the models changed")
                self.assert_no_leftovers(self.dir)

    def test_at_every_target_each_gets_a_simple_model_and_the_cause(self):
        data = self.sample("few.csv", targets=3, length=60, seed=4, frequency="1h")
        for manner, cause in self.CELLS:
            if manner in ("corrupt_frame", "huge_frame"):
                continue  # it goes on with its work, and may be done before its message is read
            with self.subTest(manner=manner):
                self.skip_memory_limits_under_sanitizers(manner)
                store = self.dir / f"{manner}.db"
                done = self.broken(f"worker.first_target={manner}", data, "--store", store, "--json",
                                   "--target-timeout", self.HANGS.get(manner, "60s"), *LOCAL)
                summary = self.summary(done, 3)
                self.assertEqual([f["reason"] for f in summary["failures"]], [cause] * 3)
                self.assertEqual((summary["fitted"], summary["fallback"], summary["failed"]), (0, 3, 0))
                self.assertEqual((summary["retried"], summary["worker_deaths"]), (3, 6))
                self.assertIn("100.0 % of the targets (3 of 3) have a simple model", done.stderr)
                forecast = run("forecast", "--store", store, "--horizon", "2")
                self.assertEqual((forecast.returncode, len(forecast.stdout.splitlines())), (0, 7), forecast.stderr)

    def test_workers_that_never_come_up_end_the_run_with_a_clear_error(self):
        for point in ("before_hello", "attach", "prepare"):
            for manner, cause in (("exit3", "exit:3"), ("segv", "signal:11"), ("kill", "signal:9")):
                with self.subTest(point=point, manner=manner):
                    done = self.broken(f"worker.{point}={manner}", self.data, "--store", self.store, *LOCAL)
                    self.assertEqual(done.returncode, 70, done.stderr[-2000:])
                    self.assertRegex(done.stderr, rf"workers die before they can work, \d+ in a row.*fitd-worker.*{cause}")
                    self.assert_no_leftovers(self.dir)

    def test_a_worker_lost_in_the_global_stage_changes_nothing(self):
        calm = self.calm_export(*ONE)
        for manner in ("segv", "kill", "corrupt_frame"):
            with self.subTest(manner=manner):
                store = self.dir / f"{manner}.db"
                done = self.broken(f"worker.first_target={manner}/1", self.data, "--store", store, "--json", *ONE)
                self.assertEqual(self.summary(done, 0)["worker_deaths"], 1)
                self.assertTrue(self.export(store) == calm, "the models changed")

    def test_a_plan_that_is_not_understood_is_refused(self):
        done = run("train", self.data, "--store", self.store, env={**os.environ, "FITD_FAULT": "parent.nowhere=kill"})
        if "no fault points" in done.stderr:
            self.skipTest("built without fault points")
        self.assertEqual(done.returncode, 64)
        self.assertIn("parent.nowhere=kill", done.stderr)


class ParentFaults(Faults):
    POINTS = ("run_begun", "global_made", "global_saved", "record", "before_commit", "after_commit", "fitted",
              "before_finish", "finished")

    def resumed(self, store, *options):
        """Targets that the next run of the same command found saved."""
        done = run("train", self.data, "--store", store, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = re.search(r"\((\d+) of them in an earlier attempt\)", done.stdout)
        return int(found[1]) if found else 0

    def test_killed_at_any_point_the_same_command_finishes_with_the_same_bits(self):
        calm = self.calm_export(*ONE)
        all_saved = {"after_commit", "fitted", "before_finish", "finished"}
        for point in self.POINTS:
            with self.subTest(point=point):
                store = self.dir / f"{point}.db"
                done = self.broken(f"parent.{point}=kill", self.data, "--store", store, *ONE)
                self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)
                self.assert_no_leftovers(self.dir)
                resumed = self.resumed(store, *ONE)
                # Nothing is done twice beyond the batch that was not committed; this small run has one.
                self.assertEqual(resumed > 0, point in all_saved, f"{resumed} targets were found saved")
                self.assertTrue(self.export(store) == calm, "the models changed")

    def test_killed_again_and_again_it_still_gets_there(self):
        calm = self.calm_export(*ONE)
        for point in self.POINTS:
            done = self.broken(f"parent.{point}=kill", self.data, "--store", self.store, *ONE)
            self.assertIn(done.returncode, (0, -signal.SIGKILL))
        self.train(self.data, "--store", self.store, *ONE)
        self.assertTrue(self.export(self.store) == calm, "the models changed")

    def test_a_quarantine_outlives_the_parent_that_did_not_save_the_target(self):
        done = self.broken(POISON, self.data, "--store", self.dir / "poison.db", *LOCAL)
        self.assertEqual(done.returncode, 3, done.stderr)
        poisoned = self.export(self.dir / "poison.db")
        done = self.broken(POISON + ",parent.before_commit=kill", self.data, "--store", self.store, *LOCAL)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        summary = self.train(self.data, "--store", self.store, *LOCAL, code=3)
        self.assertEqual((summary["worker_deaths"], summary["failures"][0]["reason"]), (0, "signal:11"))
        self.assertTrue(self.export(self.store) == poisoned, "the models changed")

    def test_killed_before_the_quarantine_the_target_gets_another_chance(self):
        calm = self.calm_export(*LOCAL)
        done = self.broken(POISON + ",parent.lost=kill", self.data, "--store", self.store, *LOCAL)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        self.train(self.data, "--store", self.store, *LOCAL)
        self.assertTrue(self.export(self.store) == calm, "the models changed")


class LostStore(Faults):
    def away(self):
        os.replace(self.store, self.dir / "away.db")

    def replaced(self):
        os.replace(self.other, self.store)

    def test_a_store_that_goes_while_it_is_written_is_no_success(self):
        calm = self.calm_export(*ONE)
        self.other = self.dir / "other.db"
        for point in ("run_begun", "before_commit", "after_commit", "before_finish"):
            for loss in (lambda: os.remove(self.store), self.away, self.replaced):
                with self.subTest(point=point, loss=loss):
                    self.train(self.data, "--store", self.other, "--models", "mean")
                    other = self.export(self.other)
                    process = start("train", self.data, "--store", self.store, "--json", "--progress", "none", *ONE,
                                    env={**os.environ, "FITD_FAULT": f"seed=7,parent.{point}=stop"})
                    self.addCleanup(process.kill)
                    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
                    loss()
                    process.send_signal(signal.SIGCONT)
                    said, complaint = process.communicate(timeout=60)
                    if "no fault points" in complaint:
                        self.skipTest("built without fault points")
                    self.assertEqual((process.returncode, said), (74, ""), complaint)
                    self.assertEqual(complaint.count(f"fitd: the store {self.store} was removed or replaced"), 1, complaint)
                    self.assertIn("run the command again", complaint)
                    self.assert_no_leftovers(self.dir)
                    if loss == self.replaced:
                        self.assertTrue(self.export(self.store) == other, "the store that came in its place is changed")
                    self.train(self.data, "--store", self.store, *ONE)
                    self.assertTrue(self.export(self.store) == calm, "the models changed")
                    os.remove(self.store)


class Costs(Faults):
    def test_what_fits_cost_is_kept_and_changes_no_model(self):
        calm = self.calm_export(*ONE)
        self.train(self.data, "--store", self.store, *ONE)
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            learned = db.execute("SELECT value FROM cost_model").fetchall()
        self.assertEqual(len(learned), 1)
        self.train(self.data, "--store", self.store, "--fresh", *ONE)
        self.assertTrue(self.export(self.store) == calm, "the models changed")
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            self.assertNotEqual(db.execute("SELECT value FROM cost_model").fetchall(), learned)

    def test_costs_that_cannot_be_read_are_learned_again(self):
        calm = self.calm_export(*ONE)
        self.train(self.data, "--store", self.store, *ONE)
        with contextlib.closing(sqlite3.connect(self.store)) as db, db:
            db.execute("UPDATE cost_model SET value = x'00ff'")
        done = run("train", self.data, "--store", self.store, "--fresh", *ONE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cost", done.stderr)
        self.assertTrue(self.export(self.store) == calm, "the models changed")


class Poison(Faults):
    def poison(self):
        """One target has killed two workers; returns its id."""
        done = self.broken(POISON, self.data, "--store", self.store, "--json", *LOCAL)
        summary = self.summary(done, 3)
        self.assertEqual((summary["fallback"], summary["retried"], summary["worker_deaths"]), (1, 1, 2))
        self.assertEqual(summary["failures"][0]["reason"], "signal:11")
        self.assertIn("2.5 % of the targets (1 of 40) have a simple model", done.stderr)
        return summary["failures"][0]["target"]

    def change(self, target, of_target):
        """Data with the last value changed of that target, or of another one."""
        lines = self.data.read_text().splitlines()
        index = max(i for i, line in enumerate(lines) if i > 0 and line.startswith(target + ",") == of_target)
        head, value = lines[index].rsplit(",", 1)
        lines[index] = f"{head},{float(value or 0) + 1.5}"
        path = self.dir / f"changed-{of_target}.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def fit(self, code, *args):
        summary = self.train(*args, "--store", self.store, *LOCAL, code=code)
        self.assertEqual(summary["worker_deaths"], 0)
        return summary["failures"]

    def test_a_poisonous_target_is_skipped_until_its_data_or_the_models_change(self):
        target = self.poison()
        listed = run("models", "--store", self.store, "--failed", "--format", "csv").stdout
        self.assertEqual({line.split(",")[0] for line in listed.splitlines()[1:]}, {target})
        self.assertIn("signal:11", listed)
        skipped = [{"target": target, "reason": "signal:11"}]
        self.assertEqual(self.fit(3, self.data), skipped)
        self.assertEqual(self.fit(3, self.change(target, False)), skipped)
        self.assertEqual(self.fit(0, self.change(target, True)), [])
        self.assertEqual(self.fit(0, self.data, "--fresh"), [], "from nothing")
        self.train(self.data, "--store", self.store, "--models", "theta", "--season", "24")

    def test_it_is_tried_again_when_asked(self):
        calm = self.calm_export(*LOCAL)
        self.poison()
        done = run("train", self.data, "--store", self.store, "--retry-quarantined", "--json", "--log-level", "info", *LOCAL)
        self.assertEqual(self.summary(done, 0)["failures"], [])
        self.assertIn("going on with run 1: 39 of 40 targets are saved", done.stderr)
        self.assertTrue(self.export(self.store) == calm, "the models changed")
        self.assertEqual(self.fit(0, self.data, "--fresh"), [])

    def test_more_failures_than_allowed_end_the_run_and_a_larger_limit_goes_on(self):
        for limit, larger in (("2", "50"), ("7%", "100%")):
            with self.subTest(limit=limit):
                store = self.dir / f"{larger}.db"
                options = ("--store", store, "--retries", "0", "--max-failures")
                done = self.broken("worker.first_target=exit3", self.data, *options, limit, *LOCAL)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertRegex(done.stderr, rf"3 of 40 targets failed, more than --max-failures {limit}; .*exit:3")
                self.assert_no_leftovers(self.dir)
                again = run("train", self.data, *options, limit, *LOCAL)
                self.assertEqual(again.returncode, 65, again.stderr)
                self.assertIn("3 of 40 targets failed in an earlier attempt", again.stderr)
                summary = self.train(self.data, *options, larger, *LOCAL, code=3)
                self.assertEqual((summary["fallback"], len(summary["failures"])), (3, 3))
                complete = run("train", self.data, *options, limit, *LOCAL)
                self.assertEqual(complete.returncode, 65, complete.stderr)

    def test_fail_fast_ends_at_the_first(self):
        done = self.broken("worker.first_target=exit3", self.data, "--store", self.store, "--retries", "0",
                           "--fail-fast", *LOCAL)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("ended by --fail-fast", done.stderr)
        summary = self.train(self.data, "--store", self.store, *LOCAL, code=3)
        self.assertEqual(len(summary["failures"]), 1)


if __name__ == "__main__":
    unittest.main()
