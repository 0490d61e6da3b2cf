// A reading that cannot be one: a single value far beyond all others of its series. Pure; any process,
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace fitd {

// The place of the one value that lies more than 20 times the range of all others beyond them and is more than 15 times
// as large as any; where none is negative, by the same on a logarithmic scale too, 5 times, since what spans decades
// may go on to the next one. None of the 12,100 series of M3, the Chronos business sets, NAB and other files at hand
// has one; one value of 1000 or 1e6 among 60 of 50 +- 3 is one. NaN is no value; of fewer than 20 values, and beside
// others that are all equal, nobody can tell. A second such value makes both of them data.
std::optional<std::size_t> LoneOutlier(std::span<const double> values);

// What values of a series lie between that are no longer at hand.
struct SeenRange {
  double least;
  double most;
  std::uint64_t count;
};
// The same of one more value, as far as the range tells: a logarithmic scale begins at its lower end.
bool IsLoneOutlier(double value, const SeenRange& seen);

// Takes the value at that place, an outlier, for missing: NaN. A series begins and ends where its rows do, so the first
// one becomes the next value and the last one that of a season or of the step before, whichever values are nearer to.
void DropOutlier(std::span<double> values, std::size_t place, int season);

}  // namespace fitd
