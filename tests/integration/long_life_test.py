"""`fitd update` over a long life of a store: what comes cut, renamed, moved, restated or in another shape."""
import csv
import datetime
import gzip
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


class Shapes(LongLife):
    """What a training of the old files and the new ones would refuse or read otherwise."""
    ITEMS = {"A100": 20, "A200": 40, "B300": 70, "C400": 90}

    def rows(self, first, last, store="S1", scale=1.0, items=None):
        return [(store, item, day(i), int(scale * (self.ITEMS[item] + i % 7 + i // 50))) for i in range(first, last) for item in items or self.ITEMS]

    HEAD = "store,item,date,sales"

    def base(self, head=HEAD, rows=None, *args):
        self.old = self.file("old.csv", head, rows or self.rows(0, 120))
        return self.store(self.old, *args)

    def refused(self, store, rows, *words, head=HEAD, name="new.csv"):
        error = self.update(store, self.file(name, head, rows), code=65)
        for word in words:
            self.assertIn(word, error)
        return error

    def test_a_left_out_column_of_ids_that_holds_another_one(self):
        store = self.base()
        week, other = self.rows(120, 127), self.rows(120, 127, "S2", 0.4)
        self.refused(store, other, "column 'store' says 'S2' here and 'S1' in all of the data", "--ignore store")
        new = self.dir / "new.csv"
        trained = run("train", self.old, new, "--store", self.dir / "t.db", *NAIVE)
        self.assertEqual(trained.returncode, 65, trained.stderr)
        self.assertIn("column 'store' says 'S1' in", trained.stderr)
        for said, count in ((("--target-column", "store,item"), 8), (("--ignore", "store"), 4)):
            trained = run("train", self.old, new, "--store", self.dir / "t.db", "--fresh", *said, *[a for a in NAIVE if a != "--quiet"])
            self.assertEqual((trained.returncode, f"{count} targets" in trained.stdout), (0, True), trained.stderr)
        done = self.update(store, self.file("week.csv", self.HEAD, week))
        self.assertEqual((done["advanced"], done["values"]), (4, 28))
        one = self.rows(127, 128, "S2", items=["A100"])
        self.refused(store, one, "--ignore store")
        self.assertEqual(self.update(store, self.dir / "new.csv", "--ignore", "store")["advanced"], 1)

    def test_other_words_that_change_are_not_asked_about(self):
        head = "batch,promo,year,item,date,sales"
        rows = lambda a, b, batch, promo: [(batch, promo, 2024, *row[1:]) for row in self.rows(a, b)]
        store = self.base(head, rows(0, 120, "b1", "no"))
        for i in range(3):
            done = self.update(store, self.file("w.csv", head, rows(120 + 7 * i, 127 + 7 * i, f"b{i + 2}", "yes")))
            self.assertEqual(done["advanced"], 4)
        trained = run("train", self.old, self.dir / "w.csv", "--store", self.dir / "t.db", *NAIVE)
        self.assertEqual(trained.returncode, 0, trained.stderr)

    def test_none_of_the_targets_known_is_refused_with_a_way_out(self):
        store = self.base()
        mixed = self.rows(120, 127) + self.rows(120, 127, "S2", 0.4)
        self.refused(store, mixed, "'S1/A100', of column 'store/item' where the store has 'item'", "--target-column store,item")
        self.assertEqual(self.update(store, self.dir / "new.csv", "--target-column", "store,item")["fitted"], 8)
        store = self.base()
        self.refused(store, [("S1", day(i), 5) for i in range(120, 127)], "say --target-column store", head="store,date,sales")
        both = self.rows(0, 120) + self.rows(0, 120, "S2")
        store = self.base(self.HEAD, both)
        self.refused(store, [row[1:] for row in self.rows(120, 127)], "('S1/A100', ...)", "--target-column item", head="item,date,sales")
        self.assertEqual(self.update(store, self.dir / "new.csv", "--target-column", "item")["fitted"], 4)
        store = self.base(self.HEAD, both)
        error = self.refused(store, self.rows(120, 127), "name the columns of their ids with --target-column", head="branch,item,date,sales")
        self.assertEqual(self.update(store, self.dir / "new.csv", "--target-column", "branch,item")["advanced"], 4, error)

    def test_an_id_written_otherwise(self):
        store = self.base(self.HEAD, self.rows(0, 120) + self.rows(0, 120, "S2"))
        other = [("S01", *row[1:]) if row[0] == "S1" else row for row in self.rows(120, 127) + self.rows(120, 127, "S2")]
        self.refused(store, other, "the data have 'S01/A100' where the store has 'S1/A100'", "say --target-column store,item")
        done = self.update(store, self.dir / "new.csv", "--target-column", "store,item")
        self.assertEqual((done["fitted"], done["vanished"], done["newcomers"][0], done["gone"][0]), (4, 4, "S01/A100", "S1/A100"))
        store = self.base()
        small = [(s, item.replace("A1", "a1"), *rest) for s, item, *rest in self.rows(120, 127)]
        self.refused(store, small, "the data have 'a100' where the store has 'A100'", "train again with --target-column item")
        trained = run("train", self.old, self.dir / "new.csv", "--store", self.dir / "t.db", "--target-column", "item", *NAIVE)
        self.assertEqual(trained.returncode, 0, trained.stderr)

    def test_totals_of_weeks_are_no_days(self):
        store = self.base()
        totals = [(s, item, day(i), 7 * v) for s, item, _, v in self.rows(120, 121) for i in (126, 133)]
        self.refused(store, totals, "the new values of 4 targets lie 7 steps of 1D apart and are larger", "--frequency 1D")
        one = [row for row in totals if row[2] == day(126)]
        self.refused(store, one, "lie 7 steps of 1D apart")
        means = [(s, item, when, v // 7) for s, item, when, v in totals]
        self.refused(store, means, "lie 7 steps of 1D apart:")
        after = self.file("outage.csv", self.HEAD, self.rows(126, 127) + self.rows(127, 128))
        self.assertEqual(self.update(store, after)["missing"], 24)  # an outage of a week
        store = self.base()
        self.assertEqual(self.update(store, self.file("new.csv", self.HEAD, totals), "--frequency", "1D")["missing"], 48)
        counters = [("S1", item, day(i), 5 * i) for i in range(130) for item in "abcd"]
        for days, known in ((2, 120), (7, 120), (3, 9)):
            store = self.base(self.HEAD, counters[: 4 * known])
            one = self.file("new.csv", self.HEAD, [row for row in counters if row[2] == day(known + days - 1)])
            self.assertEqual(self.update(store, one)["advanced"], 4, "what grows is larger than all before, too")

    def test_one_of_two_columns_of_values_is_gone(self):
        head = "item,date,units,revenue"
        store = self.base(head, [(*row[1:], 3 * row[3]) for row in self.rows(0, 120)], "--value-column", "units,revenue")
        for said in ((), ("--value-column", "units")):
            new = self.file("new.csv", "item,date,units", [row[1:] for row in (self.rows(123, 126) if said else self.rows(120, 123))])
            done = self.update(store, new, *said)
            self.assertEqual((done["advanced"], done["vanished"], done["fitted"]), (4, 4, 0))
            self.assertEqual(done["gone"][0], "A100:revenue")

    def test_values_that_are_not_there_yet(self):
        store = self.base()
        empty = [(*row[:3], "") for row in self.rows(120, 127)]
        for rows in (empty, []):
            error = self.refused(store, rows, "no values in the data", "--value-column sales")
            self.assertNotIn("seconds of a duration", error)
        error = self.refused(store, [(*row, 2.4) for row in empty], "no values in the data", head=self.HEAD + ",price")
        self.assertNotIn("--value-column price", error)
        piped = run("update", "--store", store, "-", input=(self.dir / "new.csv").read_text())
        self.assertEqual((piped.returncode, "--value-column price" in piped.stderr), (65, False), piped.stderr)

    def test_other_units_in_the_name_of_the_column(self):
        rows = [row[1:] for row in self.rows(0, 120)]
        for before, now in (("kWh", "MWh"), ("Energy (kWh)", "Energy (MWh)"), ("energy_kwh", "energy_mwh")):
            store = self.base(f"meter,date,{before}", rows)
            new = [(*row[1:3], row[3] / 1000) for row in self.rows(120, 127)]
            error = self.refused(store, new, "write them in one unit", head=f"meter,date,{now}")
            self.assertNotIn("--value-column", error)
            trained = run("train", self.old, self.dir / "new.csv", "--store", self.dir / "t.db", *NAIVE)
            self.assertEqual((trained.returncode, "write them in one unit" in trained.stderr, "--value-column" in trained.stderr), (65, True, False), trained.stderr)


class Known(LongLife):
    def test_what_is_said_of_known_values(self):
        rows = [("A", day(i), 50 + i % 9) for i in range(400)]
        store = self.store(self.file("old.csv", "item,date,sales", rows[:380]))
        one = self.update(store, self.file("new.csv", "item,date,sales", [(*rows[370][:2], rows[370][2] + 1)]))
        self.assertEqual(one["corrections"], 1)
        self.assertEqual(self.update(store, self.file("gap.csv", "item,date,sales", rows[390:]))["missing"], 10)
        late = run("update", "--store", store, self.file("late.csv", "item,date,sales", rows[380:390]))
        self.assertIn("10 values are of times that were missing", late.stdout)
        self.assertNotIn("known already", late.stdout)
        self.assertNotIn("differ", late.stdout)
        restated = [(a, b, 2 * v) for a, b, v in rows[:100]] + rows[100:380]
        store = self.store(self.file("old.csv", "item,date,sales", rows[:380]))
        new = self.file("restated.csv", "item,date,sales", restated + rows[380:])
        done = self.update(store, new)
        self.assertEqual((done["corrections"], done["restated"], done["corrected"][0]["values"]), (0, 1, 0))
        said = run("update", "--store", store, new).stdout
        self.assertIn("known values of 1 targets, further back, differ", said)
        self.assertIn("with --max-repaired 100%", said)
        both = (self.dir / "old.csv", new, "--store", self.dir / "t.db", *NAIVE)
        self.assertEqual((run("train", *both).returncode, run("train", *both, "--max-repaired", "100%").returncode), (65, 0))

    def test_every_correction_by_one_is_seen(self):
        """A byte a value did not tell 55 from 56."""
        rows = [("A", day(i), 10 + 37 * i % 101) for i in range(120)]
        store = self.store(self.file("old.csv", "item,date,sales", rows))
        done = self.update(store, self.file("new.csv", "item,date,sales", [(a, b, v + 1) for a, b, v in rows[:100]] + rows[100:]))
        self.assertEqual(done["corrections"], 100)

    def test_a_week_sent_twice_names_the_targets_of_the_store(self):
        rows = [("S1", item, day(i), 50 + i % 9) for i in range(127) for item in "AB"]
        head = "store,item,date,sales"
        store = self.store(self.file("old.csv", head, rows[:240]))
        new = self.file("new.csv", head, [(*row[:3], 1) for row in rows[240:]] + rows[240:])
        error = self.update(store, new, code=65)
        self.assertIn("2 of 2 targets", error)
        share = error.split("--max-repaired ")[1].split("%")[0] + "%"
        self.assertEqual(self.update(store, new, "--max-repaired", share)["values"], 14)

    def test_a_copy_of_a_file_is_not_added_up(self):
        rows = [("A", f"{day(i)} {h:02}:15:00", 2) for i in range(60) for h in range(8, 20)]
        old, new, copy = (self.file(name, "item,time,qty", part) for name, part in (("a.csv", rows[:600]), ("b.csv", rows[600:]), ("c.csv", rows[600:])))
        store = self.store(old, *SUMS)
        error = self.update(store, new, copy, code=65)
        self.assertIn("hold the same bytes", error)
        trained = run("train", old, new, copy, "--store", self.dir / "t.db", *SUMS, *NAIVE)
        self.assertEqual((trained.returncode, "leave one of them out" in trained.stderr), (65, True), trained.stderr)
        # The one that a rotation has compressed and left, two that were compressed under their own names, and no copies at all.
        packed = self.dir / "b.csv.gz"
        packed.write_bytes(gzip.compress(new.read_bytes(), mtime=1))
        other = self.dir / "old.csv.gz"
        other.write_bytes(gzip.compress(new.read_bytes(), 1, mtime=2))
        for files in ((old, new, packed), (packed, old, new), (old, packed, other)):
            refused = run("train", *files, "--store", self.dir / "t.db", *SUMS, *NAIVE)
            self.assertEqual((refused.returncode, "hold the same bytes" in refused.stderr), (65, True), refused.stderr)
        trained = run("train", old, packed, "--store", self.dir / "t.db", *SUMS, *NAIVE)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        self.assertEqual(self.update(store, new)["values"], 10)

    def test_exports_that_overlap_are_not_added_up(self):
        rows = [("AB"[i % 2], f"{day(i // 8)} {8 + i % 8:02}:15:00", 1 + i * i % 97) for i in range(480)]
        early, late = (self.file(name, "item,time,qty", part) for name, part in (("a.csv", rows[:300]), ("b.csv", rows[260:])))
        train = ("--store", self.dir / "t.db", *SUMS, *NAIVE)
        refused = run("train", early, late, *train)
        self.assertEqual(refused.returncode, 65, refused.stderr)
        self.assertRegex(refused.stderr, "a.csv and .*b.csv have the same rows at 40 times .*'A'.*--max-repaired 100%")
        self.assertEqual(run("train", early, late, *train, "--max-repaired", "100%").returncode, 0)
        # Two shops with sales of their own, at the same times, and one whose shelves are empty as the other's are.
        other = self.file("c.csv", "item,time,qty", [(item, time, 1 + (i * 31 + 7) % 89) for i, (item, time, _) in enumerate(rows)])
        empty = [self.file(name, "item,time,qty", [(item, time, int(i % 9 == 0)) for i, (item, time, _) in enumerate(rows)]) for name in ("d.csv", "e.csv")]
        empty[1].write_text(empty[1].read_text() + "\n")
        for files in ((early, other), empty):
            added = run("train", *files, "--store", self.dir / f"{files[0].stem}.db", *SUMS, *NAIVE)
            self.assertEqual(added.returncode, 0, added.stderr)


if __name__ == "__main__":
    unittest.main()
