#!/usr/bin/env python3
"""The Makefile on a machine where packages are missing: with root, with sudo, with neither."""
import os
import shutil
import subprocess
import unittest

from fitd_support import SOURCE, Scratch

MAKE = shutil.which("make")


@unittest.skipUnless(MAKE, "make is not installed")
class MissingPackages(Scratch):
    def setUp(self):
        super().setUp()
        self.bin = self.dir / "bin"
        self.bin.mkdir()
        for tool in ("grep", "env"):
            os.symlink(shutil.which(tool), self.bin / tool)
        self.command("dpkg-query", '[ "$3" = cmake ] || echo installed')
        self.command("apt-get", f'echo "$USER_NOW apt-get $*" >> {self.dir}/said; exit ${{APT_FAILS:-0}}')

    def command(self, name, script):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def make(self, **environment):
        return subprocess.run([MAKE, "-C", SOURCE, "build-packages"], capture_output=True, text=True, timeout=60,
                              env={"PATH": str(self.bin), **environment})

    def said(self):
        path = self.dir / "said"
        return path.read_text() if path.exists() else ""

    def test_root_installs_what_is_missing_and_nothing_else(self):
        self.command("id", "echo 0")
        done = self.make(USER_NOW="root")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.said(), "root apt-get update -qq\n"
                                      "root apt-get install -y -qq --no-install-recommends cmake\n")

    def test_another_user_goes_through_sudo(self):
        self.command("id", "echo 1000")
        self.command("sudo", 'USER_NOW=sudo exec "$@"')
        done = self.make()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("sudo apt-get install -y -qq --no-install-recommends cmake\n", self.said())

    def test_without_root_and_sudo_it_says_what_to_do(self):
        self.command("id", "echo 1000")
        done = self.make()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("takes root or sudo", done.stderr)
        self.assertIn("apt-get install -y --no-install-recommends cmake\n", done.stderr)
        self.assertEqual(self.said(), "")

    def test_an_installation_that_fails_is_an_error_that_names_the_packages(self):
        self.command("id", "echo 0")
        done = self.make(APT_FAILS="100")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("could not install them; as root: apt-get install -y --no-install-recommends cmake\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
