"""Starts `fitd serve` on a socket of its own, talks HTTP to it, and stands for systemd's notification socket."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from fitd_support import FITD, SOURCE, wait_until

FAKE_RUN = str(SOURCE / "tests" / "support" / "fake_run.py")


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("fitd", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def listens(path):
    """Whether a process listens at the path, asked without a connection, which would start what is to be started by one.

    The file is there from bind(2) on; whoever connects before listen(2) is refused. SO_ACCEPTCON of /proc/net/unix tells the two apart.
    """
    for line in pathlib.Path("/proc/net/unix").read_text().splitlines()[1:]:
        fields = line.split(maxsplit=7)
        if len(fields) == 8 and fields[7] == str(path) and int(fields[3], 16) & 0x10000:
            return True
    return False


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.type = response.headers.get("Content-Type", "")
        self.text = response.read().decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text)


def ask(path, method, target, body=None, timeout=30):
    connection = UnixConnection(path, timeout)
    try:
        connection.request(method, target, body=None if body is None else json.dumps(body))
        return Answer(connection.getresponse())
    finally:
        connection.close()


class NotifySocket:
    """What systemd would hear: the latest value of each variable, and how often it was said."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.seen = []

    def poll(self):
        self.socket.setblocking(False)
        try:
            while True:
                self.seen += self.socket.recv(65536).decode().splitlines()
        except BlockingIOError:
            return self.seen

    def wait(self, line, seconds=20):
        wait_until(lambda: any(s.startswith(line) for s in self.poll()), seconds, f"{line} to be notified")

    def count(self, line):
        return sum(1 for s in self.poll() if s.startswith(line))


class Daemon:
    """`fitd serve` in a folder: etc/fitd.toml, etc/jobs.d, state, log, fitd.sock. Stopped by stop() at the latest."""

    def __init__(self, folder, executable=None):
        self.dir = pathlib.Path(folder)
        self.socket = self.dir / "fitd.sock"
        self.etc = self.dir / "etc"
        self.script = self.dir / "script"
        self.executable = executable
        (self.etc / "jobs.d").mkdir(parents=True, exist_ok=True)
        self.process = None
        self.log = None
        self.environment = dict(os.environ)
        for name in ("NOTIFY_SOCKET", "JOURNAL_STREAM", "STATE_DIRECTORY", "LOGS_DIRECTORY"):
            self.environment.pop(name, None)

    def config(self, text):
        (self.etc / "fitd.toml").write_text(text)

    def job(self, name, text=None):
        path = self.etc / "jobs.d" / f"{name}.toml"
        path.write_text(text or f'[data]\nfiles = ["x.csv"]\n[store]\npath = "{self.dir}/{name}.db"\n')
        path.chmod(0o644)
        return path

    def play(self, *lines):
        """What the fake run process does."""
        self.script.write_text("\n".join(lines) + "\n")

    def command(self, *extra, state="state"):
        command = [FITD, "serve", "--config", str(self.etc), "--state-dir", str(self.dir / state), "--log-dir",
                   str(self.dir / "log"), "--log-target", "stderr"]
        if self.executable:
            command += ["--executable", self.executable]
        return command + list(extra)

    def start(self, *extra, **environment):
        self.environment["FAKE_RUN_SCRIPT"] = str(self.script)
        if self.log:
            self.log.close()
        self.log = open(self.dir / "daemon.log", "ab")
        self.process = subprocess.Popen(self.command("--socket", str(self.socket), *extra), stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, env={**self.environment, **environment})
        wait_until(self.answers, 20, f"the daemon to serve: {self.said()}")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon exited with {self.process.returncode}: {self.said()}")
        try:
            return self.ask("GET", "/v1/health").status == 200
        except OSError:
            return False

    def said(self):
        path = self.dir / "daemon.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ask(self, method, target, body=None, timeout=30):
        return ask(self.socket, method, target, body, timeout)

    def run_state(self, run):
        return self.ask("GET", f"/v1/runs/{run}").json["run"]

    def wait_state(self, run, *states, seconds=30):
        return wait_until(lambda: (lambda r: r if r["state"] in states else None)(self.run_state(run)), seconds,
                          f"run {run} to be {states}: {self.said()}")

    def wait_exit(self, seconds=30):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the daemon did not exit: {self.said()}") from None

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait_exit()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.log:
            self.log.close()
