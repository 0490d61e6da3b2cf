#!/usr/bin/env python3
"""fitd report and fitd plot: one page without anything from outside, plots, and what the store keeps for them."""
import contextlib
import csv
import html.parser
import json
import re
import sqlite3
import unittest
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timedelta

from fitd_support import Scratch, m3, run

VOID = {"meta", "link", "input", "br", "path", "rect", "circle", "img"}


class Page(html.parser.HTMLParser):
    """A page's text, ids and links; an element that is not closed in its place is an error."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.words, self.errors, self.tags = [], [], [], [], [], []
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.links += [attributes[name] for name in ("href", "src", "action") if attributes.get(name)]

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.errors.append(f"</{tag}> at {self.getpos()}, open: {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


class Report(Scratch):
    def report(self, store):
        out = self.dir / "report.html"
        done = run("report", "--store", store, "-o", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(str(out), done.stderr)
        text = out.read_text()
        page = Page(text)
        self.assertEqual(page.errors, [])
        self.assertEqual(page.open, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertFalse([link for link in page.links if not link.startswith("#") and link != "data:,"], "loads nothing")
        self.assertNotRegex(re.sub(r"<style>.*?</style>", "", text, flags=re.S), r"https?://|url\(")
        return text, page

    def test_a_report_tells_of_data_accuracy_targets_and_run(self):
        data = self.sample(targets=30, length=200, frequency="1h", seed=5)
        rows = data.read_text().splitlines(keepends=True)
        broken = [i for i, row in enumerate(rows) if row.startswith("host04.latency_ms,")][50:90]
        odd = rows[:broken[0]] + rows[broken[-1] + 1:] + ["<b>&\"odd\",2024-01-01T0%d:00:00,%d\n" % (i, i * i) for i in range(6)]
        data.write_text("".join(odd))
        store = self.dir / "s.db"
        self.train(data, "--store", store)
        text, page = self.report(store)
        self.assertLess(len(text), 5e6)
        for words in ("31 targets", "Coverage", "Median error", "Do the intervals hold?", "Season 24", "ensemble",
                      "Largest error", "At random", "points filled in gaps", "Most repaired targets", "Time and memory by stage",
                      "Workers", "Memory", "Deaths", "<b>&\"odd\""):
            self.assertIn(words, page.text)
        self.assertNotIn("<b>&", text)
        # Every target can be opened, the one with the hole is named first among the repaired.
        self.assertEqual(page.tags.count("details"), 31)
        self.assertEqual(re.search(r"Lost</th></tr></thead><tbody><tr><th scope=\"row\" class=\"id\">([^<]+)", text)[1],
                         "host04.latency_ms")

    def test_a_run_without_anything_to_measure_has_a_report(self):
        data = self.dir / "one.csv"
        data.write_text("time,value\n2024-01-01,1\n2024-01-02,1\n")
        store = self.dir / "s.db"
        self.train(data, "--store", store, "--models", "naive", "--workers", "0")
        _, page = self.report(store)
        self.assertIn("1 target ", page.text)
        self.assertNotIn("Median error", page.text)

    def test_failures_and_quarantine_are_named(self):
        data = self.sample(targets=4, length=60)
        store = self.dir / "s.db"
        self.train(data, "--store", store, "--models", "exec:/bin/false", code=3)
        _, page = self.report(store)
        self.assertIn("Targets without a model of their own", page.text)
        self.assertIn("exec:/bin/false", page.text)

    def test_errors_name_what_is_wrong(self):
        done = run("report", "--store", self.dir / "none.db", "-o", self.dir / "r.html")
        self.assertEqual(done.returncode, 66)
        data = self.sample(targets=2, length=40)
        self.train(data, "--store", self.dir / "s.db", "--models", "naive", "--workers", "0")
        done = run("report", "--store", self.dir / "s.db", "-o", self.dir / "no" / "r.html")
        self.assertEqual(done.returncode, 66, done.stderr)
        self.assertIn("r.html", done.stderr)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["data.csv", "s.db"])

    def test_quiet_commands_that_write_a_file_say_nothing(self):
        data = self.sample(targets=70, length=60)
        store = self.dir / "s.db"
        self.train(data, "--store", store)
        for command in (("report", "--store", store), ("plan", data, "--shards", "2"), ("sums", data)):
            for quiet in ("-q", "--quiet"):
                done = run(*command, "-o", self.dir / f"{command[0]}.html", quiet)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), command)
        self.assertIn("the report is in", run("report", "--store", store, "-o", self.dir / "report.html").stderr)

    def test_what_is_written_replaces_a_page_and_never_a_store(self):
        data = self.sample(targets=2, length=40)
        store, page, link = self.dir / "s.db", self.dir / "r.html", self.dir / "link.html"
        self.train(data, "--store", store, "--models", "naive", "--workers", "0")
        before = self.export(store)
        for command in (("report",), ("plot", "--target", "host0.cpu"), ("backtest", data, "--models", "naive", "--quiet"),
                        ("plan", data, "--models", "naive", "--shards", "2"),
                        ("sums", data, "--models", "naive,theta", "--shard", "1/2")):
            given = ("--store", store) if command[0] in ("report", "plot") else ()
            done = run(*command, *given, "-o", store)
            self.assertEqual(done.returncode, 64, (command, done.stderr))
            self.assertIn("which would be lost", done.stderr)
            done = run(*command, *given, "-o", self.dir)
            self.assertIn(done.returncode, (74, 66), (command, done.stderr))
            self.assertIn(str(self.dir), done.stderr)
            self.assertNotEqual(run(*command, *given, "-o", "/dev/full").returncode, 0, command)
        self.assertEqual(self.export(store), before)
        done = run("report", "--store", store, "-o", data)
        self.assertEqual((done.returncode, data.read_text()[:6]), (64, "target"), done.stderr)
        self.assertIn("data.csv is there and no HTML page", done.stderr)
        store2 = ("--store", store, "--target", "host0.cpu")
        backtest = ("backtest", data, "--models", "naive", "--windows", "1", "--quiet")
        outputs = {"svg": ("plot", *store2), "json": ("plot", *store2, "--json"), "txt": ("plot", *store2, "--text"),
                   "csv": backtest, "plan": ("plan", data, "--models", "naive", "--shards", "2"),
                   "sums": ("sums", data, "--models", "naive,theta", "--shard", "1/1"),
                   "global": ("sums", "--merge", self.dir / "out.sums")}
        job = self.dir / "job.toml"
        other = {path: path.read_text() for path in (data, job) if path == data or path.write_text("[data]\n")}
        for kind, command in outputs.items():
            with self.subTest(kind):
                for path, text in other.items():
                    copy = self.dir / f"copy-{path.name}"
                    copy.write_text(text)
                    done = run(*command, "-o", copy)
                    self.assertEqual((done.returncode, copy.read_text()), (64, text), done.stderr)
                    self.assertRegex(done.stderr, f"{copy.name} is there and no .*: name another file, or remove it first")
                    copy.write_text("\n")  # nothing is lost of an empty one, and its own output is written again
                    for _ in range(2):
                        done = run(*command, "-o", copy)
                        self.assertEqual(done.returncode, 0, done.stderr)
                    copy.rename(self.dir / f"out.{kind}")
        done = run(*backtest, "--summary", "--select", data)
        self.assertEqual(done.returncode, 64, done.stderr)
        for _ in range(2):
            self.assertEqual(run(*backtest, "--summary", "--select", self.dir / "out.select").returncode, 0)
        for path in (job, *self.dir.glob("out.*")):
            path.unlink()
        page.write_text("<p>old")
        link.symlink_to(page)
        self.assertEqual(run("report", "--store", store, "-o", link).returncode, 0)
        self.assertTrue(link.is_symlink() and page.read_text().startswith("<!DOCTYPE html>"))
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ["data.csv", "link.html", "r.html", "s.db"])


class Plot(Scratch):
    def setUp(self):
        super().setUp()
        self.store = self.dir / "s.db"
        self.data = self.sample(targets=3, length=150, frequency="1h", seed=3)
        self.train(self.data, "--store", self.store)
        self.target = "host0.latency_ms"

    def test_svg_is_one_picture_that_shows_values_and_forecast(self):
        out = self.dir / "x.svg"
        done = run("plot", "--store", self.store, "--target", self.target, "--target", "host0.cpu", "-o", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        root = ElementTree.parse(out).getroot()
        titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(titles, [self.target, "host0.cpu"])
        classes = {e.get("class") for e in root.iter()}
        self.assertLessEqual({"p-history", "p-held", "p-forecast", "p-wide", "p-near", "p-origin"}, classes)

    def test_json_holds_the_data_and_what_fitd_forecast_prints(self):
        done = run("plot", "--store", self.store, "--target", self.target, "--json")
        plot = json.loads(done.stdout)[0]
        values = [float(r.split(",")[2]) for r in self.data.read_text().splitlines() if r.startswith(self.target + ",")]
        history = [v for v in plot["history"] if v is not None]
        self.assertEqual(history, values)
        forecast = json.loads(run("forecast", "--store", self.store, "--target", self.target, "--json").stdout)
        n = len(values)
        self.assertEqual(plot["forecast"][n:], [row["ensemble"] for row in forecast])
        self.assertEqual(plot["times"][n:], [row["time"] for row in forecast])
        band = next(b for b in plot["bands"] if b["level"] == 80)
        self.assertEqual(band["lo"][n:], [row["ensemble-lo-80"] for row in forecast])

    def test_text_fits_the_width(self):
        done = run("plot", "--store", self.store, "--target", self.target, "--text", "--width", "70", "--height", "10")
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 13)
        self.assertLessEqual(max(map(len, lines)), 70)
        self.assertGreater(len(re.findall("[\u2801-\u28ff]", done.stdout)), 60)

    def test_a_target_that_is_nearly_there_is_suggested(self):
        done = run("plot", "--store", self.store, "--target", "host0.cp", "--text")
        self.assertEqual(done.returncode, 66)
        self.assertIn("did you mean host0.cpu?", done.stderr)

    def test_a_target_that_is_not_there_is_named(self):
        done = run("plot", "--store", self.store, "--target", "nobody")
        self.assertEqual((done.returncode, "'nobody'" in done.stderr), (66, True))

    def test_how_many_values_are_kept_is_said_and_done(self):
        for keep, kept in (("10", 10), ("all", 150), ("none", 0)):
            store = self.dir / f"{keep}.db"
            self.train(self.data, "--store", store, "--models", "seasonal-naive", "--keep-history", keep)
            plot = json.loads(run("plot", "--store", store, "--target", self.target, "--json").stdout)[0]
            self.assertEqual(sum(v is not None for v in plot["history"]), kept, keep)
            # As a key of a job it does the same; the option is stronger.
            job = self.dir / f"{keep}.toml"
            value = keep if keep.isdigit() else f'"{keep}"'
            job.write_text(f'[data]\nfiles = ["{self.data}"]\n[models]\nlocal = ["seasonal-naive"]\n[store]\npath = "job-{keep}.db"\nkeep_history = {value}\n')
            self.assertIn(f"keep_history = {value}\n", run("check", job).stdout)
            for options, expected in (((), kept), (("--fresh", "--keep-history", "7"), 7)):
                self.assertEqual(run("train", "--job", job, *options).returncode, 0)
                plot = json.loads(run("plot", "--store", self.dir / f"job-{keep}.db", "--target", self.target, "--json").stdout)[0]
                self.assertEqual(sum(v is not None for v in plot["history"]), expected, keep)
        for keep, said in (("10", True), ("none", False)):
            done = run("train", self.data, "--store", self.dir / f"{keep}.db", "--models", "seasonal-naive", "--keep-history", "none")
            self.assertEqual((done.returncode, "train into a new store" in done.stderr), (0, said), done.stderr)
        exports = {self.export(self.dir / f"{keep}.db") for keep in ("10", "all", "none")}
        self.assertEqual(len(exports), 1, "what is kept changes nothing that is exported")
        done = run("train", self.data, "--store", self.dir / "x.db", "--keep-history", "some")
        self.assertEqual(done.returncode, 64)
        self.assertIn("--keep-history", done.stderr)

    def test_data_that_are_named_give_the_whole_history(self):
        store = self.dir / "few.db"
        self.train(self.data, "--store", store, "--models", "seasonal-naive", "--keep-history", "none")
        values = [float(r.split(",")[2]) for r in self.data.read_text().splitlines() if r.startswith(self.target + ",")]
        later = self.dir / "later.csv"  # one value more than the models have seen: it is not history
        rows = self.data.read_text().splitlines()
        last = datetime.fromisoformat([r for r in rows if r.startswith(self.target + ",")][-1].split(",")[1])
        later.write_text("\n".join(rows + [f"{self.target},{(last + timedelta(hours=1)).isoformat()},1e9"]) + "\n")
        for data in (self.data, later):
            done = run("plot", "--store", store, data, "--target", self.target, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            plot = json.loads(done.stdout)[0]
            self.assertEqual([v for v in plot["history"] if v is not None], values)
        bare, full = self.dir / "bare.html", self.dir / "full.html"
        self.assertEqual(run("report", "--store", store, "-o", bare).returncode, 0)
        self.assertEqual(run("report", "--store", store, self.data, "-o", full).returncode, 0)
        self.assertNotIn('class="p-history" d="M5', bare.read_text())
        self.assertIn('class="p-history" d="M5', full.read_text())
        self.assertEqual(run("plot", "--store", store, self.dir / "none.csv", "--target", self.target).returncode, 66)
        done = run("report", "--store", store, self.data, "--decimal", "x", "-o", bare)
        self.assertEqual((done.returncode, "--decimal" in done.stderr), (64, True), done.stderr)

    def test_a_store_of_an_earlier_release_is_read_and_written(self):
        self.train(self.data, "--store", self.store, "--fresh", "--models", "seasonal-naive", "--keep-history", "0")
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            db.execute("DROP TABLE last_values")
        plot = json.loads(run("plot", "--store", self.store, "--target", self.target, "--json").stdout)[0]
        self.assertFalse(any(v is not None for v in plot["history"]))
        self.train(self.data, "--store", self.store, "--fresh", "--models", "seasonal-naive")
        plot = json.loads(run("plot", "--store", self.store, "--target", self.target, "--json").stdout)[0]
        self.assertEqual(sum(v is not None for v in plot["history"]), 150)

    def test_options_that_may_be_repeated_take_nothing_that_stands_behind_them(self):
        """As the synopsis has it: the data behind --target ID."""
        done = run("plot", "--store", self.store, "--target", self.target, self.data, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        other = next(row["target"] for row in csv.DictReader(open(self.data)) if row["target"] != self.target)
        done = run("forecast", "--store", self.store, "--target", self.target, "--target", other, "--level", "80", "--horizon", "1")
        self.assertEqual(len(done.stdout.splitlines()), 3, done.stderr)
        done = run("forecast", "--level", "80,95", "job", "--socket", self.dir / "none.sock")
        self.assertEqual(done.returncode, 69, done.stderr)

    def test_last_values_that_are_gone_are_missed(self):
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            db.execute("DELETE FROM last_values")
            db.commit()
        done = run("plot", "--store", self.store, "--target", self.target, "--json")
        self.assertEqual((done.returncode, "has lost its last values" in done.stderr), (65, True), done.stderr)

    def test_the_rows_of_a_dropped_run_go(self):
        for seed in range(3):
            self.train(self.sample(f"{seed}.csv", targets=2, length=50, seed=seed), "--store", self.store, "--models",
                       "naive", "--fresh")
        with contextlib.closing(sqlite3.connect(self.store)) as db:
            orphans = db.execute("SELECT count(*) FROM last_values WHERE key NOT IN (SELECT key FROM targets)").fetchone()
        self.assertEqual(orphans[0], 0)


class Anomalies(Scratch):
    def test_what_a_detection_found_is_listed_and_marked(self):
        data = self.sample(targets=6, length=200, frequency="1h", seed=12)
        store = self.dir / "s.db"
        self.train(data, "--store", store, "--models", "theta,seasonal-naive")
        rows = data.read_text().splitlines()
        target = "host0.latency_ms"
        last = datetime.fromisoformat([r for r in rows if r.startswith(target + ",")][-1].split(",")[1])
        new = self.dir / "new.csv"
        new.write_text(rows[0] + "\n" + "".join(
            f"{target},{(last + timedelta(hours=h)).isoformat()},{1e6 if h == 3 else 40}\n" for h in range(1, 6)))
        bare = self.dir / "bare.html"
        self.assertEqual(run("report", "--store", store, "-o", bare).returncode, 0)
        self.assertNotIn('id="anomalies"', bare.read_text())
        done = run("detect", "--store", store, new, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        alerts = [r.split(",") for r in done.stdout.splitlines()[1:] if r.split(",")[8] == "1"]
        self.assertTrue(alerts)
        self.assertEqual(run("report", "--store", store, "-o", bare).returncode, 0)
        text = bare.read_text()
        page = Page(text)
        self.assertEqual((page.errors, page.open), ([], []))
        for words in ("Anomalies", "Most anomalous", alerts[0][9]):
            self.assertIn(words, page.text)
        self.assertIn('class="p-mark"', text)
        plot = json.loads(run("plot", "--store", store, "--target", target, "--json").stdout)[0]
        marks = {plot["times"][a["point"]]: a["value"] for a in plot["anomalies"]}
        self.assertEqual(marks.get((last + timedelta(hours=3)).isoformat()), 1e6, marks)
        self.assertIn("p-mark", run("plot", "--store", store, "--target", target).stdout)


class RealData(Scratch):
    def test_m3_monthly_is_a_page_that_can_be_sent(self):
        store = self.dir / "m3.db"
        self.train(m3("monthly"), "--store", store, "--models", "theta,seasonal-naive")
        done = run("report", "--store", store, "-o", self.dir / "m3.html")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (self.dir / "m3.html").read_text()
        self.assertLess(len(text), 5e6)
        self.assertEqual(Page(text).text.count("M1402"), 1 if "M1402" in text else 0)


if __name__ == "__main__":
    unittest.main()
