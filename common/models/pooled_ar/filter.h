// Filter (base/filter.h) of one target's part of the pooled regression: its lags, levels and slopes move on, the
// coefficients that all targets share stay.
#pragma once

#include <memory>

#include "common/models/base/filter.h"
#include "common/models/pooled_ar/pooled_ar.h"

namespace fitd {

// `global` is the one the model was fitted with; it outlives the filter. Null when the model or the coefficients are
// not of this version, or do not belong together.
std::unique_ptr<ModelFilter> ResumePooledAr(const Model& model, const PooledArGlobal& global);
// Advance (base/filter.h) of such a model.
Result<Model> AdvancePooledAr(const Model& model, const PooledArGlobal& global, std::span<const double> values,
                              std::vector<Innovation>* innovations = nullptr);

}  // namespace fitd
