"""Refusals name the file, the line, what was seen, and an option that works: the options of each message are taken out
of it and the command runs again with them, twice where the second message names another one."""
import datetime
import re
import shlex
import unittest

from fitd_support import Scratch, run
from layout_cases import DAYS, HOURS, rows, wave

D = len(DAYS)


def series(header, time, n=D, value=wave):
    return rows(header, [(time(i), value(i)) for i in range(n)])


# Name -> text; all are refused as they are.
REFUSED = {
    "an id of no use": "date,a,b,value\n" + "".join(f"2024-01-{i // 2 + 1:02},{i * 7 % 12},{i * 5 % 12},{i}\n" for i in range(40)),
    "day or month": series("date,v", lambda i: f"{i % 12 + 1:02}/{i // 2 + 1:02}/2024", 22),
    "two times": rows("created_at,updated_at,temp", [(t, t.replace("2024-03", "2024-09"), wave(i)) for i, t in enumerate(HOURS)]),
    "the day and when it was loaded": rows("order_date,sales,timestamp", [(t, wave(i), f"{DAYS[i + 1]}T03:{i * 7 % 60:02}:{i * 13 % 60:02}Z") for i, t in enumerate(DAYS[:-1])]),
    "several values of an id": rows("STATION,DATE,PRCP,TMAX", [(k, t, i % 7, 100 + i) for k in "AB" for i, t in enumerate(DAYS)]),
    "a name twice": rows("date,v,v", [(t, i, i) for i, t in enumerate(DAYS)]),
    "no time, several columns": rows("a,b,c", [(wave(i), wave(i) + 1, wave(i) + 2) for i in range(30)]),
    "no time, one column": "v\n" + "".join(f"{wave(i)}\n" for i in range(30)),
    "a number of the day": series("Nth day,users", lambda i: f"{i:04}"),
    "a time of day alone": series("time,v", lambda i: f"{i % 24:02}:{i // 24:02}"),
    "months of a language that is not read": series("\u0397\u03bc\u03ad\u03c1\u03b1,v", lambda i: f"{i + 1} \u039c\u03b1\u03c1\u03c4\u03af\u03bf\u03c5 2024"),
    "numbers among words": rows("entity,state,at", [(k, wave(i) if k == "t" else "on", t) for i, t in enumerate(HOURS) for k in ("t", "light")]),
    "a thousand, or one and a bit": rows("date;v", [(t, f"1,{234 + i}") for i, t in enumerate(DAYS)], ";"),
    "a footer": series("date,v", lambda i: DAYS[i]) + "\nSource: Bureau of Statistics\n",
    "totals": series("date,v", lambda i: DAYS[i]) + "Total,4711\n",
    "rows that repeat a time": series("time,v", lambda i: f"2024-01-{i // 2 + 1:02}", 48),
    "weeks of two-digit years": series("Woche,v", lambda i: f"KW {i % 52 + 1}/{22 + i // 52}", 60),
    "periods of two-digit years": series("Period,v", lambda i: f"FY{20 + i // 12}-P{i % 12 + 1:02}", 30),
    "months of two-digit years": series("month,v", lambda i: f"{i % 12 + 1:02}/{20 + i // 12}", 30),
    "quarters of an hour behind hours": series("time,v", lambda i: f"2025-{9 + (i >= 720):02}-{(i if i < 720 else (i - 720) // 4) // 24 % 30 + 1:02}T{(i if i < 720 else (i - 720) // 4) % 24:02}:{0 if i < 720 else (i - 720) % 4 * 15:02}", 780),
    "events": series("time,v", lambda i: f"2024-01-{1 + i * i % 27:02}T{i * 7 % 24:02}:{i * 13 % 60:02}:{i * 17 % 60:02}", 60),
    "-9999 for nothing": series("time,v", lambda i: DAYS[i], D, lambda i: -9999 if i % 5 == 2 else wave(i)),
    "seconds of another century": series("time,v", lambda i: 3918240000 + 3600 * i),
    "a marker of one's own": series("date,v", lambda i: DAYS[i], D, lambda i: "oops" if i == 4 else i),
    "units that differ": series("date,v", lambda i: DAYS[i], D, lambda i: f"{i}MiB" if i > 20 else f"{i + 1}KiB"),
    "units in a column that change": rows("date,v,unit", [(t, wave(i) * (1000 if i > 11 else 1), "W" if i > 11 else "kW") for i, t in enumerate(DAYS)]),
    "currencies of an id": rows("date,id,amount,Currency", [(t, k, wave(i), "EUR" if i % 2 or k == "a" else "USD") for k in "ab" for i, t in enumerate(DAYS)]),
    "seconds of Core Data": series("ZSTARTDATE,ZVALUE", lambda i: f"{730944000 + 86400 * i}.25"),
    "credit and debit": rows("Date,Amount,Type", [(t, wave(i), "DR" if i % 3 else "CR") for i, t in enumerate(DAYS)]),
    "Soll und Haben": rows("Buchungstag;Betrag;Soll/Haben", [(t, wave(i), "S" if i % 3 else "H") for i, t in enumerate(DAYS)], ";"),
    "debit beyond the head": rows("date,amount,direction", [(f"2024-01-01T{i // 60:02}:{i % 60:02}", wave(i), "debit" if i > 300 else "credit") for i in range(400)]),
    "signs beside several values": rows("Date,Amount,Dr / Cr,Balance", [(t, wave(i), "Dr" if i % 3 else "Cr", 1000 + i) for i, t in enumerate(DAYS)]),
    "plus and minus": rows("date,sign,amount", [(t, "-" if i % 3 else "+", wave(i)) for i, t in enumerate(DAYS)]),
    "Core Data, or of 1993": series("timestamp,v", lambda i: 730944000 + 3600 * i),
    "days of SAS, or of spreadsheets": series("date,v", lambda i: 23376 + i),
    "milliseconds of Stata, or of 2034": series("time,v", lambda i: 2019686400000 + 3600000 * i),
    "an hour that is none": rows("Date,Time,v", [(t, f"{h}:30a", wave(4 * i + h)) for i, t in enumerate(DAYS) for h in range(1, 5)]),
    "twelve columns without names": "".join(f"{y} " + " ".join(f"{wave(12 * y + m):6.2f}" for m in range(12)) + "\n" for y in range(2000, 2012)),
    "years and months in one header": rows("country," + ",".join([str(y) for y in range(2010, 2014)] + [f"{y}M{m}" for y in (2012, 2013) for m in range(1, 13)]), [(k, *range(28)) for k in "AB"]),
    "seconds of GPS": series("gps_time,v", lambda i: 1393286418 + 60 * i),
    "infinity": series("date,v", lambda i: DAYS[i], D, lambda i: "+Inf" if i == 4 else i),
    "rows across without times": rows("V1,V2,V3,V4,V5,V6,V7,V8,V9,V10", [(f"H{k}", *range(9)) for k in range(1, 6)]),
    "a wide file with a name twice": rows("time,a,a", [(t, wave(i), 2 * i) for i, t in enumerate(DAYS)]),
    "no unnamed target": "date,a,,b\n" + "".join(f"{t},{i},{2 * i},{i + 2}\n" for i, t in enumerate(DAYS)),
    "a broken row": series("date,v", lambda i: DAYS[i]) + "2024-01-25,1,2\n",
}
# Such that only an edit helps: what the message has to say.
EDITED = {
    "no numbers at all": (series("date,on", lambda i: DAYS[i], D, lambda i: i % 3 == 0), "write numbers"),
    "durations": (series("date,took", lambda i: DAYS[i], D, lambda i: f"01:{i:02}:00"), "seconds of a duration"),
    "cells that were merged": ("Year,Month,Value\n" + "".join(f"{2020 + i // 12 if i % 12 == 0 else ''},{i % 12 + 1},{wave(i)}\n" for i in range(36)), "merged cells"),
    "JSON": ('{"time":"2024-01-01","v":1}\n' * 20, "export it as CSV"),
    "what rrdtool fetch prints": ("            load      users\n\n" + "".join(f"{1709251200 + 300 * i}: {wave(i):.10e} -nan\n" for i in range(40)), "rrdtool fetch"),
    "and of one source": ("            load\n\n" + "".join(f"{1709251200 + 300 * i}: {wave(i):.10e}\n" for i in range(40)), "rrdtool fetch"),
    "a web page": ("<html><body>404</body></html>\n", "export it as CSV"),
}

OPTION = re.compile(r"--[a-z][a-z-]+(?:[= ](?:'[^']*'|(?!--)[^\s;'()]+))?")


def proposals(message):
    """The options that stand beside each other in a message, as words of a command."""
    found = []
    end = None
    for match in OPTION.finditer(message):
        words = shlex.split(match.group(0).rstrip(",:"))
        words[-1] = words[-1].rstrip(",") if len(words[-1]) > 1 else words[-1]
        if end is not None and message[end:match.start()] == " ":
            found[-1] += words
        else:
            found.append(words)
        end = match.end()
    return found


class Remedies(Scratch):
    def mend(self, path, flags, depth):
        """The flags with which it works, or None."""
        done = run("check", path, *flags)
        if done.returncode == 0:
            return flags
        self.assertEqual(done.returncode, 65, f"{flags}: {done.stderr}")
        for words in proposals(done.stderr) if depth > 0 else []:
            again = run("check", path, *flags, *words)
            if again.returncode in (0, 65) and (mended := self.mend(path, [*flags, *words], depth - 1)) is not None:
                return mended
        return None

    def test_an_option_of_the_message_works(self):
        for name, text in REFUSED.items():
            with self.subTest(name):
                path = self.dir / "data.csv"
                path.write_text(text)
                done = run("check", path)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertTrue(proposals(done.stderr), done.stderr)
                self.assertIsNotNone(self.mend(path, [], 2), done.stderr)

    def test_rows_of_one_step_are_put_together_on_that_step(self):
        """Every time stands there twice, an hour or a day apart, which is the step."""
        for step, times in (("1h", [f"2024-01-{i // 24 + 1:02}T{i % 24:02}:00" for i in range(240)]), ("1D", [f"2024-{i // 28 + 1:02}-{i % 28 + 1:02}" for i in range(28)])):
            with self.subTest(step):
                path = self.dir / "data.csv"
                path.write_text(rows("time,v", [(t, wave(i) + k) for i, t in enumerate(times) for k in (0, 5)]))
                self.assertIn(f"--frequency {step} --aggregate", run("check", path).stderr)

    def test_a_coarser_step_is_named_or_none(self):
        """Half of the rows and more of one target are missing: days and quarters have a coarser step, years have none."""
        steps = {"7D": [str(datetime.date(2024, 1, 1) + datetime.timedelta(days=i)) for i in range(28 * 4)], "1Y": [f"{1960 + i // 4}-{i % 4 * 3 + 1:02}-01" for i in range(60)], "": [f"{1950 + i}-01-01" for i in range(60)]}
        for coarser, times in steps.items():
            with self.subTest(coarser or "years"):
                path = self.dir / "data.csv"
                some = [("b", t, wave(i)) for i, t in enumerate(times) if i * i % 11 in (1, 3) or i in (0, len(times) - 1)]
                path.write_text(rows("id,time,v", [(k, t, wave(i)) for k in "acde" for i, t in enumerate(times)] + some))
                done = run("check", path)
                self.assertEqual(done.returncode, 65, done.stderr)
                named = re.findall(r"--frequency (\S+)", done.stderr)
                self.assertEqual(named[:1], [coarser] if coarser else [], done.stderr)
                self.assertIsNotNone(self.mend(path, [], 2), done.stderr)

    def test_an_edit_is_said_where_no_option_helps(self):
        for name, (text, edit) in EDITED.items():
            with self.subTest(name):
                path = self.dir / "data.csv"
                path.write_text(text)
                done = run("check", path)
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertIn(edit, done.stderr)
                self.assertIn("data.csv", done.stderr)


if __name__ == "__main__":
    unittest.main()
