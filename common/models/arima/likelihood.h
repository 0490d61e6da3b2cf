// Exact Gaussian likelihood of a stationary ARMA process with an optional constant, and its exact gradient.
// Any thread, one object per thread (it owns its work memory). Nothing here allocates per evaluation once warm.
//
// A state of r = max(p, q) values is filtered by the Chandrasekhar recursion (Morf, Sidhu & Kailath 1974; Pearlman
// 1980; Melard 1984), O(r) a step, until the gain has converged; from there on a step costs one product per non-zero
// coefficient. The gradient is the adjoint of the same recursion: about three times the cost of a value, whatever the
// number of coefficients. The variance and the constant (generalised least squares) are concentrated out.
#pragma once

#include <span>
#include <vector>

#include "common/models/arima/covariance.h"
#include "common/models/arima/kernel.h"
#include "common/models/arima/polynomial.h"

namespace fitd::arima {

class ExactLikelihood {
 public:
  // After so many steps the filter's gain is taken as converged even when it is not: this bounds memory and time on
  // series of many thousands of values, where what is left of the transient no longer matters.
  static constexpr std::size_t kTransientCap = 2048;

  // `series` is not owned and must outlive the object; it should have variance of order one and mean near zero.
  explicit ExactLikelihood(std::span<const double> series) : series_(series) {}

  // n/2 log(S/n) + 1/2 sum log f_t, where S is the weighted sum of squared innovations; infinite when the polynomials
  // are not stationary to rounding, so near several unit roots that rounding decides, or when S is less than ten
  // digits of the data can tell. log L = -(value + n/2 (1 + log 2 pi)).
  double Value(const LagPolynomials& polynomials, bool constant);

  // Gradient of the last Value by lag. Same polynomials.
  void Gradient(const LagPolynomials& polynomials, std::vector<double>* phi_gradient,
                std::vector<double>* theta_gradient);

  // These three belong to the last Value.
  double constant() const { return constant_; }
  double constant_information() const { return unit_sum_; }  // its variance is sigma^2 / this
  double sum_of_squares() const { return sum_of_squares_; }
  // v_t / sqrt(f_t), n values.
  void StandardisedInnovations(std::vector<double>* out) const;
  // s(n+1): the prediction of the next values before the constant, max(p, q) values.
  std::vector<double> FinalState(const LagPolynomials& polynomials) const;
  // The same of a series of ones: what a constant that is one too small adds to FinalState. Empty: there was no
  // constant.
  std::vector<double> UnitState(const LagPolynomials& polynomials) const;
  // f, b and l of the step n + 1, as a model's state "gain" holds them (filter.h).
  std::vector<double> FinalGain() const;

  std::span<const double> series() const { return series_; }
  std::size_t values() const { return values_; }

 private:
  void Reserve(std::size_t states, bool autoregressive, bool constant);
  void RunSteadyState(const LagPolynomials& polynomials, bool constant);
  void BackwardSteadyState(const LagPolynomials& polynomials, double weight, std::vector<double>* phi_gradient,
                           std::vector<double>* theta_gradient);
  void Concentrate(bool constant);

  std::span<const double> series_;
  StartCovariance start_;
  Recursion recursion_;
  std::size_t states_ = 0;
  double constant_ = 0;
  double unit_sum_ = 0;
  double sum_of_squares_ = 0;
  bool floored_ = false;
  std::size_t values_ = 0;
  std::vector<double> phi_, history_, state_, unit_state_, innovations_, unit_innovations_, variances_, reflections_;
  std::vector<double> centred_, later_, scratch_, phi_bar_, start_bar_;
};

}  // namespace fitd::arima
