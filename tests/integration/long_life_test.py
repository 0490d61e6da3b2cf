"""`fitd update` over a long life of a store: what comes cut, renamed, moved, restated or in another shape."""
import csv
import datetime
import io
import json
import random
import unittest

from fitd_support import run
from time_files import NAIVE, TimeFiles, lines

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2024, 1, 1)
SUMS = ("--aggregate", "sum", "--frequency", "1D", "--gaps", "zero")


def day(i):
    return (FIRST + i * DAY).isoformat()


class LongLife(TimeFiles):
    def file(self, name, head, rows):
        path = self.dir / name
        path.write_text(lines(head, rows))
        return path

    def store(self, *args, name="s.db"):
        store = self.dir / name
        done = run("train", *args, "--store", store, "--fresh", *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        return store

    def update(self, store, *args, code=0):
        done = run("update", "--store", store, *args, "--json")
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout) if code == 0 else done.stderr

    def next_of(self, store, *args):
        """The time and the value that `naive` forecasts of each target, which is its last one."""
        done = run("forecast", "--store", store, "--horizon", 1, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row[0]: (row[1], float(row[2])) for row in list(csv.reader(io.StringIO(done.stdout)))[1:]}


class Zeros(LongLife):
    @staticmethod
    def events(days, item="A", seed=1, hours=range(8, 20)):
        draw = random.Random(seed)
        return [(item, f"{day(d)} {hour:02}:{10 + draw.randrange(40)}:00", 1 + draw.randrange(3)) for d in days for hour in hours]

    def test_a_day_cut_into_two_deliveries_is_missing_and_no_zero(self):
        busy, rare = self.events(range(74)), [("B", f"{day(d)} 09:30:00", 2) for d in range(0, 74, 5)] + [("B", f"{day(71)} 10:00:00", 9), ("B", f"{day(73)} 09:30:00", 4)]
        rows = sorted(busy + rare, key=lambda row: row[1])
        cuts = (day(70), f"{day(71)} 14", "9999")
        parts = [[row for row in rows if a <= row[1] < b] for a, b in zip(("",) + cuts, cuts)]
        store = self.store(self.file("a.csv", "item,time,qty", parts[0]), *SUMS)
        one = self.update(store, self.file("b.csv", "item,time,qty", parts[1]))
        self.assertEqual((one["values"], one["missing"]), (2, 0))  # B has no row of the whole day, which is a zero
        two = self.update(store, self.file("c.csv", "item,time,qty", parts[2]))
        self.assertEqual((two["advanced"], two["values"], two["missing"]), (2, 4, 2))

    def test_new_targets_have_zeros_up_to_the_end_of_all(self):
        old = self.events(range(70)) + self.events(range(70), "B", 2)
        week = self.events(range(70, 77)) + self.events(range(70, 77), "B", 2) + self.events((70, 72, 73), "D") + self.events((71,), "E")
        train, new = self.file("a.csv", "item,time,qty", old), self.file("b.csv", "item,time,qty", week)
        store = self.store(train, *SUMS)
        done = self.update(store, new)
        self.assertEqual((done["advanced"], done["fitted"], done["outliers"]), (2, 2, 0))
        ends = self.next_of(store)
        self.assertEqual({time[:10] for time, _ in ends.values()}, {day(77)})
        self.assertEqual((ends["D"][1], ends["E"][1]), (0, 0))
        self.assertEqual({t: v[0] for t, v in ends.items()}, {t: v[0] for t, v in self.next_of(self.store(train, new, *SUMS, name="t.db")).items()})


if __name__ == "__main__":
    unittest.main()
