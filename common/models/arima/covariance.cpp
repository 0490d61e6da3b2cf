#include "common/models/arima/covariance.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace fitd::arima {
namespace {

// The covariances are sums of terms as large as this, and the recursion that starts from them ends at a variance of 1:
// what they lose in rounding, it keeps.
constexpr double kMaxTerms = 1e7;

double ThetaAt(const LagPolynomials& polynomials, int lag) {
  return lag == 0 ? 1.0 : polynomials.theta[static_cast<std::size_t>(lag) - 1];
}

// Calls visit(i, j) for every pair of non-zero lags i <= j of 1 + theta(B), zero included.
template <typename Visit>
void ForEachThetaPair(const LagPolynomials& polynomials, Visit visit) {
  visit(0, 0);
  for (const int j : polynomials.theta_lags) visit(0, j);
  for (std::size_t a = 0; a < polynomials.theta_lags.size(); ++a) {
    for (std::size_t b = a; b < polynomials.theta_lags.size(); ++b) {
      visit(polynomials.theta_lags[a], polynomials.theta_lags[b]);
    }
  }
}

}  // namespace

bool StartCovariance::StepDown(std::span<const double> phi) {
  predictors_.resize(std::max<std::size_t>(1, p_ * (p_ + 1) / 2));
  if (p_ == 0) return true;
  std::copy(phi.begin(), phi.end(), Predictor(p_));
  for (std::size_t order = p_; order > 0; --order) {
    const double* now = Predictor(order);
    const double k = now[order - 1];
    const double rest = 1 - k * k;
    if (!(rest > 1e-14)) return false;
    if (order == 1) break;
    double* below = Predictor(order - 1);
    for (std::size_t i = 0; i + 1 < order; ++i) below[i] = (now[i] + k * now[order - 2 - i]) / rest;
  }
  return true;
}

void StartCovariance::AutoregressiveCovariances(const LagPolynomials& polynomials) {
  g_.assign(p_ + q_ + 1, 0.0);
  double scale = 1;
  for (std::size_t order = 1; order <= p_; ++order) {
    const double k = Predictor(order)[order - 1];
    scale *= 1 - k * k;
  }
  g_[0] = 1 / scale;
  for (std::size_t lag = 1; lag <= p_; ++lag) {
    const double* phi = Predictor(lag);
    double sum = 0;
    for (std::size_t i = 0; i < lag; ++i) sum += phi[i] * g_[lag - 1 - i];
    g_[lag] = sum;
  }
  for (std::size_t lag = p_ + 1; p_ > 0 && lag <= p_ + q_; ++lag) {
    double sum = 0;
    for (const int i : polynomials.phi_lags) {
      sum += polynomials.phi[static_cast<std::size_t>(i) - 1] * g_[lag - static_cast<std::size_t>(i)];
    }
    g_[lag] = sum;
  }
}

bool StartCovariance::Compute(const LagPolynomials& polynomials, std::size_t states) {
  p_ = polynomials.phi.size();
  q_ = polynomials.theta.size();
  if (!StepDown(polynomials.phi)) return false;
  AutoregressiveCovariances(polynomials);
  products_.assign(q_ + 1, 0.0);
  ForEachThetaPair(polynomials, [&](int i, int j) {
    products_[static_cast<std::size_t>(j - i)] += ThetaAt(polynomials, i) * ThetaAt(polynomials, j);
  });
  double terms = 0;
  for (const double product : products_) terms += std::abs(product);
  if (!(g_[0] * terms <= kMaxTerms)) return false;
  gamma_.assign(std::max<std::size_t>(p_, 1), 0.0);
  for (std::size_t k = 0; k < gamma_.size(); ++k) {
    double sum = products_[0] * g_[k];
    for (std::size_t l = 1; l <= q_; ++l) {
      if (products_[l] != 0 && p_ > 0) sum += products_[l] * (g_[k + l] + g_[k > l ? k - l : l - k]);
    }
    gamma_[k] = sum;
  }
  psi_.assign(std::max<std::size_t>(q_, 1), 0.0);
  psi_[0] = 1;
  for (std::size_t k = 1; k < q_; ++k) {
    double sum = polynomials.theta[k - 1];
    for (const int i : polynomials.phi_lags) {
      const auto lag = static_cast<std::size_t>(i);
      if (lag > k) break;
      sum += polynomials.phi[lag - 1] * psi_[k - lag];
    }
    psi_[k] = sum;
  }
  start_.assign(states, 0.0);
  for (const int j : polynomials.phi_lags) {
    const double phi = polynomials.phi[static_cast<std::size_t>(j) - 1];
    for (int i = 0; i < j; ++i)
      start_[static_cast<std::size_t>(i)] += phi * gamma_[static_cast<std::size_t>(j - i - 1)];
  }
  for (const int j : polynomials.theta_lags) {
    const double theta = polynomials.theta[static_cast<std::size_t>(j) - 1];
    for (int i = 0; i < j; ++i)
      start_[static_cast<std::size_t>(i)] += theta * psi_[static_cast<std::size_t>(j - i - 1)];
  }
  variance_ = gamma_[0];
  return std::isfinite(variance_);
}

void StartCovariance::Backward(const LagPolynomials& polynomials, std::span<const double> covariance_gradient,
                               double variance_gradient, std::span<double> phi_gradient,
                               std::span<double> theta_gradient) {
  gamma_bar_.assign(gamma_.size(), 0.0);
  psi_bar_.assign(psi_.size(), 0.0);
  gamma_bar_[0] = variance_gradient;
  const auto through_start = [&](std::span<const int> lags, std::span<const double> weights,
                                 const std::vector<double>& factor, std::vector<double>* factor_bar,
                                 std::span<double> gradient) {
    for (const int lag : lags) {
      const auto j = static_cast<std::size_t>(lag);
      double sum = 0;
      for (std::size_t i = 0; i < j; ++i) {
        sum += covariance_gradient[i] * factor[j - i - 1];
        (*factor_bar)[j - i - 1] += covariance_gradient[i] * weights[j - 1];
      }
      gradient[j - 1] += sum;
    }
  };
  through_start(polynomials.phi_lags, polynomials.phi, gamma_, &gamma_bar_, phi_gradient);
  through_start(polynomials.theta_lags, polynomials.theta, psi_, &psi_bar_, theta_gradient);
  for (std::size_t k = q_; k-- > 1;) {
    theta_gradient[k - 1] += psi_bar_[k];
    for (const int lag : polynomials.phi_lags) {
      const auto i = static_cast<std::size_t>(lag);
      if (i > k) break;
      phi_gradient[i - 1] += psi_bar_[k] * psi_[k - i];
      psi_bar_[k - i] += psi_bar_[k] * polynomials.phi[i - 1];
    }
  }
  g_bar_.assign(g_.size(), 0.0);
  products_bar_.assign(products_.size(), 0.0);
  for (std::size_t k = 0; k < gamma_.size(); ++k) {
    products_bar_[0] += gamma_bar_[k] * g_[k];
    g_bar_[k] += gamma_bar_[k] * products_[0];
    for (std::size_t l = 1; p_ > 0 && l <= q_; ++l) {
      const std::size_t mirrored = k > l ? k - l : l - k;
      products_bar_[l] += gamma_bar_[k] * (g_[k + l] + g_[mirrored]);
      if (products_[l] == 0) continue;
      g_bar_[k + l] += gamma_bar_[k] * products_[l];
      g_bar_[mirrored] += gamma_bar_[k] * products_[l];
    }
  }
  ForEachThetaPair(polynomials, [&](int i, int j) {
    const double bar = products_bar_[static_cast<std::size_t>(j - i)];
    if (i > 0) theta_gradient[static_cast<std::size_t>(i) - 1] += bar * ThetaAt(polynomials, j);
    if (j > 0) theta_gradient[static_cast<std::size_t>(j) - 1] += bar * ThetaAt(polynomials, i);
  });
  if (p_ > 0) BackwardAutoregression(polynomials, phi_gradient);
}

void StartCovariance::BackwardAutoregression(const LagPolynomials& polynomials, std::span<double> phi_gradient) {
  for (std::size_t lag = p_ + q_; lag > p_; --lag) {
    for (const int back : polynomials.phi_lags) {
      const auto i = static_cast<std::size_t>(back);
      phi_gradient[i - 1] += g_bar_[lag] * g_[lag - i];
      g_bar_[lag - i] += g_bar_[lag] * polynomials.phi[i - 1];
    }
  }
  predictors_bar_.assign(predictors_.size(), 0.0);
  for (std::size_t lag = p_; lag > 0; --lag) {
    const double* phi = Predictor(lag);
    double* phi_bar = &predictors_bar_[lag * (lag - 1) / 2];
    for (std::size_t i = 0; i < lag; ++i) {
      phi_bar[i] += g_bar_[lag] * g_[lag - 1 - i];
      g_bar_[lag - 1 - i] += g_bar_[lag] * phi[i];
    }
  }
  BackwardStepDown(phi_gradient);
}

void StartCovariance::BackwardStepDown(std::span<double> phi_gradient) {
  for (std::size_t order = 1; order <= p_; ++order) {
    const double* now = Predictor(order);
    double* now_bar = &predictors_bar_[order * (order - 1) / 2];
    const double k = now[order - 1];
    const double rest = 1 - k * k;
    double k_bar = g_bar_[0] * g_[0] * 2 * k / rest;
    if (order > 1) {
      const double* below = Predictor(order - 1);
      const double* below_bar = &predictors_bar_[(order - 1) * (order - 2) / 2];
      for (std::size_t i = 0; i + 1 < order; ++i) {
        const double share = below_bar[i] / rest;
        now_bar[i] += share;
        now_bar[order - 2 - i] += k * share;
        k_bar += share * (now[order - 2 - i] + 2 * k * below[i]);
      }
    }
    now_bar[order - 1] += k_bar;
  }
  const double* top = &predictors_bar_[p_ * (p_ - 1) / 2];
  for (std::size_t i = 0; i < p_; ++i) phi_gradient[i] += top[i];
}

}  // namespace fitd::arima
