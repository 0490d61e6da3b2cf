// Test for seasonality and classical decomposition, as the theta method uses them (Assimakopoulos & Nikolopoulos 2000;
// Fiorucci et al. 2016, section 2.2). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace fitd {

enum class SeasonKind { kNone, kAdditive, kMultiplicative };

// One season taken out of a series: value t belongs to index t mod size.
struct SeasonIndices {
  SeasonKind kind = SeasonKind::kNone;
  std::vector<double> indices;  // mean 0 (additive) or 1 (multiplicative)
};

// |r_m| > 1.645 sqrt((1 + 2 sum_{i<m} r_i^2) / n), with r the sample autocorrelations; false unless n > 2m.
bool HasSeason(std::span<const double> y, std::size_t season);

// The mean of one season around each value from y[m / 2] on that has half a season on both sides (2 x m for even m);
// n > m.
std::vector<double> CentredMovingAverage(std::span<const double> y, std::size_t m);

// The values without what each phase of the season usually adds to the season around it, by medians, which no outage
// moves: what is a line stays one. n > m; a season of 1 is none.
std::vector<double> WithoutUsualSeason(std::span<const double> y, std::size_t m);

// Means per season of the ratios to (or differences from) the centred moving average of one season, normalised, then
// shrunk towards no season by the James-Stein rule (Miller & Williams 2003, International Journal of Forecasting 19,
// 669-684). Needs n >= 2m; multiplicative needs positive values.
SeasonIndices ClassicalSeason(std::span<const double> y, std::size_t season, SeasonKind kind);

// Multiplicative indices, or additive ones where a value is not positive or an index would be below 0.01.
SeasonIndices ClassicalSeason(std::span<const double> y, std::size_t season);

// Divides by, or subtracts, the indices in place; value 0 of `y` has index 0.
void RemoveSeason(const SeasonIndices& season, std::span<double> y);

}  // namespace fitd
