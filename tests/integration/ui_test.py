#!/usr/bin/env python3
"""The live page and the report in a real browser, and who the page's server lets do what."""
import http.client
import http.server
import json
import re
import subprocess
import threading
import unittest

from browser import WIDTHS, Browser, axe_source
from fitd_support import FITD, Scratch, run, start, wait_until
from service_support import Daemon


class Ui:
    """`fitd ui` on a free port."""

    def __init__(self, socket):
        self.process = subprocess.Popen([FITD, "ui", "--listen", "127.0.0.1:0", "--socket", str(socket)],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/#([0-9a-f]{32})", self.address)
        assert found, self.address
        self.port, self.token = int(found[1]), found[2]
        self.base = f"http://127.0.0.1:{self.port}/"

    def ask(self, method, target, host=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, target, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.putheader("Content-Length", "0")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()


class WithService(Scratch):
    def setUp(self):
        super().setUp()
        self.daemon = Daemon(self.dir / "service")
        self.addCleanup(self.daemon.stop)
        data = self.sample(targets=24, length=120, frequency="1h", seed=6)
        self.daemon.job("quick", self.job(data, "quick", "theta"))
        long = self.sample("long.csv", targets=6000, length=600, frequency="1h", seed=7)
        self.daemon.job("long", self.job(long, "long", "ets"))
        self.daemon.start()
        self.ui = Ui(self.daemon.socket)
        self.addCleanup(self.ui.stop)

    def job(self, data, name, model):
        return (f'[data]\nfiles = ["{data}"]\n[models]\nlocal = ["{model}", "seasonal-naive"]\n[workers]\ncount = 1\n'
                f'[store]\npath = "{self.daemon.dir}/{name}.db"\n')

    def runs(self):
        return self.daemon.ask("GET", "/v1/runs").json["runs"]


class Gate(WithService):
    """Who may ask the server what, without a browser."""

    def test_reading_is_passed_on_with_headers_that_keep_others_out(self):
        status, headers, body = self.ui.ask("GET", "/v1/health")
        self.assertEqual((status, json.loads(body)["status"]), (200, "ok"))
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        status, headers, body = self.ui.ask("GET", "/")
        self.assertEqual(status, 200)
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn(self.ui.token, body)
        self.assertEqual(self.ui.ask("GET", "/uPlot.LICENSE")[2].split("\n")[0], "The MIT License (MIT)")

    def test_head_answers_as_get_does_without_the_body(self):
        for target in ("/", "/uPlot.LICENSE", "/v1/jobs", "/v1/jobs/absent", "/absent"):
            with self.subTest(target):
                status, headers, body = self.ui.ask("GET", target)
                self.assertEqual(self.ui.ask("HEAD", target), (status, headers, ""))
                self.assertEqual(headers["Content-Length"], str(len(body.encode())))

    def test_wrong_hosts_origins_and_tokens_are_refused_and_nothing_happens(self):
        token = {"X_Fitd_Token": self.ui.token}
        own = {"Origin": self.ui.base[:-1]}
        start = "/v1/jobs/quick/start"
        for expected, method, target, more in (
                (421, "GET", "/v1/runs", {"host": f"evil.example:{self.ui.port}"}),
                (421, "POST", start, {"host": "evil.example", **token}),
                (403, "GET", "/v1/runs", {"Origin": "http://evil.example"}),
                (403, "POST", start, {"Origin": "http://evil.example", **token}),
                (403, "POST", start, {"Sec_Fetch_Site": "cross-site", **token}),
                (403, "POST", start, own),
                (403, "POST", start, {"X_Fitd_Token": "0" * 32, **own}),
                (404, "POST", "/v1/health", {**own, **token}),
                (405, "DELETE", start, {**own, **token})):
            with self.subTest((method, target, more)):
                status, headers, body = self.ui.ask(method, target, **more)
                self.assertEqual(status, expected)
                self.assertEqual(json.loads(body)["error"]["exit"], {403: 77, 404: 66}.get(expected, 64))
                self.assertEqual(headers.get("Allow"), "GET, HEAD, POST" if expected == 405 else None)
        self.assertEqual(self.runs(), [])
        status, _, body = self.ui.ask("POST", start, **own, **token)
        self.assertEqual(status, 202, body)
        self.daemon.wait_state(json.loads(body)["run"]["id"], "complete")

    def test_it_listens_on_loopback_alone(self):
        for address in ("0.0.0.0:0", "example.org:1", "127.0.0.1", "127.0.0.1:99999"):
            done = run("ui", "--listen", address)
            self.assertEqual(done.returncode, 64, address)
            self.assertIn("--listen", done.stderr)
        done = run("ui", "--listen", f"127.0.0.1:{self.ui.port}")
        self.assertEqual((done.returncode, "in use" in done.stderr), (75, True))

    def test_a_daemon_that_is_gone_is_said_to_be(self):
        self.daemon.terminate()
        status, _, body = self.ui.ask("GET", "/v1/health")
        self.assertEqual(status, 503)
        error = json.loads(body)["error"]
        self.assertIn(str(self.daemon.socket), error["message"])
        self.assertEqual(error["exit"], 69)

    def test_a_daemon_that_is_not_there_is_said_at_the_start(self):
        process = start("ui", "--listen", "127.0.0.1:0", "--socket", self.dir / "nobody.sock")
        self.assertIn("http://127.0.0.1:", process.stdout.readline())
        process.terminate()
        _, said = process.communicate(timeout=30)
        self.assertIn("the daemon is not there: nobody listens on", said)


class InBrowser(WithService):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        cls.axe = axe_source()

    def setUp(self):
        super().setUp()
        # What the page of an earlier test, whose server has ended, still asked for and complained of is not this one's.
        self.browser.driver.get("about:blank")
        self.browser.complaints()
        self.browser.requests()
        self.browser.requested.clear()

    def expect_clean(self, base):
        self.assertEqual(self.browser.complaints(), [])
        others = {url for url in self.browser.requests() if not url.startswith((base, "data:", "about:", "file:", "chrome"))}
        self.assertEqual(others, set(), "asks nobody else")

    def look_everywhere(self, name, axe=True):
        for width in WIDTHS:
            for dark in (False, True):
                self.browser.look(width, dark)
                self.browser.wait(lambda: self.browser.run("return document.readyState") == "complete")
                self.assertEqual(self.browser.too_wide(), [], f"{name} at {width}")
                self.browser.picture(f"{name}-{width}-{'dark' if dark else 'light'}")
                if axe and self.axe and width != 768:
                    self.assertEqual(self.browser.axe(self.axe), [], f"{name} at {width}, dark {dark}")
        self.browser.look(1440, False)

    def press(self, label):
        self.browser.wait(lambda: self.browser.run(
            "const b = document.querySelector(`button[aria-label=\"${arguments[0]}\"]:not(:disabled)`); b?.click(); return !!b", label),
            what=f"a button {label}")

    def test_a_run_is_started_followed_and_cancelled(self):
        browser = self.browser
        browser.look(1440, False)
        browser.driver.get(self.ui.address)
        browser.wait(lambda: "idle" in browser.text("#health"))
        self.assertEqual(browser.run("return location.hash"), "", "the token leaves the address")
        self.press("Start long")
        share = "return Number(document.querySelector('.meter')?.getAttribute('aria-valuenow') ?? -1)"
        stage = "return document.querySelector('.stages .now')?.innerText ?? ''"
        browser.wait(lambda: browser.run(stage) == "fit" and browser.run(share) > 0, 120, "the fit to begin")
        seen = browser.run(share)
        browser.wait(lambda: browser.run(share) > seen, 120, "progress to move")
        self.look_everywhere("live-running")
        run_id = self.runs()[0]["id"]
        self.assertEqual(self.daemon.run_state(run_id)["state"], "running")
        browser.run("document.querySelector('#active .run-head button').click()")
        browser.wait(lambda: browser.run("return document.getElementById('ask').open"))
        browser.picture("live-ask", whole=False)
        browser.run("document.querySelector('#ask button[value=yes]').click()")
        self.daemon.wait_state(run_id, "cancelled")
        browser.wait(lambda: "cancelled" in browser.text("#run-rows"), what="the run in the history")
        browser.wait(lambda: browser.run("return document.querySelectorAll('#active > *').length") == 0)
        self.expect_clean(self.ui.base)

    def test_history_details_and_a_targets_forecast(self):
        browser = self.browser
        for _ in range(2):
            started = self.daemon.ask("POST", "/v1/jobs/quick/start", {"fresh": True})
            self.daemon.wait_state(started.json["run"]["id"], "complete")
        browser.look(1440, False)
        browser.driver.get(self.ui.address)
        browser.wait(lambda: browser.run("return document.querySelectorAll('#run-rows tr').length") == 2)
        self.press("Details of run 2")
        browser.wait(lambda: "Time and memory by stage" in browser.text("#run-detail"))
        browser.run("""
          document.getElementById('target-job').value = 'quick';
          document.getElementById('target-id').value = 'host00.latency_ms';
          document.getElementById('target-form').requestSubmit();""")
        browser.wait(lambda: browser.run("return document.querySelectorAll('#target-view canvas').length") == 1,
                     what=f"the chart: {browser.text('#target-view')}")
        self.assertIn("theta", browser.text("#target-view"))
        browser.point("#target-view .u-over", 0.2)
        browser.wait(lambda: "value" in browser.text("#target-view .tip"), what="what the pointer is over")
        browser.point("#target-view .u-over", 0.95)
        browser.wait(lambda: "80 %" in browser.text("#target-view .tip") and "forecast" in browser.text("#target-view .tip"))
        browser.picture("live-tip")
        self.look_everywhere("live-history")
        self.expect_clean(self.ui.base)

    def test_a_detection_is_started_and_what_it_finds_leads_to_a_plot(self):
        browser = self.browser
        with open(self.dir / "new.csv", "w") as out:
            out.write("target,time,value\n")
            for target in ("host00.cpu", "host00.latency_ms"):
                for hour in range(12):
                    spike = 900 if (target, hour) == ("host00.cpu", 7) else 0
                    out.write(f"{target},2024-01-06T{hour:02}:00:00,{30 + hour % 5 + spike}\n")
        path = self.daemon.etc / "jobs.d" / "quick.toml"
        path.write_text(path.read_text() + f'[detect]\nfiles = ["{self.dir}/new.csv"]\n')
        browser.look(1440, False)
        browser.driver.get(self.ui.address)
        browser.wait(lambda: browser.run("return !!document.querySelector('button[aria-label=\"Detect anomalies of quick\"]')"))
        self.assertTrue(browser.run("return document.querySelector('button[aria-label=\"Detect anomalies of quick\"]').disabled"),
                        "there is nothing to detect with")
        self.assertTrue(browser.run("return document.getElementById('anomalies').hidden"))
        trained = self.daemon.ask("POST", "/v1/jobs/quick/start").json["run"]["id"]
        self.daemon.wait_state(trained, "complete")
        self.press("Detect anomalies of quick")
        browser.wait(lambda: "host00.cpu" in browser.text("#anomaly-rows"), what="the event in the list")
        listed = [json.loads(line) for line in self.daemon.ask("GET", "/v1/jobs/quick/anomalies?order=newest").text.splitlines()]
        shown = browser.run("return document.querySelectorAll('#anomaly-rows tr').length")
        self.assertEqual(shown, len(listed))
        self.assertIn("2024-01-06 07:00:00", browser.text("#anomaly-rows"))
        browser.wait(lambda: "detect" in browser.text("#run-rows"))
        detection = self.runs()[0]["id"]
        self.press(f"Details of run {detection}")
        browser.wait(lambda: "New observations" in browser.text("#run-detail"))
        event = next(e["event"] for e in listed if e["target"] == "host00.cpu")
        self.press(f"Plot of host00.cpu, event {event}")
        browser.wait(lambda: browser.run("return document.querySelectorAll('#target-view canvas').length") == 1,
                     what=f"the chart: {browser.text('#target-view')}")
        self.look_everywhere("live-anomalies")
        self.expect_clean(self.ui.base)

    def test_the_keyboard_does_everything(self):
        browser = self.browser
        browser.look(1440, False)
        browser.driver.get(self.ui.address)
        browser.wait(lambda: browser.run("return !!document.querySelector('button[aria-label=\"Start quick\"]')"))
        name = "const e = document.activeElement; return e.getAttribute('aria-label') || e.textContent.trim() || e.id"

        def tab_to(label):
            for _ in range(60):
                browser.key("Tab")
                if browser.run(name) == label:
                    return
            self.fail(f"Tab does not lead to {label}")

        tab_to("To the content")
        tab_to("Start quick")
        self.assertNotEqual(browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "none", "focus is seen")
        browser.key("Enter")
        browser.wait(lambda: self.runs() and self.runs()[0]["state"] == "complete", what="the run")
        browser.wait(lambda: browser.run("return !!document.querySelector('button[aria-label=\"Details of run 1\"]')"))
        tab_to("Details of run 1")
        browser.key("Enter")
        browser.wait(lambda: "Time and memory by stage" in browser.text("#run-detail"))
        browser.wait(lambda: browser.run("return document.getElementById('target-job').value") == "quick",
                     what="the job that has something to show")
        tab_to("target-id")
        browser.type("host00.cpu")
        tab_to("Show")
        browser.key("Enter")
        browser.wait(lambda: "host00.cpu" in browser.text("#target-view"), what="the chart")
        self.press("Start long")
        browser.wait(lambda: browser.run("return !!document.querySelector('#active .run-head button')"))
        browser.run("document.querySelector('#active .run-head button').focus()")
        browser.key("Enter")
        browser.wait(lambda: browser.run("return document.getElementById('ask').open"))
        browser.key("Escape")
        browser.wait(lambda: not browser.run("return document.getElementById('ask').open"), what="Escape to close the question")
        self.assertIn(self.runs()[0]["state"], ("queued", "running"))
        self.expect_clean(self.ui.base)

    def test_without_the_token_the_page_only_shows(self):
        browser = self.browser
        browser.driver.execute_script("sessionStorage.clear()") if browser.driver.current_url.startswith("http") else None
        browser.driver.get(self.ui.base)
        browser.run("sessionStorage.clear()")
        browser.driver.get(self.ui.base)
        browser.wait(lambda: "read only" in browser.text("#rights") and browser.run("return !!document.querySelector('#job-rows button')"))
        self.assertTrue(browser.run("return [...document.querySelectorAll('#job-rows button')].every((b) => b.disabled)"))
        self.expect_clean(self.ui.base)

    def test_another_site_can_do_nothing(self):
        """A page of another origin sends what a page can: a form, a fetch without and with the token's header."""
        target = f"{self.ui.base}v1/jobs/quick/start"
        page = (f"<!DOCTYPE html><title>other</title><form method=post action={target} target=frame enctype=text/plain>"
                "<input name=a></form><iframe name=frame></iframe>").encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        self.browser.driver.get(f"http://127.0.0.1:{server.server_port}/")
        outcome = self.browser.driver.execute_async_script("""
          const [target, token, done] = arguments;
          const tries = [
            fetch(target, {method: 'POST', mode: 'no-cors', body: '{}'}).then((r) => r.type, () => 'failed'),
            fetch(target, {method: 'POST', body: '{}'}).then(() => 'read', () => 'failed'),
            fetch(target, {method: 'POST', headers: {'X-Fitd-Token': token}, body: '{}'}).then(() => 'read', () => 'failed'),
            fetch(target.replace('jobs/quick/start', 'runs')).then(() => 'read', () => 'failed'),
          ];
          document.forms[0].submit();
          Promise.all(tries).then((all) => document.querySelector('iframe').addEventListener('load', () => done(all)) ||
            setTimeout(() => done(all), 2000));""", target, self.ui.token)
        self.assertEqual(outcome[1:], ["failed"] * 3)
        self.assertEqual(self.runs(), [], "no run was started")
        self.browser.complaints()  # of the other page: not ours
        self.browser.requested.clear()
        self.browser.requests()
        self.browser.requested.clear()

    def test_the_report(self):
        data = self.sample("fleet.csv", targets=60, length=300, frequency="1h", seed=11)
        store, out = self.dir / "fleet.db", self.dir / "report.html"
        self.train(data, "--store", store)
        self.assertEqual(run("report", "--store", store, "-o", out).returncode, 0)
        browser = self.browser
        browser.driver.get(out.as_uri())
        self.look_everywhere("report")
        browser.run("const s = document.getElementById('search'); s.value = 'host05'; s.dispatchEvent(new Event('input'))")
        self.assertEqual(browser.text("#count"), "3 of 60 targets")
        browser.run("document.querySelector('.targets li:not([hidden]) details').open = true")
        browser.picture("report-search")
        browser.cdp("Emulation.setEmulatedMedia", media="print")
        browser.picture("report-print")
        browser.cdp("Emulation.setEmulatedMedia", media="")
        self.expect_clean(out.as_uri())


if __name__ == "__main__":
    unittest.main()
