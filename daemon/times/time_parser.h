// Text to time by one rule for a column: ISO 8601 / RFC 3339 dates and date-times, numbers (epochs, years, compact
// dates, serials), or a pattern. Daemon, ingest threads; a TimeParser belongs to one thread (it caches the last date),
// a TimeRule is a value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "common/series/counted_since.h"
#include "common/series/time_form.h"
#include "common/series/time_grid.h"
#include "common/series/time_zone.h"

namespace fitd {

// What a bare number means. It is decided once per file, because 2000 may be a year or a second.
enum class NumericTime : std::uint8_t {
  kSeconds,
  kMillis,
  kMicros,
  kNanos,
  kYear,
  kCompactDate,    // YYYYMMDD
  kCompactMonth,   // YYYYMM
  kCompactHour,    // YYYYMMDDHH
  kCompactMinute,  // YYYYMMDDHHMM
  kDecimalYear,    // 2019.083
  kExcel,          // days since 1899-12-30
  kCount,          // a plain count: 1, 2, 3, ...
  kDatenum,        // days since the year 0, as Matlab has them
  kJulian,         // days since 4713 BC, at noon
  kSince,          // count of a unit since another time; TimeForm::pattern says which
};

// Sentence for a bad row.
std::string_view TimeErrorText(TimeError error);

// How the times of one file are read, and how they are written.
struct TimeRule {
  NumericTime numeric = NumericTime::kSeconds;
  std::shared_ptr<const TimePattern> pattern;  // null: ISO 8601 or a number
  // Reads bare dates that mean midnight, among times with a time of day; null: there are none.
  std::shared_ptr<const TimePattern> midnights;
  std::shared_ptr<const TimeZone> zone;  // of times without an offset; null: UTC
  TimeForm form;                         // its zone is empty
  // Shortest ISO 8601 text, in characters, that is a time. A shorter year, month or day is a total of its period, and
  // refused with TimeError::kCoarser: a year among months (5), a month among days (8), a day among hours (11).
  std::uint8_t shortest = 0;
  bool either =
      false;  // another pattern reads the same times in the whole file, so that this one says nothing of others
  bool one_unit = false;  // a number that is a time of our years in another unit of an epoch is refused (kOtherUnit)
  bool clocks = false;    // a time of day behind another one is the end of a range, and no offset
};

// The offsets that times came with.
struct OffsetsSeen {
  bool any = false;
  std::int32_t least = 0;  // minutes ahead of UTC
  std::int32_t most = 0;
  std::int32_t at_latest = 0;  // offset of the latest time
  TimeNs latest = 0;

  void Add(TimeNs utc, std::int32_t minutes) {
    if (!any || utc >= latest) latest = utc, at_latest = minutes;
    least = any && least < minutes ? least : minutes;
    most = any && most > minutes ? most : minutes;
    any = true;
  }
  void Add(const OffsetsSeen& other);
};

class TimeParser {
 public:
  explicit TimeParser(NumericTime numeric = NumericTime::kSeconds) : numeric_(numeric) {}
  // `seen` collects offsets and must outlive the parser; null: none are collected.
  explicit TimeParser(const TimeRule& rule, OffsetsSeen* seen = nullptr);

  // The time written in all of `text` (blanks around it are allowed); of a beginning and an end, the beginning. Naive
  // is UTC, or the rule's zone. Fractions below a nanosecond are cut.
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
      if (shortest_ > 10) return nullptr;
      *time = date_ns_;
      *format = TimeFormat::kDate;
      if (zone_) *time = zone_->ToUtc(*time);
      return p + 10;
    }
    return ParseClockFast(p, time, format);
  }

 private:
  bool CacheDate(const char* p);
  const char* ParseClockFast(const char* p, TimeNs* time, TimeFormat* format);
  TimeError ParseWritten(std::string_view text, TimeNs* time, TimeFormat* format);
  TimeError ParseNumber(std::string_view text, TimeNs* time, TimeFormat* format) const;
  TimeError Finish(const WrittenTime& written, TimeNs* time);

  NumericTime numeric_;
  std::shared_ptr<const TimePattern> pattern_;
  std::shared_ptr<const TimePattern> midnights_;
  std::shared_ptr<ZoneClock> zone_;  // shared so that a parser can be copied; null: UTC
  std::optional<CountedSince> since_;
  std::uint8_t shortest_ = 0;
  bool clocks_ = false;
  bool one_unit_ = false;
  OffsetsSeen* seen_ = nullptr;
  bool fast_ = true;             // the fast path reads what the rule means
  std::uint64_t date_head_ = 0;  // the ten bytes of the date last seen, and its time
  std::uint16_t date_tail_ = 0;
  TimeNs date_ns_ = 0;
};

inline const char* TimeParser::ParseClockFast(const char* p, TimeNs* time, TimeFormat* format) {
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
  if (zulu) {
    if (seen_) seen_->Add(*time, 0);
  } else if (zone_) {
    *time = zone_->ToUtc(*time);
  }
  return p + 19 + zulu;
}

}  // namespace fitd
