#include "common/detect/reference.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "common/detect/pack.h"
#include "common/time_units.h"

namespace fitd {
namespace {

// The weight of the newest value once there are many. NAB (even half): 0.003: 69.0, 0.005: 69.7, 0.007: 68.6.
constexpr double kLevelWeight = 0.005;
// NAB: 0.02 to 0.05: 69.4 to 69.7; 0.01: 68.0.
constexpr double kProfileWeight = 0.02;
constexpr std::uint32_t kMany = 1U << 20;  // counts stop there

// The mean of the first values, then an exponentially weighted one.
void Update(double& mean, std::uint32_t& count, double y, double least_weight) {
  count = std::min(count + 1, kMany);
  mean += std::max(least_weight, 1.0 / count) * (y - mean);
}

}  // namespace

void SlowLevel::Observe(double y) {
  Update(level_, count_, y, kLevelWeight);
}

void SlowLevel::Pack(std::string& out) const {
  PackRaw(level_, out);
  PackNumber(count_, out);
}

bool SlowLevel::Unpack(std::string_view& bytes) {
  std::uint64_t count = 0;
  if (!UnpackRaw(bytes, level_) || !UnpackNumber(bytes, count) || count > kMany) return false;
  count_ = static_cast<std::uint32_t>(count);
  return std::isfinite(level_);
}

std::size_t Profile::NumSlots(const Step& step) {
  if (step.count <= 0) return 1;
  if (step.months()) return step.count < 12 && 12 % step.count == 0 ? static_cast<std::size_t>(12 / step.count) : 1;
  if (const auto days = static_cast<std::size_t>(std::popcount(step.month_days())); days > 0)
    return days <= 24 ? days : 1;
  if (const auto points = static_cast<std::size_t>(step.per_year()); points > 0) return points <= 24 ? points : 1;
  if (step.weekdays() != 0 ? step.session().has_value() : step.count < kNsPerDay) return 24;
  return step.count == (step.weekdays() != 0 ? 1 : kNsPerDay) ? 7 : 1;
}

std::size_t Profile::SlotOf(TimeNs time, const Step& step, std::size_t num_slots) {
  if (num_slots <= 1) return 0;
  const auto slots = static_cast<std::int64_t>(num_slots);
  std::int64_t at = 0;
  if (step.months()) {
    // Months of the mean length, half a month early, so that neither their first nor their last days change the slot.
    constexpr std::int64_t kHalfMonth = 15;
    constexpr std::int64_t kDaysIn4Years = 1461;
    at = FloorDivide((FloorDivide(time, kNsPerDay) + kHalfMonth) * 4 * slots, kDaysIn4Years);
  } else if (step.on_dates()) {
    at = static_cast<std::int64_t>(StepsBetween(step, 0, time));
  } else {
    at = FloorDivide(time, num_slots == 24 ? kNsPerHour : kNsPerDay);
  }
  return static_cast<std::size_t>(at - FloorDivide(at, slots) * slots);
}

double Profile::Expect(std::size_t slot, double otherwise) const {
  return slots_[slot].count > 0 ? slots_[slot].mean : otherwise;
}

void Profile::Observe(std::size_t slot, double y) {
  Update(slots_[slot].mean, slots_[slot].count, y, kProfileWeight);
}

double Profile::ByTime(TimeNs time, const Step& step) const {
  const bool whole = step.count >= kNsPerHour;
  const TimeNs middle = whole ? time : time - kNsPerHour / 2;
  const std::size_t slot = SlotOf(middle, step, slots_.size());
  const std::size_t next = whole ? slot : (slot + 1) % slots_.size();
  if (slots_[slot].count == 0 || slots_[next].count == 0) return std::numeric_limits<double>::quiet_NaN();
  const TimeNs within = middle - FloorDivide(middle, kNsPerHour) * kNsPerHour;
  const double share = static_cast<double>(within) / static_cast<double>(kNsPerHour);
  return slots_[slot].mean + share * (slots_[next].mean - slots_[slot].mean);
}

void Profile::Turn(int hours) {
  const auto size = static_cast<int>(slots_.size());
  const int first = ((hours % size) + size) % size;
  std::rotate(slots_.begin(), slots_.begin() + first, slots_.end());
}

void Profile::Pack(std::string& out) const {
  PackNumber(slots_.size(), out);
  for (const Slot& slot : slots_) {
    PackNumber(slot.count, out);
    if (slot.count > 0) PackRaw(slot.mean, out);
  }
}

bool Profile::Unpack(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (!UnpackNumber(bytes, size) || size == 0 || size > 24) return false;
  slots_.assign(size, {});
  for (Slot& slot : slots_) {
    std::uint64_t count = 0;
    if (!UnpackNumber(bytes, count) || count > kMany) return false;
    slot.count = static_cast<std::uint32_t>(count);
    if (count > 0 && (!UnpackRaw(bytes, slot.mean) || !std::isfinite(slot.mean))) return false;
  }
  return true;
}

}  // namespace fitd
