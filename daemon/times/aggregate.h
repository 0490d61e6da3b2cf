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

// For kSum and kCount, leaves out the rows of a first and a last period that rows with a clear step cover in part only,
// and counts them in counts.parts. Leaves all when nothing would be left. `rows` as in AggregateRows().
void DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, Aggregate how, GridCounts& counts);

// Returns one observation for each period with rows, at the time of its beginning (its end where the frequency says
// so). `rows` are sorted by time, rows of one time in their order. Missing values count for nothing; a period of
// nothing else is missing, or 0 for kCount.
std::vector<Observation> AggregateRows(const std::vector<Observation>& rows, const Frequency& frequency, Aggregate how);

}  // namespace fitd
