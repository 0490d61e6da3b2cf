// What a minimiser knows of the curvature: a positive definite matrix B that learns from steps and the changes of the
// gradient along them. Plain values, one object per thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd {

// BFGS with Powell's damping (Nocedal & Wright 2006, chapters 6 and 18.3), dense, row-major.
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
