// What a model's one-step errors say of the deviations of its forecasts beyond the variance of the fit: how large
// errors are at present (volatility.h) or at the place of a cycle (size_cycle.h), how large at the level the series has
// come to (level_size.h), and how large where values were observed rather than made up. Point forecasts know nothing of
// any. Any process, any thread; pure.
#pragma once

#include <span>

#include "common/models/base/algorithm.h"
#include "common/models/base/model.h"

namespace fitd {

// What a model takes the sizes of its errors to be.
enum class ErrorSizes {
  kUndecided,  // alike, because it has no other form
  kAlike,      // by its definition, or chosen before forms with shares
  kShares,     // of the values
};

// Notes in the model what there is to note. `errors` and `deviation`, which the model claims for them, are in any one
// unit; the errors are those of the last values of request.y, or their shares.
void DescribeErrors(std::span<const double> errors, double deviation, const FitRequest& request, Model& model,
                    ErrorSizes sizes);

// Deviations of steps 1.., in any unit, as the notes have them.
void ScaleDeviations(const Model& model, std::span<double> deviations);

}  // namespace fitd
