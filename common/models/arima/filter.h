// Filter (base/filter.h) of an ARIMA model: the exact one of likelihood.h, which goes on where the fit's ended.
//
// A model's state "gain" holds what the Chandrasekhar recursion (kernel.h) has reached: the innovation's variance f in
// units of its limit, then b and l, max(p, q) values each; or 1 alone once l has vanished, from where on f = 1 and
// b = phi + theta. Models of versions that did not store it have none and cannot go on exactly.
#pragma once

#include <memory>
#include <vector>

#include "common/models/arima/polynomial.h"
#include "common/models/base/filter.h"

namespace fitd::arima {

// True when what is left of l changes nothing that doubles can tell: it enters f and b squared.
bool GainHasConverged(double variance, std::span<const double> l);
// The state "gain" of f, b and l.
std::vector<double> PackGain(double variance, std::span<const double> b, std::span<const double> l);

// Null when the model is none of these, or has no gain.
std::unique_ptr<ModelFilter> ResumeArima(const Model& model);

}  // namespace fitd::arima
