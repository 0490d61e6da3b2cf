// What an earlier run knows of a series, for tests of refits.
#pragma once

#include <span>

#include "common/fit/local_fit.h"
#include "common/fit/prior_fit.h"

namespace fitd {

// A refit of what `options` made of these values, on a grid of nanoseconds.
inline PriorFit PriorOf(std::span<const double> values, const LocalFitOptions& options) {
  PriorFit prior;
  prior.use = PriorFit::Use::kRefit;
  prior.num_values = values.size();
  const SeriesView series{"a", values, {0, {Step::Unit::kNanosecond, 1}}};
  prior.record = FitRecord(series, FitTarget(series, options));
  return prior;
}

}  // namespace fitd
