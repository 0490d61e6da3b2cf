#!/usr/bin/env python3
"""The Debian package as a file: what is in it, lintian, the units as systemd-analyze sees them, the manual pages."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import packages
from fitd_support import SOURCE


def setUpModule():
    packages.skip_unless_possible()


def output(*command, **kwargs):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, **kwargs)
    return done.returncode, done.stdout + done.stderr


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = pathlib.Path(tempfile.mkdtemp(prefix="fitd-deb-"))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.package = packages.build(cls.dir)
        cls.tree = cls.dir / "tree"
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.tree], check=True)

    def test_everything_is_where_it_belongs(self):
        for path in ("usr/bin/fitd", "usr/libexec/fitd/fitd-worker", "usr/lib/systemd/system/fitd.socket",
                     "usr/lib/systemd/system/fitd.service", "usr/lib/systemd/system/fitd-start@.service",
                     "usr/lib/systemd/system/fitd-start@.timer", "usr/lib/systemd/system/fitd-detect@.service",
                     "usr/lib/systemd/system/fitd-detect@.timer", "usr/lib/sysusers.d/fitd.conf", "usr/lib/tmpfiles.d/fitd.conf",
                     "etc/fitd/fitd.toml", "etc/fitd/jobs.d", "etc/logrotate.d/fitd", "usr/share/man/man1/fitd.1.gz",
                     "usr/share/man/man5/fitd-data.5.gz", "usr/share/man/man5/fitd-job.5.gz",
                     "usr/share/man/man5/fitd-store.5.gz", "usr/share/man/man7/fitd-algorithm.7.gz",
                     "usr/share/man/man7/fitd-metrics.7.gz", "usr/share/man/man8/fitd.8.gz",
                     "usr/share/bash-completion/completions/fitd", "usr/share/zsh/vendor-completions/_fitd",
                     "usr/share/fish/vendor_completions.d/fitd.fish", "usr/share/doc/fitd/openapi.json",
                     "usr/lib/systemd/system/fitd-metrics.service", "usr/lib/systemd/system/fitd-metrics.timer",
                     "usr/share/doc/fitd/prometheus/fitd.rules.yml", "usr/share/doc/fitd/prometheus/fitd-dashboard.json",
                     "usr/share/doc/fitd/examples/onfailure.conf", "usr/share/doc/fitd/copyright"):
            self.assertTrue((self.tree / path).exists(), path)

    def test_units_start_the_program_they_were_installed_with(self):
        def starts(tree, prefix):
            folder = tree / prefix.strip("/") / "lib/systemd/system"
            return set(re.findall(r"(?m)^Exec\w+=(\S+/fitd) ", "".join(p.read_text() for p in folder.glob("fitd*.service"))))

        self.assertEqual(starts(self.tree, "/usr"), {"/usr/bin/fitd"})
        root = self.dir / "local"
        subprocess.run(["cmake", "--install", packages.BUILD / "systemd", "--prefix", "/usr/local"], check=True,
                       capture_output=True, env={**os.environ, "DESTDIR": str(root)}, timeout=120)
        self.assertEqual(starts(root, "/usr/local"), {"/usr/local/bin/fitd"})

    def test_it_says_what_it_needs(self):
        _, control = output("dpkg-deb", "-f", self.package)
        for library in ("libsystemd0", "libsqlite3-0", "libc6"):
            self.assertIn(library, control)
        self.assertRegex(control, r"(?m)^Depends: .*\bsystemd\b")

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_no_error(self):
        code, text = output("lintian", "--tag-display-limit", "0", "--allow-root", self.package)
        self.assertEqual([line for line in text.splitlines() if line.startswith("E:")], [], text)
        self.assertEqual(code, 0, text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_units_verify_without_a_word(self):
        units = self.dir / "units"
        shutil.rmtree(units, ignore_errors=True)
        units.mkdir()
        for unit in (self.tree / "usr/lib/systemd/system").iterdir():
            # The binary is not installed on this machine; the text is otherwise what ships.
            name = unit.name.replace("@.", "@cpu.")
            (units / name).write_text(unit.read_text().replace("/usr/bin/fitd", str(self.tree / "usr/bin/fitd")))
        code, text = output("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                            *sorted(units.iterdir()), cwd=units)
        about_us = [line for line in text.splitlines() if "fitd" in line]
        self.assertEqual((code, about_us), (0, []), text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_services_expose_little(self):
        for unit in ("fitd.service", "fitd-start@.service"):
            code, text = output("systemd-analyze", "security", "--offline=true", "--threshold=10", "--no-pager",
                                self.tree / "usr/lib/systemd/system" / unit)
            exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", text)
            self.assertTrue(exposure, text)
            self.assertLessEqual(float(exposure[1]), 1.0, text)
            self.assertEqual(code, 0, text)

    def test_users_and_folders_are_declared_well(self):
        for tool, file in (("systemd-sysusers", "usr/lib/sysusers.d/fitd.conf"),
                           ("systemd-tmpfiles", "usr/lib/tmpfiles.d/fitd.conf")):
            if not shutil.which(tool):
                continue
            root = self.dir / tool
            (root / "etc").mkdir(parents=True)
            for name in ("passwd", "group"):
                shutil.copy(f"/etc/{name}", root / "etc" / name)
            if tool == "systemd-tmpfiles":
                # Groups are looked up in the root's own files.
                with open(root / "etc" / "group", "a") as group:
                    group.write("fitd-operators:x:64999:\n")
            action = ["--create"] if tool == "systemd-tmpfiles" else []
            code, text = output(tool, *action, f"--root={root}", self.tree / file)
            self.assertEqual(code, 0, text)
        groups = (self.dir / "systemd-sysusers/etc/group").read_text()
        self.assertRegex(groups, r"(?m)^fitd:")
        self.assertRegex(groups, r"(?m)^fitd-operators:")

    def test_scripts_and_completions_parse(self):
        control = self.dir / "control"
        subprocess.run(["dpkg-deb", "-e", self.package, control], check=True)
        for script in ("postinst", "prerm", "postrm"):
            self.assertEqual(output("sh", "-n", control / script), (0, ""))
        self.assertEqual(output("bash", "-n", self.tree / "usr/share/bash-completion/completions/fitd"), (0, ""))
        for shell, file in (("zsh", "zsh/vendor-completions/_fitd"), ("fish", "fish/vendor_completions.d/fitd.fish")):
            if shutil.which(shell):
                self.assertEqual(output(shell, "-n", self.tree / "usr/share" / file), (0, ""))

    def test_completions_offer_the_commands_there_are(self):
        text = output(packages.BIN / "fitd", "--help")[1]
        commands = set(re.findall(r"(?m)^  ([a-z][a-z-]+) +[A-Z]", text))
        share = self.tree / "usr/share"
        bash = (share / "bash-completion/completions/fitd").read_text()
        self.assertEqual(set(re.search(r'local commands="(.*)"', bash)[1].split()), commands)
        fish = (share / "fish/vendor_completions.d/fitd.fish").read_text()
        self.assertEqual(set(re.search(r"set -l commands (.*)", fish)[1].split()), commands)
        self.assertEqual(set(re.findall(r"from \$commands\" -a ([a-z][a-z-]*)", fish)), commands)
        zsh = (share / "zsh/vendor-completions/_fitd").read_text()
        self.assertEqual(set(re.findall(r"(?m)^    '([a-z-]+):", zsh)), commands)

    @unittest.skipUnless(shutil.which("man"), "man-db is not installed")
    def test_the_manual_pages_format_without_warnings(self):
        for page in sorted((self.tree / "usr/share/man").rglob("*.gz")):
            done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], timeout=60,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "80"})
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)

    def test_the_default_configuration_is_what_it_says(self):
        # Uncommented, every line of it is a default.
        text = (SOURCE / "systemd" / "fitd.toml").read_text()
        folder = self.dir / "etc"
        (folder / "jobs.d").mkdir(parents=True)
        (folder / "fitd.toml").write_text(re.sub(r"(?m)^# (\w+ = )", r"\1", text))
        code, said = output(packages.BIN / "fitd", "serve", "--check", "--config", folder)
        self.assertEqual((code, said), (0, ""))

    def test_the_api_is_valid_json_with_every_reference_there(self):
        text = (self.tree / "usr/share/doc/fitd/openapi.json").read_text()
        api = json.loads(text)
        for reference in re.findall(r'"\$ref": "#/([^"]+)"', text):
            node = api
            for part in reference.split("/"):
                self.assertIn(part, node, reference)
                node = node[part]


if __name__ == "__main__":
    unittest.main()
