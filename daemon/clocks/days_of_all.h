// Finds the days of the week that the rows of all targets are on. Daemon, the thread that builds a frame.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/series/step.h"
#include "common/series/time_zone.h"

namespace fitd {

class DaysOfAll {
 public:
  // `zone`: whose days they are; null: UTC. `usual`: the most common step of the targets of a store, which decides when
  // no row is on another day, however few rows there are; count 0: there is no store.
  DaysOfAll(const std::shared_ptr<const TimeZone>& zone, const Step& usual);

  // `count` rows of a target, `step` apart.
  void See(TimeNs first, std::int64_t step, std::uint32_t count);
  // True when every day of the week was seen, so that no other row matters.
  bool full() const { return weekdays_ == kEveryDay; }
  // Bits of the days of the week, when the others are missing altogether and by more than chance; else 0.
  unsigned Mask() const;

 private:
  void SeeDay(TimeNs time);

  std::optional<ZoneClock> clock_;
  Step usual_;
  std::vector<bool> seen_;  // by day
  unsigned weekdays_ = 0;
};

}  // namespace fitd
