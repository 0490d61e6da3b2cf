"""`fitd update` and incremental `fitd train` through the real binaries."""
import csv
import datetime
import io
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import unittest
import zoneinfo

import fitd_support as support
from fitd_support import Scratch, run
from layouts_test import CASES

ALL_CASES = {case.name: case for case in CASES}


def read(path):
    with open(path) as file:
        return list(csv.DictReader(file))


class Telemetry(Scratch):
    MODELS = ("--models", "ets,arima,ces,theta,naive,seasonal-naive,mean", "--season", "12", "--horizon", "6")

    def write(self, name, rows):
        path = self.dir / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, ["target", "time", "value"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def data(self, targets=6, length=72, more=12):
        """Hourly telemetry: all rows by time, those up to a time, and those after it."""
        rows = read(self.sample("all.csv", targets=targets, length=length + more, seed=5, frequency="1h"))
        rows = [{key: row[key] for key in ("target", "time", "value")} for row in rows]
        times = sorted({row["time"] for row in rows})
        cut = times[length - 1]
        old = [row for row in rows if row["time"] <= cut]
        new = [row for row in rows if row["time"] > cut]
        return rows, old, new

    def write_text(self, name, text):
        path = self.dir / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def update(self, store, data, *args, code=0):
        done = run("update", "--store", store, data, "--json", "--progress", "none", *args)
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return json.loads(done.stdout)

    def models(self, store):
        done = run("models", "--store", store, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)


class UpdateTest(Telemetry):
    def test_one_by_one_is_at_once_bit_for_bit_and_forecasts_start_later(self):
        _, old, new = self.data()
        train = self.write("old.csv", old)
        stores = [self.dir / "at_once.db", self.dir / "one_by_one.db"]
        for store in stores:
            self.train(train, "--store", store, *self.MODELS)
        before = run("forecast", "--store", stores[0], "--horizon", 1).stdout
        summary = self.update(stores[0], self.write("new.csv", new))
        self.assertEqual((summary["advanced"], summary["values"], summary["failed"]), (6, len(new), 0), summary)
        for i, time in enumerate(sorted({row["time"] for row in new})):
            one = self.update(stores[1], self.write(f"{i}.csv", [row for row in new if row["time"] == time]),
                              "--workers", i % 3)
            self.assertEqual(one["values"], 6, one)
        self.assertEqual(self.export(stores[0]), self.export(stores[1]))
        after = list(csv.DictReader(io.StringIO(run("forecast", "--store", stores[0], "--horizon", 1).stdout)))
        first = next(csv.DictReader(io.StringIO(before)))
        self.assertGreater(after[0]["time"], max(row["time"] for row in new))
        self.assertNotEqual(after[0]["ensemble"], first["ensemble"])
        # The updates replaced each other; the trained run is still there.
        with sqlite3.connect(stores[1]) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM runs").fetchone()[0], 2)

    def test_known_points_are_skipped_and_corrections_named(self):
        rows, old, new = self.data()
        store = self.dir / "s.db"
        self.train(self.write("old.csv", old), "--store", store, "--models", "ets,theta")
        victim = old[len(old) // 2 - 5]
        changed = [dict(row, value="12345") if row is victim else row for row in rows]
        summary = self.update(store, self.write("changed.csv", changed))
        self.assertEqual(summary["skipped"], len(old))
        self.assertEqual(summary["corrections"], 1)
        self.assertEqual(summary["corrected"][0]["target"], victim["target"])
        self.assertTrue(summary["corrected"][0]["first"].startswith(victim["time"][:13]), summary["corrected"])
        again = self.update(store, self.write("changed.csv", changed))
        self.assertEqual((again["values"], again["advanced"], again["run"]), (0, 0, summary["run"]))
        self.assertEqual(again["corrections"], 1)

    def test_gaps_new_and_vanished_targets(self):
        _, old, new = self.data()
        ids = sorted({row["target"] for row in old})
        store = self.dir / "s.db"
        self.train(self.write("old.csv", [r for r in old if r["target"] != ids[2]]), "--store", store, *self.MODELS)
        times = sorted({row["time"] for row in new})
        gappy = [r for r in new if r["target"] != ids[0] and not (r["target"] == ids[1] and r["time"] == times[3])]
        gappy += [r for r in old if r["target"] == ids[2]]
        summary = self.update(store, self.write("gappy.csv", gappy))
        self.assertEqual((summary["advanced"], summary["vanished"], summary["fitted"], summary["missing"]), (4, 1, 1, 1))
        with sqlite3.connect(store) as db:
            state = dict(db.execute("SELECT id, reason FROM series WHERE run = ?", (summary["run"],)))
            lengths = dict(db.execute("SELECT id, n FROM series WHERE run = ?", (summary["run"],)))
        self.assertEqual(sorted(state), ids)
        self.assertIn("not in the data", state[ids[0]])
        self.assertEqual(lengths[ids[1]], 84)
        self.assertEqual(lengths[ids[0]], 72)
        self.assertEqual(lengths[ids[2]], 84)
        far = dict(new[0], target=ids[1], time="2099-01-01T00:00:00")
        failed = self.update(store, self.write("far.csv", [far]), code=3)
        self.assertIn("train again", failed["failures"][0]["reason"])

    def test_a_kill_at_any_point_costs_nothing_but_time(self):
        _, old, new = self.data(targets=20)
        train, more = self.write("old.csv", old), self.write("new.csv", new)
        whole = self.dir / "whole.db"
        self.train(train, "--store", whole, "--models", "ets,theta")
        self.update(whole, more)
        for fault in ("run_begun", "before_commit", "after_commit", "before_finish", "finished"):
            store = self.dir / f"{fault}.db"
            self.train(train, "--store", store, "--models", "ets,theta")
            before = self.export(store)
            done = run("update", "--store", store, more, env=dict(os.environ, FITD_FAULT=f"parent.{fault}=kill"))
            self.assertEqual(done.returncode, -signal.SIGKILL, fault + done.stderr)
            self.assertEqual(self.export(store), self.export(whole) if fault == "finished" else before, fault)
            self.update(store, more)
            self.assertEqual(self.export(store), self.export(whole), fault)

    def test_exit_codes_name_what_is_wrong(self):
        _, old, new = self.data(targets=2)
        more = self.write("new.csv", new)
        none = run("update", "--store", self.dir / "none.db", more)
        self.assertEqual(none.returncode, 66, none.stderr)
        store = self.dir / "s.db"
        self.train(self.write("old.csv", old), "--store", store, "--models", "naive")
        self.assertEqual(run("update", "--store", store, self.dir / "gone.csv").returncode, 66)
        (self.dir / "bad.csv").write_text("a,b\n1,2\n")
        self.assertEqual(run("update", "--store", store, self.dir / "bad.csv").returncode, 65)
        self.assertEqual(run("update", "--store", store).returncode, 64)
        self.assertEqual(run("update", "--store", store, more, "--models", "ets").returncode, 64)

    def nights(self, name, header, rows, train, *options, step=1):
        """Trains on the first rows and takes the others a night each; the last summary and the store."""
        def part(lines, number):
            return self.write_text(f"{number}/{name}.csv", "\n".join([header, *lines]) + "\n")
        store = self.dir / f"{name}.db"
        self.train(part(rows[:train], 0), "--store", store, "--models", "naive", "--combine", "none", *options)
        for k in range(train, len(rows), step):
            summary = self.update(store, part(rows[k:k + step], k))
            self.assertEqual((summary["values"], summary["skipped"], summary["missing"]), (min(step, len(rows) - k), 0, 0), rows[k])
        return summary, store

    def next_time(self, store):
        return list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1][1]

    def test_steps_that_are_no_length_go_on_night_by_night(self):
        """Working days, some days of a week, half months, and a session of hours."""
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(80)]
        for name, keep, then in (("working", lambda d: d.weekday() < 5, "2024-03-21"), ("three", lambda d: d.weekday() in (0, 2, 4), "2024-03-22"),
                                 ("half", lambda d: d.day in (1, 15), None)):
            with self.subTest(name):
                kept = [d for d in (days if then else [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(400)]) if keep(d)]
                _, store = self.nights(name, "date,v", [f"{d},{i}" for i, d in enumerate(kept)], len(kept) - 4)
                self.assertEqual(self.next_time(store), then or "2025-02-15")
        hours = [f"{d}T{h:02}:00:00,{h + d.day}" for d in days[:40] if d.weekday() < 5 for h in range(9, 17)]
        self.nights("session", "time,v", hours, len(hours) - 12, step=3)
        done = run("update", "--store", self.dir / "working.db", self.write_text("sunday/working.csv", "date,v\n2024-03-24,5\n2024-03-25,6\n"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 values of days or hours that the step has none of were left out", done.stdout)

    def test_a_row_is_of_the_period_it_falls_into(self):
        """Quarters seen at any of their days, days at any time, one a night."""
        quarters = [datetime.date(2010 + q // 4, q % 4 * 3 + 1, 1) + datetime.timedelta(q * 37 % 85) for q in range(36)]
        _, store = self.nights("quarters", "date,v", [f"{d},{i}" for i, d in enumerate(quarters)], 30, "--frequency", "1Q")
        self.assertTrue(self.next_time(store).startswith("2019-01"))
        at = [datetime.datetime(2024, 1, 1, i * 7 % 24, i * 13 % 60) + datetime.timedelta(i) for i in range(60)]
        _, store = self.nights("clock", "time,v", [f"{t:%Y-%m-%dT%H:%M:%S},{i}" for i, t in enumerate(at)], 50, "--frequency", "1D")
        self.assertTrue(self.next_time(store).startswith("2024-03-01"))

    def test_times_are_read_as_the_run_read_its_own(self):
        """A night's row or two do not show what its times are."""
        cases = {"spreadsheet": [f"{45292 + i},{i}" for i in range(60)], "count": [f"{i + 1},{i}" for i in range(60)],
                 "day first": [f"{datetime.date(2024, 1, 10) + datetime.timedelta(i):%d/%m/%Y},{i}" for i in range(60)]}
        for name, rows in cases.items():
            with self.subTest(name):
                self.nights(name.replace(" ", "_"), "time,v", rows, 55, *(("--time-format", "count") if name == "count" else ()))
        hours = [f"2024-01-{1 + i // 24:02}T{i % 24:02}:00:00,{i % 24}" for i in range(24 * 8)]
        _, store = self.nights("berlin", "time,v", hours, 24 * 7, "--timezone", "Europe/Berlin", step=24)
        self.assertEqual(self.next_time(store), "2024-01-09T00:00:00+01:00")

    def test_a_night_of_a_place_is_a_day_there(self):
        """One day a night, in places east and west of UTC: midnight there is another day of UTC. Fleets of mixed steps too."""
        days = [datetime.date(2024, 2, 1) + datetime.timedelta(i) for i in range(64)]  # through a change of the clocks
        forms = {"date": lambda d: f"{d}", "midnight": lambda d: f"{d}T00:00:00", "offset": lambda d: f"{d}T00:00:00+01:00"}
        for zone, name in itertools.product(("Europe/Berlin", "Asia/Kolkata", "America/New_York"), forms):
            if zone != "Europe/Berlin" and name != "date":
                continue
            kept = days if name != "offset" else days[:58]
            with self.subTest(f"{zone} {name}"):
                _, store = self.nights(f"{zone[:4]}_{name}", "time,v", [f"{forms[name](d)},{i * i % 17}" for i, d in enumerate(kept)],
                                       len(kept) - 3, "--timezone", zone)
                self.assertTrue(self.next_time(store).startswith(f"{kept[-1] + datetime.timedelta(1)}"), self.next_time(store))
        weeks = [f"{datetime.date(2023, 1, 1) + datetime.timedelta(7 * i)},{i * i % 17}" for i in range(60)]
        _, store = self.nights("weeks", "time,v", weeks, 57, "--timezone", "Europe/Berlin")
        self.assertEqual(self.next_time(store), "2024-02-25")
        hours = [datetime.datetime(2024, 3, 1) + datetime.timedelta(hours=i) for i in range(24 * 5)]
        mixed = [f"d,{d}T00:00:00,{i % 7}" for i, d in enumerate(days[:40])] + [f"h,{t.isoformat()},{t.hour}" for t in hours]
        store = self.dir / "mixed.db"
        self.train(self.write_text("mixed.csv", "\n".join(["target,time,value", *mixed]) + "\n"), "--store", store, "--models", "naive", "--timezone", "Europe/Berlin")
        summary = self.update(store, self.write_text("next.csv", "target,time,value\nd,2024-03-12T00:00:00,5\nh,2024-03-06T00:00:00,5\n"))
        self.assertEqual((summary["values"], summary["skipped"], summary["missing"]), (2, 0, 0))
        summary = self.update(store, self.write_text("two.csv", "target,time,value\nh,2024-03-07T00:00:00,5\nh,2024-03-08T00:00:00,6\n"))
        self.assertEqual((summary["values"], summary["skipped"], summary["missing"]), (2, 0, 46))

    def test_a_target_that_begins_with_one_value_has_the_steps_of_the_others(self):
        """As in a training, whatever the step, and in any zone."""
        steps = {"quarters of an hour": [f"2024-01-01T{i // 4:02}:{15 * (i % 4):02}:00" for i in range(64)],
                 "months": [f"{2019 + i // 12}-{i % 12 + 1:02}-01" for i in range(64)],
                 "years": [f"{1960 + i}-12-31" for i in range(64)],
                 "days": [f"{datetime.date(2024, 1, 1) + datetime.timedelta(i)}" for i in range(64)]}
        for name, times in steps.items():
            with self.subTest(name):
                def part(file, first, last, targets):
                    rows = [f"{t},{times[i]},{i * i % 17}" for t in targets for i in range(first, last)]
                    return self.write_text(file, "\n".join(["target,time,value", *rows]) + "\n")
                zone = ("--timezone", "Europe/Berlin") if name == "days" else ()
                store = self.dir / f"{name[:4]}.db"
                self.train(part("old.csv", 0, 60, "ab"), "--store", store, "--models", "naive", *zone)
                self.assertEqual(self.update(store, part("one.csv", 60, 61, "abc"))["values"], 2)
                whole = self.dir / f"{name[:4]}_whole.db"
                both = self.write_text("both.csv", (self.dir / "old.csv").read_text() + f"c,{times[60]},{60 * 60 % 17}\n")
                self.train(both, "--store", whole, "--models", "naive", *zone)
                first = [list(csv.reader(io.StringIO(run("forecast", "--store", s, "--horizon", 1, "--target", "c").stdout)))[1] for s in (store, whole)]
                self.assertEqual(first[0], first[1])
                self.assertEqual(first[0][1].split("+")[0], times[61])
                summary = self.update(store, part("three.csv", 61, 64, "abc"))
                self.assertEqual((summary["values"], summary["missing"]), (9, 0))

    def test_the_hour_that_comes_twice_is_told_by_the_order_of_updates(self):
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        begin = datetime.datetime(2024, 10, 22, 22, tzinfo=datetime.timezone.utc)
        times = [(begin + datetime.timedelta(minutes=30 * i)).astimezone(zone).replace(tzinfo=None) for i in range(220)]
        rows = [f"{t.isoformat()},{i * i % 17 + i % 5 / 10}" for i, t in enumerate(times)]
        for name, kept, train in (("hours", rows[::2][:102], 97), ("halves", rows[:202], 195)):
            with self.subTest(name):
                self.nights(name, "time,v", kept, train, "--timezone", "Europe/Berlin")

    def test_columns_are_those_of_the_run(self):
        """A night's rows do not show which of several columns are ids or times; names do."""
        days = [f"{datetime.date(2024, 1, 1) + datetime.timedelta(i)}" for i in range(40)]
        cases = {"keys": ("date,country,product,units", [f"{d},{c},{p},{i % 7}" for i, d in enumerate(days) for c in ("DE", "FR") for p in ("p1", "p2")], 4, 4),
                 "ends": ("Meter,Start Date,Start Time,End Date,End Time,kWh",
                          [f"M1,{days[h // 24]},{h % 24:02}:00,{days[(h + 1) // 24]},{(h + 1) % 24:02}:00,{h % 24}" for h in range(24 * 8)], 24, 1)}
        for name, (header, rows, night, targets) in cases.items():
            with self.subTest(name):
                store = self.dir / f"{name}.db"
                self.train(self.write_text("old.csv", "\n".join([header, *rows[:-night]]) + "\n"), "--store", store, "--models", "naive")
                summary = self.update(store, self.write_text("night.csv", "\n".join([header, *rows[-night:]]) + "\n"))
                self.assertEqual((summary["values"], summary["skipped"], summary["missing"], summary["fitted"]), (night, 0, 0, 0))
                self.assertEqual(summary["kept"] + summary["vanished"], 0)
        stamped = self.write_text("stamped.csv", "loaded,date,country,product,units\n" + "".join(
            f"2024-03-09T03:00:00,2024-02-10,{c},{p},4\n" for c in ("DE", "FR") for p in ("p1", "p2")))
        self.assertEqual(self.update(self.dir / "keys.db", stamped)["values"], 4)
        for name, text, said in (("week", "date,country,product,units\n2024-W08,DE,p1,9\n", "its times are those of weeks"),
                                 ("repeats", "date,country,product,shop,units\n" + "".join(f"2024-02-11,DE,p1,{s},9\n" for s in "ab"), "--target-column")):
            done = run("update", "--store", self.dir / "keys.db", self.write_text(f"{name}.csv", text))
            self.assertIn(done.returncode, (3, 65), name)
            self.assertIn(said, done.stderr + done.stdout)
        open_days = [d for d in days if datetime.date.fromisoformat(d).weekday() < 5]
        self.train(self.write_text("b/b.csv", "date,id,v\n" + "".join(f"{d},a,{i % 7}\n" for i, d in enumerate(open_days))), "--store", self.dir / "b.db", "--models", "naive")
        done = run("update", "--store", self.dir / "b.db", self.write_text("b/week.csv", "date,id,v\n2024-W08,a,9\n"))
        self.assertEqual(done.returncode, 3, done.stderr + done.stdout)
        pair = self.write_text("pair.csv", "date,id,sales,returns\n" + "".join(f"{d},{t},{i % 7},{i % 3}\n" for i, d in enumerate(days) for t in "ab"))
        self.train(pair, "--store", self.dir / "pair.db", "--models", "naive", "--value-column", "sales,returns")
        alone = self.update(self.dir / "pair.db", self.write_text("alone.csv", "date,id,sales\n2024-02-10,a,3\n2024-02-10,b,3\n"))
        self.assertEqual((alone["advanced"], alone["gone"], alone["fitted"]), (2, ["a:returns", "b:returns"], 0))

    def test_a_row_alone_has_the_times_of_a_run_with_a_target_per_column(self):
        """The hour beside its day was a number like the others: its row was known already, and it a target."""
        hours = [datetime.datetime(2024, 3, 1) + datetime.timedelta(minutes=20 * i) for i in range(300)]
        for name, header, row in (("hours", "date,hour,a,b", lambda t, i: f"{t:%Y-%m-%d},{t.hour},{i % 7},{i % 5}"),
                                  ("minutes", "year,month,day,hour,mn,a,b", lambda t, i: f"{t.year},{t.month},{t.day},{t.hour},{t.minute},{i % 7},{i % 5}")):
            with self.subTest(name):
                rows = [row(t, i) for i, t in enumerate(hours) if name == "minutes" or t.minute == 0]
                store = self.dir / f"{name}.db"
                self.train(self.write_text("wide.csv", "\n".join([header, *rows[:-1]]) + "\n"), "--store", store, "--models", "naive")
                summary = self.update(store, self.write_text("row.csv", f"{header}\n{rows[-1]}\n"))
                self.assertEqual((summary["values"], summary["skipped"], summary["advanced"], summary["fitted"]), (2, 0, 2, 0))

    def test_a_row_alone_is_read_as_the_run_read_its_rows(self):
        """One row shows neither that 96 is a quarter of an hour, nor that 201746 is a week, nor what numbers the rows."""
        names = ("weeks in digits", "day of the year in digits", "year.month", "Shiller", "year and quarter in digits", "minutes of the day",
                 "PTU 1 to 96", "slot 0 to 47", "interval 1 to 144", "half hours in Trading Period", "hours in decimals", "fractions of a day",
                 "2024-03-18 00:00-00:15", "18.03.2024 00:00-00:15", "row numbers obs with gaps", "ten minutes called mn", "seconds beside minutes")
        for name in names:
            with self.subTest(name):
                place = self.dir / name.replace("/", " ")
                place.mkdir()
                header, *rows = ALL_CASES[name].text.splitlines()
                data, stores = place / ALL_CASES[name].file, (place / "whole.db", place / "parts.db")
                data.write_text("\n".join([header, *rows]) + "\n")
                self.train(data, "--store", stores[0], "--models", "naive")
                data.write_text("\n".join([header, *rows[:-1]]) + "\n")
                self.train(data, "--store", stores[1], "--models", "naive")
                data.write_text(f"{header}\n{rows[-1]}\n")
                self.update(stores[1], data)
                whole, parts = (run("forecast", "--store", store, "--horizon", 1, "--level", "80").stdout.splitlines() for store in stores)
                self.assertEqual([row.split(",")[:3] for row in parts], [row.split(",")[:3] for row in whole])

    def test_a_column_that_had_no_numbers_may_bring_a_target(self):
        """Unlike one that numbered the rows, which a row or two do not show."""
        rows = lambda first, last, late: "".join(f"{datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i)},{500 + i},{i % 7},{i % 5},{late(i)}\n" for i in range(first, last))
        for name, before in (("empty", lambda i: ""), ("words", lambda i: "off"), ("some", lambda i: i % 3 if i % 9 == 0 else "off")):
            with self.subTest(name):
                store, header = self.dir / f"{name}.db", "time,RECORD,a,b,late\n"
                old, new = self.write_text(f"{name}.csv", header + rows(0, 100, before)), self.write_text(f"new/{name}.csv", header + rows(100, 103, lambda i: i % 3))
                self.train(old, "--store", store, "--models", "naive")
                summary = self.update(store, new)
                self.assertEqual((summary["advanced"], summary["fitted"], summary["targets"]), (2, 1, 3))

    def test_a_row_alone_from_a_pipe(self):
        """It cannot be read a second time, so the run's reading comes first where a guess may go astray."""
        start = datetime.datetime(2024, 1, 1)
        quarters = [start + datetime.timedelta(minutes=15 * i) for i in range(384)]
        cases = {"slots": ("date,PTU", [f"{t:%Y-%m-%d},{i % 96 + 1}" for i, t in enumerate(quarters)]),
                 "weeks": ("yearweek", [f"{2015 + i // 52}{i % 52 + 1:02}" for i in range(150)]),
                 "ranges": ("time", [f"{t:%Y-%m-%d %H:%M}-{t + datetime.timedelta(minutes=15):%H:%M}" for t in quarters[:40]])}
        for name, (header, times) in cases.items():
            with self.subTest(name):
                store, rows = self.dir / f"{name}.db", [f"{time},a,{i * 7 % 19}" for i, time in enumerate(times)]
                self.train(self.write_text(f"{name}.csv", "\n".join([f"{header},id,v", *rows[:-1]]) + "\n"), "--store", store, "--models", "naive")
                done = run("update", "--store", store, "-", "--json", input=f"{header},id,v\n{rows[-1]}\n")
                self.assertEqual(done.returncode, 0, done.stderr)
                summary = json.loads(done.stdout)
                self.assertEqual((summary["advanced"], summary["values"], summary["skipped"], summary["missing"]), (1, 1, 0, 0))

    def test_a_value_belongs_to_the_period_that_it_is_of(self):
        """Months, quarters and years that are called by their last days, and days by their last second or by none."""
        month = lambda i: datetime.date(2019 + i // 12, i % 12 + 1, 1)
        last = lambda i: month(i + 1) - datetime.timedelta(1)
        day = lambda i: datetime.date(2024, 1, 1) + datetime.timedelta(i)
        cases = (  # name, how many are known, how each is called, and each of two new ones
            ("months", 48, lambda i: f"{last(i)}", lambda i: f"{month(i):%b-%y}"),
            ("months of ISO 8601", 48, lambda i: f"{last(i)}", lambda i: f"{month(i):%Y-%m}"),
            ("quarters", 16, lambda i: f"{last(3 * i + 2)}", lambda i: f"{2019 + i // 4}-Q{i % 4 + 1}"),
            ("years", 20, lambda i: f"{2000 + i}-12-31", lambda i: f"{2000 + i}"),
            ("days by their end", 50, lambda i: f"{day(i)}", lambda i: f"{day(i)} 23:59:59"),
            ("days by their last minute", 50, lambda i: f"{day(i)}", lambda i: f"{day(i)} 23:59"),
            ("days by nothing", 50, lambda i: f"{day(i)} 23:59:59", lambda i: f"{day(i)}"),
        )
        for name, n, known, new in cases:
            with self.subTest(name):
                store = self.dir / f"{name}.db"
                text = "time,v\n" + "".join(f"{known(i)},{i * i % 17}\n" for i in range(n))
                self.train(self.write_text("t/x.csv", text), "--store", store, "--models", "naive")
                summary = self.update(store, self.write_text("u/x.csv", f"time,v\n{new(n)},101\n{new(n + 1)},102\n"))
                self.assertEqual((summary["values"], summary["skipped"], summary["missing"]), (2, 0, 0))
        sundays = "time,v\n" + "".join(f"{day(7 * i - 1)},{i * i % 17}\n" for i in range(30))
        store = self.dir / "sundays.db"
        self.train(self.write_text("t/x.csv", sundays), "--store", store, "--models", "naive")
        done = run("update", "--store", store, self.write_text("u/x.csv", "time,v\n2024-W30,101\n2024-W31,102\n"))
        self.assertEqual(done.returncode, 3, done.stderr + done.stdout)
        self.assertIn("weeks of ISO 8601", done.stderr + done.stdout)

    def test_values_are_read_as_the_run_read_its_own(self):
        """Three rows show neither what 34.995 is nor that -999 is no value; another unit or quantity is no continuation."""
        old = [f"2024-01-{d:02}" for d in range(1, 32)] + [f"2024-02-{d:02}" for d in range(1, 30)]
        new = ["2024-03-01", "2024-03-02", "2024-03-03"]
        wave = lambda i: 50 + i * 7 % 11 + (i % 7) / 10
        table = lambda times, head, row: head + "\n" + "".join(row(time, wave(i)) + "\n" for i, time in enumerate(times))
        german = lambda v: f"{v * 1000:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
        cases = (  # name, the training's head and row, the update's, its options, and what becomes of it
            ("thousands", "date;id;v", lambda t, v: f"{t};x;{german(v)}", "date;id;v", lambda t, v: f"{t};x;{german(v)[:-3]}", (), 52000),
            ("marker", "date,id,v", lambda t, v: f"{t},x,{v}", "date,id,v", lambda t, v: f"{t},x,-999", ("--missing=-999",), "no values"),
            ("sentinel", "date,id,v", lambda t, v: f"{t},x,{v}", "date,id,v", lambda t, v: f"{t},x,{-999.0 if t > new[0] else v}", (), 50),
            ("unit", "date,id,v", lambda t, v: f"{t},x,{v} kW", "date,id,v", lambda t, v: f"{t},x,{v * 1000} W", (), "in 'W' here and in 'kW'"),
            ("no unit", "date,id,v", lambda t, v: f"{t},x,{v} %", "date,id,v", lambda t, v: f"{t},x,{v / 100}", (), "without a unit here"),
            ("unit column", "date,id,v,unit", lambda t, v: f"{t},x,{v},kW", "date,id,v,unit", lambda t, v: f"{t},x,{v * 1000},W", (), "in 'W' here"),
            ("quantity", "date,id,temp", lambda t, v: f"{t},x,{v}", "date,id,humidity", lambda t, v: f"{t},x,{v}", (), "'humidity' here and 'temp'"),
            ("another program", "date,id,v", lambda t, v: f"{t},x,{v}", "date;id;v", lambda t, v: f"{t};x;{v}".replace(".", ","), (), 52),
            ("tabs", "date\tid\tv", lambda t, v: f"{t}\tx\t{german(v)}", "date\tid\tv", lambda t, v: f"{t}\tx\t{german(v)[:-3]}", (), 52000),
            ("year", "date,id,sales 2023", lambda t, v: f"{t},x,{v}", "date,id,sales 2024", lambda t, v: f"{t},x,{v}", (), 52),
        )
        for name, head, row, other_head, other_row, options, end in cases:
            with self.subTest(name):
                store = self.dir / f"{name}.db"
                self.train(self.write_text(f"{name}/a.csv", table(old, head, row)), "--store", store, "--models", "naive", *options)
                update = self.write_text(f"{name}/b.csv", table(new, other_head, other_row))
                done = run("update", "--store", store, update, "--progress", "none")
                if isinstance(end, str):
                    self.assertEqual((done.returncode, end in done.stderr), (65, True), done.stderr)
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                mean = float(list(csv.reader(run("forecast", "--store", store, "--horizon", 1).stdout.splitlines()))[1][2])
                self.assertLess(abs(mean / end - 1), 0.3)
        done = run("update", "--store", self.dir / "quantity.db", self.dir / "quantity" / "b.csv", "--value-column", "humidity")
        self.assertEqual(done.returncode, 0, done.stderr)
        again = run("update", "--store", self.dir / "thousands.db", self.write_text("thousands/c.csv", "date;id;v\n2024-03-04;x;34.995\n"))
        self.assertEqual(again.returncode, 0, "an update goes on an update")
        self.assertIn(",34995,", run("forecast", "--store", self.dir / "thousands.db", "--horizon", 1).stdout)

    def test_rows_of_a_shorter_step_are_refused(self):
        hours = [f"2024-01-{1 + i // 24:02}T{i % 24:02}:00:00,{i % 24}" for i in range(24 * 8)]
        _, store = self.nights("hours", "time,v", hours, 24 * 8 - 1)
        quarters = "".join(f"2024-01-09T{i // 4:02}:{i % 4 * 15:02}:00,{i}\n" for i in range(96))
        summary = self.update(store, self.write_text("finer/hours.csv", "time,v\n" + quarters), code=3)
        self.assertIn("at times of its step that have one already", summary["failures"][0]["reason"])

    def test_data_of_another_clock_unit_or_period_are_refused(self):
        def rows(name, cells):
            return self.write_text(name, "time,sales\n" + "".join(f"{t},{v}\n" for t, v in cells))
        draw = random.Random(7)
        hours = [(datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i), round(100 + 10 * draw.random(), 2)) for i in range(240)]
        days = [(datetime.date(2024, 1, 1) + datetime.timedelta(i), round(100 + 10 * draw.random(), 2)) for i in range(40)]
        slashes = [(f"{t:%d/%m/%Y}", v) for t, v in days]
        months = [(f"{2018 + i // 12}-{i % 12 + 1:02}", round(100 + 10 * draw.random(), 2)) for i in range(48)]
        late = hours[-24:] + [(hours[-1][0] + datetime.timedelta(hours=i), 105) for i in (1, 2)]
        for known, new, says in (
                (hours, [(t + datetime.timedelta(hours=1), v) for t, v in late], "23 of 23 values that it has in common with what is known differ, and are those of 1 step before"),
                (hours, [(t - datetime.timedelta(hours=2), v) for t, v in late], "26 of 26 values that it has in common with what is known differ, and are those of 2 steps later"),
                (days, [(t, 1000 * v) for t, v in days[-6:]] + [(datetime.date(2024, 2, 10), 104e3)], "6 of 6 values that it has in common with what is known differ, and all are outside of what it ever was"),
                (days, [(datetime.date(2024, 2, 11) + datetime.timedelta(7 * i), 700) for i in range(4)], "4 new values lie 7 steps apart"),
                (hours, [(hours[-1][0] + datetime.timedelta(hours=2 * i), 200) for i in range(1, 13)], "12 new values lie 2 steps apart"),
                (slashes, [(f"{t:%m/%d/%Y}", 100) for t in (datetime.date(2024, 2, d) for d in (10, 11, 12))], "3 new values lie 30 steps apart"),
                (days, [("2024-03", 3000), ("2024-04", 3100)], "its times are those of months, and it goes on in steps of 1D"),
                (months, [("2022Q1", 300), ("2022Q2", 310)], "its times are those of quarters, and it goes on in steps of 1M"),
                (months, [("2022", 1200), ("2023", 1250)], "its times are those of years, and it goes on in steps of 1M")):
            with self.subTest(says):
                store = self.dir / f"{len(says)}-{len(known)}.db"
                store.unlink(missing_ok=True)
                self.assertEqual(run("train", rows("old/s.csv", known), "--store", store, "--models", "naive", "-q").returncode, 0)
                done = run("update", rows("new/s.csv", new), "--store", store, "-q")
                self.assertEqual((done.returncode, done.stdout, says in done.stderr), (3, "", True), done.stderr)
        store = self.dir / "longer.db"
        self.assertEqual(run("train", rows("old/s.csv", hours), "--store", store, "--models", "naive", "-q").returncode, 0)
        more = rows("new/s.csv", [(hours[-1][0] + datetime.timedelta(hours=i), 100) for i in range(1, 25)])
        for step in ("2h", "90min", "1D"):
            done = run("update", more, "--store", store, "-q", "--frequency", step, "--aggregate", "mean")
            self.assertEqual((done.returncode, f"--frequency puts its new values together in steps of {step}" in done.stderr), (3, True), done.stderr)
        self.assertEqual(run("update", more, "--store", store, "-q", "--frequency", "1h").returncode, 0)
        # Small revisions of everything, a gap that is over, and a row or two with holes are the days of a life.
        for known, new in ((days, [(t, v + 0.01) for t, v in days[-20:]] + [(datetime.date(2024, 2, 10), 104)]),
                           (days, [(datetime.date(2024, 3, 10) + datetime.timedelta(i), 104) for i in range(5)]),
                           (days, [(datetime.date(2024, 2, 10), 104), (datetime.date(2024, 2, 14), 104)])):
            store = self.dir / "fine.db"
            store.unlink(missing_ok=True)
            self.assertEqual(run("train", rows("old/s.csv", known), "--store", store, "--models", "naive", "-q").returncode, 0)
            self.assertEqual(run("update", rows("new/s.csv", new), "--store", store, "-q").returncode, 0, new)

    def test_quiet_updates_still_warn(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(40)]
        store = self.dir / "wide.db"
        head = "date,cpu,mem\n"
        old = self.write_text("wide.csv", head + "".join(f"{t},{i % 7},{i % 5}\n" for i, t in enumerate(days)))
        self.assertEqual(run("train", old, "--store", store, "--models", "naive", "-q").returncode, 0)
        late = self.write_text("late.csv", head + "2023-12-31,1,2\n" + "".join(f"{t},{i % 7},{9 if i == 39 else i % 5}\n" for i, t in enumerate(days)) +
                               "2024-02-10,1,2\n")
        done = run("update", late, "--store", store, "-q")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertIn("2 values before the first one of their targets were left out", done.stderr)
        self.assertRegex(done.stderr, "known values differ from what the models have seen; .*\n +mem: 1 from 2024-02-09 on")
        self.assertNotIn("load ", done.stderr)
        plain = self.write_text("plain.csv", head + "2024-02-11,1,2\n")
        self.assertEqual(run("update", plain, "--store", store, "-q").stderr, "")
        alone = self.write_text("alone.csv", "date,cpu\n2024-02-12,4\n")
        done = self.update(store, alone)
        self.assertEqual((done["advanced"], done["vanished"], done["fitted"]), (1, 1, 0), "one column of a wide run is no series of its own")
        for text, says in (("date,CPU,mem\n2024-02-13,1,2\n", "the data have 'CPU' where the store has 'cpu', which is not in the data"),
                           ("".join(f"2024-02-{d},1,2\n" for d in range(12, 20)), "have they lost their header?")):
            done = run("update", self.write_text("other.csv", text), "--store", store, "-q")
            self.assertEqual((done.returncode, says in done.stderr), (65, True), done.stderr)

    def test_a_constant_or_short_target_learns_what_comes(self):
        """As a training on all values would have the simple model, however the values come; and it is said."""
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(44)]
        late = [15, 17, 14, -3]
        def rows(first, last):
            return [{"target": t, "time": str(days[i]), "value": 15 if i < 40 else late[i - 40]}
                    for t in ("constant", "short", "still") for i in range(first, last) if t != "short" or i >= 37
                    if t != "still" or i < 40]
        def interval(store, target):
            lines = csv.reader(io.StringIO(run("forecast", "--store", store, "--target", target, "--horizon", 1).stdout))
            return list(map(float, list(lines)[1][2:5]))
        stores = [self.dir / "nights.db", self.dir / "once.db"]
        for store, nights in zip(stores, [[(40, 41), (41, 42), (42, 43), (43, 44)], [(40, 44)]]):
            self.train(self.write("old.csv", rows(0, 40)), "--store", store, "--season", 1)
            for n, (first, last) in enumerate(nights):
                summary = self.update(store, self.write(f"new{n}.csv", rows(first, last)))
            self.assertEqual(summary["outgrown"], 2)
        self.assertEqual(*[interval(store, "constant") for store in stores])
        for target, errors in (("constant", 43), ("short", 6)):
            mean, low, high = interval(stores[0], target)
            deviation = ((2 * 2 + 3 * 3 + 17 * 17) / errors) ** 0.5
            self.assertEqual(mean, -3)
            self.assertAlmostEqual(high - low, 2 * 1.2815515655446004 * deviation, places=9)
        self.assertEqual(interval(stores[0], "still"), [15, 15, 15])

    def test_a_reading_that_cannot_be_one_is_missing_and_named(self):
        """One value of 1e7 among 200s was 384,000 in the next forecast, without a word."""
        noise = random.Random(1)
        values = [[round(200 + 20 * noise.gauss(0, 1), 2) for _ in range(102)] for _ in range(3)]
        values[1][97] = 1e7
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(102)]
        def rows(first, last, targets="ab"):
            return [{"target": t, "time": str(days[i]), "value": values["abc".index(t)][i]}
                    for t in targets for i in range(first, last)]
        def means(store):
            lines = run("forecast", "--store", store, "--horizon", 3).stdout.splitlines()[1:]
            return [float(line.split(",")[2]) for line in lines]
        once, nights, kept = (self.dir / f"{name}.db" for name in ("once", "nights", "kept"))
        for store in (once, nights, kept):
            self.train(self.write("old.csv", rows(0, 70)), "--store", store, "--season", 1)
        summary = self.update(once, self.write("new.csv", rows(70, 100)))
        named = [{"target": "b", "time": "2024-04-07", "value": 1e7}]
        self.assertEqual((summary["outliers"], summary["taken_out"], summary["missing"]), (1, named, 1))
        for i in range(70, 100):
            summary = self.update(nights, self.write("night.csv", rows(i, i + 1)))
            self.assertEqual(summary["outliers"], int(i == 97))
        self.assertTrue(all(150 < mean < 250 for mean in means(once)), means(once))
        self.assertEqual(means(once), means(nights))
        self.assertEqual(self.update(kept, self.dir / "new.csv", "--outliers", "keep")["outliers"], 0)
        self.assertGreater(max(means(kept)), 1000)
        # A second one is data, and a new target is judged by all of its own.
        values[1][100] = 1e7
        values[2][80] = -1e7
        after = self.update(once, self.write("more.csv", rows(70, 102, "abc")))
        self.assertEqual([one["target"] for one in after["taken_out"]], ["c"])
        self.assertEqual((after["outliers"], after["fitted"]), (1, 1))
        self.assertTrue(all(150 < mean < 250 for mean in means(once)[6:]), means(once))

    def test_the_same_training_again_leaves_its_updates_alone(self):
        """It went back to the run as it was trained, and the next update lacked what had come between."""
        _, old, new = self.data()
        store, train = self.dir / "s.db", self.write("old.csv", old)
        times = sorted({row["time"] for row in new})
        self.train(train, "--store", store, *self.MODELS)
        first = self.update(store, self.write("1.csv", [row for row in new if row["time"] <= times[5]]))
        before = run("forecast", "--store", store, "--horizon", 1).stdout
        self.assertEqual(self.train(train, "--store", store, *self.MODELS)["run"], 1)
        self.assertEqual(run("forecast", "--store", store, "--horizon", 1).stdout, before)
        second = self.update(store, self.write("2.csv", [row for row in new if row["time"] > times[5]]))
        self.assertEqual((second["base"], second["missing"]), (first["run"], 0))
        # Another training's run is gone back to, as before.
        other = self.train(train, "--store", store, "--models", "naive")
        self.assertEqual(other["run"], second["run"] + 1)
        self.train(train, "--store", store, *self.MODELS)
        self.assertEqual(self.update(store, self.dir / "2.csv")["base"], second["run"])

    def test_models_that_no_longer_hold_are_counted(self):
        draw = random.Random(3)
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(250)]
        rows = [{"target": k, "time": str(d), "value": round(100 + draw.gauss(0, 2) + (40 if k == "moved" and i >= 200 else 0), 3)} for i, d in enumerate(days) for k in ("alike", "moved")]
        store = self.dir / "moved.db"
        self.train(self.write("old.csv", [r for r in rows if r["time"] < str(days[200])]), "--store", store, *self.MODELS)
        summary = self.update(store, self.write("one.csv", [r for r in rows if str(days[200]) <= r["time"] < str(days[203])]))
        self.assertEqual(summary["doubtful"], 0, "a few errors say nothing yet")
        path = self.write("more.csv", [r for r in rows if r["time"] >= str(days[203])])
        done = run("update", "--store", store, path)
        self.assertIn("1 targets, such as 'moved', are no longer what their models expect", done.stdout + done.stderr)

    def test_data_of_no_known_target_are_asked_about(self):
        """A night's file without a column of targets has another name than the training's."""
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(40)]
        text = lambda some: "time,v\n" + "".join(f"{d},{d.day % 7}\n" for d in some)
        store = self.dir / "named.db"
        self.train(self.write_text("sales.csv", text(days[:30])), "--store", store, "--models", "naive")
        asks = "none of the targets"
        done = run("update", "--store", store, self.write_text("night/sales.csv", text(days[30:35])))
        self.assertEqual((done.returncode, asks in done.stdout + done.stderr), (0, False))
        for path in (self.write_text("sales-2.csv", text(days[35:])), "-"):
            done = run("update", "--store", store, path, input=text(days[35:]) if path == "-" else None)
            self.assertEqual(done.returncode, 65, "the old one would stand still beside a new one")
            self.assertIn("none of the targets of the store ('sales') is in the data", done.stderr)
            self.assertIn("give the file its name", done.stderr)
        self.train(self.write_text("ids.csv", "".join(text(days[:30]).replace("\n", f",{k}\n").replace("v," + k, "v,id") for k in ("A7",))), "--store", store, "--models", "naive", "--fresh")
        new = lambda k: self.write_text("more.csv", text(days[30:]).replace("\n", f",{k}\n").replace("v," + k, "v,id"))
        for k in ("a7", " A7", "0A7"):
            done = run("update", "--store", store, new(k), "--target-column", "id")
            self.assertEqual(done.returncode, 65, done.stderr)
            self.assertIn("where the store has 'A7'", done.stderr)
        done = run("update", "--store", store, new("B1"), "--target-column", "id")
        self.assertEqual((done.returncode, asks in done.stdout + done.stderr), (0, True), "a new one is added, and asked about")

    def test_where_there_is_no_row_there_was_nothing(self):
        """--gaps zero holds at the join, within the night's rows, and up to the end of the data; as trained, if not said."""
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(100)]
        def rows(first, last, skip=()):
            return [{"target": t, "time": str(d), "value": 5 + i % 3} for i, d in enumerate(days[first:last]) for t in "yz" if t == "y" or i + first not in skip]
        new = self.write("new.csv", rows(60, 100, {*range(60, 70), 80, *range(85, 100)}))
        for trained, said, zero in ((("--gaps", "zero"), ("--gaps", "zero"), True), (("--gaps", "zero"), (), True),
                                    (("--gaps", "zero"), ("--gaps", "none"), False), ((), (), False)):
            with self.subTest(trained=trained, said=said):
                store = self.dir / "zero.db"
                store.unlink(missing_ok=True)
                self.train(self.write("old.csv", rows(0, 60)), "--store", store, "--models", "naive", "--combine", "none", *trained)
                summary = self.update(store, new, *said)
                self.assertEqual((summary["advanced"], summary["values"]), (2, 80 if zero else 54))
                if not zero: continue
                self.assertEqual(summary["missing"], 0)
                lines = list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1:]
                self.assertEqual([line[:2] for line in lines], [["y", "2024-04-10"], ["z", "2024-04-10"]])
                self.assertEqual(float(lines[1][2]), 0)

    def test_plots_go_on_with_the_values_of_updates(self):
        """The history goes on to the new origin; the held-out forecast stays where its values are."""
        _, old, new = self.data(targets=2)
        store = self.dir / "plots.db"
        self.train(self.write("old.csv", old), "--store", store, "--season", 12, "--horizon", 6)
        target = old[0]["target"]
        def points(name):
            plot = json.loads(run("plot", "--store", store, "--target", target, "--json").stdout)[0]
            return {time: value for time, value in zip(plot["times"], plot[name]) if value is not None}
        held_out = points("held_out")
        self.update(store, self.write("new.csv", new))
        self.assertEqual(len(held_out), 6)
        self.assertEqual(points("held_out"), held_out)
        self.assertEqual(list(points("history").values()), [float(row["value"]) for row in old + new if row["target"] == target])

    def test_values_below_zero_after_an_update_are_followed(self):
        """Neither the floor of what was never negative nor members that follow the new values are those of before."""
        draw = random.Random(11).gauss
        level = [35.0]
        while len(level) < 90:
            level.append(max(1.0, level[-1] + draw(-0.6, 1.5)))
        rows = [f"{datetime.date(2024, 1, 1) + datetime.timedelta(i)},{v}" for i, v in enumerate(level)]
        store = self.dir / "walk.db"
        self.train(self.write_text("walk.csv", "date,v\n" + "\n".join(rows) + "\n"), "--store", store, "--season", 1)
        down = [f"{datetime.date(2024, 3, 31) + datetime.timedelta(i)},{level[-1] - 1.5 * (i + 1) + draw(0, 2)}" for i in range(30)]
        self.update(store, self.write_text("night/walk.csv", "date,v\n" + "\n".join(down) + "\n"))
        forecast = list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1]
        last = float(down[-1].split(",")[1])
        self.assertLess(last, -30)
        self.assertLess(abs(float(forecast[2]) - last), 15)

    def test_a_shard_is_merged_before_it_is_updated(self):
        _, old, new = self.data(targets=6)
        train, more = self.write("old.csv", old), self.write("new.csv", new)
        shards = [self.dir / f"{i}.db" for i in (1, 2)]
        for i, store in enumerate(shards, 1):
            self.train(train, "--store", store, "--models", "ets,theta", "--shard", f"{i}/2")
        before = self.export(shards[1])
        done = run("update", "--store", shards[1], more)
        self.assertEqual(done.returncode, 65, done.stderr)
        self.assertIn("is shard 2/2 of a fleet", done.stderr)
        self.assertIn("fitd merge", done.stderr)
        self.assertEqual(self.export(shards[1]), before)
        found = run("detect", "--store", shards[0], more)
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertRegex(found.stderr, "of 6 targets go without a model, .* is shard 1/2 of a fleet .* fitd merge")
        whole, merged = self.dir / "whole.db", self.dir / "merged.db"
        self.assertEqual(run("merge", "--store", merged, *shards).returncode, 0)
        self.train(train, "--store", whole, "--models", "ets,theta")
        for store in (whole, merged):
            self.assertEqual(self.update(store, more)["advanced"], 6)
        self.assertEqual(self.export(merged), self.export(whole))

    def test_m3_monthly_point_by_point_is_in_one_go(self):
        path = support.m3("monthly")
        train, test = read(path), read(str(path).replace(".train.", ".test."))
        target, time, value = list(train[0])
        some = set(sorted({r[target] for r in train})[::4])
        rows = lambda data: [{"target": r[target], "time": r[time], "value": r[value]} for r in data if r[target] in some]
        options = ("--season", "12", "--horizon", "18", "--models",
                   "ets,arima,ces,theta,lgt,mstl,mstl:arima,mstl:sarima,profile,sba,tsb,counts,croston,naive,seasonal-naive,mean,log:ets,log:arima,log:mstl,log:mstl:arima")
        at_once, one_by_one = self.dir / "at_once.db", self.dir / "one_by_one.db"
        self.train(self.write("train.csv", rows(train)), "--store", at_once, *options)
        shutil.copy(at_once, one_by_one)
        series = {}
        for row in rows(test):
            series.setdefault(row["target"], []).append(row)
        self.assertEqual(len(series), 357)
        summary = self.update(at_once, self.write("test.csv", rows(test)))
        self.assertEqual((summary["advanced"], summary["values"], summary["failed"]), (357, 357 * 18, 0), summary)
        for step in range(18):
            one = self.update(one_by_one, self.write("step.csv", [points[step] for points in series.values()]))
            self.assertEqual((one["advanced"], one["values"], one["failed"]), (357, 357, 0), one)
        self.assertEqual(self.export(at_once), self.export(one_by_one))
        self.assertEqual({model["algorithm"] for model in self.models(at_once)},
                         {*options[-1].split(","), "pooled-ar"})
        again = self.update(at_once, self.write("all.csv", rows(train) + rows(test)))
        self.assertEqual((again["values"], again["corrections"]), (0, 0), again)


# Named, because the members of a long season are selected again, whatever the earlier ones were.
MODELS = ("--models", "ets,arima,theta")


class IncrementalTrainTest(Telemetry):
    """Nightly training takes up what it has."""

    def test_what_a_night_lacks_is_said(self):
        days = [f"2024-01-{d:02}" for d in range(1, 32)]
        text = lambda ends: "time,target,value\n" + "".join(f"{t},{k},{i * i % 17}\n" for k, n in ends.items() for i, t in enumerate(days[:n]))
        store = self.dir / "s.db"
        for ends, said in (({"A": 30, "B": 30, "C": 30, "D": 30}, None),
                           ({"A": 31, "B": 19}, "2 targets of run 1 are not in the data, 'C', 'D'; 1 target ends before it did in run 1, 'B'"),
                           ({"A": 31, "B": 31, "E": 31}, None),
                           # An older file, whose run is still there and is forecast from again.
                           ({"A": 30, "B": 30, "C": 30, "D": 30},
                            "1 target of run 3 is not in the data, 'E'; 2 targets end before they did in run 3, 'A', 'B'")):
            done = run("train", self.write_text("x.csv", text(ends)), "--store", store, "--models", "naive")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual("end before they did" in done.stderr or "ends before it did" in done.stderr, said is not None, done.stderr)
            self.assertIn(said or "", done.stderr)

    def test_unchanged_targets_are_kept_and_grown_ones_refitted(self):
        rows, old, new = self.data(targets=8)
        ids = [i for i in sorted({row["target"] for row in rows})  # constant ones have nothing to refit
               if len({row["value"] for row in rows if row["target"] == i}) > 1]
        store, other = self.dir / "s.db", self.dir / "fresh.db"
        self.train(self.write("old.csv", old), "--store", store, *MODELS)
        grown = [row for row in rows if row["target"] in ids[:3] or row in old]
        second = self.train(self.write("grown.csv", grown), "--store", store, *MODELS)
        self.assertEqual((second["kept"], second["refitted"] + second["reselected"]), (5, 3), second)
        fresh = self.train(self.dir / "grown.csv", "--store", other, *MODELS)
        self.assertEqual(fresh["kept"], 0)
        mine, theirs = self.models(store), self.models(other)
        kept = 0
        for a, b in zip(mine, theirs):
            self.assertEqual((a["target"], a["algorithm"], a["n"]), (b["target"], b["algorithm"], b["n"]))
            if a["spec"] == b["spec"] and a.get("aicc") is not None:
                kept += 1
                self.assertAlmostEqual(a["aicc"], b["aicc"], delta=0.01, msg=str((a["target"], a["spec"])))
        self.assertGreater(kept, len(mine) // 3)
        select = self.train(self.dir / "grown.csv", "--store", store, *MODELS, "--reselect")
        self.assertEqual((select["kept"], select["reselected"]), (5, 3), select)
        self.assertEqual(self.export(store).count('"target"'), self.export(other).count('"target"'))

    def test_workers_chunks_and_kills_do_not_change_a_bit(self):
        rows, old, _ = self.data(targets=12)
        train, more = self.write("old.csv", old), self.write("all.csv", rows)
        exports = []
        for i, options in enumerate((("--workers", 0), ("--workers", 2, "--chunk-size", 1))):
            store = self.dir / f"{i}.db"
            self.train(train, "--store", store, "--models", "ets,theta")
            if i:
                done = run("train", more, "--store", store, "--models", "ets,theta", *options,
                           env=dict(os.environ, FITD_FAULT="parent.before_finish=kill"))
                self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)
            self.train(more, "--store", store, "--models", "ets,theta", *options)
            exports.append(self.export(store))
        self.assertEqual(*exports)

    def test_only_superblocks_with_changed_targets_are_summed_again(self):
        rows = read(self.sample("all.csv", targets=8300, length=24, seed=5, frequency="1M"))
        options = ("--models", "naive,mean", "--season", "12", "--horizon", "2")
        store, fresh = self.dir / "s.db", self.dir / "fresh.db"

        def log_of(name, data, *more):
            logs = self.dir / name
            self.train(data, "--store", store, *options, "--log-dir", logs, *more)
            return (logs / "fitd.log").read_text()

        said = log_of("first", self.write("old.csv", rows))
        self.assertNotIn("superblocks", said)
        last = rows[-1]["target"]
        changed = [dict(row, value=str(float(row["value"] or 1) * 1.5)) if row["target"] == last else row for row in rows]
        said = log_of("second", self.write("new.csv", changed))
        self.assertIn("2 of 3 superblocks of targets have their sums of an earlier run", said)
        self.train(self.dir / "new.csv", "--store", fresh, *options)
        self.assertEqual(self.regressions(store), self.regressions(fresh))
        # What is damaged is made again; --fresh takes nothing.
        with sqlite3.connect(store) as db:
            db.execute("UPDATE block_sums SET sums = zeroblob(100) WHERE superblock = 1")
        db.close()
        said = log_of("third", self.write("newer.csv", changed[:-1]))
        self.assertIn("sums of superblock 1", said)
        self.assertIn("1 of 3 superblocks", said)
        self.assertNotIn("superblocks", log_of("fourth", self.dir / "old.csv", "--fresh"))

    def regressions(self, store):
        with sqlite3.connect(store) as db:
            found = db.execute("SELECT value FROM globals WHERE run = (SELECT max(run) FROM runs) AND name LIKE '%pooled%'")
            values = found.fetchall()
        db.close()
        self.assertEqual(len(values), 1)
        return values

    def test_training_after_updates_takes_late_corrections(self):
        rows, old, new = self.data(targets=3)
        store = self.dir / "s.db"
        self.train(self.write("old.csv", old), "--store", store, "--models", "ets,theta")
        self.update(store, self.write("new.csv", new))
        changed = [dict(row, value=str(float(row["value"]) + 5)) if row is new[2] else row for row in rows]
        summary = self.train(self.write("changed.csv", changed), "--store", store, "--models", "ets,theta")
        self.assertEqual(summary["refitted"] + summary["reselected"] + summary["constant"], 3, summary)
        self.assertEqual(self.update(store, self.dir / "changed.csv")["corrections"], 0)


if __name__ == "__main__":
    unittest.main()
