// The two loops that an exact ARMA likelihood spends its time in: the Chandrasekhar recursion and its adjoint, with
// SIMD lanes along the state. Pure functions over the caller's memory, any thread; compiled once per instruction set
// (Highway), with the same bits on each: element-wise operations and sums over eight fixed partial sums.
#pragma once

#include <cstddef>

namespace fitd::arima {

inline constexpr std::size_t kKernelBlock = 8;  // doubles; the widest lane count, and the number of partial sums

// Row t of the history: b(t) [width], l(t) [width], 8 zeros.
constexpr std::size_t KernelStride(std::size_t width) {
  return 2 * width + kKernelBlock;
}

// With r = max(p, q) states, s(t+1)_i = s(t)_{i+1} + phi_i y_t + theta_i e_t and y_t = s(t)_0 + e_t, var e = 1, the
// innovation v_t = y_t - s_0 has variance f and the gain b/f. Starting from the stationary covariance, its increments
// have rank one, and in the scaling where l(1) = b(1) one step is a hyperbolic rotation (Morf, Sidhu & Kailath 1974):
//   c = l_0/f,  u_i = l_{i+1} + phi_i l_0,  b' = b - c u,  l' = u - c b,  f' = f - c l_0.
struct Recursion {
  std::size_t width = 0;          // multiple of kKernelBlock, >= r
  std::size_t steps = 0;          // length of the series
  std::size_t transient_cap = 0;  // the gain is taken as converged after so many steps
  const double* series = nullptr;
  const double* phi = nullptr;  // width, zeros beyond p; null: no autoregression
  double start_variance = 1;    // f(1); b(1) and l(1) are in row 0 of the history
  double* history = nullptr;    // (steps + 1) rows
  double* state = nullptr;      // width + 8, zeros at the start; s(done + 1) at the end
  double* innovations = nullptr;
  double* variances = nullptr;    // f
  double* reflections = nullptr;  // c
  // The same filter applied to a series of ones, for a constant; null: none.
  double* unit_state = nullptr;
  double* unit_innovations = nullptr;
  // Results.
  double log_determinant = 0;  // sum of log f over the steps done
  std::size_t done = 0;        // fewer than steps when l vanished: from there on f = 1 and b = phi + theta
};
void RunRecursion(Recursion* recursion);

// Derivatives of 1/2 sum log f + weight sum v^2/f + (terms the caller puts into later_gradient), with respect to phi
// (its direct part), b(1) + l(1) and f(1). `series` and `innovations` have the constant's part subtracted.
struct Adjoint {
  const Recursion* forward = nullptr;
  const double* series = nullptr;
  const double* innovations = nullptr;
  double weight = 0;
  const double* later_gradient = nullptr;  // d/d innovations from steps after `done`; null: none
  double* scratch = nullptr;               // 4 * (width + 8)
  double* phi_gradient = nullptr;          // width, added to
  double* start_gradient = nullptr;        // width: d/d b(1) when l(1) = b(1)
  double start_variance_gradient = 0;
};
void RunAdjoint(Adjoint* adjoint);

}  // namespace fitd::arima
