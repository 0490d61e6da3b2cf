// From observations at any times to values on a regular grid: frequency inference, snapping.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/series/series.h"
#include "common/series/time_grid.h"

namespace fitd {

struct Observation {
  TimeNs time;
  double value;  // NaN: missing
};

struct GridCounts {
  std::uint64_t unordered = 0;   // rows whose time was before the row above
  std::uint64_t duplicates = 0;  // rows overruled by a later row of the same time
  std::uint64_t snapped = 0;     // observations moved to the nearest grid point
  std::uint64_t merged = 0;      // observations overruled by a later one that snapped to the same point
  std::uint64_t stray = 0;       // observations left out because a gap before or behind them was too long for a grid
};

// Sorts by time (stable) and keeps the last of equal times.
void SortAndDeduplicate(std::vector<Observation>& observations, GridCounts& counts);

// The most common step of strictly increasing times: nanoseconds, or months when the calendar explains more steps than
// any number of nanoseconds does (first of the month, month ends, quarters, years). Times that jitter so much that no
// step stands out get their median step, rounded to a usual one. count 0 for fewer than two times.
Step InferStep(std::span<const Observation> sorted);

// A plan for laying strictly increasing observations on a grid of `step`.
struct GridPlan {
  TimeGrid grid;
  std::uint64_t points = 0;  // length of the grid
  std::size_t first = 0;     // observations [first, last) are on it
  std::size_t last = 0;
};

// The phase is that of the longest stretch of regular steps. When the grid would have far more points than there are
// observations (one stamp in 1970, the others today), the series is cut at its longest gaps until it fits, and
// the longer side is kept (counted as stray).
GridPlan PlanGrid(std::span<const Observation> sorted, const Step& step, GridCounts& counts);

// Grid index of the point nearest to `time`.
std::int64_t NearestIndex(const TimeGrid& grid, TimeNs time);

// Writes plan.points values to `out` (NaN where there is none).
void LayOnGrid(std::span<const Observation> sorted, const GridPlan& plan, std::span<double> out, GridCounts& counts);

// More grid points than this for so many observations are refused.
std::uint64_t MaxGridPoints(std::uint64_t observations);

// Gives targets seen at one time only a step, so that forecasts of them lie ahead of it: the most common one of the
// others; when there is none, a day for times at midnight, else an hour.
void StepSingleTimes(std::span<Frame::Entry> entries);

}  // namespace fitd
