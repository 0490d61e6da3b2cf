// The observations of a series that a detection follows, on the clock that its models follow. Any process; belongs to
// one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/detect/detect_input.h"
#include "common/models/base/filter.h"
#include "common/series/observations.h"
#include "common/series/step.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"

namespace fitd {

using Filters = std::vector<std::unique_ptr<ModelFilter>>;

// The clock of the place whose hours a series follows, as its models do (LocalClockSeries); without one UTC, or what
// the times of the series are on.
class ClockOfSeries {
 public:
  ClockOfSeries(const Step& step, const std::string& zone);
  TimeNs Of(TimeNs time) { return clock_ ? clock_->ToWall(time) : time; }
  // The clock will show this time once more.
  bool WillRepeat(TimeNs time) { return clock_ && clock_->RepeatedBy(time) > 0; }

 private:
  std::optional<ZoneClock> clock_;
};

// Both ends are inclusive.
bool IsMuted(std::span<const std::pair<TimeNs, TimeNs>> mute, TimeNs time);

// The observations of a target of a store. All arguments outlive it.
class StoredSeries {
 public:
  StoredSeries(const Step& step, const Observations& in, const DetectInput& stored, const std::string& zone)
      : step_(step), in_(in), stored_(stored), clock_(step, zone) {}

  TimeNs trained_until() { return clock_.Of(stored_.trained_until); }
  TimeNs seen_until() { return clock_.Of(stored_.seen_until); }
  TimeNs TimeAt(std::size_t i) { return clock_.Of(in_.time(i)); }
  TimeNs OwnTimeAt(std::size_t i) const { return i < stored_.times.size() ? stored_.times[i] : in_.time(i); }
  bool WillRepeat(std::size_t i) { return clock_.WillRepeat(in_.time(i)); }

  // Those that the models were trained on, step by step up to their last value: NaN where there is none. Without the
  // hours that the clock has shown before.
  void Known(std::vector<TimeNs>& times, std::vector<double>& values);
  // Leads models, which stand at their last value, to where the detector stands.
  void CatchUp(const Filters& models);

 private:
  Step step_;
  const Observations& in_;
  const DetectInput& stored_;
  ClockOfSeries clock_;
};

}  // namespace fitd
