// Bounded nonlinear least squares in up to four parameters (Levenberg 1944; Marquardt 1963), with a cap on evaluations.
// Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace fitd {

inline constexpr std::size_t kMaxSquaresParameters = 4;
using SquaresVector = std::array<double, kMaxSquaresParameters>;

// What one pass over the errors e(x) gives: e'e, J'e and J'J with J = de/dx (the first `size` rows and columns).
struct SquaresAt {
  double sse = 0;
  SquaresVector gradient{};
  std::array<SquaresVector, kMaxSquaresParameters> curvature{};
};

struct SquaresProblem {
  std::size_t size = 0;  // number of parameters
  SquaresVector lower{};
  SquaresVector upper{};
  int max_evaluations = 60;
  double tolerance = 1e-9;  // stops when a step may lower the sum of squares by less than this part of it
};

struct SquaresMinimum {
  SquaresVector x{};
  double sse = 0;  // not finite when the objective was not finite at the start
  std::uint32_t evaluations = 0;
};

using SquaresObjective = std::function<SquaresAt(const SquaresVector& x)>;

// From x0 (moved into the bounds) downhill; a non-finite sum of squares rejects a point.
SquaresMinimum MinimizeSquares(const SquaresProblem& problem, const SquaresObjective& objective, SquaresVector x0);

}  // namespace fitd
