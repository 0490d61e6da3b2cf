// Following a series with a profile (profile.h): how its places move with each value, in a fit and after it. Pure
// functions, any thread.
#pragma once

#include <cstddef>
#include <memory>

#include "common/models/base/filter.h"
#include "common/models/base/model.h"

namespace fitd {

// The share of a value's rest that its place takes, `seasons` of which it has seen: the mean of all in the first.
double ProfileShare(double rate, std::size_t seasons);

// By how much a place in the day and one in the profile of the longest season move.
struct ProfileMoves {
  double day = 0;
  double profile = 0;
};
// `rest`: of a value, without both. Half of `level`, by which the last values were off, is not the day's fault.
ProfileMoves MovesBesideDay(double rest, double level, double day_share, double profile_share);

// Null: not a model of profile.
std::unique_ptr<ModelFilter> ResumeProfile(const Model& model);

}  // namespace fitd
