// The season that the targets of a fleet have in common, as an index for each place of it, and what a target too short
// to show one had before its first value if it has the same. Sums are added in workers and solved in the daemon with
// those of the pooled regression; workers fit with the index. Pure functions, any thread.
//
// A target's index at a place of the season is the mean over its whole seasons of the logarithm, less that of the
// season and a line through those means. How alike those of N targets s_i are is the mean inner product of two over the
// mean square of one,
//
//   share = (|sum s_i|^2 - sum |s_i|^2) / ((N - 1) sum |s_i|^2),
//
// 1 where all are the same, 0 where they have nothing in common.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fitd::pooled_ar {

// Where the first value of a target is in the season, counted from a place that all targets of its step share.
struct SeasonPlace {
  std::size_t place = 0;
  double step = 0;  // nanoseconds on average
};

// Numbers behind an index: the mean of targets' standard deviations around their own, the standard deviation of what a
// target has of its own at a place, and the logarithm of their step.
inline constexpr std::size_t kBesideIndex = 3;

// Sums over targets: of the index at each place, of its squares, the number of targets, of their deviations around it
// and of the logarithms of their steps. 0 without a season.
std::size_t SeasonIndexSize(int season);

// Adds a target. Only what is positive and holds two whole seasons has an index.
void AddSeasonIndex(std::span<const double> y, int season, SeasonPlace first, std::span<double> sums);

// The mean index at each place, and the numbers behind it; empty where fewer than ten targets have one or their share
// is below a half.
std::vector<double> SolveSeasonIndex(std::span<const double> sums, int season);

// So many values before the first one of `y` that all together hold the season three times: the level of the first ones
// with the index, what `y` shows of its own at a place, and noise of the deviation that its errors beside a line and
// the others show. Empty where `y` is of another step, holds two seasons, or fewer than five values, or one that is not
// positive, or lies further from a line with the index taken out than with it.
std::vector<double> SeasonsBefore(std::span<const double> y, SeasonPlace first, std::span<const double> index);

// Whether `y`, of the same step, which holds two seasons or more and is positive, follows the index from value to value
// for certain: its changes go with those of the index at half their size at least, by four standard errors.
bool FollowsIndex(std::span<const double> y, SeasonPlace first, std::span<const double> index);

}  // namespace fitd::pooled_ar
