// Whether the seasons that a job names are there in its data: models find none in less than two of them, and fit such a
// target as if it had no season. Daemon; pure, linear in the targets.
#pragma once

#include <span>
#include <string>

#include "common/series/series.h"

namespace fitd {

// How many targets have less than two of which season, and of which target; empty: none. `seasons` > 1. Targets that
// are too short for any model (fewer than five values) do not count.
std::string WarnOfShortSeasons(std::span<const int> seasons, const Frame& frame);

}  // namespace fitd
