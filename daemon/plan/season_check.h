// Checks that the seasons a job names occur at least twice in the data. With less, a member of a combination uses a
// season only where it shows (common/models/season/season_shows.h), and models without a combination use none. Daemon;
// pure, linear in the targets.
#pragma once

#include <span>
#include <string>

#include "common/series/series.h"

namespace fitd {

// Says how many targets have less than two of which season, with an example; empty: none. `seasons` are > 1. Targets
// too short for any model (fewer than five values) are not counted.
std::string WarnOfShortSeasons(std::span<const int> seasons, const Frame& frame);

}  // namespace fitd
