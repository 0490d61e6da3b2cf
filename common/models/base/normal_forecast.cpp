#include "common/models/base/normal_forecast.h"

#include <cmath>
#include <numbers>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/gaussian.h"
#include "common/models/numeric/information.h"
#include "common/models/numeric/scaling.h"

namespace fitd {

Criteria GaussianCriteria(double sse, std::size_t n, int num_coefficients, int exponent) {
  Criteria c;
  const double count = static_cast<double>(n);
  if (count > num_coefficients) {
    const double sigma2 = std::ldexp(sse / (count - num_coefficients), 2 * exponent);
    if (std::isfinite(sigma2)) c.sigma2 = sigma2;
  }
  if (!(sse > 0) || n == 0) return c;
  const double log_variance = Log(sse / count) + 2.0 * exponent * std::numbers::ln2;
  const double k = num_coefficients + 1;
  c.loglik = -0.5 * count * (Log(2 * std::numbers::pi) + log_variance + 1);
  c.aic = -2 * c.loglik + 2 * k;
  if (count > k + 1) c.aicc = CorrectedAic(-2 * c.loglik, k, n);
  c.bic = -2 * c.loglik + k * Log(count);
  return c;
}

std::vector<ForecastInterval> NormalIntervals(std::span<const double> mean, std::span<const double> deviation,
                                              std::span<const double> levels) {
  std::vector<ForecastInterval> intervals;
  intervals.reserve(levels.size());
  for (const double level : levels) {
    const double z = NormalIntervalQuantile(level);
    ForecastInterval interval{.level = level, .lo = {}, .hi = {}};
    interval.lo.reserve(mean.size());
    interval.hi.reserve(mean.size());
    for (std::size_t h = 0; h < mean.size(); ++h) {
      interval.lo.push_back(ToFinite(mean[h] - z * deviation[h]));
      interval.hi.push_back(ToFinite(mean[h] + z * deviation[h]));
    }
    intervals.push_back(std::move(interval));
  }
  return intervals;
}

}  // namespace fitd
