// What was observed of a target and when, and counts of what became of it on the way to a grid. Daemon, ingest threads;
// values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/series/time_grid.h"

namespace fitd {

struct Observation {
  TimeNs time;
  double value;  // NaN: missing
};

// The time from one to another, at most what 64 bits hold, 292 years.
std::int64_t SaturatedDistance(TimeNs from, TimeNs to);

struct GridCounts {
  std::uint64_t unordered = 0;   // rows whose time was before the row above
  std::uint64_t duplicates = 0;  // rows overruled by a later row of the same time
  std::uint64_t clock_back = 0;  // duplicates in the hours that a clock shows twice
  std::uint64_t snapped = 0;     // observations moved to a grid point
  std::uint64_t merged = 0;      // observations overruled by a later one of the same point
  std::uint64_t stray = 0;       // observations left out: behind a gap too long for a grid, or on a day off the mask
  std::uint64_t parts = 0;       // rows left out: in a first or last period that is not whole (--aggregate)
  std::uint64_t lost = 0;        // values among duplicates, merged and stray, except repeats of the value that was kept

  void Add(const GridCounts& other);
};

// Sorts by time (stable) and keeps the last of equal times that has a value.
void SortAndDeduplicate(std::vector<Observation>& observations, GridCounts& counts);

// Twice the mean distance of the rows (without the first and last twentieth), rounded up to a usual step, a year at
// most; count 0: too few rows, or no longer than `step`, on which they are.
Step CoarserStep(std::span<const Observation> sorted, const Step& step);

// The distance of the last 12 rows when it is constant and at most half of `step`; count 0: it is not. Example: hourly
// prices that come every quarter of an hour since last week.
Step FinerAtEnd(std::span<const Observation> sorted, const Step& step);

}  // namespace fitd
