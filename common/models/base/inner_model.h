// A model within another one: all that the inner algorithm stored, under names of its own, in the model of an algorithm
// that forecasts through it. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "common/models/base/model.h"

namespace fitd {

inline constexpr std::string_view kInnerPrefix = "inner.";

// Puts parameters and states of `inner` into `outer` with the prefix; its payload and sigma2 become those of `outer`.
void EmbedModel(const Model& inner, Model& outer);

// The inner model again, of that algorithm and spec, with as many observations as `outer`.
Model ExtractModel(const Model& outer, std::string_view algorithm, std::string spec);

// What the inner model's states have become.
void ReplaceInnerStates(Model inner, Model& outer);

}  // namespace fitd
