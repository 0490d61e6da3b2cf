// Several seasons by repeated STL (Bandara, Hyndman & Bergmeir 2021, arXiv:2107.13462), then a model without season for
// what is left. Linear in the length. Stateless object, any thread.
//
// Seasons of which the series has two are taken out in turn, shortest first, twice over, with seasonal windows of 11,
// 15, 19, ... seasons. The inner algorithm is fitted to the seasonally adjusted series; forecasts are its own plus the
// last period of each season, intervals likewise, wider by what the seasons' smoothing hides. Without a usable season
// this is the inner algorithm itself. An inner algorithm that knows one season may keep the shortest: the longer ones
// are taken out without what of them comes back with it, as a week without what all its days have in common.
//
// Spec: "[24,168] " and the inner model's. Parameters and states of the inner model follow with the prefix "inner.";
// "inner.num_observations" is implied. Parameter "widening": a factor of the inner model's intervals. States
// "season[24]", "season[168]": the last period, from the next step on. Criteria: sigma2 only, of the inner model.
// Statuses constant, short and failed are the inner model's. `like` keeps the seasons and refits the inner model like
// its own.
#pragma once

#include <memory>

#include "common/models/base/algorithm.h"

namespace fitd {

// Which of the seasons the inner algorithm sees.
enum class InnerSeason { kNone, kShortest };

// `name` and `inner`, the name of a registered algorithm, must outlive the object.
std::unique_ptr<Algorithm> MakeMstl(std::string_view name, std::string_view inner,
                                    InnerSeason season = InnerSeason::kNone);

}  // namespace fitd
