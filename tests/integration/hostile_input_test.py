"""Hostile input through the real binary: each gets a clear error that names the file, or a counted repair. The limits
themselves are tested in tests/unit/daemon/ingest/ingest_hostile_test.cpp; a file that shrinks while it is read, too."""
import bz2
import contextlib
import csv
import gzip
import io
import lzma
import os
import shutil
import signal
import sqlite3
import subprocess
import unittest
import zipfile

from fitd_support import FITD, Scratch, run, start

HEAD = "target,time,value\n"
GOOD = HEAD + "".join(f"a,2024-01-{day:02},{day * day % 7}\n" for day in range(1, 29))
NAIVE = ("--models", "naive", "--season", "1")


class Hostile(Scratch):
    def write(self, name, content):
        path = self.dir / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def attempt(self, *args, **kwargs):
        return run("train", *args, "--store", self.dir / "s.db", "--progress", "none", "--json", *NAIVE, **kwargs)

    def forecast_ids(self):
        done = run("forecast", "--store", self.dir / "s.db", "--horizon", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [row[0] for row in csv.reader(io.StringIO(done.stdout))][1:]


class Refused(Hostile):
    """Exit code and message, by name of the file."""

    def cases(self):
        (self.dir / "loop.csv").symlink_to(self.dir / "loop.csv")
        yield 66, "(?i)symbolic links", self.dir / "loop.csv"
        yield 65, "(?i)binary", self.write("program.csv", b"\x7fELF\x02\x01\0\0,time,value\n")
        yield from self.foreign()
        hole = b"\0" * 4096
        yield 65, r"begins with NUL bytes.*tr -d '\\000'", self.write("rotated.csv", hole + GOOD.encode())
        yield 65, r"hole.csv:30:1: the target begins with NUL bytes.*tr -d '\\000'", self.write("hole.csv", GOOD.encode() + hole + b"a,2024-01-29,1\n")
        yield 65, "not gzip", self.write("text.csv.gz", GOOD)
        yield 65, "not zstd", self.write("text.csv.zst", GOOD)
        yield 65, "ends early", self.write("cut.csv.gz", gzip.compress(GOOD.encode())[:-9])
        yield 65, "(?i)gzip", self.write("flipped.csv.gz", self.flipped(gzip.compress(GOOD.encode() * 50)))
        yield 65, ":30", self.write("word.csv", GOOD + "a,2024-02-01,x7\n")
        yield 65, ":30", self.write("columns.csv", GOOD + "a,2024-02-01,1,2\n")
        yield 65, ":30", self.write("time.csv", GOOD + "a,2024-13-41,1\n")
        for year in ("0000", "9999"):
            path = self.write(f"year{year}.csv", GOOD + f"a,{year}-01-01,1\n")
            yield 65, f"outside the years 1678 to 2261.*{year}-01-01", path
        yield 65, "never closed", self.write("quote.csv", GOOD + '"a,2024-02-01,1\n')
        yield 65, "(?i)no data|empty", self.write("empty.csv", "")
        yield 65, "(?i)--separator", self.write("stars.csv", GOOD.replace(",", "*"))
        yield 66, "(?i)absent", self.dir / "absent.csv"

    def foreign(self):
        """Named, with what to do, whatever the name of the file says."""
        yield 65, r"bzip2.*bzcat", self.write("data.csv.bz2", bz2.compress(GOOD.encode()))
        yield 65, r"bzip2.*bzcat", self.write("empty.csv.bz2", bz2.compress(b""))
        yield 65, r"xz.*xzcat", self.write("data.csv.xz", lzma.compress(GOOD.encode()))
        yield 65, r"lzma.*lzcat", self.write("data.csv.lzma", lzma.compress(GOOD.encode(), lzma.FORMAT_ALONE))
        yield 65, r"xz.*xzcat", self.write("misnamed.csv", lzma.compress(GOOD.encode()))
        archive = self.dir / "data.zip"
        with zipfile.ZipFile(archive, "w") as out:
            out.writestr("data.csv", GOOD)
        yield 65, r"zip archive.*unzip", archive
        yield 65, r"Parquet.*export it as CSV", self.write("data.parquet", b"PAR1\x15\x04\x15\x10\x15\x14" + bytes(40) + b"PAR1")
        folder = self.dir / "folder"
        folder.mkdir()
        self.write("folder/a.csv", GOOD)
        self.write("folder/b.csv.xz", lzma.compress(GOOD.replace("a,", "b,").encode()))
        yield 65, r"b\.csv\.xz: is compressed with xz.*xzcat", folder
        database = self.dir / "data.db"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE t (x)")
        yield 65, r"SQLite.*export it as CSV", database

    @staticmethod
    def flipped(data):
        damaged = bytearray(data)
        damaged[len(damaged) // 2] ^= 0xFF
        return bytes(damaged)

    def test_each_with_its_exit_code_and_the_file_in_the_message(self):
        for code, message, path in self.cases():
            with self.subTest(path.name):
                done = self.attempt(path)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, message)
                self.assertIn(path.name, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_decompression_bombs(self):
        row = b"a,2024-01-01,1\n"
        bombs = {"bomb.csv.gz": gzip.compress(HEAD.encode() + row * (1 << 20) * 20)}
        zstd = shutil.which("zstd")
        if zstd:
            packed = subprocess.run([zstd, "-q", "-c"], input=HEAD.encode() + row * (1 << 20) * 20, capture_output=True)
            bombs["bomb.csv.zst"] = packed.stdout
        for name, content in bombs.items():
            with self.subTest(name):
                done = self.attempt(self.write(name, content))
                self.assertEqual(done.returncode, 65, done.stderr)
                self.assertRegex(done.stderr, f"{name}.*bomb")

    def test_a_file_that_may_not_be_read(self):
        path = self.write("secret.csv", GOOD)
        path.chmod(0)
        args = [FITD, "train", str(path), "--store", str(self.dir / "open" / "s.db"), *NAIVE]
        (self.dir / "open").mkdir()
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                self.skipTest("root reads everything, and there is no setpriv")
            self.dir.chmod(0o755)
            (self.dir / "open").chmod(0o777)
            args = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *args]
        done = subprocess.run(args, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("secret.csv", done.stderr)

    def test_a_fifo_that_never_ends_its_line_can_be_left(self):
        fifo = self.dir / "endless.csv"
        os.mkfifo(fifo)
        process = start("train", fifo, "--store", self.dir / "s.db", "--progress", "json", *NAIVE)
        with open(fifo, "w") as writer:
            writer.write(GOOD + "a,2024-02-0")
            writer.flush()
            for line in process.stderr:
                if '"done":' in line and '"done":0' not in line:
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        self.assert_no_leftovers(self.dir)


class Accepted(Hostile):
    def fitted(self, *args, repairs=None, code=0):
        done = self.attempt(*args, "--fresh")
        self.assertEqual(done.returncode, code, done.stderr)
        if repairs:
            self.assertRegex(done.stderr, repairs)
        return done

    def test_names_that_look_like_marks_are_names(self):
        for mark in ("BZh91AY", "PAR1", "LZIP", "FEA1", "ORC", "ARROW1", "SQLite format 3"):
            with self.subTest(mark):
                self.fitted(self.write("data.csv", GOOD.replace("target", mark, 1)), "--target-column", mark)

    def test_ids_are_kept_byte_for_byte(self):
        ids = [b'say "hello"', b"two\nlines", b"null\0byte", b"broken\x81\xfeutf8", b" spaces ", b"comma,comma", b"'; drop--"]
        rows = b"".join(b'"%s",2024-01-0%d,%d\n' % (name.replace(b'"', b'""'), day, day * day % 5)
                        for name in ids for day in range(1, 9))
        path = self.write("ids.csv", HEAD.encode() + rows)
        self.fitted(path)
        done = subprocess.run([FITD, "forecast", "--store", self.dir / "s.db", "--horizon", "1"], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ids:
            quoted = b'"%s"' % name.replace(b'"', b'""')
            self.assertTrue(b"\n" + quoted + b"," in done.stdout or b"\n" + name + b"," in done.stdout, name)
        for command in ("models", "export"):
            done = subprocess.run([FITD, command, "--store", self.dir / "s.db", "--format", "json"], capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_rows_in_any_order_and_twice_are_sorted_and_counted(self):
        lines = GOOD.splitlines()[1:]
        path = self.write("order.csv", HEAD + "\n".join(lines[::-1] + lines[:3]) + "\n")
        self.fitted(path, repairs="3 duplicate times.*rows out of order")

    def test_malformed_rows_are_left_out_and_counted_when_allowed(self):
        path = self.write("years.csv", GOOD + "a,0000-01-01,1\na,9999-12-31,1\na,2024-02-01,x7\n")
        self.fitted(path, "--max-bad-rows", "3", repairs="3 malformed rows left out")
        self.assertEqual(self.forecast_ids(), ["a"])

    def test_the_shortest_steps_and_the_longest_spans(self):
        spans = "".join(f"a,{year}-01-01,{year % 4}\n" for year in range(1678, 2262))
        self.fitted(self.write("centuries.csv", HEAD + spans))
        nanoseconds = "".join(f"a,2024-01-01T00:00:00.{n:09},{n % 4}\n" for n in range(30))
        self.fitted(self.write("nano.csv", HEAD + nanoseconds))

    def test_targets_without_a_value_are_left_out_and_counted(self):
        missing = "".join(f"none,2024-01-{day:02},\n" for day in range(1, 29))
        self.fitted(self.write("missing.csv", GOOD + missing), repairs="1 targets without any value")
        self.assertEqual(self.forecast_ids(), ["a"])

    def test_a_million_columns(self):
        count = 1_000_000
        with open(self.dir / "wide.csv", "w") as out:
            out.write("time," + ",".join(f"c{i}" for i in range(count)) + "\n")
            for day in range(1, 4):
                out.write(f"2024-01-0{day}" + f",{day}" * count + "\n")
        done = run("check", self.dir / "wide.csv", "--wide", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1000000", done.stdout)

    def test_one_target_with_ten_million_rows(self):
        count, block = 10_000_000, 100_000
        with open(self.dir / "long.csv", "w") as out:
            out.write("time,value\n")
            for begin in range(0, count, block):
                out.write("".join(f"{1_600_000_000 + i},{i % 9}\n" for i in range(begin, begin + block)))
        done = self.fitted(self.dir / "long.csv")
        self.assertIn('"targets":1,', done.stdout)
        self.assertEqual(self.forecast_ids(), ["long"])


if __name__ == "__main__":
    unittest.main()
