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

namespace {

constexpr std::string_view kEstimation = "estimation";

// mean +- quantile(level) * deviation.
template <typename Quantile>
std::vector<ForecastInterval> Intervals(std::span<const double> mean, std::span<const double> deviation,
                                        std::span<const double> levels, Quantile quantile) {
  std::vector<ForecastInterval> intervals;
  intervals.reserve(levels.size());
  for (const double level : levels) {
    const double z = quantile(level);
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

}  // namespace

std::vector<ForecastInterval> NormalIntervals(std::span<const double> mean, std::span<const double> deviation,
                                              std::span<const double> levels) {
  return Intervals(mean, deviation, levels, NormalIntervalQuantile);
}

NamedVector EstimationState(std::size_t n, int parameters, int apart) {
  const double values = std::max(static_cast<double>(n), 1.0);
  return {.name = std::string(kEstimation), .values = {values - parameters - apart, parameters / values}};
}

double EstimatedQuantile(double level, const Model& model) {
  const std::vector<double>* estimation = model.State(kEstimation);
  if (estimation == nullptr || estimation->size() != 2 || !((*estimation)[1] >= 0))
    return NormalIntervalQuantile(level);
  return std::sqrt(1 + (*estimation)[1]) * StudentIntervalQuantile(level, estimation->front());
}

std::vector<ForecastInterval> EstimatedIntervals(std::span<const double> mean, std::span<const double> deviation,
                                                 std::span<const double> levels, const Model& model) {
  return Intervals(mean, deviation, levels, [&](double level) { return EstimatedQuantile(level, model); });
}

}  // namespace fitd
