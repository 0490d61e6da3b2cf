// Filter (base/filter.h) of lgt.h, and how its mixture lies in a model: the parameters "unit" and "growing", the states
// "levels" and "slopes", which move, and "level_rates", "slope_rates" and "components", which do not.
#pragma once

#include <memory>
#include <optional>

#include "common/models/base/filter.h"
#include "common/models/lgt/mixture.h"

namespace fitd {

void PutLgt(const LgtMixture& mixture, Model& model);
// nullopt: the model has not what PutLgt wrote.
std::optional<LgtMixture> LgtOf(const Model& model);

// Null when the model has no mixture.
std::unique_ptr<ModelFilter> ResumeLgtFrom(const Model& model);

}  // namespace fitd
