// Maximum likelihood for one order: starting values and a bounded scoring method with exact gradients.
// Any thread, one object per thread (it owns the likelihood's work memory).
//
// The minimiser works on partial autocorrelations in a box (see polynomial.h). Its first Hessian is the
// conditional information matrix: the derivative of the innovations with respect to coefficient i of a factor is minus
// the innovations filtered by that factor's inverse and lagged (Box & Jenkins 1976), so all of it costs one short
// filter per factor. From there on, BFGS updates with exact gradients learn what the conditional matrix leaves out.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "common/models/arima/likelihood.h"
#include "common/models/arima/polynomial.h"
#include "common/models/arima/positive_solve.h"

namespace fitd::arima {

struct Estimate {
  ArimaOrder order;
  bool usable = false;  // false: nothing finite was found, or too few values
  Coefficients partials{};
  Coefficients coefficients{};
  double objective = std::numeric_limits<double>::infinity();  // -(log L) up to n/2 (1 + log 2 pi)
  double aicc = std::numeric_limits<double>::infinity();       // of the scaled series
  bool converged = false;  // stopped because no further decrease is expected, not because of a cap
  bool abandoned = false;  // could not come near the bound it was given
  int evaluations = 0;
};

struct EstimateOptions {
  int max_evaluations = 60;
  double tolerance = 1e-7;  // expected further decrease of the objective at which to stop
  // Give up once the AICc is this high and the expected decrease times 10 does not bring it below.
  double abandon_above = std::numeric_limits<double>::infinity();
};

class Estimator {
 public:
  // `series`: differenced, divided by its scale, centred; kept by reference.
  explicit Estimator(std::span<const double> series) : likelihood_(series), n_(series.size()) {}

  // Best of the given starting points (partials for this order), minimised.
  Estimate Fit(const ArimaOrder& order, std::span<const Coefficients> starts, const EstimateOptions& options);

  // Partials of coefficients: on the bounds when they are beyond or next to them.
  static Coefficients PartialsOf(const ArimaOrder& order, const Coefficients& coefficients);

  // Evaluates the likelihood at `estimate` again, for what follows from it: innovations, state, information.
  double Revisit(const Estimate& estimate);
  const ExactLikelihood& likelihood() const { return likelihood_; }
  const LagPolynomials& polynomials() const { return polynomials_; }
  std::size_t num_values() const { return n_; }

 private:
  struct Point {
    Coefficients x{};
    Coefficients coefficients{};
    Jacobian jacobian{};
    Coefficients gradient{};
    double value = std::numeric_limits<double>::infinity();
  };

  double Value(const ArimaOrder& order, const Coefficients& x);
  void Differentiate(const ArimaOrder& order, Point* point);
  Matrix Information(const ArimaOrder& order, const Point& point);
  double Direction(int k, const Point& point, const Matrix& hessian, Coefficients* direction) const;
  bool Search(const ArimaOrder& order, const Coefficients& direction, Point* point, int* evaluations,
              int max_evaluations);
  void Minimise(Point* point, const EstimateOptions& options, Estimate* estimate);

  ExactLikelihood likelihood_;
  std::size_t n_;
  LagPolynomials polynomials_;
  std::vector<double> phi_gradient_, theta_gradient_, innovations_;
  std::vector<double> columns_;
};

}  // namespace fitd::arima
