// Combines the rows of one grid point into one: events, rows finer than the step. Daemon, ingest threads; pure
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "daemon/times/grid.h"

namespace fitd {

enum class Aggregate : std::uint8_t { kNone, kSum, kMean, kLast, kFirst, kMin, kMax, kCount, kMedian };

// "sum", "mean", "last", "first", "min", "max", "count", "median"; empty: kNone. nullopt: unknown.
std::optional<Aggregate> FindAggregate(std::string_view name);

// From the first to the last time of all targets, on the clock of the rows.
struct DataSpan {
  TimeNs first = 0;
  TimeNs last = 0;
};

// What share of a period nine tenths of the periods have from their first row to their end, and from their beginning to
// their last row.
struct PeriodShares {
  double from_first = 0;
  double to_last = 0;
};

struct PartRules {
  DataSpan data;
  std::optional<PeriodShares> usual;  // of earlier data
  // Periods that may be parts, for all that is known, are left out too, and even when nothing is left.
  bool strict = false;
};

// The first and last period of a target's rows, when they are parts: where they begin.
struct PartsFound {
  std::optional<TimeNs> first, last;
};

// Leaves out the rows of a first and a last period that the data cover in part only, and counts them in counts.parts.
// Rows with a clear step show it by the next time. Of others, and where one or two periods are all there is, the data
// must begin or end within the period, at a time by which nine tenths of the other periods (else those of earlier data)
// have begun, or after which they go on. `rows` as in AggregateRows().
PartsFound DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, const PartRules& rules,
                              GridCounts& counts);

// The time of the point for the period that begins at `begin`: its beginning, or its end where the frequency says so.
TimeNs LabelOfPeriod(TimeNs begin, const Frequency& frequency);

// Of the rows of a target as in AggregateRows(); nullopt: fewer than ten periods, which tell little.
std::optional<PeriodShares> UsualShares(const std::vector<Observation>& rows, const Frequency& frequency);

// Returns one observation for each period with rows, at the time of its beginning (its end where the frequency says
// so). `rows` are sorted by time, rows of one time in their order. Missing values count for nothing; a period of
// nothing else is missing, or 0 for kCount.
std::vector<Observation> AggregateRows(const std::vector<Observation>& rows, const Frequency& frequency, Aggregate how);

}  // namespace fitd
