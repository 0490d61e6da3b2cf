#include "common/models/numeric/least_squares.h"

#include <algorithm>
#include <cmath>

#include "common/models/numeric/cholesky.h"

namespace fitd {
namespace {

constexpr double kFirstDamping = 1e-2;
constexpr double kMaxDamping = 1e8;
constexpr double kMinDamping = 1e-9;

// Solves a x = b by Cholesky; parameters not in `free` get 0. False when a is not positive definite.
bool SolveFree(const SquaresAt& at, double damping, const std::array<bool, kMaxSquaresParameters>& free,
               std::size_t size, SquaresVector& step) {
  std::array<std::size_t, kMaxSquaresParameters> index{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (free[i]) index[count++] = i;
  }
  SquaresVector x{};
  for (std::size_t i = 0; i < count; ++i) x[i] = -at.gradient[index[i]];
  const auto entry = [&](std::size_t i, std::size_t j) {
    return at.curvature[index[i]][index[j]] * (i == j ? 1 + damping : 1.0);
  };
  if (!SolveCholesky(
          count, entry, [](std::size_t, double square) { return square > 0; }, x))
    return false;
  step.fill(0);
  for (std::size_t i = 0; i < count; ++i) step[index[i]] = x[i];
  return true;
}

// Parameters that are not held at a bound by the gradient.
std::array<bool, kMaxSquaresParameters> FreeParameters(const SquaresProblem& problem, const SquaresAt& at,
                                                       const SquaresVector& x) {
  std::array<bool, kMaxSquaresParameters> free{};
  for (std::size_t i = 0; i < problem.size; ++i) {
    const bool held =
        (x[i] <= problem.lower[i] && at.gradient[i] >= 0) || (x[i] >= problem.upper[i] && at.gradient[i] <= 0);
    free[i] = !held && at.curvature[i][i] > 0;
  }
  return free;
}

// The decrease of the sum of squares that the local quadratic promises for a step.
double PromisedDecrease(const SquaresAt& at, const SquaresVector& step, std::size_t size) {
  double decrease = 0;
  for (std::size_t i = 0; i < size; ++i) {
    double product = 2 * at.gradient[i];
    for (std::size_t j = 0; j < size; ++j) product += at.curvature[i][j] * step[j];
    decrease -= step[i] * product;
  }
  return decrease;
}

}  // namespace

SquaresMinimum MinimizeSquares(const SquaresProblem& problem, const SquaresObjective& objective, SquaresVector x0) {
  const auto clamp = [&](SquaresVector x) {
    for (std::size_t i = 0; i < problem.size; ++i) x[i] = std::clamp(x[i], problem.lower[i], problem.upper[i]);
    return x;
  };
  SquaresVector x = clamp(x0);
  SquaresAt at = objective(x);
  SquaresMinimum best{.x = x, .sse = at.sse, .evaluations = 1};
  double damping = kFirstDamping;
  while (std::isfinite(at.sse) && static_cast<int>(best.evaluations) < problem.max_evaluations) {
    SquaresVector step{};
    if (!SolveFree(at, damping, FreeParameters(problem, at, x), problem.size, step)) {
      if ((damping *= 10) > kMaxDamping) break;
      continue;
    }
    SquaresVector next = x;
    for (std::size_t i = 0; i < problem.size; ++i) next[i] += step[i];
    next = clamp(next);
    for (std::size_t i = 0; i < problem.size; ++i) step[i] = next[i] - x[i];
    const double promised = PromisedDecrease(at, step, problem.size);
    if (std::fabs(promised) <= problem.tolerance * at.sse) break;
    const SquaresAt tried = objective(next);
    ++best.evaluations;
    if (tried.sse < at.sse) {
      const bool good = promised > 0 && at.sse - tried.sse > 0.25 * promised;
      damping = std::clamp(damping * (good ? 0.1 : 2.0), kMinDamping, kMaxDamping);
      x = next;
      at = tried;
      best.x = x;
      best.sse = at.sse;
    } else if ((damping *= 8) > kMaxDamping) {
      break;
    }
  }
  return best;
}

}  // namespace fitd
