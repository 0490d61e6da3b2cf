#include "daemon/clocks/days_of_all.h"

#include <algorithm>

#include "common/time_units.h"
#include "daemon/times/calendar_steps.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

constexpr std::int64_t kFirstOfDays = -110'000;  // since 1970; years are from 1678 to 2261
constexpr std::int64_t kBeyondDays = 110'000;

}  // namespace

DaysOfAll::DaysOfAll(const std::shared_ptr<const TimeZone>& zone, const Step& usual) : usual_(usual) {
  if (zone) clock_.emplace(zone);
}

void DaysOfAll::SeeDay(TimeNs time) {
  const std::int64_t day = DayOf(clock_ ? clock_->ToWall(time) : time);
  if (day < kFirstOfDays || day >= kBeyondDays) return;
  if (seen_.empty()) seen_.resize(static_cast<std::size_t>(kBeyondDays - kFirstOfDays));
  seen_[static_cast<std::size_t>(day - kFirstOfDays)] = true;
  weekdays_ |= 1U << WeekdayOf(day);
}

void DaysOfAll::See(TimeNs first, std::int64_t step, std::uint32_t count) {
  if (count == 0) return;
  // One row of each day is enough.
  const std::int64_t stride = step > 0 ? std::clamp<std::int64_t>(kNsPerDay / step, 1, count) : 1;
  for (std::int64_t k = 0; k < count; k += stride) SeeDay(first + k * step);
  SeeDay(first + (static_cast<std::int64_t>(count) - 1) * step);
}

unsigned DaysOfAll::Mask() const {
  if (full() || weekdays_ == 0) return 0;
  const unsigned known = usual_.session() ? 0 : usual_.weekdays();
  if (usual_.count != 0) return (weekdays_ & ~known) == 0 ? known : 0;
  std::vector<Observation> days;
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (seen_[i]) days.push_back({(static_cast<std::int64_t>(i) + kFirstOfDays) * kNsPerDay, 0});
  }
  return WeeklyMask(days) == weekdays_ ? weekdays_ : 0;
}

}  // namespace fitd
