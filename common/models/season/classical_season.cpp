#include "common/models/season/classical_season.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/median.h"
#include "common/models/season/spectrum.h"

namespace fitd {
namespace {

constexpr double kNormalQuantile95 = 1.6448536269514722;  // one-sided 5 %
constexpr double kSmallestIndex = 0.01;

void Normalise(SeasonIndices& season) {
  double sum = 0;
  for (const double v : season.indices) sum += v;
  const double mean = sum / static_cast<double>(season.indices.size());
  for (double& v : season.indices) v = season.kind == SeasonKind::kMultiplicative ? v / mean : v - mean;
}

// Mean over the seasons of the squared standard error of their indices, which are means of detrended values; value i of
// `detrended` belongs to index (i + offset) mod m. 0 when there are no degrees of freedom.
double MeanVariance(std::span<const double> detrended, std::size_t offset, std::span<const double> indices,
                    std::span<const double> counts) {
  const std::size_t m = indices.size();
  if (detrended.size() <= m) return 0;
  double within = 0, inverse_counts = 0;
  for (std::size_t i = 0; i < detrended.size(); ++i) {
    const double e = detrended[i] - indices[(i + offset) % m];
    within += e * e;
  }
  for (const double count : counts) inverse_counts += 1 / std::max(count, 1.0);
  return within / static_cast<double>(detrended.size() - m) * inverse_counts / static_cast<double>(m);
}

// James-Stein: normalised indices move towards no season as far as their spread may be noise of this variance.
void Shrink(SeasonIndices& season, double variance) {
  const double neutral = season.kind == SeasonKind::kMultiplicative ? 1 : 0;
  const double m = static_cast<double>(season.indices.size());
  double spread = 0;
  for (const double v : season.indices) spread += (v - neutral) * (v - neutral);
  if (m <= 3 || !(spread > 0)) return;
  const double factor = std::clamp(1 - (m - 3) * variance / spread, 0.0, 1.0);
  for (double& v : season.indices) v = neutral + factor * (v - neutral);
}

}  // namespace

std::vector<double> CentredMovingAverage(std::span<const double> y, std::size_t m) {
  const std::size_t half = m / 2;
  const std::size_t count = y.size() - 2 * half;
  std::vector<double> average(count);
  for (std::size_t i = 0; i < count; ++i) {
    // Summed anew every 64 windows, so that rounding does not build up on long series.
    double sum = 0;
    if (i % 64 == 0 || m < 8) {
      for (std::size_t k = 0; k < m; ++k) sum += y[i + k];
    } else {
      sum = average[i - 1] + (y[i + m - 1] - y[i - 1]);
    }
    average[i] = sum;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double last = m % 2 == 0 ? 0.5 * (y[i + m] - y[i]) : 0;
    average[i] = (average[i] + last) / static_cast<double>(m);
  }
  return average;
}

std::vector<double> WithoutUsualSeason(std::span<const double> y, std::size_t m) {
  if (m == 1) return {y.begin(), y.end()};
  const std::vector<double> means = CentredMovingAverage(y, m);
  const std::size_t half = m / 2;
  std::vector<double> out(y.begin(), y.end());
  for (std::size_t phase = 0; phase < m; ++phase) {
    std::vector<double> off;
    for (std::size_t t = phase; t < half + means.size(); t += m) {
      if (t >= half) off.push_back(y[t] - means[t - half]);
    }
    const double usual = Median(off);
    for (std::size_t t = phase; t < y.size(); t += m) out[t] -= usual;
  }
  return out;
}

bool HasSeason(std::span<const double> y, std::size_t season) {
  if (season < 2 || y.size() <= 2 * season) return false;
  const std::vector<double> r = Autocorrelation(y, season);
  double sum = 0;
  for (std::size_t lag = 1; lag < season; ++lag) sum += r[lag] * r[lag];
  return std::fabs(r[season]) > kNormalQuantile95 * std::sqrt((1 + 2 * sum) / static_cast<double>(y.size()));
}

SeasonIndices ClassicalSeason(std::span<const double> y, std::size_t season, SeasonKind kind) {
  const std::vector<double> trend = CentredMovingAverage(y, season);
  const std::size_t half = season / 2;
  const bool multiplicative = kind == SeasonKind::kMultiplicative;
  std::vector<double> detrended(trend.size());
  SeasonIndices result{.kind = kind, .indices = std::vector<double>(season, 0.0)};
  std::vector<double> counts(season, 0.0);
  for (std::size_t i = 0; i < trend.size(); ++i) {
    const std::size_t t = i + half;
    detrended[i] = multiplicative ? y[t] / trend[i] : y[t] - trend[i];
    result.indices[t % season] += detrended[i];
    counts[t % season] += 1;
  }
  for (std::size_t k = 0; k < season; ++k) result.indices[k] /= std::max(counts[k], 1.0);
  const double variance = MeanVariance(detrended, half, result.indices, counts);
  Normalise(result);
  Shrink(result, variance);
  return result;
}

SeasonIndices ClassicalSeason(std::span<const double> y, std::size_t season) {
  if (*std::min_element(y.begin(), y.end()) > 0) {
    SeasonIndices result = ClassicalSeason(y, season, SeasonKind::kMultiplicative);
    if (*std::min_element(result.indices.begin(), result.indices.end()) >= kSmallestIndex) return result;
  }
  return ClassicalSeason(y, season, SeasonKind::kAdditive);
}

void RemoveSeason(const SeasonIndices& season, std::span<double> y) {
  if (season.kind == SeasonKind::kNone) return;
  const std::size_t m = season.indices.size();
  for (std::size_t t = 0, k = 0; t < y.size(); ++t, k = k + 1 == m ? 0 : k + 1) {
    y[t] = season.kind == SeasonKind::kMultiplicative ? y[t] / season.indices[k] : y[t] - season.indices[k];
  }
}

}  // namespace fitd
