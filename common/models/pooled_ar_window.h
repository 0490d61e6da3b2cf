// What the pooled regression sees of one series: values on a scale where targets are alike, the season taken out, and
// the features of a window of lags. Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

namespace fitd {

// A series on the scale of the regression. Positive series are on the log scale, others divided by their mean size.
struct PooledSeries {
  bool log = false;
  double unit = 1;               // values were divided by it, before the logarithm
  std::vector<double> z;         // transformed, season taken out
  std::vector<double> seasonal;  // `season` indices on the transformed scale; the first belongs to the next value
  double step = 0;               // mean absolute difference of consecutive z; 0 for a constant series
};
PooledSeries PreparePooledSeries(std::span<const double> y, int season);

// Number of lagged values a window holds, and of the features made of it, for one season length.
int PooledWindowLength(int season);
int PooledFeatureCount(int season);

// The window that ends at `z`'s last value, padded with the first value when there are fewer: PooledWindowLength
// values.
std::vector<double> PooledWindow(std::span<const double> z, int season);

// The scale of a window (its mean absolute step, at least a tenth of the series' own `step`); 0: nothing moves.
double PooledWindowScale(std::span<const double> window, double step);
// Features of a window with scale > 0; features has PooledFeatureCount places.
void PooledFeatures(std::span<const double> window, double scale, std::span<double> features);

}  // namespace fitd
