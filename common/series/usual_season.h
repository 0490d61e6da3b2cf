// The season that the step of a series suggests. Pure; any process, any thread.
#pragma once

#include "common/series/time_grid.h"

namespace fitd {

// Seasonal period that a step suggests (24 hours a day, 7 days a week, 12 months a year, ...); 1: none.
int UsualSeason(const Step& step);

}  // namespace fitd
