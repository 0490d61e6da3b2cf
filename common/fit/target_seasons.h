// The position of a target within a season, and the season that a fleet has in common. SeasonsOf and related functions
// are declared in local_fit.h. Pure functions, any thread.
#pragma once

#include <optional>
#include <vector>

#include "common/fit/local_fit.h"
#include "common/models/pooled_ar/season_index.h"
#include "common/series/time_grid.h"

namespace fitd {

// The position of the grid's first point within the season, from 0: by the calendar for months, by the clock for days
// and shorter, by their days for masks of days. nullopt for sessions, and for steps of certain days of months or years.
std::optional<pooled_ar::SeasonPlace> PlaceInSeason(const TimeGrid& grid, int season);

// Values to put before the first one of a target that is too short to show the season of the others (season_index.h of
// pooled_ar/); empty: none.
std::vector<double> FleetSeasonBefore(const SeriesView& series, int season, const LocalFitOptions& options);

// The first season that the options name; 1: none.
int NamedSeason(const LocalFitOptions& options);

}  // namespace fitd
