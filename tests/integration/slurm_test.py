"""fitd slurm with a stand-in for Slurm, which runs what it is given at once: the chain trains, merges, goes on with what is
missing, and the merged store exports what one host exports. No cluster is started here."""
import json
import os
import stat
import unittest

from fitd_support import FITD, Scratch, run

SBATCH = """#!/usr/bin/env python3
import os, pathlib, subprocess, sys
here = pathlib.Path(__file__).parent
number = int((here / "next").read_text() or 1) if (here / "next").exists() else 1
(here / "next").write_text(str(number + 1))
tasks, extra = [None], {}
for arg in sys.argv[1:-1]:
    if arg.startswith("--array="):
        tasks = []
        for part in arg[8:].split(","):
            low, _, high = part.partition("-")
            tasks += range(int(low), int(high or low) + 1)
    if arg.startswith("--export=ALL,"):
        extra = dict(pair.split("=") for pair in arg[13:].split(","))
(here / "calls").open("a").write(" ".join(sys.argv[1:]) + "\\n")
for task in tasks:
    env = dict(os.environ, SLURM_JOB_ID=str(number), SLURMD_NODENAME="n0", **extra)
    if task is not None:
        env.update(SLURM_ARRAY_JOB_ID=str(number), SLURM_ARRAY_TASK_ID=str(task))
    if (here / "lose").exists() and (here / "lose").read_text() == str(task):
        continue  # a node that went down
    subprocess.run(["bash", sys.argv[-1]], env=env, stdout=subprocess.DEVNULL, stderr=(here / "log").open("a"))
print(number)
"""


class Slurm(Scratch):
    def setUp(self):
        super().setUp()
        self.bin = self.dir / "bin"
        self.bin.mkdir()
        for name, text in (("sbatch", SBATCH), ("squeue", "#!/bin/sh\n"), ("scontrol", "#!/bin/sh\necho MaxArraySize = 4\n")):
            (self.bin / name).write_text(text)
            (self.bin / name).chmod(stat.S_IRWXU)
        self.env = dict(os.environ, PATH=f"{self.bin}:{os.environ['PATH']}")
        self.csv = self.dir / "d.csv"
        self.csv.write_text(run("sample", "--targets", 40, "--length", 60, "--seed", 3, "--frequency", "1M").stdout)
        self.job = self.dir / "cpu.toml"
        self.job.write_text(f'[data]\nfiles = ["{self.csv}"]\n[models]\nlocal = ["theta", "naive"]\nseason = 12\n'
                            f'[store]\npath = "{self.dir / "cpu.db"}"\n')

    def slurm(self, *args, code=0):
        done = run("slurm", self.job, "--shards", 5, *args, env=self.env)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def log(self):
        return (self.bin / "log").read_text() if (self.bin / "log").exists() else ""

    def test_the_chain_gives_the_bytes_of_one_host(self):
        one = self.dir / "one.db"
        self.assertEqual(run("train", "--job", self.job, "--store", one, "--quiet").returncode, 0)
        self.slurm("--submit")
        merged = run("export", "--store", self.dir / "cpu.db")
        self.assertEqual(merged.returncode, 0, merged.stderr + self.log())
        self.assertEqual(merged.stdout, run("export", "--store", one).stdout)
        self.assertIn("nothing is missing", self.slurm("--submit").stdout)
        # Arrays keep below MaxArraySize: ids 1 to 3, the others with an offset.
        calls = (self.bin / "calls").read_text()
        self.assertIn("--array=1-3 --export=ALL,FITD_OFFSET=0", calls)
        self.assertIn("--array=1-2 --export=ALL,FITD_OFFSET=3", calls)

    def test_what_a_lost_node_had_is_submitted_again(self):
        (self.bin / "lose").write_text("2")
        self.slurm("--submit")
        states = {(t["step"], t["shard"]): t["state"] for t in json.loads(self.slurm("--status", "--json").stdout)["tasks"]}
        self.assertEqual(states["sums", 2], "missing")
        self.assertNotIn("done", (states["merge-sums", 0], states["train", 1], states["merge", 0]))
        (self.bin / "lose").unlink()
        self.slurm("--submit")
        self.assertIn("nothing is missing", self.slurm("--submit").stdout)
        self.assertEqual(json.loads(self.slurm("--status", "--json").stdout)["counts"].keys(), {"done"})

    def test_without_submit_it_only_says_what_it_would_do(self):
        text = self.slurm("--partition", "batch").stdout
        self.assertIn("'--partition=batch'", text)
        self.assertIn("train --job", text)
        self.assertFalse((self.bin / "calls").exists())

    def test_a_folder_is_for_one_chain_and_a_refusal_is_told(self):
        self.slurm("--submit")
        other = run("slurm", self.job, "--shards", 6, "--submit", env=self.env)
        self.assertEqual(other.returncode, 64)
        self.assertIn("name another --folder", other.stderr)
        (self.bin / "sbatch").write_text("#!/bin/sh\necho 'invalid partition specified' >&2\nexit 1\n")
        refused = run("slurm", self.job, "--shards", 5, "--submit", "--folder", self.dir / "f", env=self.env)
        self.assertEqual(refused.returncode, 69)
        self.assertIn("invalid partition", refused.stderr)


if __name__ == "__main__":
    unittest.main()
