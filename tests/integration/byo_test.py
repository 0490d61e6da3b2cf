"""Users' own algorithms: Python, plugins, executables, and the skeletons of fitd new-algorithm."""
import csv
import io
import json
import os
import pickle
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import unittest
import unittest.mock

from fitd_support import BIN, SOURCE, Scratch, processes, run, start, wait_until

MODELS = SOURCE / "tests" / "integration"
BUILD = BIN.parent
WEEKDAYS = [d for d in range(1, 31) if d % 7 not in (6, 0)]  # of January 2024, which began on a Monday


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return ") Z " not in file.read()
    except OSError:
        return False


def python_of_worker():
    """The interpreter whose packages the embedded one uses."""
    text = (BUILD / "CMakeCache.txt").read_text() if (BUILD / "CMakeCache.txt").exists() else ""
    found = re.search(r"^_Python3_EXECUTABLE:INTERNAL=(.+)$", text, re.M)
    return found.group(1) if found else "/usr/bin/python3"


class Byo(Scratch):
    def assert_no_leftovers(self, folder=None):
        super().assert_no_leftovers(folder)
        wait_until(lambda: not processes("fitd-worker-python"), 2, "no Python worker left")

    def data(self, targets=12, length=60, bad=True):
        """Series with a target named bad in the middle."""
        path = self.dir / "data.csv"
        names = [f"a{i:02}" for i in range(targets // 2)] + (["bad"] if bad else []) + \
                [f"c{i:02}" for i in range(targets - targets // 2 - (1 if bad else 0))]
        with open(path, "w") as out:
            out.write("target,time,value\n")
            for k, name in enumerate(names):
                for t in range(length):
                    out.write(f"{name},2024-01-{1 + t // 24:02}T{t % 24:02}:00:00,{k + t * 0.5 + (t * 7 + k) % 5}\n")
        return path

    def business_days(self):
        path = self.dir / "business.csv"
        path.write_text("target,time,value\n" + "".join(f"w,2024-01-{d:02},{d * d % 7}\n" for d in WEEKDAYS))
        return path

    def store(self):
        return self.dir / "s.db"

    def models(self, *args):
        done = run("models", "--store", self.store(), "--format", "csv", *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return rows(done.stdout)

    def payloads(self, store=None):
        query = "SELECT id, encoding, payload FROM payloads ORDER BY id"
        connection = sqlite3.connect(store or self.store())
        try:
            return {name: (encoding, payload) for name, encoding, payload in connection.execute(query)}
        finally:
            connection.close()

    def own_models_beside(self, *users):
        """Forecasts and figures of fitd's own models in a run with users' algorithms."""
        own = ["ets", "theta", "arima"]
        self.train(self.data(), "--store", self.store(), "--models", ",".join([*own, *users]), "--python-path", MODELS,
                   "--season", "1", "--workers", "2", "--fresh")
        forecast = run("forecast", "--store", self.store(), "--horizon", 3, *[word for name in own for word in ("--model", name)])
        self.assertEqual(forecast.returncode, 0, forecast.stderr)
        return [row for row in self.models() if ":" not in row["algorithm"]], forecast.stdout

    def one_is_lost(self, summary, reason, targets=12):
        """All but target bad are fitted, bad has a fallback with this reason."""
        self.assertEqual((summary["fitted"], summary["fallback"]), (targets - 1, 1))
        self.assertEqual([f["target"] for f in summary["failures"]], ["bad"])
        self.assertRegex(summary["failures"][0]["reason"], reason)
        self.assertEqual({r["target"] for r in self.models() if r["status"] == "fallback"}, {"bad"})


@unittest.skipUnless((BIN / "fitd-worker-python").exists(), "fitd-worker-python was not built (python3-dev, pybind11-dev)")
class Python(Byo):
    def fit(self, name, *args, data=None, code=0, **kwargs):
        return self.train(data or self.data(), "--store", self.store(), "--models", f"python:byo_models:{name}",
                          "--python-path", MODELS, "--season", "1", "--workers", "2", *args, code=code, **kwargs)

    def forecast(self, *args, code=0):
        done = run("forecast", "--store", self.store(), "--horizon", 3, *args)
        self.assertEqual(done.returncode, code, done.stderr)
        return rows(done.stdout), done.stderr

    def unpickled(self):
        """Payloads without numpy objects, unpickled."""
        return {name: pickle.loads(payload) for name, (encoding, payload) in self.payloads().items()}

    def test_a_function_fits_and_its_results_are_read_back_and_forecast(self):
        summary = self.fit("drift")
        self.assertEqual((summary["fitted"], summary["failed"], summary["workers"]), (12, 0, 2))
        self.assertEqual({e for e, _ in self.payloads().values()}, {"pickle"})
        listed = self.models("--target", "bad")
        self.assertEqual(listed[0]["algorithm"], "python:byo_models:drift")
        self.assertGreater(float(listed[0]["sigma2"]), 0)
        forecast, _ = self.forecast()
        self.assertEqual(len(forecast), 36)
        first = [r for r in forecast if r["target"] == "a00"]
        name = "python:byo_models:drift"
        y = [t * 0.5 + (t * 7) % 5 for t in range(60)]
        slope = (y[-1] - y[0]) / 59
        for step, row in enumerate(first, 1):
            self.assertAlmostEqual(float(row[name]), y[-1] + slope * step, places=9)
            self.assertLess(float(row[name + "-lo-95"]), float(row[name + "-lo-80"]))
            self.assertLess(float(row[name + "-lo-80"]), float(row[name]))
        self.assertEqual(first[0]["time"], "2024-01-03T12:00:00")

    def test_the_documented_snippet_reads_a_result(self):
        self.fit("drift")
        snippet = ("import sqlite3, pickle\n"
                   f"payload, = sqlite3.connect('{self.store()}').execute(\"SELECT payload FROM payloads WHERE id = 'bad'\").fetchone()\n"
                   "print(pickle.loads(payload)['target'])\n")
        done = subprocess.run([python_of_worker(), "-c", snippet], capture_output=True, text=True)
        self.assertEqual(done.stdout, "bad\n", done.stderr)

    def test_frames_are_read_only_views_of_shared_memory(self):
        self.assertEqual(self.fit("views")["fitted"], 12)
        result = self.unpickled()["a00"]
        self.assertEqual(result["times"][1], "2024-01-01T01:00:00.000000000")
        self.assertEqual(result["threads"], ["1", "1", "1"])

    def test_months_are_calendar_months(self):
        path = self.dir / "months.csv"
        path.write_text("target,time,value\n" + "".join(
            f"m,{2020 + (t // 12)}-{t % 12 + 1:02}-01,{t * t % 7}\n" for t in range(30)))
        self.fit("views", data=path)
        self.assertEqual(self.unpickled()["m"]["times"][:3], [f"2020-0{m}-01T00:00:00.000000000" for m in (1, 2, 3)])
        path.write_text("target,time,value\n" + "".join(  # begins at a month end by chance
            f"m,{2021 + (t // 12)}-{t % 12 + 1:02}-28,{t * t % 7}\n" for t in range(1, 30)))
        self.fit("views", "--fresh", data=path)
        self.assertEqual(self.unpickled()["m"]["times"][:3], [f"2021-0{m}-28T00:00:00.000000000" for m in (2, 3, 4)])

    def test_business_days_and_sessions_are_theirs(self):
        path = self.business_days()
        self.fit("calendar", data=path)
        self.assertEqual(self.unpickled()["w"], {"step": "B", "times": [f"2024-01-{d:02}T00:00" for d in WEEKDAYS]})
        path.write_text("target,time,value\n" + "".join(
            f"w,2024-01-{d:02}T{h:02}:00,{(d * h) % 7}\n" for d in WEEKDAYS for h in range(9, 17)))
        self.fit("calendar", "--fresh", data=path)
        self.assertEqual(self.unpickled()["w"], {"step": "1h@Mon-Fri@09:00-16:00", "times": [
            f"2024-01-{d:02}T{h:02}:00" for d in WEEKDAYS for h in range(9, 17)]})

    def test_bytes_are_stored_as_they_are(self):
        self.fit("raw")
        self.assertEqual(self.payloads()["bad"], ("bytes", b"as it is: bad"))

    def test_a_class_is_made_once_per_worker(self):
        self.fit("Mean")
        self.assertEqual({r[1] for r in self.unpickled().values()}, {1})
        forecast, _ = self.forecast("--target", "bad")
        self.assertEqual(len({r["python:byo_models:Mean"] for r in forecast}), 1)
        self.assertEqual(forecast[0]["python:byo_models:Mean-lo-80"], "")

    def test_constant_and_short_series_go_through_the_users_code_too(self):
        path = self.dir / "flat.csv"
        path.write_text("target,time,value\n" + "".join(f"flat,2024-01-{t:02},5\n" for t in range(1, 20)) +
                        "short,2024-01-01,1\nshort,2024-01-02,2\n")
        self.assertEqual(self.fit("raw", data=path)["fitted"], 2)
        self.assertEqual(self.payloads()["flat"], ("bytes", b"as it is: flat"))

    def test_a_dotted_object_is_found(self):
        self.fit("Outer.Inner")
        self.assertEqual(self.unpickled()["bad"], ["a", "b", "c"])

    def test_an_exception_is_one_fallback_with_its_traceback(self):
        self.one_is_lost(self.fit("raises", code=3), r"ValueError: cannot fit this \(.*byo_models.py:\d+ in raises\)$")
        reason = self.models("--target", "bad")[0]["reason"]
        self.assertIn("Traceback (most recent call last):", reason)
        self.assertIn('raise ValueError("cannot fit this")', reason)

    def test_sys_exit_and_unpicklable_results_are_fallbacks(self):
        self.one_is_lost(self.fit("exits", code=3), "SystemExit: 3")
        self.one_is_lost(self.fit("unpicklable", code=3), "returned a function that cannot be pickled")

    def test_text_that_is_no_utf8_or_endless_is_escaped_and_cut(self):
        self.one_is_lost(self.fit("odd_text", code=3), r"ValueError: file \\udcff.csv e{900}")
        self.assertLess(len(self.models("--target", "bad")[0]["reason"]), 20_000)

    def test_what_a_terminal_obeys_is_escaped_in_the_store(self):
        self.one_is_lost(self.fit("writes_escapes", code=3), r"^python:byo_models:writes_escapes: ValueError: \\x1b\[31mred\\x00 \(")
        reason = self.models("--target", "bad")[0]["reason"]
        self.assertIn("\nTraceback (most recent call last):\n", reason, "its lines are lines")
        self.assertEqual([c for c in reason if c < " " and c != "\n"], [])

    def test_what_a_function_starts_ends_with_its_worker(self):
        pids = self.dir / "children"
        with unittest.mock.patch.dict(os.environ, {"FITD_TEST_CHILDREN": str(pids)}):
            self.one_is_lost(self.fit("leaves_children", "--target-timeout", "1s", "--retries", 0, code=3), "^timeout$")
        started = pids.read_text().split()
        self.assertGreaterEqual(len(started), 24)
        wait_until(lambda: not any(alive(pid) for pid in started), 5, "the end of what the function started")

    def test_a_segfault_costs_one_target(self):
        summary = self.fit("segfaults", code=3)
        self.one_is_lost(summary, "^signal:11$")
        self.assertGreaterEqual(summary["worker_deaths"], 1)
        self.assert_no_leftovers(self.dir)

    def test_a_target_that_breaks_its_interpreter_costs_itself(self):
        for chunk in ("1", "auto", "even"):
            with self.subTest(chunk_size=chunk):
                self.one_is_lost(self.fit("clears_modules", "--fresh", "--chunk-size", chunk, code=3), ".")
                self.one_is_lost(self.fit("patches_pickle", "--fresh", "--chunk-size", chunk, code=3), ".")
                summary = self.fit("breaks_quietly", "--fresh", "--chunk-size", chunk)
                self.assertEqual((summary["fitted"], summary["worker_deaths"]), (12, 0))
                self.assertEqual({name: of["of"] for name, of in self.unpickled().items()}, {n: n for n in self.unpickled()})

    def test_a_target_that_breaks_its_interpreter_in_an_update_costs_itself(self):
        few = self.dir / "few.csv"
        lines = self.data().read_text().splitlines(keepends=True)
        few.write_text("".join(line for line in lines if line.startswith(("target,", "a00,"))))
        for name in ("clears_modules", "patches_pickle"):
            with self.subTest(model=name):
                self.fit(name, "--fresh", data=few)
                done = run("update", "--store", self.store(), self.data(), "--workers", 1, "--chunk-size", "even", "--json",
                           "--max-failures", "50%")
                summary = json.loads(done.stdout)
                self.assertEqual([failure["target"] for failure in summary["failures"]], ["bad"], done.stderr)

    @unittest.skipUnless(platform.machine() in ("x86_64", "aarch64"), "knows the rounding of two processors")
    def test_what_it_does_to_the_floating_point_unit_is_its_own(self):
        self.assertEqual(self.own_models_beside("python:byo_models:rounds_up"), self.own_models_beside())

    def test_what_has_no_state_to_go_on_from_is_not_tried_in_a_fresh_worker(self):
        """An update runs no users' code for targets that it knows."""
        self.fit("drift", data=self.data(length=50))
        done = run("update", "--store", self.store(), self.data(length=51))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("0 advanced by 12 values, 12 failed", done.stdout)
        self.assertIn("python:byo_models:drift pickle:", done.stdout)
        self.assertNotIn("tried once more", done.stderr)

    def test_a_command_that_always_raises_is_not_tried_for_ever(self):
        data = self.data(targets=400, length=20)
        summary = self.fit("always_raises", data=data, code=3)
        self.assertEqual(summary["fallback"], 400)
        # What a worker fails until it is replaced is doubted too: some 30 to 150, as far as it gets in its chunk.
        self.assertLess(summary["retried"], 250)

    def test_an_endless_loop_is_a_timeout(self):
        self.one_is_lost(self.fit("hangs", "--target-timeout", "500ms", "--retries", 0, code=3), "^timeout$")
        self.assert_no_leftovers(self.dir)

    def test_a_kill_from_outside_costs_the_target_that_attracts_it(self):
        self.one_is_lost(self.fit("killed", "--retries", 1, code=3), "^signal:9$")

    def test_a_child_that_returns_from_a_function_answers_nothing(self):
        logs = self.dir / "logs"
        self.assertEqual(self.fit("forks", "--log-dir", logs)["fitted"], 12)
        self.assertEqual(set(self.unpickled()), {model["model"] for model in self.unpickled().values()})
        self.assertIn("a process that users' code has forked returned from it", "".join(p.read_text() for p in logs.glob("worker-*.log")))

    def test_a_kept_view_is_warned_of(self):
        logs = self.dir / "logs"
        self.fit("keeps", "--log-dir", logs)
        text = "".join(p.read_text() for p in logs.glob("worker-*.log"))
        self.assertIn("keep frame.values.copy()", text)

    def test_loggers_write_to_the_workers_log_with_level_and_target(self):
        logs = self.dir / "logs"
        self.fit("talks", "--log-dir", logs)
        text = "".join(p.read_text() for p in logs.glob("worker-*.log"))
        self.assertRegex(text, r" warning pid=\d+ worker=\d target=bad careful with 60 values\n")
        self.assertRegex(text, r" info pid=\d+ worker=\d target=bad by the way\n")

    def test_what_a_function_does_not_use_is_not_imported_and_what_it_imports_late_logs_all_the_same(self):
        (self.dir / "light.py").write_text(
            "import sys\n"
            "def fit(target, frame, context):\n"
            "    before = sorted({'numpy', 'json', 'logging', 'traceback'} & set(sys.modules))\n"
            "    import logging\n"
            "    logging.getLogger('late').info('length %d', len(frame))\n"
            "    return {'before': before, 'n': len(frame), 'last': frame.values[-1]} if target == 'bad' else before\n")
        logs = self.dir / "logs"
        self.train(self.data(), "--store", self.store(), "--models", "python:light:fit", "--python-path", self.dir,
                   "--season", "1", "--workers", "1", "--chunk-size", "1", "--log-dir", logs)
        text = "".join(p.read_text() for p in logs.glob("worker-*.log"))
        self.assertEqual(len(re.findall(r" info pid=\d+ worker=0 target=\w+ length 60\n", text)), 12, text)
        results = {name: payload for name, (_, payload) in self.payloads().items()}
        self.assertIn([], [pickle.loads(payload) for name, payload in results.items() if name != "bad"])
        self.assertIn("bad", results)

    def test_a_users_global_stage_reaches_every_target(self):
        summary = self.fit("with_global", "--global", "python:byo_models:fleet")
        self.assertEqual(summary["fitted"], 12)
        results = self.unpickled()
        self.assertEqual({r["n"] for r in results.values()}, {12})
        self.assertEqual(len({r["fleet"] for r in results.values()}), 1)
        self.assertEqual(results["bad"]["models"], ["python:byo_models:with_global"])

    def test_a_global_stage_that_raises_ends_the_run_with_its_message(self):
        done = run("train", self.data(), "--store", self.store(), "--models", "naive", "--global",
                   "python:byo_models:bad_fleet", "--python-path", MODELS, "--progress", "none")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("no fleet today", done.stderr)

    def test_what_cannot_be_loaded_ends_the_run_with_pythons_message(self):
        data = self.data()
        for name, said in (("absent:fit", "No module named 'absent'"), ("byo_models:absent", "has no attribute 'absent'"),
                           ("byo_models", "module:object"), ("byo_models:kept", "neither a function")):
            with self.subTest(name):
                done = run("train", data, "--store", self.store(), "--models", f"python:{name}", "--python-path", MODELS,
                           "--progress", "none")
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertIn(said, done.stderr)
                self.assert_no_leftovers()

    def test_a_file_called_as_a_module_of_pythons_own_is_for_the_algorithm_alone(self):
        """Beside an algorithm, pickle.py was taken for Python's own by the worker, random.py by numpy, logging.py by the logger."""
        data = self.data(targets=4, bad=False)
        for name in ("pickle", "json", "logging", "random", "struct", "re", "enum"):
            (self.dir / f"{name}.py").write_text("x = 1\n")
        (self.dir / "calendar.py").write_text("HOLIDAYS = [1, 2]\n")
        (self.dir / "mine.py").write_text(
            "import calendar\n"
            "import numpy as np\n"
            "def fit(target, frame, context):\n"
            "    context.logger.info('options %d', len(context.options))\n"
            "    return {'last': float(np.asarray(frame.values)[-1]), 'holidays': len(calendar.HOLIDAYS)}\n"
            "def forecast(model, horizon, levels):\n"
            "    return np.full(horizon, model['last'])\n")
        for name, text in (("uses", "import json\ndef fit(target, frame, context): return json.dumps(1)\n"),
                           ("types", "def fit(target, frame, context): return {}\n")):
            (self.dir / f"{name}.py").write_text(text)
        options = ("--python-path", self.dir, "--season", "1", "--workers", "1")
        self.train(data, "--store", self.store(), "--models", "python:mine:fit", *options)
        self.assertEqual({r["holidays"] for r in self.unpickled().values()}, {2})
        plain, _ = self.forecast()
        self.assertEqual(len(plain) % 4, 0)
        self.assertNotIn("", [row["python:mine:fit"] for row in plain])
        # What the algorithm itself asks for is its own file, and where that fails the message names it.
        failed = run("train", data, "--store", self.dir / "uses.db", "--models", "python:uses:fit", *options)
        self.assertEqual(failed.returncode, 3, failed.stderr)
        self.assertIn(f"{self.dir}/json.py hides Python's own module json: give the file another name", failed.stderr)
        refused = run("train", data, "--store", self.dir / "types.db", "--models", "python:types:fit", *options)
        self.assertEqual(refused.returncode, 78, refused.stderr)
        self.assertIn(f"types is a module of Python's own that is loaded already: give {self.dir}/types.py another name", refused.stderr)

    def test_the_same_bits_whatever_the_workers(self):
        data, exports = self.data(), set()
        for workers, chunk in (("1", "1"), ("2", "auto"), ("3", "5")):
            store = self.dir / f"{workers}.db"
            self.train(data, "--store", store, "--models", "python:byo_models:set_of_names,naive", "--python-path", MODELS,
                       "--workers", workers, "--chunk-size", chunk)
            exports.add(self.export(store))
        self.assertEqual(len(exports), 1)

    def test_users_algorithms_stand_beside_the_combination(self):
        self.train(self.data(), "--store", self.store(), "--models", "naive,theta,python:byo_models:drift", "--python-path",
                   MODELS, "--season", "1", "--horizon", "3")
        plain, _ = self.forecast()
        self.assertIn("ensemble", plain[0])
        together, _ = self.forecast("--model", "ensemble", "--model", "python:byo_models:drift")
        self.assertEqual([r["ensemble"] for r in plain], [r["ensemble"] for r in together])
        other = self.dir / "other.db"
        self.train(self.data(), "--store", other, "--models", "naive,theta", "--season", "1", "--horizon", "3")
        alone = rows(run("forecast", "--store", other, "--horizon", 3).stdout)
        self.assertEqual([r["ensemble"] for r in plain], [r["ensemble"] for r in alone])

    def test_a_forecast_that_dies_leaves_one_target_empty_and_named(self):
        self.fit("bad_forecast")
        forecast, said = self.forecast(code=3)
        empty = {r["target"] for r in forecast if r["python:byo_models:bad_forecast"] == ""}
        self.assertEqual((len(forecast), empty), (36, {"bad"}))
        self.assertRegex(said, "target 'bad'.*signal:11")

    def test_a_forecast_that_is_none_leaves_its_targets_empty_and_named(self):
        self.fit("odd_forecast")
        forecast, said = self.forecast(code=3)
        empty = {r["target"] for r in forecast if r["python:byo_models:odd_forecast"] == ""}
        self.assertEqual((len(forecast), empty), (36, {"bad", "a00", "c00", "c02"}))
        self.assertIn("target 'bad': its mean 2 steps ahead is no number (nan)", said)
        self.assertIn("target 'a00': its mean 1 steps ahead is no number (inf)", said)
        self.assertIn("target 'c00': its bounds at 80 % are crossed 1 steps ahead (1 above -1)", said)
        self.assertIn("target 'c02': its bounds at 95 % (-1 to 1) do not hold those at 80 % (-2 to 1) 1 steps ahead", said)

    def test_a_forecast_of_other_things_than_numbers_leaves_its_targets_empty(self):
        self.fit("no_numbers")
        forecast, said = self.forecast(code=3)
        empty = {r["target"] for r in forecast if r["python:byo_models:no_numbers"] == ""}
        self.assertEqual(empty, {"bad", "a00", "c00", "c01", "c02", "a01"}, said)
        self.assertIn("datetime64[D], which are no real numbers", said)

    def test_a_class_without_forecast_says_so(self):
        self.fit("NoForecast")
        _, said = self.forecast(code=64)
        self.assertIn("has no forecast", said)

    def test_an_edited_algorithm_is_fitted_again(self):
        module = self.dir / "edited.py"
        module.write_text("def fit(target, frame, context):\n    return b'first'\n")
        args = (self.data(), "--store", self.store(), "--models", "python:edited:fit", "--python-path", self.dir)
        first = self.train(*args)
        self.assertEqual(self.train(*args)["run"], first["run"])
        module.write_text("def fit(target, frame, context):\n    return b'second'\n")
        self.assertNotEqual(self.train(*args)["run"], first["run"])
        self.assertEqual(set(self.payloads().values()) & {("bytes", b"second")}, {("bytes", b"second")})

    def test_a_virtual_environment_brings_its_packages(self):
        venv = self.dir / "venv"
        made = subprocess.run([python_of_worker(), "-m", "venv", "--without-pip", "--system-site-packages", venv],
                              capture_output=True, text=True)
        if made.returncode != 0:
            self.skipTest(f"python3 -m venv: {made.stderr}")
        site, = venv.glob("lib/python*/site-packages")
        (site / "only_in_venv.py").write_text("import sys\ndef fit(target, frame, context):\n    return sys.prefix.encode()\n")
        data = self.data()
        for options, env in ((("--python-path", venv), {}), ((), {"VIRTUAL_ENV": str(venv)})):
            with self.subTest(options=options):
                self.train(data, "--store", self.store(), "--fresh", "--models", "python:only_in_venv:fit", *options,
                           env={**os.environ, **env})
                self.assertEqual(self.payloads()["bad"][1].decode(), str(venv))

    def test_fitd_itself_does_not_link_python(self):
        linked = subprocess.run(["ldd", str(BIN / "fitd")], capture_output=True, text=True).stdout
        self.assertNotIn("libpython", linked)


class Plugin(Byo):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        import tempfile
        cls.prefix = tempfile.mkdtemp(prefix="fitd-prefix-")
        cls.addClassCleanup(shutil.rmtree, cls.prefix, ignore_errors=True)
        cls.install(cls.prefix)
        example = os.path.join(cls.prefix, "example")
        cls.command("cmake", "-S", str(SOURCE / "tests" / "plugin_example"), "-B", example,
                    f"-DCMAKE_PREFIX_PATH={cls.prefix}", *cls.sanitizers())
        cls.command("cmake", "--build", example)
        cls.plugin = os.path.join(example, "drift.so")

    @classmethod
    def install(cls, prefix):
        """Programs, header and CMake package; not the service's files, some of which go to /etc."""
        cls.command("cmake", "--install", str(BUILD), "--component", "core", "--prefix", str(prefix))

    @classmethod
    def sanitizers(cls):
        """A plugin of a sanitized worker is built like it."""
        cache = (BUILD / "CMakeCache.txt").read_text()
        found = re.search(r"^FITD_SANITIZE:\w+=(\S+)$", cache, re.M)
        return [f"-DCMAKE_CXX_FLAGS=-fsanitize={found.group(1)}"] if found else []

    @classmethod
    def command(cls, *args):
        done = subprocess.run(args, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"{args}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return done

    def fit(self, plugin, data, code=0):
        return self.train(data, "--store", self.store(), "--models", f"plugin:{plugin}", "--season", "1", "--workers", 2,
                          code=code)

    def build(self, name, text):
        source, library = self.dir / f"{name}.cpp", self.dir / f"{name}.so"
        source.write_text(text)
        self.command("c++", "-std=c++20", "-shared", "-fPIC", "-I", str(SOURCE / "worker" / "include"), "-o", str(library),
                     str(source))
        return library

    def test_the_example_out_of_tree_fits_and_forecasts(self):
        self.assertEqual(self.fit(self.plugin, self.data())["fitted"], 12)
        self.assertTrue(all(encoding == "bytes" and len(payload) == 24 for encoding, payload in self.payloads().values()))
        self.assertGreater(float(self.models("--target", "bad")[0]["sigma2"]), 0)
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
        self.assertEqual(done.returncode, 0, done.stderr)
        y = [t * 0.5 + (t * 7) % 5 for t in range(60)]
        name = f"plugin:{self.plugin}"
        row = rows(done.stdout)[1]
        self.assertAlmostEqual(float(row[name]), y[-1] + 2 * (y[-1] - y[0]) / 59, places=9)
        self.assertLess(float(row[name + "-lo-80"]), float(row[name]))

    def test_an_installed_fitd_finds_its_worker(self):
        done = subprocess.run([os.path.join(self.prefix, "bin", "fitd"), "train", self.data(), "--store", self.store(),
                               "--models", f"plugin:{self.plugin}", "--progress", "none", "-q"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_exceptions_crashes_and_logs_of_a_plugin(self):
        path = self.dir / "three.csv"
        values = "".join(f"{name},2024-01-{t:02},{t * t % 7}\n" for name in ("a", "crash", "talks") for t in range(1, 20))
        path.write_text("target,time,value\n" + values)
        done = run("train", path, "--store", self.store(), "--models", f"plugin:{self.plugin}", "--progress", "none", "--json")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("target=talks a line of the plugin at 1D", done.stderr)
        self.assertEqual({r["target"]: r["reason"] for r in self.models() if r["reason"]}, {"crash": "signal:6"})

    def test_what_a_plugin_does_to_the_floating_point_unit_is_its_own(self):
        """When it is loaded, as -ffast-math has it, and when it fits."""
        library = self.build("upward", """#include <fitd/algorithm.h>
#include <cfenv>
static const int when_loaded = std::fesetround(FE_UPWARD);
struct Upward : fitd::plugin::Algorithm {
  fitd::plugin::FittedModel Fit(const fitd::plugin::Series&, const fitd::plugin::Logger&) override {
    std::fesetround(FE_UPWARD);
    return {};
  }
  fitd::plugin::Forecast Forecast(std::string_view, int horizon, std::span<const double>) override {
    return {std::vector<double>(horizon, 1.0), {}};
  }
};
FITD_ALGORITHM(Upward)
""")
        self.assertEqual(self.own_models_beside(f"plugin:{library}"), self.own_models_beside())

    def test_a_plugin_of_another_abi_is_refused_by_name(self):
        library = self.build("future", "#include <fitd/algorithm.h>\nextern \"C\" const fitd_plugin* fitd_plugin_v1() {\n"
                             "  static const fitd_plugin p = {99, sizeof(fitd_plugin), \"future\", nullptr, nullptr};\n"
                             "  return &p;\n}\n")
        done = run("train", self.data(), "--store", self.store(), "--models", f"plugin:{library}", "--progress", "none")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertRegex(done.stderr, r"future\.so was built for plugin ABI 99, this fitd has 1")

    def test_a_plugin_that_gives_nothing_ends_no_worker(self):
        begin = "#include <fitd/algorithm.h>\nextern \"C\" const fitd_plugin* fitd_plugin_v1() {\n"
        table = "  static const fitd_plugin p = {FITD_PLUGIN_ABI, sizeof(fitd_plugin), \"empty\", FIT, FORECAST};\n  return &p;\n}\n"
        for name, text in {"none": begin + "  return nullptr;\n}\n",
                           "hollow": begin + table.replace("FIT,", "nullptr,").replace("FORECAST", "nullptr")}.items():
            done = run("train", self.data(), "--store", self.store(), "--models", f"plugin:{self.build(name, text)}", "--progress",
                       "none")
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn(f"{name}.so: its fitd_plugin_v1 returned nothing to fit with", done.stderr)
        # What it says by null pointers is not said.
        body = ("#include <fitd/algorithm.h>\n"
                "static int fit(const fitd_series* s, const fitd_output* out) {\n"
                "  out->log(out->self, 1, nullptr); out->number(out->self, nullptr, 1); out->error(out->self, nullptr);\n"
                "  out->model(out->self, nullptr, 7); return s->target_size == 3 && s->target[0] == 'b' ? 1 : 0;\n}\n"
                "static int forecast(const void*, size_t, int h, const double* levels, size_t n, const fitd_output* out) {\n"
                "  static const double zeros[1000] = {0}; out->mean(out->self, nullptr, h); out->mean(out->self, zeros, h);\n"
                "  if (n) out->interval(out->self, levels[0], nullptr, nullptr); return 0;\n}\n")
        library = self.build("null", body + begin.split("\n", 1)[1] + table.replace("FIT,", "fit,").replace("FORECAST", "forecast"))
        self.one_is_lost(self.fit(library, self.data(), code=3), "the plugin gave no reason")
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
        self.assertEqual(done.returncode, 0, done.stderr)

        # Levels that were not asked for, and names that are no text.
        body = ("#include <fitd/algorithm.h>\n"
                "static int fit(const fitd_series*, const fitd_output* out) {\n"
                "  out->number(out->self, \"gr\\xf6\\xdf\" \"e\", 5); out->model(out->self, \"m\", 1); return 0;\n}\n"
                "static int forecast(const void*, size_t, int h, const double* levels, size_t n, const fitd_output* out) {\n"
                "  static const double zeros[1000] = {0}; out->mean(out->self, zeros, h);\n"
                "  for (size_t i = 0; i < n; ++i) out->interval(out->self, LEVEL, zeros, zeros); return 0;\n}\n")
        for level, fault in (("levels[i] / 100", "bounds of the level 0.8, where 80, 95 were asked for"), ("levels[0]", "bounds of the level 80 twice"),
                             ("i == 0 ? levels[0] : 0.5", "bounds of the level 0.5, where"), ("levels[i]", "")):
            library = self.build(f"level{len(fault)}", body.replace("LEVEL", level) + begin.split("\n", 1)[1] + table.replace("FIT,", "fit,").replace("FORECAST", "forecast"))
            self.train(self.data(), "--store", self.store(), "--fresh", "--models", f"plugin:{library}", "--season", "1")
            done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
            self.assertEqual((done.returncode, fault in done.stderr), (3 if fault else 0, True), done.stderr)
        self.assertEqual(json.loads(run("models", "--store", self.store(), "--format", "json").stdout)[0]["parameters"], {r"gr\xf6\xdfe": 5})
        json.loads(run("export", "--store", self.store()).stdout)

        empty = self.build("empty", "int x;\n")
        for path, said in ((empty, "exports no fitd_plugin_v1"), (self.dir / "absent.so", "cannot load plugin")):
            done = run("train", self.data(), "--store", self.store(), "--models", f"plugin:{path}", "--progress", "none")
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn(said, done.stderr)


class Exec(Byo):
    def script(self, name, text):
        path = self.dir / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def fit(self, command, *args, code=0, data=None):
        return self.train(data or self.data(), "--store", self.store(), "--models", f"exec:{command}", "--season", "1",
                          "--workers", 2, *args, code=code)

    def check_last_value(self, command):
        self.assertEqual(self.fit(command)["fitted"], 12)
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
        self.assertEqual(done.returncode, 0, done.stderr)
        last = 59 * 0.5 + (59 * 7) % 5
        self.assertEqual([float(r[f"exec:{command}"]) for r in rows(done.stdout)], [last, last])

    def test_a_shell_script(self):
        self.check_last_value(self.script("last.sh", """#!/bin/sh
while read -r line; do
  id=${line#*'"id":'}; id=${id%%,*}
  case $line in
    *'"op":"fit"'*) last=${line##*,}; echo "{\\"id\\":$id,\\"model\\":${last%%]*}}" ;;
    *) m=${line#*'"model":'}; m=${m%%,*}; echo "{\\"id\\":$id,\\"mean\\":[$m,$m]}" ;;
  esac
done
"""))

    def test_a_python_script(self):
        self.check_last_value(self.script("last.py", f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    answer = {{"model": r["values"][-1]}} if r["op"] == "fit" else {{"mean": [r["model"]] * r["horizon"]}}
    print(json.dumps({{"id": r["id"], **answer}}), flush=True)
"""))

    @unittest.skipUnless(shutil.which("Rscript"), "Rscript is not installed")
    def test_an_r_script(self):
        script = self.script("last.R", """input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  id <- sub(",.*", "", sub('.*"id":', "", line))
  if (grepl('"op":"fit"', line, fixed = TRUE)) {
    values <- strsplit(sub("\\\\].*", "", sub('.*"values":\\\\[', "", line)), ",")[[1]]
    cat(sprintf('{"id":%s,"model":%s}\\n', id, values[length(values)]))
  } else {
    model <- sub(",.*", "", sub('.*"model":', "", line))
    cat(sprintf('{"id":%s,"mean":[%s,%s]}\\n', id, model, model))
  }
  flush(stdout())
}
""")
        self.check_last_value(f"Rscript {script}")

    def echo(self, on_bad):
        """Answers every fit; does `on_bad` for target bad."""
        return self.script("s.py", f"""#!{sys.executable}
import json, os, signal, sys, time
for line in sys.stdin:
    r = json.loads(line)
    if r["target"] == "bad":
        {on_bad}
    print(json.dumps({{"id": r["id"], "model": os.getpid(), "numbers": {{"aic": 1.5, "speed": 2}}}}), flush=True)
""")

    def test_one_command_per_worker_lives_through_the_run(self):
        self.fit(self.echo("pass"))
        self.assertLessEqual(len({payload for _, payload in self.payloads().values()}), 2)
        self.assertEqual(self.models("--target", "bad")[0]["aic"], "1.5")

    def test_blank_lines_are_no_answers(self):
        """Before and behind an answer, as of print() alone, or of a program in C that writes the end of its string."""
        script = self.script("blank.py", f"""#!{sys.executable}
import json, os, sys
for line in sys.stdin:
    answer = json.dumps({{"id": json.loads(line)["id"], "model": os.getpid()}})
    print("\\n\\r\\n" + answer + "\\n\\t\\0", flush=True)
""")
        self.assertEqual(self.fit(script)["fitted"], 12)
        self.assertLessEqual(len({payload for _, payload in self.payloads().values()}), 2)

    def test_an_error_answer_a_death_and_nonsense_cost_one_target_each(self):
        for on_bad, reason in (("print(json.dumps({'id': r['id'], 'error': 'not this one'}), flush=True); continue", "not this one$"),
                               ("sys.exit(7)", "ended with exit:7"),
                               ("os.kill(os.getpid(), signal.SIGKILL)", "ended with signal:9"),
                               ("print('hello', flush=True); continue", "no JSON object .*: hello"),
                               ("print(json.dumps({'id': r['id'], 'model': float('nan')}), flush=True); continue", "answer has NaN, which JSON has not: null stands"),
                               ("print(json.dumps({'id': r['id'], 'model': 1}, indent=1), flush=True); continue", "an answer is all on one line: {$"),
                               ("print('{\"a true\": 1e5, \"b\": Inf}', flush=True); continue", "answer has Inf, "),
                               ("print('{\"id\": 1,, \"NaN\": null}', flush=True); continue", "no JSON object .what is no answer"),
                               ("print('{}', flush=True); continue", 'has no "id"; in protocol 2'),
                               ("print(json.dumps({'id': 0, 'model': 1}), flush=True); continue", "is not to request"),
                               ("print(json.dumps({'id': r['id']}), flush=True); continue", "neither model nor error"),
                               ("print(json.dumps({'id': r['id'], 'error': ''}), flush=True); continue", "an error without a reason$"),
                               ("print(json.dumps({'id': r['id'], 'model': {'seed': 2 ** 64}}), flush=True); continue", "whole number 18446744073709551616, which 64 bits"),
                               ("print(json.dumps({'id': r['id'], 'model': 1, 'numbers': {'aic': 'low'}}), flush=True); continue", 'have "low" for "aic"'),
                               ("print('{\"id\": %d, \"model\": 1, \"model\": 2}' % r['id'], flush=True); continue", 'has "model" twice'),
                               ("sys.stdout.buffer.write(b'caf\\xe9\\n'); sys.stdout.flush(); continue", r"no JSON object .*: caf\\xe9$"),
                               ("print('[' * 10**6 + ']' * 10**6, flush=True); continue", "nested too deep")):
            with self.subTest(reason):
                self.one_is_lost(self.fit(self.echo(on_bad), "--fresh", code=3), reason)

    def test_stray_lines_give_no_target_the_answer_of_another(self):
        # The payload is the target's own id, so that an answer in the wrong place is seen.
        body = """
    print(json.dumps({"id": r["id"], "model": r["target"]}), flush=True)
"""
        once = "open(sys.argv[0] + '.once', 'x').close()"
        cases = {
            "a banner at the start": ("print('Welcome', flush=True)", "", body),
            "a banner at the first start": (f"try:\n    {once}; print('Welcome', flush=True)\nexcept FileExistsError: pass", "", body),
            "a banner of JSON": ("print('{}', flush=True)", "", body),
            "a banner of JSON with an id": ("print(json.dumps({'id': 1, 'model': 'banner'}), flush=True)", "", body),
            "a line behind each answer": ("", "", body + "    print('bye', flush=True)\n"),
            "a line behind an answer, late": ("", "", body + "    time.sleep(0.002); print('{}', flush=True)\n"),
            "the answer twice": ("", "", body * 2),
            "one answer behind": ("old = None", "\n    r, old = old or r, r", body),
        }
        for name, (start, begin, answer) in cases.items():
            with self.subTest(name):
                script = self.script(f"{name.replace(' ', '-').replace(',', '')}.py",
                                     f"#!{sys.executable}\nimport json, sys, time\n{start}\nfor line in sys.stdin:\n"
                                     f"    r = json.loads(line){begin}{answer}")
                done = run("train", self.data(), "--store", self.store(), "--models", f"exec:{script}", "--season", "1",
                           "--workers", 2, "--fresh", "--json", "--progress", "none")
                self.assertIn(done.returncode, (0, 3), done.stderr)
                for target, (_, payload) in self.payloads().items():
                    if not payload:
                        continue  # a simple model in the place of what is not known
                    self.assertEqual(json.loads(payload), target)
                lost = json.loads(done.stdout)["fallback"]
                self.assertEqual(lost, 12 if "start" in name and "first" not in name or "JSON" in name else 0, done.stderr[-800:])

    def test_a_command_that_ends_with_its_answer_costs_the_next_target_nothing(self):
        for name, end in (("one", "break"), ("badly", "sys.exit(1)"), ("three", "n += 1\n    if n == 3: break")):
            with self.subTest(name):
                script = self.script(f"{name}.py", f"""#!{sys.executable}
import json, sys
n = 0
for line in sys.stdin:
    r = json.loads(line)
    print(json.dumps({{"id": r["id"], "model": r["target"]}} if r["op"] == "fit"
                     else {{"id": r["id"], "mean": [1] * r["horizon"]}}), flush=True)
    {end}
""")
                self.assertEqual(self.fit(script, "--fresh")["fitted"], 12)
                self.assertEqual([json.loads(payload) for _, payload in self.payloads().values()], list(self.payloads()))
                self.assertEqual(run("forecast", "--store", self.store(), "--horizon", 1).returncode, 0)

    def test_a_forecast_that_is_none_is_named_with_what_is_wrong(self):
        script = self.script("odd.py", f"""#!{sys.executable}
import json, os, sys
for line in sys.stdin:
    r = json.loads(line)
    a = {{"id": r["id"], "model": 1, "error": None}}
    if r["op"] == "forecast":
        h, levels = r["horizon"], len(r["levels"])
        a.update(mean=[1] * h, lo=[[0] * h] * levels, hi=[[2] * h] * levels)
        exec(open(sys.argv[0] + ".how").read())
    print(json.dumps(a), flush=True)
""")
        how = self.dir / "odd.py.how"
        self.assertEqual(self.fit(script)["fitted"], 12, "an error that is null is none")
        for change, said in (("del a['hi']", 'has no "hi", only the other bounds'), ("del a['lo']", 'has no "lo"'),
                             ("del a['mean']", 'has neither "mean" nor "error"'), ("a['mean'] = 3", "mean is no list"),
                             ("a['mean'][1] = None", "mean has null in the place of number 2"),
                             ("a['mean'] = a['mean'][:1]", "mean has 1 values, not 2"),
                             ("a['lo'] = a['lo'][:1]", "lo has 1 lists, not one for each of the 2 levels"),
                             ("a['hi'] = a['hi'][0]", "hi[0] is no list"),
                             ("a['hi'] = [[2, 'x']] * levels", 'hi[0] has "x" in the place of number 2')):
            with self.subTest(change):
                how.write_text(change)
                done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(said, done.stderr)
        how.write_text("a['lo'] = [[None] * h] * levels")
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00")
        self.assertEqual(done.returncode, 0, done.stderr)
        name = f"exec:{script}"
        self.assertEqual([(r[name], r[name + "-lo-80"], r[name + "-hi-80"]) for r in rows(done.stdout)], [("1", "", "2")] * 2)

    def test_what_a_command_takes_to_come_up_is_not_the_time_of_a_target(self):
        script = self.script("up.py", f"""#!{sys.executable}
import json, sys, time
time.sleep(2.5)
for line in sys.stdin:
    r = json.loads(line)
    if r["target"] == "a01":
        time.sleep(1000)
    print(json.dumps({{"id": r["id"], "model": 1}}), flush=True)
""")
        done = run("train", self.data(), "--store", self.store(), "--models", f"exec:{script}", "--season", "1",
                   "--target-timeout", "1s", "--workers", 1, "--json", "--progress", "none", timeout=120)
        self.assertEqual(done.returncode, 3, done.stderr)
        failures = json.loads(done.stdout)["failures"]
        self.assertEqual([(f["target"], f["reason"]) for f in failures], [("a01", "timeout")], "the one that hangs alone")

    def test_a_forecast_that_prints_much_takes_no_longer_than_its_fit(self):
        """A megabyte a target: what a pipe holds was read five times a second, beyond any time limit."""
        script = self.script("loud.py", f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    for i in range(16000):
        print("." * 62, file=sys.stderr)
    print(json.dumps({{"id": r["id"], "model": 1, "mean": [1] * r.get("horizon", 0)}}), flush=True)
""")
        self.fit(script)
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target-timeout", "2s", timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr[-500:])
        self.assertGreater(len(done.stderr), 12 * 16000 * 62)

    def test_a_forecast_that_hangs_ends_when_it_is_told_to(self):
        script = self.script("slow.py", f"""#!{sys.executable}
import json, sys, time
for line in sys.stdin:
    r = json.loads(line)
    time.sleep(1000 if r["op"] == "forecast" else 0)
    print(json.dumps({{"id": r["id"], "model": 1}}), flush=True)
""")
        self.fit(script)
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--target", "a00", "--target-timeout", "300ms", timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("forecast of target 'a00': took longer than 0.3 s", done.stderr)
        done = run("forecast", "--store", self.store(), "--target-timeout", "soon")
        self.assertEqual(done.returncode, 64, done.stderr)

    def test_the_code_of_somebody_elses_store_is_run_on_request_only(self):
        marker = self.dir / "it-ran"
        script = self.script("code.py", f"""#!{sys.executable}
import json, pathlib, sys
for line in sys.stdin:
    r = json.loads(line)
    if r["op"] == "forecast":
        pathlib.Path({str(marker)!r}).touch()
    answer = {{"model": 1}} if r["op"] == "fit" else {{"mean": [1.0] * r["horizon"]}}
    print(json.dumps({{"id": r["id"], **answer}}), flush=True)
""")
        self.fit(script)
        self.assertEqual(run("forecast", "--store", self.store(), "--horizon", 1).returncode, 0)
        self.assertTrue(marker.exists())
        marker.unlink()
        refusals = [("be written by everybody", lambda: self.store().chmod(0o646))]
        if os.geteuid() == 0:
            refusals.append(("belongs to uid 12345", lambda: (self.store().chmod(0o644), os.chown(self.store(), 12345, 0))))
        for reason, make in refusals:
            make()
            done = run("forecast", "--store", self.store(), "--horizon", 1)
            self.assertEqual(done.returncode, 77, done.stderr)
            self.assertIn(reason, done.stderr)
            self.assertIn("--allow-code", done.stderr)
            self.assertFalse(marker.exists())
            # Nothing else that reads a store runs what it names, and the option that is advised is there.
            new = self.dir / "new.csv"
            new.write_text("target,time,value\n" + "".join(f"new,2024-01-{day:02},{day}\n" for day in range(1, 21)))
            for command in (("plot", "--target", "bad", "--text"), ("report", "-o", self.dir / "r.html"), ("update", new, "-q")):
                done = run(*command, "--store", self.store())
                self.assertEqual(done.returncode, 77, done.stderr)
                self.assertIn("--allow-code", done.stderr)
                self.assertFalse(marker.exists())
            for command in (("models",), ("export",), ("anomalies",), ("update", self.data()), ("detect", self.data())):
                run(*command, "--store", self.store())
                self.assertFalse(marker.exists(), command)
        for command in (("forecast", "--horizon", 1), ("plot", "--target", "bad", "--text"), ("report", "-o", self.dir / "r.html")):
            done = run(*command, "--store", self.store(), "--allow-code")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(marker.exists(), command)
            marker.unlink()

    def test_relative_names_in_a_store_mean_the_folder_it_was_trained_in(self):
        trained, other = self.dir / "trained", self.dir / "other"
        for folder, value in ((trained, 1), (other, 2)):
            folder.mkdir()
            path = folder / "m.py"
            path.write_text(f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    answer = {{"model": 0}} if r["op"] == "fit" else {{"mean": [{value}.0] * r["horizon"]}}
    print(json.dumps({{"id": r["id"], **answer}}), flush=True)
""")
            path.chmod(0o755)
        done = run("train", self.data(), "--store", self.store(), "--models", "exec:./m.py", "--season", "1", cwd=trained)
        self.assertEqual(done.returncode, 0, done.stderr)

        def value(*args):
            done = run("forecast", "--store", self.store(), "--horizon", 1, "--target", "a00", *args, cwd=other)
            self.assertEqual(done.returncode, 0, done.stderr)
            return rows(done.stdout)[0]["exec:./m.py"]

        self.assertEqual(float(value()), 1)
        shutil.rmtree(trained)
        done = run("forecast", "--store", self.store(), "--horizon", 1, cwd=other)
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn(str(trained), done.stderr)
        self.assertEqual(float(value("--allow-code")), 2)

    def test_a_hang_is_a_timeout_and_leaves_no_process(self):
        script = self.echo("open(sys.argv[0] + '.pid', 'w').write(str(os.getpid())); time.sleep(1000)")
        self.one_is_lost(self.fit(script, "--target-timeout", "500ms", "--retries", 0, code=3), "^timeout$")
        self.assert_no_leftovers(self.dir)
        pid = (self.dir / "s.py.pid").read_text()
        wait_until(lambda: not alive(pid), 5, "the command died with its worker")

    def exporting(self, *workers):
        """A job that exports forecasts of a command which never gives one."""
        script = self.script("s.py", f"""#!{sys.executable}
import json, os, sys, time
for line in sys.stdin:
    r = json.loads(line)
    if r["op"] != "fit":
        open(sys.argv[0] + ".pid", "w").write(str(os.getpid()))
        time.sleep(1000)
    print(json.dumps({{"id": r["id"], "model": 1}}), flush=True)
""")
        job = self.dir / "job.toml"
        job.write_text(f'[data]\nfiles = ["{self.data()}"]\n[models]\nlocal = ["exec:{script}"]\nseason = 1\nhorizon = 2\n'
                       f'[store]\npath = "{self.store()}"\n[export]\npath = "{self.dir / "out.csv"}"\n'
                       "[workers]\n" + "".join(f"{line}\n" for line in ("count = 1", *workers)))
        return job

    def test_an_export_that_hangs_hears_a_signal(self):
        process = start("train", "--job", self.exporting(), "--progress", "none")
        pid = self.dir / "s.py.pid"
        wait_until(lambda: pid.exists() and pid.read_text(), 60, "the export")
        process.terminate()
        _, stderr = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 143, stderr)
        self.assertIn("ended in the middle of a fit or a forecast", stderr)
        wait_until(lambda: not alive(pid.read_text()), 5, "the command died with the export")
        self.assertFalse((self.dir / "out.csv").exists())
        self.assertEqual(len(rows(run("models", "--store", self.store(), "--format", "csv").stdout)), 12, "the run is saved")

    def test_an_export_gives_users_code_its_target_timeout(self):
        done = run("train", "--job", self.exporting('target_timeout = "300ms"'), "--progress", "none", timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("took longer than 0.3 s", done.stderr)

    def test_a_command_that_is_not_there_ends_the_run(self):
        done = run("train", self.data(), "--store", self.store(), "--models", "exec:no-such-command --x", "--progress", "none")
        self.assertEqual(done.returncode, 78, done.stderr)
        self.assertIn("no-such-command is in no folder of PATH", done.stderr)

    def test_missing_values_are_null(self):
        path = self.dir / "gaps.csv"
        path.write_text("target,time,value\n" + "".join(f"g,2024-01-{t:02},{t % 5}\n" for t in range(1, 20) if t != 7))
        script = self.script("count.py", f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(json.dumps({{"id": r["id"], "model": r["values"]}}), flush=True)
""")
        self.fit(script, "--gaps", "none", data=path)
        self.assertEqual(self.payloads()["g"][1].decode().split(",")[5:8], ["1.0", "null", "3.0"])

    def test_the_numbers_of_a_fallback_are_said_to_be_such(self):
        script = self.script("bad.py", f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    print(json.dumps({{"id": json.loads(line)["id"], "error": "no"}}), flush=True)
""")
        done = run("train", self.data(), "--store", self.store(), "--models", f"exec:{script}", "--season", "1",
                   "--progress", "none")
        self.assertEqual(done.returncode, 3, done.stderr)
        for target, said in ((), "12 targets;"), (("--target", "a00"), "1 target;"):
            done = run("forecast", "--store", self.store(), "--horizon", 1, *target)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"nothing could be fitted to {said} a fallback's numbers stand there", done.stderr)
            self.assertIn(f"exec:{script}-lo-80", done.stdout)
        self.assertEqual(run("train", self.data(), "--store", self.store(), "--models", "naive", "--quiet").returncode, 0)
        self.assertEqual(run("forecast", "--store", self.store(), "--horizon", 1).stderr, "")

    def test_the_step_is_that_of_the_calendar(self):
        script = self.script("step.py", f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    print(json.dumps({{"id": r["id"], "model": r["step"]}}), flush=True)
""")
        self.fit(script, data=self.business_days())
        self.assertEqual(self.payloads()["w"][1], b'"B"')


class BesideOthers(Byo):
    """What counts as a failed target, as fitd(1) says it."""

    def test_a_target_that_has_another_model_has_not_failed(self):
        command = ("train", self.data(), "--store", self.store(), "--season", "1", "--max-failures", "0", "--fail-fast",
                   "--workers", "1", "--progress", "none", "--json")
        done = run(*command, "--models", "naive,exec:/bin/false", "--combine", "none")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["failures"], [])
        self.assertIn("12 of 12 targets lack one of the models asked for", done.stderr)
        done = run(*command, "--models", "exec:/bin/false", "--fresh")
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("ended by --fail-fast", done.stderr)


class NewAlgorithm(Byo):
    def make(self, kind, name):
        done = run("new-algorithm", kind, name, cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        return dict(re.findall(r"^(build|test|train): +(.+)$", done.stdout, re.M))

    def shell(self, command, **kwargs):
        done = subprocess.run(command, shell=True, cwd=self.dir, capture_output=True, text=True, **kwargs)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def trains_as_told(self, steps):
        self.data()
        words = steps["train"].split()[1:]
        done = run(*words, "--store", self.store(), "--season", "1", "--progress", "none", cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("12 fitted", done.stdout)
        done = run("forecast", "--store", self.store(), "--horizon", 2, "--level", "80", cwd=self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(all(len(r) == 5 and all(r.values()) for r in rows(done.stdout)), done.stdout[:500])

    @unittest.skipUnless((BIN / "fitd-worker-python").exists(), "fitd-worker-python was not built")
    def test_python(self):
        steps = self.make("python", "mymodel")
        self.shell(steps["test"].replace("python3", python_of_worker(), 1))
        self.trains_as_told(steps)

    def test_exec(self):
        steps = self.make("exec", "anymodel")
        self.shell(steps["test"])
        self.trains_as_told(steps)

    def test_cpp(self):
        steps = self.make("cpp", "fast_model")
        prefix = self.dir / "prefix"
        Plugin.install(prefix)
        flags = " ".join(Plugin.sanitizers())
        self.shell(steps["build"].replace("cmake -S", f"cmake -DCMAKE_PREFIX_PATH={prefix} {flags} -S", 1))
        self.shell(steps["test"])
        self.trains_as_told(steps)

    def test_a_name_that_would_not_work_is_refused(self):
        for kind, name in (("python", "json"), ("python", "class"), ("cpp", "int")):
            done = run("new-algorithm", kind, name, cwd=self.dir)
            self.assertEqual((done.returncode, (self.dir / name).exists()), (64, False), done.stderr)

    def test_a_folder_that_is_there_and_a_bad_name_are_refused(self):
        self.make("exec", "twice")
        done = run("new-algorithm", "exec", "twice", cwd=self.dir)
        self.assertEqual(done.returncode, 73)
        done = run("new-algorithm", "python", "1-x", cwd=self.dir)
        self.assertEqual(done.returncode, 64)


if __name__ == "__main__":
    unittest.main()
