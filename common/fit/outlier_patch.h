// Finds patches of outliers: an outage, a load test, a counter that ran twice. Values that left their level together
// and came back say nothing about the next ones, so members of the combination are fitted as if they were missing. Pure
// function, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/series/series.h"

namespace fitd {

// The patches of a series, ascending; empty where it has none (Justel, Pena & Tsay 2001, Statistica Sinica 11, 651-673,
// name them). A patch is a value, or consecutive ones, as many as a season or as 12 at most,
//
// - more than six deviations (by the median, of the whole series) away from the running median, with growth and the
//   season out, all on one side; a single one more than twelve;
// - next to ordinary values on both sides, of which one may be on the way there or back: what ramps up or has just
//   begun is none, and a level that has moved does not come back. Of a single one among the first three those behind it
//   are enough;
// - that nothing else around it comes half as far,
//
// or so on a logarithmic scale where no value is negative: what is halved lies less far off where a season is low. A
// fifth of the values at most may be zero, and lie as far off there as half of what values are counted in: so far
// mostly that all others are ordinary beside them.
//
// A single season of which there are fewer than four, but two, and 24 values, is not taken out: there the distance is
// that from the nearest value of the same part of a season, or from the median, growth out, in deviations of changes
// over a season, and a patch is half a season at most.
//
// A peak that comes again a season or a year later is none: it is Christmas, however few there were.
//
// A series whose values leave their level more than once in four horizons, if only one by one, will do so again, and
// has none; once they may in any. `y` may have NaN inside; `seasons` ascending. Linear in the number of values but for
// a factor of the season. `year`: how many values it has, 0 where that is not known. `recurs` gets the longest of
// `seasons`, or that year, after which one comes again, where it held a shorter one or none (0).
std::vector<GapRun> FindOutlierPatches(std::span<const double> y, std::span<const int> seasons, int horizon,
                                       std::size_t year = 0, int* recurs = nullptr);

}  // namespace fitd
