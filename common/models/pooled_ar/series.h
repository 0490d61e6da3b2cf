// What the pooled regression sees of one series: its values on a scale where targets are alike, with the season taken
// out, and a recursion that turns them into features at every origin. Pure values, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fitd {

inline constexpr double kLargestLog = 700;  // exp() stays finite

// A series on the scale of the regression: logarithms of positive values, others as they are, relative to the largest.
struct PooledSeries {
  bool log = false;
  double unit = 1;               // largest size of a value; values were divided by it
  std::vector<double> z;         // transformed, season taken out
  std::vector<double> seasonal;  // `season` indices on the transformed scale; the first belongs to the next value
};
PooledSeries PreparePooledSeries(std::span<const double> y, int season);
// The transformed values with their season.
std::vector<double> WithSeason(const PooledSeries& series);

// Seasonal indices of z (index t % m), additive, shrunk towards none the less certain they are: classical decomposition
// with recent years counting more, then James-Stein shrinkage (Miller & Williams 2003). Zeros when n < 2m.
std::vector<double> ShrunkSeasonalIndices(std::span<const double> z, std::size_t m);

// The recursion over a series: exponentially weighted levels, slopes, volatility and autocorrelation, a straight line,
// and the last lags. A copy is a fork: a forecast goes on from its own forecasts by updating the copy.
class PooledState {
 public:
  explicit PooledState(int season);
  // A state from Pack(); nullopt unless it has the size of this season's.
  static std::optional<PooledState> Unpack(int season, std::span<const double> data);
  std::vector<double> Pack() const;

  static std::size_t NumFeatures(int season);

  void Update(double z);
  double count() const { return sums_[kCount]; }
  double last() const;
  // Typical size of a step at this origin, the unit of targets and features; 0 before anything has moved.
  double scale() const;
  // Mean change of all steps; 0 before there was one.
  double drift() const { return count() < 2 ? 0.0 : (last() - sums_[kFirst]) / (count() - 1); }
  // Features at this origin; needs scale() > 0 and NumFeatures places.
  void Features(std::span<double> features) const;

 private:
  static constexpr std::size_t kLevels = 2;
  static constexpr std::size_t kSlopes = 2;
  enum Sum : std::size_t {
    kCount,
    kFirst,       // the first value
    kSum,         // of z
    kMoment,      // of t z
    kAbsolute,    // of |d|, d = z_t - z_{t-1}
    kLastStep,    // d
    kVolatility,  // weighted |d|, fast
    kVolatilityWeight,
    kProduct,  // weighted d_t d_{t-1}, slow
    kSquare,   // weighted d^2, slow
    kTravel,   // weighted |d|, slow
    kDrift,    // weighted d, slow
    kLevel,    // kLevels levels, then their weights
    kSlope = kLevel + 2 * kLevels,
    kNumSums = kSlope + 2 * kSlopes,
  };
  double Lag(std::size_t i) const;  // z_{t-i}, the first value where there is none

  std::array<double, kNumSums> sums_{};
  std::vector<double> lags_;  // the last values, newest at the end
};

}  // namespace fitd
