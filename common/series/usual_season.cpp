#include "common/series/usual_season.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>

#include "common/time_units.h"

namespace fitd {
int UsualSeason(const Step& step) {
  if (step.count <= 0) return 1;
  if (step.months()) return step.count < 12 && 12 % step.count == 0 ? static_cast<int>(12 / step.count) : 1;
  if (step.year_days() != 0) return static_cast<int>(step.per_year());
  if (step.month_days() != 0) return 12 * std::popcount(step.month_days());
  if (step.weekdays() != 0) {
    const int days = std::popcount(step.weekdays());
    if (const std::optional<DaySession> session = step.session()) return session->per_day > 1 ? session->per_day : days;
    return days % step.count == 0 ? static_cast<int>(days / step.count) : 1;
  }
  if (step.count == kNsPerDay) return 7;
  if (step.count == 7 * kNsPerDay) return 52;
  if (step.count >= 60 * kNsPerSecond && step.count < kNsPerDay && kNsPerDay % step.count == 0)
    return static_cast<int>(kNsPerDay / step.count);
  if (step.count < 60 * kNsPerSecond && (60 * kNsPerSecond) % step.count == 0 && step.count >= kNsPerSecond) {
    return static_cast<int>(60 * kNsPerSecond / step.count);
  }
  return 1;
}

std::vector<int> CyclesOf(const Step& step) {
  std::vector<int> cycles;
  if (step.year_days() != 0) return {static_cast<int>(step.per_year())};
  if (const std::uint32_t days = step.month_days(); days != 0) return {std::popcount(days), 12 * std::popcount(days)};
  if (step.count <= 0 || step.weekdays() == 0) return cycles;
  const int days = std::popcount(step.weekdays());
  if (const std::optional<DaySession> session = step.session()) {
    if (session->per_day > 1) cycles.push_back(session->per_day);
    if (days > 1) cycles.push_back(session->per_day * days);
    return cycles;
  }
  if (step.count != 1) return cycles;
  return {days, static_cast<int>(std::lround(days * 365.25 / 7))};
}

}  // namespace fitd
