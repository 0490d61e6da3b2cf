// Models of intermittent demand: series with so many zeros that a level between them forecasts neither the zeros nor
// what comes between. Stateless objects, any thread.
//
// croston, sba: sizes of demands and the intervals between them are smoothed apart (Croston 1972); f = size / interval,
//               times 1 - alpha/2 with sba, which takes out Croston's bias (Syntetos & Boylan 2005)
// tsb:          sizes, and the probability of a demand, which is updated at every step, so that what is no longer asked
//               for fades away (Teunter, Syntetos & Babai 2011); f = probability * size
// counts:       the distribution of the last values, each step back counting 0.95 of the next; f is its median
//
// The first three forecast the mean rate, which adds up over time; `counts` forecasts what has the least absolute
// error, which is 0 where most values are. Intervals are quantiles and the same for each step: of the values themselves
// with counts; with the others of zero or a size, which is lognormal with the smoothed mean and variance. Lower bounds
// are never below zero where no value is.
//
// Parameters: alpha (0.1; the smoothing usual in the literature), sigma; counts: decay. States: demand {size, interval
// or probability, squared variation of sizes, steps since a demand}; counts: recent, the values, oldest first.
// Criteria: sigma2 only. One value: kShort. All values equal: kConstant, and repeated. Never kFailed.
#pragma once

#include <memory>
#include <span>

#include "common/models/base/algorithm.h"

namespace fitd {

std::unique_ptr<Algorithm> MakeCroston();
std::unique_ptr<Algorithm> MakeSba();
std::unique_ptr<Algorithm> MakeTsb();
std::unique_ptr<Algorithm> MakeCounts();

// Whether the models above are meant for these values (NaN: not observed): none is negative and demands are at least
// 1.32 steps apart on average, where Syntetos, Boylan & Croston (2005) draw the line.
bool IsIntermittent(std::span<const double> y);

// Whether which values are zero is known from their place in the season, as at night with the sun's power: a model of
// the season forecasts these zeros, and those above do not.
bool ZerosFollowSeason(std::span<const double> y, int season);

}  // namespace fitd
