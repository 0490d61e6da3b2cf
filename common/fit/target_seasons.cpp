#include "common/fit/target_seasons.h"

#include <chrono>
#include <cmath>

#include "common/models/season/season.h"
#include "common/series/gaps.h"
#include "common/series/late_start.h"
#include "common/series/usual_season.h"
#include "common/time_units.h"

namespace fitd {
namespace {

std::vector<int> SeasonsThatShow(const SeriesView& series) {
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

}  // namespace

std::optional<pooled_ar::SeasonPlace> PlaceInSeason(const TimeGrid& grid, int season) {
  const Step& step = grid.step;
  if (season < 1 || step.count <= 0 || step.on_dates() || step.session()) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(grid.start)));
  const std::chrono::year_month_day date(day);
  const unsigned mask = step.weekdays();
  std::int64_t at = grid.start;
  if (step.months()) at = static_cast<int>(date.year()) * 12LL + static_cast<unsigned>(date.month()) - 1;
  if (mask != 0) at = MaskedDaysBefore(mask, day.time_since_epoch().count());
  const std::int64_t place = FloorModulo(FloorDivide(at, step.count), season);
  return pooled_ar::SeasonPlace{static_cast<std::size_t>(place), step.mean_nanoseconds()};
}

std::vector<double> FleetSeasonBefore(const SeriesView& series, int season, const LocalFitOptions& options) {
  const PooledArGlobal* global = GlobalOf(options, {season});
  if (global == nullptr || global->season_index.empty()) return {};
  const std::optional<pooled_ar::SeasonPlace> place = PlaceInSeason(series.grid, season);
  return place ? pooled_ar::SeasonsBefore(series.values, *place, global->season_index) : std::vector<double>();
}

int NamedSeason(const LocalFitOptions& options) {
  return options.seasons && !options.seasons->empty() ? options.seasons->front() : 1;
}

std::vector<int> SeasonsOf(const SeriesView& whole, const LocalFitOptions& options) {
  if (options.seasons) return *options.seasons;
  const StartedSeries started(whole, options.validate ? LateStart(whole, 1) : 0);
  const SeriesView& series = started.view();
  const std::vector<int> seasons = SeasonsThatShow(series);
  if (!seasons.empty()) return seasons;
  for (const PooledArGlobal& global : options.globals) {
    const std::optional<pooled_ar::SeasonPlace> place =
        global.season_index.empty() ? std::nullopt : PlaceInSeason(series.grid, global.season);
    if (!place) continue;
    const bool too_short = !pooled_ar::SeasonsBefore(series.values, *place, global.season_index).empty();
    if (too_short || pooled_ar::FollowsIndex(series.values, *place, global.season_index)) return {global.season};
  }
  return {};
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
