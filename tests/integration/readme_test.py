#!/usr/bin/env python3
"""The README, held against the programs: its tour is typed as it stands, and every line that it shows is printed, numbers
aside. Its length and links are manual_test.py's."""
import os
import pathlib
import re
import subprocess
import unittest

from fitd_support import BIN, Scratch

SOURCE = pathlib.Path(os.environ.get("FITD_SOURCE_DIR", "."))
README = (SOURCE / "README.md").read_text()


def tour():
    """(command, the lines below it) of each console block."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = step.splitlines()
            yield command, [line for line in shown if line.strip()]


def shape(line):
    """What is left when numbers, bars of a sparkline and the widths of columns are taken away."""
    line = re.sub(r"[▁▂▃▄▅▆▇█]+", "~", line)
    line = re.sub(r"-?\d+(\.\d+)?(e[-+]?\d+)?", "#", line)
    return re.sub(r"\s+", " ", line).strip()


class Readme(Scratch):
    def test_the_tour_prints_what_it_shows(self):
        environment = {**os.environ, "PATH": f"{BIN.resolve()}:{os.environ['PATH']}"}
        steps = list(tour())
        self.assertGreater(len(steps), 7)
        for command, shown in steps:
            with self.subTest(command=command):
                done = subprocess.run(["bash", "-c", command], cwd=self.dir, env=environment, capture_output=True, text=True,
                                      timeout=300)
                self.assertEqual(done.returncode, 0, done.stderr)
                printed = {shape(line) for line in (done.stdout + done.stderr).splitlines()}
                for line in shown:
                    self.assertIn(shape(line), printed)

    def test_every_command_it_names_is_there(self):
        commands = set(re.findall(r"`fitd ([a-z][a-z-]+)", README))
        self.assertGreater(len(commands), 12)
        for command in sorted(commands):
            done = subprocess.run([BIN / "fitd", command, "--help"], capture_output=True)
            self.assertEqual(done.returncode, 0, command)


if __name__ == "__main__":
    unittest.main()
