#include "common/models/arima/likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/models/arima/filter.h"
#include "common/models/numeric/elementary.h"

namespace fitd::arima {
namespace {

// The mean square below which a fit is perfect to rounding, for a series with variance of order one.
// No data are explained to ten digits: near several unit roots at once the recursion has lost all of its own.
constexpr double kVarianceFloor = 1e-20;

}  // namespace

void ExactLikelihood::Reserve(std::size_t states, bool autoregressive, bool constant) {
  const std::size_t n = series_.size();
  const std::size_t width = std::max<std::size_t>(1, (states + kKernelBlock - 1) / kKernelBlock) * kKernelBlock;
  const std::size_t rows = std::min(n, kTransientCap) + 1;
  if (width != recursion_.width) {
    history_.assign(rows * KernelStride(width), 0.0);
    scratch_.resize(4 * (width + kKernelBlock));
    phi_.resize(width);
    phi_bar_.resize(width);
    start_bar_.resize(width);
  }
  innovations_.resize(n);
  variances_.resize(n);
  reflections_.resize(n);
  state_.assign(width + kKernelBlock, 0.0);
  if (constant) {
    unit_innovations_.resize(n);
    unit_state_.assign(width + kKernelBlock, 0.0);
  }
  states_ = states;
  recursion_.width = width;
  recursion_.steps = n;
  recursion_.transient_cap = kTransientCap;
  recursion_.series = series_.data();
  recursion_.phi = autoregressive ? phi_.data() : nullptr;
  recursion_.history = history_.data();
  recursion_.state = state_.data();
  recursion_.innovations = innovations_.data();
  recursion_.variances = variances_.data();
  recursion_.reflections = reflections_.data();
  recursion_.unit_state = constant ? unit_state_.data() : nullptr;
  recursion_.unit_innovations = constant ? unit_innovations_.data() : nullptr;
}

double ExactLikelihood::Value(const LagPolynomials& polynomials, bool constant) {
  ++values_;
  const std::size_t states = std::max(polynomials.phi.size(), polynomials.theta.size());
  Reserve(states, !polynomials.phi_lags.empty(), constant);
  if (!start_.Compute(polynomials, states)) return std::numeric_limits<double>::infinity();
  std::fill(phi_.begin(), phi_.end(), 0.0);
  std::copy(polynomials.phi.begin(), polynomials.phi.end(), phi_.begin());
  const std::size_t width = recursion_.width;
  std::fill_n(history_.begin(), 2 * width, 0.0);
  std::copy(start_.covariance().begin(), start_.covariance().end(), history_.begin());
  std::copy(start_.covariance().begin(), start_.covariance().end(),
            history_.begin() + static_cast<std::ptrdiff_t>(width));
  recursion_.start_variance = start_.variance();
  RunRecursion(&recursion_);
  if (recursion_.done < series_.size()) RunSteadyState(polynomials, constant);
  Concentrate(constant);
  const auto n = static_cast<double>(series_.size());
  if (floored_) return std::numeric_limits<double>::infinity();
  const double value = 0.5 * n * Log(sum_of_squares_ / n) + 0.5 * recursion_.log_determinant;
  return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
}

void ExactLikelihood::RunSteadyState(const LagPolynomials& polynomials, bool constant) {
  const std::size_t n = series_.size();
  const auto filter = [&](auto value_at, double* innovations) {
    for (std::size_t t = recursion_.done; t < n; ++t) {
      double v = value_at(t);
      for (const int j : polynomials.phi_lags) {
        const auto lag = static_cast<std::size_t>(j);
        v -= polynomials.phi[lag - 1] * value_at(t - lag);
      }
      for (const int j : polynomials.theta_lags) {
        const auto lag = static_cast<std::size_t>(j);
        v -= polynomials.theta[lag - 1] * innovations[t - lag];
      }
      innovations[t] = v;
    }
  };
  filter([this](std::size_t t) { return series_[t]; }, innovations_.data());
  if (constant) filter([](std::size_t) { return 1.0; }, unit_innovations_.data());
  std::fill(variances_.begin() + static_cast<std::ptrdiff_t>(recursion_.done), variances_.end(), 1.0);
}

void ExactLikelihood::Concentrate(bool constant) {
  const std::size_t n = series_.size();
  constant_ = 0;
  unit_sum_ = 0;
  if (constant) {
    double cross = 0;
    for (std::size_t t = 0; t < n; ++t) {
      const double scaled = unit_innovations_[t] / variances_[t];
      cross += scaled * innovations_[t];
      unit_sum_ += scaled * unit_innovations_[t];
    }
    if (unit_sum_ > 0) constant_ = cross / unit_sum_;
    for (std::size_t t = 0; t < n; ++t) innovations_[t] -= constant_ * unit_innovations_[t];
  }
  double sum = 0;
  for (std::size_t t = 0; t < n; ++t) sum += innovations_[t] * innovations_[t] / variances_[t];
  const double floor = kVarianceFloor * static_cast<double>(n);
  floored_ = sum < floor;
  sum_of_squares_ = std::max(sum, floor);
}

void ExactLikelihood::Gradient(const LagPolynomials& polynomials, std::vector<double>* phi_gradient,
                               std::vector<double>* theta_gradient) {
  const std::size_t n = series_.size();
  const double weight = floored_ ? 0.0 : 0.5 * static_cast<double>(n) / sum_of_squares_;
  phi_gradient->assign(polynomials.phi.size(), 0.0);
  theta_gradient->assign(polynomials.theta.size(), 0.0);
  const double* centred = series_.data();
  if (constant_ != 0) {
    centred_.resize(n);
    for (std::size_t t = 0; t < n; ++t) centred_[t] = series_[t] - constant_;
    centred = centred_.data();
  }
  Adjoint adjoint;
  adjoint.forward = &recursion_;
  adjoint.series = centred;
  adjoint.innovations = innovations_.data();
  adjoint.weight = weight;
  if (recursion_.done < n) {
    BackwardSteadyState(polynomials, weight, phi_gradient, theta_gradient);
    adjoint.later_gradient = later_.data();
  }
  std::fill(phi_bar_.begin(), phi_bar_.end(), 0.0);
  adjoint.scratch = scratch_.data();
  adjoint.phi_gradient = phi_bar_.data();
  adjoint.start_gradient = start_bar_.data();
  RunAdjoint(&adjoint);
  for (std::size_t i = 0; i < phi_gradient->size(); ++i) (*phi_gradient)[i] += phi_bar_[i];
  start_.Backward(polynomials, start_bar_, adjoint.start_variance_gradient, *phi_gradient, *theta_gradient);
}

void ExactLikelihood::BackwardSteadyState(const LagPolynomials& polynomials, double weight,
                                          std::vector<double>* phi_gradient, std::vector<double>* theta_gradient) {
  const std::size_t n = series_.size();
  later_.assign(n, 0.0);
  const auto value_at = [this](std::size_t t) { return series_[t] - constant_; };
  for (std::size_t t = n; t-- > recursion_.done;) {
    const double v_bar = later_[t] + 2 * weight * innovations_[t];
    for (const int j : polynomials.phi_lags) {
      const auto lag = static_cast<std::size_t>(j);
      (*phi_gradient)[lag - 1] -= v_bar * value_at(t - lag);
    }
    for (const int j : polynomials.theta_lags) {
      const auto lag = static_cast<std::size_t>(j);
      (*theta_gradient)[lag - 1] -= v_bar * innovations_[t - lag];
      later_[t - lag] -= v_bar * polynomials.theta[lag - 1];
    }
  }
}

void ExactLikelihood::StandardisedInnovations(std::vector<double>* out) const {
  out->resize(series_.size());
  for (std::size_t t = 0; t < series_.size(); ++t) (*out)[t] = innovations_[t] / std::sqrt(variances_[t]);
}

std::vector<double> ExactLikelihood::FinalState(const LagPolynomials& polynomials) const {
  std::vector<double> out(states_, 0.0);
  const std::size_t n = series_.size();
  if (recursion_.done == n) {
    for (std::size_t i = 0; i < states_; ++i) {
      out[i] = state_[i] - (constant_ != 0 ? constant_ * unit_state_[i] : 0.0);
    }
    return out;
  }
  for (std::size_t i = 0; i < states_; ++i) {
    double sum = 0;
    for (const int j : polynomials.phi_lags) {
      const auto lag = static_cast<std::size_t>(j);
      if (lag > i) sum += polynomials.phi[lag - 1] * (series_[n + i - lag] - constant_);
    }
    for (const int j : polynomials.theta_lags) {
      const auto lag = static_cast<std::size_t>(j);
      if (lag > i) sum += polynomials.theta[lag - 1] * innovations_[n + i - lag];
    }
    out[i] = sum;
  }
  return out;
}

std::vector<double> ExactLikelihood::UnitState(const LagPolynomials& polynomials) const {
  if (recursion_.unit_state == nullptr) return {};
  const std::size_t n = series_.size();
  std::vector<double> out(states_, 0.0);
  if (recursion_.done == n) {
    std::copy_n(unit_state_.begin(), states_, out.begin());
    return out;
  }
  for (std::size_t i = 0; i < states_; ++i) {
    for (const int j : polynomials.phi_lags) {
      if (const auto lag = static_cast<std::size_t>(j); lag > i) out[i] += polynomials.phi[lag - 1];
    }
    for (const int j : polynomials.theta_lags) {
      const auto lag = static_cast<std::size_t>(j);
      if (lag > i) out[i] += polynomials.theta[lag - 1] * unit_innovations_[n + i - lag];
    }
  }
  return out;
}

std::vector<double> ExactLikelihood::FinalGain() const {
  const std::size_t n = series_.size();
  if (recursion_.done < n || n >= kTransientCap || states_ == 0) return {1.0};
  const std::size_t width = recursion_.width;
  const std::size_t stride = KernelStride(width);
  const double* last = history_.data() + (n - 1) * stride;
  const double* row = last + stride;
  const double variance = variances_[n - 1] - reflections_[n - 1] * last[width];
  return PackGain(variance, {row, states_}, {row + width, states_});
}

}  // namespace fitd::arima
