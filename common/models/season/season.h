// Season lengths of a series from its time step and its values: none, one or several. Pure function, any thread.
//
// Months, quarters and the like have the calendar's season (12, 4, ...) whenever there are two periods and one value,
// unless another is clear (below); the models themselves test whether it is there. Other steps have candidates from the
// calendar (minute, hour, day, week; year for steps of a day or a week) of which there must be two whole periods. A
// candidate is accepted when its periods resemble each other: with x_1..x_K the periods less a line through the period
// means, values clipped that lie far from the median of their place in the period,
//
//   rho = (|sum x_i|^2 - sum |x_i|^2) / ((K - 1) sum |x_i|^2),
//
// the mean correlation between periods, is 0 without a season whatever the noise and 1 for a pure one. For independent
// periods it has a standard deviation of sqrt(2 / (K (K-1) d)), with d at least 2.5 independent values in a period of
// a random walk (1 to 2 for periods of 2 and 3). Accepted: above 2 such deviations (2.25 to 4 of them for periods of 6
// to 2, whose rho strays further), at least 0.05, and above 0.9 for the shortest series. Seasons are taken out shortest
// first, so that a week is not accepted because of its days.
//
// A jump that is there once (lone_jumps.h), as a counter that was reset, is levelled out before all this.
//
// When no calendar season is accepted, or one but weakly, the peaks of the periodogram of the differences, sharpened by
// the autocorrelation, and those of the autocorrelations of values and differences are candidates too: they need four
// periods, 3.5 deviations and at least 0.3, because they were searched for, and 0.3 more than the calendar's season
// that they take the place of; 0.05 more where they are a third of it at most and it is there four times at most, for
// what repeats after 37 steps nearly does after 144. A season of months, and one that is there six times at most, gives
// way to a period that has a rho of 0.9 and leaves a third of what it does unexplained, or less; three of these are
// enough but for months.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fitd {

// Ascending season lengths > 1 in steps. `step` is in months when `months` is set, else in nanoseconds; 0 when it is
// not known. NaN stands for a missing value. O(n log n).
// `calendar`: the candidates of a step that is neither, ascending (5 business days); empty: those of `step`.
std::vector<int> DetectSeasons(std::span<const double> y, bool months, std::int64_t step,
                               std::span<const int> calendar = {});

}  // namespace fitd
