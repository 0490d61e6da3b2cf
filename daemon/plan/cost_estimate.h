// Estimates the cost of a target before anything was measured, from the algorithms' own estimates; only proportions
// matter much. Daemon; pure, so that every host computes the same.
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
  std::vector<const Algorithm*> algorithms_;  // nullptr: a user's algorithm
};

// Estimates for all targets, by frame index.
std::vector<double> ExpectedSeconds(const Frame& frame, const ModelPlan& plan);

}  // namespace fitd
