"""Numbers as times: exponents, decimals and pairs of digits, and the forms that they are printed in again."""
import datetime
import unittest

from fitd_support import run
from time_files import TimeFiles, lines

DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(60)]
MONTHS = [(2015 + m // 12, m % 12 + 1) for m in range(60)]


def table(column, cells):
    return lines(f"{column},value", [(c, 100 + i % 7) for i, c in enumerate(cells)])


class NumberForms(TimeFiles):
    def test_numbers_with_an_exponent(self):
        """As numpy.savetxt writes all numbers, and spreadsheets some."""
        for name, column, cells, following in (
            ("years", "year", [f"{1960 + i:.18e}" for i in range(60)], ["2020", "2021"]),
            ("years of a spreadsheet", "Year", [f"{1960 + i:.3E}" for i in range(60)], ["2020", "2021"]),
            ("days", "date", [f"{int(d.strftime('%Y%m%d')):.18e}" for d in DAYS], ["20240301", "20240302"]),
            ("a month of days", "date", [f"{int(d.strftime('%Y%m%d')):.18e}" for d in DAYS[:31]], ["20240201", "20240202"]),
            ("epochs", "time", [f"{1704067200 + 86400 * i:.18e}" for i in range(60)], ["1709251200", "1709337600"]),
            ("serials", "date", [f"{45000 + i:.18e}" for i in range(60)], ["45060", "45061"]),
        ):
            with self.subTest(name):
                self.assertEqual(self.next_times(table(column, cells)), following)
        cells = [f"{y + (m - 1) / 12:.18e}" for y, m in MONTHS]
        report = self.check(table("time", cells))[1]
        self.assertEqual(report["targets"], 1)
        self.assertEqual([float(t) for t in self.next_times(table("time", cells))], [2020, 2020.0833333333333])

    def test_pairs_of_digits_are_no_seconds(self):
        months = [f"{m:02}.{y % 100:02}" for y, m in MONTHS]
        for cells in (months[:12], months[:14], months[:36], [f"{m:02}.23" for m in range(1, 13)]):
            done = run("check", self.write(table("date", cells)))
            self.assertEqual(done.returncode, 65, done.stdout)
            self.assertIn("say --time-format %m.%y", done.stderr)
        self.assertEqual(self.next_times(table("date", months), "--time-format", "%m.%y"), ["01.20", "02.20"])
        done = run("check", self.write(table("date", [f"{y % 100:02}.{m:02}" for y, m in MONTHS])))
        self.assertIn("say --time-format %y.%m", done.stderr)
        done = run("check", self.write(table("date", [d.strftime("%d.%m") for d in DAYS[:40]])))
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("days of a year that is not written", done.stderr)
        done = run("check", self.write(table("time", [f"{i // 4:02}.{i % 4 * 15:02}" for i in range(96)])))
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("hours and minutes of a day that is not written", done.stderr)
        for cells in ([f"{i / 4:.2f}" for i in range(40)], [f"{10 + i / 100:.2f}" for i in range(40)]):  # seconds of a logger
            self.assertEqual(run("check", self.write(table("time", cells))).returncode, 0, cells[:3])

    def test_forms_are_those_of_the_data(self):
        for name, column, cells, following in (
            ("PostgreSQL", "time", [f"{d} 00:00:00+00" for d in DAYS], ["2024-03-01 00:00:00+00", "2024-03-02 00:00:00+00"]),
            ("PostgreSQL, hours ahead", "time", [f"{d} 00:00:00+02" for d in DAYS], ["2024-03-01 00:00:00+02", "2024-03-02 00:00:00+02"]),
            ("half an hour ahead", "time", [f"{d} 00:00:00+05:30" for d in DAYS], ["2024-03-01 00:00:00+05:30", "2024-03-02 00:00:00+05:30"]),
            ("floats", "time", [f"{1704067200 + 86400 * i}.0" for i in range(60)], ["1709251200.0", "1709337600.0"]),
            ("Python", "time", [repr(y + (m - 1) / 12) for y, m in MONTHS], ["2020.0", "2020.0833333333333"]),
            ("R", "time", [f"{y + (m - 1) / 12:.3f}".rstrip("0").rstrip(".") for y, m in MONTHS], ["2020.000", "2020.083"]),
        ):
            with self.subTest(name):
                self.assertEqual(self.next_times(table(column, cells)), following)


if __name__ == "__main__":
    unittest.main()
