"""What headers, words beside values and the ends of a file say of the values, through the real binary: forecasts among observations, units
and ways that values go, codes, rounded times, rows that get rarer. Each is refused with a remedy, and the remedies work."""
import datetime
import json
import unittest

from fitd_support import Scratch, run
from layout_cases import DAYS, NAMES, SPRING, rows, wave

YEARS = range(2010, 2024)
HOURS = [datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(500)]
MONTHS = [(2015 + i // 12, i % 12 + 1) for i in range(72)]
SUM = ("--frequency", "1D", "--aggregate", "sum", "--value-column", "amount")


def beside(column, words):
    """Hours of one series with a word in a column of its own."""
    return rows(f"time,{column},amount", [(f"{t:%Y-%m-%d %H:%M}", words[i % 7 == 3], wave(i)) for i, t in enumerate(HOURS)])


def late(column, before, behind):
    return rows(f"time,{column},amount", [(f"{t:%Y-%m-%d %H:%M}", before if i < 300 else behind, wave(i)) for i, t in enumerate(HOURS)])


class Checked(Scratch):
    def check(self, text, *flags):
        path = self.dir / "data.csv"
        path.write_text(text)
        return run("check", path, "--json", *flags)

    def plan(self, text, *flags):
        done = self.check(text, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, text, *words, flags=()):
        done = self.check(text, *flags)
        self.assertEqual(done.returncode, 65, done.stdout)
        for word in words:
            self.assertIn(word, done.stderr)

    def next_times(self, text, horizon, *flags):
        path = self.dir / "data.csv"
        path.write_text(text)
        done = run("train", path, "--store", self.dir / "s.db", "--fresh", "--models", "naive", "--combine", "none", "--season", "1",
                   "--workers", "0", "--progress", "none", "--quiet", *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("forecast", "--store", self.dir / "s.db", "--horizon", horizon)
        return [line.split(",")[1] for line in done.stdout.splitlines()[1:]]


class Meaning(Checked):
    def test_forecasts_in_the_header_are_none_of_the_data(self):
        headers = ([f"{y}E" if y > 2021 else str(y) for y in YEARS], [f"{y}{'E' if y > 2021 else 'A'}" for y in YEARS],
                   [f"{y} est." if y > 2021 else str(y) for y in YEARS], [f"{y}P" if y > 2021 else str(y) for y in YEARS],
                   [f"{y}{'E' if y > 2015 else 'A'}" for y in YEARS], [f"{y}E" if y == 2023 else str(y) for y in YEARS],
                   [f"{y}p" if y > 2021 else str(y) for y in YEARS],
                   [f"Q{q} {y}{'E' if y > 2021 else ''}" for y in range(2019, 2023) for q in range(1, 5)])
        for header in headers:
            with self.subTest(header[-1]):
                text = rows("Metric," + ",".join(header), [(k, *map(wave, range(len(header)))) for k in ("Revenue", "EBIT")])
                to_come = [h for h in header if h.endswith(("E", "P", ".", "p"))]
                self.refused(text, f"'{to_come[0]}'", "called", "--ignore", "--layout rows --value-column")
                plan = self.plan(text, "--ignore", ",".join(to_come))
                self.assertEqual(plan["values"], 2 * (len(header) - len(to_come)))
                self.assertEqual(self.plan(text, "--layout", "rows", "--value-column", ",".join(header))["values"], 2 * len(header))
        provisional = rows("Metric," + ",".join(f"{y}p" if y == 2023 else str(y) for y in YEARS), [("GDP", *range(14)), ("CPI", *range(14))])
        self.assertEqual(self.plan(provisional)["values"], 28)

    def test_a_column_that_says_since_when_values_are_estimates(self):
        text = rows("Country," + ",".join(map(str, YEARS)) + ",Estimates Start After", [(k, *map(wave, range(14)), 2020) for k in ("DE", "FR")])
        self.refused(text, "'Estimates Start After'", "--ignore 2021,2022,2023")
        self.assertEqual(self.plan(text, "--ignore", "2021,2022,2023")["values"], 22)
        self.assertEqual(self.plan(text, "--ignore", "Estimates Start After")["values"], 28)

    def test_rows_of_years_alone_beside_rows_of_months(self):
        header = [f"{y}{part}" for y in range(2018, 2022) for part in ("", *(f"M{m}" for m in range(1, 13)))]
        text = rows("Country," + ",".join(header), [(k, *(wave(i) if k == "DE" or len(h) == 4 else "" for i, h in enumerate(header))) for k in ("DE", "FR", "IT")])
        self.refused(text, "2 rows have values in the totals '2018', '2019', '2020', '2021' alone, such as 'FR'", "--ignore 2018,2019,2020,2021")
        self.assertEqual(self.plan(text, "--ignore", "2018,2019,2020,2021")["targets"], 1)
        plan = self.plan(text, "--layout", "rows", "--value-column", "2018,2019,2020,2021")
        self.assertEqual((plan["targets"], plan["values"]), (3, 12))

    def test_a_second_measure_of_each_time_in_the_header(self):
        for mark in ("LY", "%", "Total"):
            with self.subTest(mark):
                header = [name for y in (2022, 2023) for m in NAMES for name in (f"{m} {y}", f"{m} {y} {mark}")]
                text = rows("Product," + ",".join(header), [(k, *map(wave, range(48))) for k in "AB"])
                self.refused(text, f"'Jan 2022 {mark}'", "--ignore")
                self.assertEqual(self.plan(text, "--ignore", ",".join(header[1::2]))["values"], 48)

    def test_ways_that_values_go(self):
        for column, *words in (("type", "sale", "return"), ("type", "Sale", "Refund"), ("type", "charge", "refund"), ("kind", "order", "return"),
                               ("Art", "Verkauf", "Retoure"), ("type", "vente", "retour"), ("document", "Invoice", "Credit Note"), ("document", "Invoice", "Credit Memo"),
                               ("Beleg", "Rechnung", "Gutschrift"), ("Typ", "Kauf", "Verkauf"), ("tipo", "compra", "venta"), ("side", "bid", "ask"),
                               ("side", "long", "short"), ("tipo", "ingreso", "gasto"), ("tipo", "receita", "despesa"), ("tür", "gelir", "gider"),
                               ("rodzaj", "wpływ", "wydatek"), ("typ", "inkomst", "utgift"), ("flow", "injection", "withdrawal"), ("flow", "consumption", "production"),
                               ("flow", "arrivals", "departures")):
            with self.subTest("/".join(words)):
                self.refused(beside(column, words), f"column '{column}' says", "of values that have no sign", f"--target-column", flags=SUM)
                self.assertEqual(self.plan(beside(column, words), *SUM, "--target-column", column)["targets"], 2)
        self.plan(beside("type", ("sale", "order")), *SUM)
        self.plan(beside("status", ("up", "down")), *SUM)

    def test_units_and_what_values_are_multiplied_by(self):
        for column, *words in (("ME", "KG", "ST"), ("Mengeneinheit", "KG", "ST"), ("jm", "szt", "kg"), ("ед. изм.", "кг", "шт"), ("валюта", "RUB", "USD"),
                               ("MEASUREMENT_UNIT", "C", "F"), ("dimension", "m", "cm"), ("x", "kg", "st")):
            with self.subTest(column):
                self.refused(late(column, *words), f"the unit in column '{column}' changes", "--target-column")
        for column, *words in (("unit_mult", 0, 3), ("Multiplier", 1, 1000)):
            with self.subTest(column):
                self.refused(late(column, *words), f"the unit in column '{column}' changes")
                plan = self.plan(late(column, words[0], words[0]))
                self.assertEqual(plan["columns"]["value"], ["amount"])
        self.assertEqual(self.plan(rows("date,multiplier,score", [(t, 1.5 + i % 3, wave(i)) for i, t in enumerate(DAYS)]))["targets"], 2)

    def test_words_for_what_was_observed(self):
        for column, *words in (("Type", "ACT", "BUD"), ("soort", "werkelijk", "begroot"), ("series_kind", "Historical", "Projection"), ("split", "train", "test"),
                               ("Actual/Estimate", "A", "E")):
            with self.subTest(column):
                self.refused(late(column, *words), f"column '{column}' says", "models learn from what was observed")

    def test_codes_below_and_above_the_values(self):
        for code, base in ((-1, 100), (-2, 100), (-5, 100), (-10, 100), (-99, 100), (3276.7, 100), (6553.5, 100), (327.67, 20), (655.35, 20)):
            with self.subTest(code):
                text = rows("date,v", [(t, code if i % 12 == 7 else round(base + (i * 37 % 61 - 30) * base / 100, 2)) for i, t in enumerate(SPRING)])
                self.refused(text, f"--missing={code}")
                self.plan(text, f"--missing={code}")
        self.plan(rows("date,v", [(t, -1 if i % 12 == 7 else i * 37 % 11) for i, t in enumerate(SPRING)]))
        self.plan(rows("date,v", [(t, -5 if i % 12 == 7 else 3 + i * 37 % 40) for i, t in enumerate(SPRING)]))

    def test_rows_that_get_rarer(self):
        day = datetime.date(2020, 1, 1)
        weekly = [day + datetime.timedelta(i) for i in range(700)] + [day + datetime.timedelta(700 + 7 * i) for i in range(100)]
        text = rows("date,v", [(t, wave(i)) for i, t in enumerate(weekly)])
        self.refused(text, "its last rows come every 7D", "--frequency 7D --aggregate")
        self.plan(text, "--frequency", "7D", "--aggregate", "last")
        self.plan(text, "--gaps", "none")
        hour = datetime.datetime(2024, 1, 1)
        hourly = [hour + datetime.timedelta(minutes=15 * i) for i in range(960)] + [hour + datetime.timedelta(hours=240 + i) for i in range(48)]
        self.refused(rows("time,v", [(t.isoformat(), wave(i)) for i, t in enumerate(hourly)]), "come every 1h")

    def test_months_before_years(self):
        text = rows("month,v", [(f"{m:02}{y}", wave(i)) for i, (y, m) in enumerate(MONTHS)])
        self.assertEqual(self.next_times(text, 1), ["012021"])
        self.assertEqual(self.plan(text)["values"], 72)
        either = rows("date,id,v", [(t, k, wave(i)) for i, t in enumerate(("011920", "012020")) for k in "ab"])
        self.refused(either, "--time-format '%m%Y'", "--time-format '%m%d%y'")
        days = rows("date,v", [(f"01{d:02}24", wave(d)) for d in range(17, 30)])
        self.assertEqual(self.next_times(days, 1), ["013024"])

    def test_times_that_a_spreadsheet_rounded(self):
        begin = 1672531200
        for name, step, form in (("days", 86400, lambda s: f"{s * 1000:.5E}"), ("days in seconds", 86400, lambda s: f"{s:.6g}"), ("hours", 3600, lambda s: f"{s * 1000:.6E}")):
            with self.subTest(name):
                self.refused(rows("time,v", [(form(begin + step * i), wave(i)) for i in range(90)]), "were rounded to", "--time-format epoch-")
        exact = rows("time,v", [(f"{begin + 3600 * i:.7e}", wave(i)) for i in range(90)])
        self.assertEqual(self.plan(exact)["values"], 90)


class Times(Checked):
    def read(self, cells, header="Date", next_time=None, n=None):
        text = rows(f"{header};v", [(cell, wave(i)) for i, cell in enumerate(cells)], ";")
        self.assertEqual(self.plan(text)["values"], n or len(cells))
        if next_time:
            self.assertEqual(self.next_times(text, 1), [next_time])

    def test_weeks_in_a_column_that_is_called_so(self):
        for header in ("Week", "KW", "Kalenderwoche"):
            with self.subTest(header):
                self.read([f"2022/{w:02}" for w in range(1, 53)], header, "2023/01")

    def test_local_dates(self):
        months = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")
        stand_alone = ("Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь")
        portuguese = ("jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez.")
        swedish = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
        indonesian = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember")
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(100)]
        quarters = [(2010 + q // 4, q % 4 + 1) for q in range(40)]
        for name, cells, following in (
                ("Russian days", [f"{d.day} {months[d.month - 1]} {d.year} г." for d in days], "2024-04-10"),
                ("Russian months", [f"{stand_alone[m - 1]} {y} г." for y, m in MONTHS], "2021-01"),
                ("Portuguese days", [f"{d.day} de {portuguese[d.month - 1]} de {d.year}" for d in days], "2024-04-10"),
                ("Swedish days", [f"den {d.day} {swedish[d.month - 1]} {d.year}" for d in days], "2024-04-10"),
                ("Indonesian months", [f"{indonesian[m - 1]} {y}" for y, m in MONTHS], "2021-01"),
                ("Vietnamese months", [f"Tháng {m}/{y}" for y, m in MONTHS], "Tháng 1/2021"),
                ("Chinese quarters", [f"{y}年第{'一二三四'[q - 1]}季度" for y, q in quarters], "2020年第1季度"),
                ("Korean quarters", [f"{y}년 {q}분기" for y, q in quarters], "2020년 1분기"),
                ("quarters of the Bank of Korea", [f"{y}.{q}/4" for y, q in quarters], "2020.1/4"),
                ("Dutch quarters", [f"{y} {q}e kwartaal" for y, q in quarters], "2020 1e kwartaal"),
                ("years of Statistics Netherlands", [f"{y}JJ00" for y in range(1980, 2020)], "2020JJ00")):
            with self.subTest(name):
                self.read(cells, "Periode", following)

    def test_dates_and_clocks_with_other_marks(self):
        for name, cells, following in (
                ("months", [f"{y}_{m:02}" for y, m in MONTHS], "2021_01"),
                ("underscores", [f"{t:%Y_%m_%d_%H_%M}" for t in HOURS], "2024_01_21_20_00"),
                ("dashes", [f"{t:%Y-%m-%d-%H-%M-%S}" for t in HOURS], "2024-01-21-20-00-00"),
                ("hours", [f"{t:%Y-%m-%d %H}h" for t in HOURS], "2024-01-21 20h"),
                ("clocks first", [f"{t:%H:%M %d/%m/%Y}" for t in HOURS], "20:00 21/01/2024"),
                ("Finnish", [f"{t.day}.{t.month}.{t.year} klo {t.hour}:00" for t in HOURS], "21.1.2024 klo 20:00")):
            with self.subTest(name):
                self.read(cells, "Aika", following)
        header = [f"{y}_{m:02}" for y, m in MONTHS[:24]]
        self.assertEqual(self.plan(rows("id," + ",".join(header), [(k, *range(24)) for k in "AB"]))["values"], 48)

    def test_labels_come_back_as_they_were(self):
        ends = [(t, t + datetime.timedelta(hours=1)) for t in HOURS[:480]]
        text = rows("Date,HE,load", [(f"{t:%m/%d/%Y}", f"HE{t.hour + 1:02}", wave(i)) for i, (t, _) in enumerate(ends)])
        self.assertEqual(self.next_times(text, 25)[22:], ["01/21/2024 HE23", "01/21/2024 HE24", "01/22/2024 HE01"])
        text = rows("Date,HE,load", [(f"{t:%m/%d/%Y}", t.hour + 1, wave(i)) for i, (t, _) in enumerate(ends)])
        self.assertEqual(self.next_times(text, 25)[22:], ["01/21/2024 23", "01/21/2024 24", "01/22/2024 1"])
        text = rows("time,load", [(f"{t:%Y-%m-%d %H:%M:%S} +0000 UTC", wave(i)) for i, t in enumerate(HOURS[:48])])
        self.assertEqual(self.next_times(text, 1), ["2024-01-03 00:00:00 +0000 UTC"])
        text = rows("time,load", [(f"{t:%d/%m/%Y %H:%M:%S} (UTC)", wave(i)) for i, t in enumerate(HOURS[:480])])
        self.assertEqual(self.next_times(text, 1), ["21/01/2024 00:00:00 (UTC)"])

    def test_ids_in_two_spellings(self):
        for one, other in (("München", "Muenchen"), ("St. Louis", "St Louis")):
            with self.subTest(one):
                text = rows("date,city,v", [(t, one if i < 50 else other, wave(i)) for i, t in enumerate(SPRING)] + [(t, "Ulm", wave(i)) for i, t in enumerate(SPRING)])
                self.refused(text, one, other)

    def test_rows_are_counted_without_a_value(self):
        log = [(HOURS[0] + datetime.timedelta(minutes=7 * i), f"u{i * i % 37 % 11}") for i in range(3000)]
        for header, lines in (("time", [(t.isoformat(),) for t, _ in log]), ("time,user", [(t.isoformat(), u) for t, u in log]),
                              ("time,status,path", [(t.isoformat(), 200, f"/{u}") for t, u in log])):
            with self.subTest(header):
                path = self.dir / "log.csv"
                path.write_text(rows(header, lines))
                flags = ("--frequency", "1D", "--aggregate", "count")
                done = run("train", path, "--store", self.dir / "c.db", "--fresh", *flags, "--models", "naive", "--combine", "none", "--season", "1", "--workers", "0", "--quiet")
                self.assertEqual(done.returncode, 0, done.stderr)
                done = run("forecast", "--store", self.dir / "c.db", "--horizon", "1")
                self.assertEqual(done.stdout.splitlines()[1].split(",")[2], "205")

    def test_a_dump_of_prometheus_is_called_so(self):
        self.refused("".join(f'{{__name__="up",instance="a"}} {i} {1700000000000 + 60000 * i}\n' for i in range(50)), "Prometheus")


if __name__ == "__main__":
    unittest.main()
