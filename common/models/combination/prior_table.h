// What combinations learned of the training parts of M3 (Makridakis & Hibon 2000), as a table that
// tests/bench/prior_table.cpp writes. Pure values, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "common/models/combination/combination.h"

namespace fitd {

inline constexpr std::array<std::string_view, 6> kPriorNames = {"ets", "arima", "ces", "theta", "lgt", "pooled-ar"};

// Of series with one season length, or none; members as in FleetGroup.
struct CombinationTable {
  int season = 1;     // 1: none
  double values = 0;  // of a series, in the mean, without those held out
  double trust = 0.5;
  std::array<double, kPriorNames.size()> weights;  // 0: no member of such series
  std::array<double, kPriorNames.size()> error;
  std::array<double, 4> rule_error;
  std::array<double, kNumConformalLevels> factors;
};

// By ascending season, the first of none.
std::span<const CombinationTable> CombinationTables();

}  // namespace fitd
