"""Which members a target with a long season has, and how sure the ensemble is of it, through the real binary: a horizon
below the longest of two seasons, days that are alike, values that come back to their season and walks that do not."""
import csv
import datetime
import io
import math
import random
import statistics
import unittest

from fitd_support import Scratch, run


def coming_back(rng, n, phi, deviation):
    x = [0.0]
    for _ in range(n - 1):
        x.append(phi * x[-1] + rng.gauss(0, deviation))
    return x


def office(rng, n, weekend=0.25):
    """Hours of a load that is low at weekends."""
    noise = coming_back(rng, n, 0.8, 0.03)
    day = [math.exp(-(((t % 24) - 13) / 4.5) ** 2) for t in range(n)]
    return [100 * (1 + 1.5 * day[t] * (1 if t // 24 % 7 < 5 else weekend) + noise[t]) for t in range(n)]


def shop(rng, n):
    """Days with a week and a year."""
    week = [math.exp(rng.gauss(0, 0.25)) for _ in range(7)]
    phase = rng.random()
    year = [1 + 0.3 * math.sin(2 * math.pi * (t / 365.25 + phase)) for t in range(n)]
    return [round(400 * week[t % 7] * year[t] * math.exp(rng.gauss(0, 0.1))) for t in range(n)]


def temperature(rng, n):
    noise = coming_back(rng, n, 0.75, 2)
    return [round(10 - 10 * math.cos(2 * math.pi * (t - 20) / 365.25) + noise[t], 1) for t in range(n)]


def growing(rng, n, added=False):
    """Weeks with a year; a season in proportion to a level that grows by a sixth a year, or the first year's."""
    phase = rng.random()
    year = [0.3 * math.sin(2 * math.pi * (t / 52 + phase)) + 0.1 * math.sin(4 * math.pi * t / 52) for t in range(n)]
    level = [1000 * (7 / 6) ** (t / 52) for t in range(n)]
    if added:
        return [round(level[t] + 1000 * year[t] + rng.gauss(0, 40), 1) for t in range(n)]
    return [round(level[t] * math.exp(year[t] + rng.gauss(0, 0.04)), 1) for t in range(n)]


class LongestSeason(Scratch):
    def fit(self, y, step, *args):
        """The store of a target alone."""
        number = len(list(self.dir.iterdir()))
        start = datetime.datetime(2024, 1, 1)
        rows = (f"a,{(start + t * step).isoformat()},{v}\n" for t, v in enumerate(y))
        data = self.dir / f"{number}.csv"
        data.write_text("target,time,value\n" + "".join(rows))
        store = self.dir / f"{number}.db"
        self.train(data, "--store", store, "--workers", 1, *args)
        return store

    def members(self, store):
        done = run("models", "--store", store, "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row["algorithm"] for row in csv.DictReader(io.StringIO(done.stdout))} - {"ensemble"}

    def judge(self, kind, n, horizon, season, step, *args):
        """Of two targets, each alone: members, error in changes over a season, and width and share of 80 % intervals."""
        members, errors, widths, inside = set(), [], [], []
        for seed in (1, 2):
            y = kind(random.Random(seed), n + horizon)
            past, actual = y[:n], y[n:]
            store = self.fit(past, step, "--horizon", horizon, *args)
            members |= self.members(store)
            made = self.forecasts(store, "--horizon", horizon)["a"]
            scale = statistics.fmean(abs(b - a) for a, b in zip(past, past[season:]))
            bounds = list(zip(made["ensemble-lo-80"], made["ensemble-hi-80"]))
            errors += [abs(f - v) / scale for f, v in zip(made["ensemble"], actual)]
            widths += [(hi - lo) / scale for lo, hi in bounds]
            inside += [lo <= v <= hi for v, (lo, hi) in zip(actual, bounds)]
        return members, *(statistics.fmean(x) for x in (errors, widths, inside))

    def test_a_few_days_of_a_week_are_forecast_by_those_that_know_the_week(self):
        """It took the whole week's horizon to take those out that know the day alone: 80 % were twice as wide."""
        hour = datetime.timedelta(hours=1)
        for horizon in (24, 120):
            members, error, width, inside = self.judge(office, 840, horizon, 168, hour, "--season", "24,168")
            self.assertFalse(members & {"ets", "ces", "theta", "arima", "pooled-ar"}, horizon)
            self.assertTrue({"profile", "mstl:sarima"} <= members, horizon)
        self.assertLess(error, 0.9)
        self.assertLess(width, 3.5)
        self.assertGreater(inside, 0.7)

    def test_days_that_are_alike_keep_their_members(self):
        store = self.fit(office(random.Random(3), 840, weekend=1), datetime.timedelta(hours=1), "--season", "24,168",
                         "--horizon", 24)
        self.assertTrue({"arima", "pooled-ar"} <= self.members(store))

    def test_half_a_year_of_days_is_forecast_by_those_that_know_the_year(self):
        """A week goes not into a year, which no profile has then; members with the week alone stayed."""
        day = datetime.timedelta(days=1)
        members, error, _, _ = self.judge(shop, 1095, 180, 7, day, "--season", "7,365")
        self.assertEqual(members, {"mstl", "mstl:arima", "pooled-ar"})
        self.assertLess(error, 1.25)

    def test_a_year_that_grows_with_its_weeks_goes_on_growing(self):
        """Members on logarithms were for short seasons alone: the others lost half as much again."""
        week = datetime.timedelta(days=7)
        members, error, width, inside = self.judge(growing, 208, 26, 52, week)
        self.assertTrue({"log:mstl", "log:mstl:arima"} <= members)
        self.assertFalse(members & {"mstl", "mstl:arima", "profile", "arima", "ces"})
        self.assertLess(error, 0.5)
        self.assertLess(width, 2)
        self.assertGreater(inside, 0.7)
        y = growing(random.Random(1), 208, added=True)
        members = self.members(self.fit(y, week, "--horizon", 26))
        self.assertIn("mstl", members)
        self.assertFalse(members & {"log:mstl", "log:mstl:arima"})
        ended = growing(random.Random(1), 207) + [0]
        self.assertFalse(self.members(self.fit(ended, week, "--horizon", 26)) & {"log:mstl", "log:mstl:arima"})

    def test_what_comes_back_to_its_season_is_no_walk(self):
        """The deviation of a lone target was the mean of what members claim: 95 to 98 of 100 were within 80 %."""
        day = datetime.timedelta(days=1)
        members, error, width, inside = self.judge(temperature, 1095, 90, 365, day, "--season", 365)
        self.assertFalse(members & {"mstl", "theta"})
        self.assertIn("mstl:arima", members)
        self.assertLess(error, 1.05)
        self.assertLess(width, 4)
        self.assertGreater(inside, 0.7)

    def test_a_walk_keeps_those_that_say_so(self):
        rng = random.Random(5)
        y, level = [], 0
        for t in range(480):
            level += rng.gauss(0, 0.3)
            y.append(round(15 + 4 * math.sin(2 * math.pi * t / 24) + level + rng.gauss(0, 0.3), 2))
        store = self.fit(y, datetime.timedelta(hours=1), "--season", 24, "--horizon", 24)
        self.assertTrue({"ets", "mstl", "theta"} <= self.members(store))


if __name__ == "__main__":
    unittest.main()
