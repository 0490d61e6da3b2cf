// Exact scaling of a series by a power of two, so that squares neither overflow at 1e300 nor vanish at 1e-300.
// Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

namespace fitd {

// e with max|y| * 2^-e in [0.5, 1); 0 for a series of zeros. y must be finite.
int ScaleExponent(std::span<const double> y);

// y * 2^-exponent, exact but for values that become denormal beside the largest.
std::vector<double> ScaleDown(std::span<const double> y, int exponent);

// x * 2^exponent, limited to the finite range; a NaN stays one.
double ScaleUp(double x, int exponent);

// The nearest finite value: infinities become the largest double of their sign.
double ToFinite(double x);
// The same, with a value for what is not a number (a difference of two that overflow).
double ToFinite(double x, double not_a_number);

// True when all values are the same number; false for an empty series.
bool IsConstant(std::span<const double> y);

}  // namespace fitd
