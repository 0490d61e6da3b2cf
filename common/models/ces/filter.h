// Filter (base/filter.h) of complex exponential smoothing: the recursion of recursion.h in the data's units.
#pragma once

#include <memory>

#include "common/models/base/filter.h"
#include "common/models/ces/recursion.h"

namespace fitd {

// `form`, `season` (0: none) and `parameters` are what `model` says. Null when it lacks a state of that form.
std::unique_ptr<ModelFilter> ResumeCesFrom(const Model& model, CesForm form, std::size_t season,
                                           const CesParameters& parameters);

}  // namespace fitd
