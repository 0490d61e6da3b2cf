"""How users' code ends: what it has written is there, what it hangs in is bounded, what it has left is gone."""
import csv
import os
import pathlib
import sqlite3
import time
import unittest

from fitd_support import BIN, Scratch, processes, run, wait_until

HAS_PYTHON = (BIN / "fitd-worker-python").exists()

WRITES = """
import atexit, os
FOLDER = os.environ["FOLDER"]
F = open(os.path.join(FOLDER, "fitlog.csv"), "a")
class Whole:
    def __del__(self, open=open): open(os.path.join(FOLDER, f"del_{os.getpid()}"), "w").close()
WHOLE = Whole()
atexit.register(lambda: open(os.path.join(FOLDER, f"atexit_{os.getpid()}"), "w").close())
def fit(target, frame, context):
    F.write(f"fit {target}\\n")
    return {"m": float(frame.values[-1])}
def forecast(model, horizon, levels):
    F.write("forecast\\n")
    return [model["m"]] * horizon
"""

LEAVES_MEMORY = """
import os
from multiprocessing import Process, shared_memory
import time
def fit(target, frame, context):
    memory = shared_memory.SharedMemory(create=True, size=1000, name=f"left_by_users_code_{os.getpid()}_{target}")
    Process(target=time.sleep, args=(97,), daemon=True).start()
    return {"m": 1.0}
"""

HANGS = """
import threading, time
def fit(target, frame, context):
    threading.Thread(target=lambda: time.sleep(1000)).start()
    return {"m": 1.0}
"""

CRASHES = """
import atexit, ctypes
atexit.register(lambda: ctypes.string_at(0))
def fit(target, frame, context): return {"m": 1.0}
def forecast(model, horizon, levels): return [1.0] * horizon
"""

COMMAND = r"""#!/usr/bin/python3
import json, os, signal, sys, time
out = open(os.environ["FOLDER"] + f"/exec_{os.getpid()}", "w")
end = sys.argv[1]
if end == "stubborn": signal.signal(signal.SIGTERM, signal.SIG_IGN)
if end == "told": signal.signal(signal.SIGTERM, lambda *_: (out.write("told\n"), out.close(), os._exit(0)))
for line in sys.stdin:
    request = json.loads(line)
    answer = {"id": request["id"], "model": 1.0} if request["op"] == "fit" else {"id": request["id"], "mean": [1.0] * request["horizon"]}
    print(json.dumps(answer), flush=True)
    out.write(request["op"] + "\n")
if end != "orderly": time.sleep(60)
time.sleep(0.3)
print("x" * 100000, flush=True)  # that nobody reads must not stop it
out.write("end\n")
out.close()
"""


class End(Scratch):
    def setUp(self):
        super().setUp()
        self.environment = {**os.environ, "FOLDER": str(self.dir)}
        self.environment.pop("FITD_PYTHON", None)
        self.data = self.sample(targets=6, length=60, seed=3)
        self.store = self.dir / "s.db"

    def module(self, text, name="mine"):
        (self.dir / f"{name}.py").write_text(text)

    def fit(self, *args, model="python:mine:fit", **kwargs):
        return self.train(self.data, "--store", self.store, "--models", model, "--python-path", self.dir, *args,
                          env=self.environment, **kwargs)

    def forecast(self, code=0):
        done = run("forecast", "--store", self.store, "--horizon", 2, env=self.environment)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def lines(self):
        path = self.dir / "fitlog.csv"
        return path.read_text().splitlines() if path.exists() else []

    def files(self, start):
        return sorted(p.name for p in self.dir.iterdir() if p.name.startswith(start))


@unittest.skipUnless(HAS_PYTHON, "fitd-worker-python was not built (python3-dev, pybind11-dev)")
class Python(End):
    def test_a_file_that_is_kept_open_has_every_line(self):
        self.module(WRITES)
        for workers in ("2", "0"):
            self.fit("--workers", workers, "--fresh")
            self.assertEqual(sorted(set(self.lines())), sorted(f"fit {t}" for t in self.targets()))
            self.assertEqual(len(self.lines()), len(self.targets()))
            self.assertEqual(len(self.files("atexit_")), len(self.files("del_")))
            self.assertGreaterEqual(len(self.files("atexit_")), 1)
            (self.dir / "fitlog.csv").unlink()
        self.forecast()
        self.assertEqual(self.lines(), ["forecast"] * len(self.targets()))
        self.assertEqual(len(self.files("atexit_")), len(self.files("del_")))

    def targets(self):
        return sorted({row["target"] for row in csv.DictReader(self.data.read_text().splitlines())})

    def test_workers_that_are_recycled_end_so_too(self):
        self.module(WRITES)
        self.fit("--workers", "1", "--recycle-targets", "2")
        self.assertEqual(len(self.lines()), len(self.targets()))
        self.assertGreaterEqual(len(self.files("atexit_")), 2)

    def test_shared_memory_of_users_code_is_removed_and_its_processes_are_ended(self):
        self.module(LEAVES_MEMORY)
        left = lambda: [p.name for p in pathlib.Path("/dev/shm").iterdir() if p.name.startswith("left_by_users_code_")]
        self.addCleanup(lambda: [(pathlib.Path("/dev/shm") / name).unlink() for name in left()])
        summary = self.fit("--workers", "2")
        self.assertEqual(summary["fitted"], 6)
        self.assertEqual(left(), [])
        wait_until(lambda: not processes("fitd-worker-python"), 2, "no Python worker left")

    def test_a_thread_that_goes_on_holds_the_run_up_for_five_seconds(self):
        self.module(HANGS)
        done = run("train", self.data, "--store", self.store, "--models", "python:mine:fit", "--python-path", self.dir,
                   "--workers", "2", env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Python did not end within 5 s", done.stderr)
        self.assertIn("6 fitted", done.stdout)

    def test_a_crash_at_the_end_loses_no_result(self):
        self.module(CRASHES)
        self.assertEqual(self.fit("--workers", "2")["fitted"], 6)
        done = self.forecast()
        self.assertEqual(len(done.stdout.splitlines()), 13)
        self.assertIn("crashed while it ended", done.stderr)

    def test_a_fitd_python_that_is_none_is_named(self):
        self.module(WRITES)
        (self.dir / "old").write_text("#!/bin/sh\necho python 3.1\n")
        (self.dir / "old").chmod(0o755)
        for program, text in (("/bin/true", "is no Python"), ("/bin/echo", "is no Python"), ("/nope", "names no program"),
                              (self.dir / "old", "is Python 3.1, this fitd embeds")):
            self.environment["FITD_PYTHON"] = str(program)
            done = run("train", self.data, "--store", self.store, "--models", "python:mine:fit", "--python-path", self.dir,
                       env=self.environment)
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn(text, done.stderr)
        self.assertFalse(self.store.exists())
        self.environment["FITD_PYTHON"] = "python3"
        self.fit()

    def test_changed_code_is_said_once_of_a_forecast(self):
        self.module(WRITES)
        self.fit()
        self.assertEqual(self.forecast().stderr, "")
        self.module(WRITES.replace("[model", "[2 * model"))
        done = self.forecast()
        warning = "fitd: the code of the users' algorithms in run 1 has changed since it was trained; train again\n"
        self.assertEqual(done.stderr, warning)
        plot = run("plot", "--store", self.store, "--target", self.targets()[0], env=self.environment)
        self.assertEqual(plot.stderr.count(warning), 1, plot.stderr)
        self.fit()
        self.assertEqual(self.forecast().stderr, "")

    def test_what_json_has_not_is_null(self):
        self.module("def fit(t, f, c): return {'aic': float('inf'), 'bic': float('-inf'), 'x': float('inf'), 'sigma2': float('nan')}")
        self.fit()
        listed = run("models", "--store", self.store, "--format", "json")
        exported = run("export", "--store", self.store)
        for text in (listed.stdout, exported.stdout):
            self.assertIn('"aic":null', text.replace(" ", ""))
            self.assertNotIn("Infinity", text)

    def test_a_memory_limit_that_no_interpreter_fits_into_is_said(self):
        self.module("import numpy\n" + WRITES)
        done = run("train", self.data, "--store", self.store, "--models", "python:mine:fit", "--python-path", self.dir,
                   "--memory-per-worker", "16M", env=self.environment)
        self.assertIn("--memory-per-worker 16M is tight: Python needs about 20 MB for itself and numpy", done.stderr)


class Exec(End):
    def setUp(self):
        super().setUp()
        path = self.dir / "command"
        path.write_text(COMMAND)
        path.chmod(0o755)

    def said(self):
        return [path.read_text().split() for path in self.dir.iterdir() if path.name.startswith("exec_")]

    def clear(self):
        for path in self.dir.iterdir():
            if path.name.startswith("exec_"):
                path.unlink()

    def test_a_command_ends_by_itself_when_its_input_does(self):
        self.fit("--workers", "2", model=f"exec:{self.dir}/command orderly")
        said = self.said()
        self.assertTrue(said)
        self.assertTrue(all(lines[-1] == "end" for lines in said), said)
        self.assertEqual(sum(lines.count("fit") for lines in said), 6)
        self.clear()
        self.forecast()
        self.assertEqual([lines[-1] for lines in self.said()], ["end"])

    def test_one_that_goes_on_is_told_and_then_killed(self):
        for end, last in (("told", ["told"]), ("stubborn", [])):
            self.clear()
            self.fit("--workers", "1", "--fresh", model=f"exec:{self.dir}/command {end}")
            self.assertEqual([lines[-1:] for lines in self.said()], [last])

    def test_changed_commands_are_said(self):
        self.fit(model=f"exec:{self.dir}/command orderly")
        (self.dir / "command").write_text(COMMAND + "# changed\n")
        self.assertIn("in run 1 has changed since it was trained", self.forecast().stderr)


class Load(End):
    def test_code_that_cannot_be_loaded_leaves_nothing(self):
        models = ["plugin:./nope.so", "exec:./nope"] + (["python:nomod:fit"] if HAS_PYTHON else [])
        for model in models:
            for _ in range(2):
                done = run("train", self.data, "--store", self.store, "--models", model, env=self.environment)
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertEqual(list(self.dir.glob("s.db*")), [])
        self.fit(model="naive")
        for model in models:
            done = run("train", self.data, "--store", self.store, "--models", model, env=self.environment)
            self.assertEqual(done.returncode, 78, done.stderr)
        connection = sqlite3.connect(self.store)
        self.assertEqual(connection.execute("SELECT run, state FROM runs").fetchall(), [(1, "complete")])
        connection.close()


if __name__ == "__main__":
    unittest.main()
