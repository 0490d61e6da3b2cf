// Text to time: ISO 8601 / RFC 3339 dates and date-times, compact forms, years, months, and epochs.
// Daemon, ingest threads; a TimeParser belongs to one thread (it caches the last date), TimeRules are values.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/series/time_grid.h"

namespace fitd {

// What a bare number means. It is decided once per file, because 2000 may be a year or a second.
enum class NumericTime : std::uint8_t { kSeconds, kMillis, kMicros, kNanos, kYear, kCompactDate };

enum class TimeError : std::uint8_t { kNone, kMalformed, kNoSuchTime, kOutOfRange };

// Sentence for a bad row.
std::string_view TimeErrorText(TimeError error);

// The meaning of bare numbers in a column, from its first cells: all years (four digits), else all dates (YYYYMMDD),
// else an epoch whose unit follows from the largest magnitude (from 1e11 milliseconds, 1e14 microseconds, 1e17
// nanoseconds).
NumericTime GuessNumericTime(std::span<const std::string_view> cells);

class TimeParser {
 public:
  explicit TimeParser(NumericTime numeric = NumericTime::kSeconds) : numeric_(numeric) {}

  // The time written in all of `text` (blanks around it are allowed). Naive is UTC. Fractions below a nanosecond are
  // cut.
  TimeError Parse(std::string_view text, TimeNs* time, TimeFormat* format);

  // Fast path for YYYY-MM-DD, optionally THH:MM:SS and Z, at `p`: returns the end of what it read, or nullptr when the
  // text is anything else and Parse must decide. Needs kFastBytes readable bytes at p.
  static constexpr std::ptrdiff_t kFastBytes = 24;
  const char* ParseFast(const char* p, TimeNs* time, TimeFormat* format) {
    std::uint64_t head;
    std::uint16_t tail;
    __builtin_memcpy(&head, p, 8);
    __builtin_memcpy(&tail, p + 8, 2);
    if ((head != date_head_ || tail != date_tail_) && !CacheDate(p)) return nullptr;
    if (p[10] != 'T' && p[10] != ' ') {
      *time = date_ns_;
      *format = TimeFormat::kDate;
      return p + 10;
    }
    return ParseClockFast(p, time, format);
  }

 private:
  bool CacheDate(const char* p);
  const char* ParseClockFast(const char* p, TimeNs* time, TimeFormat* format) const;
  TimeError ParseNumber(std::string_view text, TimeNs* time, TimeFormat* format) const;

  NumericTime numeric_;
  std::uint64_t date_head_ = 0;  // the ten bytes of the date last seen, and its time
  std::uint16_t date_tail_ = 0;
  TimeNs date_ns_ = 0;
};

inline const char* TimeParser::ParseClockFast(const char* p, TimeNs* time, TimeFormat* format) const {
  const auto two = [](const char* d, unsigned* out) {
    const unsigned a = static_cast<unsigned char>(d[0]) - '0';
    const unsigned b = static_cast<unsigned char>(d[1]) - '0';
    *out = a * 10 + b;
    return a <= 9 && b <= 9;
  };
  unsigned h, m, s;
  if (!two(p + 11, &h) || p[13] != ':' || !two(p + 14, &m) || p[16] != ':' || !two(p + 17, &s)) return nullptr;
  if (h > 23 || m > 59 || s > 59) return nullptr;
  *time = date_ns_ + static_cast<std::int64_t>(h * 3600 + m * 60 + s) * 1'000'000'000;
  const bool zulu = p[19] == 'Z';
  *format = zulu ? TimeFormat::kDateTimeZ : TimeFormat::kDateTime;
  return p + 19 + zulu;
}

}  // namespace fitd
