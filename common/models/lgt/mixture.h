// The recursion of the models that lgt.h averages, all together: levels differ by their smoothing alone and slopes by
// both smoothings, so that few numbers are the state of all. Values, levels and slopes are in the data's units. Pure
// values, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

inline constexpr std::size_t kLgtPowers = 3;  // of the level: 0, 1/2 and 1

// Of one pair of smoothings: its weight, and what the next value is expected to be beyond the level.
struct LgtComponent {
  double weight = 0;
  double local = 0;                            // times the slope
  std::array<double, kLgtPowers> growth = {};  // times the level's powers, which are LgtPowersOf
};
inline constexpr std::size_t kLgtNumbers = 2 + kLgtPowers;  // of a component

struct LgtMixture {
  std::vector<double> level_rates;  // in (0, 1]
  std::vector<double> slope_rates;
  std::vector<LgtComponent> components;  // one a pair of rates, those of a level's rate side by side
  std::vector<double> levels;            // one a rate
  std::vector<double> slopes;            // one a pair
  double unit = 1;                       // > 0: the usual level, whose powers are itself
  bool growing = true;                   // errors are shares of the level, which is positive
};

// The unit, its geometric mean with the level, and the level, which counts as a twentieth of the unit where it is less.
std::array<double, kLgtPowers> LgtPowersOf(double level, double unit);
// What an error at this level is a multiple of: the level and a tenth of the unit, for small values are no surer.
double LgtErrorUnit(const LgtMixture& mixture, double level);

// The next value, mean over all; and what its error is a multiple of.
double LgtExpect(const LgtMixture& mixture);
double LgtNextErrorUnit(const LgtMixture& mixture);
// Moves levels and slopes on. The states stay finite.
void LgtMove(LgtMixture& mixture, double value);

struct LgtPath {
  std::vector<double> mean;
  std::vector<double> variance;  // of the forecasts' errors: those to come, and how far the components come apart
};
// Steps 1..horizon, each from the means before it; `sigma` is the deviation of an error over LgtErrorUnit. Values'
// squares have to fit a double.
LgtPath LgtForecast(const LgtMixture& mixture, double sigma, int horizon);

}  // namespace fitd
