// Bounded minimisation of a smooth function of a few parameters (1 to about 30), with a cap on evaluations.
// Pure functions, any thread. All spans have the same length; nothing is kept after the call.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace fitd {

// Why a minimisation stopped. The best point seen is returned in every case.
enum class Termination {
  kNotCalled,
  kGradientSmall,     // projected gradient below gradient_tolerance * max(1, |f|)
  kDecreaseSmall,     // relative decrease below function_tolerance, twice in a row or once and none promised
  kEvaluationCap,     // max_evaluations spent
  kNoDescent,         // the line search found nothing lower
  kObjectiveInvalid,  // the objective is not finite at the starting point
  kHopeless,          // the quadratic model promises nothing below give_up_above
};

struct MinimizeOptions {
  int max_evaluations = 500;          // calls of the objective (value and gradient together count as one)
  double gradient_tolerance = 1e-8;   // see kGradientSmall
  double function_tolerance = 1e-10;  // see kDecreaseSmall
  // Worth no more evaluations once the value minus several times the decrease that the quadratic model promises stays
  // above this (MinimizeBounded only).
  double give_up_above = std::numeric_limits<double>::infinity();
  // What is known of the Hessian at x0, row-major, positive definite on the parameters that can move; empty: nothing.
  // MinimizeBounded starts its updates from it.
  std::span<const double> initial_hessian;
};

struct MinimizeResult {
  std::vector<double> x;
  double value = 0;
  int evaluations = 0;
  Termination reason = Termination::kNotCalled;
};

// Value at x; when `gradient` is not empty it is filled. A non-finite value rejects the point.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

// Projected BFGS with bounds (infinite bounds allowed); x0 is clamped into them. The objective must give gradients.
MinimizeResult MinimizeBounded(const Objective& objective, std::span<const double> x0, std::span<const double> lower,
                               std::span<const double> upper, const MinimizeOptions& options);

// Nelder & Mead (1965) within bounds, for objectives without gradients; `step` is the initial simplex's edge per
// parameter.
MinimizeResult MinimizeSimplex(const Objective& objective, std::span<const double> x0, std::span<const double> step,
                               std::span<const double> lower, std::span<const double> upper,
                               const MinimizeOptions& options);

}  // namespace fitd
