#include "daemon/backtest/windows.h"

#include <cmath>

#include "common/series/gaps.h"
#include "common/series/lone_outlier.h"
#include "common/series/usual_season.h"

namespace fitd {

std::int64_t WindowPlan::Cutoff(std::uint64_t size, int window) const {
  return static_cast<std::int64_t>(size) - horizon - static_cast<std::int64_t>(windows - 1 - window) * step;
}

std::int64_t LastKnown(const SeriesView& series, std::int64_t cutoff) {
  while (cutoff > 0 && std::isnan(series.values[static_cast<std::size_t>(cutoff) - 1])) --cutoff;
  return cutoff;
}

void Complete(std::span<double> values, const WindowPlan& plan, const Step& step) {
  const int season = plan.season_hint > 0 ? plan.season_hint : UsualSeason(step);
  if (const auto place = LoneOutlier(values); place && !plan.keep_outliers) DropOutlier(values, *place, season);
  FillGaps(values, plan.gaps, season);
}

Window CutFrame(const Frame& full, const WindowPlan& plan, int window) {
  Window cut;
  cut.frame.target_column = full.target_column;
  cut.frame.time_column = full.time_column;
  cut.frame.value_column = full.value_column;
  cut.frame.time_format = full.time_format;
  cut.frame.time_pattern = full.time_pattern;
  cut.frame.time_zone = full.time_zone;
  std::vector<double> values;
  for (std::uint32_t i = 0; i < full.size(); ++i) {
    const SeriesView series = full[i];
    WindowTarget target{i, plan.Cutoff(series.values.size(), window), 0};
    if (target.cutoff < kFewestBeforeCut) continue;
    target.known = LastKnown(series, target.cutoff);
    if (target.known < kFewestBeforeCut) continue;
    values.assign(series.values.begin(), series.values.begin() + target.known);
    Complete(values, plan, series.grid.step);
    cut.frame.Append(series.id, values, series.grid);
    cut.targets.push_back(target);
  }
  cut.frame.Sort();
  return cut;
}

}  // namespace fitd
