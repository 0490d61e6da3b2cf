// A series made ready for an ARMA process: differenced, brought to a scale of order one, centred when that is needed.
// Any thread; a value.
//
// Scaling is by powers of two, so it is exact: series of 1e300 or 1e-300 are fitted as any other.
#pragma once

#include <span>
#include <vector>

#include "common/models/arima/polynomial.h"

namespace fitd::arima {

struct PreparedSeries {
  std::vector<double> values;  // differenced value / 2^exponent - centre
  int exponent = 0;
  double centre = 0;      // taken out before fitting; belongs to the constant
  bool constant = false;  // all equal to rounding of the undifferenced values
};

// y / 2^exponent with the largest magnitude in [0.5, 1); all zeros stay as they are.
std::vector<double> Normalised(std::span<const double> y, int* exponent);

// `normalised` as above with its exponent; `order` gives d, D, m. With `may_centre` (a model that has a constant, or
// may have one) a mean more than 10^4 standard deviations from zero is taken out.
PreparedSeries Prepare(std::span<const double> normalised, int exponent, const ArimaOrder& order, bool may_centre);

// All values equal to the first within rounding of numbers up to `magnitude`.
bool IsConstant(std::span<const double> y, double magnitude);

}  // namespace fitd::arima
