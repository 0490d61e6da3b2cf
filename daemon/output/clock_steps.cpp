#include "daemon/output/clock_steps.h"

#include <algorithm>
#include <optional>

#include "common/series/local_clock.h"

namespace fitd {

ClockSteps::ClockSteps(const std::string& zone) : place_(FindPlace(zone)) {}

int ClockSteps::Take(const TimeGrid& grid, std::uint64_t num_values, int horizon) {
  const bool known = steps_.size() == static_cast<std::size_t>(horizon) && grid == grid_ && num_values == num_values_;
  if (!known) {
    grid_ = grid;
    num_values_ = num_values;
    steps_.clear();
    const auto n = static_cast<std::int64_t>(num_values);
    std::optional<StepsAhead> clock;
    if (place_ != nullptr && FollowsClock(grid.step)) clock.emplace(place_, grid.step, grid.At(n - 1));
    for (int step = 0; step < horizon; ++step) {
      const std::int64_t ahead = clock ? clock->At(grid.At(n + step)) : 0;
      steps_.push_back(static_cast<std::size_t>(std::max<std::int64_t>(0, step + ahead)));
    }
  }
  const auto most = std::max_element(steps_.begin(), steps_.end());
  return most == steps_.end() ? horizon : std::max(horizon, static_cast<int>(*most) + 1);
}

void ClockSteps::Apply(Forecast& forecast) const {
  const auto apply = [this](std::vector<double>& values) {
    if (values.empty()) return;
    std::vector<double> moved;
    moved.reserve(steps_.size());
    for (const std::size_t step : steps_) {
      if (step < values.size()) moved.push_back(values[step]);
    }
    values = std::move(moved);
  };
  apply(forecast.mean);
  for (ForecastInterval& interval : forecast.intervals) {
    apply(interval.lo);
    apply(interval.hi);
  }
}

}  // namespace fitd
