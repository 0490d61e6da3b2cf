// Whether a series' errors are larger where its values are: what grows by shares has errors that grow with it, and the
// deviation of its whole history is that of its middle. Models with one variance for all errors claim too little for
// what follows (heteroscedasticity by a variance function, a power of the level: Davidian & Carroll 1987). Point
// forecasts know nothing of it. Any process, any thread; pure values.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/models/base/model.h"

namespace fitd {

// Expected sizes of errors over that of all of them together.
struct LevelSizes {
  double now = 1;              // at the level of the last values
  std::vector<double> before;  // at each of the errors, as many as these
};

// By how likely the errors' absolute values are (Laplace) where they go with no, half or the whole power of the local
// level, each as likely beforehand. The errors, in any one unit, are those of the last values of request.y, whose
// made-up values count as nothing. All sizes are 1 where a value is negative, a local level is zero or the errors
// are few. A zero among counts of a few is one of them.
LevelSizes MeasureLevelSizes(std::span<const double> errors, const FitRequest& request);

// As a parameter of a model, which has it or not; what `now` is, 1 being no parameter.
inline constexpr std::string_view kLevelSize = "level_size";
// 1: the model has none, or one that no fit gives.
double LevelSizeOf(const Model& model);

}  // namespace fitd
