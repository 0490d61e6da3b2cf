"""Boots the real systemd in a container whose root is an overlay of this machine's own: what is installed here is there,
what happens there stays in memory. Everything lives in namespaces of one wrapper process (unshare --kill-child), so
killing that ends and unmounts it all, whatever state it is in; only its cgroups are left to remove."""
import os
import pathlib
import platform
import shutil
import subprocess
import tempfile
import time
import unittest

from fitd_support import wait_until

PREFIX = "fitd-nspawn-"

SCRIPT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs "$DIR"
mkdir "$DIR/up" "$DIR/work" "$DIR/tree"
mount -t overlay overlay -o "lowerdir=/,upperdir=$DIR/up,workdir=$DIR/work" "$DIR/tree"
# Nothing of this machine that would keep services from starting.
rm -f "$DIR/tree/usr/sbin/policy-rc.d"
: > "$DIR/tree/etc/fstab"
rm -f "$DIR/tree/etc/machine-id"; : > "$DIR/tree/etc/machine-id"
rm -rf "$DIR/tree/var/log/journal" "$DIR/tree/run"; mkdir -p "$DIR/tree/run"
# An index of every manual page of this machine takes longer than installing fitd, and each installation makes it.
rm -f "$DIR/tree/var/lib/man-db/auto-update"
# Nor what a fitd of this machine has left: the container's is the first.
rm -rf "$DIR/tree/etc/fitd" "$DIR/tree/var/lib/fitd" "$DIR/tree/var/log/fitd"
rm -rf "$DIR"/tree/etc/systemd/system/fitd* "$DIR"/tree/etc/systemd/system/*.wants/fitd*
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n' > "$DIR/tree/etc/systemd/system/fitd-test.target"
for group in $GROUPS_DIRS; do echo $$ > "$group/cgroup.procs"; done
exec systemd-nspawn -D "$DIR/tree" -M "$NAME" --boot --register=no --keep-unit --private-network $PRIVATE_USERS \
  --console=read-only --link-journal=no --bind="$SHARE:/srv/share" systemd.unit=fitd-test.target
"""


def skip_reason():
    """Why there can be no container here; None when there can."""
    if platform.system() != "Linux" or os.geteuid() != 0:
        return "needs root on Linux"
    for tool in ("systemd-nspawn", "unshare", "nsenter", "setpriv"):
        if not shutil.which(tool):
            return f"{tool} is not installed (packages systemd-container, util-linux)"
    if not os.path.exists("/lib/systemd/systemd"):
        return "systemd is not installed"
    if "overlay" not in pathlib.Path("/proc/filesystems").read_text() and subprocess.run(
            ["modprobe", "overlay"], capture_output=True).returncode != 0:
        return "no overlayfs"
    if not hierarchies():
        return "no cgroup hierarchy is mounted"
    namespaces = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"], capture_output=True, text=True)
    if namespaces.returncode != 0:
        return f"no namespaces of its own here (a chroot?): {namespaces.stderr.strip()}"
    return None


def hierarchies():
    """(controllers, mount point, own path) of each cgroup hierarchy this process is in."""
    found = []
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            mount = "/sys/fs/cgroup" if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else "/sys/fs/cgroup/unified"
        elif controllers == "name=systemd":
            mount = "/sys/fs/cgroup/systemd"
        else:
            mount = f"/sys/fs/cgroup/{controllers}"
        if os.path.exists(f"{mount}/cgroup.procs"):
            found.append((controllers, mount, path.rstrip("/")))
    return found


def remove_group(folder):
    for path, _, _ in os.walk(folder, topdown=False):
        try:
            os.rmdir(path)
        except OSError:
            pass
    return not os.path.exists(folder)


def sweep():
    """Removes cgroups of test runs whose process has gone (killed before they could)."""
    for _, mount, path in hierarchies():
        for folder in pathlib.Path(mount + path).glob(PREFIX + "*"):
            pid = folder.name[len(PREFIX):].split("-")[0]
            if not pathlib.Path(f"/proc/{pid}").exists():
                remove_group(folder)


class Container:
    """`memory_enforced` tells whether MemoryMax= means anything in it."""

    count = 0

    def __init__(self, legacy=True):
        Container.count += 1
        self.name = f"{PREFIX}{os.getpid()}-{Container.count}"
        pure_v2 = os.path.exists("/sys/fs/cgroup/cgroup.controllers")
        self.legacy = legacy and not pure_v2
        self.memory_enforced = self.legacy or pure_v2
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix=self.name + "-"))
        self.share = self.dir / "share"
        self.overlay = self.dir / "overlay"
        self.share.mkdir()
        self.overlay.mkdir()
        self.groups = []
        self.wrapper = None
        self.leader = None

    def make_groups(self):
        for controllers, mount, path in hierarchies():
            if not self.legacy and controllers not in ("", "name=systemd"):
                continue
            folder = pathlib.Path(f"{mount}{path}/{self.name}")
            folder.mkdir()
            self.groups.append(folder)
            if controllers == "cpuset":
                for file in ("cpuset.cpus", "cpuset.mems"):
                    (folder / file).write_text((folder.parent / file).read_text())

    def boot(self):
        sweep()
        self.make_groups()
        environment = {**os.environ, "DIR": str(self.overlay), "NAME": self.name, "SHARE": str(self.share),
                       "GROUPS_DIRS": " ".join(map(str, self.groups)),
                       "PRIVATE_USERS": "--private-users=identity" if self.legacy else "",
                       "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "0" if self.legacy else "1"}
        self.log = open(self.dir / "boot.log", "wb")
        self.wrapper = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", SCRIPT],
            env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        # A boot reads much from the disk, which others may keep busy: it may take as long as it gets on.
        self.leader = wait_until(self.find_leader, 60, f"the container's systemd: {self.said()}", self.written)
        wait_until(self.is_up, 90, f"the container to be up: {self.said()}",
                   lambda: (self.written(), self.run("systemctl", "list-jobs", "--no-legend", check=False).stdout))
        return self

    def written(self):
        """How much the container has said."""
        return sum(path.stat().st_size for path in [self.dir / "boot.log"] if path.exists())

    def said(self):
        path = self.dir / "boot.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def find_leader(self):
        if self.wrapper.poll() is not None:
            raise AssertionError(f"the container ended with {self.wrapper.returncode}: {self.said()}")
        waiting = [self.wrapper.pid]
        while waiting:
            pid = waiting.pop()
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                    return pid
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
            except OSError:
                pass
        return None

    def is_up(self):
        state = self.run("systemctl", "is-active", "fitd-test.target", check=False)
        return state.stdout.strip() == "active"

    def command(self, *args, user=None):
        command = ["nsenter", "-t", str(self.leader), "-a", "--wdns=/", "--"]
        if user:
            command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        return command + list(map(str, args))

    def run(self, *args, user=None, check=True, timeout=300, **kwargs):  # a disk that others keep busy
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        done = subprocess.run(self.command(*args, user=user), capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=timeout, env=environment, **kwargs)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, args))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def start(self, *args, user=None):
        return subprocess.Popen(self.command(*args, user=user), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def path(self, path):
        """A file in the container, seen from here."""
        return pathlib.Path(f"/proc/{self.leader}/root{path}")

    def show(self, unit, what):
        return self.run("systemctl", "show", "--value", "-p", what, unit).stdout.strip()

    def cgroup(self, unit):
        """The folder of a unit's cgroup, seen from here, where memory is accounted."""
        wanted = ("memory",) if self.legacy else ("",)
        for line in pathlib.Path(f"/proc/{self.leader}/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in wanted:
                mount = "/sys/fs/cgroup/memory" if self.legacy else "/sys/fs/cgroup"
                return pathlib.Path(mount + path.removesuffix("/init.scope") + self.show(unit, "ControlGroup"))
        raise AssertionError("no memory accounting")

    def journal(self, *args):
        return self.run("journalctl", "--no-pager", "-q", *args, check=False).stdout

    def stop(self):
        if self.wrapper:
            self.wrapper.kill()
            self.wrapper.wait(30)
            self.log.close()
        deadline = time.monotonic() + 20
        while self.groups and time.monotonic() < deadline:
            self.groups = [g for g in self.groups if not remove_group(g)]
            time.sleep(0.02)
        shutil.rmtree(self.dir, ignore_errors=True)
        left = pathlib.Path("/run/systemd/nspawn/propagate") / self.name
        if left.exists():
            left.rmdir()
        if self.groups:
            raise AssertionError(f"cgroups are left: {self.groups}")


def skip_unless_possible():
    reason = skip_reason()
    if reason:
        raise unittest.SkipTest(reason)
