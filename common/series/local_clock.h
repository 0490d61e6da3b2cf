// The pattern of a day where summer time begins and ends: what people do follows the clock of a place, and a grid in
// UTC does not. Any process, any thread; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/series/series.h"
#include "common/series/time_zone.h"

namespace fitd {

// True for a step of which an hour is a whole number, minutes at least.
bool FollowsClock(const Step& step);

// The place; null when `zone` is none (a fixed offset, nothing), unknown, or found from the times and not said.
std::shared_ptr<const TimeZone> FindPlace(const std::string& zone);

// By how many steps the clock of a place is further ahead than at another time. Belongs to one thread.
class StepsAhead {
 public:
  StepsAhead(std::shared_ptr<const TimeZone> place, const Step& step, TimeNs reference)
      : clock_(std::move(place)), usual_(clock_.ToWall(reference) - reference), step_(step.count) {}

  std::int64_t At(TimeNs utc) { return (clock_.ToWall(utc) - utc - usual_) / step_; }

 private:
  ZoneClock clock_;
  std::int64_t usual_;
  std::int64_t step_;
};

// Values from `grid.start` on as those see them whose clock was right one step earlier: NaN for the hour that a clock
// leaves out, and the hour that it shows twice once.
std::vector<double> OnClockFrom(const TimeGrid& grid, std::span<const double> values, const std::string& zone);

// A series with all of its days on the clock that its last value has, in as many values: what is before a change of the
// clock is moved by an hour. The hour that the clock left out is filled and counts as such, the one that it showed
// twice has the mean of both, and at the beginning an hour is left out or filled.
class LocalClockSeries {
 public:
  // `series` outlives this. It stays as it is without a place, for other steps, and where the clock does not change.
  LocalClockSeries(const SeriesView& series, const std::string& zone);
  LocalClockSeries(const LocalClockSeries&) = delete;
  LocalClockSeries& operator=(const LocalClockSeries&) = delete;

  const SeriesView& view() const { return view_; }
  bool is_as_it_is() const { return values_.empty(); }

 private:
  void FillHoles(const std::vector<bool>& known);

  SeriesView view_;
  std::vector<double> values_;
  std::vector<GapRun> filled_;
};

}  // namespace fitd
