// Normal equations of a few unknowns, made positive definite where they are not. Pure function, any thread.
#pragma once

#include <array>
#include <span>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

using Matrix = std::array<Coefficients, kMaxCoefficients>;

// Solves (A + ridge diag A) x = b for the `k` unknowns listed in `free` by Cholesky factors, with the smallest ridge of
// 0, 1e-8, 1e-6, ... that makes A positive definite.
void SolvePositive(const Matrix& a, std::span<const int> free, const Coefficients& b, Coefficients* x);

}  // namespace fitd::arima
