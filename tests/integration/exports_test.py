"""What exports of databases and spreadsheets hold beside the values, through the real binary: when a row was written, numbers of rows, titles
that are filled up with separators, groups of thousands that are marked by points, credits and debits, totals as a thirteenth month."""
import datetime
import unittest

from fitd_support import run
from layout_cases import rows, wave
from meaning_test import Checked

AMOUNTS = [104, 121, 138, 112, 97, 133, 150, 109, 128, 141, 118, 101, 126, 137, 115, 122]
JITTER = [datetime.timedelta(days=k % 5 + 2, hours=k % 7, minutes=7 * k % 60, seconds=13 * k % 60) for k in range(16)]


def month(i):
    return datetime.date(2023 + i // 12, i % 12 + 1, 1)


def written(i):
    """Some days into the month behind it."""
    return datetime.datetime(2023 + (i + 1) // 12, (i + 1) % 12 + 1, 1) + JITTER[i]


class Stamps(Checked):
    def time(self, text, *flags):
        return self.plan(text, *flags)["columns"]["time"]

    def test_the_period_is_the_time_and_not_when_its_row_was_written(self):
        forms = {"period": lambda d: f"{d:%Y%m}", "YearMonth": lambda d: f"{d:%Y%m}", "Year,Month": lambda d: f"{d.year},{d.month}",
                 "date_key": lambda d: f"{d:%Y%m%d}", "Posting Date": lambda d: (d - datetime.date(1899, 12, 30)).days, "Fiscal Month": lambda d: (d - datetime.date(1899, 12, 30)).days,
                 "ts": lambda d: int(datetime.datetime(d.year, d.month, d.day).timestamp()) // 86400 * 86400, "period ": lambda d: f"{d:%Y-%m}"}
        for stamp in ("updated_at", "load_ts", "received", "Extracted", "lastModified", "created on"):
            for header, form in forms.items():
                with self.subTest(f"{header} {stamp}"):
                    text = rows(f"{header},amount,{stamp}", [(form(month(i)), v, written(i)) for i, v in enumerate(AMOUNTS)])
                    plan = self.plan(text)
                    self.assertEqual(plan["columns"]["time"], header.strip().split(","))
                    self.assertEqual(plan["columns"]["value"], ["amount"])
                    self.assertIn("when the row was written", str(plan["columns"]))

    def test_stamps_of_series_of_their_own_and_other_periods(self):
        text = rows("Year,Quarter,store,amount,updated_at", [(2020 + i // 4, f"Q{i % 4 + 1}", s, v, written(i) + datetime.timedelta(hours=s == "B"))
                                                             for i, v in enumerate(AMOUNTS) for s in "AB"])
        self.assertEqual(self.time(text), ["Year", "Quarter"])
        text = rows("YearMonth,store,amount,due_date", [(f"{month(i):%Y%m}", s, v, month(i + 1) - datetime.timedelta(days=1))
                                                        for i, v in enumerate(AMOUNTS) for s in "AB"])
        self.assertEqual(self.time(text), ["YearMonth"])
        text = rows("Year,Month,Day,amount,exported_at", [(2024, 1, 5 + i, v, "2024-02-01 06:00:00") for i, v in enumerate(AMOUNTS)])
        self.assertEqual(self.time(text), ["Year", "Month", "Day"])
        noon = datetime.datetime(2024, 1, 23, 9)
        text = rows("interval_start,interval_end,kwh", [(1706000400 + 3600 * i, noon + datetime.timedelta(hours=i + 1), v) for i, v in enumerate(AMOUNTS)])
        self.assertEqual(self.time(text), ["interval_start"])
        text = rows("meter,day,revision_date,start_time,kwh", [(7, f"{t:%m/%d/%Y}", f"{t + datetime.timedelta(days=1):%m/%d/%Y} 03:12:11", f"{t:%H:%M}", wave(i))
                                                               for i in range(96) for t in [noon + datetime.timedelta(minutes=15 * i)]])
        self.assertEqual(self.time(text), ["day", "start_time"])

    def test_a_date_stays_the_time_beside_its_parts(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(60)]
        self.assertEqual(self.time(rows("date,Year,Month,amount", [(d, d.year, d.month, wave(i)) for i, d in enumerate(days)])), ["date"])
        self.assertEqual(self.time(rows("Year,Month,sale_date,amount", [(d.year, d.month, d, wave(i)) for i, d in enumerate(days)])), ["sale_date"])
        ends = [month(i + 1) - datetime.timedelta(days=1) for i in range(16)]
        self.assertEqual(self.time(rows("month_end,YYYYMM,amount", [(d, f"{d:%Y%m}", wave(i)) for i, d in enumerate(ends)])), ["month_end"])
        self.assertEqual(self.time(rows("date,fiscal_period,amount", [(month(i), f"{month(i + 6):%Y%m}", wave(i)) for i in range(16)])), ["date"])
        fiscal = [(2022 + (i + 6) // 12, (i + 6) % 12 + 1, month(i + 1) - datetime.timedelta(days=1), wave(i)) for i in range(16)]
        self.assertEqual(self.time(rows("fiscal_year,fiscal_period,month_end,sales", fiscal), "--value-column", "sales"), ["month_end"])

    def test_two_times_of_equal_right_are_asked_about(self):
        text = rows("YearMonth,report_date,amount", [(f"{month(i):%Y%m}", month(i + 1), v) for i, v in enumerate(AMOUNTS)])
        self.refused(text, "do not agree", "--time-column report_date", "--time-column YearMonth")
        self.assertEqual(self.time(text, "--time-column", "YearMonth"), ["YearMonth"])
        self.refused(rows("created_date,close_date,n", [(month(i), written(i).date(), v) for i, v in enumerate(AMOUNTS)]), "are all times")

    def test_seconds_beside_a_date_are_no_target(self):
        text = rows("date,amount,received_ts", [(datetime.date(2024, 1, 1) + datetime.timedelta(days=i), v, 1704099600 + 86400 * i + 37 * i)
                                                for i, v in enumerate(AMOUNTS)])
        self.assertEqual(self.plan(text)["columns"]["value"], ["amount"])

    def test_days_of_spreadsheets_are_the_time_where_they_are_called_so(self):
        self.assertEqual(self.time(rows("Day,Sessions", [(45201 + i, f"{v / 20:.2f}") for i, v in enumerate(AMOUNTS)])), ["Day"])

    def test_seconds_of_writing_beside_periods_in_digits(self):
        for stamp in ("updated", "received_ts"):
            text = rows(f"{stamp},business_date,amount", [(1704099600 + 86400 * i + 37 * i, f"{datetime.date(2024, 1, 1) + datetime.timedelta(days=i):%Y%m%d}", v)
                                                          for i, v in enumerate(AMOUNTS)])
            self.assertEqual(self.time(text), ["business_date"])

    def test_days_of_spreadsheets_come_back_without_zeros(self):
        cells = [f"{45311 + i / 4:.9f}".rstrip("0").rstrip(".") for i in range(40)]
        self.assertEqual(self.next_times(rows("ds,north", [(c, wave(i)) for i, c in enumerate(cells)]), 2), ["45321", "45321.25"])


class Numbers(Checked):
    def test_numbers_of_rows_are_no_series(self):
        for name in ("No.", "N°", "№", "Lp.", "Pos", "Line", "Zeile", "Row #", "Item No.", "num", "rn", "Rank", "anything"):
            with self.subTest(name):
                text = rows(f"{name},date,sales", [(i + 1, month(i), wave(i)) for i in range(16)])
                self.assertEqual(self.plan(text)["columns"]["value"], ["sales"])
                plan = self.plan(text + "Total,,4000\n", "--max-bad-rows", "1")
                self.assertEqual(plan["columns"]["value"], ["sales"])
        # A measure may go up by one.
        self.assertEqual(self.plan(rows("date,members,sales", [(month(i), i + 1, wave(i)) for i in range(16)]))["columns"]["value"], ["members", "sales"])

    def test_points_that_group_whole_numbers_are_asked_about(self):
        cells = "640 1.104 985 1.090 731 1.400 863 1.031 912 870 1.222 958".split()
        for mark in ("", "€ "):
            text = rows("date,visits", [(f"2024-01-{i + 1:02}", mark + c) for i, c in enumerate(cells)])
            self.refused(text, "a thousand and more, or one and a bit", "--decimal ,")
            self.plan(text, "--decimal", ",")
        for cells in ("0.985 1.104 0.731 1.400 2.5", "230.125 231 229.875 230.375 230.125", "640.000 1.104 985.120 1.090 731.000"):
            self.plan(rows("date,visits", [(f"2024-01-{i + 1:02}", c) for i, c in enumerate(4 * cells.split())]))

    def test_points_before_three_digits_beside_decimal_commas(self):
        (self.dir / "2023.csv").write_text(rows("date;store;v", [(f"2024-01-{i + 1:02}", "A", f"{wave(i):.3f}") for i in range(30)], ";"))
        (self.dir / "2024.csv").write_text(rows("date;store;v", [(f"2024-02-{i + 1:02}", "A", f"{wave(i):.2f}".replace(".", ",")) for i in range(28)], ";"))
        done = run("check", self.dir, "--decimal", ",")
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn("a point before three digits", done.stderr)

    def test_credits_and_debits_behind_their_amounts(self):
        for credit, debit in ((" CR", " DR"), ("CR", ""), (" Cr", " Dr")):
            text = rows("date,balance", [(f"2024-01-{i + 1:02}", f"{abs(v - 120)}.50{credit if v < 120 else debit}") for i, v in enumerate(AMOUNTS)])
            self.refused(text, "credits and debits", "a minus")
            self.assertNotIn("--max-bad-rows", self.check(text).stderr)

    def test_numbers_that_a_spreadsheet_keeps_as_text(self):
        self.assertEqual(self.plan(rows("date,v", [(f"2024-01-{i + 1:02}", f"'{wave(i)}") for i in range(20)]))["values"], 20)


class Tops(Checked):
    def test_titles_that_are_filled_up_with_separators(self):
        months = [f"{month(i):%b %Y}" for i in range(14)]
        values = [("Sales", *AMOUNTS[:14]), ("Services", *(2 * v for v in AMOUNTS[:14]))]
        for first in ("", "Account"):
            text = "Acme LLC" + 14 * "," + "\nProfit and Loss" + 14 * "," + "\n" + 14 * "," + "\n" + rows(first + "," + ",".join(months), values)
            plan = self.plan(text)
            self.assertEqual((plan["targets"], plan["values"]), (2, 28))
        plan = self.plan("Acme LLC,,\n,,\n" + rows("Date,1,2", [(f"2024-01-{i + 1:02}", v, 2 * v) for i, v in enumerate(AMOUNTS)]))
        self.assertEqual(plan["columns"]["value"], ["1", "2"])
        for title in ("Report:,Sales by day,", "Sales report,,"):
            plan = self.plan(title + "\n,,\n" + rows(",north,south", [(f"2024-01-{i + 1:02}", v, v + 50) for i, v in enumerate(AMOUNTS)]))
            self.assertEqual(plan["columns"]["value"], ["north", "south"])
        # Units below names are no names.
        self.assertEqual(self.plan(rows("Datum,a,\n,kWh,MWh", [(f"2024-01-{i + 1:02}", v, "") for i, v in enumerate(AMOUNTS)]))["targets"], 1)

    def test_years_above_their_months(self):
        names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
        lines = [(k, *(wave(i + j) for i in range(24))) for j, k in enumerate("AB")]
        for years in ([2021] * 12 + [2022] * 12, [2021] + [""] * 11 + [2022] + [""] * 11):
            plan = self.plan("," + ",".join(map(str, years)) + "\n" + rows("Store," + ",".join(2 * names), lines))
            self.assertEqual((plan["targets"], plan["values"]), (2, 48))


class Readings(Checked):
    def test_weeks_above_a_total(self):
        weeks = [datetime.date(2023, 11, 13) + datetime.timedelta(weeks=i) for i in range(16)]
        for name in ("Week", "Posting Date"):
            text = rows(f"{name},orders", [("{}{:02}".format(*d.isocalendar()[:2]), v) for d, v in zip(weeks, AMOUNTS)]) + "Total,1900\n"
            self.assertIn("7D", str(self.plan(text, "--max-bad-rows", "1")["steps"]))
            self.refused(text, "'Total'", "--max-bad-rows 1")

    def test_a_thirteenth_month_is_a_total(self):
        text = rows("MSN,YYYYMM,Value", [("COAL", f"{y}{m:02}", 1000 if m == 13 else wave(m)) for y in (2021, 2022, 2023) for m in range(1, 14)])
        self.refused(text, "'202113'", "--max-bad-rows 3")
        plan = self.plan(text, "--max-bad-rows", "3")
        self.assertEqual((plan["values"], list(plan["steps"])[0]), (36, "1M"))

    def test_hours_tell_days_from_months(self):
        hours = [datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(72)]
        for form in ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"):
            self.assertEqual(self.next_times(rows("time,kw", [(t.strftime(form), wave(i)) for i, t in enumerate(hours)]), 1), [f"{datetime.datetime(2024, 1, 4).strftime(form)}"])
            text = rows("MTU,kw", [(f"{t.strftime(form)} - {(t + datetime.timedelta(hours=1)).strftime(form)}", wave(i)) for i, t in enumerate(hours)])
            self.assertEqual(self.plan(text)["values"], 72)
        self.refused(rows("time,kw", [(f"0{i + 1}/01/2024", wave(i)) for i in range(9)]), "--time-format")

    def test_a_file_that_its_siblings_decide(self):
        days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(68)]
        for m in (1, 2, 3):
            text = rows("date,store,sales", [(f"{d:%m/%d/%Y}", s, wave(i)) for i, d in enumerate(days) if d.month == m for s in "AB"])
            (self.dir / f"sales_{m}.csv").write_text(text)
        done = run("check", self.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("01/01/2024 to 03/08/2024", done.stdout)

    def test_days_of_a_month_are_no_count(self):
        self.refused(rows("day,kWh", [(i + 1, wave(i)) for i in range(31)]), "days of a month", "the whole date")


if __name__ == "__main__":
    unittest.main()
