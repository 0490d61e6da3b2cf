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

// Leaves out the rows of a first and a last period that the data cover in part only, and counts them in counts.parts.
// Rows with a clear step show it by the next time; of others the data must begin or end within the period, at a time of
// it by which nine tenths of the other periods have begun, or after which they go on. `rows` as in AggregateRows().
// Unless `strict`, periods stay that too few others could tell of, and all when nothing would be left.
void DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, const DataSpan& span, bool strict,
                        GridCounts& counts);

// Returns one observation for each period with rows, at the time of its beginning (its end where the frequency says
// so). `rows` are sorted by time, rows of one time in their order. Missing values count for nothing; a period of
// nothing else is missing, or 0 for kCount.
std::vector<Observation> AggregateRows(const std::vector<Observation>& rows, const Frequency& frequency, Aggregate how);

}  // namespace fitd
