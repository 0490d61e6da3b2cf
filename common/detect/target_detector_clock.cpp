// What a detector makes of a clock that is put forward or back by an hour (clock_shift.h).
#include <cmath>

#include "common/detect/target_detector.h"
#include "common/time_units.h"

namespace fitd {

bool TargetDetector::HasHours() const {
  return step_.unit == ::fitd::Step::Unit::kNanosecond && step_.count > 0 && step_.count <= kNsPerHour &&
         kNsPerHour % step_.count == 0;
}

void TargetDetector::WatchClock(TimeNs time, double value, double hours, bool learn) {
  if (!HasHours() || unit_ == 0 || !(of_profile_.sigma() > 0)) return;
  const auto error = [&](TimeNs shift) { return value - profile_.ByTime(time + shift, step_); };
  const double now = error(0);
  const double later = error(kNsPerHour);
  const double earlier = error(-kNsPerHour);
  if (!std::isfinite(now) || !std::isfinite(later) || !std::isfinite(earlier)) return;
  if (learn) return clock_.Learn(now, later, earlier, of_profile_.sigma(), hours);
  profile_.Turn(clock_.Observe(now, later, earlier, of_profile_.sigma(), hours));
}

bool TargetDetector::IsUsualBeside(TimeNs time, double value, const Errors& errors) const {
  constexpr double kFar = 3;  // sigma
  constexpr double kNear = 1;
  const double sigma = of_profile_.sigma();
  if (!HasHours() || unit_ == 0 || std::abs(errors.profile) < kFar * sigma) return false;
  const auto near = [&](TimeNs shift) {
    return std::abs(value - profile_.ByTime(time + shift, step_)) < kNear * sigma;
  };
  return near(kNsPerHour) || near(-kNsPerHour);
}

}  // namespace fitd
