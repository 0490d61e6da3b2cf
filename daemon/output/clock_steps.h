// The steps of forecasts where the clock of a place is put forward or back within the horizon: models go on by the
// clock that their last value has (LocalClockSeries). Daemon; belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/models/base/model.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"

namespace fitd {

class ClockSteps {
 public:
  // `zone`: the place; none, or a fixed offset, is one whose clock never changes.
  explicit ClockSteps(const std::string& zone);

  // Of targets with these times, `horizon` steps behind their last value, from here on. Returns how many steps
  // forecasts need: the horizon, and an hour more where the clock is put forward within it.
  int Take(const TimeGrid& grid, std::uint64_t num_values, int horizon);
  // Makes a forecast of as many steps one of the horizon: what is behind a change of the clock is an hour earlier or
  // later. Of a shorter one what there is.
  void Apply(Forecast& forecast) const;

 private:
  std::shared_ptr<const TimeZone> place_;
  std::vector<std::size_t> steps_;  // of the forecast, for each step of the horizon
  // What they are of, as most targets of a fleet share a grid.
  TimeGrid grid_;
  std::uint64_t num_values_ = 0;
};

}  // namespace fitd
