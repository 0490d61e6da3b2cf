#!/usr/bin/env python3
"""What fitd prints reads back in one line of pandas and of R, with the right types: the examples of fitd(1)."""
import re
import shutil
import subprocess
import sys
import unittest

from fitd_support import SOURCE, Scratch, run

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian puts pandas, whichever python3 is first
try:
    import pandas
except ImportError:
    pandas = None


def example(start):
    """A line of fitd(1)'s example."""
    text = (SOURCE / "systemd" / "man" / "fitd.1").read_text()
    line = re.search(rf"(?m)^{re.escape(start)}.*$", text)[0]
    return line.replace("\\-", "-")


class ReadBack(Scratch):
    def setUp(self):
        super().setUp()
        data = self.sample(targets=3, length=100, frequency="1h", seed=1)
        self.store = self.dir / "s.db"
        self.train(data, "--store", self.store, "--models", "theta,naive")
        done = run("forecast", "--store", self.store, "--horizon", "5")
        (self.dir / "forecast.csv").write_text(done.stdout)
        self.first = done.stdout.splitlines()[1].split(",")

    @unittest.skipIf(pandas is None, "pandas is not installed")
    def test_pandas(self):
        line = example("f = pandas.read_csv").replace("forecast.csv", str(self.dir / "forecast.csv"))
        scope = {"pandas": pandas}
        exec(line, scope)  # noqa: S102: the manual's own line
        f = scope["f"]
        self.assertEqual(list(f.columns), ["target", "time", "ensemble", "ensemble-lo-80", "ensemble-hi-80", "ensemble-lo-95", "ensemble-hi-95"])
        self.assertEqual(len(f), 15)
        self.assertEqual(f["time"].dtype.kind, "M")
        self.assertEqual({f[c].dtype.kind for c in f.columns[2:]}, {"f"})
        self.assertEqual(f["ensemble"][0], float(self.first[2]), "every digit")

    @unittest.skipIf(shutil.which("Rscript") is None, "Rscript (package r-base-core) is not installed")
    def test_r(self):
        line = example("f <\\- within").replace("forecast.csv", str(self.dir / "forecast.csv"))
        script = self.dir / "read.R"
        script.write_text(line + '\ncat(nrow(f), class(f$time)[1], class(f$ensemble), format(f$time[1], "%Y-%m-%dT%H:%M:%S"),'
                          ' sprintf("%.17g", f$ensemble[1]), "\\n")\ncat(names(f), sep = "\\n")\n')
        done = subprocess.run(["Rscript", "--vanilla", script], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows, time_class, value_class, time, value = done.stdout.splitlines()[0].split()
        self.assertEqual((rows, time_class, value_class, time), ("15", "POSIXct", "numeric", self.first[1]))
        self.assertEqual(float(value), float(self.first[2]))
        self.assertEqual(done.stdout.splitlines()[1:4], ["target", "time", "ensemble"])
        self.assertIn("ensemble-lo-80", done.stdout)

    @unittest.skipIf(shutil.which("Rscript") is None, "Rscript (package r-base-core) is not installed")
    def test_r_of_every_kind_of_time(self):
        text = 'n,time,v\n' + "".join(f"a,{{}},{i % 4}\n" for i in range(12))
        for times, first in (([f"2024-01-{d:02}" for d in range(1, 13)], "2024-01-13"), ([f"2023-{m:02}" for m in range(1, 13)], "2024-01-01"),
                             ([str(y) for y in range(2001, 2013)], "2013-01-01"), ([f"2024-01-{d:02} 06:00" for d in range(1, 13)], "2024-01-13")):
            with self.subTest(times[0]):
                data = self.dir / "d.csv"
                data.write_text(text.format(*times))
                self.train(data, "--store", self.dir / "t.db", "--models", "naive", "--fresh")
                (self.dir / "forecast.csv").write_text(run("forecast", "--store", self.dir / "t.db", "--horizon", "2").stdout)
                line = example("f <\\- within").replace("forecast.csv", str(self.dir / "forecast.csv"))
                done = subprocess.run(["Rscript", "--vanilla", "-e", line + '; cat(format(f$time[1], "%Y-%m-%d"), anyNA(f$time))'], capture_output=True, text=True, timeout=120)
                self.assertEqual(done.stdout.split(), [first, "FALSE"], done.stderr)

    def test_nixtla_names(self):
        done = run("forecast", "--store", self.store, "--columns", "nixtla")
        self.assertEqual(done.stdout.split("\n")[0].split(",")[:3], ["unique_id", "ds", "ensemble"])
        plain = run("forecast", "--store", self.store)
        self.assertEqual(done.stdout.split("\n")[1:], plain.stdout.split("\n")[1:])
        self.assertEqual(run("forecast", "--store", self.store, "--columns", "other").returncode, 64)

    def test_the_table_of_models_draws_the_last_values(self):
        table = run("models", "--store", self.store).stdout
        self.assertEqual(table.split("\n")[0].split()[:3], ["target", "last", "values"])
        self.assertRegex(table, "[▁▂▃▄▅▆▇█]{24}")


if __name__ == "__main__":
    unittest.main()
