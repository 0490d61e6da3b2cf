// Lengths of time in nanoseconds, and division that rounds down, for times before 1970. Any process, any thread; pure.
#pragma once

#include <cstdint>

namespace fitd {

inline constexpr std::int64_t kNsPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNsPerMinute = 60 * kNsPerSecond;
inline constexpr std::int64_t kNsPerHour = 60 * kNsPerMinute;
inline constexpr std::int64_t kNsPerDay = 24 * kNsPerHour;
inline constexpr std::int64_t kNsPerWeek = 7 * kNsPerDay;

inline constexpr int kMonthsOfYear = 12;

// `b` is positive.
constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr std::int64_t FloorModulo(std::int64_t a, std::int64_t b) {
  return a % b + (a % b < 0 ? b : 0);
}

}  // namespace fitd
