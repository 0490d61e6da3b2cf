// What a detector makes of a clock that is put forward or back by an hour (clock_shift.h).
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/detect/target_detector.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// A shift has lasted a day when it is accepted. Models whose errors were less than this part of those of the profile
// have learned it by then; to turn them would undo that. Chosen, not measured.
constexpr double kUnlearned = 0.5;

}  // namespace

bool TargetDetector::HasHours() const {
  return step_.unit == ::fitd::Step::Unit::kNanosecond && step_.count > 0 && step_.count <= kNsPerHour &&
         kNsPerHour % step_.count == 0;
}

void TargetDetector::WatchClock(TimeNs time, double value, double hours, double models_error, bool learn) {
  if (!HasHours() || unit_ == 0 || !(of_profile_.sigma() > 0)) return;
  const auto error = [&](TimeNs shift) { return value - profile_.ByTime(time + shift, step_); };
  const double now = error(0);
  const double later = error(kNsPerHour);
  const double earlier = error(-kNsPerHour);
  if (!std::isfinite(now) || !std::isfinite(later) || !std::isfinite(earlier)) return;
  if (learn) return clock_.Learn(now, later, earlier, of_profile_.sigma(), hours);
  if (!clock_.suspected()) models_off_ = profile_off_ = 0;
  models_off_ += std::abs(models_error);
  profile_off_ += std::abs(now);
  const int turned = clock_.Observe(now, later, earlier, of_profile_.sigma(), hours);
  if (turned == 0) return;
  profile_.Turn(turned);
  if (models_off_ > kUnlearned * profile_off_) TurnModels(turned);
}

// A season goes on by missing values alone: by those of an hour, or of a week without an hour to go back by one.
void TargetDetector::TurnModels(int hours) {
  constexpr std::int64_t kHoursOfWeek = 7 * 24;
  const std::int64_t steps = (hours > 0 ? 1 : kHoursOfWeek - 1) * (kNsPerHour / step_.count);
  for (const auto& model : models_) {
    for (std::int64_t i = 0; i < std::min(steps, kLongestGap); ++i) {
      model->Observe(std::numeric_limits<double>::quiet_NaN());
    }
  }
}

// The profile is turned by as many slots as the last time moves, and what follows hours with it.
void TargetDetector::PutOnClock(TimeNs last) {
  on_clock_ = true;
  if (last_time_ == std::numeric_limits<TimeNs>::min()) return;
  const TimeNs moved = last - last_time_;
  const auto before = static_cast<int>(Profile::SlotOf(last_time_, step_, profile_.size()));
  const auto now = static_cast<int>(Profile::SlotOf(last, step_, profile_.size()));
  profile_.Turn(before - now);
  last_time_ = last;
  if (!hours_) return;
  hours_->PutOnClock(hours_->last_time_ == std::numeric_limits<TimeNs>::min() ? last : hours_->last_time_ + moved);
  if (hour_ != std::numeric_limits<TimeNs>::min()) hour_ += FloorDivide(moved, kNsPerHour);
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
