#include "common/models/arima/estimate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/models/numeric/elementary.h"
#include "common/models/numeric/information.h"
#include "common/models/numeric/quasi_newton.h"

namespace fitd::arima {
namespace {

constexpr double kBound = 1 - 1e-7;  // of a partial: at 1 the ones after it lose their meaning
// Of the information matrix, relative to the number of values: redundant coefficients have none of their own.
constexpr double kInformationRidge = 1e-6;

// z_t = e_t + sum_i a_i z_{t - step i}, with `sign` applied to the coefficients a.
void InverseFilter(std::span<const double> e, std::span<const double> a, double sign, int step, double* z) {
  for (std::size_t t = 0; t < e.size(); ++t) {
    double sum = e[t];
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t lag = (i + 1) * static_cast<std::size_t>(step);
      if (lag > t) break;
      sum += sign * a[i] * z[t - lag];
    }
    z[t] = sum;
  }
}

}  // namespace

double Estimator::Value(const ArimaOrder& order, const Coefficients& x) {
  Expand(order, FromPartials(order, x, nullptr), &polynomials_);
  return likelihood_.Value(polynomials_, order.constant);
}

double Estimator::Revisit(const Estimate& estimate) {
  Expand(estimate.order, estimate.coefficients, &polynomials_);
  return likelihood_.Value(polynomials_, estimate.order.constant);
}

void Estimator::Differentiate(const ArimaOrder& order, Point* point) {
  point->coefficients = FromPartials(order, point->x, &point->jacobian);
  likelihood_.Gradient(polynomials_, &phi_gradient_, &theta_gradient_);
  const Coefficients by_coefficient = Contract(order, point->coefficients, phi_gradient_, theta_gradient_);
  const int k = order.NumCoefficients();
  point->gradient = {};
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) point->gradient[j] += point->jacobian[i][j] * by_coefficient[i];
  }
}

Matrix Estimator::Information(const ArimaOrder& o, const Point& point) {
  likelihood_.StandardisedInnovations(&innovations_);
  const int k = o.NumCoefficients();
  columns_.resize(4 * n_);
  const double* c = point.coefficients.data();
  const auto count = [](int x) { return static_cast<std::size_t>(x); };
  InverseFilter(innovations_, {c, count(o.p)}, 1, 1, columns_.data());
  InverseFilter(innovations_, {c + o.p, count(o.q)}, -1, 1, columns_.data() + n_);
  InverseFilter(innovations_, {c + o.p + o.q, count(o.P)}, 1, o.m, columns_.data() + 2 * n_);
  InverseFilter(innovations_, {c + o.p + o.q + o.P, count(o.Q)}, -1, o.m, columns_.data() + 3 * n_);
  std::array<const double*, kMaxCoefficients> column{};
  std::array<std::size_t, kMaxCoefficients> lag{};
  int at = 0;
  const std::array<std::array<int, 2>, 4> factors{{{o.p, 1}, {o.q, 1}, {o.P, o.m}, {o.Q, o.m}}};
  for (std::size_t f = 0; f < factors.size(); ++f) {
    for (int i = 1; i <= factors[f][0]; ++i, ++at) {
      column[at] = columns_.data() + f * n_;
      lag[at] = static_cast<std::size_t>(i) * static_cast<std::size_t>(factors[f][1]);
    }
  }
  Matrix by_coefficient{};
  const double scale = static_cast<double>(n_) / likelihood_.sum_of_squares();
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j <= i; ++j) {
      const std::size_t first = std::max(lag[i], lag[j]);
      double sum = 0;
      for (std::size_t t = first; t < n_; ++t) sum += column[i][t - lag[i]] * column[j][t - lag[j]];
      by_coefficient[i][j] = by_coefficient[j][i] = scale * sum;
    }
  }
  Matrix half{};
  Matrix out{};
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) {
      for (int s = 0; s < k; ++s) half[i][j] += by_coefficient[i][s] * point.jacobian[s][j];
    }
  }
  for (int i = 0; i < k; ++i) {
    for (int j = 0; j < k; ++j) {
      for (int s = 0; s < k; ++s) out[i][j] += point.jacobian[s][i] * half[s][j];
    }
    out[i][i] += kInformationRidge * static_cast<double>(n_);
  }
  return out;
}

// Newton's direction within the box; returns the expected decrease. Partials on a bound that the direction would leave
// through are held.
double Estimator::Direction(int k, const Point& point, const Matrix& hessian, Coefficients* direction) const {
  std::array<int, kMaxCoefficients> free{};
  std::size_t count = 0;
  const auto blocked = [&point](int i, double d) {
    return (point.x[i] >= kBound && d > 0) || (point.x[i] <= -kBound && d < 0);
  };
  for (int i = 0; i < k; ++i) {
    if (!blocked(i, -point.gradient[i])) free[count++] = i;
  }
  Coefficients downhill{};
  for (int i = 0; i < k; ++i) downhill[i] = -point.gradient[i];
  for (;;) {
    *direction = {};
    if (count == 0) return 0;
    SolvePositive(hessian, {free.data(), count}, downhill, direction);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!blocked(free[i], (*direction)[free[i]])) free[kept++] = free[i];
    }
    if (kept == count) break;
    count = kept;
  }
  double decrease = 0;
  for (int i = 0; i < k; ++i) decrease += 0.5 * downhill[i] * (*direction)[i];
  return decrease;
}

// Backtracks along the projected direction; on success the likelihood was last evaluated at the new point.
bool Estimator::Search(const ArimaOrder& order, const Coefficients& direction, Point* point, int* evaluations,
                       int max_evaluations) {
  // Sufficient decrease and the bounds of the next step are those of Dennis & Schnabel (1983), algorithm A6.3.1.
  constexpr double kSufficient = 1e-4;
  constexpr double kLeastShrink = 0.1;
  constexpr double kMostShrink = 0.5;
  constexpr double kShrinkOfNoNumber = 0.25;
  constexpr int kMaxAttempts = 12;  // even halved each time the last step is 1/2048 of the first
  const int k = order.NumCoefficients();
  double largest = 0;
  for (int i = 0; i < k; ++i) largest = std::max(largest, std::abs(direction[i]));
  double step = largest > 1 ? 1 / largest : 1.0;
  for (int attempt = 0; attempt < kMaxAttempts && *evaluations < max_evaluations; ++attempt) {
    Coefficients x{};
    double slope = 0;
    for (int i = 0; i < k; ++i) {
      x[i] = std::clamp(point->x[i] + step * direction[i], -kBound, kBound);
      slope += point->gradient[i] * (x[i] - point->x[i]);
    }
    const double value = Value(order, x);
    ++*evaluations;
    if (std::isfinite(value) && value <= point->value + kSufficient * slope) {
      point->x = x;
      point->value = value;
      return true;
    }
    double shrink = kShrinkOfNoNumber;
    if (std::isfinite(value) && value - point->value - slope > 0) {
      shrink = std::clamp(-slope / (2 * (value - point->value - slope)), kLeastShrink, kMostShrink);
    }
    step *= shrink;
  }
  return false;
}

void Estimator::Minimise(Point* point, const EstimateOptions& options, Estimate* estimate) {
  const ArimaOrder& order = estimate->order;
  const int k = order.NumCoefficients();
  Differentiate(order, point);
  Matrix hessian = Information(order, *point);
  bool fresh = true;
  for (int iteration = 0; estimate->evaluations < options.max_evaluations; ++iteration) {
    Coefficients direction;
    const double decrease = Direction(k, *point, hessian, &direction);
    if (!(decrease > options.tolerance)) {
      estimate->converged = true;
      return;
    }
    if (iteration > 1 && point->value - 10 * decrease > options.abandon_above) {
      estimate->abandoned = true;
      return;
    }
    const Point before = *point;
    if (!Search(order, direction, point, &estimate->evaluations, options.max_evaluations)) {
      if (fresh) return;
      // The updates have gone astray: start again from the information matrix here.
      Value(order, point->x);
      ++estimate->evaluations;
      Differentiate(order, point);
      hessian = Information(order, *point);
      fresh = true;
      continue;
    }
    Differentiate(order, point);
    Coefficients step{};
    Coefficients change{};
    for (int i = 0; i < k; ++i) {
      step[i] = point->x[i] - before.x[i];
      change[i] = point->gradient[i] - before.gradient[i];
    }
    if (iteration < 1) {
      hessian = Information(order, *point);
    } else {
      constexpr double kLeastCurvature = 0.2;  // Powell's own
      Coefficients product;
      const auto size = static_cast<std::size_t>(k);
      UpdateDamped({step.data(), size}, {change.data(), size}, {product.data(), size}, kLeastCurvature,
                   [&hessian](std::size_t i) { return hessian[i].data(); });
      fresh = false;
    }
  }
}

Estimate Estimator::Fit(const ArimaOrder& order, std::span<const Coefficients> starts, const EstimateOptions& options) {
  Estimate out;
  out.order = order;
  const int parameters = order.NumParameters();
  const auto n = static_cast<double>(n_);
  if (!(n - parameters - 1 > 0)) return out;
  const double offset = 0.5 * n * (1 + Log(2 * std::numbers::pi));
  Point best;
  bool best_is_last = false;  // the likelihood was last evaluated there
  for (const Coefficients& start : starts) {
    Coefficients x{};
    for (int i = 0; i < order.NumCoefficients(); ++i) x[i] = std::clamp(start[i], -kBound, kBound);
    const double value = Value(order, x);
    ++out.evaluations;
    best_is_last = value < best.value;
    if (best_is_last) {
      best.value = value;
      best.x = x;
    }
  }
  if (!std::isfinite(best.value)) return out;
  if (order.NumCoefficients() > 0) {
    if (!best_is_last) Value(order, best.x);
    EstimateOptions inner = options;
    // From AICc to the objective.
    inner.abandon_above = (options.abandon_above - CorrectedAic(0, parameters, n_)) / 2 - offset;
    Minimise(&best, inner, &out);
  } else {
    out.converged = true;
  }
  out.partials = best.x;
  out.coefficients = FromPartials(order, best.x, nullptr);
  out.objective = best.value;
  out.aicc = CorrectedAic(-2 * (-best.value - offset), parameters, n_);
  out.usable = std::isfinite(out.aicc);
  return out;
}

Coefficients Estimator::PartialsOf(const ArimaOrder& order, const Coefficients& coefficients) {
  // A model that was left on the bound comes back from its coefficients a rounding inside. There the bound would not be
  // seen to hold it, and the first step, cut to nothing in that partial, would lead uphill in the others.
  constexpr double kOnBound = 1e-6;  // away
  Coefficients partials = ToPartials(order, coefficients, kBound);
  for (double& partial : partials) {
    if (std::abs(partial) > kBound - kOnBound) partial = std::copysign(kBound, partial);
  }
  return partials;
}

}  // namespace fitd::arima
