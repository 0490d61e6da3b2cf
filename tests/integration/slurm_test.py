"""fitd slurm on a real cluster of two nodes on this host, or, where Slurm is not installed, on a stand-in for sbatch (the
first line of the output says which): the chain trains and merges to the bytes of one host, whatever is killed, lost or
done twice meanwhile."""
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

from fitd_support import SHARED, Scratch, run, wait_until
from slurm_cluster import start_cluster

PATIENCE = 600


class Slurm(Scratch):
    @classmethod
    def setUpClass(cls):
        cls.cluster = start_cluster()
        cls.addClassCleanup(cls.cluster.stop)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.clear_queue)

    def clear_queue(self):
        if self.cluster.real:
            self.cluster.call("scancel", "--user=root")
            wait_until(self.cluster.idle, 60, "an empty queue")

    def job(self, targets=40, length=60, models=("theta", "naive"), files=None, **more):
        """A job file and the bytes that one host gives."""
        if files is None:
            csv = self.dir / "d with space.csv"
            csv.write_text(run("sample", "--targets", targets, "--length", length, "--seed", 3, "--frequency", "1M").stdout)
            files = [csv]
        job = self.dir / "the job.toml"
        lines = [f"files = {json.dumps([str(f) for f in files])}", "[models]", f"local = {json.dumps(list(models))}"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in {"season": 12, **more}.items()]
        job.write_text("[data]\n" + "\n".join(lines) + f'\n[store]\npath = "{self.dir / "cpu.db"}"\n')
        one = self.dir / "one.db"
        done = run("train", "--job", job, "--store", one, "--quiet")
        self.assertIn(done.returncode, (0, 3), done.stderr)
        self.one = self.export(one)
        return job

    def slurm(self, job, *args, code=0):
        done = run("slurm", job, *args, env=self.cluster.env)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def states(self, job, *args):
        tasks = json.loads(self.slurm(job, "--status", "--json", *args).stdout)["tasks"]
        return {(task["step"], task["shard"]): task for task in tasks}

    def finish(self, what=lambda: ""):
        """Until nothing is queued any more."""
        if self.cluster.real:
            wait_until(lambda: time.sleep(0.1) or self.cluster.hurry(), PATIENCE, f"an empty queue {what()}")

    def logs(self, folder):
        return "".join(f"\n{p.name}: {p.read_text()[-600:]}" for p in sorted((folder / "logs").iterdir()))

    def expect_merged(self, store, folder):
        merged = run("export", "--store", store)
        self.assertEqual(merged.returncode, 0, merged.stderr + self.logs(folder))
        self.assertEqual(merged.stdout == self.one, True, "the export is not that of one host")


class Chain(Slurm):
    def test_any_number_of_shards_gives_the_bytes_of_one_host(self):
        m3 = SHARED / "data" / "m3" / "monthly.train.csv"
        if m3.exists():
            job = self.job(files=[m3])
        else:
            print("no M3 data here: generated ones")
            job = self.job(targets=300, length=100)
        places = {n: (self.dir / f"{n}.db", self.dir / f"shards of {n}") for n in (1, 3, 20)}
        for count, (store, folder) in places.items():
            self.slurm(job, "--shards", count, "--store", store, "--folder", folder, "--submit")
        self.finish()
        for count, (store, folder) in places.items():
            with self.subTest(shards=count, real=self.cluster.real):
                self.expect_merged(store, folder)
                more = ("--shards", count, "--store", store, "--folder", folder)
                self.assertIn("nothing is missing", self.slurm(job, *more, "--submit").stdout)
                self.assertEqual({task["state"] for task in self.states(job, "--store", store, "--folder", folder).values()},
                                 {"done"})
        # Arrays keep below MaxArraySize (9 here): ids 1 to 8, the others with an offset.
        jobs = json.loads((places[20][1] / "manifest.json").read_text())["jobs"]
        self.assertEqual([(j["tasks"], j["offset"]) for j in jobs if j["step"] == "train"],
                         [("1-8", 0), ("1-8", 8), ("1-4", 16)])

    def test_a_merged_store_that_is_gone_is_merged_again(self):
        job = self.job(targets=40, length=60, models=("arima", "ets"))
        self.slurm(job, "--shards", 2, "--submit")
        self.finish()
        store = self.dir / "cpu.db"
        self.expect_merged(store, self.dir / "cpu.db.shards")
        store.unlink()
        self.assertEqual({step: task["state"] for (step, _), task in self.states(job).items()}["merge"], "missing")
        self.assertRegex(self.slurm(job, "--shards", 2, "--submit").stdout, r"^merge +job \d+\n$")
        self.finish()
        self.expect_merged(store, self.dir / "cpu.db.shards")

    def test_what_a_lost_node_had_is_done_again(self):
        if self.cluster.real:
            job = self.job(targets=60, length=150, models=("arima", "ets"))
            self.slurm(job, "--shards", 2, "--submit")
            def training():
                busy = self.cluster.processes_of("n1")
                return "fitd-worker" in busy.values() and list((self.dir / "cpu.db.shards/shards").glob(".*.n1.db"))
            wait_until(training, PATIENCE, "a shard in mid-run on n1")
            killed = self.cluster.kill_node("n1")
            self.assertLessEqual({"slurmd", "slurmstepd", "fitd", "fitd-worker"}, killed)
            self.finish()
            log = (self.cluster.dir / "log" / "slurmctld.log").read_text()
            self.assertRegex(log, "(?i)requeue")
        else:
            job = self.job()
            self.cluster.lose(2)
            self.slurm(job, "--shards", 5, "--submit")
            states = self.states(job)
            self.assertEqual(states["sums", 2]["state"], "missing")
            self.assertNotIn("done", [states[task]["state"] for task in (("merge-sums", 0), ("train", 1), ("merge", 0))])
            self.cluster.lose(None)
            self.slurm(job, "--shards", 5, "--submit")
        self.expect_merged(self.dir / "cpu.db", self.dir / "cpu.db.shards")

    def let_them_meet(self):
        """Stops the first of two copies of a shard until the other trains as well."""
        def training(node):
            def is_training(pid):
                try:
                    return b"--shard" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
                except OSError:
                    return False
            return [pid for pid, exe in self.cluster.processes_of(node).items() if exe == "fitd" and is_training(pid)]
        stopped = set()
        def both():
            running = [training(node) for node in ("n0", "n1")]
            if not all(running):
                for pid in sum(running, []):
                    stopped.add(pid)
                    os.kill(pid, signal.SIGSTOP)
            return all(running)
        try:
            wait_until(both, PATIENCE, "the same shard on both nodes at once")
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    def test_two_copies_of_a_task_do_no_harm(self):
        job = self.job(targets=100, length=150, models=("arima", "ets"))
        job.write_text(job.read_text().replace("[models]", '[models]\nglobal = "none"'))
        one = self.dir / "again.db"
        self.assertEqual(run("train", "--job", job, "--store", one, "--quiet").returncode, 0)
        self.one = self.export(one)
        self.slurm(job, "--shards", 1, "--submit")
        folder = self.dir / "cpu.db.shards"
        subprocess.run(["sbatch", "--array=1", "--exclusive", "--output=/dev/null", folder / "train.sh"], check=True,
                       env=self.cluster.env, capture_output=True)
        if self.cluster.real:
            self.let_them_meet()
        self.finish()
        self.expect_merged(self.dir / "cpu.db", folder)
        self.assertEqual(sorted(p.name for p in (folder / "shards").iterdir()), ["1.db"])


class Trouble(Slurm):
    def test_a_shard_missing_at_the_merge_is_named(self):
        job = self.job()
        folder = self.dir / "cpu.db.shards"
        self.slurm(job, "--shards", 3, "--submit")
        self.finish()
        (folder / "merged").unlink()
        (folder / "shards" / "2.db").unlink()
        (self.dir / "cpu.db").unlink()
        subprocess.run(["sbatch", "--output=/dev/null", folder / "merge.sh"], check=True, env=self.cluster.env,
                       capture_output=True)
        self.finish()
        merge = self.states(job)["merge", 0]
        self.assertEqual(merge["state"], "failed")
        self.assertIn("exit 65", merge["why"])
        self.assertIn("2/3", merge["why"])
        text = self.slurm(job, "--status").stdout
        self.assertIn("train 2/3", text)
        self.assertIn("exit 65", text)
        # The same command again makes the missing shard and merges, and nothing else.
        done = self.slurm(job, "--shards", 3, "--submit", "--json")
        self.assertEqual([(j["step"], j["tasks"]) for j in json.loads(done.stdout)["jobs"]], [("train", "2"), ("merge", "")])
        self.finish()
        self.expect_merged(self.dir / "cpu.db", folder)

    def test_what_is_worth_another_try_is_requeued(self):
        job = self.job()
        folder = self.dir / "cpu.db.shards"
        (folder / "shards").mkdir(parents=True)
        held = []
        for node in ("n0", "n1"):  # somebody else's store: exit 75
            held.append(open(folder / "shards" / f".1.{node}.db", "w"))
            fcntl.flock(held[-1], fcntl.LOCK_EX)
        self.slurm(job, "--shards", 2, "--submit")
        if self.cluster.real:
            def requeued():
                state = self.states(job)["train", 1]
                return state["state"] == "waiting" and state["why"] == "BeginTime"
            wait_until(requeued, PATIENCE, "the task in the queue again")
        else:
            state = self.states(job)["train", 1]
            self.assertEqual(state["state"], "failed")
            self.assertIn("exit 75 on n0", state["why"])
            self.assertIn("is being written by process", state["why"])
        for file in held:
            os.unlink(file.name)
            file.close()
        if not self.cluster.real:
            self.slurm(job, "--shards", 2, "--submit")
        self.finish()
        self.expect_merged(self.dir / "cpu.db", folder)

    def test_the_same_command_does_not_submit_what_is_queued(self):
        job = self.job(targets=40, length=150, models=("arima", "ets"))
        self.slurm(job, "--shards", 4, "--submit")
        again = self.slurm(job, "--shards", 4, "--submit").stdout
        self.assertIn("nothing is missing", again)
        if self.cluster.real:
            self.assertIn("in the queue", again)
            self.assertIn("waiting", {task["state"] for task in self.states(job).values()})
        self.finish()
        self.expect_merged(self.dir / "cpu.db", self.dir / "cpu.db.shards")

    def test_a_job_that_cannot_be_done_says_why(self):
        job = self.job()
        (self.dir / "d with space.csv").unlink()
        folder = self.dir / "cpu.db.shards"
        self.slurm(job, "--shards", 2, "--submit")
        self.finish()
        states = self.states(job)
        self.assertEqual({task["state"] for task in states.values()} - {"failed", "missing"}, set(), states)
        first = states["plan", 0]
        self.assertIn("exit 66", first["why"])
        self.assertIn("d with space.csv", first["why"])
        self.assertIn("d with space.csv", self.logs(folder))

    def test_without_submit_it_only_says_what_it_would_do(self):
        job = self.job()
        text = self.slurm(job, "--shards", 5, "--partition", "batch", "--sbatch=--comment=two words").stdout
        self.assertIn(" --partition=batch '--comment=two words' ", text)
        self.assertIn("train --job", text)
        self.assertIn("--exclusive", text)
        self.assertNotIn("--exclusive", self.slurm(job, "--shards", 5, "--sbatch=--cpus-per-task=2").stdout)
        self.assertFalse((self.dir / "cpu.db.shards").exists())
        self.assertIn("--shards", self.slurm(job, code=64).stderr)
        self.assertIn("nothing was submitted", self.slurm(job, "--status", code=66).stderr)

    def test_a_folder_is_for_one_chain_and_a_refusal_is_told(self):
        job = self.job()
        self.slurm(job, "--shards", 5, "--submit")
        self.assertIn("name another --folder", self.slurm(job, "--shards", 6, "--submit", code=64).stderr)
        refused = self.slurm(job, "--shards", 5, "--submit", "--folder", self.dir / "f", "--sbatch=--partition=none",
                             code=69)
        self.assertIn("invalid partition", refused.stderr)
        self.finish()

    def test_a_queue_that_cannot_be_asked_is_not_an_empty_one(self):
        """Commands of a cluster whose controller is away: what was submitted may well run."""
        job = self.job()
        folder = self.dir / "commands"
        folder.mkdir()
        calls = folder / "calls"
        for name, text in {"sbatch": f'echo "$*" >> {calls}; echo "sbatch: INFO: 3 nodes are in service" >&2; wc -l < {calls}',
                           "scancel": "exit 0", "scontrol": "exit 0",
                           "squeue": f'cat {folder}/says >&2; exit 1'}.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        env = {"PATH": f"{folder}:/usr/bin:/bin"}
        submit = ("slurm", job, "--shards", 2, "--submit")
        self.assertEqual(run(*submit, env=env).returncode, 0)
        submitted = calls.read_text()
        (folder / "says").write_text("squeue: error: Unable to contact slurm controller\n")
        for args in (submit, ("slurm", job, "--status")):
            refused = run(*args, env=env)
            self.assertEqual(refused.returncode, 69, refused.stdout + refused.stderr)
            self.assertIn("Unable to contact slurm controller", refused.stderr)
        (folder / "says").write_text("")
        self.assertIn("cannot say what is queued: it ended with exit code 1 and no word; try again", run(*submit, env=env).stderr)
        self.assertEqual(calls.read_text(), submitted)
        # What Slurm has forgotten is submitted anew.
        (folder / "says").write_text("slurm_load_jobs error: Invalid job id specified\n")
        self.assertEqual(run(*submit, env=env).returncode, 0)
        self.assertGreater(len(calls.read_text()), len(submitted))


if __name__ == "__main__":
    unittest.main()
