// An algorithm on the logarithms of a series, for what grows or falls by so many percent a step: a line there is an
// exponential. Stateless object, any thread.
//
// The inner algorithm is fitted to log y less the mean of all logarithms, so that the unit of the data changes nothing
// and values lie on both sides of zero (ets takes additive forms). Forecasts are the exponentials of its own: medians,
// with bounds to match. From the first step on none grows or falls by more than the series has over all its values.
// Fails unless all values are positive; a later one that is not, or is further below all of them, and what was
// expected, than they lie apart, counts as that far below.
//
// Spec: the inner model's. Its parameters and states follow with the prefix "inner.". Parameters "log_mean", what was
// taken off, "log_least", the smallest of what is left, and "log_range", the largest less the smallest. State "moved":
// what the level has moved by in later values, three of which in a row were far off on the same side, and the last
// errors. Criteria: sigma2 only, of the logarithms. Statuses constant and short are the inner model's. `like` refits
// the inner model like its own.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

// `name` and `inner`, the name of a registered algorithm, must outlive the object.
std::unique_ptr<Algorithm> MakeOnLogs(std::string_view name, std::string_view inner);

}  // namespace fitd
