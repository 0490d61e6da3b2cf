"""Times, steps and repairs through the real binary: what real files have shown, one test of each kind."""
import csv
import datetime
import io
import json
import math
import random
import re
import sqlite3
import unittest

from fitd_support import SHARED, Scratch, run
from time_files import NAIVE, TimeFiles, lines

DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2023, 1, 2)


class Times(TimeFiles):
    def test_hours_counted_through_a_change_of_clocks_are_named(self):
        """Half hour 50, hour 25: no clock shows them, and which rows they are is for the file to say."""
        days = [datetime.date(2023, 10, 20) + i * DAY for i in range(14)]
        for column, per_day in (("Hour", 24), ("Settlement Period", 48)):
            rows = [(d, n, 100 + n) for d in days for n in range(1, per_day + 1 + (per_day // 24) * (d.day == 29))]
            done = run("check", self.write(lines(f"Date,{column},Load", rows)))
            self.assertEqual(done.returncode, 65, done.stdout)
            self.assertIn("where clocks go back, a day has more hours than its clock tells apart", done.stderr)

    def test_times_are_printed_as_they_are_written(self):
        dates = [MONDAY + i * DAY for i in range(40)]
        months = [datetime.date(2019 + m // 12, m % 12 + 1, 1) for m in range(60)]
        cases = [
            ([d.strftime("%d.%m.%Y") for d in dates], ["11.02.2023", "12.02.2023"]),
            ([d.strftime("%m/%d/%Y") for d in dates], ["02/11/2023", "02/12/2023"]),
            ([d.strftime("%Y/%m/%d") for d in dates], ["2023/02/11", "2023/02/12"]),
            ([d.strftime("%d-%b-%Y") for d in dates], ["11-Feb-2023", "12-Feb-2023"]),
            ([d.strftime("%Y-%m-%d 00:00:00") for d in dates], ["2023-02-11 00:00:00", "2023-02-12 00:00:00"]),
            ([d.strftime("%Y-%m-%dT12:00:00+01:00") for d in dates], ["2023-02-11T12:00:00+01:00", "2023-02-12T12:00:00+01:00"]),
            ([d.strftime("%Y%m%d") for d in dates], ["20230211", "20230212"]),
            ([d.strftime("%Y-%m") for d in months], ["2024-01", "2024-02"]),
            ([d.strftime("%Y%m") for d in months], ["202401", "202402"]),
            ([f"{2019 + m / 12:.3f}" for m in range(60)], ["2024.000", "2024.083"]),
            ([d.strftime("%b %Y") for d in months], ["Jan 2024", "Feb 2024"]),
            ([f"{2000 + q // 4}Q{q % 4 + 1}" for q in range(40)], ["2010Q1", "2010Q2"]),
            ([str(1963 + y) for y in range(40)], ["2003", "2004"]),
            ([str(44927 + i) for i in range(40)], ["44967", "44968"]),
            ([str((1672617600 + 3600 * i) * 10**6) for i in range(40)], ["1672761600000000", "1672765200000000"]),
            ([d.strftime("%d%b%Y").upper() for d in dates], ["11FEB2023", "12FEB2023"]),
            ([d.strftime("%Y %b").upper() for d in months], ["2024 JAN", "2024 FEB"]),
            ([d.strftime("%d/%m/%Y 12:00 pm") for d in dates], ["11/02/2023 12:00 pm", "12/02/2023 12:00 pm"]),
            ([d.strftime("%Y:%m:%d 00:00:00") for d in dates], ["2023:02:11 00:00:00", "2023:02:12 00:00:00"]),
            ([d.strftime("%Y%m%d:0010") for d in dates], ["20230211:0010", "20230212:0010"]),
            ([f"{d.year}年{d.month}月{d.day}日" for d in dates], ["2023年2月11日", "2023年2月12日"]),
            ([f"{d.year}. {d.month}. {d.day}." for d in dates], ["2023. 2. 11.", "2023. 2. 12."]),
            ([d.strftime("%Y.%m") for d in months], ["2024.01", "2024.02"]),
            ([d.strftime("%Y.%-m") for d in months], ["2024.1", "2024.2"]),
            ([d.strftime("%m.%Y") for d in months], ["01.2024", "02.2024"]),
            ([d.strftime("%m.%Y") for d in months[:12]], ["01.2020", "02.2020"]),
            ([d.strftime("%-m.%Y") for d in months], ["1.2024", "2.2024"]),
            ([f"{2000 + q // 4}.{q % 4 + 1}" for q in range(40)], ["2010.1", "2010.2"]),
            ([f"{2000 + q // 4}:{q % 4 + 1}" for q in range(40)], ["2010:1", "2010:2"]),
            ([f"{738000 + i / 24:.6f}" for i in range(48)], ["738002.000000", "738002.041667"]),
            ([f"{2459945.5 + i}" for i in range(48)], ["2459993.5", "2459994.5"]),
            ([f"KW {w}/{y}" for y, w in ((datetime.date(2015, 1, 5) + 7 * i * DAY).isocalendar()[:2] for i in range(110))], ["KW 7/2017", "KW 8/2017"]),
        ]
        for times, expected in cases:
            with self.subTest(times[0]):
                self.assertEqual(self.next_times(lines("time,value", [(t, i % 7) for i, t in enumerate(times)])), expected)

    def test_every_output_writes_times_as_the_data_does(self):
        """Also what has no time of its own: cuts of a backtest, plots, the report, alerts and their list."""
        days = [MONDAY + i * DAY for i in range(60)]
        written = [d.strftime("%d.%m.%Y") for d in days]
        path = self.write(lines("date,value", [(t, 1000 if i == 50 else i % 7) for i, t in enumerate(written)]))
        store, after = self.dir / "s.db", (days[-1] + DAY).strftime("%d.%m.%Y")
        self.assertEqual(run("train", path, "--store", store, *NAIVE).returncode, 0)
        done = run("backtest", path, "--windows", 1, "--horizon", 2, "--models", "naive", "--season", 1)
        self.assertEqual([row[1:3] for row in csv.reader(io.StringIO(done.stdout))][1:], [[written[-3], written[-2]], [written[-3], written[-1]]], done.stderr)
        plot = json.loads(run("plot", "--store", store, "--target", "data", "--json", "--horizon", 1).stdout)[0]
        self.assertEqual(plot["times"], [*written, after])
        self.assertEqual(plot["seconds"][1] - plot["seconds"][0], 86400)
        self.assertIn(written[0], run("plot", "--store", store, "--target", "data", "--text", "--horizon", 1, "--width", 200).stdout)
        done = run("detect", "--replay", "--events", path)
        self.assertEqual([row[1] for row in csv.reader(io.StringIO(done.stdout))][1:], [written[50]], done.stderr)
        (self.dir / "later").mkdir()
        path = self.write(lines("date,value", [(written[57], 1), (written[58], 9), (written[59], 3)]), "later/data.csv")
        done = run("update", "--store", store, path, "--json")
        self.assertIn(written[58], json.dumps(json.loads(done.stdout)["corrected"]), done.stderr)

    def test_times_with_commas_are_quoted(self):
        hours = [datetime.datetime(2024, 3, 1) + datetime.timedelta(hours=i) for i in range(480)]
        text = lines("time,value", [(t.strftime('"%m/%d/%Y, %I:%M:%S %p"'), i % 7) for i, t in enumerate(hours)])
        self.assertEqual(self.next_times(text), ["03/21/2024, 12:00:00 AM", "03/21/2024, 01:00:00 AM"])

    def test_parts_and_periods_of_times(self):
        """What a month, a quarter, a week or a season is called, and what comes next."""
        weeks = [(datetime.date(2015, 1, 5) + 7 * i * DAY).isocalendar()[:2] for i in range(150)]
        cases = [
            ([f"{2000 + q // 2}-S{q % 2 + 1}" for q in range(40)], "2Q", ["2020-S1", "2020-S2"]),
            ([f"FY{1990 + y}" for y in range(30)], "1Y", ["FY2020", "FY2021"]),
            ([f"{1990 + y}/{(91 + y) % 100:02}" for y in range(30)], "1Y", ["2020/21", "2021/22"]),
            ([f"{2001 + y}-{2 + y:02}" for y in range(10)], "1Y", ["2011-12", "2012-13"]),
            ([f"{q % 4 + 1}Q{10 + q // 4}" for q in range(40)], "1Q", ["1Q20", "2Q20"]),
            ([f"{y}-{w:02}" for y, w in weeks], "7D", ["2017-47", "2017-48"]),
            ([f"{y}{w:02}" for y, w in weeks], "7D", ["201747", "201748"]),
            ([f"{w:02}.{y}" for y, w in weeks], "7D", ["47.2017", "48.2017"]),
            ([f"{w:02}/{y}" for y, w in weeks], "7D", ["47/2017", "48/2017"]),
            ([f"{2023 + d // 365}{d % 365 + 1:03}" for d in range(400)], "1D", ["2024036", "2024037"]),
            ([f"{MONDAY + 7 * i * DAY}/{MONDAY + (7 * i + 6) * DAY}" for i in range(40)], "7D", ["2023-10-09", "2023-10-16"]),
        ]
        for times, step, expected in cases:
            with self.subTest(times[0]):
                text = lines("time,value", [(t, i % 7) for i, t in enumerate(times)])
                done, plan = self.check(text)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual((plan["steps"], plan["values"]), ({step: 1}, len(times)))
                self.assertEqual(self.next_times(text), expected)

    def test_a_series_that_is_seen_at_every_third_time_has_a_step_of_its_own(self):
        months = [datetime.date(2019 + m // 12, m % 12 + 1, 1) for m in range(60)]
        text = lines("date,monthly,quarterly", [(d, i, i if i % 3 == 0 else "") for i, d in enumerate(months)])
        done, plan = self.check(text)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((plan["steps"], plan["values"], plan["gaps_filled"]), ({"1M": 1, "1Q": 1}, 80, 0))
        days = [MONDAY + i * DAY for i in range(140)]
        done, plan = self.check(lines("date,v", [(d, "" if d.weekday() > 4 else i) for i, d in enumerate(days)]))
        self.assertEqual((plan["steps"], plan["values"], plan["gaps_filled"]), ({"B": 1}, 100, 0))
        chance = random.Random(3)  # what is missing by chance has no step
        done, plan = self.check(lines("date,v", [(d, "" if chance.random() < .4 else i) for i, d in enumerate(days)]))
        self.assertEqual(plan["steps"], {"1D": 1})

    def test_what_a_refusal_advises_works(self):
        """Word for word: events, pairs of readings, months that become days."""
        chance = random.Random(1)
        events, at = [], datetime.datetime(2024, 3, 1)
        for i in range(200):
            at += datetime.timedelta(seconds=round(chance.expovariate(1 / 400)))
            events.append((at, 1))
        pairs = [(datetime.datetime(2024, 3, 1) + datetime.timedelta(minutes=5 * (i // 2), seconds=3 * (i % 2)), i) for i in range(200)]
        months = [(datetime.date(2019 + m // 12, m % 12 + 1, 1), m) for m in range(36)] + [(datetime.date(2022, 1, 1) + i * DAY, i) for i in range(20)]
        for name, rows in (("events", events), ("pairs", pairs), ("months", months)):
            with self.subTest(name):
                done, _ = self.check(lines("time,value", rows))
                self.assertEqual(done.returncode, 65)
                advice = re.search(r"--frequency \S+ --aggregate sum", done.stderr)
                self.assertIsNotNone(advice, done.stderr)
                again, plan = self.check(lines("time,value", rows), *advice.group(0).split())
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertGreater(plan["values"], 5)
                allowed = re.search(r"--max-repaired \S+%", done.stderr).group(0)
                self.assertEqual(self.check(lines("time,value", rows), *allowed.split())[0].returncode, 0)

    def test_business_days(self):
        days = [MONDAY + i * DAY for i in range(420)]
        text = lines("date,value", [(d, d.day) for d in days if d.weekday() < 5])
        self.assertEqual(self.next_times(text, horizon=6),
                         ["2024-02-26", "2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-04"])
        done, plan = self.check(text)
        self.assertEqual(plan["steps"], {"B": 1})
        self.assertEqual(plan["values"], 300)
        self.assertEqual(plan["gaps_filled"], 0)

    def test_sparse_days_are_days(self):
        chance = random.Random(5)
        rows = [(MONDAY + i * DAY, i) for i in range(300) if chance.random() < 0.33]
        done, plan = self.check(lines("time,value", rows))
        self.assertEqual(plan["steps"], {"1D": 1})
        self.assertEqual(plan["lost"], 0)
        self.assertEqual(done.returncode, 65)  # two thirds would be made up
        done, plan = self.check(lines("time,value", rows), "--gaps", "zero")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(plan["gaps_filled"], 0)

    def test_zeros_go_on_to_the_end_of_the_fleet(self):
        rows = [("a", MONDAY + i * DAY, 1) for i in range(0, 60, 3)] + [("b", MONDAY + i * DAY, 2) for i in range(90)]
        done, plan = self.check(lines("target,time,value", rows), "--gaps", "zero", "--frequency", "D")
        self.assertEqual(plan["values"], 180)
        self.assertEqual((plan["shortest"], plan["longest"]), (90, 90))

    def test_a_refusal_names_the_targets_the_remedy_and_the_option(self):
        rows = [("good", MONDAY + i * DAY, i) for i in range(100)]
        rows += [("bad", MONDAY + i // 4 * DAY, i) for i in range(100)]
        path = self.write(lines("target,time,value", rows))
        store = self.dir / "s.db"
        done = run("train", path, "--store", store, *NAIVE)
        self.assertEqual(done.returncode, 65)
        self.assertIn("'bad'", done.stderr)
        self.assertNotIn("'good'", done.stderr)
        self.assertIn("75 of 100 rows lost", done.stderr)
        self.assertIn("--aggregate", done.stderr)
        self.assertIn("--max-repaired 75%", done.stderr)
        done = run("train", path, "--store", store, "--max-repaired", "75%", *NAIVE)
        self.assertEqual(done.returncode, 0, done.stderr)
        with sqlite3.connect(store) as db:
            self.assertEqual(db.execute("SELECT id, lost, filled FROM series ORDER BY id").fetchall(),
                             [("bad", 75, 0), ("good", 0, 0)])
        models = json.loads(run("models", "--store", store, "--format", "json").stdout)
        self.assertEqual({m["target"]: m["lost"] for m in models}, {"bad": 75, "good": 0})
        done, plan = self.check(lines("target,time,value", rows), "--frequency", "1D", "--aggregate", "mean")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(plan["lost"], 0)

    def test_a_zone_has_days_of_23_and_25_hours(self):
        import zoneinfo
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        start = datetime.datetime(2024, 3, 25, tzinfo=zone).timestamp()
        stamps = [datetime.datetime.fromtimestamp(start + 3600 * i, zone) for i in range(24 * 230)]
        text = lines("time,value", [(t.strftime("%Y-%m-%d %H:%M"), t.hour) for t in stamps])
        done, plan = self.check(text, "--timezone", "Europe/Berlin")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((plan["steps"], plan["values"], plan["gaps_filled"], plan["duplicates"]), ({"1h": 1}, len(stamps), 0, 0))
        last = datetime.datetime.fromtimestamp(start + 3600 * len(stamps), zone)
        self.assertEqual(self.next_times(text, "--timezone", "Europe/Berlin")[0], last.isoformat(" ", "minutes"))
        daily = self.next_times(text, "--timezone", "Europe/Berlin", "--frequency", "D", "--aggregate", "count")
        self.assertEqual(daily[1], "2024-11-11 00:00+01:00")

    def test_an_hour_that_a_clock_shows_twice_is_told_from_rows_that_were_sent_twice(self):
        for day, told in (("2023-10-29", True), ("2023-11-05", True), ("2023-10-28", False), ("2023-10-22", False)):
            with self.subTest(day):
                hours = [0, 1, 2, 2, *range(3, 24)]
                path = self.write(lines("time,value", [(f"{day} {h:02}:00", i % 7) for i, h in enumerate(hours)]))
                done = run("check", path)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("1 duplicate times", done.stdout)
                self.assertEqual("--timezone Europe/Berlin" in done.stdout, told, done.stdout)
        path = self.write(lines("time,value", [(f"2023-10-29 {h:02}:00", i) for i, h in enumerate([0, 1, 2, 2, *range(3, 24)])]))
        self.assertIn("1 targets, 25 values, 25 rows", run("check", path, "--timezone", "Europe/Berlin").stdout)

    def test_rows_without_times_begin_at_start(self):
        text = lines("value", [(i % 7,) for i in range(60)])
        self.assertEqual(self.next_times(text, "--start", "2024-01-01", "--frequency", "B"), ["2024-03-25", "2024-03-26"])

    def test_until_takes_all_of_what_it_names(self):
        days = [datetime.date(2023, 12, 1) + i * DAY for i in range(80)]
        hours = [datetime.datetime(2024, 1, 13) + datetime.timedelta(hours=i) for i in range(100)]
        for times, form, until, then in ((days, "%Y-%m-%d", "2024-01", "2024-02-01"), (days, "%Y-%m-%d", "2023", "2024-01-01"),
                                         (days, "%Y-%m-%d", "20240131", "2024-02-01"), (days, "%d.%m.%Y", "31.01.2024", "01.02.2024"),
                                         (days, "%d.%m.%Y", "2024-01", "01.02.2024"), (days, "%d.%m.%Y", "2024-01-31", "01.02.2024"),
                                         (hours, "%d.%m.%Y %H:%M", "14.01.2024", "15.01.2024 00:00"),
                                         (hours, "%Y-%m-%d %H:%M", "2024-01-14", "2024-01-15 00:00")):
            with self.subTest(form, until=until):
                text = lines("time,value", [(t.strftime(form), i % 5) for i, t in enumerate(times)])
                self.assertEqual(self.next_times(text, "--until", until)[0], then)

    def test_an_empty_cell_corrects_no_value(self):
        rows = [(d, i) for i, d in enumerate(MONDAY + i * DAY for i in range(40))]
        again = rows[:20] + [(rows[19][0], "")] + rows[20:]
        done, plan = self.check(lines("time,value", again))
        self.assertEqual((done.returncode, plan["values"], plan["gaps_filled"], plan["duplicates"]), (0, 40, 0, 1), done.stderr)
        self.assertEqual(self.check(lines("time,value", rows[:20] + [(rows[20][0], ""), *rows[20:]]))[1]["gaps_filled"], 0)

    def test_until_and_steps_of_pandas(self):
        rows = [(MONDAY + i * DAY, i) for i in range(100)]
        text = lines("time,value", rows)
        self.assertEqual(self.next_times(text, "--until", "2023-02-28")[0], "2023-03-01")
        for alias, step in (("D", "1D"), ("W-MON", "7D"), ("MS", "1M"), ("ME", "1M"), ("QS", "1Q")):
            done, plan = self.check(text, "--frequency", alias, "--aggregate", "sum")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(list(plan["steps"]), [step])

    def test_a_sum_of_a_part_of_a_month_is_left_out_and_said(self):
        def months(first, last, *options):
            days = [first + datetime.timedelta(days=i) for i in range((last - first).days + 1)]
            done, plan = self.check(lines("date,value", [(day.strftime("%Y-%m-%d"), 1) for day in days]), "--frequency", "1M", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            return plan["values"], plan["parts"]
        day = lambda text: datetime.datetime.strptime(text, "%Y-%m-%d")
        total = ("--aggregate", "sum")
        self.assertEqual(months(day("2024-01-01"), day("2024-05-31"), *total), (5, 0))
        self.assertEqual(months(day("2024-01-01"), day("2024-06-08"), *total), (5, 8))
        self.assertEqual(months(day("2024-01-20"), day("2024-06-08"), *total), (4, 20))
        self.assertEqual(months(day("2024-01-01"), day("2024-06-29"), *total), (6, 0), "a day may be missing")
        self.assertEqual(months(day("2024-01-20"), day("2024-06-08"), "--aggregate", "count"), (4, 20))
        self.assertEqual(months(day("2024-01-20"), day("2024-06-08"), "--aggregate", "mean"), (6, 0))
        self.assertEqual(months(day("2024-01-05"), day("2024-01-20"), *total)[0], 1, "nothing would be left")
        shop = [(f"2024-01-{d:02} {h:02}:00", 1) for d in range(1, 15) for h in range(8, 20)]  # open from 8 to 20
        done, plan = self.check(lines("date,value", shop), "--frequency", "1D", *total)
        self.assertEqual((plan["values"], plan["parts"]), (14, 0), done.stderr)
        done, plan = self.check(lines("date,value", shop[:-6]), "--frequency", "1D", *total)
        self.assertEqual((plan["values"], plan["parts"]), (13, 6), done.stderr)

    def test_check_says_what_it_understood(self):
        text = lines("date,value", [((MONDAY + i * DAY).strftime("%d/%m/%Y"), i) for i in range(60)])
        done = run("check", self.write(text))
        self.assertEqual(done.returncode, 0, done.stderr)
        for said in ("02/01/2023 is 2023-01-02", "span: 02/01/2023 to 02/03/2023", "step: 1D", "cost: ", "--time-format %d/%m/%Y", "--frequency 1D"):
            self.assertIn(said, done.stdout)

    def test_the_next_trading_day_is_covered(self):
        """Weekends that were filled in made the 80 % interval of Monday cover 60 %. Prices of changing volatility, and walks."""
        days = [MONDAY + i * DAY for i in range(500)]
        days = [d for d in days if d.weekday() < 5][:301]
        inside = {0: [], 1: []}
        # A fleet's errors of one day make one factor for all of its intervals: three of them.
        for seed in (11, 12, 13):
            chance = random.Random(seed)
            rows, truth = [], {}
            for k in range(1600):
                price, variance = 100.0, 1e-4
                for i, day in enumerate(days):
                    if k % 2 == 0:
                        change = chance.gauss(0, variance ** 0.5)
                        variance = 2e-6 + 0.08 * change * change + 0.9 * variance
                        price *= 1 + change
                    else:
                        price += chance.gauss(0, 1)
                    if i < 300:
                        rows.append((f"s{k:04}", day, f"{price:.4f}"))
                    else:
                        truth[f"s{k:04}"] = price
            store = self.dir / f"{seed}.db"
            done = run("train", self.write(lines("target,time,value", rows)), "--store", store, "--horizon", "1", "--models", "ets,theta", "--workers", "0", "--quiet")
            self.assertEqual(done.returncode, 0, done.stderr)
            for target, time, _, low, high, *_ in list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1:]:
                self.assertEqual(time, str(days[300]))
                inside[int(target[1:]) % 2].append(float(low) <= truth[target] <= float(high))
        for kind in (0, 1):
            self.assertEqual(len(inside[kind]), 2400)
            covered = sum(inside[kind]) / 2400
            self.assertTrue(0.76 <= covered <= 0.86, covered)  # two standard errors of 2400 beyond what both keep to
        both = sum(inside[0] + inside[1]) / 4800
        self.assertTrue(0.78 <= both <= 0.84, both)

    def test_the_next_trading_day_is_covered_in_wild_and_in_calm_times(self):
        """80 % intervals by the deviations of the whole history covered 64 % of the next day of wild times, and 96 % of calm ones."""
        chance = random.Random(13)
        days = [d for d in (MONDAY + i * DAY for i in range(850)) if d.weekday() < 5][:601]
        rows, truth, sizes = [], {}, {}
        for k in range(800):
            price, size, inert = 100.0, 0.01, 0.0
            for i, day in enumerate(days):
                inert = 0.98 * inert + chance.gauss(0, 0.13)
                size = 0.01 * math.exp(inert)
                price *= 1 + chance.gauss(0, size)
                if i < 600:
                    rows.append((f"s{k:04}", day, f"{price:.4f}"))
                else:
                    truth[f"s{k:04}"], sizes[f"s{k:04}"] = price, size
        store = self.dir / "s.db"
        done = run("train", self.write(lines("target,time,value", rows)), "--store", store, "--horizon", "1", "--models", "ets,theta", "--workers", "0", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        inside = []
        for target, _, _, low, high, *_ in list(csv.reader(io.StringIO(run("forecast", "--store", store, "--horizon", 1).stdout)))[1:]:
            inside.append((sizes[target], float(low) <= truth[target] <= float(high)))
        # By the volatility of the day itself, the last change of which nobody can know: 87 and 73 % of three fleets.
        inside.sort()
        third = 267
        for part, (least, most) in ((inside[:third], (0.78, 0.93)), (inside[-third:], (0.68, 0.86))):
            covered = sum(hit for _, hit in part) / third
            self.assertTrue(least <= covered <= most, covered)
        self.assertTrue(0.77 <= sum(hit for _, hit in inside) / 800 <= 0.86)

    def test_intervals_cover_what_they_promise_where_half_is_missing(self):
        """80 % intervals were 44 % at one step when they were learned from invented values."""
        chance = random.Random(7)
        rows, truth = [], {}
        for k in range(60):
            for i in range(206):
                time = (datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i)).isoformat()
                value = 100 + chance.gauss(0, 10)
                if i >= 200:
                    truth[f"t{k:02}", time] = value
                elif chance.random() < 0.5 or i in (0, 199):
                    rows.append((f"t{k:02}", time, f"{value:.4f}"))
        store = self.dir / "s.db"
        done = run("train", self.write(lines("target,time,value", rows)), "--store", store, "--frequency", "1h", "--horizon", "6",
                   "--season", "1", "--models", "ets,theta", "--workers", "0", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        forecast = csv.reader(io.StringIO(run("forecast", "--store", store).stdout))
        next(forecast)
        inside = [float(low) <= truth[target, time] <= float(high) for target, time, _, low, high, *_ in forecast]
        self.assertEqual(len(inside), 360)
        self.assertGreater(sum(inside) / len(inside), 0.73)
        self.assertLess(sum(inside) / len(inside), 0.88)


class Cases(Scratch):
    """The minimal inputs of the door's faults, where they are at hand: the step, how many values, and what comes next."""

    EXPECTED = {
        "H03-yyyymm.csv": ((), "1M", 60, "202401"), "H04-decimal-year.csv": ((), "1M", 60, "2024.000"),
        "H05-second-stamp-1s-later.csv": ((), "1h", 120, "2024-01-06 00:00:00"),
        "H06-sparse-daily-sales.csv": (("--gaps", "zero"), "1D", 299, "2024-10-27"),
        "H07-quarter-jitter.csv": ((), "1Q", 84, "2024-01-01"), "H08-month-first-varying-clock.csv": ((), "1M", 60, "2024-01-01 00:00:00"),
        "H09-once-a-month-any-day.csv": (("--frequency", "1M"), "1M", 60, "2024-01-01"),
        "H10-local-midnight-offsets.csv": ((), "1D", 640, "2023-12-01T00:00:00+01:00"),
        "H11-business-days.csv": ((), "B", 300, "2024-02-26"), "H13-one-year-mistyped.csv": ((), "1D", 360, "2023-12-27"),
        "H21-months-and-years.csv": ((), "1M", 60, "2024-01")}

    def setUp(self):
        super().setUp()
        self.folder = SHARED / "cases" / "data"
        if not self.folder.exists():
            self.skipTest(f"{self.folder} is not there")

    def test_cases(self):
        for name, (flags, step, values, expected) in self.EXPECTED.items():
            with self.subTest(name):
                done = run("check", self.folder / name, "--json", *flags)
                self.assertEqual(done.returncode, 0, done.stderr)
                plan = json.loads(done.stdout)
                self.assertEqual((plan["steps"], plan["values"]), ({step: 1}, values))
                store = self.dir / "s.db"
                done = run("train", self.folder / name, "--store", store, "--fresh", *flags, *NAIVE)
                self.assertEqual(done.returncode, 0, done.stderr)
                done = run("forecast", "--store", store, "--horizon", 1)
                self.assertEqual(list(csv.reader(io.StringIO(done.stdout)))[1][1], expected)

    def test_the_worst_target_is_named_and_so_is_what_mends_it(self):
        path = self.folder / "H19-one-bad-target.csv"
        done = run("check", path)
        self.assertEqual(done.returncode, 65)
        self.assertIn("'s07': 198 of 200 rows lost", done.stderr)
        self.assertIn("--frequency", done.stderr)
        plan = json.loads(run("check", path, "--json", "--frequency", "1h").stdout)
        self.assertEqual((plan["values"], plan["lost"]), (1000, 0))


if __name__ == "__main__":
    unittest.main()
