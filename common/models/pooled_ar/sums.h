// What the pooled regression learns from: sums over the scaled windows of all targets, added in blocks so that every
// host adds in the same order (see pooled_ar.h). Workers accumulate, the daemon merges. Pure values, any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "common/models/pooled_ar/season_index.h"

namespace fitd {

inline constexpr std::size_t kPooledArBlockSize = 64;

struct PooledArOptions {
  int season = 1;   // season length in observations; 1: none
  int horizon = 1;  // steps held out for validation, and steps with coefficients of their own (up to a cap)
};

// The sums of one block of targets, twice: over all values, and over the values without each target's last `horizon`,
// so that validation forecasts come from coefficients that have not seen what they are validated on.
class PooledArSums {
 public:
  explicit PooledArSums(const PooledArOptions& options);
  // The sums another process accumulated, from data(); nullopt unless they are of this version and shape.
  static std::optional<PooledArSums> FromData(std::vector<double> data);

  // Adds one target: at least one value, all finite, else it is left out. `first`: where its first value is in the
  // season, for its index (season_index.h); nullopt: that is not known.
  void Add(std::span<const double> y, std::optional<pooled_ar::SeasonPlace> first = std::nullopt);
  // Plain addition, element by element. Both have the same options (assert); one without long windows adds none.
  void Merge(const PooledArSums& other);
  // They are the most of it: 1.2 MB of 1.8 for a day of hours.
  void DropLongWindows();

  PooledArOptions options() const;
  std::span<const double> data() const { return data_; }

 private:
  PooledArSums() = default;
  std::vector<double> data_;  // header, the two halves, the index, long windows unless they were dropped; see layout.h
};

}  // namespace fitd
