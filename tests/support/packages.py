"""Builds the Debian package from the build under test, and a later version of it."""
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from fitd_support import BIN

BUILD = BIN.parent


def skip_unless_possible():
    for tool in ("cpack", "dpkg-deb", "dpkg-shlibdeps"):
        if not shutil.which(tool):
            raise unittest.SkipTest(f"{tool} is not installed (packages cmake, dpkg-dev)")
    cache = (BUILD / "CMakeCache.txt").read_text() if (BUILD / "CMakeCache.txt").exists() else ""
    if re.search(r"^FITD_SANITIZE:\w+=.+$", cache, re.M):
        raise unittest.SkipTest("a sanitizer's build is not packaged")
    if not cache:
        raise unittest.SkipTest(f"{BUILD} is no build folder")


def build(folder):
    """The package of this build, in `folder`."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # cpack writes a manifest into the build folder: one at a time.
    with open(BUILD / "cpack.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["cpack", "-G", "DEB", "-B", str(folder)], cwd=BUILD, capture_output=True, text=True,
                              timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8"})
    packages = list(folder.glob("*.deb"))
    if done.returncode != 0 or len(packages) != 1:
        raise AssertionError(f"cpack: {done.stdout}{done.stderr}")
    return packages[0]


def later(package, folder, version):
    """The same package with a higher version."""
    tree = pathlib.Path(folder) / f"tree-{version}"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True, capture_output=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    target = pathlib.Path(folder) / f"fitd_{version}_all.deb"
    subprocess.run(["dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "-b", tree, target], check=True, capture_output=True)
    shutil.rmtree(tree)
    return target
