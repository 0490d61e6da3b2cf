"""A store that fitd 1.0.0 wrote is read by today's program: golden/data holds it, and what that fitd forecast from it."""
import gzip
import pathlib
import unittest

from fitd_support import SOURCE, Scratch, run

DATA = SOURCE / "tests" / "golden" / "data"


class OldStore(Scratch):
    def setUp(self):
        super().setUp()
        self.store = pathlib.Path(self.dir) / "old.db"
        self.store.write_bytes(gzip.decompress((DATA / "store-1.0.db.gz").read_bytes()))

    def test_gives_the_forecasts_that_its_own_fitd_gave(self):
        done = run("forecast", "--store", self.store, "--horizon", 3)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, gzip.decompress((DATA / "store-1.0.forecast.csv.gz").read_bytes()).decode())

    def test_lists_its_models_and_exports(self):
        for command in (("models", "--format", "csv"), ("export",)):
            done = run(*command, "--store", self.store)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("pooled-ar", done.stdout)


if __name__ == "__main__":
    unittest.main()
