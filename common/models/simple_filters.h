// Filters (base/filter.h) of the models that repeat what was last: naive, seasonal naive, and the mean so far.
#pragma once

#include <memory>

#include "common/models/base/filter.h"

namespace fitd {

// Null when the model has not the states of its algorithm.
std::unique_ptr<ModelFilter> ResumeLast(const Model& model);  // naive, seasonal-naive
std::unique_ptr<ModelFilter> ResumeMean(const Model& model);

}  // namespace fitd
