#include "common/models/pooled_ar/series.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/places.h"

namespace fitd {
namespace {

constexpr double kLargestLogRange = 1e6;  // beyond it the small values would dominate on the log scale
constexpr double kSeasonDecay = 0.1;      // a year's weight in the seasonal indices is exp(-0.1) of the next one's
constexpr double kSeasonShrinkage = 3;    // in units of the indices' sampling variance; chosen on held-out values
constexpr double kLevelRates[] = {0.1, 0.4};
constexpr double kSlopeRates[] = {0.05, 0.2};
constexpr double kVolatilityRate = 0.2;
constexpr double kSlowRate = 0.05;
constexpr double kRecentShare = 0.8;  // of recent volatility in the scale, the rest is the whole past's
constexpr double kMostGrowth = 20;    // limits the feature 1/scale
constexpr int kShortWindow = 5;
constexpr int kLongestWindow = 26;

std::size_t WindowLength(int season) {
  return static_cast<std::size_t>(season == 1 ? kShortWindow - 1
                                              : (season < kLongestWindow ? season + 1 : kShortWindow));
}

// Centred moving averages of one season for t = half .. n - half - 1, half = m / 2.
std::vector<double> CentredAverages(std::span<const double> z, std::size_t m) {
  const std::size_t half = m / 2;
  std::vector<double> averages;
  if (z.size() < 2 * half + 1) return averages;
  std::vector<double> cumulative(z.size() + 1, 0.0);
  for (std::size_t t = 0; t < z.size(); ++t) cumulative[t + 1] = cumulative[t] + z[t];
  for (std::size_t t = half; t + half < z.size(); ++t) {
    double sum = cumulative[t + half + 1] - cumulative[t - half];
    if (m % 2 == 0) sum -= 0.5 * (z[t - half] + z[t + half]);
    averages.push_back(sum / static_cast<double>(m));
  }
  return averages;
}

struct WeightedMoments {
  double weight = 0;
  double weight_squares = 0;
  double sum = 0;
  double squares = 0;
  double Mean() const { return weight > 0 ? sum / weight : 0.0; }
  double Effective() const { return weight_squares > 0 ? weight * weight / weight_squares : 0.0; }
};

}  // namespace

std::vector<double> ShrunkSeasonalIndices(std::span<const double> z, std::size_t m) {
  std::vector<double> index(m, 0.0);
  if (m < 2 || z.size() < 2 * m) return index;
  const std::vector<double> averages = CentredAverages(z, m);
  std::vector<WeightedMoments> phase(m);
  for (std::size_t i = 0; i < averages.size(); ++i) {
    const std::size_t t = i + m / 2;
    const double d = z[t] - averages[i];
    const double w = Exp(-kSeasonDecay * static_cast<double>(z.size() - 1 - t) / static_cast<double>(m));
    WeightedMoments& p = phase[t % m];
    p.weight += w;
    p.weight_squares += w * w;
    p.sum += w * d;
    p.squares += w * d * d;
  }
  double mean = 0;
  for (const WeightedMoments& p : phase) mean += p.Mean() / static_cast<double>(m);
  double size = 0;   // sum of squared indices
  double noise = 0;  // sum of their sampling variances
  for (std::size_t j = 0; j < m; ++j) {
    const WeightedMoments& p = phase[j];
    index[j] = p.Mean() - mean;
    size += index[j] * index[j];
    const double effective = p.Effective();
    if (effective > 1) noise += std::max(p.squares / p.weight - p.Mean() * p.Mean(), 0.0) / (effective - 1);
  }
  const double freedom = static_cast<double>(m - 1) / static_cast<double>(m);
  const double keep = size > 0 ? std::max(0.0, 1 - kSeasonShrinkage * freedom * noise / size) : 0.0;
  for (double& v : index) v *= keep;
  return index;
}

PooledSeries PreparePooledSeries(std::span<const double> y, int season) {
  assert(!y.empty() && season >= 1);
  PooledSeries series;
  const auto [low, high] = std::minmax_element(y.begin(), y.end());
  const double size = std::max(std::abs(*low), std::abs(*high));
  series.log = *low > 0 && *low >= *high / kLargestLogRange;
  series.unit = size > 0 ? size : 1.0;
  series.z.resize(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double relative = y[i] / series.unit;
    series.z[i] = series.log ? Log(relative) : relative;
  }
  const auto m = static_cast<std::size_t>(season);
  series.seasonal.assign(m, 0.0);
  // With hardly two values at a place nothing tells its noise, and the indices would be of chance at their full size.
  const bool none = y.size() >= 2 * m && PlacesAreAlike(series.z, m);
  const std::vector<double> index = none ? std::vector<double>(m, 0.0) : ShrunkSeasonalIndices(series.z, m);
  for (std::size_t t = 0; t < y.size(); ++t) series.z[t] -= index[t % m];
  for (std::size_t j = 0; j < m; ++j) series.seasonal[j] = index[(y.size() + j) % m];
  return series;
}

std::vector<double> WithSeason(const PooledSeries& series) {
  std::vector<double> z = series.z;
  const std::size_t m = series.seasonal.size();
  for (std::size_t back = 1; back <= z.size(); ++back) z[z.size() - back] += series.seasonal[m - 1 - (back - 1) % m];
  return z;
}

PooledState::PooledState(int season) {
  assert(season >= 1);
  lags_.assign(WindowLength(season), 0.0);
}

std::optional<PooledState> PooledState::Unpack(int season, std::span<const double> data) {
  PooledState state(season);
  if (data.size() != kNumSums + state.lags_.size()) return std::nullopt;
  std::copy_n(data.begin(), kNumSums, state.sums_.begin());
  std::copy(data.begin() + kNumSums, data.end(), state.lags_.begin());
  return state;
}

std::vector<double> PooledState::Pack() const {
  std::vector<double> out(sums_.begin(), sums_.end());
  out.insert(out.end(), lags_.begin(), lags_.end());
  return out;
}

double PooledState::last() const {
  return lags_.back();
}

double PooledState::Lag(std::size_t i) const {
  return static_cast<double>(i) < count() ? lags_[lags_.size() - 1 - i] : sums_[kFirst];
}

void PooledState::Update(double z) {
  const double t = sums_[kCount];
  for (std::size_t i = 0; i < kLevels; ++i) {
    double& level = sums_[kLevel + i];
    double& weight = sums_[kLevel + kLevels + i];
    level += kLevelRates[i] * (z - level);
    weight += kLevelRates[i] * (1 - weight);
  }
  if (t == 0) sums_[kFirst] = z;
  if (t > 0) {
    const double d = z - last();
    const auto smooth = [](double& sum, double rate, double value) { sum += rate * (value - sum); };
    for (std::size_t i = 0; i < kSlopes; ++i) {
      smooth(sums_[kSlope + i], kSlopeRates[i], d);
      smooth(sums_[kSlope + kSlopes + i], kSlopeRates[i], 1);
    }
    smooth(sums_[kVolatility], kVolatilityRate, std::abs(d));
    smooth(sums_[kVolatilityWeight], kVolatilityRate, 1);
    smooth(sums_[kProduct], kSlowRate, d * sums_[kLastStep]);
    smooth(sums_[kSquare], kSlowRate, d * d);
    smooth(sums_[kTravel], kSlowRate, std::abs(d));
    smooth(sums_[kDrift], kSlowRate, d);
    sums_[kAbsolute] += std::abs(d);
    sums_[kLastStep] = d;
  }
  sums_[kSum] += z;
  sums_[kMoment] += t * z;
  sums_[kCount] += 1;
  std::shift_left(lags_.begin(), lags_.end(), 1);
  lags_.back() = z;
}

double PooledState::scale() const {
  if (count() < 2) return 0;
  const double recent = sums_[kVolatility] / sums_[kVolatilityWeight];
  return kRecentShare * recent + (1 - kRecentShare) * sums_[kAbsolute] / (count() - 1);
}

std::size_t PooledState::NumFeatures(int season) {
  constexpr std::size_t kBases = kLevels + kSlopes;
  constexpr std::size_t kGates = 4;
  return 1 + kGates * (kBases + 1) + kSlopes + 1 + 3 + (WindowLength(season) - 1);
}

// Levels and slopes relative to the last value are taken several times, each time multiplied with another trait of the
// series (volatility and its square, autocorrelation of the steps, how straight the way was), so that one linear
// regression answers differently to calm and erratic, trending and reverting series.
void PooledState::Features(std::span<double> x) const {
  const double s = scale();
  const double now = last();
  std::array<double, kLevels + kSlopes> base;
  for (std::size_t i = 0; i < kSlopes; ++i) base[i] = sums_[kSlope + i] / sums_[kSlope + kSlopes + i] / s;
  for (std::size_t i = 0; i < kLevels; ++i) {
    base[kSlopes + i] = (sums_[kLevel + i] / sums_[kLevel + kLevels + i] - now) / s;
  }
  const double volatility = std::clamp(Log(s) + 3, -4.0, 3.0);
  const double autocorrelation = sums_[kSquare] > 0 ? sums_[kProduct] / sums_[kSquare] : 0.0;
  const double straightness = sums_[kTravel] > 0 ? std::abs(sums_[kDrift]) / sums_[kTravel] : 0.0;
  std::size_t k = 0;
  x[k++] = 1;
  for (const double gate : {volatility, volatility * volatility, autocorrelation, straightness}) {
    for (const double b : base) x[k++] = b * gate;
    x[k++] = gate;
  }
  const double n = count();
  for (std::size_t i = 0; i < kSlopes; ++i) x[k++] = base[i] / std::sqrt(n);
  x[k++] = std::min(1 / s, kMostGrowth);
  const double middle = (n - 1) / 2;  // least-squares line over t = 0..n-1
  const double slope = (sums_[kMoment] - middle * sums_[kSum]) / (n * (n * n - 1) / 12);
  x[k++] = slope / s;
  x[k++] = (sums_[kSum] / n + slope * middle - now) / s;
  x[k++] = (now - sums_[kFirst]) / (n - 1) / s;
  for (std::size_t i = 1; i < lags_.size(); ++i) x[k++] = (Lag(i) - now) / s;
  assert(k == x.size());
}

}  // namespace fitd
