// Filter (base/filter.h) of the theta models: the recursion of recursion.h in the data's units, seasons taken out of
// each value and put back into what is expected.
#pragma once

#include <memory>
#include <vector>

#include "common/models/base/filter.h"

namespace fitd {

// A season of the model, from the next observation on.
struct ThetaSeason {
  std::string_view state;  // its name in the model
  bool multiplicative = false;
  std::vector<double> indices;
};

// `dynamic`: the line goes on learning. Seasons in the order in which they are taken out. Null without a usable line.
std::unique_ptr<ModelFilter> ResumeThetaFrom(const Model& model, bool dynamic, const std::vector<ThetaSeason>& seasons);

}  // namespace fitd
