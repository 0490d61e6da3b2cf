// The recursion of the theta models (theta.h): fit by a search over alpha alone, forecast with exact variances.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fitd {

struct ThetaFit {
  double alpha = 0;
  double weight = 0;  // 1 - 1/theta, in [0, 1]
  double level0 = 0;
  double sse = 0;
  std::uint32_t evaluations = 0;
};

inline constexpr double kThetaMinAlpha = 0.1;
inline constexpr double kThetaMaxAlpha = 0.99;

// The line that extrapolates: (intercept, slope) before each value, or the same line throughout for the static models.
struct ThetaLine {
  std::vector<double> intercept;
  std::vector<double> slope;
};
ThetaLine DynamicLine(std::span<const double> y);
ThetaLine StaticLine(std::span<const double> y);

// Minimises the sum of squared errors. Given alpha the errors are linear in level0 and weight, which are eliminated by
// bounded least squares, so that the search is over alpha alone. The values of y should have a magnitude
// near 1; `free_weight` false fixes theta = 2.
ThetaFit FitTheta(std::span<const double> y, const ThetaLine& line, bool free_weight);

// What forecasts start from: after n values, the level, the mean of all values (dynamic) or the line's intercept
// (static), and the line's slope.
struct ThetaState {
  double level = 0;
  double centre = 0;
  double slope = 0;
};
ThetaState FilterTheta(std::span<const double> y, const ThetaFit& fit, bool dynamic);

// One-step errors of the fit.
std::vector<double> ThetaErrors(std::span<const double> y, const ThetaLine& line, const ThetaFit& fit);

// base^exponent by squaring: the same bits everywhere, which std::pow does not promise.
double Power(double base, std::uint64_t exponent);

struct ThetaPath {
  std::vector<double> mean;
  std::vector<double> variance;  // of the forecast error, in units of the one-step variance
};
// `n` values have led to `state`; the dynamic line goes on learning from the forecasts themselves.
ThetaPath ForecastTheta(const ThetaState& state, double alpha, double weight, bool dynamic, std::uint64_t n,
                        int horizon);

}  // namespace fitd
