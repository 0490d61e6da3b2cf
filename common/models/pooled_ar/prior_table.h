// What the pooled regression learned of the training parts of M3 (Makridakis & Hibon 2000), as a table that
// tests/bench/prior_table.cpp writes. Pure values, any thread.
#pragma once

#include <cstddef>
#include <span>

namespace fitd::pooled_ar {

// The coefficients of series with one season length.
struct PriorTable {
  int season = 0;                      // 0: any other one; of its lags the first three
  double windows = 0;                  // of a series, in the mean
  std::span<const std::size_t> steps;  // ahead that have coefficients, ascending
  std::span<const double> sigma;       // per step: standard deviation of the scaled error
  std::span<const double> weights;     // steps x features, row by row
};

// By ascending season.
std::span<const PriorTable> PriorTables();

}  // namespace fitd::pooled_ar
