// How wide the errors of each place of a season are beside those of all: a shop that is closed on six days a week has
// errors on the seventh alone. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// The factor of the deviation for each place of a season, the first for the value behind the last one of `y` (NaN: not
// observed); their mean square is 1. Empty where the places do not differ far and for certain: by the absolute changes
// over a season, the longest of `seasons` that is there often enough. Of a short season it takes less: then they are
// drawn to 1, the more so the less certain they are.
std::vector<double> SeasonSpreadOf(std::span<const double> y, std::span<const int> seasons);

// As it is `steps` later (or, negative, earlier).
void MoveSpread(std::vector<double>& spread, std::ptrdiff_t steps);

// Whether next to nothing happens at the place of the step with index `h`: it says nothing of the widths of others.
bool IsQuiet(std::span<const double> spread, std::size_t h);

// Multiplies the deviations of the next steps by them, but for what they know of it: those of multiplicative errors are
// wide where a season is high.
void ApplySpread(std::span<const double> spread, std::span<double> deviation);

}  // namespace fitd
