#!/usr/bin/env python3
"""The manual pages against the program: options, exit codes, job file keys, settings, the store's schema, metrics."""
import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tomllib
import unittest

import manual_page
from fitd_support import BIN, FITD, SOURCE, Scratch, run, start
from service_support import Daemon

PAGES = SOURCE / "systemd" / "man"
NAIVE = ("--models", "seasonal-naive", "--workers", "0", "--progress", "none")


def page(name):
    return manual_page.read(PAGES / name)


def help_of(*command):
    return run(*command, "--help", check=True).stdout


def commands():
    return re.findall(r"(?m)^  ([a-z][a-z-]+) +[A-Z]", help_of())


def options_of(command):
    """The options that --help lists, without --help itself."""
    listed = re.findall(r"(?m)^ +(-[^ ]+(?:, ?-[^ ]+)*)(?= |$)", help_of(command).split("\nExamples")[0])
    names = {name for entry in listed for name in re.split(r", ?", entry)}
    return names - {"-h", "--help"}


class Commands(unittest.TestCase):
    """fitd(1) against --help."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.page = page("fitd.1")
        cls.sections = {}
        for section in cls.page:
            named = re.match(r"fitd ([a-z][a-z-]*)", section.title)
            if named:
                cls.sections[named[1]] = section
        cls.groups = {s.title.lower(): s for s in cls.page if s.title.endswith(" options")}

    def documented(self, command):
        section = self.sections[command]
        options = section.options()
        text = " ".join(section.text.split())
        for title, group in self.groups.items():
            if re.search(rf"\b{title}\b", text):
                options |= group.options()
        return options

    def test_every_command_has_a_section_and_no_other(self):
        self.assertEqual(sorted(self.sections), sorted(commands()))

    def test_every_option_is_in_the_section_of_its_command_and_no_other(self):
        for command in commands():
            with self.subTest(command):
                listed, documented = options_of(command), self.documented(command)
                self.assertTrue(listed or command == "new-algorithm", "nothing read from --help")
                self.assertEqual(sorted(listed - documented), [], "not in fitd(1)")
                self.assertEqual(sorted(documented - listed), [], "not in the program")

    def test_the_synopsis_names_every_command(self):
        synopsis = next(s for s in self.page if s.chapter == "SYNOPSIS")
        named = set(re.findall(r"[a-z][a-z-]+", synopsis.text))
        self.assertEqual([c for c in commands() if c not in named], [])


class ExitCodes(Scratch):
    """EXIT STATUS of fitd(1): each code that a user can provoke is provoked."""

    def job(self, text):
        path = self.dir / "job.toml"
        path.write_text(text)
        return path

    def as_nobody(self, *args):
        """Root reads everything, so another user asks for what only root may read."""
        path = self.dir / "secret.csv"
        path.write_text("time,value\n2024-01-01,1\n")
        path.chmod(0)
        command = [FITD, *args, str(path)]
        if os.geteuid() == 0:
            self.dir.chmod(0o755)
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/")

    def full(self):
        with open("/dev/full", "w") as full:
            return subprocess.run([FITD, "sample"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)

    def interrupted(self):
        fifo = self.dir / "fifo.csv"
        os.mkfifo(fifo)
        process = start("train", fifo, "--store", self.dir / "fifo.db", *NAIVE)
        with open(fifo, "w"):  # it has opened the other end: signals are handled by now
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        return process

    def queue_full(self):
        daemon = Daemon(self.dir / "daemon")
        self.addCleanup(daemon.stop)
        daemon.config("[queue]\nlimit = 0\n")
        daemon.job("cpu")
        daemon.start()
        return run("start", "cpu", "--socket", daemon.socket)

    def test_every_code_is_documented_and_happens(self):
        data = self.sample(targets=2, length=40)
        store = ("--store", self.dir / "s.db")
        happens = {
            "0": lambda: run("train", data, *store, *NAIVE),
            "3": lambda: run("train", data, *store, "--models", "exec:/bin/false", "--progress", "none"),
            "64": lambda: run("train", "--no-such-option"),
            "65": lambda: run("train", FITD, *store),
            "66": lambda: run("train", self.dir / "none.csv", *store),
            "69": lambda: run("runs", "--socket", self.dir / "none.sock"),
            "70": lambda: run("train", data, "--store", self.dir / "n.db", "--workers", "1",
                              env={**os.environ, "FITD_WORKER": "/bin/false"}),
            "73": lambda: run("train", data, "--store", self.dir / "no" / "s.db", *NAIVE),
            "74": self.full,
            "75": self.queue_full,
            "77": lambda: self.as_nobody("check"),
            "78": lambda: run("check", self.job("[data]\nno_such_key = 1\n")),
            "128+n": self.interrupted,
        }
        documented = next(s for s in page("fitd.1") if s.chapter == "EXIT STATUS").tags
        self.assertEqual(documented, list(happens))
        for code, provoke in happens.items():
            with self.subTest(code):
                done = provoke()
                self.assertEqual(done.returncode, 130 if code == "128+n" else int(code), done.stderr)


class Files(Scratch):
    """What fitd reads and writes: fitd-job(5), fitd(8), fitd-store(5)."""

    maxDiff = None

    def keys_of_page(self, name):
        return {s.title.strip("[]"): s.tags for s in page(name) if re.fullmatch(r"\[\w+\]", s.title)}

    def known_keys(self, command, section, pattern):
        """The keys that the parser names when it meets one that is like none of them."""
        path = self.dir / "fitd.toml"
        path.write_text(f"[{section}]\nqqqqqqqqqqqqqqqqqq = 1\n")
        done = run(*command, path if command[-1] == "check" else self.dir)
        self.assertEqual(done.returncode, 78, done.stderr)
        return sorted(re.search(pattern, done.stderr)[1].split(", "))

    def test_every_key_of_the_job_file(self):
        done = run("check", self.sample(targets=1, length=20), check=True)
        effective = tomllib.loads(done.stdout.split("# the plan")[0])
        documented = self.keys_of_page("fitd-job.5")
        self.assertEqual({name: sorted(keys) for name, keys in documented.items()},
                         {name: sorted(keys) for name, keys in effective.items()})
        for section, keys in documented.items():
            self.assertEqual(sorted(keys), self.known_keys(["check"], section, r"known are ([\w, ]+)"), section)

    def test_the_example_of_a_job_file_is_one(self):
        example = next(s for s in page("fitd-job.5") if s.chapter == "EXAMPLE")
        parsed = tomllib.loads(example.text)
        self.assertEqual(set(parsed), set(self.keys_of_page("fitd-job.5")))
        for section, keys in parsed.items():
            self.assertLessEqual(set(keys), set(self.keys_of_page("fitd-job.5")[section]))

    def test_every_setting_of_the_daemon(self):
        shown = re.sub(r"(?m)^# (\w+ = )", r"\1", (SOURCE / "systemd" / "fitd.toml").read_text())
        documented = self.keys_of_page("fitd.8")
        self.assertEqual({name: list(keys) for name, keys in tomllib.loads(shown).items()}, documented)
        (self.dir / "jobs.d").mkdir()
        for section, keys in documented.items():
            known = self.known_keys(["serve", "--check", "--config"], section, r"\(known: ([\w, ]+)\)")
            self.assertEqual(sorted(keys), known, section)

    def schema(self, store):
        """{table: [column with type]} in the store's own order, views without types; and the two pragmas."""
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
            tables = {}
            for name, kind in db.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"):
                columns = db.execute(f"PRAGMA table_info({name})").fetchall()
                tables[name] = [f"{c[1]} {c[2]}".strip() if kind == "table" else c[1] for c in columns]
            return tables, db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]

    def test_every_table_and_column_of_the_store(self):
        store = self.dir / "s.db"
        sample = self.sample(targets=2, length=40)
        self.train(sample, "--store", store, "--models", "seasonal-naive", "--workers", "0")
        self.assertEqual(run("detect", "--store", store, sample, "--workers", "0").returncode, 0)
        tables, application, version = self.schema(store)
        sections = page("fitd-store.5")
        documented = {s.title: [column for tag in s.tags for column in tag.split(", ")]
                      for s in sections if s.chapter in ("TABLES", "VIEWS") and s.title}
        self.assertEqual(documented, tables)
        text = " ".join(" ".join(s.text for s in sections).split())
        self.assertIn(f"application_id is 0x{application:x} ", text)
        self.assertIn(f"describes store version {version}:", text)

    def test_every_metric(self):
        daemon = Daemon(self.dir / "daemon")
        self.addCleanup(daemon.stop)
        data = self.sample(targets=2, length=40)
        daemon.job("cpu", f'[data]\nfiles = ["{data}"]\n[models]\nlocal = ["seasonal-naive"]\n'
                          f'[store]\npath = "{self.dir}/cpu.db"\n')
        daemon.start()
        self.assertEqual(run("start", "cpu", "--wait", "--quiet", "--socket", daemon.socket).returncode, 0, daemon.said())
        text = daemon.ask("GET", "/metrics").text
        documented = {}
        for tag in [tag for s in page("fitd-metrics.7") for tag in s.tags]:
            name, labels = re.fullmatch(r"(\w+)(?:\{([\w,]+)\})?", tag).groups()
            documented[name] = set(labels.split(",")) if labels else set()
        families = re.findall(r"(?m)^# TYPE (\w+) ", text)
        self.assertEqual(sorted(documented), sorted(families))
        labelled = 0
        for name, labels in re.findall(r"(?m)^(\w+)(?:\{(.*)\})? [^ ]+$", text):
            family = name if name in documented else re.sub(r"_(bucket|sum|count)$", "", name)
            used = set(re.findall(r'(\w+)="', labels)) - {"le"}
            self.assertEqual(used, documented[family], name)
            labelled += bool(used)
        self.assertGreater(labelled, 8, text)


class Pages(unittest.TestCase):
    """As files: they format, and refer to each other."""

    def test_pages_format_without_warnings(self):
        if not shutil.which("man"):
            self.skipTest("man-db is not installed")
        for path in sorted(PAGES.iterdir()):
            done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path], timeout=60,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), path)

    def test_man_finds_them_in_the_build_tree(self):
        if not shutil.which("man"):
            self.skipTest("man-db is not installed")
        build = BIN.parent
        made = {path.name.removesuffix(".gz") for path in (build / "share" / "man").rglob("*.gz")}
        if made != {path.name for path in PAGES.iterdir()}:  # only some targets were built
            subprocess.run(["cmake", "--build", build, "--target", "fitd_documentation"], check=True, timeout=60,
                           stdout=subprocess.DEVNULL)
        for path in sorted(PAGES.iterdir()):
            name, section = path.name.rsplit(".", 1)
            done = subprocess.run(["man", "-M", build / "share" / "man", "-w", section, name], timeout=60,
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, f"{path.name}: {done.stderr}")
            self.assertIn(str(build), done.stdout)

    def test_pages_that_are_named_are_there(self):
        names = {path.name for path in PAGES.iterdir()}
        for path in sorted(PAGES.iterdir()):
            text = manual_page.plain(path.read_text())
            for name, section in re.findall(r"^\.BR (fitd[\w-]*) \((\d)\)", text, re.M):
                self.assertIn(f"{name}.{section}", names, path.name)
            self.assertNotEqual(re.findall(r"(?m)^\.SH SEE ALSO", text), [], path.name)

    def test_readme_is_a_page_that_links_every_page(self):
        text = (SOURCE / "README.md").read_text()
        self.assertLessEqual(len(text.splitlines()), 200)
        for path in sorted(PAGES.iterdir()):
            self.assertIn(f"(systemd/man/{path.name})", text)
        for link in re.findall(r"\]\(([^)#]+)\)", text):
            self.assertTrue((SOURCE / link).exists(), link)


if __name__ == "__main__":
    unittest.main()
