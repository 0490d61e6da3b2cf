#include "daemon/plan/cost_estimate.h"

#include <array>
#include <span>
#include <string>

#include "common/fit/proportional_growth.h"
#include "common/series/usual_season.h"

namespace fitd {

CostEstimate::CostEstimate(const ModelPlan& plan) : seasons_(plan.fit.seasons) {
  for (const std::string& name : plan.fit.algorithms) {
    // Only few targets get these members; finding out which would mean to look at every series.
    if (plan.fit.members_by_season && name.starts_with(kOnLogsPrefix)) continue;
    algorithms_.push_back(FindAlgorithm(name));
  }
}

double CostEstimate::Seconds(const SeriesView& series) const {
  // The usual season of the step: detecting the real one would cost as much as a fit.
  const std::array<int, 1> usual = {UsualSeason(series.grid.step)};
  const std::span<const int> seasons =
      seasons_ ? std::span<const int>(*seasons_) : std::span(usual).first(usual[0] > 1 ? 1 : 0);
  double seconds = 1e-6;
  for (const Algorithm* algorithm : algorithms_) {
    // For a user's algorithm it is only known that it reads the values.
    if (algorithm == nullptr) seconds += 1e-5 + 1e-8 * static_cast<double>(series.values.size());
    if (algorithm != nullptr) seconds += algorithm->ExpectedSeconds(series.values.size(), seasons);
  }
  return seconds;
}

std::vector<double> ExpectedSeconds(const Frame& frame, const ModelPlan& plan) {
  const CostEstimate cost(plan);
  std::vector<double> seconds;
  seconds.reserve(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) seconds.push_back(cost.Seconds(frame[i]));
  return seconds;
}

}  // namespace fitd
