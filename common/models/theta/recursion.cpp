#include "common/models/theta/recursion.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fitd {
namespace {

constexpr std::size_t kLanes = 8;
constexpr int kGridBatches = 2;
constexpr int kRefinements = 3;
constexpr double kNegligiblePower = 1e-200;  // keeps (1-alpha)^t out of the slow denormal range

using Lanes = std::array<double, kLanes>;

// Sums over t of the products of r (error without level0 and line), c (coefficient of level0), g (of the weight).
struct Products {
  Lanes rr{}, rc{}, rg{}, cc{}, cg{}, gg{};
};

// The recursion for kLanes values of alpha at once; every lane does the same operations in the same order.
Products Accumulate(std::span<const double> y, const ThetaLine& line, const Lanes& alpha) {
  Products p;
  Lanes inverse, decay, power, level{};
  for (std::size_t k = 0; k < kLanes; ++k) {
    inverse[k] = 1 / alpha[k];
    decay[k] = 1 - alpha[k];
    power[k] = 1;
  }
  for (std::size_t t = 0; t < y.size(); ++t) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double r = y[t] - level[k];
      const double c = power[k];
      const double next = c * decay[k];
      const double g = c * line.intercept[t] + (1 - next) * inverse[k] * line.slope[t];
      p.rr[k] += r * r;
      p.rc[k] += r * c;
      p.rg[k] += r * g;
      p.cc[k] += c * c;
      p.cg[k] += c * g;
      p.gg[k] += g * g;
      level[k] += alpha[k] * r;
      power[k] = next > kNegligiblePower ? next : 0;
    }
  }
  return p;
}

ThetaFit SolveLane(const Products& p, std::size_t k, double alpha, bool free_weight) {
  ThetaFit fit{.alpha = alpha, .weight = 0.5};
  const double cc = p.cc[k];
  const double ratio = cc > 0 ? p.cg[k] / cc : 0;
  if (free_weight) {
    const double curvature = p.gg[k] - ratio * p.cg[k];
    if (curvature > 1e-14 * p.gg[k]) {
      fit.weight = std::clamp((p.rg[k] - ratio * p.rc[k]) / curvature, 0.0, 1.0);
    }
  }
  const double rc = p.rc[k] - fit.weight * p.cg[k];
  fit.level0 = cc > 0 ? rc / cc : 0;
  fit.sse = p.rr[k] - 2 * fit.weight * p.rg[k] + fit.weight * fit.weight * p.gg[k] - fit.level0 * rc;
  return fit;
}

// The best of kLanes equally spaced alphas strictly inside (low, high), or of `best` when none is better.
void SearchBetween(std::span<const double> y, const ThetaLine& line, bool free_weight, double low, double high,
                   ThetaFit& best) {
  Lanes alpha;
  for (std::size_t k = 0; k < kLanes; ++k) {
    alpha[k] = low + (high - low) * static_cast<double>(k + 1) / static_cast<double>(kLanes + 1);
  }
  const Products p = Accumulate(y, line, alpha);
  for (std::size_t k = 0; k < kLanes; ++k) {
    const ThetaFit fit = SolveLane(p, k, alpha[k], free_weight);
    if (fit.sse < best.sse) best = fit;
  }
}

}  // namespace

ThetaLine DynamicLine(std::span<const double> y) {
  ThetaLine line;
  line.intercept.resize(y.size());
  line.slope.resize(y.size());
  double mean = y[0], slope = 0;
  line.intercept[0] = y[0];
  line.slope[0] = 0;
  for (std::size_t s = 1; s < y.size(); ++s) {
    // After s values; the recursion of least squares on time for equally spaced values.
    const double t = static_cast<double>(s);
    if (s > 1) {
      slope = ((t - 2) * slope + 6 / t * (y[s - 1] - mean)) / (t + 1);
      mean = ((t - 1) * mean + y[s - 1]) / t;
    }
    line.intercept[s] = mean - 0.5 * (t + 1) * slope;
    line.slope[s] = slope;
  }
  return line;
}

ThetaLine StaticLine(std::span<const double> y) {
  const double n = static_cast<double>(y.size());
  double sum = 0, weighted = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    sum += y[t];
    weighted += (static_cast<double>(t) - 0.5 * (n - 1)) * y[t];
  }
  const double slope = n > 1 ? 12 * weighted / (n * (n * n - 1)) : 0;
  const double intercept = sum / n - 0.5 * (n + 1) * slope;
  return {.intercept = std::vector<double>(y.size(), intercept), .slope = std::vector<double>(y.size(), slope)};
}

ThetaFit FitTheta(std::span<const double> y, const ThetaLine& line, bool free_weight) {
  constexpr std::size_t kGridSize = kGridBatches * kLanes;
  constexpr double kSpacing = (kThetaMaxAlpha - kThetaMinAlpha) / (kGridSize - 1);
  ThetaFit best;
  for (std::size_t batch = 0; batch < kGridBatches; ++batch) {
    Lanes alpha;
    for (std::size_t k = 0; k < kLanes; ++k) {
      alpha[k] = kThetaMinAlpha + kSpacing * static_cast<double>(batch * kLanes + k);
    }
    const Products p = Accumulate(y, line, alpha);
    for (std::size_t k = 0; k < kLanes; ++k) {
      const ThetaFit fit = SolveLane(p, k, alpha[k], free_weight);
      if ((batch == 0 && k == 0) || fit.sse < best.sse) best = fit;
    }
  }
  double spacing = kSpacing;
  for (int i = 0; i < kRefinements; ++i) {
    const double low = std::max(best.alpha - spacing, kThetaMinAlpha);
    const double high = std::min(best.alpha + spacing, kThetaMaxAlpha);
    SearchBetween(y, line, free_weight, low, high, best);
    spacing = (high - low) / static_cast<double>(kLanes + 1);
  }
  best.sse = std::max(best.sse, 0.0);
  best.evaluations = kLanes * (kGridBatches + kRefinements);
  return best;
}

ThetaState FilterTheta(std::span<const double> y, const ThetaFit& fit, bool dynamic) {
  ThetaState state{.level = fit.level0};
  for (const double v : y) state.level += fit.alpha * (v - state.level);
  const double n = static_cast<double>(y.size());
  const ThetaLine line = StaticLine(y);  // after all values the dynamic line is the static one
  state.slope = line.slope[0];
  state.centre = dynamic ? line.intercept[0] + 0.5 * (n + 1) * state.slope : line.intercept[0];
  return state;
}

// The recursion of Accumulate, with what was eliminated there put in.
std::vector<double> ThetaErrors(std::span<const double> y, const ThetaLine& line, const ThetaFit& fit) {
  std::vector<double> errors;
  errors.reserve(y.size());
  const double decay = 1 - fit.alpha;
  double power = 1;
  double level = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const double next = power * decay;
    const double growth = power * line.intercept[t] + (1 - next) / fit.alpha * line.slope[t];
    errors.push_back(y[t] - level - fit.level0 * power - fit.weight * growth);
    level += fit.alpha * (y[t] - level);
    power = next > kNegligiblePower ? next : 0;
  }
  return errors;
}

double Power(double base, std::uint64_t exponent) {
  double result = 1;
  for (; exponent != 0; exponent /= 2, base *= base) {
    if (exponent % 2 == 1) result *= base;
  }
  return result;
}

ThetaPath ForecastTheta(const ThetaState& start, double alpha, double weight, bool dynamic, std::uint64_t n,
                        int horizon) {
  ThetaPath path;
  const double decay = 1 - alpha;
  double power = Power(decay, n);
  std::array<double, 3> v = {start.level, start.centre, start.slope};
  std::array<std::array<double, 3>, 3> covariance{};
  for (int h = 0; h < horizon; ++h, power *= decay) {
    const double s = static_cast<double>(n) + h, t = s + 1;
    const double growth = (1 - power * decay) / alpha - (dynamic ? 0.5 * power * (s + 1) : 0);
    const std::array<double, 3> z = {1, weight * power, weight * growth};
    // Rows of the transition with the forecast put in for the next value, and the response to its error.
    std::array<std::array<double, 3>, 3> f = {{{1, alpha * z[1], alpha * z[2]}, {0, 1, 0}, {0, 0, 1}}};
    std::array<double, 3> response = {alpha, 0, 0};
    if (dynamic) {
      const double gain = 6 / (t * (t + 1));
      f[1] = {z[0] / t, (z[1] + s) / t, z[2] / t};
      f[2] = {gain * z[0], gain * (z[1] - 1), gain * z[2] + (t - 2) / (t + 1)};
      response = {alpha, 1 / t, gain};
    }
    double mean = 0, variance = 1;
    std::array<std::array<double, 3>, 3> fp{};
    std::array<double, 3> next{};
    for (std::size_t i = 0; i < 3; ++i) {
      mean += z[i] * v[i];
      for (std::size_t j = 0; j < 3; ++j) {
        variance += z[i] * covariance[i][j] * z[j];
        next[i] += f[i][j] * v[j];
        for (std::size_t k = 0; k < 3; ++k) fp[i][j] += f[i][k] * covariance[k][j];
      }
    }
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        covariance[i][j] = response[i] * response[j];
        for (std::size_t k = 0; k < 3; ++k) covariance[i][j] += fp[i][k] * f[j][k];
      }
    }
    v = next;
    path.mean.push_back(mean);
    path.variance.push_back(variance);
  }
  return path;
}

}  // namespace fitd
