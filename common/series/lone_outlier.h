// Detects a lone impossible reading: a single value far beyond all others of its series. Pure; any process, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace fitd {

// Index of the single value that lies more than 20 times the range of all others beyond them and is more than 15 times
// as large as any of them. If no value is negative, it must also lie 5 ranges beyond them on a logarithmic scale, since
// values that span decades may reach the next one. None of the 12,100 series of M3, the Chronos business sets, NAB and
// other files at hand has one; a value of 1000 or 1e6 among 60 values of 50 +- 3 is one. NaN is ignored. nullopt also
// for fewer than 20 values, when all others are equal, and when there are two such values.
std::optional<std::size_t> LoneOutlier(std::span<const double> values);

// The range of values of a series that are no longer available.
struct SeenRange {
  double least;
  double most;
  std::uint64_t count;
};
// The test of LoneOutlier for one more value, as far as the range allows: the logarithmic scale begins at its lower
// end.
bool IsLoneOutlier(double value, const SeenRange& seen);

// Replaces the outlier at `place` by NaN. At the ends of the series, which must have a value, the first value becomes
// the next one, and the last becomes that of a season or of a step before, whichever is closer to the values around.
void DropOutlier(std::span<double> values, std::size_t place, int season);

}  // namespace fitd
