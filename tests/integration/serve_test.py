#!/usr/bin/env python3
"""The daemon without systemd: runs, queue, restarts, permissions, hostile clients, activation, notifications. Run
processes are played by tests/support/fake_run.py, so that each test decides how a run goes."""
import contextlib
import grp
import json
import os
import pathlib
import pwd
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

from fitd_support import FITD, SOURCE, Scratch, run, start, wait_until
from schema import errors
from service_support import Answer, Daemon, FAKE_RUN, NotifySocket, UnixConnection, ask, listens

START = '{"event":"start","run":1,"job":"cpu","targets":4,"workers":[{"worker":0,"pid":99,"cpu":1}]}'
HALF = '{"event":"progress","stage":"fit","done":2,"total":4,"rate":10,"eta_seconds":0.2,"failures":0}'
FAILURE = '{"event":"failure","target":"web-1","reason":"too short"}'
DEATH = '{"event":"worker_death","worker":0,"pid":99,"cause":"signal:11","target":"web-2"}'
FITS = '{"event":"fit_times","models":{"ets":{"sum":0.5,"counts":[0,0,0,1,0,0,0,0,0,0,2,0,0,0,0]}}}'
SUMMARY = ('{"version":"1","run":1,"targets":4,"fitted":3,"fallback":0,"constant":0,"short":0,"failed":1,"retried":0,'
           '"seconds":{"load":0.1,"fit":0.5,"total":0.7},"peak_rss_bytes":{"parent":1000,"worker":2000},"failures":[]}')
END = '{"event":"end","state":"complete","exit":0,"message":"","summary":' + SUMMARY + "}"


class ServeCase(Scratch):
    def setUp(self):
        super().setUp()
        self.daemon = Daemon(self.dir, FAKE_RUN)
        self.addCleanup(self.daemon.stop)
        self.go = self.dir / "go"
        for name in ("cpu", "disk", "mem"):
            self.daemon.job(name)

    def play_to_the_end(self):
        self.daemon.play("say " + START, "say " + HALF, "say " + END, "exit 0")

    def play_until_told(self, *then):
        self.daemon.play("say " + START, "say " + HALF, f"wait {self.go}", *then)

    def start(self, job="cpu", body=None):
        answer = self.daemon.ask("POST", f"/v1/jobs/{job}/start", body)
        self.assertEqual(answer.status, 202, answer.text)
        return answer.json["run"]["id"]

    def client(self, *args, **kwargs):
        return run(*args, env={**os.environ, "FITD_SOCKET": str(self.daemon.socket)}, **kwargs)


class Runs(ServeCase):
    def test_a_run_from_start_to_end(self):
        self.play_until_told("say " + FAILURE, "say " + DEATH, "say " + FITS, "say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        state = wait_until(lambda: (lambda r: r if r["progress"] and r["progress"]["done"] == 2 else None)(
            self.daemon.run_state(run_id)), 20, "progress")
        self.assertEqual(state["progress"]["workers"], [{"worker": 0, "pid": 99, "cpu": 1}])
        self.assertEqual(state["uid"], os.geteuid())
        self.assertEqual(state["pid"], os.getpid())
        self.go.touch()
        state = self.daemon.wait_state(run_id, "complete")
        self.assertEqual((state["exit"], state["summary"]["fitted"], state["attempts"]), (0, 3, 1))
        logs = self.daemon.ask("GET", f"/v1/runs/{run_id}/logs").text
        self.assertIn("args train", logs)
        self.assertIn("--log-level=info", logs)
        metrics = self.daemon.ask("GET", "/metrics").text
        refused = run("metrics", "--json", "--socket", self.daemon.socket)
        self.assertEqual((refused.returncode, refused.stdout), (64, ""), refused.stderr)
        self.assertIn('fitd_runs_total{job="cpu",state="complete"} 1', metrics)
        self.assertIn('fitd_worker_deaths_total{reason="signal:11"} 1', metrics)
        self.assertIn('fitd_fit_seconds_count{model="ets"} 3', metrics)
        self.assertIn(f"queued by uid {os.geteuid()} pid {os.getpid()}", self.daemon.said())

    def test_what_a_run_says_of_its_failure_is_said_once(self):
        self.daemon.play("err a library says this", "err fitd: a.csv: no time column", "exit 65")
        self.daemon.start()
        ended = self.daemon.wait_state(self.start(), "failed")
        self.assertIn("a.csv: no time column", ended["message"])
        self.assertNotIn("fitd: ", ended["message"])
        self.assertIn("a library says this\n", self.daemon.said())
        self.assertEqual(self.daemon.said().count("a.csv: no time column"), 1, self.daemon.said())

    def test_the_queue_is_ordered_bounded_and_without_doubles(self):
        self.daemon.config("[queue]\nlimit = 2\n")
        self.daemon.job("late")
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        first, waiting, urgent = self.start("cpu"), self.start("disk"), self.start("mem", {"priority": 5})
        self.assertEqual(self.daemon.ask("POST", "/v1/jobs/cpu/start").status, 409)
        full = self.daemon.ask("POST", "/v1/jobs/late/start")
        self.assertEqual((full.status, full.json["error"]["exit"]), (503, 75))
        self.assertEqual(self.daemon.run_state(first)["state"], "running")
        self.go.touch()
        ended = [self.daemon.wait_state(r, "complete") for r in (first, urgent, waiting)]
        starts = [r["started_at"] for r in ended]
        self.assertEqual(starts, sorted(starts), "the urgent one goes before the one that waited longer")

    def test_a_cancelled_run_is_asked_to_stop(self):
        self.play_until_told("exit 0")
        self.daemon.start()
        run_id, waiting = self.start("cpu"), self.start("disk")
        wait_until(lambda: self.daemon.run_state(run_id)["progress"]["done"], 20, "progress")
        self.assertEqual(self.daemon.ask("POST", f"/v1/runs/{waiting}/cancel").status, 202)
        self.assertEqual(self.daemon.run_state(waiting)["state"], "cancelled")
        self.assertEqual(self.daemon.ask("POST", f"/v1/runs/{run_id}/cancel").status, 202)
        self.assertEqual(self.daemon.wait_state(run_id, "cancelled")["exit"], 143)
        self.assertEqual(self.daemon.ask("POST", f"/v1/runs/{run_id}/cancel").status, 409)

    def test_one_that_does_not_stop_is_killed(self):
        self.daemon.config('[service]\ndrain_limit = "300ms"\n')
        self.daemon.play(f"ignore {int(signal.SIGTERM)}", "say " + HALF, "spin")
        self.daemon.start()
        run_id = self.start()
        wait_until(lambda: self.daemon.run_state(run_id)["progress"]["done"], 20, "progress")
        self.daemon.ask("POST", f"/v1/runs/{run_id}/cancel")
        self.assertEqual(self.daemon.wait_state(run_id, "cancelled")["exit"], 137)

    def test_one_that_dies_is_resumed_and_one_that_fails_is_not(self):
        self.daemon.config("[service]\nresume_attempts = 1\n")
        self.daemon.play("say " + START, "err terrible things", f"signal {int(signal.SIGSEGV)}")
        self.daemon.start()
        run_id = self.start()
        state = self.daemon.wait_state(run_id, "failed")
        self.assertEqual((state["attempts"], state["deaths"], state["exit"]), (2, 2, 139))
        self.assertIn("terrible things", self.daemon.said())
        self.daemon.play("err fitd: x.csv: no such file", "exit 66")
        state = self.daemon.wait_state(self.start(), "failed")
        self.assertEqual((state["attempts"], state["exit"]), (1, 66))
        self.assertIn("no such file", state["message"])

    def test_one_that_is_killed_for_its_memory_is_told_so(self):
        """Also without a control group of its own."""
        group = self.memory_group(64 << 20)
        eater = self.dir / "eater"
        eater.write_text(f"#!{sys.executable}\nall = []\nwhile True: all.append(bytearray(b'x' * 1_000_000))\n")
        eater.chmod(0o755)
        daemon = Daemon(self.dir, str(eater))
        self.addCleanup(daemon.stop)
        daemon.config("[service]\nresume_attempts = 0\n")
        command = daemon.command
        join = f'echo $$ > {group}/cgroup.procs; exec "$@"'
        daemon.command = lambda *extra, **kwargs: ["sh", "-c", join, "sh", *command(*extra, **kwargs)]
        self.daemon = daemon.start()
        state = self.daemon.wait_state(self.start(), "failed")
        self.assertEqual(state["exit"], 137)
        self.assertIn("killed: out of memory; it needs a higher limit", state["message"])
        self.assertIn('fitd_run_restarts_total{reason="oom"} 1', self.daemon.ask("GET", "/metrics").text)

    def memory_group(self, limit):
        for root, name in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
            folder = pathlib.Path(root) / f"fitd-serve-{os.getpid()}"
            with contextlib.suppress(OSError):
                folder.mkdir()
                self.addCleanup(lambda: wait_until(lambda: self.removed(folder), 20, "the group to be empty"))
                (folder / name).write_text(str(limit))
                with contextlib.suppress(OSError):  # no swap in its place
                    (folder / ("memory.swappiness" if name.endswith("bytes") else "memory.swap.max")).write_text("0")
                return folder
        raise unittest.SkipTest("no memory controller that this test may use")

    def removed(self, folder):
        with contextlib.suppress(OSError):
            folder.rmdir()
        return not folder.exists()

    def test_one_that_stands_still_is_aborted(self):
        self.daemon.config('[service]\nstall_limit = "500ms"\nresume_attempts = 0\n')
        self.daemon.play("say " + HALF, "spin")
        self.daemon.start()
        state = self.daemon.wait_state(self.start(), "failed")
        self.assertIn("no progress", state["message"])

    def test_garbled_events_only_degrade(self):
        self.daemon.play("raw \xff\xfe{", "raw []", "raw " + "x" * 100000, "say " + END, "exit 3")
        self.daemon.start()
        state = self.daemon.wait_state(self.start(), "complete")
        self.assertEqual((state["exit"], state["summary"]["targets"]), (3, 4))

    def test_a_stopped_daemon_resumes_where_it_was(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        running, waiting = self.start("cpu"), self.start("disk")
        wait_until(lambda: self.daemon.run_state(running)["progress"]["done"], 20, "progress")
        self.assertEqual(self.daemon.terminate(), 0)
        self.go.touch()
        self.daemon.start()
        self.assertEqual(self.daemon.wait_state(running, "complete")["attempts"], 2)
        self.assertEqual(self.daemon.wait_state(waiting, "complete")["attempts"], 1)
        self.assertIn('fitd_run_restarts_total{reason="stop"} 1', self.daemon.ask("GET", "/metrics").text)

    def test_a_killed_daemon_takes_its_run_along_and_resumes_it(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        pid = wait_until(lambda: self.daemon.run_state(run_id)["process"], 20, "a process")
        self.daemon.process.kill()
        self.daemon.wait_exit()
        wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists() or
                   ") Z" in pathlib.Path(f"/proc/{pid}/stat").read_text(), 10, "the run process to go as well")
        self.go.touch()
        self.daemon.start()
        self.daemon.wait_state(run_id, "complete")

    def test_a_damaged_state_file_is_set_aside(self):
        (self.dir / "state").mkdir()
        (self.dir / "state" / "service.json").write_text("{broken")
        self.daemon.start()
        self.assertEqual((self.dir / "state" / "service.json.damaged").read_text(), "{broken")

    def test_a_lost_state_file_gives_no_run_the_logs_of_another(self):
        self.daemon.play("say " + END, "exit 0")
        self.daemon.start()
        for _ in range(2):
            self.daemon.wait_state(self.start(), "complete")
        self.daemon.stop()
        (self.dir / "state" / "service.json").unlink()
        self.daemon.start()
        self.assertEqual(self.start(), 3)
        self.assertRegex(self.daemon.said(), "holds logs of runs up to 2 that .*service.json does not know")

    def test_leaves_when_idle_and_not_before(self):
        self.play_until_told("exit 0")
        self.daemon.start("--idle-exit", "300ms")
        run_id = self.start()
        self.go.touch()
        self.daemon.wait_state(run_id, "complete")
        self.assertEqual(self.daemon.wait_exit(), 0)
        self.assertFalse(self.daemon.socket.exists())
        self.assertIn("idle; leaving", self.daemon.said())

    def test_a_second_daemon_on_the_same_state_is_refused(self):
        self.daemon.start()
        second = subprocess.run(self.daemon.command("--socket", str(self.dir / "other.sock")), capture_output=True,
                                text=True, timeout=30)
        self.assertEqual(second.returncode, 75, second.stderr)
        third = subprocess.run(self.daemon.command("--socket", str(self.daemon.socket), state="state2"),
                               capture_output=True, text=True, timeout=30)
        self.assertEqual(third.returncode, 75, third.stderr)
        fourth = subprocess.run(self.daemon.command("--socket", str(self.dir / "other.sock"), state="state3"),
                                capture_output=True, text=True, timeout=30)
        self.assertEqual(fourth.returncode, 75, "two daemons would mix their runs' logs")
        self.assertIn("--log-dir", fourth.stderr)
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200)

    def test_reload_validates_and_keeps_the_old_configuration(self):
        self.daemon.config("[queue]\nlimit = 3\n")
        self.daemon.start()
        limit = lambda: self.daemon.ask("GET", "/v1/health").json["queue_limit"]
        self.daemon.config("[queue]\nlimit = 5\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: limit() == 5, 20, "the new limit")
        self.daemon.config("[queue]\nlimti = 7\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the old one stays" in self.daemon.said(), 20, "the refusal")
        self.assertIn("unknown key queue.limti", self.daemon.said())
        self.assertEqual(limit(), 5)
        health = self.daemon.ask("GET", "/v1/health").json
        self.assertEqual(health["status"], "degraded")
        self.assertRegex(health["problem"], "the old one stays: .*unknown key queue.limti")
        self.assertIn("fitd_healthy 0\n", self.daemon.ask("GET", "/metrics").text)
        status = self.client("status")
        self.assertIn("degraded", status.stdout)
        self.assertIn("unknown key queue.limti", status.stdout)
        check = run("serve", "--check", "--config", self.daemon.etc)
        self.assertEqual(check.returncode, 78)
        self.assertIn("limti", check.stderr)
        self.daemon.config("[queue]\nlimit = 6\n")
        self.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: limit() == 6, 20, "the mended limit")
        self.assertEqual(self.daemon.ask("GET", "/v1/health").json["status"], "ok")
        self.assertIn("fitd_healthy 1\n", self.daemon.ask("GET", "/metrics").text)


class Detections(ServeCase):
    FOUND = ('{"event":"anomaly","number":7,"target":"web-1","kind":"spike","direction":"up","start":"2024-01-01T05:00:00",'
             '"end":"2024-01-01T05:00:00","value":250.0,"expected":50.0,"score":63.0,"observations":1,"new":true}')
    END = ('{"event":"end","state":"complete","exit":0,"message":"","summary":{"targets":4,"observations":40,"known":0,"alerts":1,'
           '"anomalies":{"spike":1},"anomalous":1,"lost":0,"without_model":0,"worker_deaths":0,"seconds":{"total":0.5}}}')

    def test_one_is_a_run_of_its_own_kind(self):
        self.play_until_told("say " + self.FOUND, "say " + self.END, "exit 0")
        self.daemon.start()
        run_id = self.start("cpu", {"kind": "detect"})
        self.assertEqual(self.daemon.ask("POST", "/v1/jobs/cpu/start", {"kind": "detect"}).status, 409)
        training = self.start("cpu")
        wait_until(lambda: self.daemon.run_state(run_id)["progress"]["done"], 20, "progress")
        self.assertEqual(self.daemon.run_state(training)["state"], "queued", "one writer a store")
        self.go.touch()
        ended = self.daemon.wait_state(run_id, "complete")
        self.daemon.wait_state(training, "complete")
        self.assertEqual((ended["kind"], ended["summary"]["anomalies"]), ("detect", {"spike": 1}))
        told = [json.loads(line) for line in self.daemon.ask("GET", f"/v1/runs/{run_id}/events").text.splitlines()]
        self.assertEqual([e["event"] for e in told], ["start", "progress", "anomaly", "end"])
        self.assertEqual(told[2], json.loads(self.FOUND))
        arguments = self.daemon.ask("GET", f"/v1/runs/{run_id}/logs").text
        self.assertRegex(arguments, r"args detect .*--job=\S+/cpu.toml.* --leave-telling")
        job = self.daemon.ask("GET", "/v1/jobs/cpu").json["job"]
        self.assertEqual((job["last_run"]["id"], job["last_detection"]["id"]), (training, run_id))
        metrics = self.daemon.ask("GET", "/metrics").text
        for line in ('fitd_anomalies_total{job="cpu",kind="spike"} 1', 'fitd_detections_total{job="cpu",state="complete"} 1',
                     'fitd_runs_total{job="cpu",state="complete"} 1', 'fitd_detect_anomalous_ratio{job="cpu"} 0.25'):
            self.assertIn(line + "\n", metrics)
        listed = self.client("runs", "cpu").stdout.splitlines()
        self.assertEqual(sorted(line.split()[2] for line in listed), ["KIND", "detect", "train"])
        shown = self.client("status", run_id).stdout
        self.assertIn("1 new event (1 spike) in 40 new observations", shown)
        self.assertEqual(self.daemon.terminate(), 0)
        self.daemon.start()
        self.assertIn('fitd_anomalies_total{job="cpu",kind="spike"} 1\n', self.daemon.ask("GET", "/metrics").text, "totals stay")

    def test_one_is_due_when_its_job_says_so(self):
        self.daemon.play("say " + self.END, "exit 0")
        self.daemon.job("rare", f'[data]\nfiles = ["x.csv"]\n[store]\npath = "{self.dir}/rare.db"\n[detect]\nevery = "100000h"\n')
        self.daemon.start()
        due = self.client("start", "rare", "--detect", "--if-due", "--wait")
        self.assertEqual(due.returncode, 0, due.stderr)
        self.assertIn("4 targets, 40 new observations: 1 new event (1 spike)", due.stderr)
        not_due = self.client("start", "rare", "--detect", "--if-due", "--wait")
        self.assertEqual((not_due.returncode, not_due.stdout, not_due.stderr), (0, "", ""))
        self.assertEqual(self.daemon.ask("POST", "/v1/jobs/rare/start", {"kind": "detect", "if_due": True}).json, {"run": None})
        self.assertEqual(self.client("start", "rare", "--detect", "--wait", "-q").returncode, 0, "an operator may always")
        self.assertEqual(len(self.daemon.ask("GET", "/v1/runs?job=rare").json["runs"]), 2)

    def test_what_makes_no_sense_is_refused(self):
        self.daemon.start()
        connection = UnixConnection(self.daemon.socket)
        connection.request("POST", "/v1/jobs/cpu/start", body='{"priority": 1, "fresh": true, "priority": 2}')
        twice = Answer(connection.getresponse())
        connection.close()
        self.assertEqual((twice.status, twice.json["error"]["message"]), (400, "priority: is given twice"))
        for body, word in (({"kind": "guess"}, "kind"), ({"kind": 3}, "kind"), ({"kind": "detect", "fresh": True}, "fresh"),
                           ({"if_due": True}, "if_due"), ({"kind": "detect", "if_due": 1}, "if_due")):
            refused = self.daemon.ask("POST", "/v1/jobs/cpu/start", body)
            self.assertEqual(refused.status, 400, body)
            self.assertIn(word, refused.json["error"]["message"])
        for options in (["--if-due"], ["--detect", "--fresh"]):
            self.assertEqual(self.client("start", "cpu", *options).returncode, 64)

    def test_who_watches_sees_what_is_found(self):
        self.play_until_told("say " + self.FOUND, "say " + self.END, "exit 0")
        self.daemon.start()
        run_id = self.start("cpu", {"kind": "detect"})
        self.go.touch()
        watched = self.client("watch", run_id, "--progress", "plain")
        self.assertEqual(watched.returncode, 0)
        self.assertIn("1 new event (1 spike)", watched.stderr)


class Streams(ServeCase):
    def follow(self, run_id):
        connection = UnixConnection(self.daemon.socket)
        self.addCleanup(connection.close)
        connection.request("GET", f"/v1/runs/{run_id}/events")
        return connection.getresponse()

    def test_followers_see_everything_to_the_end(self):
        self.play_until_told("say " + FAILURE, "say " + DEATH, "say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        early = self.follow(run_id)
        self.assertEqual(json.loads(early.readline())["event"], "start")
        self.assertEqual(json.loads(early.readline())["done"], 2)
        self.go.touch()
        events = [json.loads(line)["event"] for line in early.read().splitlines()]
        self.assertEqual(events, ["failure", "worker_death", "end"])
        late = [json.loads(line)["event"] for line in self.follow(run_id).read().splitlines()]
        self.assertEqual(late, ["start", "progress", "failure", "worker_death", "end"])

    def test_the_followers_of_a_waiting_run_wait_with_it(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        self.start("cpu")
        response = self.follow(self.start("disk"))
        self.go.touch()
        self.assertEqual(json.loads(response.read().splitlines()[-1])["event"], "end")

    def test_a_follower_that_does_not_read_holds_nobody_up(self):
        lines = ["say " + json.dumps({"event": "failure", "target": f"t{i}", "reason": "r" * 2000}) for i in range(3000)]
        self.daemon.config('[clients]\ntimeout = "500ms"\n')
        self.daemon.play("say " + START, f"wait {self.go}", *lines, "say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        stuck = socket.socket(socket.AF_UNIX)
        self.addCleanup(stuck.close)
        stuck.connect(str(self.daemon.socket))
        stuck.sendall(f"GET /v1/runs/{run_id}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: 'fitd_event_streams 1' in self.daemon.ask("GET", "/metrics").text, 20, "the follower")
        self.go.touch()
        self.daemon.wait_state(run_id, "complete")
        wait_until(lambda: 'fitd_event_streams 0' in self.daemon.ask("GET", "/metrics").text, 20, "the follower to be dropped")

    def test_followers_are_limited(self):
        self.daemon.config("[clients]\nstreams = 1\n")
        self.play_until_told("exit 0")
        self.daemon.start()
        run_id = self.start()
        first = self.follow(run_id)
        first.readline()
        self.assertEqual(self.daemon.ask("GET", f"/v1/runs/{run_id}/events").status, 503)


class Queries(ServeCase):
    def test_models_and_forecasts_come_from_the_job_s_store(self):
        self.daemon.start()
        answer = self.daemon.ask("GET", "/v1/jobs/cpu/targets/a%2Fb%20c/models")
        self.assertEqual((answer.status, answer.json), (200, {"command": "models", "target": "a/b c"}))
        self.assertEqual(self.daemon.ask("GET", "/v1/jobs/cpu/targets/x/forecast?horizon=3").json["command"], "forecast")
        missing = self.daemon.ask("GET", "/v1/jobs/cpu/targets/none/models")
        self.assertEqual((missing.status, missing.json["error"]["exit"]), (404, 66))

    def test_slow_ones_are_bounded_in_time_and_number(self):
        self.daemon.config('[clients]\nqueries = 1\nquery_queue = 1\nquery_timeout = "700ms"\n')
        self.daemon.start()
        results = []
        threads = [threading.Thread(target=lambda: results.append(
            self.daemon.ask("GET", "/v1/jobs/cpu/targets/slow/models").status)) for _ in range(6)]
        for thread in threads:
            thread.start()
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200)
        for thread in threads:
            thread.join(30)
        self.assertEqual(set(results), {503, 504})
        self.assertGreaterEqual(results.count(504), 1)


class Clients(ServeCase):
    def raw(self, data, shut=False):
        """What the server says to these bytes before it closes."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(self.daemon.socket))
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(data)
            if shut:
                client.shutdown(socket.SHUT_WR)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while chunk := client.recv(65536):
                    answer += chunk
            return answer

    def test_hostile_requests_are_refused_and_served_on(self):
        self.daemon.config('[clients]\ntimeout = "500ms"\n')
        self.daemon.start()
        cases = {
            b"\x00\x01\x02\r\n\r\n": b"400",
            b"GET / HTTP/9.9\r\n\r\n": b"400",
            b"GET /v1/health HTTP/1.1\r\nX: " + b"a" * 20000 + b"\r\n\r\n": b"431",
            b"POST /v1/jobs/cpu/start HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n": b"413",
            b"POST /v1/jobs/cpu/start HTTP/1.1\r\nContent-Length: -1\r\n\r\n": b"400",
            b"POST /v1/jobs/cpu/start HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n": b"4",
            b"GET /v1/jobs/..%2f..%2fetc%2fshadow HTTP/1.1\r\nConnection: close\r\n\r\n": b"400",
            b"GET /v1/jobs/../../etc/shadow HTTP/1.1\r\nConnection: close\r\n\r\n": b"4",
            b"TRACE / HTTP/1.1\r\nConnection: close\r\n\r\n": b"405",
        }
        for data, status in cases.items():
            answer = self.raw(data)
            self.assertRegex(answer[:14], rb"HTTP/1\.1 " + status, data[:60])
        self.assertEqual(self.raw(b"", shut=True), b"")
        self.assertEqual(self.raw(b"GET /v1/he", shut=True), b"")
        self.assertEqual(self.raw(b"GET /v1/he"), b"", "its time is up")
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200)
        self.assertEqual(self.daemon.ask("GET", "/v1/runs").json["runs"], [])

    def test_what_every_server_answers_is_answered(self):
        self.daemon.start()
        end = b"Host: fitd\r\nConnection: close\r\n\r\n"
        answer = self.raw(b"GET http://fitd/v1/health HTTP/1.1\r\n" + end)
        self.assertIn(b'"status":"ok"', answer, "a target in absolute form")
        head = self.raw(b"HEAD /v1/health HTTP/1.1\r\n" + end)
        whole = self.raw(b"GET /v1/health HTTP/1.1\r\n" + end).partition(b"\r\n\r\n")
        self.assertEqual(head, whole[0] + whole[1], "the same without its body")
        self.assertEqual(self.raw(b"HEAD /v1/jobs/cpu/start HTTP/1.1\r\n" + end)[:12], b"HTTP/1.1 405")
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(self.daemon.socket))
            begin = b"POST /v1/jobs/cpu/start HTTP/1.1\r\nContent-Length: 2\r\n"
            client.sendall(begin + b"Expect: 100-continue\r\n" + end)
            self.assertEqual(client.recv(65536), b"HTTP/1.1 100 Continue\r\n\r\n", "leave to send the body")
            client.sendall(b"{}")
            self.assertEqual(client.recv(65536)[:12], b"HTTP/1.1 202")
        over = begin.replace(b" 2", b" 9999") + b"Expect: 100-continue\r\n" + end
        self.assertEqual(self.raw(over)[:12], b"HTTP/1.1 413", "no leave for what is refused anyway")
        self.play_to_the_end()
        self.assertEqual(self.daemon.ask("GET", "/v1/runs?job=nope").status, 404)
        self.assertEqual(self.daemon.ask("GET", "/v1/runs?job=cpu&state=failed").json["runs"], [])
        self.assertEqual(self.daemon.ask("GET", "/v1/runs?job=").status, 400, "not those of all jobs")

    def test_a_connection_serves_several_requests(self):
        self.daemon.start()
        connection = UnixConnection(self.daemon.socket)
        self.addCleanup(connection.close)
        for _ in range(3):
            connection.request("GET", "/v1/health")
            self.assertEqual(connection.getresponse().read()[:1], b"{")

    def test_bytes_that_trickle_in_do_not_extend_the_deadline(self):
        self.daemon.config('[clients]\ntimeout = "400ms"\n')
        self.daemon.start()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(0.05)
            client.connect(str(self.daemon.socket))
            deadline = time.monotonic() + 20
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                while time.monotonic() < deadline:
                    client.sendall(b"G")
                    with contextlib.suppress(socket.timeout):
                        if client.recv(1) == b"":
                            break
            self.assertLess(time.monotonic(), deadline)

    def test_a_thousand_clients_with_a_hundred_slow_ones_are_all_served(self):
        raise_descriptor_limit(4096)
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        slow = [self.connect(b"GET /v1/hea") for _ in range(100)]
        request = f"GET /v1/runs/{run_id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        clients = [self.connect(request) for _ in range(1000)]
        self.assertEqual(self.answered(clients), 1000)
        for client in slow:  # they were only slow
            client.sendall(b"lth HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(self.answered(slow), 100)
        self.go.touch()
        self.daemon.wait_state(run_id, "complete")

    def test_more_than_the_limit_wait_their_turn(self):
        raise_descriptor_limit(2048)
        self.daemon.config('[clients]\nmax = 20\nstreams = 10\ntimeout = "300ms"\n')
        self.daemon.start()
        silent = [self.connect(b"") for _ in range(20)]
        clients = [self.connect(b"GET /v1/health HTTP/1.1\r\nConnection: close\r\n\r\n") for _ in range(100)]
        self.assertEqual(self.answered(clients), 100)
        for client in silent:
            client.close()

    def connect(self, data):
        client = socket.socket(socket.AF_UNIX)
        self.addCleanup(client.close)
        client.settimeout(30)
        client.connect(str(self.daemon.socket))
        client.sendall(data)
        return client

    def answered(self, clients):
        """How many got a whole 200 answer."""
        good = 0
        for client in clients:
            answer = b""
            while chunk := client.recv(65536):
                answer += chunk
            good += answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"}\n")
        return good


def raise_descriptor_limit(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        if hard != resource.RLIM_INFINITY and hard < count:
            raise unittest.SkipTest(f"only {hard} descriptors are allowed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


@unittest.skipUnless(os.geteuid() == 0, "needs root to be other users")
class Permissions(ServeCase):
    # Groups of this machine stand for the two groups, so that nothing is added to it.
    READERS, OPERATORS = "games", "mail"

    def setUp(self):
        super().setUp()
        self.daemon.config(f'[clients]\nreaders = "{self.READERS}"\noperators = "{self.OPERATORS}"\n')
        self.play_until_told("exit 0")
        self.dir.chmod(0o755)
        self.daemon.start()
        self.daemon.socket.chmod(0o666)  # what the socket's own mode refuses never reaches the daemon

    def as_user(self, method, target, groups):
        """The HTTP status that nobody, with these supplementary groups, is given."""
        nobody = pwd.getpwnam("nobody")
        done = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "--unix-socket",
                               str(self.daemon.socket), f"http://fitd{target}"], capture_output=True, text=True,
                              timeout=60, user=nobody.pw_uid, group=nobody.pw_gid, cwd="/",
                              extra_groups=[grp.getgrnam(g).gr_gid for g in groups])
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stdout)

    def test_a_stranger_gets_nothing(self):
        for target in ("/v1/health", "/v1/jobs", "/v1/runs", "/metrics", "/v1/jobs/cpu/targets/x/models"):
            self.assertEqual(self.as_user("GET", target, []), 403)
        self.assertEqual(self.as_user("POST", "/v1/jobs/cpu/start", ["users"]), 403)

    def test_a_reader_looks_and_cannot_act(self):
        run_id = self.start()
        self.assertEqual(self.as_user("GET", f"/v1/runs/{run_id}", [self.READERS]), 200)
        self.assertEqual(self.as_user("GET", "/metrics", ["users", self.READERS]), 200)
        self.assertEqual(self.as_user("POST", "/v1/jobs/disk/start", [self.READERS]), 403)
        self.assertEqual(self.as_user("POST", f"/v1/runs/{run_id}/cancel", [self.READERS]), 403)
        self.assertEqual(self.daemon.run_state(run_id)["state"], "running")
        self.assertIn("no operator", self.daemon.said())

    def test_an_operator_acts(self):
        self.assertEqual(self.as_user("POST", "/v1/jobs/cpu/start", [self.OPERATORS]), 202)
        self.assertEqual(self.as_user("POST", "/v1/runs/1/cancel", ["users", self.OPERATORS]), 202)
        self.assertIn(f"queued by uid {pwd.getpwnam('nobody').pw_uid} pid", self.daemon.said())


class Commands(ServeCase):
    def test_start_wait_exits_like_the_run(self):
        self.daemon.play("say " + START, "say " + HALF, "say " + END.replace('"exit":0', '"exit":3'), "exit 3")
        self.daemon.start()
        done = self.client("start", "cpu", "--wait", "--json")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["state"], "complete")
        self.daemon.play("say " + START, "exit 65")
        self.assertEqual(self.client("start", "cpu", "--wait", "-q").returncode, 65)

    def test_the_other_commands(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        self.assertEqual(self.client("start", "cpu").stdout, "run 1 of job cpu running\n")
        doubled = self.client("start", "cpu")
        self.assertEqual(doubled.returncode, 75)
        self.assertIn("running already as run 1", doubled.stderr)
        self.assertEqual(self.client("start", "none").returncode, 66)
        self.assertEqual(self.client("start", "../etc/passwd").returncode, 64)
        self.assertIn("running", self.client("status", "cpu").stdout)
        self.assertEqual(json.loads(self.client("status", "1", "--json").stdout)["id"], 1)
        overview = json.loads(self.client("status", "--json").stdout)
        self.assertEqual([j["name"] for j in overview["jobs"]], ["cpu", "disk", "mem"])
        self.assertIn("cpu", self.client("status").stdout)
        self.assertEqual(self.client("status", "9").returncode, 66)
        wait_until(lambda: "args train" in self.client("logs", "cpu").stdout, 20, "the run to write its log")
        self.go.touch()
        watched = self.client("watch", "1", "--json")
        self.assertEqual(watched.returncode, 0, watched.stderr)
        self.assertEqual(json.loads(watched.stdout.splitlines()[-1])["summary"]["fitted"], 3)
        self.assertEqual(self.client("cancel", "1").returncode, 65)
        self.assertIn("complete", self.client("runs").stdout)
        self.assertEqual(json.loads(self.client("runs", "disk", "--json").stdout), {"runs": []})
        self.assertEqual(self.client("cancel", "disk").returncode, 66)
        self.assertIn('job "disk" has had no run', self.client("cancel", "disk").stderr)
        self.assertIn("did you mean disk?", self.client("cancel", "disj").stderr)
        self.assertIn("did you mean disk?", self.client("runs", "disj").stderr)
        typo = self.client("runs", "--state", "complet")
        self.assertEqual((typo.returncode, "did you mean complete?" in typo.stderr), (64, True), typo.stderr)
        self.assertEqual(run("runs", "--socket", "").returncode, 64, "a variable that is not set")

    def test_cancel_and_what_the_waiting_one_sees(self):
        self.play_until_told("exit 0")
        self.daemon.start()
        waiting = subprocess.Popen([FITD, "start", "cpu", "--wait", "--socket", str(self.daemon.socket)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: self.client("cancel", "cpu").returncode == 0, 20, "cancel")
        _, said = waiting.communicate(timeout=30)
        self.assertEqual(waiting.returncode, 143, said)
        self.assertIn("cancelled", said)

    def wait_for_follower(self):
        wait_until(lambda: "fitd_event_streams 1" in self.daemon.ask("GET", "/metrics").text, 20, "a client that follows")

    def test_a_wait_joins_the_run_that_is_going_on(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        self.assertEqual(self.client("start", "cpu").returncode, 0)
        waiting = subprocess.Popen([FITD, "start", "cpu", "--wait", "--socket", str(self.daemon.socket)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.wait_for_follower()
        self.go.touch()
        _, said = waiting.communicate(timeout=30)
        self.assertEqual(waiting.returncode, 0, said)
        self.assertIn("running already as run 1", said)
        self.assertIn("waiting for that run", said)
        self.assertEqual(len(self.daemon.ask("GET", "/v1/runs").json["runs"]), 1)

    def test_an_interrupted_watch_says_that_the_run_goes_on(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        waiting = subprocess.Popen([FITD, "start", "cpu", "--wait", "--socket", str(self.daemon.socket)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.wait_for_follower()
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
        self.assertEqual(waiting.returncode, 130)
        self.assertIn("run 1 goes on; fitd watch 1 follows it again, fitd cancel 1 stops it", said)
        self.assertEqual(self.daemon.run_state(1)["state"], "running")

    def test_a_watch_without_its_daemon_says_what_it_waits_for(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        waiting = subprocess.Popen([FITD, "start", "cpu", "--wait", "--socket", str(self.daemon.socket)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.wait_for_follower()
        self.daemon.process.kill()
        self.daemon.process.wait()
        said = ""
        while "does not answer" not in said:
            line = waiting.stderr.readline()
            self.assertNotEqual(line, "", "it ended: " + said)
            said += line
        self.assertIn("fitd: the daemon does not answer; waiting for it, 2 minutes at most\n", said)
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
        self.assertEqual(waiting.returncode, 130)
        self.assertIn("run 1 goes on when the daemon is back; fitd watch 1 follows it then", said)

    def test_the_end_of_a_wait_has_figures(self):
        self.daemon.play("say " + START, "say " + END.replace('"exit":0', '"exit":3'), "exit 3")
        self.daemon.start()
        self.assertRegex(self.client("start", "cpu", "--wait", "-q").stderr, r"run 1 of job cpu complete, \d+ targets: 3 fitted")

    def test_jobs_that_the_service_cannot_run_are_invalid_with_the_reason(self):
        cases = {"empty": ("", "data.files"), "loose": ('[data]\nfiles = ["x.csv"]\n', "store.path is missing"),
                 "times": ('[data]\nfiles = ["x.csv"]\ntimezone = "Mars/X"\n[store]\npath = "/var/lib/fitd/x.db"\n',
                           "times.toml:3: data.timezone = Mars/X"),
                 "relative": ('[data]\nfiles = ["x.csv"]\n[store]\npath = "x.db"\n', "store.path is relative")}
        for name, (text, _) in cases.items():
            self.daemon.job(name, text or "# nothing")
        self.daemon.start()
        jobs = {job["name"]: job for job in self.daemon.ask("GET", "/v1/jobs").json["jobs"]}
        for name, (_, reason) in cases.items():
            self.assertFalse(jobs[name]["valid"], name)
            self.assertIn(reason, jobs[name]["error"])
            self.assertEqual(self.client("start", name).returncode, 78)
        self.assertRegex(self.client("status").stdout, r"times +INVALID.*data\.timezone = Mars/X")
        self.assertIn("times.toml:3: data.timezone", run("serve", "--check", "--config", self.daemon.etc).stderr)
        self.assertIn("did you mean cpu?", self.client("start", "cpi").stderr)

    def test_a_job_file_whose_name_is_none_is_named_and_a_hidden_one_is_none(self):
        (self.daemon.etc / "jobs.d" / ".#cpu.toml").write_text("an editor's")
        check = lambda: run("serve", "--check", "--config", self.daemon.etc)
        self.daemon.start()
        before = self.client("status").stdout
        self.assertEqual((check().returncode, "editor" in before), (0, False), check().stderr)
        self.daemon.job("my job")
        (self.daemon.etc / "jobs.d" / os.fsdecode(b"caf\xe9.toml")).write_text("")
        self.assertEqual(check().returncode, 78)
        self.assertRegex(check().stderr, r"my job\.toml: a job name is 1 to 128 letters")
        self.assertIn(r"caf\xe9.toml: a job name", check().stderr)
        self.assertRegex(self.client("status").stdout, "my job +INVALID")
        self.assertEqual(self.client("start", "my job").returncode, 64)

    def test_two_jobs_with_one_store_are_found_by_the_check(self):
        """Each would answer with the other's forecasts, under whatever name the store goes by."""
        text = '[data]\nfiles = ["x.csv"]\n[store]\npath = "{}"\n'
        stores = self.daemon.dir / "stores"
        stores.mkdir()
        (self.daemon.dir / "link").symlink_to(stores)
        self.daemon.job("left", text.format(stores / "a.db"))
        self.daemon.job("right", text.format(stores / "b.db"))
        check = lambda: run("serve", "--check", "--config", self.daemon.etc)
        self.assertEqual(check().returncode, 0, check().stderr)
        self.daemon.job("right", text.format(self.daemon.dir / "link" / "a.db"))
        self.assertEqual(check().returncode, 78)
        self.assertRegex(check().stderr, r'right\.toml: store\.path .*link/a\.db is that of job "left" too')
        (stores / "b.db-wal").write_text("")
        self.daemon.job("right", text.format(stores / "b.db") + f'[export]\npath = "{stores / "b.db-wal"}"\n')
        self.assertEqual(check().returncode, 78, "the export would replace a part of the store")
        self.assertIn("right.toml: export.path", check().stderr)

    def test_an_export_onto_what_another_job_has_is_found_by_the_check(self):
        folder = self.daemon.dir
        text = '[data]\nfiles = ["{}"]\n[store]\npath = "{}"\n[export]\npath = "{}"\n'
        (folder / "b.csv").write_text("time,value\n2024-01-01,1\n")
        self.daemon.job("right", text.format(folder / "b.csv", folder / "b.db", folder / "b.out.csv"))
        for export, said in (("a.out.csv", ""), ("b.csv", 'is read by job "right"'), ("b.out.csv", 'is that of job "right" too'),
                             ("b.db", "export.path"), ("state/service.json", "keeps its state")):
            with self.subTest(export):
                self.daemon.job("left", text.format(folder / "a.csv", folder / "a.db", folder / export))
                done = run("serve", "--check", "--config", self.daemon.etc, "--state-dir", folder / "state")
                self.assertEqual(done.returncode, 78 if said else 0, done.stderr)
                self.assertIn(said, done.stderr)
        self.assertEqual(run("serve", "--check", "--idle-exit", "abc").returncode, 64)

    def test_a_service_that_cannot_be_leaves_nothing_behind(self):
        self.daemon.start()
        state = self.daemon.dir / "other"
        for config, code, said in ((self.daemon.etc, 75, "another daemon listens on"),
                                   (self.daemon.dir / "absent", 66, "--config .*absent: No such file")):
            for check in ((), ("--check",))[:1 if code == 75 else 2]:
                done = run("serve", "--config", config, "--socket", self.daemon.socket, "--state-dir", state, *check)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, said)
                self.assertFalse(state.exists())

    def test_the_queue_is_on_disk_or_nothing_was_said(self):
        """Also as root, whom a read-only folder does not stop: the file's place is taken by a folder."""
        self.daemon.start()
        place = self.daemon.dir / "state" / "service.json"
        place.unlink(missing_ok=True)
        place.mkdir()
        refused = self.client("start", "cpu")
        self.assertEqual(refused.returncode, 74, refused.stderr)
        self.assertIn("the queue cannot be saved", refused.stderr)
        self.assertEqual(self.daemon.ask("GET", "/v1/runs").json["runs"], [])
        health = self.daemon.ask("GET", "/v1/health").json
        self.assertEqual(health["status"], "degraded")
        self.assertIn("cannot be saved", health["problem"])
        self.assertIn("fitd_healthy 0", self.daemon.ask("GET", "/metrics").text)
        place.rmdir()
        wait_until(lambda: self.daemon.ask("GET", "/v1/health").json["status"] == "ok", 20, "good health again")
        self.assertEqual(self.client("start", "cpu").returncode, 0)

    def test_a_queue_that_cannot_be_saved_is_74_whatever_the_reason(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        run_id = self.start()
        self.daemon.wait_state(run_id, "running")
        (self.daemon.dir / "state").rename(self.daemon.dir / "elsewhere")
        for command in (("start", "disk"), ("cancel", str(run_id))):
            refused = self.client(*command)
            self.assertEqual(refused.returncode, 74, refused.stderr)
            self.assertIn("cannot be saved", refused.stderr)
        answer = self.daemon.ask("POST", "/v1/jobs/disk/start")
        self.assertEqual((answer.status, answer.json["error"]["exit"], answer.json["error"]["code"]), (507, 74, "io"))

    def test_cancelling_a_job_stops_the_run_that_runs(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        train, detect = self.start("cpu"), self.start("cpu", {"kind": "detect"})
        self.daemon.wait_state(train, "running")
        self.assertEqual(self.daemon.run_state(detect)["state"], "queued")
        done = self.client("cancel", "cpu")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, f"^run {train} of job cpu cancell")
        self.daemon.wait_state(train, "cancelled")
        self.assertIn(f"run {detect} of job cpu", self.client("cancel", "cpu").stdout)
        self.daemon.wait_state(detect, "cancelled")
        done = self.client("cancel", "cpu")
        self.assertEqual(done.returncode, 65)
        self.assertIn(f"run {detect} has ended already", done.stderr)

    def test_another_method_is_told_which_there_is(self):
        self.daemon.start()
        for method, target, allow in (("DELETE", "/v1/jobs", "GET, HEAD, POST"), ("POST", "/v1/jobs", "GET, HEAD"), ("GET", "/v1/jobs/cpu/start", "POST")):
            connection = UnixConnection(self.daemon.socket)
            connection.request(method, target)
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, allow))
            connection.close()

    def test_waiting_outlives_a_restart_of_the_daemon(self):
        self.play_until_told("say " + END, "exit 0")
        self.daemon.start()
        waiting = subprocess.Popen([FITD, "start", "cpu", "--wait", "--json", "--socket", str(self.daemon.socket)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: [r for r in self.daemon.ask("GET", "/v1/runs").json["runs"] if r["state"] == "running"], 20,
                   "the run to be going on")
        self.daemon.terminate()
        self.go.touch()
        self.daemon.start()
        out, said = waiting.communicate(timeout=60)
        self.assertEqual(waiting.returncode, 0, said)
        self.assertEqual(json.loads(out.splitlines()[-1])["attempts"], 2)

    def test_no_daemon_is_a_clear_sentence(self):
        for command in (["start", "cpu"], ["runs"], ["status"], ["watch", "1"], ["cancel", "1"], ["logs", "1"]):
            done = self.client(*command, timeout=20)
            self.assertEqual(done.returncode, 69, command)
            self.assertIn("the daemon is not there", done.stderr)
        self.daemon.socket.touch()
        self.assertEqual(self.client("runs").returncode, 69)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to be another user")
    def test_no_permission_is_a_clear_sentence(self):
        self.daemon.start()
        self.dir.chmod(0o755)
        nobody = pwd.getpwnam("nobody")
        executable = self.dir / "fitd"
        shutil.copy(FITD, executable)
        def as_nobody(*args):
            return subprocess.run([str(executable), *args, "--socket", str(self.daemon.socket)], capture_output=True,
                                  text=True, timeout=30, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], cwd="/")
        done = as_nobody("runs")
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("no permission to connect", done.stderr)
        self.daemon.socket.chmod(0o666)
        done = as_nobody("runs")
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("in none of the groups", done.stderr)


class Manager(ServeCase):
    """What systemd does, in miniature."""

    def test_activation_serves_the_client_that_started_it(self):
        self.play_to_the_end()
        said = open(self.dir / "said", "wb")
        self.addCleanup(said.close)
        process = subprocess.Popen(
            ["systemd-socket-activate", "-l", str(self.daemon.socket), "-E", f"FAKE_RUN_SCRIPT={self.daemon.script}",
             *self.daemon.command("--idle-exit", "300ms")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=said)
        self.daemon.process = process
        wait_until(lambda: listens(self.daemon.socket), 20, "the socket")
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200)
        run_id = self.start()
        self.daemon.wait_state(run_id, "complete")
        self.assertEqual(self.daemon.wait_exit(), 0, "idle")
        self.assertTrue(self.daemon.socket.exists(), "the socket is not the daemon's to remove")
        self.assertIn(f"serves {self.daemon.socket} (socket of systemd)", (self.dir / "said").read_text())

    def test_notifications_and_the_watchdog(self):
        notify = NotifySocket(self.dir / "notify")
        self.addCleanup(notify.socket.close)
        self.play_until_told("say " + END, "exit 0")
        # WATCHDOG_PID names the process that is watched, which is known after the fork only.
        command = ["sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", *self.daemon.command("--socket", str(self.daemon.socket))]
        environment = {**self.daemon.environment, "NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "300000",
                       "FAKE_RUN_SCRIPT": str(self.daemon.script)}
        self.daemon.log = open(self.dir / "daemon.log", "wb")
        self.daemon.process = subprocess.Popen(command, stdout=self.daemon.log, stderr=self.daemon.log, env=environment)
        notify.wait("READY=1")
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200, "ready means served")
        self.start()
        notify.wait("STATUS=cpu: fit 2/4 50%")
        beats = notify.count("WATCHDOG=1")
        wait_until(lambda: notify.count("WATCHDOG=1") >= beats + 3, 20, "the watchdog to be told")
        self.daemon.process.send_signal(signal.SIGSTOP)
        notify.poll()
        beats = notify.count("WATCHDOG=1")
        self.daemon.process.send_signal(signal.SIGCONT)
        ready = notify.count("READY=1")
        self.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: notify.count("RELOADING=1") == 1 and notify.count("READY=1") == ready + 1, 20, "the reload")
        self.daemon.process.send_signal(signal.SIGTERM)
        notify.wait("STOPPING=1")
        self.assertEqual(self.daemon.wait_exit(), 0)
        self.assertGreater(notify.count("EXTEND_TIMEOUT_USEC="), 0)


class Forecasts(Scratch):
    """What group members get out of a store that only the service may read, by the real run and query processes."""

    def setUp(self):
        super().setUp()
        self.daemon = Daemon(self.dir)
        self.addCleanup(self.daemon.stop)
        data = self.sample(targets=200, length=60)
        self.export_to = self.dir / "forecasts.csv"
        self.daemon.job("cpu", f'[data]\nfiles = ["{data}"]\n[models]\nlocal = ["seasonal-naive"]\nseason = 24\n'
                        f'[store]\npath = "{self.dir}/cpu.db"\n[export]\npath = "{self.export_to}"\nhorizon = 3\n')
        self.daemon.start()

    def client(self, *args, **kwargs):
        return run(*args, "--socket", self.daemon.socket, **kwargs)

    def test_a_reader_that_pauses_longer_than_the_daemon_waits_gets_all(self):
        """As `| less` does, which takes a page and then no more until a key is pressed."""
        self.daemon.config('[clients]\ntimeout = "500ms"\n')
        self.daemon.stop()
        self.daemon.start()
        self.assertEqual(self.client("start", "cpu", "--wait", "-q").returncode, 0, self.daemon.said())
        reader = start("forecast", "cpu", "--horizon", "300", "--socket", self.daemon.socket)
        first = reader.stdout.readline()
        time.sleep(3)
        rest, said = reader.stdout.read(), reader.stderr.read()
        reader.wait(timeout=60)
        self.assertEqual(reader.returncode, 0, said)
        self.assertEqual(len((first + rest).splitlines()), 1 + 200 * 300)

    def test_they_are_those_of_the_store(self):
        missing = self.client("forecast", "cpu")
        self.assertEqual(missing.returncode, 66, missing.stderr)
        self.assertEqual(self.client("start", "cpu", "--wait", "-q").returncode, 0, self.daemon.said())
        store = self.dir / "cpu.db"
        for options in (("--horizon", 48), ("--horizon", 2, "--json"), ("--horizon", 2, "--level", "50", "--target", "host000.cpu")):
            through, direct = self.client("forecast", "cpu", *options), run("forecast", "--store", store, *options)
            self.assertEqual(through.returncode, 0, through.stderr)
            self.assertTrue(through.stdout == direct.stdout, options)
        listed = [json.loads(line) for line in self.daemon.ask("GET", "/v1/jobs/cpu/targets").text.splitlines()]
        self.assertEqual(len(listed), 200)
        since = self.daemon.ask("GET", "/v1/jobs/cpu/anomalies?since=foo").json["error"]
        self.assertEqual((since["exit"], since["message"].split(" is ")[0]), (64, "since: 'foo'"), "the parameter, and no option")
        self.assertEqual(set(listed[0]), {"target", "status", "n", "reason"})
        unknown = self.client("forecast", "cpu", "--target", "host000.cpi")
        self.assertEqual(unknown.returncode, 66)
        self.assertIn("did you mean host000.cpu?", unknown.stderr)
        self.assertNotIn("fitd: fitd:", unknown.stderr)
        self.assertEqual(self.export_to.read_text(), run("forecast", "--store", store, "--horizon", 3).stdout)
        self.assertEqual(self.export_to.stat().st_mode & 0o777, 0o640)
        # Of a first training that is not finished there is one refusal, and no advice against it.
        with contextlib.closing(sqlite3.connect(store)) as db, db:
            db.execute("update runs set state = 'cancelled'")
            db.execute("delete from globals where name = 'contents of run 1'")  # which only a complete one has
        unfinished = self.client("forecast", "cpu")
        self.assertEqual((unfinished.returncode, len(unfinished.stderr.splitlines())), (65, 1), unfinished.stderr)
        self.assertIn("run 1 is not finished, and there is none before it", unfinished.stderr)

    def test_what_users_code_does_not_forecast_is_said_wherever_it_is_missing(self):
        script = self.dir / "user.py"
        script.write_text(f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    a = {{"id": r["id"], "model": r.get("target")}}
    if r["op"] == "forecast":
        a = {{"id": r["id"], "error": "nothing of b"}} if r["model"] == "b" else {{"id": r["id"], "mean": [1] * r["horizon"]}}
    print(json.dumps(a), flush=True)
""")
        script.chmod(0o755)
        data = self.dir / "ab.csv"
        data.write_text("target,time,value\n" + "".join(f"{t},2024-01-{d:02},{d * 7 % 11}\n" for t in "ab" for d in range(1, 30)))
        out = self.dir / "user.csv"
        self.daemon.job("user", f'[data]\nfiles = ["{data}"]\n[models]\nlocal = ["exec:{script}"]\n[store]\npath = "{self.dir}/user.db"\n'
                        f'[export]\npath = "{out}"\nhorizon = 2\n')
        done = self.client("start", "user", "--wait")
        self.assertEqual(done.returncode, 3, done.stderr)
        ended = json.loads(self.client("status", "user", "--json").stdout)
        self.assertEqual(ended["state"], "complete")
        self.assertRegex(ended["message"], "no forecast for 1 of its targets, .*user.csv: forecast of target 'b': nothing of b")
        self.assertIn("forecast of target 'b': nothing of b", self.client("logs", "user").stdout)
        self.assertEqual(len(out.read_text().splitlines()), 5)
        for options in ((), ("--json",)):
            done = self.client("forecast", "user", "--horizon", 2, *options)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("2 rows have no forecast", done.stderr)
            self.assertEqual(self.client("forecast", "user", "--target", "a", *options).returncode, 0)
        answer = self.daemon.ask("GET", "/v1/jobs/user/targets/b/forecast")
        self.assertEqual((answer.status // 100, "nothing of b" in answer.text), (4, True), answer.text)
        self.assertEqual(self.daemon.ask("GET", "/v1/jobs/user/targets/b/plot").status, 200)
        self.assertNotIn("has changed since it was trained", self.daemon.said())
        script.write_text(script.read_text() + "# changed\n")
        for target in ("/v1/jobs/user/targets/a/forecast", "/v1/jobs/user/forecast?target=a"):
            before = self.daemon.said().count("has changed since it was trained; train again")
            self.assertEqual(self.daemon.ask("GET", target).status, 200)
            wait_until(lambda: self.daemon.said().count("has changed since it was trained; train again") == before + 1, 10, "the warning")
        store = self.dir / "user.db"
        for command in (("plot", "--target", "b"), ("report", "-o", self.dir / "r.html")):
            done = run(command[0], "--store", store, *command[1:])
            self.assertEqual((done.returncode, "nothing of b" in done.stderr), (3, True), done.stderr)

    def test_one_that_reads_slowly_costs_no_memory_and_holds_nobody_up(self):
        self.assertEqual(self.client("start", "cpu", "--wait", "-q").returncode, 0, self.daemon.said())

        def memory():
            status = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text()
            return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1])

        slow = socket.socket(socket.AF_UNIX)
        self.addCleanup(slow.close)
        slow.connect(str(self.daemon.socket))
        before = memory()
        slow.sendall(b"GET /v1/jobs/cpu/forecast?horizon=20000 HTTP/1.1\r\nHost: fitd\r\n\r\n")
        self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.daemon.ask("GET", "/v1/health").status, 200)
        self.assertEqual(self.client("forecast", "cpu", "--horizon", 2).returncode, 0)
        self.assertLess(memory() - before, 20_000)


class Descriptions(ServeCase):
    def test_every_answer_is_as_the_openapi_file_says(self):
        api = json.loads((SOURCE / "systemd" / "openapi.json").read_text())
        self.play_until_told("say " + FAILURE, "say " + END, "exit 0")
        self.daemon.job("bad", "[data]\nnonsense = 1\n")
        self.daemon.start()
        calls = [("POST", "/v1/jobs/{job}/start", {"job": "cpu"}), ("POST", "/v1/jobs/{job}/start", {"job": "cpu"}),
                 ("POST", "/v1/jobs/{job}/start", {"job": "disk"}), ("POST", "/v1/jobs/{job}/start", {"job": "none"}),
                 ("POST", "/v1/jobs/{job}/start", {"job": "bad"}), ("POST", "/v1/jobs/{job}/start", {"job": ".x"}),
                 ("GET", "/v1/runs/{run}", {"run": "1"}), ("GET", "/v1/runs/{run}/logs", {"run": "1"}),
                 ("POST", "/v1/runs/{run}/cancel", {"run": "2"}), ("POST", "/v1/runs/{run}/cancel", {"run": "2"}),
                 ("GO", None, None),
                 ("GET", "/v1/health", {}), ("GET", "/v1/metrics", {}), ("GET", "/metrics", {}), ("GET", "/v1/jobs", {}),
                 ("GET", "/v1/jobs/{job}", {"job": "cpu"}), ("GET", "/v1/jobs/{job}", {"job": "bad"}),
                 ("GET", "/v1/jobs/{job}", {"job": "none"}), ("GET", "/v1/runs", {}),
                 ("GET", "/v1/runs/{run}", {"run": "1"}), ("GET", "/v1/runs/{run}", {"run": "99"}),
                 ("GET", "/v1/runs/{run}", {"run": "x"}), ("GET", "/v1/runs/{run}/events", {"run": "1"}),
                 ("GET", "/v1/runs/{run}/events", {"run": "99"}), ("GET", "/v1/runs/{run}/logs", {"run": "99"}),
                 ("GET", "/v1/jobs/{job}/targets", {"job": "cpu"}), ("GET", "/v1/jobs/{job}/targets", {"job": "none"}),
                 ("GET", "/v1/jobs/{job}/anomalies", {"job": "cpu"}), ("GET", "/v1/jobs/{job}/anomalies", {"job": "none"}),
                 ("GET", "/v1/jobs/{job}/forecast", {"job": "cpu"}), ("GET", "/v1/jobs/{job}/forecast", {"job": "none"}),
                 ("GET", "/v1/jobs/{job}/targets/{target}/models", {"job": "cpu", "target": "a"}),
                 ("GET", "/v1/jobs/{job}/targets/{target}/models", {"job": "cpu", "target": "none"}),
                 ("GET", "/v1/jobs/{job}/targets/{target}/plot", {"job": "cpu", "target": "a"}),
                 ("GET", "/v1/jobs/{job}/targets/{target}/forecast", {"job": "cpu", "target": "a"})]
        used = set()
        for method, path, names in calls:
            if method == "GO":
                self.go.touch()
                self.daemon.wait_state(1, "complete")
                continue
            answer = self.daemon.ask(method, path.format(**names))
            used.add((method.lower(), path))
            self.check(api, method, path, answer)
        described = {(m, p) for p, item in api["paths"].items() for m in item if m in ("get", "post")}
        self.assertEqual(used, described, "every call is tried")

    def check(self, api, method, path, answer):
        responses = api["paths"][path][method.lower()]["responses"]
        self.assertIn(str(answer.status), responses, f"{method} {path}: {answer.text}")
        response = responses[str(answer.status)]
        if "$ref" in response:
            response = api["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        kind = answer.type.split(";")[0]
        self.assertIn(kind, response["content"], f"{method} {path}")
        schema = response["content"][kind]["schema"]
        values = [json.loads(line) for line in answer.text.splitlines()] if kind.endswith("ndjson") else \
            [answer.json] if kind.endswith("json") else [answer.text]
        for value in values:
            self.assertEqual(errors(value, schema, api), [], f"{method} {path} {answer.status}: {answer.text[:500]}")

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not installed")
    def test_the_metrics_please_promtool(self):
        self.daemon.play("say " + START, "say " + FAILURE, "say " + DEATH, "say " + FITS, "say " + END, "exit 0")
        self.daemon.start()
        self.daemon.wait_state(self.start(), "complete")
        text = self.daemon.ask("GET", "/metrics").text
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))
        names = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        for name in ("fitd_build_info", "fitd_fit_seconds", "fitd_worker_deaths_total", "fitd_queue_runs",
                     "fitd_job_last_success_timestamp_seconds", "fitd_job_peak_rss_bytes"):
            self.assertIn(name, names)

    def test_alerts_and_dashboard_ask_for_metrics_there_are(self):
        self.daemon.play("say " + START, "say " + FAILURE, "say " + DEATH, "say " + FITS, "say " + END, "exit 0")
        self.daemon.start()
        self.daemon.wait_state(self.start(), "complete")
        names = set(re.findall(r"^# TYPE (\S+)", self.daemon.ask("GET", "/metrics").text, re.M))
        for file in ("fitd.rules.yml", "fitd-dashboard.json"):
            text = (SOURCE / "systemd" / "prometheus" / file).read_text()
            asked = {re.sub("_bucket$", "", name) for expression in re.findall(r'"?expr"?:.*(?:\n {10}.*)*', text)
                     for name in re.findall(r"\bfitd_\w+", expression)}
            self.assertGreater(len(asked), 5)
            self.assertEqual(asked - names, set(), file)

    def test_the_textfile_is_there_as_a_whole(self):
        self.daemon.start()
        folder = self.dir / "collector"
        folder.mkdir()
        file = folder / "fitd.prom"
        for text in ("a job's data\n", "[data]\n"):
            file.write_text(text)
            done = self.client("metrics", "--textfile", file)
            self.assertEqual((done.returncode, file.read_text()), (64, text), done.stderr)
            self.assertIn("fitd.prom is there and no file of metrics", done.stderr)
        file.write_text("# HELP old")
        done = self.client("metrics", "--textfile", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("fitd_healthy 1\n", file.read_text())
        self.assertEqual((file.stat().st_mode & 0o777, [p.name for p in folder.iterdir()]), (0o644, ["fitd.prom"]))
        self.assertEqual(self.client("metrics", "--textfile", folder / "no" / "fitd.prom").returncode, 66)

    @unittest.skipUnless(shutil.which("promtool"), "promtool (package prometheus) is not installed")
    def test_alerts_fire_when_they_should_and_else_are_quiet(self):
        rules = SOURCE / "systemd" / "prometheus" / "fitd.rules.yml"
        checked = subprocess.run(["promtool", "check", "rules", rules], capture_output=True, text=True, timeout=30)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        cases = {  # alert: when, series that raise it, series that do not
            "FitdUnhealthy": ("20m", {"fitd_healthy": "0x30"}, {"fitd_healthy": "1x30"}),
            "FitdJobFailed": ("1m", {'fitd_job_last_exit_code{job="a"}': "74x10"}, {'fitd_job_last_exit_code{job="a"}': "3x10"}),
            "FitdJobStale": ("3d", {'fitd_job_last_success_timestamp_seconds{job="a"}': "60x5000"},
                             {'fitd_job_last_success_timestamp_seconds{job="a"}': "0x5000"}),
            "FitdTargetsFailing": ("1d", {'fitd_targets_total{job="a",status="failed"}': "0+1x1500",
                                          'fitd_targets_total{job="a",status="fitted"}': "0+9x1500"},
                                   {'fitd_targets_total{job="a",status="failed"}': "0+1x1500",
                                    'fitd_targets_total{job="a",status="fitted"}': "0+99x1500"}),
            "FitdWorkersDying": ("1h", {'fitd_worker_deaths_total{reason="oom"}': "0+1x100"},
                                 {'fitd_worker_deaths_total{reason="oom"}': "5x100"}),
            "FitdQueueFull": ("20m", {"fitd_queue_runs": "8x30", "fitd_queue_limit_runs": "8x30"},
                              {"fitd_queue_runs": "7x30", "fitd_queue_limit_runs": "8x30"}),
            "FitdRunStuck": ("2h", {"fitd_run_expected": "10x200", "fitd_run_done": "4x200"},
                             {"fitd_run_expected": "10x200", "fitd_run_done": "0+0.01x200"}),
            "FitdManyTargetsUnusual": ("1m", {'fitd_detect_anomalous_ratio{job="a"}': "0.1x10", 'fitd_detect_anomalous_targets{job="a"}': "9x10"},
                                       {'fitd_detect_anomalous_ratio{job="a"}': "0.5x10", 'fitd_detect_anomalous_targets{job="a"}': "2x10"}),
            "FitdDetectionFailed": ("1m", {'fitd_detect_last_exit_code{job="a"}': "74x10"},
                                    {'fitd_detect_last_exit_code{job="a"}': "3x10"}),
            "FitdDetectionStale": ("7h", {'fitd_detect_last_success_timestamp_seconds{job="a"}': "60x500"},
                                   {'fitd_detect_last_success_timestamp_seconds{job="a"}': "0x500"}),
            "FitdMetricsOld": ("30m", {'node_textfile_mtime_seconds{file="fitd.prom"}': "0x60"},
                               {'node_textfile_mtime_seconds{file="fitd.prom"}': "0+60x60"}),
        }
        self.assertEqual(set(cases), set(re.findall(r"- alert: (\w+)", rules.read_text())), "every alert is tried")
        tests = []
        for alert, (when, raised, quiet) in cases.items():
            for series, count in ((raised, 1), (quiet, 0)):
                tests.append({"interval": "1m", "input_series": [{"series": s, "values": v} for s, v in series.items()],
                              "promql_expr_test": [{"expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                                                    "eval_time": when, "exp_samples": [{"labels": "{}", "value": count}]}]})
        path = self.dir / "tests.json"  # which is YAML too
        path.write_text(json.dumps({"rule_files": [str(rules)], "evaluation_interval": "10m", "tests": tests}))
        tested = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)


class RealRuns(Scratch):
    """Runs by the real `fitd train` and `fitd detect`."""

    def test_a_detection_from_the_job_to_the_command_that_is_told(self):
        daemon = Daemon(self.dir / "daemon")
        self.addCleanup(daemon.stop)
        hours = [1_700_000_000 + 3600 * h for h in range(400)]
        noise = random.Random(3)
        values = [[50 + 10 * (h % 24) / 24 + noise.gauss(0, 1) for h in range(400)] for _ in range(20)]

        def write(name, first, last, spikes=()):
            with open(self.dir / name, "w") as out:
                out.write("target,time,value\n")
                for t in range(20):
                    for h in range(first, last):
                        out.write(f"t{t:02},{hours[h]},{values[t][h] + (200 if (t, h) in spikes else 0)}\n")

        write("train.csv", 0, 240)
        told = self.dir / "told"
        job = daemon.job("cpu", f'''[data]
files = ["{self.dir}/train.csv"]
[models]
local = ["seasonal-naive", "theta"]
season = 24
[store]
path = "{self.dir}/cpu.db"
[detect]
files = ["{self.dir}/new-*.csv"]
direction = "up"
mute = ["{time.strftime('%Y-%m-%d', time.gmtime(hours[260]))}/{time.strftime('%Y-%m-%d', time.gmtime(hours[260]))}"]
exec = "cat >> {told}"
''')
        daemon.start()
        client = lambda *args: run(*args, "--socket", daemon.socket)
        before = client("start", "cpu", "--detect", "--wait", "-q")
        self.assertEqual(before.returncode, 66, "there is no store yet")
        self.assertEqual(client("start", "cpu", "--wait", "-q").returncode, 0, daemon.said())
        write("new-1.csv", 240, 380, {(3, 300), (4, 260)} | {(t, 350) for t in range(20)})
        found = client("start", "cpu", "--detect", "--wait", "--progress", "plain")
        self.assertEqual(found.returncode, 0, found.stderr)
        run_id = client("runs", "cpu", "--json")
        run_id = json.loads(run_id.stdout)["runs"][0]
        self.assertEqual(run_id["kind"], "detect")
        state = daemon.run_state(run_id["id"])
        self.assertEqual(state["summary"]["observations"], 20 * 140)
        self.assertGreaterEqual(state["summary"]["anomalies"].get("fleet", 0), 1, state["summary"])
        told_events = [json.loads(line) for line in daemon.ask("GET", f"/v1/runs/{run_id['id']}/events").text.splitlines()]
        anomalies = {(e["target"], e["start"]) for e in told_events if e["event"] == "anomaly"}
        self.assertIn(("t03", hours[300]), anomalies)
        self.assertIn(("*", hours[350]), anomalies)
        self.assertNotIn(("t04", hours[260]), anomalies, "the calendar of the job is followed")
        listed = [json.loads(line) for line in daemon.ask("GET", "/v1/jobs/cpu/anomalies").text.splitlines()]
        self.assertEqual({(e["target"], e["start"]) for e in listed}, anomalies)
        total = sum(int(n) for n in re.findall(r'fitd_anomalies_total\{job="cpu",kind="\w+"\} (\d+)', daemon.ask("GET", "/metrics").text))
        self.assertEqual(total, len(anomalies))
        self.assertIn(f" of 't03' at {hours[300]}: ", client("logs", run_id["id"]).stdout)
        self.assertFalse(told.exists(), "the service leaves the telling to the unit")
        tell = run("anomalies", "--job", job, "--tell")
        self.assertEqual(tell.returncode, 0, tell.stderr)
        lines = [json.loads(line) for line in told.read_text().splitlines()]
        self.assertEqual({(e["target"], e["start"]) for e in lines}, anomalies)
        self.assertEqual([e["event"] for e in lines], [e["event"] for e in listed])
        self.assertEqual({e["job"] for e in lines}, {"cpu"})
        self.assertEqual(run("anomalies", "--job", job, "--tell").returncode, 0)
        self.assertEqual(len(told.read_text().splitlines()), len(lines), "told once")
        again = client("start", "cpu", "--detect", "--wait")
        self.assertIn("0 new observations: 0 new events", again.stderr)
        job.write_text(job.read_text().replace("cat >>", "exit 3; cat >>"))
        write("new-2.csv", 380, 400, {(5, 390)})
        self.assertEqual(client("start", "cpu", "--detect", "--wait", "-q").returncode, 0)
        failed = run("anomalies", "--job", job, "--tell")
        self.assertEqual(failed.returncode, 74, failed.stderr)
        self.assertIn("exit code 3", failed.stderr)
        self.assertIn("left for the next time", failed.stderr)

    def test_what_ended_a_run_stands_once_in_the_services_log_and_once_in_the_runs(self):
        daemon = Daemon(self.dir / "daemon")
        self.addCleanup(daemon.stop)
        daemon.job("cpu", f'[data]\nfiles = ["{self.dir}/absent.csv"]\n[store]\npath = "{self.dir}/cpu.db"\n')
        daemon.start()
        ended = run("start", "cpu", "--wait", "--quiet", "--socket", daemon.socket)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn("absent.csv", ended.stderr)
        wait_until(lambda: "absent.csv" in daemon.said(), 20, "the end of the run")
        told = [line for line in daemon.said().splitlines() if "absent.csv" in line]
        self.assertEqual(len(told), 1, told)
        own = [line for line in run("logs", "1", "--socket", daemon.socket).stdout.splitlines() if "absent.csv" in line]
        self.assertEqual(len(own), 1, own)


if __name__ == "__main__":
    unittest.main()
