// Which seasons a target has, and what follows from them.
#include <cmath>

#include "common/fit/local_fit.h"
#include "common/models/season/season.h"
#include "common/series/gaps.h"
#include "common/series/usual_season.h"

namespace fitd {

std::vector<int> SeasonsOf(const SeriesView& series, const LocalFitOptions& options) {
  if (options.seasons) return *options.seasons;
  const Step& step = series.grid.step;
  const auto detect = [&](std::span<const double> values) {
    return DetectSeasons(values, step.months(), step.months() ? step.count : step.nanoseconds(), CyclesOf(step));
  };
  // Values that were made up by season show one, whatever the others do: of noise with half of its values missing they
  // showed a day. Those of a straight line show none.
  if (series.filled.empty()) return detect(series.values);
  std::vector<double> observed = ObservedValues(series);
  if (std::isnan(observed.front()) || std::isnan(observed.back())) return detect(series.values);
  FillGaps(observed, GapPolicy::kLinear, 1);
  return detect(observed);
}

int HorizonOf(const std::vector<int>& seasons, const LocalFitOptions& options) {
  if (options.horizon > 0) return options.horizon;
  return seasons.empty() ? kHorizonWithoutSeason : seasons[0];
}

int MainSeason(const std::vector<int>& seasons) {
  return seasons.empty() ? 1 : seasons[0];
}

const PooledArGlobal* GlobalOf(const LocalFitOptions& options, const std::vector<int>& seasons) {
  const int season = MainSeason(seasons);
  for (const PooledArGlobal& global : options.globals) {
    if (global.season == season) return &global;
  }
  return nullptr;
}

}  // namespace fitd
