// Whether the seasons that a job names are there twice in its data: in less, members of a combination find one only where
// it shows (common/models/season/season_shows.h), and models side by side none. Daemon; pure, linear in the targets.
#pragma once

#include <span>
#include <string>

#include "common/series/series.h"

namespace fitd {

// How many targets have less than two of which season, and of which target; empty: none. `seasons` > 1. Targets that
// are too short for any model (fewer than five values) do not count.
std::string WarnOfShortSeasons(std::span<const int> seasons, const Frame& frame);

}  // namespace fitd
