// Windows of held-out errors that say what befell one target, not how sure the fleet's forecasts are. Used by
// LearnIntervals alone. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// Some errors of one target, one behind the other, in units of the deviations that its members claim.
struct ErrorWindow {
  double size = 0;  // root of their mean square
  std::size_t values = 0;
};

// Of fewer windows nobody can tell which of them is a surprise.
inline constexpr std::size_t kFewestToTell = 8;

// What one error of each window counts as. A level that moves makes all errors of a window large, for one reason: those
// far larger than the median window's count the less the larger they are, down to one error in all. Where most windows
// are so large, or sizes differ as widely as those of walks do, that is how the fleet is, and all count as 1, as those
// of fewer windows than kFewestToTell do.
std::vector<double> ErrorWeights(std::span<const ErrorWindow> windows);

}  // namespace fitd
