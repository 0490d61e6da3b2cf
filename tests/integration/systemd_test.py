#!/usr/bin/env python3
"""The service under the real systemd, installed from its package, in a container made of this machine's own root: who may
do what, starting on demand, progress, idle exit, stops, kills, hangs, memory, reloads, upgrades, removal."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import nspawn
import packages
from fitd_support import wait_until

JOB = """[data]
files = ["/srv/share/{data}.csv"]
[models]
local = {models}
horizon = 6
season = "12"
[store]
path = "/var/lib/fitd/{name}.db"
"""


# Holds what it has until the kernel had to kill somebody: hogs that left when they were full might never be full at once.
HOG = """import os, re, sys, time
def killed():
    return int(re.search(r"(?m)^oom_kill (\\d+)", open(sys.argv[2]).read())[1]) > 0
open(sys.argv[1] + "/cgroup.procs", "w").write(str(os.getpid()))
hoard = []
deadline = time.monotonic() + 60
while not killed() and time.monotonic() < deadline:
    if len(hoard) < 100:
        hoard.append(b"x" * (2 << 20))
    else:
        time.sleep(0.01)
"""

# Keeps what is posted to it, one body a line.
RECEIVER = """import http.server
class Keep(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        open("/run/receiver/got", "ab").write(body)
        self.send_response(204)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 8099), Keep).serve_forever()
"""

# Seconds within which something comes about in the container, on a machine whose disk and cores others keep busy.
SOON = 180


def setUpModule():
    nspawn.skip_unless_possible()
    packages.skip_unless_possible()


def make_data(path, targets, length):
    """A seasonal random walk per target, the same at every call."""
    state = 12345
    with open(path, "w") as out:
        out.write("unique_id,ds,y\n")
        for t in range(targets):
            level = 100.0
            for i in range(length):
                state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                level += (state >> 33) / 2**31 * 4 - 2
                season = 10 * ((i % 12) - 5.5) / 5.5
                out.write(f"t{t:05d},{2000 + i // 12}-{i % 12 + 1:02d}-01,{level + season + 200:.3f}\n")


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="fitd-systemd-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        package = packages.build(cls.dir)
        cls.container = nspawn.Container()
        cls.addClassCleanup(cls.container.stop)
        cls.container.boot()
        shutil.copy(package, cls.container.share / "fitd.deb")
        shutil.copy(packages.later(package, cls.dir, "1.0.1"), cls.container.share / "later.deb")
        make_data(cls.container.share / "short.csv", 20, 48)
        make_data(cls.container.share / "long.csv", 5000, 120)
        cls.container.share.chmod(0o755)
        # There is no network: what it depends on is on this machine, or the installation fails.
        cls.container.run("apt-get", "install", "-y", "--no-install-recommends", "/srv/share/fitd.deb",
                          timeout=300)
        for user, group in (("rita", "fitd"), ("oscar", "fitd-operators"), ("sven", None)):
            cls.container.run("useradd", "-M", "-U", *(["-G", group] if group else []), user)
        cls.job("short", "short", '["ets"]')
        cls.job("long", "long", '["ets"]')
        cls.job("slow", "long", '["ets", "arima"]')
        cls.job("broken", "nowhere", '["ets"]')

    @classmethod
    def job(cls, name, data, models):
        path = cls.container.path(f"/etc/fitd/jobs.d/{name}.toml")
        path.write_text(JOB.format(name=name, data=data, models=models))
        path.chmod(0o644)

    def tearDown(self):
        # Whatever a test left going on ends here; the next one begins with a fresh daemon.
        for job in ("long", "slow"):
            self.fitd("cancel", job, "-q", check=False)
        wait_until(lambda: self.runs() == [], SOON, "the queue to be empty")

    def fitd(self, *args, user=None, check=True, timeout=300):
        return self.container.run("fitd", *args, user=user, check=check, timeout=timeout)

    def runs(self):
        runs = json.loads(self.fitd("runs", "--json").stdout)["runs"]
        return [r for r in runs if r["state"] in ("queued", "running", "cancelling", "interrupted")]

    def run_of(self, job):
        return json.loads(self.fitd("status", job, "--json").stdout)

    def main_pid(self):
        return int(self.container.show("fitd.service", "MainPID"))

    def drop_in(self, name, text):
        """Settings of this test only."""
        folder = "/run/systemd/system/fitd.service.d"
        self.container.path(folder).mkdir(parents=True, exist_ok=True)
        self.container.path(f"{folder}/{name}.conf").write_text("[Service]\n" + text)
        self.container.run("systemctl", "daemon-reload")

        def undo():
            self.container.path(f"{folder}/{name}.conf").unlink()
            self.container.run("systemctl", "daemon-reload")
            self.container.run("systemctl", "stop", "fitd.service")

        self.addCleanup(undo)

    def begin_long(self):
        """A run of the long job that has finished some targets and has most before it; a store of its own."""
        for suffix in ("", "-wal", "-shm"):
            self.container.path(f"/var/lib/fitd/long.db{suffix}").unlink(missing_ok=True)
        self.fitd("start", "long", "--fresh")
        return wait_until(self.is_under_way, SOON, "the run to be under way", self.progress_of_long)

    def progress_of_long(self):
        run = self.run_of("long")
        return run["state"], run["attempts"], run["progress"]

    def is_under_way(self):
        run = self.run_of("long")
        self.assertIn(run["state"], ("queued", "running", "interrupted"), run)
        progress = run["progress"]
        return run if progress and progress["stage"] == "fit" and progress["done"] > 20 else None

    def finish_long(self, at_least_attempts=2):
        """Waits for the end of the run and compares its models with those of an undisturbed one."""
        run_id = self.run_of("long")["id"]
        wait_until(lambda: self.run_of("long")["state"] not in ("queued", "running", "interrupted"), SOON, "the run's end",
                   self.progress_of_long)
        self.fitd("watch", run_id, "-q")
        run = json.loads(self.fitd("status", run_id, "--json").stdout)
        self.assertEqual((run["state"], run["exit"]), ("complete", 0), run)
        self.assertGreaterEqual(run["attempts"], at_least_attempts)
        self.assertEqual(self.export("long"), self.reference(), "the same bits as without the interruption")
        return run

    def export(self, job):
        return self.container.run("sh", "-c", f"fitd export --store /var/lib/fitd/{job}.db | sha256sum").stdout

    @classmethod
    def reference(cls):
        if not hasattr(cls, "undisturbed"):
            cls.container.run("fitd", "train", "--job", "/etc/fitd/jobs.d/long.toml", "--store", "/var/tmp/reference.db",
                              "--quiet", timeout=300)
            cls.undisturbed = cls.container.run("sh", "-c", "fitd export --store /var/tmp/reference.db | sha256sum").stdout
        return cls.undisturbed

    def test_01_the_package_enables_the_socket_and_starts_nothing(self):
        show = self.container.show
        self.assertEqual(show("fitd.socket", "ActiveState"), "active")
        self.assertEqual(show("fitd.socket", "UnitFileState"), "enabled")
        self.assertEqual(show("fitd.service", "NRestarts"), "0")
        self.assertEqual(self.container.run("systemctl", "--failed", "--no-legend").stdout, "")
        self.assertEqual(self.container.run("stat", "-c", "%U:%G %a", "/run/fitd/fitd.sock").stdout, "root:fitd 660\n")

    def test_02_each_group_may_what_it_may(self):
        refused = self.fitd("runs", user="sven", check=False)
        self.assertEqual(refused.returncode, 77, refused.stderr)
        self.assertEqual(self.fitd("start", "short", user="sven", check=False).returncode, 77)
        self.assertEqual(self.fitd("runs", user="rita").returncode, 0)
        refused = self.fitd("start", "short", user="rita", check=False)
        self.assertEqual(refused.returncode, 77, refused.stderr)
        self.assertIn("operators", refused.stderr)
        self.assertEqual(self.fitd("start", "/etc/passwd", user="oscar", check=False).returncode, 64)

    def test_03_an_operator_trains_and_the_journal_tells_the_story(self):
        self.fitd("start", "short", "--wait", user="oscar", timeout=60)
        run = self.run_of("short")
        self.assertEqual((run["state"], run["summary"]["targets"]), ("complete", 20))
        models = self.container.run("sqlite3", "/var/lib/fitd/short.db", "select count(distinct target) from models", check=False)
        if models.returncode == 0:
            self.assertEqual(models.stdout, "20\n")
        told = [json.loads(line) for line in self.container.journal("-o", "json", f"FITD_RUN={run['id']}").splitlines()]
        uid = self.container.run("id", "-u", "oscar").stdout.strip()
        self.assertTrue(any(f"queued by uid {uid} pid" in line["MESSAGE"] for line in told), told)
        self.assertEqual({line["SYSLOG_IDENTIFIER"] for line in told} & {"fitd", "fitd-worker-0"}, {"fitd", "fitd-worker-0"})
        worker = [line for line in told if line["SYSLOG_IDENTIFIER"] == "fitd-worker-0"]
        self.assertEqual(worker[0]["FITD_WORKER"], "0")
        self.assertEqual({line["PRIORITY"] for line in told} - {"6", "4"}, set(), "levels are right")
        self.assertIn("pid=", self.fitd("logs", "short", user="rita").stdout)

    def test_04_status_shows_progress_and_a_cancel_keeps_what_is_done(self):
        self.begin_long()
        wait_until(lambda: re.search(r"long: fit \d+/5000 \d+%", self.container.show("fitd.service", "StatusText")), SOON,
                   "progress in the status")
        self.fitd("cancel", "long", user="oscar")
        run = wait_until(lambda: (lambda r: r if r["state"] == "cancelled" else None)(self.run_of("long")), SOON, "the end")
        self.assertEqual(run["exit"], 143)
        self.fitd("start", "long")
        self.finish_long(at_least_attempts=1)

    def test_05_it_leaves_when_idle_and_comes_back_for_a_client(self):
        self.fitd("status")
        config = self.container.path("/etc/fitd/fitd.toml")
        original = config.read_text()
        self.addCleanup(lambda: (config.write_text(original), self.container.run("systemctl", "stop", "fitd.service")))
        config.write_text('[service]\nidle_exit = "1s"\n')
        self.container.run("systemctl", "reload", "fitd.service")
        wait_until(lambda: self.container.show("fitd.service", "ActiveState") == "inactive", SOON, "the idle exit")
        self.assertEqual(self.container.show("fitd.service", "Result"), "success")
        self.assertEqual(self.container.show("fitd.socket", "ActiveState"), "active")
        self.assertIn("short", self.fitd("runs", user="rita").stdout, "its memory outlives it")

    def test_06_a_reload_with_a_mistake_fails_and_changes_nothing(self):
        self.fitd("status")
        before = self.main_pid()
        config = self.container.path("/etc/fitd/fitd.toml")
        original = config.read_text()
        self.addCleanup(lambda: config.write_text(original))
        config.write_text("[queue]\nlimti = 3\n")
        self.assertNotEqual(self.container.run("systemctl", "reload", "fitd.service", check=False).returncode, 0)
        self.assertIn("limti", self.container.journal("-u", "fitd.service", "-n", "20"))
        self.assertEqual(self.main_pid(), before)
        self.assertEqual(self.fitd("status").returncode, 0)

    def test_07_a_stopped_service_resumes_its_run(self):
        self.begin_long()
        self.container.run("systemctl", "stop", "fitd.service")
        self.assertEqual(self.container.show("fitd.service", "Result"), "success")
        self.assertEqual(self.container.run("pgrep", "-x", "fitd-worker", check=False).stdout, "", "no process is left")
        self.finish_long()

    def test_08_a_killed_service_is_started_again_and_resumes(self):
        self.begin_long()
        restarts = int(self.container.show("fitd.service", "NRestarts"))
        self.container.run("kill", "-KILL", self.main_pid())
        wait_until(lambda: int(self.container.show("fitd.service", "NRestarts")) == restarts + 1, SOON, "the restart")
        self.finish_long()

    def test_09_a_hang_is_ended_by_the_watchdog(self):
        self.drop_in("watchdog", "WatchdogSec=2s\n")
        self.container.run("systemctl", "stop", "fitd.service")
        self.begin_long()
        self.container.run("kill", "-STOP", self.main_pid())
        wait_until(lambda: "watchdog" in self.container.journal("-u", "fitd.service", "-n", "50", "--grep", "watchdog"), SOON,
                   "the watchdog")
        wait_until(lambda: self.container.show("fitd.service", "ActiveState") == "active", SOON, "the restart")
        self.finish_long()

    def test_10_running_out_of_memory_costs_workers_not_the_service(self):
        if not self.container.memory_enforced:
            self.skipTest("no memory controller in this container")
        self.drop_in("memory", "MemoryMax=600M\nMemorySwapMax=0\n")
        self.container.run("systemctl", "stop", "fitd.service")
        self.fitd("start", "slow")
        wait_until(lambda: (self.run_of("slow")["progress"] or {}).get("stage") == "fit", SOON, "the run to be under way")
        before = self.main_pid()
        # Three processes take a third each of what the service may have. The kernel picks by size plus what a process has
        # offered itself with, which for a worker counts as half of the limit: more than any of the three.
        group = self.container.cgroup("fitd.service")
        if self.container.legacy:
            own, kills = group, group / "memory.oom_control"
        else:
            own, kills = group / "hog", group / "memory.events"
            own.mkdir()
        hogs = [subprocess.Popen([sys.executable, "-c", HOG, str(own), str(kills)]) for _ in range(3)]
        wait_until(lambda: 'fitd_worker_deaths_total{reason="oom"}' in self.metrics(), SOON, "a worker to die of it")
        for hog in hogs:
            hog.wait(60)
        self.assertEqual(self.main_pid(), before, "the service went on")
        done = self.run_of("slow")["progress"]["done"]
        wait_until(lambda: self.run_of("slow")["progress"]["done"] > done, SOON, "the run to go on")
        self.fitd("cancel", "slow", "-q")

    def metrics(self):
        return self.container.run("curl", "-sS", "--unix-socket", "/run/fitd/fitd.sock", "http://fitd/metrics").stdout

    def test_11_the_units_for_single_jobs_and_nights(self):
        self.container.run("systemctl", "start", "fitd-start@short.service")
        self.assertEqual(self.container.show("fitd-start@short.service", "Result"), "success")
        self.assertNotEqual(self.container.run("systemctl", "start", "fitd-start@broken.service", check=False).returncode, 0)
        self.assertEqual(self.container.show("fitd-start@broken.service", "ExecMainStatus"), "66")
        self.container.run("systemctl", "reset-failed")
        self.container.run("systemctl", "enable", "--now", "fitd-start@short.timer")
        self.assertIn("fitd-start@short.timer", self.container.run("systemctl", "list-timers", "--no-legend").stdout)

    def test_11g_a_timer_detects_and_a_command_reaches_the_network(self):
        run = self.container.run
        run("systemctl", "stop", "fitd-start@short.timer", check=False)
        self.fitd("start", "short", "--wait", "-q")
        lines = self.container.path("/srv/share/short.csv").read_text().splitlines()
        last = [line.split(",") for line in lines if line.startswith("t00003,")][-12:]
        with open(self.container.share / "short-new.csv", "w") as out:
            out.write("unique_id,ds,y\n")
            for month, (name, _, value) in enumerate(last, 1):
                out.write(f"{name},2004-{month:02d}-01,{float(value) + (9000 if month == 9 else 0)}\n")
        # What the daemon's sandbox forbids: a connection, to a server in the container.
        run("systemd-run", "--unit", "receiver", "--property", "DynamicUser=yes", "--property", "RuntimeDirectory=receiver",
            "/usr/bin/python3", "-c", RECEIVER)  # not one below /root, which a dynamic user cannot see
        self.addCleanup(lambda: run("systemctl", "stop", "receiver", check=False))
        job = self.container.path("/etc/fitd/jobs.d/short.toml")
        original = job.read_text()
        self.addCleanup(lambda: job.write_text(original))
        job.write_text(original + "[detect]\nfiles = [\"/srv/share/short-new.csv\"]\n"
                       "exec = \"curl -fsS --retry 20 --retry-connrefused --data-binary @- http://127.0.0.1:8099/fitd\"\n")
        run("systemctl", "start", "fitd-detect@short.service", timeout=300)
        self.assertEqual(self.container.show("fitd-detect@short.service", "Result"), "success")
        events = [json.loads(line) for line in self.container.path("/run/receiver/got").read_text().splitlines()]
        spike = next(e for e in events if e["start"] == "2004-09-01")
        self.assertEqual((spike["job"], spike["target"], spike["direction"]), ("short", "t00003", "up"))
        told = [json.loads(line) for line in self.container.journal("-o", "json", "-u", "fitd.service", "FITD_JOB=short").splitlines()]
        entry = next(line for line in told if line.get("FITD_EVENT") == str(spike["event"]))
        self.assertEqual((entry["FITD_TARGET"], entry["FITD_KIND"], entry["FITD_START"], entry["PRIORITY"]),
                         ("t00003", spike["kind"], "2004-09-01", "4"))
        self.assertGreater(float(entry["FITD_SCORE"]), 29)
        detections = json.loads(self.fitd("runs", "short", "--json").stdout)["runs"]
        self.assertEqual((detections[0]["kind"], detections[0]["state"]), ("detect", "complete"))
        self.assertIn('fitd_anomalies_total{job="short"', self.metrics())
        # A second look within the hour does nothing, and what was told stays told.
        run("systemctl", "start", "fitd-detect@short.service", timeout=300)
        self.assertEqual(json.loads(self.fitd("runs", "short", "--json").stdout)["runs"][0]["id"], detections[0]["id"])
        self.assertEqual(len(self.container.path("/run/receiver/got").read_text().splitlines()), len(events))
        run("systemctl", "enable", "--now", "fitd-detect@short.timer")
        self.assertIn("fitd-detect@short.timer", run("systemctl", "list-timers", "--no-legend").stdout)
        run("systemctl", "disable", "--now", "fitd-detect@short.timer")

    def health(self):
        answer = self.container.run("curl", "-sS", "--unix-socket", "/run/fitd/fitd.sock", "http://fitd/v1/health", check=False)
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def test_11a_a_typo_is_told_to_clients_and_mended_without_a_reset(self):
        config = self.container.path("/etc/fitd/fitd.toml")
        original = config.read_text()
        self.addCleanup(lambda: config.write_text(original))
        self.container.run("systemctl", "stop", "fitd.service")
        config.write_text("[queue]\nlimti = 3\n")
        for _ in range(7):  # more than systemd would start it again
            refused = self.fitd("runs", user="rita", check=False)
            self.assertEqual(refused.returncode, 78, refused.stderr)
            self.assertIn("limti", refused.stderr)
        self.assertEqual(self.health()["status"], "degraded")
        self.assertIn("limti", self.container.show("fitd.service", "StatusText"))
        config.write_text(original)
        wait_until(lambda: self.fitd("runs", check=False).returncode == 0, SOON, "the mended configuration to be taken up")
        self.assertEqual(self.health()["status"], "ok")
        self.assertEqual(self.container.run("systemctl", "--failed", "--no-legend").stdout, "")

    def test_11b_six_kills_in_a_row_are_survived(self):
        self.begin_long()
        for _ in range(6):
            wait_until(lambda: self.container.show("fitd.service", "ActiveState") == "active", SOON, "the start")
            self.container.run("kill", "-KILL", self.main_pid(), check=False)
            wait_until(lambda: self.container.show("fitd.service", "ActiveState") != "active", SOON, "the end")
        self.assertEqual(self.container.show("fitd.socket", "ActiveState"), "active")
        wait_until(lambda: self.fitd("runs", check=False).returncode == 0, SOON, "an answer")
        self.assertIn("in a row after bad ends", self.container.journal("-u", "fitd.service", "-n", "200"))
        self.finish_long()

    def test_11c_nothing_is_acknowledged_that_is_not_on_disk(self):
        self.container.run("systemctl", "stop", "fitd.service")
        self.container.run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0750,uid=fitd,gid=fitd", "tmpfs", "/var/lib/fitd")

        def undo():
            self.container.run("systemctl", "stop", "fitd.service")
            self.container.run("umount", "-l", "/var/lib/fitd")

        self.addCleanup(undo)
        self.fitd("runs")
        self.container.run("sh", "-c", "cat /dev/zero > /var/lib/fitd/filler", check=False)
        refused = self.fitd("start", "short", check=False)
        self.assertEqual(refused.returncode, 74, refused.stderr)
        self.assertIn("the queue cannot be saved", refused.stderr)
        self.assertEqual(self.health()["status"], "degraded")
        self.assertIn("fitd_state_saved 0", self.metrics())
        self.assertEqual(self.runs(), [])
        self.container.run("rm", "/var/lib/fitd/filler")
        wait_until(lambda: self.health()["status"] == "ok", SOON, "good health again")
        self.assertEqual(self.fitd("start", "short").returncode, 0)
        self.fitd("watch", "short", "-q", check=False)

    def test_11d_what_the_sandbox_hides_is_named(self):
        def job(name, data, store):
            path = self.container.path(f"/etc/fitd/jobs.d/{name}.toml")
            self.addCleanup(lambda: path.unlink(missing_ok=True))
            path.write_text(JOB.format(name=name, data="short", models='["naive"]').replace(
                "/srv/share/short.csv", data).replace(f"/var/lib/fitd/{name}.db", store))
            path.chmod(0o644)

        self.container.run("sh", "-c", "mkdir -p /home/rita /srv/stores && cp /srv/share/short.csv /home/rita/ && "
                           "cp /srv/share/short.csv /tmp/ && chmod -R a+rX /home/rita && chown fitd /srv/stores")
        cases = [("hidden", "/home/rita/short.csv", "/var/lib/fitd/hidden.db", "ProtectHome="),
                 ("globbed", "/home/rita/*.csv", "/var/lib/fitd/globbed.db", "ProtectHome="),
                 ("private", "/tmp/short.csv", "/var/lib/fitd/private.db", "PrivateTmp="),
                 ("readonly", "/srv/share/short.csv", "/srv/stores/readonly.db", "ReadWritePaths=/srv/stores")]
        # A folder with files of the names of a command and of a value: the words stay what they are.
        self.container.run("sh", "-c", "cd /srv/stores && touch check naive")
        for name, data, store, setting in cases:
            with self.subTest(name):
                job(name, data, store)
                failed = self.fitd("start", name, "--wait", "-q", check=False)
                self.assertNotIn(failed.returncode, (0, 70), failed.stderr)
                self.assertIn(setting, failed.stderr)
                self.assertIn("systemctl edit fitd.service", failed.stderr)
                checked = self.container.run(
                    "sh", "-c", f"cd /srv/stores && exec fitd check /etc/fitd/jobs.d/{name}.toml --as-service --models naive",
                    check=False)
                self.assertNotEqual(checked.returncode, 0)
                self.assertIn(setting, checked.stdout + checked.stderr)
        for store in ("/tmp/x.db", "/var/tmp/x.db"):
            job("temporary", "/srv/share/short.csv", store)
            refused = self.fitd("start", "temporary", check=False)
            self.assertEqual(refused.returncode, 78, refused.stderr)
            self.assertIn("PrivateTmp=", refused.stderr)
            checked = self.fitd("serve", "--check", check=False)
            self.assertEqual(checked.returncode, 78)
            self.assertIn("PrivateTmp=", checked.stderr)

    def test_11e_a_timer_that_meets_a_run_waits_for_it(self):
        self.begin_long()
        self.container.run("systemctl", "start", "fitd-start@long.service", timeout=300)
        self.assertEqual(self.container.show("fitd-start@long.service", "Result"), "success")
        self.assertEqual(self.run_of("long")["state"], "complete")

    def test_11f_group_members_get_forecasts_and_a_boot_resumes(self):
        self.fitd("start", "short", "--wait", "-q")
        lines = self.fitd("forecast", "short", "--horizon", "2", user="rita").stdout.splitlines()
        self.assertEqual(len(lines), 41)
        self.assertEqual(self.container.show("fitd.service", "UnitFileState"), "enabled")

    def test_12_the_exposure_is_what_it_is_offline(self):
        text = self.container.run("systemd-analyze", "security", "--no-pager", "fitd.service", check=False).stdout
        exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", text)
        self.assertLessEqual(float(exposure[1]), 1.0, text)

    def test_13_a_run_survives_an_upgrade(self):
        self.begin_long()
        # Stopped until the daemon is, so that the run is there then, however long a busy machine takes to unpack.
        process = ("-f", "progress-fd")
        self.container.run("pkill", "-STOP", *process)
        daemon = self.container.show("fitd.service", "MainPID")
        upgrade = threading.Thread(target=self.container.run, args=("dpkg", "-i", "/srv/share/later.deb"),
                                   kwargs={"timeout": 300})
        upgrade.start()
        try:
            wait_until(lambda: self.container.show("fitd.service", "ActiveState") != "active"
                       or self.container.show("fitd.service", "MainPID") != daemon, SOON, "the daemon's stop")
        finally:
            self.container.run("pkill", "-CONT", *process, check=False)
            upgrade.join()
        self.assertIn("1.0.1", self.container.run("dpkg-query", "-W", "fitd").stdout)
        self.assertEqual(self.container.show("fitd.socket", "ActiveState"), "active")
        self.finish_long()

    def test_14_removed_and_purged_it_leaves_nothing_wrong(self):
        self.container.run("dpkg", "-r", "fitd", timeout=300)
        self.assertEqual(self.container.run("systemctl", "--failed", "--no-legend").stdout, "")
        self.assertFalse(self.container.path("/run/fitd").exists())
        self.assertEqual(self.container.run("pgrep", "-x", "fitd", check=False).stdout, "")
        self.assertTrue(self.container.path("/var/lib/fitd/short.db").exists(), "removing keeps data")
        self.container.run("dpkg", "-i", "/srv/share/fitd.deb", timeout=300)
        self.assertEqual(self.fitd("start", "short", "--wait").returncode, 0, "installed again it works again")
        self.container.run("dpkg", "-P", "fitd", timeout=300)
        for path in ("/etc/fitd", "/var/lib/fitd", "/var/log/fitd", "/run/fitd", "/usr/lib/systemd/system/fitd.service",
                     "/etc/systemd/system/sockets.target.wants/fitd.socket",
                     "/etc/systemd/system/multi-user.target.wants/fitd.service", "/etc/systemd/system/fitd.socket",
                     "/var/lib/systemd/deb-systemd-helper-enabled/fitd.socket.dsh-also",
                     "/etc/systemd/system/timers.target.wants/fitd-start@short.timer"):
            self.assertFalse(self.container.path(path).is_symlink() or self.container.path(path).exists(), path)
        self.assertEqual(self.container.run("systemctl", "--failed", "--no-legend").stdout, "")
        self.container.run("dpkg", "-i", "/srv/share/fitd.deb", timeout=300)  # for tearDown, and because it must work


class Delegation(unittest.TestCase):
    """A cgroup per run below the service's own, in a container with the unified hierarchy."""

    def test_each_run_has_a_cgroup_that_goes_with_it(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="fitd-systemd-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        container = nspawn.Container(legacy=False)
        self.addCleanup(container.stop)
        container.boot()
        shutil.copy(packages.build(folder), container.share / "fitd.deb")
        make_data(container.share / "long.csv", 5000, 120)
        container.share.chmod(0o755)
        container.run("dpkg", "-i", "/srv/share/fitd.deb", timeout=300)
        job = container.path("/etc/fitd/jobs.d/long.toml")
        job.write_text(JOB.format(name="long", data="long", models='["ets"]'))
        job.chmod(0o644)
        container.run("fitd", "start", "long")
        group = container.show("fitd.service", "ControlGroup")
        root = "/sys/fs/cgroup" + group
        wait_until(lambda: container.run("cat", f"{root}/run-1/cgroup.procs", check=False).stdout.split(), SOON,
                   "processes in the run's cgroup")
        daemon = container.run("cat", f"{root}/daemon/cgroup.procs").stdout.split()
        self.assertEqual(daemon, [container.show("fitd.service", "MainPID")])
        container.run("fitd", "cancel", "1")
        wait_until(lambda: container.run("ls", f"{root}/run-1", check=False).returncode != 0, SOON, "its cgroup to go")


if __name__ == "__main__":
    unittest.main()
