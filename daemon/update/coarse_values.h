// Whether the new values of all targets are those of a longer step, such as totals of weeks for targets of days: a row
// or two of one target do not show it, those of all do. Daemon, main thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/series/time_grid.h"
#include "daemon/update/new_values.h"

namespace fitd {

class CoarseValues {
 public:
  // Adds what is new of a known target, of which all `known` values lie between `least` and `most`; NaN: unknown.
  void See(const NewValues& placed, const Step& step, std::uint64_t known, double least, double most);
  // Why they are no values of their step, and what to do about it; empty: they may be.
  std::string Problem() const;

 private:
  // A number of steps that is the same wherever it was seen.
  struct Common {
    std::size_t steps = 0;  // 0: not seen
    bool alike = true;
    void See(std::size_t other);
  };

  Common first_;  // from the last known value to the first new one
  Common inner_;  // from one new value to the next one
  Step step_;
  std::uint64_t targets_ = 0;
  std::uint64_t alone_ = 0;  // targets with one new value
  std::uint64_t values_ = 0;
  std::uint64_t beyond_ = 0;  // values far above all that was read
  double sum_ = 0;            // of the values
  double usual_ = 0;          // of the middles of what was read, for each value
};

}  // namespace fitd
