"""fitd train and forecast through the real binary: counts, months, the same bits, signals, resuming."""
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest

from fitd_support import FITD, SHARED, Scratch, children, m3, processes, run, start, wait_until

GROUPS = {"yearly": (645, 1, 6), "quarterly": (756, 4, 8), "monthly": (1428, 12, 18), "other": (174, 1, 8)}
CHEAP = ("--models", "naive,seasonal-naive,theta")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class TrainM3(Scratch):
    def check_group(self, group, models):
        targets, season, horizon = GROUPS[group]
        store = self.dir / f"{group}.db"
        summary = self.train(m3(group), "--season", season, "--store", store, "--models", models)
        counted = sum(summary[k] for k in ("fitted", "fallback", "constant", "short", "failed"))
        self.assertEqual((summary["targets"], counted, summary["failed"]), (targets, targets, 0))
        done = run("forecast", "--store", store, "--horizon", horizon)
        self.assertEqual(done.returncode, 0, done.stderr)
        forecast = rows(done.stdout)
        with open(SHARED / "data" / "m3" / f"{group}.test.csv", newline="") as file:
            expected = sorted((r["target"], r["time"]) for r in csv.DictReader(file))
        self.assertEqual([(r["target"], r["time"]) for r in forecast], expected)

    def test_every_group_is_accounted_for_and_forecast_at_the_right_times(self):
        for group in GROUPS:
            with self.subTest(group):
                self.check_group(group, "naive,theta")

    def test_all_four_models_and_the_combination_on_other(self):
        self.check_group("other", "ets,arima,ces,theta")

    def test_the_combination_beats_its_members_on_average(self):
        score = SHARED / "tools" / "score.py"
        store = self.dir / "q.db"
        self.train(m3("quarterly"), "--season", 4, "--horizon", 8, "--store", store)
        names = ("ensemble", "ets", "arima", "ces", "theta")
        args = [a for name in names for a in ("--model", name)]
        done = run("forecast", "--store", store, "--horizon", 8, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = self.dir / "forecast.csv"
        path.write_text(done.stdout)
        test = SHARED / "data" / "m3" / "quarterly.test.csv"
        smape = {}
        for name in names:
            out = subprocess.run([sys.executable, score, m3("quarterly"), test, path, "4", name],
                                 capture_output=True, text=True, check=True)
            result = json.loads(out.stdout)
            self.assertEqual((result["missing"], result["wrong_times"]), (0, 0))
            smape[name] = result["smape"]
        self.assertLess(smape["ensemble"], min(v for k, v in smape.items() if k != "ensemble"), smape)


class SameBits(Scratch):
    def test_workers_and_chunks_do_not_change_a_bit_of_the_export(self):
        data = self.sample(targets=70, length=120, seed=3, frequency="1h")
        exports = {}
        for workers in ("0", "1", "2", "3"):
            for chunk in ("auto", "even", "1", "7"):
                if workers == "0" and chunk != "auto":
                    continue
                store = self.dir / f"{workers}-{chunk}.db"
                self.train(data, "--store", store, "--workers", workers, "--chunk-size", chunk)
                exports[workers, chunk] = self.export(store)
        reference = exports["0", "auto"]
        self.assertGreater(len(reference), 10000)
        for key, text in exports.items():
            self.assertTrue(text == reference, f"workers and chunk size {key} gave other bits")

    def test_the_c_library_of_an_older_processor_does_not_change_a_bit(self):
        data = self.sample(targets=40, length=120, seed=5, frequency="1h")
        older = ",".join(f"-{name}{suffix}" for name in ("FMA", "FMA4", "AVX", "AVX2", "AVX512F") for suffix in ("", "_Usable"))
        exports = []
        for name, tunables in (("own", ""), ("older", f"glibc.cpu.hwcaps={older}")):
            store = self.dir / f"{name}.db"
            self.train(data, "--store", store, env={**os.environ, "GLIBC_TUNABLES": tunables})
            exports.append(self.export(store))
        self.assertTrue(exports[0] == exports[1], "the models depend on the processor")

    def test_each_worker_proves_where_it_runs(self):
        data = self.sample(targets=20, length=50)
        logs = self.dir / "logs"
        summary = self.train(data, "--store", self.dir / "s.db", "--workers", 1, "--log-dir", logs, *CHEAP)
        self.assertEqual(summary["workers"], 1)
        text = (logs / "worker-0.log").read_text()
        self.assertRegex(text, r"running on cpu \d+, pinned")


class Given(Scratch):
    """Options that would otherwise be without effect."""

    def test_a_global_file_that_no_model_wants_is_looked_at(self):
        data = self.sample(targets=3, length=60)
        wrong = self.dir / "wrong"
        wrong.write_text("x")
        for file, code, said in (("nope", 66, "--global-from: nope"), (wrong, 65, "no regression that fitd sums")):
            done = run("train", data, "--store", self.dir / "s.db", "--models", "naive", "--global-from", file)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(said, done.stderr)
        sums, made = self.dir / "sums", self.dir / "global"
        self.assertEqual(run("sums", data, "--shard", "1/1", "-o", sums).returncode, 0)
        merged = run("sums", "--merge", sums, "-o", made)
        self.assertEqual(merged.returncode, 0, merged.stderr)
        done = run("train", data, "--store", self.dir / "s.db", "--models", "naive", "--global-from", made)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is not used", done.stderr)

    def test_a_limit_of_logs_needs_their_folder(self):
        data = self.sample(targets=3, length=60)
        for command in ("train", "detect", "update"):
            done = run(command, data, "--store", self.dir / "s.db", "--log-limit", "1M")
            self.assertEqual(done.returncode, 64, done.stderr)
            self.assertIn("--log-dir", done.stderr)


class Signals(Scratch):
    """Ctrl-C and SIGTERM at any time: 128+n within a second, nothing left, and the same command finishes the rest."""

    def interrupt(self, sig, after, data, store, *options):
        process = start("train", data, "--store", store, "--progress", "json", *options)
        # The events on stderr say which stage the run is in.
        for line in process.stderr:
            if line.startswith("{") and after in line:
                break
        process.send_signal(sig)
        try:
            process.communicate(timeout=5)
        finally:
            process.kill()
        return process.returncode

    def test_a_signal_while_fitting_keeps_what_is_finished(self):
        data = self.sample(targets=300, length=300, frequency="1h")
        undisturbed = self.dir / "undisturbed.db"
        self.train(data, "--store", undisturbed, "--models", "ets,theta", "--season", 24)
        store = self.dir / "store" / "s.db"
        store.parent.mkdir()
        options = ("--models", "ets,theta", "--season", "24")
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            code = self.interrupt(sig, '"stage":"fit"', data, store, *options)
            self.assertEqual(code, 128 + sig)
            self.assert_no_leftovers(store.parent)
        summary = self.train(data, "--store", store, *options)
        self.assertEqual(summary["targets"], 300)
        self.assertTrue(self.export(store) == self.export(undisturbed))

    def test_a_signal_that_was_ignored_at_the_start_stays_so(self):
        """As for a script's job in the background: its Ctrl-C is for others."""
        data = self.sample(targets=200, length=300, frequency="1h")
        process = start("train", data, "--store", self.dir / "s.db", "--models", "ets,theta", "--season", 24, "--progress", "json",
                        preexec_fn=lambda: [signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGHUP)])
        for line in process.stderr:
            if line.startswith("{") and '"stage":"fit"' in line:
                break
        for one in (signal.SIGINT, signal.SIGHUP):
            process.send_signal(one)
        _, said = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, said)

    def test_a_signal_ends_a_long_fit_in_the_command_itself(self):
        data = self.sample(targets=1, length=150000, seed=4)
        store = self.dir / "s.db"
        process = start("train", data, "--store", store, "--workers", 0, "--models", "ets,arima", "--progress", "json")
        for line in process.stderr:
            if line.startswith("{") and '"stage":"fit"' in line:
                break
        time.sleep(0.5)  # of a fit of 5 s: the stage is told of before its first unit begins
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=5)
        self.assertEqual(process.returncode, 143)
        self.assertIn("ended in the middle of a fit", said)
        self.assertEqual(self.train(data, "--store", store, "--workers", 0, *CHEAP)["targets"], 1, said)

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        store = self.dir / "s.db"
        self.train(self.sample(targets=3, length=30), "--store", store, *CHEAP)
        process = start("forecast", "--store", store, "--horizon", 100000)
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        self.assertEqual((process.wait(timeout=30), said), (-signal.SIGPIPE, ""))

    def test_a_model_that_a_target_does_not_have_is_said_to_be_none(self):
        """Members for long seasons and for counts are not fitted to others; what stands in their columns is told."""
        store = self.dir / "members.db"
        self.train(self.sample("members.csv", targets=3, length=60, frequency="1D"), "--store", store, "--season", 7)
        done = run("forecast", "--store", store, "--horizon", 1, "--model", "sba", "--model", "ets")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sba was not fitted to 3 targets", done.stderr)
        self.assertNotIn("ets was", done.stderr)
        self.assertEqual(run("forecast", "--store", store, "--horizon", 1).stderr, "")

    def test_forecasts_are_of_the_run_asked_for_last(self):
        store = self.dir / "s.db"
        data = self.sample(targets=3, length=30)
        for models in ("naive", "theta", "naive"):
            self.train(data, "--store", store, "--models", models)
            self.assertIn(f"time,{models}", run("forecast", "--store", store, "--horizon", 1).stdout)

    def test_a_signal_while_loading_ends_the_command(self):
        fifo = self.dir / "never-ending.csv"
        os.mkfifo(fifo)
        process = start("train", fifo, "--store", self.dir / "s.db", "--progress", "none")
        with open(fifo, "w") as writer:
            writer.write("target,time,value\na,2024-01-01,1\n")
            writer.flush()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=5)
        self.assertEqual(process.returncode, 130)
        self.assert_no_leftovers(self.dir)

    def test_a_finished_run_is_not_fitted_again_unless_asked(self):
        data = self.sample(targets=12, length=60)
        store = self.dir / "s.db"
        first = self.train(data, "--store", store, *CHEAP)
        again = self.train(data, "--store", store, *CHEAP)
        self.assertEqual((again["run"], again["targets"], again["chunks"]), (first["run"], 12, 0))
        fresh = self.train(data, "--store", store, "--fresh", *CHEAP)
        self.assertNotEqual(fresh["run"], first["run"])
        self.assertEqual(fresh["targets"], 12)


class CommandLine(Scratch):
    def test_exit_codes_name_what_is_wrong(self):
        data = self.sample(targets=3, length=30)
        bad = self.dir / "bad.csv"
        bad.write_text("target,time,value\na,2024-01-01,1\na,2024-01-02,x7\n")
        cases = [
            (64, ("train", data, "--no-such-option"), "there is no option --no-such-option"),
            (64, ("train", data, "--worker", "2"), "did you mean --workers?"),
            (64, ("forecast", "--store", data, "--horizn", "3"), "there is no option --horizn; did you mean --horizon?"),
            (64, ("models", data), "one argument too many"),
            (64, (), "name a command"),
            (64, ("trian", data), "did you mean train?"),
            (64, ("sample", "--targets", "-1"), "--targets"),
            (64, ("train", data, "--models", "etss", "--store", self.dir / "a.db"), "ets"),
            (64, ("train", data, "--workers", "two"), "--workers two: must be physical or a number"),
            (64, ("train", data, "--combine", "meen"), "--combine meen: must be one of"),
            (64, ("train", data, "--max-failures", "200%"), "--max-failures 200%: must be from 0% to 100%"),
            (64, ("train", data, "--max-failures", "1.5"), "--max-failures 1.5: must be a whole number of targets"),
            (64, ("train", data, "--horizon", "x"), "--horizon: 'x' is not a whole number from 0"),
            (64, ("train", data, "--max-bad-rows", "-1"), "--max-bad-rows: '-1' is not a whole number"),
            (64, ("train", "--store", self.dir / "a.db"), "DATA is empty: name at least one file"),
            (64, ("train", "--job", self.job("[data]\nfiles = ['x']\n", "good.toml"), "--workers", "-3"), "--workers -3: must be"),
            (64, ("models", "--format", "jsn"), "'jsn' is not one of table, csv, json; did you mean json?"),
            (64, ("models", "--format", "1"), "'1' is not one of table, csv, json"),
            (64, ("train", data, "--store", ""), "--store: '' is not the name of a file"),
            (64, ("train", data, "--store="), "--store"),
            (64, ("export", "--store", ""), "--store: '' is not"),
            (64, ("models", "--store", ""), "--store: '' is not"),
            (64, ("forecast", "--store", ""), "--store: '' is not"),
            (64, ("new-algorithm", "pyton", "x"), "did you mean python?"),
            (64, ("forecast", "--level", "80,x"), "--level: 'x' is not a number from 0.1 to 99.99"),
            (65, ("train", bad, "--store", self.dir / "a.db"), f"{bad}:3"),
            (66, ("train", self.dir / "absent.csv", "--store", self.dir / "a.db"), "absent.csv"),
            (66, ("forecast", "--store", self.dir / "absent.db"), "absent.db"),
            (73, ("train", data, "--store", self.dir / "no" / "such" / "a.db"), "no/such"),
            (78, ("train", "--job", self.job("[dta]\nfiles = ['x']\n")), "data"),
        ]
        for code, args, named in cases:
            with self.subTest(code=code, args=args[:2]):
                done = run(*args)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(named, done.stderr)
        self.assertEqual(list(self.dir.glob("*.db*")), [])  # nothing was trained, nothing is left

    def test_a_seed_is_no_negative_number(self):
        done = run("sample", "--targets", 1, "--length", 2, "--seed", "-1")
        self.assertEqual((done.returncode, done.stdout), (64, ""), done.stderr)
        self.assertIn("--seed", done.stderr)

    def test_a_closed_stdin_and_a_file_that_may_not_grow_are_errors(self):
        closed = subprocess.run(["sh", "-c", 'exec "$0" train - --store "$1" <&-', FITD, self.dir / "c.db"], timeout=30,
                                capture_output=True, text=True)
        self.assertEqual(closed.returncode, 65, closed.stderr)
        self.assertIn("no values in the data", closed.stderr)
        data = self.sample(targets=40, length=200)
        small = subprocess.run(["bash", "-c", 'ulimit -f 40; exec "$0" train "$1" --store "$2" --models naive', FITD, data,
                                self.dir / "f.db"], timeout=60, capture_output=True, text=True)
        self.assertEqual(small.returncode, 74, small.stderr)
        self.assertIn("f.db", small.stderr)

    def job(self, text, name="job.toml"):
        path = self.dir / name
        path.write_text(text)
        return path

    def test_a_job_file_trains_and_options_override_it(self):
        self.sample(targets=6, length=40)
        job = self.job(f"[data]\nfiles = ['data.csv']\n[models]\nlocal = ['naive', 'mean']\n"
                       f"[store]\npath = 'job.db'\n")
        summary = self.train("--job", job)
        self.assertEqual(summary["targets"], 6)
        listed = rows(run("models", "--store", self.dir / "job.db", "--format", "csv").stdout)
        self.assertEqual({r["algorithm"] for r in listed} - {"pooled-ar"}, {"naive", "mean"})
        self.train("--job", job, "--models", "theta", "--store", self.dir / "other.db")
        listed = rows(run("models", "--store", self.dir / "other.db", "--format", "csv").stdout)
        self.assertEqual({r["algorithm"] for r in listed}, {"theta"})

    def test_times_that_cannot_be_are_named_with_their_line(self):
        self.sample(targets=2, length=40)
        for said, of in (('timezone = "Mars/X"', ":3: data.timezone = Mars/X: 'Mars/X' is not a time zone"),
                         ('time_format = "%Q"', ":3: data.time_format = %Q: .* unknown word %Q"),
                         ('until = "never"', ":3: data.until = never: is no time"),
                         ('until = "1st of 12"', ":3: data.until: '1st of 12' is no time for --until"),
                         ('aggregate = "sum"', "data.frequency says no step, but aggregate = sum needs one"),
                         ('target = "#0"', r"no target column named '#0'.*the first column is #1")):
            job = self.job(f"[data]\nfiles = ['data.csv']\n{said}\n[models]\nlocal = 'naive'\n[store]\npath = 's.db'\n")
            for command in (("check", job), ("train", "--job", job, "--progress", "none")):
                with self.subTest(said=said, command=command[0]):
                    done = run(*command)
                    self.assertEqual(done.returncode, 65 if "#0" in said else 78, done.stderr)
                    self.assertRegex(done.stderr, of)
        job = self.job("[data]\nfiles = ['data.csv']\nuntil = '1st of 12'\n[models]\nlocal = 'naive'\n[store]\npath = 's.db'\n")
        done = run("train", "--job", job, "--until", "2nd of 12")
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("'2nd of 12' is no time for --until", done.stderr)

    def test_an_export_that_cannot_be_a_file_is_refused_before_fitting(self):
        (self.dir / "s.csv").write_text(run("sample", "--targets", "2", "--length", "60").stdout)
        os.mkfifo(self.dir / "pipe")
        (self.dir / "link").symlink_to("pipe")
        (self.dir / "old.db").write_bytes(b"SQLite format 3\0" + bytes(100))
        job = self.dir / "x.toml"
        for path, code, said in (("pipe", 78, "is a device or a pipe, which no file can take the place of"),
                                 ("link", 78, "link is a device or a pipe"), ("old.db", 78, "another SQLite database"),
                                 ("absent/x.csv", 66, "its folder .*absent: No such file"), (".", 74, "is a folder: name a file in it")):
            job.write_text(f'[data]\nfiles = "s.csv"\n[models]\nlocal = "naive"\n[store]\npath = "s.db"\n'
                           f'[export]\npath = "{path}"\n')
            for command in (("check", job), ("train", "--job", job, "--progress", "none")):
                with self.subTest(path=path, command=command[0]):
                    done = run(*command)
                    self.assertEqual(done.returncode, code, done.stderr)
                    self.assertRegex(done.stderr, f"export.path.*{said}")
        self.assertFalse((self.dir / "s.db").exists())
        self.assertTrue((self.dir / "pipe").is_fifo() and (self.dir / "link").is_symlink())

    def test_nothing_that_is_read_is_written_over(self):
        text = run("sample", "--targets", "2", "--length", "60").stdout
        (self.dir / "in").mkdir()
        data, job = self.dir / "in" / "s.csv", self.dir / "x.toml"
        data.write_text(text)
        (self.dir / "link.csv").symlink_to("in/s.csv")
        for files, path in (("in/s.csv", "in/s.csv"), ("in/s.csv", "link.csv"), ("in/s.csv", "x.toml"),
                            ("in/*.csv", "in/forecast.csv"), ("in", "in/forecast.csv"), ("in/s.csv", "s.db-wal")):
            body = (f'[data]\nfiles = "{files}"\n[models]\nlocal = "naive"\n[store]\npath = "s.db"\n'
                    f'[export]\npath = "{path}"\n')
            for command in (("check", job), ("train", "--job", job, "--progress", "none")):
                with self.subTest(files=files, path=path, command=command[0]):
                    job.write_text(body)
                    done = run(*command)
                    self.assertEqual(done.returncode, 78, done.stderr)
                    self.assertRegex(done.stderr, "export.path.* is read here .* and would be lost")
                    self.assertEqual((data.read_text(), job.read_text()), (text, body))
        self.train(data, "--store", self.dir / "s.db", "--models", "naive")
        for command in (("plan", data, "--shards", 2), ("sums", data, "--shard", "1/1"),
                        ("plot", data, "--store", self.dir / "s.db", "--target", "host0.cpu"),
                        ("report", data, "--store", self.dir / "s.db"), ("backtest", data, "--models", "naive")):
            for output in (data, self.dir / "link.csv"):
                with self.subTest(command=command[0], output=output.name):
                    done = run(*command, "-o", output)
                    self.assertEqual(done.returncode, 64, done.stderr)
                    self.assertIn("is read here", done.stderr)
                    self.assertEqual(data.read_text(), text)

    def test_an_export_without_the_forecasts_of_users_code_is_no_success(self):
        (self.dir / "s.csv").write_text(run("sample", "--targets", "2", "--length", "60").stdout)
        script = self.dir / "bad.py"
        script.write_text("import json, sys\nfor line in sys.stdin:\n    ask = json.loads(line)\n"
                          "    fit = {'model': 1} if ask.get('op') != 'forecast' else {'error': 'no'}\n"
                          "    print(json.dumps({'id': ask['id'], **fit}), flush=True)\n")
        (self.dir / "x.toml").write_text(
            f'[data]\nfiles = "s.csv"\n[models]\nlocal = ["exec:{sys.executable} {script}"]\n'
            f'[store]\npath = "s.db"\n[export]\npath = "f.csv"\n')
        done = run("train", "--job", self.dir / "x.toml", "--progress", "none")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("forecast of target 'host0.cpu': no", done.stderr)

    def test_an_export_replaces_what_its_link_names(self):
        (self.dir / "s.csv").write_text(run("sample", "--targets", "2", "--length", "60").stdout)
        (self.dir / "there").mkdir()
        (self.dir / "there" / "real.csv").write_text("old")
        (self.dir / "link.csv").symlink_to("there/real.csv")
        (self.dir / "new.csv").symlink_to("there/new.csv")
        for path, real in (("link.csv", "real.csv"), ("new.csv", "new.csv")):
            (self.dir / "x.toml").write_text(f'[data]\nfiles = "s.csv"\n[models]\nlocal = "naive"\n'
                                             f'[store]\npath = "s.db"\n[export]\npath = "{path}"\n')
            done = run("train", "--job", self.dir / "x.toml", "--progress", "none")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue((self.dir / path).is_symlink())
            written = self.dir / "there" / real
            self.assertTrue(written.read_text().startswith("target,time,naive,"))
            self.assertEqual(written.stat().st_mode & 0o777, 0o640)

    def test_a_store_whose_name_means_something_to_sqlite_is_a_file(self):
        data = self.sample(targets=3, length=30)
        for name in (":memory:", "file:a.db?mode=memory"):
            self.train(data, "--store", name, *CHEAP, cwd=self.dir)
            self.assertTrue((self.dir / name).exists(), name)
            self.assertEqual(run("export", "--store", name, cwd=self.dir).returncode, 0)

    def test_every_command_has_help_with_examples(self):
        text = run("--help").stdout
        commands = re.findall(r"^  ([a-z][a-z-]+) +[A-Z]", text, re.M)
        self.assertIn("train", commands)
        for command in commands:
            done = run(command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn("Example", done.stdout, command)

    def test_workers_lines_are_whole_and_logs_say_who_and_when(self):
        data = self.sample(targets=30, length=50)
        logs = self.dir / "logs"
        self.train(data, "--store", self.dir / "s.db", "--workers", 2, "--log-dir", logs, "--log-format", "json", *CHEAP)
        for name in ("fitd.log", "worker-0.log", "worker-1.log"):
            for line in (logs / name).read_text().splitlines():
                entry = json.loads(line)
                self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertTrue({"level", "pid", "message"} <= set(entry), entry)


if __name__ == "__main__":
    unittest.main()
