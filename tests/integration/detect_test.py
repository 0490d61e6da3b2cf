"""fitd detect through the real binaries: rows, events, replays and stores, pieces, kills, and the benchmarks' scores."""
import csv
import datetime
import io
import json
import math
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest

from fitd_support import SHARED, Scratch, children, run, start, wait_until
from service_support import Daemon

COLUMNS = ["target", "time", "value", "expected", "lo", "hi", "novelty", "severity", "alert", "kind"]


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def telemetry(targets, hours, spikes=(), seed=3):
    """target -> [(time, value)]; `spikes`: (target, hour) that jump far up."""
    noise = random.Random(seed)
    series = {}
    for name in targets:
        series[name] = [(f"{1_700_000_000 + 3600 * h}",
                         50 + 10 * math.sin(h * math.pi / 12) + noise.gauss(0, 1) + (200 if (name, h) in spikes else 0))
                        for h in range(hours)]
    return series


class Detect(Scratch):
    def write(self, name, series, first=0, last=None):
        path = self.dir / name
        with open(path, "w") as out:
            out.write("target,time,value\n")
            for target, points in series.items():
                for time, value in points[first:last]:
                    out.write(f"{target},{time},{value!r}\n")
        return path

    def detect(self, *args, code=0):
        done = run("detect", *args, "--quiet")
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def test_short_histories_alert_of_what_stands_out_alone(self):
        """A record among few values is no event, nor is the first sum of errors that wanders off."""
        draw = random.Random(5)
        days = [datetime.date(2020, 1, 1) + datetime.timedelta(i) for i in range(300)]
        rows, spikes = ["target,time,value"], set()
        for i in range(40):
            spike = draw.randrange(100, 280)
            spikes.add((f"w{i}", str(days[spike])))
            rows += [f"w{i},{t},{200 + 20 * math.sin(math.tau * k / 7) + draw.gauss(0, 5) + 60 * (k == spike):.3f}" for k, t in enumerate(days)]
        path = self.dir / "short.csv"
        path.write_text("\n".join(rows) + "\n")
        alerts = {(row["target"], row["time"][:10]) for row in csv.DictReader(io.StringIO(self.detect("--replay", path))) if row["alert"] == "1"}
        self.assertGreaterEqual(len(spikes & alerts), 39)
        self.assertLessEqual(len(alerts - spikes), 5)

    def test_the_c_library_of_an_older_processor_does_not_change_a_bit(self):
        """Its exp, log, log2 and pow are others there: one severity in 700 was."""
        data = self.dir / "fleet.csv"
        data.write_text(run("sample", "--targets", 6, "--length", 2000, "--seed", 3, "--frequency", "1h").stdout)
        older = ",".join(f"-{name}{suffix}" for name in ("FMA", "FMA4", "AVX", "AVX2", "AVX512F") for suffix in ("", "_Usable"))
        found = []
        for tunables in ("", f"glibc.cpu.hwcaps={older}"):
            done = run("detect", "--replay", data, env={**os.environ, "GLIBC_TUNABLES": tunables})
            self.assertEqual(done.returncode, 0, done.stderr)
            found.append(done.stdout)
        self.assertEqual(found[0].count("\n"), 12001)
        self.assertTrue(found[0] == found[1], "what is detected depends on the processor")

    def test_replay_prints_a_row_for_every_observation_and_finds_a_spike(self):
        data = self.write("d.csv", telemetry(["a", "b"], 400, {("b", 300)}))
        text = self.detect("--replay", data)
        self.assertEqual(text.splitlines()[0].split(","), COLUMNS)
        got = rows(text)
        self.assertEqual([r["target"] for r in got], ["a"] * 400 + ["b"] * 400)
        self.assertEqual([r["time"] for r in got[:400]], [str(1_700_000_000 + 3600 * h) for h in range(400)])
        warm = got[:60]
        self.assertTrue(all(r["novelty"] == r["severity"] == r["kind"] == "" and r["alert"] == "0" for r in warm))
        self.assertTrue(all(0 <= float(r["novelty"]) <= 100 and 0 <= float(r["severity"]) <= 100 for r in got[60:400]))
        spike = got[700]
        self.assertEqual((spike["alert"], spike["kind"]), ("1", "spike"))
        self.assertGreater(float(spike["novelty"]), 60)
        self.assertLess(float(spike["hi"]), float(spike["value"]))
        self.assertLessEqual(sum(r["alert"] == "1" for r in got), 8)

    def test_warmup_since_json_and_events(self):
        data = self.write("d.csv", telemetry(["a"], 300, {("a", 250)}))
        got = rows(self.detect("--replay", "--warmup", "100", data))
        self.assertEqual(sum(r["novelty"] == "" for r in got), 100)
        got = rows(self.detect("--replay", "--warmup", "50%", data))
        self.assertEqual(sum(r["novelty"] == "" for r in got), 150)
        lines = [json.loads(line) for line in self.detect("--replay", "--json", data).splitlines()]
        self.assertEqual(list(lines[0]), COLUMNS)
        self.assertIsNone(lines[0]["novelty"])
        self.assertEqual(lines[250]["alert"], 1)
        since = rows(self.detect("--replay", "--since", str(1_700_000_000 + 3600 * 249), data))
        self.assertEqual(len(since), 51)
        self.assertEqual(since[1]["alert"], "1")
        events = [json.loads(line) for line in self.detect("--replay", "--events", "--json", data).splitlines()]
        event = max(events, key=lambda e: e["score"])
        self.assertEqual((event["target"], event["kind"], event["direction"]), ("a", "spike", "up"))
        self.assertEqual(event["start"], 1_700_000_000 + 3600 * 250)
        self.assertLess(event["probability"], 1e-3)

    def test_alerts_before_since_are_counted_too(self):
        data = self.write("d.csv", telemetry(["a"], 300, {("a", 250)}))
        said = run("detect", "--replay", "--since", str(1_700_000_000 + 3600 * 290), data).stderr
        self.assertRegex(said, r"[1-9]\d* alerts in 300 observations")

    def test_a_training_that_is_not_finished_judges_nothing(self):
        """Observations of targets without a model would be judged without one, and once."""
        data = self.write("d.csv", telemetry(["a", "b"], 300, {("b", 295)}))
        early, store = self.write("e.csv", telemetry(["a", "b"], 300, set()), last=290), self.dir / "s.db"
        killed = run("train", early, "--store", store, "--models", "ets", "-q", env=dict(os.environ, FITD_FAULT="seed=7,parent.before_finish=kill"))
        self.assertEqual(killed.returncode, -signal.SIGKILL)
        for command in (("detect", data), ("forecast", "--complete")):
            done = run(*command, "--store", store)
            self.assertEqual((done.returncode, done.stdout, "is not finished" in done.stderr), (65, "", True), done.stderr)
        self.assertEqual(run("forecast", "--store", store).returncode, 0)
        self.assertEqual(run("train", early, "--store", store, "--models", "ets", "-q").returncode, 0)
        self.assertIn("1", [row["alert"] for row in rows(self.detect("--store", store, data)) if row["target"] == "b"])
        self.assertEqual(run("forecast", "--store", store, "--complete").returncode, 0)

    def test_rules(self):
        data = self.write("d.csv", telemetry(["a"], 300, {("a", 250)}))

        def alert(*args):
            return rows(self.detect("--replay", data, *args))[250]["alert"]

        self.assertEqual(alert("--direction", "up"), "1")
        self.assertEqual(alert("--direction", "down"), "0")
        self.assertEqual(alert("--min-change", "100"), "1")
        self.assertEqual(alert("--min-change", "1000"), "0")
        self.assertEqual(alert("--for", "3"), "0")
        self.assertEqual(alert("--threshold", "99.9"), "0")
        self.assertEqual(alert("--alarm-rate", "1/week"), "1")
        self.assertEqual(alert("--mute", "2023-11-01/2023-12-31"), "0")
        calendar = self.dir / "calendar"
        calendar.write_text("# holidays\n2023-11-01/2023-12-31\n")
        self.assertEqual(alert("--mute", calendar), "0")

    def test_steps_of_a_calendar_are_followed_one_by_one(self):
        """The models of business days moved on by 20,000 missing steps for every observation: a step had been taken for a nanosecond."""
        noise = random.Random(4)
        walk = [100.0]
        for i in range(399):
            walk.append(walk[-1] + noise.gauss(0, 1) + (25 if i == 320 else 0))
        day = datetime.date(2021, 1, 4)
        weekdays = [d for d in (day + datetime.timedelta(i) for i in range(600)) if d.weekday() < 5]
        clock = [9 * 60 + 30 + 30 * i for i in range(5)] + [13 * 60 + 30 * i for i in range(5)]
        calendars = {
            "1D": [(day + datetime.timedelta(i)).isoformat() for i in range(400)],
            "B": [d.isoformat() for d in weekdays],
            "30min@Mon-Fri@09:30-11:30+13:00-15:00": [f"{d}T{m // 60:02}:{m % 60:02}:00" for d in weekdays[:40] for m in clock],
            "M@1+15": [f"{2000 + i // 24}-{i // 2 % 12 + 1:02}-{1 + 14 * (i % 2):02}" for i in range(400)],
        }
        rates = dict(zip(calendars, ("1/1200h", "1/1680h", "1/168h", "1/18262h")))
        expected = {}
        for step, times in calendars.items():
            with self.subTest(step):
                data = self.write("d.csv", {"p": list(zip(times, walk))})
                options = ("--replay", data, "--season", "1", "--models", "ets,arima")
                self.assertIn(f"step: {step} ", run("check", data).stdout)
                got = rows(self.detect(*options))
                expected[step] = [float(r["expected"] or "nan") for r in got][60:]
                self.assertEqual(got[321]["alert"], "1")
                # A rate of alerts by the clock, here one in 50 observations, counts the nights and weekends that a step has.
                rated = rows(self.detect(*options, "--alarm-rate", rates[step]))
                self.assertEqual(rated[321]["alert"], "1")
                self.assertLess(sum(r["alert"] == "1" for r in rated), 20)
        for step in calendars:
            self.assertEqual(expected[step], expected["1D"], step)

    def test_fleet_events(self):
        names = [f"t{i:02}" for i in range(20)]
        data = self.write("d.csv", telemetry(names, 300, {(n, 250) for n in names}))
        events = rows(self.detect("--replay", "--events", data))
        fleet = [e for e in events if e["target"] == "*"]
        self.assertEqual([(e["kind"], e["start"], e["observations"]) for e in fleet],
                         [("fleet", str(1_700_000_000 + 3600 * 250), "20")])
        self.assertFalse([e for e in events if e["start"] == fleet[0]["start"] and e["target"] != "*"])

    def test_workers_and_chunks_do_not_change_a_byte(self):
        data = self.write("d.csv", telemetry([f"t{i}" for i in range(12)], 200, {("t3", 150)}))
        expected = self.detect("--replay", data, "--workers", "0")
        self.assertEqual(self.detect("--replay", data, "--workers", "2", "--chunk-size", "1"), expected)

    def train(self, series, hours):
        store = self.dir / "s.db"
        done = run("train", self.write("train.csv", series, 0, hours), "--store", store, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        return store

    def test_a_store_fed_in_pieces_says_what_it_says_at_once(self):
        series = telemetry(["a", "b"], 400, {("b", 350)})
        store = self.train(series, 240)
        copy = self.dir / "copy.db"
        copy.write_bytes(store.read_bytes())
        whole = self.write("whole.csv", series)
        at_once = self.detect("--store", store, whole)
        got = rows(at_once)
        self.assertEqual(len(got), 320)
        self.assertEqual(got[0]["time"], str(1_700_000_000 + 3600 * 240))
        self.assertEqual([r["alert"] for r in got if r["target"] == "b"][110], "1")
        pieces = []
        for first, last in ((0, 250), (0, 330), (330, 331), (300, 400)):
            pieces += rows(self.detect("--store", copy, self.write("piece.csv", series, first, last)))
        pieces.sort(key=lambda r: (r["target"], int(r["time"])))
        self.assertEqual(pieces, got)
        again = run("detect", "--store", store, whole)
        self.assertEqual(again.stdout.count("\n"), 1)
        self.assertIn("800 more are no later than what a training, an update or a detection has seen last", again.stderr)

    def test_what_was_trained_or_updated_before_it_was_followed_is_judged(self):
        """Once a target is followed, whichever comes first in a night."""
        series = telemetry(["a", "b"], 400, {("b", 350)})
        store = self.train(series, 240)
        self.detect("--store", store, self.write("first.csv", series, 240, 300))
        copy = self.dir / "copy.db"
        copy.write_bytes(store.read_bytes())
        night = self.write("night.csv", series, 300, 400)
        at_once = rows(self.detect("--store", copy, night))
        self.assertEqual(run("update", "--store", store, night).returncode, 0)
        got = rows(self.detect("--store", store, night))
        self.assertEqual([(r["target"], r["time"], r["alert"]) for r in got], [(r["target"], r["time"], r["alert"]) for r in at_once])
        self.assertEqual(got, at_once)
        self.assertIn("are no later than what", run("detect", "--store", store, night).stderr)

    def test_a_file_that_is_being_written_keeps_its_last_value_for_the_next_time(self):
        """What is missing at the end is not known yet, and a line without an end is named."""
        series = telemetry(["a", "b"], 400, {("b", 310)})
        store = self.train(series, 240)
        self.detect("--store", store, self.write("first.csv", series, 240, 300))
        whole = self.write("night.csv", series, 300, 320).read_text().splitlines(keepends=True)
        at = next(i for i, line in enumerate(whole) if line.startswith("b,") and i > 0) + 10
        half = self.dir / "half.csv"
        half.write_text("".join(whole[:at]) + whole[at].rpartition(",")[0] + ",")
        done = run("detect", "--store", store, half)
        self.assertIn("half.csv: the last line has no line end", done.stderr)
        self.assertEqual([r["alert"] for r in rows(done.stdout) if r["target"] == "b"], ["0"] * 10)
        half.write_text("".join(whole[:at + 1]))
        got = [r for r in rows(self.detect("--store", store, half)) if r["target"] == "b"]
        self.assertEqual([(r["alert"], r["kind"]) for r in got], [("1", "spike")])

    EVENTS = ("SELECT id, scope, start, \"end\", peak, direction, kind, value, expected, lo, hi, surprise, observations, "
              "sources, quiet FROM anomalies ORDER BY start, scope DESC, id")

    def stored(self, store):
        with sqlite3.connect(store) as db:
            return db.execute(self.EVENTS).fetchall()

    def test_a_store_keeps_events_and_goes_on_with_them(self):
        names = [f"t{i:02}" for i in range(20)]
        spikes = {(n, h) for n in names for h in (290, 293)} | {("one", 340), ("last", 399)}
        series = telemetry([*names, "one", "last"], 400, spikes)
        store = self.train(series, 240)
        copy = self.dir / "copy.db"
        copy.write_bytes(store.read_bytes())
        self.detect("--store", store, self.write("whole.csv", series))
        at_once = self.stored(store)
        self.assertEqual(self.detect("--store", store, self.write("whole.csv", series), "--events").count("\n"), 1)
        self.assertEqual(self.stored(store), at_once, "the same observations make no new events")
        hour = lambda h: (1_700_000_000 + 3600 * h) * 10**9
        fleet = [e for e in at_once if e[1] == 2]
        self.assertEqual([(e[0], e[2], e[6], e[12]) for e in fleet], [("*", hour(290), "fleet", 20)])
        self.assertEqual(sum(e[1] == 1 for e in at_once), 20)
        self.assertTrue(any(e[0] == "one" and e[2] == hour(340) and e[14] is None for e in at_once), at_once)
        self.assertTrue(any(e[0] == "last" and e[2] == hour(399) and e[14] == 0 for e in at_once), "it goes on")
        for first, last in ((0, 250), (250, 291), (291, 292), (292, 296), (296, 341), (341, 400)):
            self.detect("--store", copy, self.write("piece.csv", series, first, last))
        self.assertEqual(self.stored(copy), at_once)

    def test_what_comes_behind_a_peak_alerts_again(self):
        series = telemetry(["same", "larger"], 500, {("same", h) for h in (290, 340, 390)} | {("larger", 350), ("larger", 399)})
        series["larger"][399] = (series["larger"][399][0], series["larger"][399][1] + 400)
        alerts = {(r["target"], (int(r["time"]) - 1_700_000_000) // 3600)
                  for r in rows(self.detect("--replay", self.write("d.csv", series))) if r["alert"] == "1"}
        for key in (("same", 290), ("same", 340), ("same", 390), ("larger", 350), ("larger", 399)):
            self.assertIn(key, alerts)

    def test_what_the_models_alone_find_far_out_alerts(self):
        """Spikes of 10 deviations, which level and profile hardly notice: in a random walk, and inside a day's range."""
        noise = random.Random(5)
        walk, day, level = [], [], 100.0
        for h in range(1200):
            level += noise.gauss(0, 1)
            walk.append((str(1_700_000_000 + 3600 * h), level + (10 if h == 800 else 0)))
            season = 12 * math.sin(h * math.pi / 12)
            day.append((str(1_700_000_000 + 3600 * h), 100 + season + noise.gauss(0, 1) - (10 if h == 822 - 24 * 2 else 0)))
        got = rows(self.detect("--replay", self.write("d.csv", {"walk": walk, "day": day})))
        alerts = {(r["target"], (int(r["time"]) - 1_700_000_000) // 3600): r["kind"] for r in got if r["alert"] == "1"}
        self.assertEqual(alerts.get(("walk", 800)), "spike", alerts)
        self.assertIn(("day", 774), alerts)
        self.assertLessEqual(len(alerts), 10, alerts)

    def test_a_value_that_is_stuck_is_one_event_until_it_moves(self):
        """Level, profile and models find nothing in a value that is usual; nights at zero and a switch are usual runs."""
        noise = random.Random(9)
        kinds = {"noise": lambda h: 100 + noise.gauss(0, 5), "counts": lambda h: float(noise.randrange(12)),
                 "week": lambda h: 100 + (20 if h // 24 % 7 < 5 else 5) * math.sin(h * math.pi / 12) + noise.gauss(0, 3),
                 "nights": lambda h: 0.0 if h % 24 < 9 else 50 + noise.gauss(0, 5), "switch": lambda h: float(h // 50 % 2)}
        values = {kind: [make(h) for h in range(900)] for kind, make in kinds.items()}
        series = {kind: [(str(1_700_000_000 + 3600 * h), v) for h, v in enumerate(of)] for kind, of in values.items()}
        for kind in ("noise", "counts", "week"):
            at = 701 if kind == "week" else 700
            values[kind][at:at + 40] = [values[kind][at]] * 40
            series[kind + " stuck"] = [(str(1_700_000_000 + 3600 * h), v) for h, v in enumerate(values[kind])]
        got = rows(self.detect("--replay", self.write("d.csv", series)))
        long_runs = {name: [(int(r["time"]) - 1_700_000_000) // 3600 for r in got if r["target"] == name
                            and r["alert"] == "1" and r["kind"] == "variance"] for name in series}
        for name, hours in long_runs.items():
            self.assertEqual([700 < h < 740 for h in hours], [True] if name.endswith("stuck") else [], (name, hours))
        stuck = [r for r in got if r["target"] == "noise stuck"][705:741]
        self.assertEqual({r["kind"] for r in stuck[:-1]}, {"variance"}, "the event goes on")
        events = [e for e in rows(self.detect("--replay", self.write("d.csv", series), "--events")) if e["target"] == "noise stuck"]
        event = [e for e in events if e["kind"] == "variance"]
        self.assertEqual([(e["start"], e["end"], e["observations"]) for e in event],
                         [(str(1_700_000_000 + 3600 * 705), str(1_700_000_000 + 3600 * 739), "35")])
        for args in (["--direction", "up"], ["--min-change", "1"], ["--for", "2"], ["--alarm-rate", "1/week"]):
            asked = rows(self.detect("--replay", self.write("d.csv", series), *args))
            self.assertFalse([r for r in asked if r["alert"] == "1" and r["kind"] == "variance"], args)
        store = self.train({"noise": series["noise stuck"]}, 500)
        pieces = []
        for first, last in ((0, 620), (620, 702), (702, 704), (704, 900)):
            pieces += rows(self.detect("--store", store, self.write("piece.csv", {"noise": series["noise stuck"]}, first, last)))
        alerts = [(int(r["time"]) - 1_700_000_000) // 3600 for r in pieces if r["alert"] == "1" and r["kind"] == "variance"]
        self.assertEqual(alerts, [705], "what a run needs lies in the store between detections")

    def test_a_target_that_rises_does_not_alert_of_every_record(self):
        noise = random.Random(4)
        series = {f"t{i}": [(str(1_700_000_000 + 3600 * h), 100 + 0.05 * h + noise.gauss(0, 4) + (40 if h == 800 else 0))
                            for h in range(1000)] for i in range(20)}
        alerts = [(int(r["time"]) - 1_700_000_000) // 3600 for r in rows(self.detect("--replay", self.write("d.csv", series)))
                  if r["alert"] == "1"]
        self.assertGreaterEqual(alerts.count(800), 19)
        self.assertLessEqual(len(alerts), 90, "5 in 1000 before records counted for what they are")

    def test_anomalies_are_listed_from_the_store_and_by_the_daemon(self):
        series = telemetry(["a", "b", "c"], 400, {("a", 300), ("b", 350), ("c", 399)})
        store = self.train(series, 240)
        self.assertEqual(run("anomalies", "--store", store, "--json").stdout, "", "before any detection")
        self.detect("--store", store, self.write("d.csv", series))

        def listed(*args):
            done = run("anomalies", "--store", store, *args)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        events = [json.loads(line) for line in listed("--json").splitlines()]
        found = {(e["target"], e["start"]): e for e in events}
        hour = lambda h: 1_700_000_000 + 3600 * h
        for key in (("a", hour(300)), ("b", hour(350)), ("c", hour(399))):
            self.assertIn(key, found, events)
        self.assertEqual([found["b", hour(350)]["goes_on"], found["c", hour(399)]["goes_on"]], [False, True])
        self.assertEqual([e["event"] for e in events], list(range(1, len(events) + 1)))
        csv_rows = rows(listed())
        self.assertEqual([(r["target"], int(r["start"]), float(r["score"])) for r in csv_rows],
                         [(e["target"], e["start"], e["score"]) for e in events])
        self.assertEqual({r["target"] for r in rows(listed("--target", "a"))}, {"a"})
        self.assertEqual(rows(listed("--target", "a", "--since", str(hour(999)))), [], "a healthy time of one that is there")
        unknown = run("anomalies", "--store", store, "--target", "a", "--target", "bb")
        self.assertEqual((unknown.returncode, unknown.stdout), (66, ""), unknown.stderr)
        self.assertIn("no target bb; did you mean", unknown.stderr)
        self.assertTrue(all(int(r["end"]) >= hour(340) for r in rows(listed("--since", str(hour(340))))))
        self.assertTrue(all(int(r["start"]) <= hour(340) for r in rows(listed("--until", str(hour(340))))))
        after = [json.loads(line)["event"] for line in listed("--json", "--after", "1", "--limit", "1").splitlines()]
        self.assertEqual(after, [2])
        newest = [json.loads(line)["event"] for line in listed("--json", "--newest", "--limit", "1").splitlines()]
        self.assertEqual(newest, [len(events)])

        daemon = Daemon(self.dir / "daemon")
        self.addCleanup(daemon.stop)
        daemon.job("cpu", f'[data]\nfiles = ["{self.dir}/d.csv"]\n[store]\npath = "{store}"\n')
        daemon.start()
        answer = daemon.ask("GET", "/v1/jobs/cpu/anomalies?target=b&target=c&order=newest&limit=1")
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual([json.loads(line) for line in answer.text.splitlines()], [found["c", hour(399)]])
        self.assertEqual(daemon.ask("GET", "/v1/jobs/cpu/anomalies?order=up").status, 400)
        self.assertEqual(daemon.ask("GET", "/v1/jobs/cpu/anomalies?since=soon").status, 400)

    def test_a_command_is_told_of_each_new_event_until_it_ends_well(self):
        series = telemetry(["a", "b"], 400, {("a", 300), ("b", 350)})
        store = self.train(series, 240)
        told = self.dir / "told"
        data = self.write("d.csv", series, 0, 320)
        failing = run("detect", "--store", store, data, "--quiet", "--exec", "cat > /dev/null; exit 5")
        self.assertEqual(failing.returncode, 74, failing.stderr)
        self.assertIn("exit code 5", failing.stderr)
        self.detect("--store", store, data, "--exec", f"cat >> {told}")
        first = [json.loads(line) for line in told.read_text().splitlines()]
        self.assertIn(("a", 1_700_000_000 + 3600 * 300), [(e["target"], e["start"]) for e in first], "told again")
        self.detect("--store", store, data, "--exec", f"cat >> {told}")
        self.assertEqual(len(told.read_text().splitlines()), len(first), "told once")
        self.detect("--store", store, self.write("more.csv", series), "--exec", f"cat >> {told}")
        more = [json.loads(line) for line in told.read_text().splitlines()][len(first):]
        self.assertIn(("b", 1_700_000_000 + 3600 * 350), [(e["target"], e["start"]) for e in more])

    def test_a_signal_ends_the_telling_and_the_rest_is_told_next_time(self):
        series = telemetry(["a", "b"], 400, {("a", 300), ("b", 350)})
        store, data = self.train(series, 240), self.write("d.csv", series)
        begun, told = self.dir / "begun", self.dir / "told"
        process = start("detect", "--store", store, data, "--quiet", "--exec", f"touch {begun}; sleep 5")
        wait_until(begun.exists, 20, "the command")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=4)
        process.communicate(timeout=20)
        self.assertIn(process.returncode, (-signal.SIGTERM, 128 + signal.SIGTERM))
        self.detect("--store", store, data, "--exec", f"cat >> {told}")
        self.assertEqual({json.loads(line)["target"] for line in told.read_text().splitlines()}, {"a", "b"})

    def job(self, text):
        path = self.dir / "cpu.toml"
        path.write_text(f'[data]\nfiles = ["train.csv"]\n[store]\npath = "s.db"\n[detect]\n{text}')
        return path

    def test_a_job_says_what_is_followed_and_how(self):
        series = telemetry(["a", "b"], 400, {("a", 300), ("b", 350)})
        self.train(series, 240)
        self.write("new.csv", series, 240)
        (self.dir / "calendar").write_text("# holidays\n1701080000/1701100000\n")
        told = self.dir / "told"
        job = self.job(f'files = "new.csv"\nmute = "calendar"\nexec = "cat >> {told}"\nthreshold = 40\n')
        hour = lambda h: 1_700_000_000 + 3600 * h
        self.assertTrue(1701080000 <= hour(300) <= 1701100000)
        lines = [json.loads(line) for line in self.detect("--job", job, "--events", "--json").splitlines()]
        self.assertIn(("b", hour(350)), [(e["target"], e["start"]) for e in lines])
        self.assertNotIn(("a", hour(300)), [(e["target"], e["start"]) for e in lines], "muted by the job's calendar")
        events = [json.loads(line) for line in told.read_text().splitlines()]
        self.assertEqual([(e["target"], e["start"], e["job"]) for e in events], [(e["target"], e["start"], "cpu") for e in lines])
        unlike = run("detect", "--job", job, "--replay", self.write("all.csv", series), "--exec", "", "--mute", "2020-01-01/2020-01-02",
                     "--direction", "up", "--quiet")
        self.assertEqual(unlike.returncode, 0, unlike.stderr)
        self.assertEqual([r["alert"] for r in rows(unlike.stdout) if r["target"] == "a"][300], "1", "options override the job")
        self.assertEqual(len(told.read_text().splitlines()), len(events), "an empty --exec tells nobody")

    def test_events_of_a_replay_that_are_told_nobody_are_lost_and_said_to_be(self):
        data = self.write("all.csv", telemetry(["a", "b"], 400, {("a", 300), ("b", 350)}))
        for command, code in (("cat > /dev/null", 0), ("false", 3), ("true", 0)):
            done = run("detect", "--replay", data, "--exec", command)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertEqual("events of the replay were not told by --exec" in done.stderr, code == 3, done.stderr)
            self.assertTrue(any(row["alert"] == "1" for row in rows(done.stdout)))

    def test_a_command_that_fails_has_failed_where_the_ends_of_children_are_ignored(self):
        """A parent that ignores SIGCHLD hands that down, and the kernel then keeps no exit code of a child."""
        data = self.write("all.csv", telemetry(["a"], 400, {("a", 300)}))
        ignore = lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        done = run("detect", "--replay", data, "--exec", "exit 5", preexec_fn=ignore)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("ended with exit code 5", done.stderr)

    def test_what_is_wrong_with_a_jobs_detection_is_named(self):
        self.train(telemetry(["a"], 100), 100)
        for text, said in (('directon = "up"\n', ":6: there is no key detect.directon; did you mean direction?"),
                           ('direction = "upp"\n', ":6: detect.direction = upp: must be one of up, down, both; did you mean up?"),
                           ('alarm_rate = "often"\n', ":6: detect.alarm_rate = 'often' is not a rate such as 1/week"),
                           ('mute = ["2024-13-01/2024-12-31"]\n', ":6: detect.mute = 2024-13-01/2024-12-31"),
                           ('every = "1s"\n', ":6: detect.every = 1s: must be 1m or more"),
                           ('exec = 3\n', ":6: detect.exec must be a string")):
            job = self.job(text)
            for command in (("check", job), ("check", "--job", job), ("detect", "--job", job), ("train", "--job", job)):
                done = run(*command)
                self.assertEqual(done.returncode, 78, done.stderr)
                self.assertIn(said, done.stderr)
        missing = run("check", self.job('mute = "nowhere"\n'))
        self.assertEqual(missing.returncode, 78, missing.stderr)
        self.assertIn(f"detect.mute: '{self.dir}/nowhere' is neither a range", missing.stderr)

    def test_a_telling_that_is_killed_tells_no_event_twice_that_it_has_marked(self):
        series = telemetry(["a", "b", "c"], 400, {("a", 300), ("b", 330), ("c", 360)})
        self.train(series, 240)
        self.write("new.csv", series, 240)
        told, go = self.dir / "told", self.dir / "go"
        # The second call waits, until it is killed with its parent; the first is marked by then.
        hook = f"cat >> {told}; test $(wc -l < {told}) -lt 2 || until test -e {go}; do sleep 0.05; done"
        job = self.job(f'files = "new.csv"\nexec = \'\'\'{hook}\'\'\'\n')
        self.detect("--job", job, "--leave-telling")
        process = start("anomalies", "--job", job, "--tell")
        wait_until(lambda: told.exists() and len(told.read_text().splitlines()) == 2, 60, "the second call")
        process.kill()
        go.touch()  # the call that it leaves behind ends, and with it the pipe
        process.communicate()
        self.assertEqual(run("anomalies", "--job", job, "--tell").returncode, 0)
        starts = [json.loads(line)["event"] for line in told.read_text().splitlines()]
        self.assertEqual(starts.count(starts[0]), 1)
        self.assertEqual(starts.count(starts[1]), 2, "at least once")

    def waiting_hook(self, begin, end):
        """A job whose command writes a pid as `begin` prints it and waits as `end` says, and that pid when it does."""
        series = telemetry(["a"], 400, {("a", 300)})
        self.train(series, 240)
        self.write("new.csv", series, 240)
        pid = self.dir / "pid"
        job = self.job(f'files = "new.csv"\nexec = "{begin} > {pid}.new; mv {pid}.new {pid}; {end}"\n')

        def command():
            wait_until(pid.exists, 60, "the command")
            found = int(pid.read_text())
            pid.unlink()
            return found
        return job, command

    @unittest.skipUnless(os.geteuid() == 0, "root may do everything, others not")
    def test_nobody_is_told_of_what_cannot_be_marked_as_told(self):
        """Otherwise each start of the unit tells the first event again, and no other one."""
        series = telemetry(["a", "b"], 400, {("a", 300), ("b", 330)})
        self.train(series, 240)
        self.write("new.csv", series, 240)
        told = self.dir / "told"
        told.touch()
        told.chmod(0o666)
        job = self.job(f'files = "new.csv"\nexec = "cat >> {told}"\n')
        self.detect("--job", job, "--leave-telling")
        self.dir.chmod(0o755)
        tell = run("anomalies", "--job", job, "--tell", user=65534, group=65534)
        self.assertEqual((tell.returncode, told.read_text()), (77, ""), tell.stderr)
        self.assertIn("nobody is told of what cannot be marked as told", tell.stderr)
        store = next(self.dir.glob("*.db"))
        disk = self.dir / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True, text=True)
        if mounted.returncode == 0:
            self.addCleanup(subprocess.run, ["umount", "-l", disk], capture_output=True)
            shutil.copy(store, disk)
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            job.write_text(job.read_text().replace(store.name, f"disk/{store.name}"))
            tell = run("anomalies", "--job", job, "--tell")
            self.assertEqual((tell.returncode, told.read_text()), (77, ""), tell.stderr)
            self.assertIn("mounted read-only", tell.stderr)
            job.write_text(job.read_text().replace(f"disk/{store.name}", store.name))
        self.assertEqual(run("anomalies", "--job", job, "--tell").returncode, 0)
        self.assertEqual(len(told.read_text().splitlines()), 2)

    def test_a_command_ends_with_the_process_that_tells_it(self):
        job, command = self.waiting_hook("sleep 97 & echo $!", "wait")
        self.detect("--job", job, "--leave-telling")
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            for args in (("anomalies", "--job", job, "--tell"), ("detect", "--job", job, "--quiet")):
                process = start(*args)
                pid = command()
                process.send_signal(signum)
                process.communicate(timeout=30)
                self.assertEqual(process.returncode, -signum, args)
                wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 5, "the end of what the command has started")

    def test_a_killed_teller_takes_its_command_along(self):
        job, command = self.waiting_hook("echo $$", "exec sleep 97")
        self.detect("--job", job, "--leave-telling")
        process = start("anomalies", "--job", job, "--tell")
        pid = command()
        process.kill()
        process.communicate(timeout=30)
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 5, "the end of the command")

    def test_what_a_command_was_not_told_is_left_and_said(self):
        series = telemetry(["a", "b"], 400, {("a", 300), ("b", 330)})
        store = self.train(series, 240)
        data = self.write("new.csv", series, 240)
        told = self.dir / "told"
        job = self.job('exec = "false"\n')
        failed = run("detect", "--store", store, data, "--exec", "false")
        self.assertEqual(failed.returncode, 74, failed.stderr)
        self.assertRegex(failed.stderr, r"(\d+) of \1 events were not told by --exec and are left for the next time")
        for options, said in (((), "told of 0 events"), (("-q",), "")):
            tell = run("anomalies", "--job", job, "--tell", *options)
            self.assertEqual((tell.returncode, "told of 0 events" in tell.stderr), (74, bool(said)), tell.stderr)
        again = run("detect", "--store", store, data, "--exec", f"cat >> {told}")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual({json.loads(line)["target"] for line in told.read_text().splitlines()}, {"a", "b"})

    def test_a_killed_detection_changes_nothing(self):
        series = telemetry([f"t{i:03}" for i in range(300)], 300)
        store = self.train(series, 200)
        copy = self.dir / "copy.db"
        copy.write_bytes(store.read_bytes())
        data = self.write("d.csv", series, 200)
        expected = self.detect("--store", copy, data)
        process = start("detect", "--store", store, data, "--quiet", "--workers", "2")
        wait_until(lambda: children(process.pid), 30, "workers")
        process.kill()
        process.communicate()
        first = self.detect("--store", store, data)
        # Either the kill came before the commit, and all is said again, or after it, and all is known.
        self.assertIn(first, (expected, expected.splitlines(True)[0]))
        self.assertEqual(self.stored(store), self.stored(copy))
        more = self.write("more.csv", {k: [("1701080000", 50.0)] for k in series})
        self.assertEqual(self.detect("--store", store, more), self.detect("--store", copy, more))

    def test_nothing_is_lost_whatever_ends_it_and_when(self):
        series = telemetry([f"t{i:03}" for i in range(120)], 300, {(f"t{i:03}", 250 + i % 40) for i in range(0, 120, 7)})
        store = self.train(series, 200)
        calm, data = self.dir / "calm.db", self.write("d.csv", series)
        calm.write_bytes(store.read_bytes())
        expected = set(self.detect("--store", calm, data).splitlines())
        choice = random.Random(5)
        for signum in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            hurt, said = self.dir / "hurt.db", ""
            for path in self.dir.glob("hurt.db*"):
                path.unlink()
            hurt.write_bytes(store.read_bytes())
            for _ in range(5):
                process = start("detect", "--store", hurt, data, "--quiet")
                try:
                    said += process.communicate(timeout=choice.uniform(0.01, 0.4))[0]
                    break
                except subprocess.TimeoutExpired:
                    process.send_signal(signum)
                    said += process.communicate(timeout=30)[0] + "\n"  # behind the row that was cut off
            said += self.detect("--store", hurt, data)
            self.assertEqual(expected - set(said.splitlines()), set(), "every row was said")
            self.assertEqual(self.stored(hurt), self.stored(calm), "every event once")

    def test_a_killed_worker_changes_nothing(self):
        series = telemetry([f"t{i:03}" for i in range(200)], 300)
        data = self.write("d.csv", series)
        expected = self.detect("--replay", data, "--workers", "2", "--models", "naive,mean")
        process = start("detect", "--replay", data, "--quiet", "--workers", "2", "--models", "naive,mean")
        pid = wait_until(lambda: children(process.pid), 30, "workers")[0]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(out, expected)

    def test_usage(self):
        data = self.write("d.csv", telemetry(["a"], 60))
        for args, said in ((["--warmup", "x", "--replay"], "--warmup"), (["--warmup", "0", "--replay"], "--warmup"), (["--warmup", "0%", "--replay"], "--warmup"), (["--warmup", "10"], "--replay"),
                           (["--replay", "--alarm-rate", "often"], "--alarm-rate"),
                           (["--replay", "--mute", "nowhere"], "--mute"), (["--replay", "--direction", "in"], "--direction"),
                           (["--replay", "--since", "soon"], "--since"), (["--season", "7"], "--replay"), (["--models", "ets"], "--replay")):
            done = run("detect", data, *args)
            self.assertEqual(done.returncode, 64, args)
            self.assertIn(said, done.stderr)
        for args in (["--tell", "--after", "3"], ["--tell", "--json"]):
            self.assertEqual(run("anomalies", *args).returncode, 64, "what --tell does not print cannot be chosen")
        done = run("detect", data, "--replay", "--warmup", "60")
        self.assertEqual((done.returncode, done.stdout), (65, ""), "rows without a score are nothing that was asked for")
        self.assertIn("nothing of them is judged", done.stderr)
        short = run("detect", self.write("short.csv", telemetry(["a"], 30)), "--replay", "--quiet")
        self.assertEqual(short.returncode, 0)
        self.assertIn("nothing of them is judged", short.stderr, "the least first part is as long")
        self.assertEqual(run("detect", "--store", self.dir / "none.db", data).returncode, 66)

    def test_awkward_series(self):
        """Constant, tiny, gappy, repeated and unordered times: a row for each time, no crash."""
        series = {"constant": [(str(1_700_000_000 + 60 * i), 5.0 if i != 90 else 6.0) for i in range(100)],
                  "one": [("1700000000", 1.0)], "two": [("1700000000", 1.0), ("1700000060", 2.0)]}
        path = self.write("d.csv", series)
        with open(path, "a") as out:
            for i in (3, 1, 2, 2, 9, 50, 51, 52):
                out.write(f"odd,{1_700_000_000 + 60 * i},{'' if i == 50 else i}\n")
        done = run("detect", "--replay", path)
        self.assertIn("1 rows are of a time or a period that has a later one", done.stderr)
        got = rows(done.stdout)
        self.assertEqual(len(got), 110)
        constant = [r for r in got if r["target"] == "constant"]
        self.assertEqual((constant[90]["alert"], constant[90]["kind"]), ("1", "spike"))
        odd = [int(r["time"]) for r in got if r["target"] == "odd"]
        self.assertEqual(odd, sorted(odd))

    def test_a_target_that_nobody_has_trained_is_learned_before_it_alerts(self):
        trained, new = telemetry(["old"], 200), telemetry([f"new{i}" for i in range(8)], 200, {("new3", 150)})
        store = self.train(trained, 200)
        pieces = [run("detect", "--store", store, self.write("new.csv", new, first, last)) for first, last in
                  ((0, 1), (1, 30), (30, 200))]
        for done in pieces:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("8 of 8 targets go without a model" if done is pieces[0] else "alerts in", done.stderr)
        got = [row for done in pieces for row in rows(done.stdout)]
        self.assertEqual(len(got), 8 * 200)
        of = {name: sorted((r for r in got if r["target"] == name), key=lambda r: int(r["time"])) for name in new}
        for name, of_target in of.items():
            self.assertEqual([of_target[0][c] for c in ("expected", "lo", "hi")], ["", "", ""], name)
            self.assertTrue(all(r["novelty"] == r["severity"] == "" for r in of_target[:44]), name)
            self.assertTrue(all(r["novelty"] != "" for r in of_target[44:]), name)
            self.assertEqual([r["alert"] for r in of_target[:44]], ["0"] * 44, name)
        self.assertEqual(of["new3"][150]["alert"], "1")

    def test_the_first_day_behind_a_training_is_no_event(self):
        series = telemetry([f"t{i}" for i in range(20)], 600, {("t7", 500)}, seed=8)
        store = self.train(series, 480)
        found = []
        for first in range(480, 600, 6):
            found += rows(self.detect("--store", store, self.write("new.csv", series, first, first + 6)))
        alerts = [(r["target"], (int(r["time"]) - 1_700_000_000) // 3600) for r in found if r["alert"] == "1"]
        self.assertIn(("t7", 500), alerts)
        self.assertLessEqual(len(alerts), 3, alerts)

    def score(self, tool, *args):
        path = SHARED / "tools" / tool
        if not path.exists():
            raise unittest.SkipTest(f"{path} is not there")
        done = subprocess.run([sys.executable, path, *map(str, args)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_nab(self):
        data = SHARED / "data" / "nab"
        if not data.exists():
            raise unittest.SkipTest(f"{data} is not there")
        out = self.dir / "scores.csv"
        out.write_text(self.detect("--replay", *sorted(data.glob("*.csv"))))
        best = self.score("nab_score.py", out, data / "windows.json", "--column", "novelty")["standard"]
        self.assertGreaterEqual(best, 72)
        default = self.score("nab_score.py", out, data / "windows.json", "--column", "alert", "--threshold", "1")
        self.assertGreaterEqual(default["standard"], best - 4)

    def test_cloud(self):
        data = SHARED / "data" / "cloud"
        if not data.exists():
            raise unittest.SkipTest(f"{data} is not there")
        out = self.dir / "scores.csv"
        out.write_text(self.detect("--replay", *sorted(data.glob("*.csv"))))
        score = self.score("alert_score.py", out, *sorted(data.glob("*.csv")), "--column", "severity")
        self.assertGreaterEqual(score["point_f1"]["f1"], 0.45)
        self.assertGreaterEqual(score["alert_f1"]["f1"], 0.52)


if __name__ == "__main__":
    unittest.main()
