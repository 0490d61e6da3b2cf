// The season that the step of a series suggests. Pure; any process, any thread.
#pragma once

#include <vector>

#include "common/series/time_grid.h"

namespace fitd {

// The number of steps in the season that a step suggests (24 hours a day, 7 days a week, 5 business days, 12 months a
// year, ...); 1: none.
int UsualSeason(const Step& step);

// Season lengths that a weekly mask, a session or days of the month suggest, ascending: week or month, and year; empty
// for other steps, for which UsualSeason is enough.
std::vector<int> CyclesOf(const Step& step);

}  // namespace fitd
