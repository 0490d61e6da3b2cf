"""Exports of other systems, through the real binary: days in digits beside their times of day, epochs of two units, numbers under the names of ids,
when something was created and what became of it, types below names, frames, spans of months, tags and footers. Read as their owners mean them, or
refused with what reads them."""
import datetime
import unittest

from fitd_support import run
from layout_cases import rows, wave
from meaning_test import Checked

HOURS = [datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=i) for i in range(200)]
DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(40)]
SERIAL = datetime.datetime(1899, 12, 30)


def named(plan):
    return {role: plan["columns"][role] for role in ("time", "value", "target")}


class DaysInDigits(Checked):
    def test_days_in_digits_beside_times_of_day_are_asked_about_and_read_as_said(self):
        forms = {"%y%m%d": ("'%y%m%d ", "%y%m%d"), "%d%m%Y": ("'%d%m%Y ", "%d%m%Y"), "%m%d%Y": ("'%m%d%Y ", "%m%d%Y"), "%y%j": ("'%y%j ", "%y%j"), "%Y%j": ("'%Y%j ", "%Y%j")}
        for form, (said, pattern) in forms.items():
            for clock in ("%H%M", "%H%M%S", "%H:%M"):
                with self.subTest(f"{form} {clock}"):
                    text = rows("date,time,amt", [(t.strftime(form), t.strftime(clock), wave(i)) for i, t in enumerate(HOURS)])
                    self.refused(text, "days in digits", f"--time-column date,time --time-format", said + clock + "'")
                    plan = self.plan(text, "--time-column", "date,time", "--time-format", f"{pattern} {clock}")
                    self.assertEqual(named(plan), {"time": ["date", "time"], "value": ["amt"], "target": []})

    def test_one_pattern_is_named_where_the_others_put_a_year_between_days(self):
        text = rows("Tran Date,Tran Time,amt", [(f"{t:%y%m%d}", f"{t:%H%M}", wave(i)) for i, t in enumerate(HOURS)])
        done = self.check(text)
        self.assertEqual(done.returncode, 65)
        self.assertNotIn("'%d%m%y", done.stderr)

    def test_centuries_serials_and_julian_days_beside_times_of_day(self):
        days = {"JDE": lambda t: f"1{t:%y%j}", "serial": lambda t: (t - SERIAL).days, "MJD": lambda t: (t - SERIAL).days + 15018}
        clocks = {"time": lambda t: f"{t.hour / 24:.6f}", "hour": lambda t: t.hour, "hhmm": lambda t: f"{t:%H%M}", "Time": lambda t: 3600 * t.hour}
        for day, of_day in days.items():
            for clock, of_clock in clocks.items():
                with self.subTest(f"{day} {clock}"):
                    text = rows(f"{day if day == 'MJD' else 'Date'},{clock},kW", [(of_day(t), of_clock(t), wave(i)) for i, t in enumerate(HOURS)])
                    self.refused(text, "days in digits", "write both into one column")

    def test_days_in_digits_alone_and_yyyymmdd_beside_a_time_are_read(self):
        for form in ("%y%m%d", "%Y%m%d"):
            plan = self.plan(rows("date,amt", [(d.strftime(form), wave(i)) for i, d in enumerate(DAYS)]))
            self.assertEqual(plan["columns"]["time"], ["date"])
        plan = self.plan(rows("date,time,amt", [(f"{t:%Y%m%d}", f"{t:%H%M}", wave(i)) for i, t in enumerate(HOURS)]))
        self.assertEqual(plan["columns"]["time"], ["date", "time"])


class Epochs(Checked):
    def epochs(self, scales, count=100):
        return rows("ts,v", [(int(t.timestamp()) * scales(i), wave(i)) for i, t in enumerate((HOURS * 30)[:count])])

    def test_epochs_of_two_units_are_refused_wherever_they_change(self):
        for few, many in ((1000, 10**6), (10**6, 1000), (1, 1000), (1000, 1), (10**6, 10**9)):
            for split in (3, 50, 97):
                with self.subTest(f"{few} {many} {split}"):
                    self.refused(self.epochs(lambda i: few if i < split else many), "since 1970: write all of them in one unit")

    def test_epochs_of_another_unit_far_down_are_no_times_of_1970(self):
        hours = [int(HOURS[0].timestamp()) + 3600 * i for i in range(3000)]
        for first, last in ((1000, 1), (10**6, 1000), (1000, 10**6)):
            with self.subTest(f"{first} {last}"):
                text = rows("ts,v", [(t * (first if i < 2990 else last), wave(i)) for i, t in enumerate(hours)])
                self.refused(text, "in another unit than the first ones")

    def test_epochs_of_one_unit_are_read(self):
        for scale in (1, 1000, 10**6, 10**9):
            self.assertEqual(self.plan(self.epochs(lambda i: scale))["columns"]["time"], ["ts"])


class Ids(Checked):
    def test_numbers_called_an_id_are_none_where_no_time_repeats(self):
        for name in ("id", "target", "series", "unique_id"):
            for cell in (lambda i: f"{70 + wave(i) % 9:.2f}", lambda i: 5 + i * 7919 % 101 % 10, lambda i: (21.5, 18.0)[i % 24 < 6]):
                with self.subTest(f"{name} {cell(1)}"):
                    text = rows(f"time,{name},temp,power", [(f"{t:%Y-%m-%dT%H:%M:%S}", cell(i), wave(i), wave(i + 3)) for i, t in enumerate(HOURS)])
                    self.assertEqual(named(self.plan(text, "--value-column", "temp")), {"time": ["time"], "value": ["temp"], "target": []})

    def test_ids_of_devices_with_seconds_of_their_own_stay_ids(self):
        lines = []
        for device in (1, 2, 3):
            lines += [(f"{t + datetime.timedelta(seconds=37 * device * device):%Y-%m-%dT%H:%M:%S}", device, wave(i + device)) for i, t in enumerate(HOURS)]
        self.assertEqual(self.plan(rows("timestamp,id,temp", sorted(lines)), "--value-column", "temp")["columns"]["target"], ["id"])

    def test_ids_at_the_same_times_stay_ids(self):
        text = rows("timestamp,id,temp", [(f"{t:%Y-%m-%dT%H:%M:%S}", k, wave(i + k)) for i, t in enumerate(HOURS) for k in (1, 2, 3)])
        self.assertEqual(self.plan(text)["columns"]["target"], ["id"])

    def test_tags_of_historians_are_targets(self):
        for name in ("Tag", "TagName", "Tag Name", "TAG"):
            text = rows(f"DateTime,{name},Value", [(f"{t:%Y-%m-%d %H:%M:%S}", tag, wave(i)) for i, t in enumerate(HOURS) for tag in ("FIC101.PV", "TIC205.PV")])
            self.assertEqual(self.plan(text)["columns"]["target"], [name])


class Stages(Checked):
    def test_when_something_was_created_is_asked_about_beside_what_became_of_it(self):
        for first, second in (("Created", "Resolved"), ("created_at", "shipped_at"), ("created_utc", "available_on_utc"), ("Created (UTC)", "Transfer Date (UTC)"),
                              ("Created at", "Solved at")):
            with self.subTest(first):
                text = rows(f"{first},{second},amount", [(f"{t:%Y-%m-%d %H:%M:%S}", f"{t + datetime.timedelta(days=3, minutes=i * 7 % 50):%Y-%m-%d %H:%M:%S}", wave(i))
                                                         for i, t in enumerate(HOURS)])
                self.refused(text, "are all times", "--time-column", first)
                self.assertEqual(self.plan(text, "--time-column", first)["columns"]["time"], [first])

    def test_when_a_row_was_written_stays_that_beside_its_own_time(self):
        for own, written in (("Order Date", "Created At"), ("Sampled", "Created"), ("event_time", "created_at"), ("shipped_at", "updated_at")):
            with self.subTest(own):
                text = rows(f"{own},{written},amount", [(f"{t:%Y-%m-%d %H:%M:%S}", f"{t + datetime.timedelta(days=1, seconds=13 * i % 60):%Y-%m-%d %H:%M:%S}", wave(i))
                                                        for i, t in enumerate(HOURS)])
                self.assertEqual(self.plan(text)["columns"]["time"], [own])


class Headers(Checked):
    def test_types_below_the_names_are_no_names(self):
        for types in ("Date,UInt64,Float64", "DateTime64(3),i64,f64", "datetime,float,int", "timestamp without time zone,numeric,double precision", "time,c,continuous"):
            with self.subTest(types):
                text = "day,hits,lat\n" + types + "\n" + "".join(f"{d},{wave(i)},{wave(i + 5)}\n" for i, d in enumerate(DAYS))
                self.assertEqual(named(self.plan(text)), {"time": ["day"], "value": ["hits", "lat"], "target": []})
        text = "day\thost\thits\nDate\tLowCardinality(String)\tUInt64\n" + "".join(f"{d}\t{h}\t{wave(i)}\n" for i, d in enumerate(DAYS) for h in ("web1", "web2"))
        self.assertEqual(named(self.plan(text)), {"time": ["day"], "value": ["hits"], "target": ["host"]})

    def test_the_header_of_iaga_stands_right_above_its_data(self):
        above = [" Format                 IAGA-2002                                    |", " Source of Data         United States Geological Survey (USGS)       |",
                 " IAGA CODE              BOU                                          |", " Data Interval Type     filtered 1-minute (00:15-01:45)              |"]
        data = [f"{t:%Y-%m-%d %H:%M}:00.000 {t:%j}   {20000 + wave(i):.2f} {100 + wave(i):.2f} {47000 + wave(i):.2f} {52000 + wave(i):.2f}" for i, t in enumerate(HOURS)]
        for title in (above, above[:1], []):
            text = "\n".join([*title, "DATE       TIME         DOY     BOUH      BOUD      BOUZ      BOUF   |", *data]) + "\n"
            self.assertEqual(named(self.plan(text)), {"time": ["DATE", "TIME"], "value": ["BOUH", "BOUD", "BOUZ", "BOUF"], "target": []})

    def test_a_first_year_that_is_not_whole_in_a_print_of_r(self):
        years = "".join(f"{y}  {106 + y % 7}  107  108  109\n" for y in range(2016, 2024))
        self.refused("     Qtr1 Qtr2 Qtr3 Qtr4\n2015                10\n" + years, "the quarters of a year", "write.csv")
        self.assertEqual(self.next_times("     Qtr1 Qtr2 Qtr3 Qtr4\n" + years, 1), ["2024 Q1"])

    def test_pairs_and_fours_of_months_are_no_series_of_years(self):
        for names in ("DJ,JF,FM,MA,AM,MJ,JJ,JA,AS,SO,ON,ND", "Jan-Feb,Mar-Apr,May-Jun,Jul-Aug,Sep-Oct,Nov-Dec", "Jan-Apr,May-Aug,Sep-Dec",
                      "I bimestre,II bimestre,III bimestre,IV bimestre,V bimestre,VI bimestre", "1er cuatrimestre,2do cuatrimestre,3er cuatrimestre"):
            with self.subTest(names):
                count = names.count(",") + 1
                text = rows("Year," + names, [(2000 + y, *(wave(count * y + k) for k in range(count))) for y in range(20)])
                self.refused(text, "other spans of a year", "--layout wide")
        for names, step in (("Jan-Mar,Apr-Jun,Jul-Sep,Oct-Dec", "1Q"), ("Jan-Jun,Jul-Dec", "%Y H%h")):
            count = names.count(",") + 1
            text = rows("Year," + names, [(2000 + y, *(wave(count * y + k) for k in range(count))) for y in range(20)])
            self.assertIn(step, str(self.plan(text)))

    def test_times_of_day_without_a_day_are_no_count(self):
        names = ",".join(f"{m // 60:02}:{m % 60:02}" for m in range(0, 1440, 5))
        text = f"Demand,{names}\n" + "".join(f"{kind}," + ",".join(str(wave(i + k)) for i in range(288)) + "\n" for k, kind in enumerate(("ahead", "actual")))
        self.refused(text, "a day that is not written", flags=("--layout", "rows"))


class Times(Checked):
    def test_up_to_seven_months_with_a_point_are_months(self):
        for first, count in ((1, 2), (1, 6), (3, 7), (10, 3)):
            months = [f"2023.{m:02}" for m in range(first, first + count)]
            self.assertEqual(self.next_times(rows("date,y", [(m, wave(i)) for i, m in enumerate(months)]), 1, "--frequency", "1M"),
                             [f"2023.{first + count:02}" if first + count < 13 else "2024.01"])
        self.assertEqual(self.next_times(rows("item," + ",".join(f"2023.{m:02}" for m in range(1, 7)), [(k, *(wave(k + m) for m in range(6))) for k in range(4)]), 1)[0], "2023.07")

    def test_the_letters_of_half_a_day_are_no_marks(self):
        for form in ("%m/%d/%Y {}", "%Y-%m-%d {}"):
            for blank in ("", " "):
                cells = [(f"{d:{form.format(hour % 12 or 12)}}{blank}{'ap'[hour // 12]}", wave(hour)) for d in DAYS for hour in range(8, 19)]
                self.refused(rows("date_time,visits", cells))
        marked = rows("month,y", [(f"{2015 + i // 12}-{i % 12 + 1:02}{' p' if i > 44 else ''}", wave(i)) for i in range(48)])
        self.plan(marked)

    def test_weeks_of_mmwr_say_what_they_are(self):
        weeks = [(y, w) for y in range(2012, 2017) for w in range(1, 54 if y == 2014 else 53)]
        self.refused(rows("REGION,YEAR,WEEK,ILITOTAL", [("Ohio", y, w, wave(i)) for i, (y, w) in enumerate(weeks)]), "week 53 of 2014", "MMWR")
        iso = [(y, w) for y in range(2012, 2018) for w in range(1, 54 if y == 2015 else 53)]
        self.assertEqual(self.plan(rows("YEAR,WEEK,n", [(y, w, wave(i)) for i, (y, w) in enumerate(iso)]))["columns"]["time"], ["YEAR", "WEEK"])

    def test_periods_of_retail_panels_are_read(self):
        for words in ("1 w/e {}", "1 Week Ending {}", "Wk ending {}"):
            cells = [words.format(f"{datetime.date(2022, 1, 8) + datetime.timedelta(weeks=i):%m/%d/%y}") for i in range(40)]
            self.assertEqual(self.plan(rows("Period,Sales", [(c, wave(i)) for i, c in enumerate(cells)]))["columns"]["time"], ["Period"])

    def test_two_days_of_hours_without_a_name_are_asked_about(self):
        text = rows("date,x1,mw", [(f"{t:%Y-%m-%d}", t.hour, wave(i)) for i, t in enumerate(HOURS[:48])])
        self.refused(text, "looks like a part of the time")


class Footers(Checked):
    def test_what_programs_print_below_their_rows_is_none_of_the_data(self):
        for footer in ("(40 rows affected)", "[40 rows x 2 columns]", "Freq: D, Name: sales, Length: 40, dtype: int64", "40 rows selected.", "  40 record(s) selected."):
            text = "day        sales\n" + "".join(f"{d} {wave(i)}\n" for i, d in enumerate(DAYS)) + "\n" + footer + "\n"
            with self.subTest(footer):
                self.assertEqual(self.plan(text)["columns"]["value"], ["sales"])
        for footer in ("Time: 12.345 ms", "Time taken: 1.2 seconds, Fetched: 40 row(s)", "only showing top 40 rows"):
            with self.subTest(footer):
                self.plan(rows("day,sales", [(d, wave(i)) for i, d in enumerate(DAYS)]) + footer + "\n")


if __name__ == "__main__":
    unittest.main()
