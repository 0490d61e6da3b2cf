"""What a column of times means: forms that are read as they are written, and forms that mean several things or something else than
they look like, which are refused."""
import csv
import datetime
import io
import json
import math
import random
import unittest
import zoneinfo

from fitd_support import run
from time_files import NAIVE, TimeFiles, lines


class TimeForms(TimeFiles):
    def test_forms_of_databases_and_offices(self):
        hours = [datetime.datetime(2024, 1, 18) + datetime.timedelta(hours=i) for i in range(72)]
        weeks = [datetime.date(2024, 1, 7) + datetime.timedelta(weeks=i) for i in range(20)]
        through = lambda t, day: f"{day(t)} {{dash}} {day(t + datetime.timedelta(6))}"
        named = lambda month: lambda t: f"{t:{month}} {t.day}, {t.year}"
        for times, forms in ((hours, (
            ("SQL Server", lambda t: f"{t:%b} {t.day:2} {t:%Y %I:%M%p}", "Jan 21 2024 12:00AM"),
            ("DB2", lambda t: f"{t:%Y-%m-%d-%H.%M.%S.%f}", "2024-01-21-00.00.00.000000"),
            ("Excel, Danish", lambda t: f"{t:%d.%m.%Y %H.%M}", "21.01.2024 00.00"),
            ("French", lambda t: f"{t:%d/%m/%Y %Hh%M}", "21/01/2024 00h00"),
            ("German", lambda t: f"{t:%d.%m.%Y, %H:%M} Uhr", "21.01.2024, 00:00 Uhr"),
            ("Czech", lambda t: f"{t.day}. {t.month}. {t:%Y %H:%M}", "21. 1. 2024 00:00"),
            ("Hungarian", lambda t: f"{t:%Y.%m.%d. %H:%M}", "2024.01.21. 00:00"),
            ("JavaScript", lambda t: f"{t:%a %b %d %Y %H:%M:%S} GMT+0100 (Central European Standard Time)", "Sun Jan 21 2024 00:00:00 GMT+0100"),
            ("Java", lambda t: f"{t:%Y-%m-%dT%H:%M}+01:00[Europe/Berlin]", "2024-01-21T00:00+01:00"),
            ("Korean", lambda t: f"{t.year}년 {t.month}월 {t.day}일 {t:%H:%M}", "2024년 1월 21일 00:00"),
        )), (weeks, (
            ("Metabase", lambda t: through(t, named("%B")).format(dash="-"), "May 26, 2024"),
            ("a dash of typesetters", lambda t: through(t, named("%b")).format(dash="–"), "May 26, 2024"),
            ("a week's first day", lambda t: f"w/c {t:%d/%m/%Y}", "26/05/2024"),
            ("a week's last day", lambda t: f"Week Ending {t:%d/%m/%Y}", "26/05/2024"),
            ("a day of a week", lambda t: f"Week of {t:%d %b %Y}", "26 May 2024"),
        ))):
            for name, form, following in forms:
                with self.subTest(name):
                    text = lines("time;value", [(f"{form(t)};{i % 5}",) for i, t in enumerate(times)])
                    self.assertEqual(self.next_times(text, horizon=1), [following])
        calls = [datetime.datetime(2024, 1, 15) + datetime.timedelta(minutes=15 * i) for i in range(200)]
        half = lambda t: f"{t.hour % 12 or 12}:{t:%M} {'AM' if t.hour < 12 else 'PM'}"
        text = lines("time,value", [(f"{t.month}/{t.day}/{t.year} {half(t)}-{half(t + datetime.timedelta(minutes=15))}", i % 5) for i, t in enumerate(calls)])
        self.assertEqual(self.next_times(text, horizon=1), ["1/17/2024 2:00 AM"])
        for form in ("{year}-{q:02}", "{year}/{q:02}"):
            with self.subTest(form):
                quarters = [form.format(year=2015 + i // 4, q=i % 4 + 1) for i in range(24)]
                text = lines("quarter,value", [(t, i % 5) for i, t in enumerate(quarters)])
                self.assertEqual(self.next_times(text, horizon=1), [form.format(year=2021, q=1)])

    def test_halves_of_the_day_of_east_asia(self):
        """They stand before their hour, or in a column of their own; blanks without a break and "a. m." are read too."""
        hours = [datetime.datetime(2024, 1, 13) + datetime.timedelta(hours=i) for i in range(60)]
        clock = lambda t: f"{t.hour % 12 or 12}:{t:%M:%S}"
        for name, form, following in (
            ("Taiwan", lambda t: f"{t.year}/{t.month}/{t.day} {'下午' if t.hour > 11 else '上午'} {clock(t)}", "2024-01-15T12:00:00"),
            ("Korea", lambda t: f"{t:%Y-%m-%d} {'오후' if t.hour > 11 else '오전'} {clock(t)}", "2024-01-15T12:00:00"),
            ("Japan, from 0 to 11", lambda t: f"{t:%Y/%m/%d} {'午後' if t.hour > 11 else '午前'}{t.hour % 12}:00", "2024-01-15T12:00:00"),
            ("Japan", lambda t: f"{t.year}年{t.month}月{t.day}日 {t.hour}時{t:%M}分", "2024年1月15日 12時00分"),
            ("Japan, hours", lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}時", "2024年1月15日12時"),
            ("Korea, hours", lambda t: f"{t.year}년 {t.month}월 {t.day}일 {t.hour}시", "2024년 1월 15일 12시"),
            ("Spain", lambda t: f"{t:%d/%m/%Y} {t.hour % 12 or 12}:{t:%M} {'p' if t.hour > 11 else 'a'}. m.", "15/01/2024 12:00 p.m."),
            ("browsers", lambda t: f"{t:%b} {t.day}, {t.year}, {clock(t)}\u202f{t:%p}", "Jan 15, 2024, 12:00:00 PM"),
            ("hours ahead of UTC", lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC+8", "2024-01-15 12:00:00 UTC+0800"),
            ("half an hour more", lambda t: f"{t:%Y-%m-%d %H:%M:%S} GMT+5:30", "2024-01-15 12:00:00 GMT+05:30"),
            ("two blanks", lambda t: f"{t:%Y-%m-%d}  {t:%H:%M}", "2024-01-15  12:00"),
        ):
            with self.subTest(name):
                self.assertEqual(self.next_times(lines("time;value", [(f"{form(t)};{i % 5}",) for i, t in enumerate(hours)]), horizon=1), [following])
        halves = lines("日付,午前午後,時,値", [(f"{t:%Y/%m/%d},{'午後' if t.hour > 11 else '午前'},{t.hour % 12}", i % 5) for i, t in enumerate(hours)])
        self.assertEqual(self.next_times(halves, horizon=1), ["2024-01-15T12:00:00"])

    def test_a_number_behind_a_date_is_no_hour_for_any_word_before_it(self):
        days = [datetime.date(2024, 1, 13) + datetime.timedelta(i) for i in range(30)]
        for behind in ("shift 2", "v2", "rev 2", "week 3", "EST 15:00", "PM 3:00", "ÖS 3:00", "du. 3:00", "foo 12:00"):
            with self.subTest(behind):
                done, _ = self.check(lines("time,value", [(f"{d} {behind}", i % 5) for i, d in enumerate(days)]))
                self.assertEqual((done.returncode, "not a time" in done.stderr), (65, True), done.stderr)
        for behind in ("at 15:00", "um 15:00", "à 15:00", "klo 15.00"):
            with self.subTest(behind):
                self.assertEqual(self.next_times(lines("time,value", [(f"{d} {behind}", i % 5) for i, d in enumerate(days)]), horizon=1),
                                 [f"2024-02-12 {behind}"])

    def test_units_since_another_time_are_no_seconds(self):
        weekdays = [19723 + i for i in range(120) if i % 7 < 5]
        firsts = [(datetime.date(2015 + i // 12, i % 12 + 1, 1) - datetime.date(1970, 1, 1)).days for i in range(60)]
        for name, numbers, unit, said in (
            ("date", weekdays, "days since 1970-01-01", "2024-01-01"),
            ("date", [19723 + i for i in range(60)], "days since 1970-01-01", "2024-01-01"),
            ("time", firsts, "days since 1970-01-01", "2015-01-01"),
            ("time", [f"{19723 + i / 24:.6f}" for i in range(60)], "days since 1970-01-01", "2024-01-01"),
            ("time", [1086960 + 6 * i for i in range(60)], "hours since 1900-01-01", "2024-01-01"),
            ("time", [473352 + 3 * i for i in range(60)], "hours since 1970-01-01", "2024-01-01"),
            ("timestamp", [28401120 + 5 * i for i in range(60)], "minutes since 1970-01-01", "2024-01-01"),
        ):
            with self.subTest(name, unit=unit):
                text = lines(f"{name},value", [(n, i % 5) for i, n in enumerate(numbers)])
                done, _ = self.check(text)
                self.assertEqual((done.returncode, f"{said}T00:00:00Z" in done.stderr, f"--time-format '{unit}'" in done.stderr),
                                 (65, True, True), done.stderr)
                done, plan = self.check(text, "--time-format", unit)
                self.assertEqual((done.returncode, plan["time_example"]), (0, f"{numbers[0]} is {said}T00:00:00Z"), done.stderr)
        for name, numbers in (("index", [19723 + i for i in range(60)]), ("seconds", [473352 + 3 * i for i in range(60)]), ("time", [3 * i for i in range(9000)])):
            with self.subTest(name):
                self.assertEqual(self.check(lines(f"{name},value", [(n, i % 5) for i, n in enumerate(numbers)]), "--time-column", name)[0].returncode, 0)

    def test_seconds_that_are_left_off_where_they_are_zero(self):
        start = datetime.datetime(2024, 1, 1)
        times = [start + datetime.timedelta(seconds=30 * i) for i in range(40)]
        text = lines("time,value", [(f"{t:%Y-%m-%dT%H:%M}" + (":30" if t.second else ""), i) for i, t in enumerate(times)])
        self.assertEqual(self.next_times(text), ["2024-01-01T00:20", "2024-01-01T00:20:30"])

    def test_digits_of_other_calendars_are_no_count(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(31)]
        quarters = [(f"{h * 100 + m}",) for h in range(24) for m in (0, 15, 30, 45)]
        for name, times, says in (
            ("date", [(f"{d.year - 1911}{d:%m%d}",) for d in days], "2024-01-01"),
            ("date", [(f"{d.year + 543}{d:%m%d}",) for d in days], "2024-01-01"),
            ("date", [(f"1403{d:%m%d}",) for d in days], "Persian"),
            ("date", [(f"112{m:02}",) for m in range(1, 13)], "2023-01"),
            ("date", [(f"24{m:02}",) for m in range(1, 13)], "--time-format %y%m"),
            ("date", [(f"{17 + m // 12}{m % 12 + 1:02}",) for m in range(36)], "--time-format %y%m"),
            ("Time", quarters, "day that is not written"),
        ):
            with self.subTest(says, name=name):
                text = lines(f"{name},value", [(*time, i % 7) for i, time in enumerate(times)])
                done = run("check", self.write(text))
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(says, done.stderr)
        text = lines("date,value", [(f"24{m:02}", m) for m in range(1, 13)])
        self.assertEqual(self.next_times(text, "--time-format", "%y%m"), ["2501", "2502"])
        text = lines("time,value", [(15 * i, i % 7) for i in range(100)])
        self.assertEqual(run("check", self.write(text)).returncode, 0, "elapsed seconds have 60 to 99")

    def test_days_of_astronomers_are_not_those_of_spreadsheets(self):
        text = lines("date,value", [(60310 + i, i % 7) for i in range(40)])
        done = run("check", self.write(text))
        self.assertEqual(done.returncode, 65, done.stderr)
        for reading in ("2024-01-01", "2065-02-12", "'days since 1858-11-17'"):
            self.assertIn(reading, done.stderr)
        self.assertEqual(self.next_times(text, "--time-format", "days since 1858-11-17"), ["60350", "60351"])

    def test_an_order_that_says_that_times_mean_something_else(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(366)]
        swapped = [f"{d:%Y-%d-%m}" if d.day <= 12 else f"{d}" for d in days]
        ends = [f"{d:%d.%m.%Y} {h % 24:02}:00" for d in days[:5] for h in range(1, 25)]
        for times, says in ((swapped, "change places"), (swapped[:40], "change places"), (ends, "24:00")):
            with self.subTest(says, rows=len(times)):
                done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(times)])))
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(says, done.stderr)
                if len(times) == 40:
                    continue  # in order they would have gaps
                done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(sorted(times))])))
                self.assertEqual(done.returncode, 0, done.stderr)
        for times in (days[::-1], random.Random(1).sample(days, len(days))):
            done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(times)])))
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_midnights_without_their_time(self):
        start = datetime.datetime(2024, 1, 14)
        times = [start + datetime.timedelta(hours=i) for i in range(72)]
        bare = [f"{t:%d.%m.%Y}" + (f"{t: %H:%M:%S}" if t.hour else "") for t in times]
        text = lines("time,value", [(t, i) for i, t in enumerate(bare)])
        self.assertEqual(self.next_times(text, horizon=1), ["17.01.2024 00:00:00"])
        totals = [row for t, text in zip(times, bare) for row in ([text] if t.hour else [text, f"{text} 00:00:00"])]
        done = run("check", self.write(lines("time,value", [(t, i) for i, t in enumerate(totals)])))
        self.assertEqual(done.returncode, 65, "a bare date beside its midnight may be the sum of the day")

    def test_the_hour_that_is_there_twice_leaves_columns_what_they_are(self):
        import zoneinfo
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        start = datetime.datetime(2024, 10, 25, tzinfo=zone).timestamp()
        stamps = [datetime.datetime.fromtimestamp(start + 3600 * i, zone) for i in range(145)]
        text = lines("time,a,b", [(f"{t:%Y-%m-%d %H:%M}", i, 2 * i) for i, t in enumerate(stamps)])
        done, plan = self.check(text, "--timezone", "Europe/Berlin")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((plan["columns"]["layout"], plan["targets"], plan["values"], plan["duplicates"]), ("wide", 2, 290, 0))
        text = lines("TS,VALUE", [(f"2024-01-0{1 + i // 24} {i % 24:02}:00:00.0000000 +01:00", i) for i in range(72)])
        self.assertEqual(self.check(text)[1]["columns"]["time"], ["TS"], "datetimeoffset of SQL Server")

    def test_a_column_that_is_called_a_week_or_a_month(self):
        """The first weeks of a year may be months, and 01.2019 is no decimal number beside decimal commas."""
        for name in ("KW", "Week", "Calendar Year/Week"):
            for mark in "./":
                with self.subTest(name, mark=mark):
                    text = lines(f"{name},value", [(f"{w:02}{mark}2023", w) for w in range(1, 12)])
                    self.assertEqual(self.check(text)[1]["steps"], {"7D": 1})
                    self.assertEqual(self.next_times(text), [f"12{mark}2023", f"13{mark}2023"])
        for name in ("week", "ISO week", "yr_wk", "Vecka"):
            for mark in ("-", "/", ".", ""):
                with self.subTest(name, mark=mark):
                    text = lines(f"{name},value", [(f"2024{mark}{w:02}", w) for w in range(1, 13)])
                    self.assertEqual(self.check(text)[1]["steps"], {"7D": 1})
                    self.assertEqual(self.next_times(text), [f"2024{mark}13", f"2024{mark}14"])
        text = lines("Monat;Umsatz", [(f"{m % 12 + 1:02}.{2019 + m // 12};1.{650 + m},50",) for m in range(36)])
        done, plan = self.check(text)
        self.assertEqual((done.returncode, plan["steps"]), (0, {"1M": 1}), done.stderr)
        store = self.dir / "month.db"
        self.assertEqual(run("train", self.write(text), "--store", store, *NAIVE).returncode, 0)
        self.assertIn(",01.2022,1685.5", run("forecast", "--store", store, "--horizon", 1).stdout)

    def test_digits_that_may_be_two_dates_are_refused(self):
        """010203 is the first of February or the second of January 2003, or the third of 2001."""
        done, _ = self.check(lines("date,value", [(f"{d:02}{m:02}{y:02}", d) for y in (1, 2, 3) for m in (4, 5) for d in (6, 7, 8)]))
        self.assertEqual(done.returncode, 65)
        self.assertIn("--time-format", done.stderr)

    def test_a_day_above_12_decides_and_nothing_is_guessed_without_one(self):
        text = lines("time,value", [(f"01/{m:02}/2024", m) for m in range(1, 13)])
        done, _ = self.check(text)
        self.assertEqual(done.returncode, 65)
        self.assertIn("--time-format '%d/%m/%Y'", done.stderr)
        self.assertIn("--time-format '%m/%d/%Y'", done.stderr)
        self.assertEqual(self.next_times(text, "--time-format", "%d/%m/%Y"), ["01/01/2025", "01/02/2025"])
        self.assertEqual(self.next_times(text.replace("01/12/2024", "13/12/2024"))[1][2:5], "/02")

    def test_periods_as_statistical_offices_write_them(self):
        quarters = [(2015 + i // 4, i % 4 + 1) for i in range(24)]
        for form in ("{}K{}", "{} kv {}", "Kvartal {1} {0}", "{}Kwartaal{}"):
            with self.subTest(form):
                text = lines("tid,antal", [(form.format(*q), i % 5) for i, q in enumerate(quarters)])
                self.assertEqual(self.next_times(text, horizon=1), [form.format(2021, 1)])
        for form, step in (("{}U{:02}", "7D"), ("{}V{:02}", "7D"), ("{} uge {}", "7D"), ("{}. hafta {}", "7D"), ("{}MM{:02}", "1M")):
            with self.subTest(form):
                text = lines("tid,antal", [(form.format(2024, w), w % 5) for w in range(1, 12)])
                self.assertEqual(self.check(text)[1]["steps"], {step: 1})
                self.assertEqual(self.next_times(text, horizon=1), [form.format(2024, 12)])
        done, _ = self.check(lines("Perioden;X", [(f"20{y}KW0{q};{q}",) for y in (19, 20, 21) for q in (1, 2, 3, 4)]))
        self.assertEqual(done.returncode, 65, "KW is a week in German and a quarter in Dutch")
        self.assertIn("%YKW0%q", done.stderr)
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(40)]
        text = lines("ts,v", [(f"{d:%G-W%V-%u}", i) for i, d in enumerate(days)])
        self.assertEqual(self.next_times(text, horizon=1), ["2024-W06-6"])

    def test_marks_of_what_is_provisional(self):
        for mark in ("*", "**", "p", " (e)"):
            with self.subTest(mark):
                years = [f"{y}{mark if y > 2020 else ''}" for y in range(1990, 2024)]
                path = self.write(lines("Perioden,w", [(y, i % 5) for i, y in enumerate(years)]))
                done = run("train", path, "--store", self.dir / f"{len(mark)}{mark[0]}.db", *NAIVE)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("3 times with a mark behind them", done.stderr)
                months = [f"{y}M{m:02}{mark if y > 2022 else ''}" for y in range(2018, 2024) for m in range(1, 13)]
                self.assertEqual(self.next_times(lines("t,w", [(m, i % 5) for i, m in enumerate(months)]), horizon=1), ["2024M01"])
                every = lines("Year,w", [(f"{y}{mark}", y % 5) for y in range(2010, 2024)])
                self.assertEqual(self.next_times(every, horizon=1), ["2024"], "years, though all are marked")
        done = run("check", self.write(lines("Year,GDP", [(f"{y}{'A' if y < 2023 else 'E'}", y % 5) for y in range(2012, 2026)])), "--time-column", "Year")
        self.assertEqual((done.returncode, "'2023E'" in done.stderr), (65, True), done.stderr)
        for mark, value in (("*", 46), ("²", 46), ("p", 46), (" e", 46), (" (r)", 46), (" [1]", 46), (" prel.", 46), ("e", None), ("s", None), (" d", None)):
            for header, row in (("t,v", "{0},{1}{2}"), ("t,v,w", "{0},{1}{2},5")):
                with self.subTest(mark, header=header):
                    store = self.dir / "marked.db"
                    store.unlink(missing_ok=True)
                    text = lines(header, [(row.format(f"2024-01-{d:02}", d + 15, mark if d > 29 else ""),) for d in range(1, 32)])
                    done = run("train", self.write(text), "--store", store, *NAIVE)
                    if value is None:
                        self.assertTrue(done.returncode == 65 or "2 cells that are no numbers" in done.stderr, done.stderr)
                        continue
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn("2 values with a mark", done.stderr)
                    self.assertIn(f",2024-02-01,{value}", run("forecast", "--store", store, "--horizon", 1).stdout)
        afternoon = lines("t,w", [(f"01/{d:02}/2024 {h}:00 {'ap'[half]}", d) for d in range(13, 20) for half in (0, 1) for h in (1, 2, 3)])
        self.assertEqual(self.check(afternoon)[0].returncode, 65, "the halves of a day are no marks")

    def test_days_of_the_week_beside_dates(self):
        """They are read in many languages, and decide between days and months."""
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(12)]
        weekdays = {"de": "Mo Di Mi Do Fr Sa So", "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche", "es": "lun mar mié jue vie sáb dom",
                    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo", "ja": "月 火 水 木 金 土 日"}
        for language, words in weekdays.items():
            for form in ("{0} {1:%d.%m.%Y}", "{0}, {1:%d.%m.%Y}", "{1:%Y-%m-%d} ({0})", "{1:%Y/%m/%d}({0})"):
                with self.subTest(language, form=form):
                    text = lines("t;w", [(f"{form.format(words.split()[d.weekday()], d)};{i}",) for i, d in enumerate(days)])
                    plan = self.check(text)[1]
                    self.assertEqual((plan["values"], plan["steps"]), (12, {"1D": 1}))
                    self.assertIn("2024-01-01T00:00:00Z", plan["time_example"])
        for form, second in (("%a %m/%d/%Y", "Tue 01/02/2024"), ("%a %d/%m/%Y", "Tue 02/01/2024")):
            with self.subTest(form):
                text = lines("t,w", [(f"{d:{form}}", i) for i, d in enumerate(days)])
                self.assertIn(second, text)
                self.assertEqual(self.check(text)[1]["steps"], {"1D": 1})
        hours = [datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(30)]
        text = lines("t,w", [(f"{t:%Y-%m-%d %H:%M:%S} +0000 UTC", i) for i, t in enumerate(hours)])
        self.assertEqual(self.check(text)[1]["steps"], {"1h": 1}, "as Go prints them")

    def test_the_pattern_of_a_day_follows_the_clock_of_a_place(self):
        """Hours of Berlin that end shortly behind a change of the clock, or shortly before one: of what people do at seven."""
        berlin = zoneinfo.ZoneInfo("Europe/Berlin")
        forms = {"naive": lambda t: f"{t.astimezone(berlin):%Y-%m-%d %H:%M}", "offset": lambda t: t.astimezone(berlin).isoformat(),
                 "UTC": lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}"}
        noise = random.Random(5)
        usual = lambda t: 100 + 30 * math.sin(2 * math.pi * (t.astimezone(berlin).hour - 8) / 24) + 40 * (t.astimezone(berlin).hour == 7)
        for change in (datetime.datetime(2024, 3, 31, 1), datetime.datetime(2024, 10, 27, 1)):
            # `new`: days of an update; without one the training has them all.
            for name, days, new in (("naive", 1, 0), ("offset", 2, 0), ("UTC", 3, 0), ("naive", -1, 0), ("naive", 1, 2), ("UTC", 3, 3)):
                with self.subTest(change=change, form=name, days=days, new=new):
                    end = (change + datetime.timedelta(days=days)).replace(tzinfo=datetime.timezone.utc)
                    times = [end - datetime.timedelta(hours=i) for i in range(24 * 45, 0, -1)]
                    rows = [(forms[name](t), f"{usual(t) + noise.gauss(0, 1):.3f}") for t in times]
                    known = len(rows) - 24 * new
                    store = self.dir / "berlin.db"
                    done = run("train", self.write(lines("time,value", rows[:known])), "--store", store, "--fresh",
                               "--timezone", "Europe/Berlin", "--horizon", 48, "-q")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    if new:
                        done = run("update", self.write(lines("time,value", rows[known:])), "--store", store, "-q")
                        self.assertEqual(done.returncode, 0, done.stderr)
                    done = run("forecast", "--store", store, "--horizon", 48)
                    rows = list(csv.DictReader(io.StringIO(done.stdout)))
                    self.assertEqual(len({row["time"] for row in rows}), 48)
                    errors = []
                    for i, row in enumerate(rows):
                        at = datetime.datetime.fromisoformat(row["time"])
                        self.assertEqual(at, end + datetime.timedelta(hours=i))
                        errors.append(abs(float(row["ensemble"]) - usual(at)))
                    self.assertLess(sum(errors) / len(errors), 1.5)
                    done = run("plot", "--store", store, "--target", rows[0]["target"], "--horizon", 48, "--json")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    drawn = json.loads(done.stdout)[0]["forecast"][-48:]
                    for row, value in zip(rows, drawn, strict=True):
                        self.assertAlmostEqual(float(row["ensemble"]), value, places=3)

    def test_a_backtest_follows_the_clock_of_a_place(self):
        """The last days of the data are behind a change of the clock, those before are not."""
        berlin = zoneinfo.ZoneInfo("Europe/Berlin")
        noise = random.Random(6)
        for change in (datetime.datetime(2024, 3, 31, 1), datetime.datetime(2024, 10, 27, 1)):
            end = (change + datetime.timedelta(days=3)).replace(tzinfo=datetime.timezone.utc)
            times = [(end - datetime.timedelta(hours=i)).astimezone(berlin) for i in range(24 * 40, 0, -1)]
            rows = [(t.isoformat(), f"{100 + 40 * (t.hour == 7) + 10 * (t.hour > 17) + noise.gauss(0, 1):.3f}") for t in times]
            data = self.write(lines("time,value", rows))
            for refit in ("every", "never"):
                with self.subTest(change=change, refit=refit):
                    done = run("backtest", data, "--timezone", "Europe/Berlin", "--windows", 4, "--step", 24, "--horizon", 24,
                               "--refit", refit, "--models", "mstl,profile", "--json")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    models = {one["model"]: one["mae"] for one in json.loads(done.stdout)["models"]}
                    self.assertLess(models["mstl"], 1.6, models)
                    self.assertLess(models["profile"], 1.6, models)

    def test_what_spreadsheets_show(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(30)]
        for quote in (lambda text: f'"=""{text}"""', lambda text: f'="{text}"', lambda text: f"\u200e{text}\u200b"):
            rows = [(quote(str(d)), quote("001"), i % 7) for i, d in enumerate(days)]
            path = self.write(lines("date,store,value", rows))
            store = self.dir / "shown.db"
            done = run("train", path, "--store", store, "-q", *NAIVE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("001,2024-01-31", run("forecast", "--store", store, "--horizon", 1).stdout)


if __name__ == "__main__":
    unittest.main()
