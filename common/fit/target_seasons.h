// Where in a season a target is, and the season that a fleet has in common. SeasonsOf and what goes with it are of
// local_fit.h. Pure functions, any thread.
#pragma once

#include <optional>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/models/pooled_ar/season_index.h"
#include "common/series/time_grid.h"

namespace fitd {

// Where the grid's first point is, from 0: of months the calendar's month, of days and less by the clock, of masks
// of days by their days. nullopt for sessions and days of months or years.
std::optional<pooled_ar::SeasonPlace> PlaceInSeason(const TimeGrid& grid, int season);

// Values before the first one of a target that is too short to show the season of the others (season_index.h of
// pooled_ar/); empty: there are none.
std::vector<double> FleetSeasonBefore(const SeriesView& series, int season, const LocalFitOptions& options);

}  // namespace fitd
