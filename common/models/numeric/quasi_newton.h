// What a minimiser knows of the curvature: a positive definite matrix B that learns from steps and the changes of the
// gradient along them. Plain values, one object per thread.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "common/models/numeric/vectors.h"

namespace fitd {

// The BFGS update of B, whose rows row(i) points at, by a step and the change of the gradient along it, with Powell's
// damping (Powell 1978; Nocedal & Wright 2006, procedure 18.2): the curvature along the step is taken for at least
// `least` of B's own, so that B stays positive definite where that of the function is not. `change` becomes the damped
// one, `product` (scratch) B times the step. False, and B as it was, where the step tells nothing.
template <class Row>
bool UpdateDamped(std::span<const double> step, std::span<double> change, std::span<double> product, double least,
                  const Row& row) {
  const std::size_t n = step.size();
  for (std::size_t i = 0; i < n; ++i) product[i] = Dot({row(i), n}, step);
  const double sbs = Dot(step, product);
  if (!(sbs > 0)) return false;
  const double sy = Dot(step, change);
  const double theta = sy >= least * sbs ? 1.0 : (1 - least) * sbs / (sbs - sy);
  for (std::size_t i = 0; i < n; ++i) change[i] = theta * change[i] + (1 - theta) * product[i];
  const double sr = Dot(step, change);
  if (!(sr > 0) || !std::isfinite(sr) || !std::isfinite(1 / sr) || !std::isfinite(1 / sbs)) return false;
  for (std::size_t i = 0; i < n; ++i) {
    const double up = change[i] / sr;
    const double down = product[i] / sbs;
    double* of = row(i);
    for (std::size_t j = 0; j < n; ++j) of[j] += up * change[j] - down * product[j];
  }
  return true;
}

// BFGS (Nocedal & Wright 2006, chapter 6), dense, row-major.
class QuasiNewton {
 public:
  explicit QuasiNewton(std::size_t n) : n_(n), hessian_(n * n) {}

  // A multiple of the identity, such that the first step from x changes no parameter by more than a tenth of its size.
  void Reset(std::span<const double> x, std::span<const double> gradient);
  // What is known beforehand (n x n).
  void Assign(std::span<const double> hessian);
  // Learns from x + step, where the gradient is `change` more. `change` is overwritten.
  void Update(std::span<const double> step, std::span<double> change);

  // Nothing was learned since Reset().
  bool fresh() const { return fresh_; }
  std::size_t size() const { return n_; }
  double At(std::size_t i, std::size_t j) const { return hessian_[i * n_ + j]; }

 private:
  std::size_t n_;
  std::vector<double> hessian_;
  std::vector<double> product_;  // scratch of Update
  bool fresh_ = true;
};

}  // namespace fitd
