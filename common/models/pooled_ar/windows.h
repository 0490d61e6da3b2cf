// Long windows of the pooled regression, for what its few lags do not reach: one autoregression a window length
// over whole seasons of all targets, each window centred on its own mean, so that the weights sum to 1 and a level or a
// unit changes nothing (Montero-Manso & Hyndman 2021 give global models long memory for the same reason). Forecasts
// are iterated. Workers accumulate, the daemon solves, both forecast. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd::pooled_ar {

// What one window length learned. Compared bit by bit.
struct WindowWeights {
  double windows = 0;           // that it was learned from
  std::vector<double> weights;  // of the value 1, 2, ... steps back, sum 1; empty: too few windows, or no stable answer
};

// Lengths of the windows that a season has, ascending; none for seasons below 5, from 12 to 23 and above a year of
// days.
std::vector<std::size_t> WindowsOf(int season);

// The values of one series on the regression's scale, with what stands apart drawn in: a reading may leave the range of
// the value before it and of that one season back by `limit` at most, the range of nearly all values.
struct WindowSeries {
  std::vector<double> z;
  double limit = 0;
};
WindowSeries CleanForWindows(std::vector<double> z, int season);
// The next value by the same rule; `before` are the cleaned ones, at least one.
double CleanNext(std::span<const double> before, double z, int season, double limit);

// Number of doubles that the sums of all windows of a season take, and one series' part of them.
std::size_t WindowSumsSize(int season);
void AddToWindowSums(std::span<const double> z, int season, std::span<double> sums);
std::vector<WindowWeights> SolveWindows(int season, std::span<const double> sums);

// Which of the windows a series of n values is forecast by: the longest that it holds 2.2 times; null: none.
const WindowWeights* WindowFor(std::span<const WindowWeights> learned, std::size_t n);
// The one with as many weights; null: none.
const WindowWeights* WindowOfSize(std::span<const WindowWeights> learned, std::size_t size);

// One step after `last`, whose end is the newest value; as many as there are weights at least.
double WindowStep(std::span<const double> weights, std::span<const double> last);
// Standard deviation of the one-step errors over the latest values; 0 where there are none.
double WindowSigma(std::span<const double> weights, std::span<const double> z);
// Multiples of the one-step deviation for steps 1..horizon.
std::vector<double> WindowDeviations(std::span<const double> weights, std::size_t horizon);

}  // namespace fitd::pooled_ar
