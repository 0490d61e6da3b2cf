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

// Numbers behind an index: the mean of targets' standard deviations around their own, and the standard deviation of
// what a target has of its own at a place.
inline constexpr std::size_t kBesideIndex = 2;

// Sums over targets: of the index at each place, of its square, and the number of targets. 0 without a season.
std::size_t SeasonIndexSize(int season);

// Adds a target whose first value is at `place` of the season, counted from a place that all targets share. Only what
// is positive and holds two whole seasons has an index.
void AddSeasonIndex(std::span<const double> y, int season, std::size_t place, std::span<double> sums);

// The mean index at each place, and the standard deviation of what a target has of its own there; empty where fewer
// than ten targets have one or their share is below a half.
std::vector<double> SolveSeasonIndex(std::span<const double> sums, int season);

// So many values before the first one of `y`, which is at `place` of the season, that all together hold it three times:
// the level of the first ones with the index, and the errors of `y` beside a line, the other way around, as noise, made
// larger by what the line has taken of them and by what targets have of their own. Empty where `y`
// holds two seasons, or fewer than five values, or one that is not positive, or lies further from a line with the index
// taken out than with it.
std::vector<double> SeasonsBefore(std::span<const double> y, std::size_t place, std::span<const double> index);

// Whether `y`, which holds two seasons or more and is positive, follows the index from value to value for certain: its
// changes go with those of the index at half their size at least, by four standard errors.
bool FollowsIndex(std::span<const double> y, std::size_t place, std::span<const double> index);

}  // namespace fitd::pooled_ar
