// What the means of hours tell that single observations do not (target_detector.h).
#include <algorithm>
#include <cmath>

#include "common/detect/target_detector.h"
#include "common/series/time_grid.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr TimeNs kMostOfAnHour = kNsPerHour / 4;
// So long after an alert, that of the hours is of the same event: their sums hear of it up to two days later.
constexpr TimeNs kSameEvent = 24 * kNsPerHour;

}  // namespace

bool TargetDetector::HasManyAnHour() const {
  return HasHours() && step_.count <= kMostOfAnHour;
}

void TargetDetector::MakeHours() {
  hours_.reset();
  if (of_hours_ || !HasManyAnHour()) return;  // once: damaged bytes may hold any step
  hours_ = std::make_unique<TargetDetector>(::fitd::Step{.count = kNsPerHour});
  hours_->of_hours_ = true;
}

void TargetDetector::WarmHours(std::span<const TimeNs> times, std::span<const double> values) {
  std::vector<TimeNs> hours;
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const TimeNs hour = FloorDivide(times[i], kNsPerHour);
    if (hour != hour_ && hour_count_ > 0) {
      hours.push_back(hour_ * kNsPerHour);
      means.push_back(hour_sum_ / hour_count_);
      hour_sum_ = 0;
      hour_count_ = 0;
    }
    hour_ = hour;
    hour_sum_ += values[i];
    ++hour_count_;
  }
  hours_->Warm(hours, means, {}, 0);
}

void TargetDetector::CloseHour(const AlertRules& rules, bool muted, Detection& result) {
  const TimeNs time = hour_ * kNsPerHour;
  const double mean = hour_sum_ / hour_count_;
  // As many hours in a row as the observations fill. A rate of alarms that is wished for is that of the observations.
  const auto an_hour = static_cast<int>(kNsPerHour / step_.count);
  AlertRules of_hours;
  of_hours.threshold = rules.threshold;
  of_hours.persist = (std::max(1, rules.persist) + an_hour - 1) / an_hour;
  const std::size_t slot = Profile::SlotOf(time, hours_->step_, hours_->profile_.size());
  const double expected = hours_->profile_.Expect(slot, hours_->level_.Expect());
  const Detection hour = hours_->Observe(time, mean, of_hours, hour_muted_);
  const bool counts = Counts(mean - expected, expected, rules) && rules.alarms_per_observation == 0;
  const auto same = static_cast<std::uint32_t>(kSameEvent / step_.count);
  // What may be a clock that was put forward or back yet is told as such or, once it is not, as what it is.
  pending_ = (pending_ || (hour.alert && !in_event_ && since_alert_ > same)) && hour.unusual && !clock_.confirmed();
  const bool begins = pending_ && !muted && !in_event_ && !clock_.suspected() && !clock_.holds();
  if (begins) pending_ = false;
  slow_ = counts && hour.unusual && (slow_ || begins || (hour.alert && in_event_));
  if (!slow_) return;
  const bool by_itself =
      hour.kind == AnomalyKind::kSpike || hour.kind == AnomalyKind::kDip || hour.kind == AnomalyKind::kRange;
  slow_kind_ = by_itself ? AnomalyKind::kLevel : hour.kind;  // an hour is many values
  if (!begins) return;
  result.alert = true;
  result.surprise = std::max(result.surprise, hour.surprise);
}

void TargetDetector::FollowHours(TimeNs time, double value, const AlertRules& rules, bool muted, Detection& result) {
  const TimeNs hour = FloorDivide(time, kNsPerHour);
  if (hour != hour_) {
    if (hour_count_ > 0) CloseHour(rules, muted, result);
    hour_ = hour;
    hour_sum_ = 0;
    hour_count_ = 0;
    hour_muted_ = false;
  }
  hour_sum_ += value;
  ++hour_count_;
  hour_muted_ |= muted;
  since_alert_ = result.alert ? 0 : std::min(since_alert_ + 1, kForever);
  if (!slow_ || muted) return;
  result.unusual = true;
  if (result.kind == AnomalyKind::kNone) result.kind = slow_kind_;
}

}  // namespace fitd
