// Where the likelihood recursion of a stationary ARMA process starts: the variance of the first value and its
// covariances with the state that follows, and the derivatives of both. Any thread, one object per thread; memory is
// reused.
//
// The autoregressive part's autocovariances come from stepping its polynomial down to orders p-1, ..., 1 (the inverse
// of Levinson's recursion, O(p^2)), the moving average is applied to them by convolution (McLeod 1975). Innovation
// variance 1.
#pragma once

#include <span>
#include <vector>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

class StartCovariance {
 public:
  // False when the autoregressive polynomial is not stationary to rounding, or when so many roots lie near the unit
  // circle that the covariances would not be accurate enough: likelihoods can then be off by more than 0.01
  // (up to hundreds, either way) from the same recursion in 113 bits. `states` >= max(p, q) of the polynomials.
  bool Compute(const LagPolynomials& polynomials, std::size_t states);

  double variance() const { return variance_; }                  // of y_1
  std::span<const double> covariance() const { return start_; }  // with s(2)_i, `states` values

  // Adds the gradients by lag, given those by covariance() and variance(). After Compute, same polynomials.
  void Backward(const LagPolynomials& polynomials, std::span<const double> covariance_gradient,
                double variance_gradient, std::span<double> phi_gradient, std::span<double> theta_gradient);

 private:
  bool StepDown(std::span<const double> phi);
  void AutoregressiveCovariances(const LagPolynomials& polynomials);
  void BackwardAutoregression(const LagPolynomials& polynomials, std::span<double> phi_gradient);
  void BackwardStepDown(std::span<double> phi_gradient);
  double* Predictor(std::size_t order) { return &predictors_[order * (order - 1) / 2]; }

  std::size_t p_ = 0;
  std::size_t q_ = 0;
  double variance_ = 1;
  std::vector<double> predictors_;  // triangle: coefficients of orders 1..p
  std::vector<double> g_;           // autocovariances of 1/phi(B), lags 0..p+q
  std::vector<double> products_;    // sum_i theta_i theta_{i+l}, lags 0..q
  std::vector<double> gamma_;       // autocovariances of y, lags 0..max(p,1)-1
  std::vector<double> psi_;         // weights 0..q-1
  std::vector<double> start_;
  std::vector<double> g_bar_, products_bar_, gamma_bar_, psi_bar_, predictors_bar_;
};

}  // namespace fitd::arima
