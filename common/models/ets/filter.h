// Filter (base/filter.h) of a model of exponential smoothing: the recursion of kernel.h in the data's units.
#pragma once

#include <memory>

#include "common/models/base/filter.h"
#include "common/models/ets/forecast.h"

namespace fitd {

// `origin` is what `model` holds: its form, parameters and last states.
std::unique_ptr<ModelFilter> ResumeEtsFrom(const Model& model, const EtsOrigin& origin);

}  // namespace fitd
