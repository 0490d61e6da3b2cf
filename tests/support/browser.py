"""A headless Chromium for tests of pages: sizes, light and dark, what it asked for and complained of, axe when it is there."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian puts selenium, whichever python3 is first
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    webdriver = None

WIDTHS = (360, 768, 1440)
SHOTS = os.environ.get("FITD_SCREENSHOTS")  # a folder to keep pictures in, to be looked at


def axe_source():
    """axe-core, from a file that FITD_AXE names or from npm; None when it cannot be had."""
    named = os.environ.get("FITD_AXE")
    if named:
        return pathlib.Path(named).read_text()
    if not shutil.which("npm"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(["npm", "pack", "--silent", "axe-core@4.10.3"], cwd=folder, check=True, timeout=60,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            subprocess.run(["tar", "xzf", "axe-core-4.10.3.tgz", "package/axe.min.js"], cwd=folder, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
        return (pathlib.Path(folder) / "package" / "axe.min.js").read_text()


class Browser:
    def __init__(self):
        if webdriver is None or not shutil.which("chromedriver"):
            raise unittest.SkipTest("chromium-driver and python3-selenium are not installed")
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--disable-background-networking", "--disable-component-update", "--no-first-run",
                         "--force-device-scale-factor=1", "--allow-file-access-from-files",
                         # A text that is half faded has half its contrast: a slow machine saw that and called it a fault.
                         "--force-prefers-reduced-motion"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_script_timeout(60)
        self.requested = []

    def close(self):
        self.driver.quit()

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def look(self, width, dark, height=900):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.cdp("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def wait(self, condition, seconds=60, what="the page to change"):
        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition(), what)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def point(self, selector, share):
        """Moves the pointer over an element, so far from its left side."""
        x, y = self.run("""
          const e = document.querySelector(arguments[0]);
          e.scrollIntoView({block: 'center', behavior: 'instant'});
          const r = e.getBoundingClientRect();
          return [r.left + arguments[1] * r.width, r.top + r.height / 2];""", selector, share)
        self.cdp("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def key(self, key):
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        more = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.cdp("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **(more if kind == "keyDown" else {}))

    def type(self, text):
        self.cdp("Input.insertText", text=text)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def too_wide(self):
        """Elements that make the page scroll sideways."""
        return self.run("""
          const width = document.documentElement.clientWidth, found = [];
          if (document.documentElement.scrollWidth <= width) return found;
          for (const e of document.querySelectorAll('body *')) {
            if (e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll')) found.push(e.outerHTML.slice(0, 120));
          }
          return found.slice(0, 5);""")

    def requests(self):
        """Addresses asked for since the start."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
        return self.requested

    def complaints(self):
        return [e["message"] for e in self.driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]

    def picture(self, name, whole=True):
        if not SHOTS:
            return
        self.run("window.scrollTo({top: 0, behavior: 'instant'})")
        folder = pathlib.Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        shot = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def axe(self, source):
        """What axe finds serious or critical."""
        self.run(source + ";")
        found = self.driver.execute_async_script("""
          const done = arguments[0];
          axe.run(document, {resultTypes: ['violations']}).then((r) => done(r.violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`)),
            (e) => done([String(e)]));""")
        return found
