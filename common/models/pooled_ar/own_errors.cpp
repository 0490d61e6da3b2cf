#include "common/models/pooled_ar/own_errors.h"

#include <algorithm>
#include <cmath>

#include "common/models/pooled_ar/layout.h"

namespace fitd::pooled_ar {
namespace {

// Chosen on the last horizons of M3's training parts held out. Independent errors that a step's ratio wants to count as
// much as the one before: with 4, 8, 16 and 32 the 95 % intervals of quarters score 8.35, 8.29, 8.27 and 8.31 in the
// ensemble, 8.52 without ratios; of months 6.56 (4), 6.58 (16), 6.62 (32) and 6.87; of years 26.49, 26.44, 26.40 (8,
// 16, 32) and 26.54.
constexpr double kFew = 16;
constexpr double kLargestError = 5;  // deviations: a further one counts as that
constexpr double kLargestRatio = 4;
// Of logarithms: a range of one to ten at 95 %. Made larger, the quarters of two targets reach 290 times their level.
// It is no close choice: 0.15 and 0.6 change scores by less than 1 %.
constexpr double kWideDeviation = 0.3;

}  // namespace

std::vector<double> ForeseenChanges(const PooledArCoefficients& coefficients, const PooledState& state) {
  const std::size_t steps = coefficients.sigma.size();
  std::vector<double> x(coefficients.weights.size() / steps);
  state.Features(x);
  std::vector<double> changes(steps, 0.0);
  for (std::size_t k = 0; k < steps; ++k) {
    for (std::size_t i = 0; i < x.size(); ++i) changes[k] += coefficients.weights[k * x.size() + i] * x[i];
  }
  return changes;
}

OwnErrors::OwnErrors(const PooledArCoefficients& coefficients, int horizon)
    : coefficients_(coefficients),
      steps_(StepsOf(horizon)),
      squares_(steps_.size()),
      expected_(steps_.size()),
      counts_(steps_.size()) {}

void OwnErrors::Add(const PooledState& state, std::span<const double> z, std::size_t t) {
  const double scale = state.scale();
  if (!(scale > 0) || t + 1 >= z.size()) return;
  const std::vector<double> changes = ForeseenChanges(coefficients_, state);
  for (std::size_t k = 0; k < steps_.size() && t + steps_[k] < z.size(); ++k) {
    const double deviation = coefficients_.sigma[k] * scale;
    if (!(deviation > 0)) continue;
    const double error = std::min(std::abs(z[t + steps_[k]] - z[t] - changes[k] * scale), kLargestError * deviation);
    const double share = 1 / static_cast<double>(steps_[k]);
    squares_[k] += share * error * error;
    expected_[k] += share * deviation * deviation;
    counts_[k] += share;
  }
}

std::vector<double> OwnErrors::Ratios() const {
  std::vector<double> ratios;
  double ratio = 1;
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    if (expected_[k] > 0) {
      ratio = (kFew * ratio + counts_[k] * squares_[k] / expected_[k]) / (kFew + counts_[k]);
    }
    ratios.push_back(ratio);
  }
  return ratios;
}

double OwnVariance(double of_all, double ratio) {
  const double own = of_all * std::min(ratio, kLargestRatio);
  return std::min(own, std::max(of_all, kWideDeviation * kWideDeviation));
}

std::span<const double> OwnRatiosOf(const Model& model) {
  const std::vector<double>* own = model.State(kOwnErrors);
  return own != nullptr ? std::span<const double>(*own) : std::span<const double>();
}

}  // namespace fitd::pooled_ar
