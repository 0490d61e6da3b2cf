// Observations packed as the values of a series: time and value alternate. The form in which data of a detection pass
// through frames and chunks, whose values are copied as bytes. Any process, any thread.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>

#include "common/series/time_grid.h"

namespace fitd {

// Writes `time` and `value` to `pair`. The time is copied as bytes, since its bits may be those of a signalling NaN.
inline void PackObservation(TimeNs time, double value, double* pair) {
  std::memcpy(pair, &time, sizeof time);
  pair[1] = value;
}

// The observations of a packed series, which outlives this.
class Observations {
 public:
  explicit Observations(std::span<const double> packed) : pairs_(packed) {}
  std::size_t size() const { return pairs_.size() / 2; }
  TimeNs time(std::size_t i) const {
    TimeNs time = 0;
    std::memcpy(&time, &pairs_[2 * i], sizeof time);
    return time;
  }
  double value(std::size_t i) const { return pairs_[2 * i + 1]; }

 private:
  std::span<const double> pairs_;
};

}  // namespace fitd
