"""Files, ends of a file, columns across and words beside values that look like one series and are none, through the real binary: each is
refused with a reason, or read as what it is."""
import datetime
import json
import unittest

from fitd_support import Scratch, run

DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(40)]
VALUES = [50 + (i * 7) % 11 for i in range(40)]
FIRST, LAST = list(zip(DAYS, VALUES))[:20], list(zip(DAYS, VALUES))[20:]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LONG = "date,id,value\n"


def lines(rows, form):
    return "".join(form.format(day=day, v=v) + "\n" for day, v in rows)


class Checked(Scratch):
    def check(self, files, *flags):
        paths = []
        for i, (name, text) in enumerate(files):
            path = self.dir / str(i) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            paths.append(path)
        return run("check", *paths, "--json", *flags)

    def targets(self, *files, flags=()):
        done = self.check(files, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["targets"]

    def refused(self, *files, words=(), flags=()):
        done = self.check(files, *flags)
        self.assertEqual(done.returncode, 65, done.stdout)
        for word in words:
            self.assertIn(word, done.stderr)


class Files(Checked):
    def test_units_behind_values_are_those_of_all_files(self):
        for unit, scale in (("K", 1000), ("%", 0.01), (" kWh", 0.001)):
            with self.subTest(unit):
                one = ("a.csv", LONG + lines(FIRST, "{day},A,{v}" + unit))
                other = ("b.csv", LONG + "".join(f"{day},A,{v * scale}\n" for day, v in LAST))
                self.refused(one, other, words=("one unit",))
                self.refused(other, one, words=("one unit",))
                # Targets of their own may have other units, and a file without a value has none.
                self.targets(one, ("b.csv", LONG + "".join(f"{day},B,{v * scale}\n" for day, v in LAST)))
                self.targets(one, ("b.csv", LONG + lines(LAST, "{day},A,{v}" + unit)))
        wide = [("a.csv", "date,A,B\n" + lines(FIRST, "{day},{v}K,{v}K")), ("b.csv", "date,A,B\n" + lines(LAST, "{day},{v}000,{v}000"))]
        self.refused(*wide, words=("'K'",))
        across = [("a.csv", "id," + ",".join(str(day) for day, v in FIRST) + "\nA," + ",".join(f"{v}K" for day, v in FIRST) + "\n"),
                  ("b.csv", "id," + ",".join(str(day) for day, v in LAST) + "\nA," + ",".join(f"{v}000" for day, v in LAST) + "\n")]
        self.refused(*across, words=("'K'",))

    def test_units_above_values_are_those_of_all_files(self):
        def row(unit, rows):
            return ("x.csv", f"date,id,value\n,,{unit}\n" + lines(rows, "{day},A,{v}"))
        self.refused(row("kWh", FIRST), row("MWh", LAST), words=("'kWh'", "'MWh'"))
        self.targets(row("kWh", FIRST), row("kWh", LAST))
        self.targets(row("kWh", FIRST), ("b.csv", LONG + lines(LAST, "{day},A,{v}")))
        named = [("a.csv", "date,A [kWh],B [kWh]\n" + lines(FIRST, "{day},{v},{v}")), ("b.csv", "date,A [MWh],B [MWh]\n" + lines(LAST, "{day},{v},{v}"))]
        self.refused(*named, words=("A [MWh]",))
        self.targets(("a.csv", "date,A [kWh],A [EUR]\n" + lines(FIRST, "{day},{v},{v}")))
        title = "Sales (in thousands),,\n"
        self.refused(("a.csv", title + LONG + lines(FIRST, "{day},A,{v}")), ("b.csv", LONG + lines(LAST, "{day},A,{v}")), words=("thousands",))
        self.targets(("a.csv", title + LONG + lines(FIRST, "{day},A,{v}")), ("b.csv", title + LONG + lines(LAST, "{day},A,{v}")))

    def test_ids_are_those_of_all_files(self):
        one = ("a.csv", "date,store,sales\n" + lines(FIRST, "{day},A,{v}\n{day},B,{v}"))
        self.refused(one, ("b.csv", "date,store,channel,sales\n" + lines(LAST, "{day},A,web,{v}\n{day},A,shop,{v}1")), words=("'store'", "'channel'"))
        self.refused(one, ("b.csv", "date,store,channel,sales\n" + lines(LAST, "{day},A,web,{v}\n{day},A,shop,{v}1\n{day},B,web,{v}2\n{day},B,shop,{v}3")))
        self.refused(("a.csv", "date,value\n" + lines(FIRST, "{day},{v}")), ("b.csv", "date,store,value\n" + lines(LAST, "{day},A,{v}\n{day},B,{v}1")))
        self.assertEqual(self.targets(one, ("b.csv", "date,store,note,sales\n" + lines(LAST, "{day},A,x,{v}\n{day},B,x,{v}1"))), 2)
        points = [("a.csv", "date,store,sales\n" + lines(FIRST, "{day},101,{v}\n{day},102,{v}1")),
                  ("b.csv", "date,store,sales\n" + lines(LAST, "{day},101.0,{v}\n{day},102.0,{v}1"))]
        self.refused(*points, words=("written in two ways",))

    def test_files_called_actual_and_budget_are_no_series(self):
        self.refused(("actual_2024.csv", LONG + lines(FIRST, "{day},A,{v}")), ("budget_2024.csv", LONG + lines(LAST, "{day},A,{v}")))
        self.targets(("sales_2024.csv", LONG + lines(FIRST, "{day},A,{v}")), ("sales_2025.csv", LONG + lines(LAST, "{day},A,{v}")))

    def test_each_file_has_its_own_decimal_mark_where_it_proves_it(self):
        german = ("b.csv", LONG.replace(",", ";") + "".join(f"{day};A;{v},5\n" for day, v in LAST))
        self.assertEqual(self.targets(("a.csv", LONG + lines(FIRST, "{day},A,{v}.5")), german), 1)
        self.refused(("a.csv", LONG.replace(",", ";") + "".join(f"{day};A;1.{100 + v}\n" for day, v in FIRST)), german)

    def test_wide_files_whose_names_differ_in_capitals(self):
        files = [("a.csv", "date,A,b\n" + lines(FIRST, "{day},{v},{v}")), ("b.csv", "date,a,b\n" + lines(LAST, "{day},{v},{v}"))]
        self.refused(*files, words=("say --layout wide",))
        self.assertEqual(self.targets(*files, flags=("--layout", "wide")), 3)

    def test_months_and_quarters_are_no_series(self):
        months = "".join(f"20{14 + i // 12}-{i % 12 + 1:02},A,{100 + i % 12}\n" for i in range(72))
        for quarters in (1, 8):
            self.refused(("a.csv", LONG + months), ("b.csv", LONG + "".join(f"{2020 + i // 4}-Q{i % 4 + 1},A,{300 + i}\n" for i in range(quarters))))


class Ends(Checked):
    def test_totals_of_longer_periods_are_no_values(self):
        days = "".join(f"{datetime.date(2023, 1, 1) + datetime.timedelta(days=i)},A,{50 + (i * 7) % 11}\n" for i in range(366))
        months = [datetime.date(2024 + (i + 1) // 12, (i + 1) % 12 + 1, 1) for i in range(12)]
        for count in (2, 3, 6, 12):
            with self.subTest(months=count):
                totals = "".join(f"{month},A,{1600 + i}\n" for i, month in enumerate(months[:count]))
                self.refused(("a.csv", LONG + days + totals), words=("1M",))
                self.refused(("a.csv", LONG + days), ("b.csv", LONG + totals), words=("1M",))
        means = "".join(f"{month},A,{55 + i % 3}\n" for i, month in enumerate(months[:6]))
        self.refused(("a.csv", LONG + days + means), words=("1M",))
        weeks = "".join(f"{datetime.date(2024, 1, 8) + datetime.timedelta(days=7 * i)},A,{350 + i}\n" for i in range(5))
        self.refused(("a.csv", LONG + days + weeks), words=("7D",))
        hours = "".join(f"{datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i)},A,{50 + i % 24}\n" for i in range(480))
        self.refused(("a.csv", "time,id,value\n" + hours + "".join(f"2024-01-{21 + i} 00:00:00,A,{1500 + i}\n" for i in range(8))), words=("1D",))

    def test_holes_at_the_end_are_filled(self):
        days = "".join(f"{datetime.date(2023, 1, 1) + datetime.timedelta(days=i)},A,{50 + (i * 7) % 11}\n" for i in range(360) if i < 340 or i % 2 or i > 345)
        self.targets(("a.csv", LONG + days))
        late = "".join(f"{datetime.date(2024, 1, 5) + datetime.timedelta(days=i)},A,{50 + i}\n" for i in (0, 7, 9))
        self.targets(("a.csv", LONG + days + late))


class Across(Checked):
    def step(self, text, *flags):
        path = self.dir / "x.csv"
        path.write_text(text)
        done = run("train", path, "--store", self.dir / "s.db", "--fresh", "--models", "naive", "--combine", "none", "--season", "1",
                   "--workers", "0", "--progress", "none", "--quiet", *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", self.dir / "s.db", "--horizon", "1")
        return [line.split(",")[:2] for line in done.stdout.splitlines()[1:]]

    def years(self, form):
        return "Year," + ",".join(form(i, m) for i, m in enumerate(MONTHS)) + "\n" + "".join(
            f"{2012 + i}," + ",".join(str(100 + i + k * k) for k in range(12)) + "\n" for i in range(10))

    def test_months_with_words_around_them(self):
        for form in ("{m} (kWh)", "Sales {m}", "{m}_total", "{m} Act", "M{n:02} (kWh)", "mm{n:02}", "Tháng {n}"):
            with self.subTest(form):
                self.assertIn(self.step(self.years(lambda i, m, form=form: form.format(m=m, n=i + 1))), ([["x", "2022 Jan"]], [["x", "2022 1"]]))
        self.refused(("x.csv", self.years(lambda i, m: f"Qwert {i + 1}")), words=("--layout table", "--layout wide"))
        both = self.years(lambda i, m: f"Sales {m},Cost {m}").replace("\n", "\n", 1)
        rows = both.splitlines()
        text = rows[0] + "\n" + "".join(r.split(",")[0] + "," + ",".join(f"{v},{v}" for v in r.split(",")[1:]) + "\n" for r in rows[1:])
        self.refused(("x.csv", text), words=("several quantities",))
        self.assertEqual(self.targets(("x.csv", self.years(lambda i, m: f"Store {i + 1}"))), 12)

    def test_hours_with_other_words(self):
        def day(names):
            return "Date," + ",".join(names) + "\n" + "".join(f"{d}," + ",".join(str(v + k) for k in range(len(names))) + "\n" for d, v in FIRST)
        for form in ("HE{k:02}00", "H{k:02} (MW)", "Godzina {k}", "Hour {k}"):
            with self.subTest(form):
                self.assertEqual(self.step(day([form.format(k=k) for k in range(1, 25)]))[0][0], "x")
        self.refused(("x.csv", day([f"V{k:02}00" for k in range(1, 25)])), words=("--layout table",))
        twice = ["Hour 1", "Hour 2", "Hour 3A", "Hour 3B"] + [f"Hour {k}" for k in range(4, 25)]
        text = "Date," + ",".join(twice) + "\n" + "".join(f"{d},{v},{v},{v},," + ",".join(str(v + k) for k in range(21)) + "\n" for d, v in FIRST)
        self.assertEqual([t for t, _ in self.step(text)], ["x"])
        self.assertEqual(self.targets(("x.csv", day([f"sensor{k}" for k in range(1, 25)]))), 24)

    def test_days_with_other_words(self):
        for word in ("Jour", "Dia", "Dzień"):
            text = "Year,Month," + ",".join(f"{word} {k}" for k in range(1, 32)) + "\n" + "".join(
                f"2022,{m}," + ",".join(str(100 + k) if k < 28 or (k < 30 and m != 2) or m in (1, 3, 5, 7, 8, 10, 12) else "" for k in range(31)) + "\n"
                for m in range(1, 13))
            self.assertEqual(self.step(text), [["x", "2023 1 1"]])

    def test_months_down_and_fiscal_years_across_are_asked_about(self):
        text = "Month," + ",".join(f"FY{k}" for k in range(12, 22)) + "\n" + "".join(
            f"{m}," + ",".join(str(100 + i + k) for i in range(10)) + "\n" for k, m in enumerate(MONTHS))
        self.refused(("x.csv", text), words=("parts of a year",))

    def test_merged_ids_of_rows_are_asked_about(self):
        header = "Region,Product," + ",".join(f"{m}-22" for m in MONTHS) + "\n"
        values = ",".join(map(str, range(12)))
        self.refused(("x.csv", header + f"N,A,{values}\n,B,{values}\nS,A,{values}\n"), words=("merged",))
        # Countries without provinces.
        self.assertEqual(self.targets(("x.csv", header + f",Albania,{values}\nACT,Australia,{values}\nNSW,Australia,{values}\n,Austria,{values}\n")), 4)


class Words(Checked):
    def beside(self, column, one, other, ends=False):
        return ("x.csv", f"date,sales,{column}\n" + "".join(
            f"{day},{v},{other if (i > 30 if ends else i % 4 == 3) else one}\n" for i, (day, v) in enumerate(zip(DAYS, VALUES))))

    def test_what_is_to_come(self):
        for column, one, other in (("type", "Hist", "Fcst"), ("quality", "measured", "forecasted"), ("Version", "Actual", "FC01"),
                                   ("kind", "Actuals", "LE3"), ("kind", "Actual", "4+8"), ("x", "observed", "simulated"),
                                   ("isProjection", "0", "1"), ("stage", "train", "test"), ("Scenario", "AC", "PL"), ("x", "Historical", "Future")):
            with self.subTest(column, other=other):
                self.refused(self.beside(column, one, other, ends=True), words=(column,))

    def test_which_way_values_go(self):
        for column, one, other in (("sign", "1", "-1"), ("is_return", "0", "1"), ("IsRefund", "false", "true"), ("Return", "No", "Yes"),
                                   ("void", "N", "Y"), ("type", "invoice", "credit_note"), ("OBIS", "1-1:1.29.0", "1-1:2.29.0"),
                                   ("Type", "Cash In", "Cash Out"), ("status", "completed", "cancelled"), ("Flow", "M", "X")):
            with self.subTest(column, other=other):
                self.refused(self.beside(column, one, other), words=(column, "no sign"))

    def test_words_of_other_languages_and_kinds(self):
        for column, one, other in (("Szenario", "Ist", "Soll"), ("Kind", "hist", "proj"), ("status", "Final", "Projected"), ("scenario", "Actual", "Base"),
                                   ("source", "measured", "model"), ("typ", "skutečnost", "plán"), ("Typ", "gemessen", "prognostiziert"),
                                   ("set", "in-sample", "out-of-sample"), ("stage", "Actual", "Target"), ("kind", "Act.", "Fcst."), ("tyyppi", "toteuma", "ennuste"),
                                   ("tür", "gerçekleşen", "tahmin"), ("区分", "実測", "予測"), ("típus", "tény", "terv")):
            with self.subTest(column, other=other):
                self.refused(self.beside(column, one, other, ends=True), words=(column, "observed"))
        for column, one, other in (("Sens", "Entrée", "Sortie"), ("Storno", "", "X"), ("doc_type", "INV", "CRN"), ("type", "earned", "redeemed"), ("adj", "add", "remove"),
                                   ("event", "enter", "exit"), ("event", "hire", "leave"), ("event", "signup", "churn"), ("leg", "receive", "pay"), ("channel", "E1", "B1"),
                                   ("direction", "1", "-1"), ("inout", "1", "0"), ("тип", "Поступление", "Списание"), ("ruch", "Przyjęcie", "Wydanie"),
                                   ("movimento", "Carico", "Scarico"), ("区分", "入庫", "出庫"), ("pohyb", "Příjem", "Výdej"), ("tipo", "consumo", "inyección")):
            with self.subTest(column, other=other):
                self.refused(self.beside(column, one, other), words=(column, "no sign"))
        for column, one, other in (("side", "left", "right"), ("model", "base", "model"), ("zone", "ein", "aus"), ("target", "final", "goal")):
            with self.subTest(column, other=other):
                self.targets(self.beside(column, one, other))

    def test_bad_values(self):
        tags = "Tag,Timestamp,Value,Quality\n" + "".join(
            f"A,{datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i)},{'0,Bad' if i % 200 == 199 else f'{50 + i % 11},Good'}\n" for i in range(1000))
        self.refused(("x.csv", tags), words=("'Bad'",))
        self.targets(self.beside("Quality", "Good", "Bad"))
        self.targets(self.beside("Quality", "Good", "Good"))
        warm = [("x.csv", "time,value\n" + "".join(
            f"{datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i)},{code if i % 60 == 59 else 12 + i * 7 % 16}\n" for i in range(500)))
                for code in (85, -273.15, 1000000000)]
        for file in warm:
            self.refused(file, words=("--missing",))

    def test_words_of_an_ordinary_id_are_none(self):
        for one, other in (("IN", "CN"), ("history", "physics"), ("re", "x1"), ("store_in", "store_out")):
            with self.subTest(one):
                self.targets(self.beside("code", one, other))

    def test_hours_worked_are_no_times_of_day(self):
        for other in (",cost", ""):
            text = f"date,employee,hours{other}\n" + "".join(
                f"{day},{name},{(i * 3 + 2 * k * k) % 9 + 1}{',' + str(v + k) if other else ''}\n" for i, (day, v) in enumerate(zip(DAYS, VALUES))
                for k, name in enumerate(("ann", "bob", "cy")))
            flags = ("--value-column", "cost") if other else ()
            self.assertEqual(self.targets(("x.csv", text), flags=flags), 3)
        hours = "date,hours,value\n" + "".join(f"{day},{h},{v + h}\n" for day, v in zip(DAYS, VALUES) for h in range(24))
        self.assertEqual(self.targets(("x.csv", hours)), 1)

    def test_times_of_their_own_and_numbers_of_documents(self):
        before = "".join(f"{day},{v},{day - datetime.timedelta(days=365)},{v + 5}\n" for day, v in zip(DAYS, VALUES))
        self.refused(("x.csv", "Date,Sales,Prev Date,Prev Sales\n" + before), words=("where they are pairs",))
        for name in ("Invoice No", "receipt", "order_number"):
            text = f"{name},Date,Sales\n" + "".join(f"{1000 + 3 * i},{day},{v}\n" for i, (day, v) in enumerate(zip(DAYS, VALUES)))
            self.assertEqual(self.targets(("x.csv", text)), 1)

    def test_parts_of_a_time_in_columns_of_their_own(self):
        hours = [(day, h, v + h) for day, v in FIRST for h in range(24)]
        for header, form in (("YYYY,MM,DD,HH,val", "{d.year},{d.month},{d.day},{h},{v}\n"), ("DD,MM,YYYY,HH,val", "{d.day},{d.month},{d.year},{h},{v}\n"),
                             ("Year,DOY,HHMM,val", "{d.year},{j},{h:02}00,{v}\n")):
            with self.subTest(header):
                text = header + "\n" + "".join(form.format(d=d, h=h, v=v, j=d.timetuple().tm_yday) for d, h, v in hours)
                done = self.check([("x.csv", text)])
                self.assertEqual(done.returncode, 0, done.stderr)
                plan = json.loads(done.stdout)
                self.assertEqual((plan["targets"], plan["values"]), (1, 480))
        text = "Year,DOY,HHMM,v\n" + "".join(f"2023,{d},{h:02}{m:02},{h}\n" for d in range(1, 9) for h in range(24) for m in (0, 30))
        done = self.check([("x.csv", text)])
        self.assertEqual((done.returncode, json.loads(done.stdout)["values"]), (0, 384), done.stderr)
        self.assertIn("--frequency 30min", done.stdout)
        text = "Year,DOY,temp\n" + "".join(f"2023,{100 + i / 48:.4f},{10 + i % 48 / 10}\n" for i in range(480))
        self.refused(("x.csv", text), words=("'DOY'", "part of a day"))

    def test_totals_between_months_get_no_numbers(self):
        text = "Row Labels,Sum of Sales\n" + "".join(
            f"{y},1266\n" + "".join(f"{m},{100 + k}\n" for k, m in enumerate(MONTHS)) for y in (2020, 2021, 2022)) + "Grand Total,3798\n"
        self.refused(("x.csv", text), words=("pivot",))


class Updates(Checked):
    def update(self, known, new):
        path = self.dir / "x.csv"
        path.write_text("date,value\n" + known)
        done = run("train", path, "--store", self.dir / "s.db", "--fresh", "--models", "naive", "--combine", "none", "--season", "1",
                   "--workers", "0", "--progress", "none", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        path.write_text("date,value\n" + new)
        done = run("update", "--store", self.dir / "s.db", path, "--json", "--progress", "none")
        return json.loads(done.stdout), done.stderr

    def test_days_and_weeks_that_begin_elsewhere_are_not_moved(self):
        known = lines(FIRST, "{day},{v}")
        eve = "".join(f"{day - datetime.timedelta(days=1)}T23:00:00Z,{v}\n" for day, v in LAST)
        summary, _ = self.update(known, eve)
        self.assertEqual((summary["values"], summary["failed"]), (0, 1))
        for clock in ("T08:00:00Z", "T23:59:59Z", ""):
            with self.subTest(clock):
                summary, _ = self.update(known, lines(LAST, "{day}" + clock + ",{v}"))
                self.assertEqual((summary["values"], summary["failed"]), (20, 0))
        sundays = "".join(f"{datetime.date(2023, 1, 1) + datetime.timedelta(days=7 * i)},{50 + i % 5}\n" for i in range(39))
        mondays = "".join(f"{datetime.date(2023, 9, 25) + datetime.timedelta(days=7 * i)},{60 + i % 5}\n" for i in range(14))
        summary, _ = self.update(sundays, mondays)
        self.assertEqual((summary["values"], summary["failed"]), (0, 1))


class Updates(Checked):
    """What is refused in a training of both files is refused in an update from the second one, for the same reason."""

    def both(self, old, new, refused, *flags, names=("a.csv", "b.csv")):
        first, second = self.dir / "old" / names[0], self.dir / "new" / names[1]
        for path, text in ((first, old), (second, new)):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        train = ("train", "--models", "naive", "--combine", "none", "--workers", "0", "--quiet", "--fresh", "--store", self.dir / "s.db")
        done = run(*train, first, second, *flags)
        self.assertEqual(done.returncode, 65 if refused else 0, done.stderr)
        self.assertEqual(run(*train, first).returncode, 0)
        done = run("update", second, "--store", self.dir / "s.db", *flags)
        self.assertEqual(done.returncode, 65 if refused else 0, done.stdout + done.stderr)
        if refused:
            self.assertIn(refused, done.stderr)

    def beside(self, days, *words, column="type"):
        """Rows of a target for each of the words; None: there is no such column."""
        tail = [f",{word}" for word in words] if words[0] is not None else [""] * len(words)
        return f"date,store,sales{',' + column if words[0] is not None else ''}\n" + "".join(
            f"{day},{name},{v + k}{end}\n" for day, v in days for k, (name, end) in enumerate(zip("AB", tail)))

    def test_words_beside_values(self):
        none = (None, None)
        for column, old, new, refused in (
                ("type", ("actual",) * 2, ("forecast",) * 2, "'forecast' here and 'actual' in the data"), ("type", ("actual",) * 2, ("actual",) * 2, ""),
                ("type", none, ("forecast",) * 2, "is missing in the data"), ("type", none, ("actual",) * 2, ""), ("is_forecast", none, (1, 1), "'1' here"),
                ("is_forecast", none, (0, 0), ""), ("type", ("sale",) * 2, ("refund",) * 2, "no sign"), ("type", none, ("refund",) * 2, "no sign"),
                ("type", none, ("sale",) * 2, ""), ("unit", ("t", "kg"), ("t", "kg"), ""), ("unit", ("t", "kg"), ("t", "g"), "of 1 of 2 targets, such as 'B', are in 'g' here"),
                ("unit", none, ("t", "t"), "without a unit in the data"), ("unit", ("t", "t"), none, "without a unit here"), ("Storno", ("", ""), ("X", "X"), "no sign")):
            with self.subTest(column, old=old, new=new):
                self.both(self.beside(FIRST, *old, column=column), self.beside(LAST, *new, column=column), refused)
        mixed = self.beside(FIRST[:10], "sale", "sale") + "".join(f"{day},{name},{v},exchange\n" for day, v in FIRST[10:] for name in "AB")
        self.both(mixed, self.beside(LAST, "refund", "refund"), "")
        self.both(self.beside(FIRST, "sale", "sale"), self.beside([(day, -v) for day, v in LAST], "refund", "refund"), "")
        self.both(self.beside(FIRST, "sale", "sale"), self.beside(LAST, "refund", "refund"), "", "--ignore", "type")
        self.both(self.beside(FIRST, "t", "t", column="unit"), self.beside(LAST, "g", "g", column="unit"), "", "--ignore", "unit")
        one = LONG + lines(FIRST, "{day},A,{v}")
        self.both(one, LONG + lines(LAST, "{day},A,{v}"), "called after what is to come", names=("actual_2024.csv", "budget_2024.csv"))

    def test_units_of_columns(self):
        wide = "date,North,South\n"
        row = "{day},{v},{v}1"
        self.both(wide + ",kWh,kWh\n" + lines(FIRST, row), wide + ",MWh,MWh\n" + lines(LAST, row), "'MWh' here and in 'kWh' in the data")
        self.both(wide + ",kWh,kWh\n" + lines(FIRST, row), wide + ",kWh,kWh\n" + lines(LAST, row), "")
        self.both(wide + lines(FIRST, row), "Sales (in thousands)\n" + wide + lines(LAST, row), "in thousands here")
        for one, other in (("North (kW)", "North (MW)"), ("North (kW)", "North"), ("North", "North_kW")):
            with self.subTest(one, other=other):
                old, new = (f"date,{name},South\n" + lines(days, row) for name, days in ((one, FIRST), (other, LAST)))
                self.both(old, new, "alike but for their units")
                self.both(old, new, "", "--layout", "wide")

    def test_ids_in_two_spellings(self):
        rows = lambda days, *ids: "date,store,sales\n" + "".join(f"{day},{name},{v}\n" for day, v in days for name in ids)
        for old, new in ((("7", "12"), ("7.0", "12.0")), (("7", "12"), ("7", "12.0")), (("München", "Ulm"), ("Muenchen", "Ulm")), (("north-1", "s"), ("north_1", "s"))):
            with self.subTest(old, new=new):
                self.both(rows(FIRST, *old), rows(LAST, *new), "write ids as they were")
                self.both(rows(FIRST, *old), rows(LAST, *new), "", "--target-column", "store")
        self.both(rows(FIRST, "7", "12"), rows(LAST[:10], "7", "12") + "".join(f"{day},7.0,{v}\n{day},12,{v}\n" for day, v in LAST[10:]), "written in two ways")
        self.both(rows(FIRST, "7", "12"), rows(LAST, "7", "12", "13"), "")


if __name__ == "__main__":
    unittest.main()
