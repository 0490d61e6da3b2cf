#include "common/models/season/periods.h"

#include <algorithm>
#include <cmath>

#include "common/models/season/spectrum.h"

namespace fitd {
namespace {

constexpr int kClippings = 3;
constexpr double kClipDeviations = 4;

Periods DetrendedPeriods(std::span<const double> y, std::size_t length, bool lines) {
  Periods p{.length = length, .count = y.size() / length, .x = {}};
  p.x.assign(y.end() - static_cast<std::ptrdiff_t>(p.count * length), y.end());
  std::vector<double> means(p.count, 0.0);
  for (std::size_t i = 0; i < p.count; ++i) {
    for (std::size_t k = 0; k < length; ++k) means[i] += p.x[i * length + k];
    means[i] /= static_cast<double>(length);
  }
  for (std::size_t i = 0; i < p.count; ++i) {
    const std::size_t before = i == 0 ? i : i - 1, after = i + 1 == p.count ? i : i + 1;
    const double rise = lines ? means[after] - means[before] : 0;
    const double slope = rise / static_cast<double>((after - before) * length);
    const double middle = 0.5 * static_cast<double>(length - 1);
    for (std::size_t k = 0; k < length; ++k) {
      p.x[i * length + k] -= means[i] + slope * (static_cast<double>(k) - middle);
    }
  }
  // What a line leaves of a line is rounding, which may repeat.
  constexpr double kRounding = 1e-12;
  double most = 0;
  for (const double v : y) most = std::max(most, std::fabs(v));
  for (double& v : p.x) {
    if (std::fabs(v) <= kRounding * most) v = 0;
  }
  return p;
}

// The median of each place in the period; zeros where two periods cannot tell an outlier from a season.
std::vector<double> PeriodMedians(const Periods& p) {
  std::vector<double> median(p.length, 0.0);
  if (p.count < 3) return median;
  std::vector<double> same(p.count);
  for (std::size_t k = 0; k < p.length; ++k) {
    for (std::size_t i = 0; i < p.count; ++i) same[i] = p.x[i * p.length + k];
    const auto middle = same.begin() + static_cast<std::ptrdiff_t>(p.count / 2);
    std::nth_element(same.begin(), middle, same.end());
    median[k] = p.count % 2 == 1 ? *middle : 0.5 * (*middle + *std::max_element(same.begin(), middle));
  }
  return median;
}

// Limits values to so many deviations around what their place in the period usually has: a nightly job of a quarter of
// an hour is no outlier, though it lies further from everything else than one. What lies apart at the same place in
// more than a quarter of the periods is another season, which stays as it is.
void ClipOutliers(Periods& p) {
  const std::vector<double> usual = PeriodMedians(p);
  for (int i = 0; i < kClippings; ++i) {
    double sum = 0, largest = 0;
    for (std::size_t start = 0; start < p.x.size(); start += p.length) {
      for (std::size_t k = 0; k < p.length; ++k) {
        const double apart = p.x[start + k] - usual[k];
        sum += apart * apart;
        largest = std::max(largest, std::fabs(apart));
      }
    }
    const double limit = kClipDeviations * std::sqrt(sum / static_cast<double>(p.x.size()));
    if (largest <= limit) return;
    bool clipped = false;
    for (std::size_t k = 0; k < p.length; ++k) {
      std::size_t apart = 0;
      for (std::size_t t = k; t < p.x.size(); t += p.length) apart += std::fabs(p.x[t] - usual[k]) > limit ? 1 : 0;
      if (apart == 0 || (apart > 1 && 4 * apart > p.count)) continue;
      for (std::size_t t = k; t < p.x.size(); t += p.length) {
        p.x[t] = std::clamp(p.x[t], usual[k] - limit, usual[k] + limit);
      }
      clipped = true;
    }
    if (!clipped) return;
  }
}

std::vector<double> PeriodMeans(const Periods& p) {
  std::vector<double> mean(p.length, 0.0);
  for (std::size_t i = 0; i < p.count; ++i) {
    for (std::size_t k = 0; k < p.length; ++k) mean[k] += p.x[i * p.length + k];
  }
  for (double& v : mean) v /= static_cast<double>(p.count);
  return mean;
}

}  // namespace

double SumOfSquares(std::span<const double> x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}

Periods ClippedPeriods(std::span<const double> y, std::size_t length, bool lines) {
  Periods p = DetrendedPeriods(y, length, lines);
  ClipOutliers(p);
  return p;
}

double Correlation(const Periods& p) {
  const double total = SumOfSquares(p.x);
  if (!(total > 0)) return 0;
  const double count = static_cast<double>(p.count);
  return (SumOfSquares(PeriodMeans(p)) * count * count - total) / ((count - 1) * total);
}

double IndependentValues(const Periods& p) {
  constexpr double kOfNormal = 3;  // its fourth moment over the square of its second one
  const std::size_t longest = p.length / 2;
  std::vector<double> r(longest + 1, 0.0), difference(p.length);
  double squares = 0, fourths = 0;
  for (std::size_t i = 1; i < p.count; ++i) {
    for (std::size_t k = 0; k < p.length; ++k) {
      const double d = difference[k] = p.x[i * p.length + k] - p.x[(i - 1) * p.length + k];
      squares += d * d;
      fourths += d * d * d * d;
    }
    const std::vector<double> own = Autocorrelation(difference, longest);
    for (std::size_t k = 0; k <= longest; ++k) r[k] += own[k] / static_cast<double>(p.count - 1);
  }
  if (!(fourths > 0)) return 1;
  double sum = 1;
  for (std::size_t k = 1; k <= longest; ++k) sum += 2 * r[k] * r[k];
  const auto values = static_cast<double>((p.count - 1) * p.length);
  return static_cast<double>(p.length) / sum * std::min(1.0, kOfNormal * squares * squares / values / fourths);
}

void SubtractPeriod(const Periods& p, std::span<double> y) {
  const std::vector<double> mean = PeriodMeans(p);
  const std::size_t first = (p.length - y.size() % p.length) % p.length;
  for (std::size_t t = 0, k = first; t < y.size(); ++t, k = k + 1 == p.length ? 0 : k + 1) y[t] -= mean[k];
}

}  // namespace fitd
