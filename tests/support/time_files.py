"""Files of times for the real binary: written, checked, and the times that are forecast behind them."""
import csv
import io
import json

from fitd_support import Scratch, run

NAIVE = ("--models", "naive", "--combine", "none", "--season", "1", "--workers", "0", "--progress", "none", "--quiet")


def lines(header, rows):
    return header + "\n" + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)


class TimeFiles(Scratch):
    def write(self, text, name="data.csv"):
        path = self.dir / name
        path.write_text(text)
        return path

    def check(self, text, *flags):
        done = run("check", self.write(text), "--json", *flags)
        return done, json.loads(done.stdout) if done.stdout else None

    def next_times(self, text, *flags, horizon=2):
        """The times that are forecast, as they are printed."""
        store = self.dir / "s.db"
        done = run("train", self.write(text), "--store", store, "--fresh", *flags, *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", store, "--horizon", horizon)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row[1] for row in csv.reader(io.StringIO(done.stdout))][1:]
