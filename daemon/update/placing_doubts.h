// Why new values of a known series may mean something else than they seem to, so that they are not placed. Pure
// functions, any thread.
#pragma once

#include <span>
#include <string>

#include "common/series/series.h"
#include "daemon/update/new_values.h"

namespace fitd {

// One time, on the clock of the known series, and value.
struct TimedValue {
  TimeNs time = 0;
  double value = 0;
};

// Each returns why the values cannot be placed; empty: they can.

// Values with times of this form, or put together in these steps, are none of a target.
std::string ProblemOfSteps(const SeriesView& observed, const Step& step, TimeNs start, const PlacingRules& rules);

// Why times that all lie off the points of a step of days or weeks by the same distance cannot be placed: the earlier
// point contains them, but days that begin at 23:00 of the day before, or weeks called by their first day where they
// were called by their last one, are meant for the later one. Empty: they are on the points, or on changing sides.
std::string OffItsPoints(std::span<const TimedValue> values, const KnownSeries& known, const PlacingRules& rules);

// The new values have longer periods than the step. Missing points before the first do not count, nor does an outage:
// most of them are one step apart then.
std::string CoarserThanStep(const NewValues& placed);

// The last of `values`, which are in order of time and placed, is alone behind a long gap, while in another year its
// date is the next one or the only one missing: its year was mistyped. A training leaves such a row out.
std::string OfOtherYear(std::span<const TimedValue> values, const KnownSeries& known, const NewValues& placed);

}  // namespace fitd
