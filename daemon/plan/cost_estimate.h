// What a target will cost before anything was measured, from the algorithms' own estimates; only its proportion to the
// others matters much. Daemon; pure, so that every host expects the same.
#pragma once

#include <optional>
#include <vector>

#include "common/models/base/algorithm.h"
#include "common/series/series.h"
#include "daemon/plan/model_plan.h"

namespace fitd {

class CostEstimate {
 public:
  explicit CostEstimate(const ModelPlan& plan);
  double Seconds(const SeriesView& series) const;

 private:
  std::optional<std::vector<int>> seasons_;
  std::vector<const Algorithm*> algorithms_;  // nullptr: a user's
};

// Estimates every target, by frame index.
std::vector<double> ExpectedSeconds(const Frame& frame, const ModelPlan& plan);

}  // namespace fitd
