// Where the sums of the pooled regression lie in one array of doubles: which steps ahead have coefficients, and the
// sizes that follow from them. Pure values, any thread.
//
// Layout of PooledArSums::data_: {version, season, horizon}, then two halves. A half has, for a = 1..steps, the Gram
// matrix (upper triangle) of the windows with exactly a steps known after them, then per step: the products
// features x target, the target's square, the windows' weight and their number, the unweighted square of the change.
// Behind the halves are the sums of the season's index (season_index.h), over all values, then those of long windows,
// twice; seasons that have none take no place for them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/models/pooled_ar/season_index.h"
#include "common/models/pooled_ar/series.h"
#include "common/models/pooled_ar/windows.h"

namespace fitd::pooled_ar {

inline constexpr int kVersion = 3;  // of the features and of the layout of the sums
inline constexpr std::size_t kHeader = 3;
inline constexpr std::size_t kFewestValues = 3;  // a shorter series neither teaches nor moves

// The steps ahead that have coefficients of their own, ascending, the last one is the horizon.
std::vector<std::size_t> StepsOf(int horizon);

struct Layout {
  Layout(int season, int horizon)
      : features(PooledState::NumFeatures(season)),
        steps(StepsOf(horizon)),
        index(SeasonIndexSize(season)),
        windows(WindowSumsSize(season)) {}
  std::size_t features;
  std::vector<std::size_t> steps;
  std::size_t index;
  std::size_t windows;  // the sums of long windows (windows.h), as many again for the values without the last horizon

  std::size_t gram() const { return features * (features + 1) / 2; }
  std::size_t step_size() const { return features + 4; }
  std::size_t half() const { return steps.size() * (gram() + step_size()); }
  std::size_t without_windows() const { return kHeader + 2 * half() + index; }
  std::size_t total() const { return without_windows() + 2 * windows; }
};

// {version, season, horizon}, with values that a Layout takes.
bool IsShapeHeader(std::span<const double> data);

}  // namespace fitd::pooled_ar
