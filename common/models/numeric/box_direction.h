// The step of a bounded minimiser: where a quadratic model of the objective is smallest within the bounds. Plain
// values, one object per thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/models/numeric/quasi_newton.h"

namespace fitd {

// A primal active-set method (Nocedal & Wright 2006, chapter 16.7). Keeps the bounds by reference.
class BoxDirection {
 public:
  BoxDirection(std::span<const double> lower, std::span<const double> upper)
      : lower_(lower), upper_(upper), n_(lower.size()), d_(n_) {}

  // Makes step() the minimiser d of g'd + d'Bd/2 with x + d inside the bounds, as x is. False when B has lost
  // definiteness.
  bool Compute(const QuasiNewton& hessian, std::span<const double> x, std::span<const double> gradient);
  std::span<const double> step() const { return d_; }
  // The largest multiple of step() that stays inside the bounds; at least 1, since x + step() does.
  double LongestStep() const;

 private:
  double ModelGradient(std::size_t i) const;
  void CollectFree();
  bool MoveToFirstBound();
  bool ReleaseOne();

  std::span<const double> lower_;
  std::span<const double> upper_;
  std::size_t n_;
  // These belong to the call of Compute:
  const QuasiNewton* hessian_ = nullptr;
  std::span<const double> x_;
  std::span<const double> g_;
  std::vector<double> d_;
  bool moved_ = false;                        // d_ is not 0
  std::vector<char> held_;                    // at a bound
  std::vector<std::size_t> free_;             // those that are not held
  std::vector<double> block_, rhs_, column_;  // their equations
};

}  // namespace fitd
