// Several rows of one point become one: events, finer rows. Daemon, ingest threads; pure functions.
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

// Leaves out the rows of a first and of a last period that are not whole, where rows have a clear step and their sum or
// number would be that of a part; counts them. Not when nothing would be left. `rows` as below.
void DropPartsOfPeriods(std::vector<Observation>& rows, const Frequency& frequency, Aggregate how, GridCounts& counts);

// One observation a period, called by its beginning (its end where the frequency says so). `rows` are sorted by time,
// rows of one time in their order; missing values count for nothing, and a period of nothing else is missing.
std::vector<Observation> AggregateRows(const std::vector<Observation>& rows, const Frequency& frequency, Aggregate how);

}  // namespace fitd
