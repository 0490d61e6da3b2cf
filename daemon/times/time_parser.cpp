#include "daemon/times/time_parser.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

#include "common/ascii.h"
#include "common/range_text.h"
#include "common/time_units.h"
#include "common/year_number.h"
#include "daemon/times/epoch.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kDaySeconds = 86'400;

// Reads exactly `width` digits; advances only on success.
bool Digits(std::string_view& text, int width, int* out) {
  if (text.size() < static_cast<std::size_t>(width)) return false;
  int value = 0;
  for (int i = 0; i < width; ++i) {
    if (!IsDigit(text[static_cast<std::size_t>(i)])) return false;
    value = value * 10 + (text[static_cast<std::size_t>(i)] - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(width));
  *out = value;
  return true;
}

bool EatCharacter(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

// Up to nine digits of a fraction as nanoseconds; later digits are read and dropped.
bool Fraction(std::string_view& text, std::int64_t* ns) {
  std::int64_t value = 0;
  int digits = 0;
  while (!text.empty() && IsDigit(text[0])) {
    if (digits < 9) value = value * 10 + (text[0] - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (int i = digits; i < 9; ++i) value *= 10;
  *ns = value;
  return digits > 0;
}

bool ParseOffset(std::string_view& text, WrittenTime* w) {
  if (EatCharacter(text, 'Z') || EatCharacter(text, 'z')) {
    w->zoned = true;
    return true;
  }
  if (text == "UTC" || text == "GMT") {
    text = {};
    w->zoned = true;
    return true;
  }
  const bool negative = !text.empty() && text[0] == '-';
  if (!negative && (text.empty() || text[0] != '+')) return true;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!Digits(text, 2, &hours)) return false;
  const bool colon = EatCharacter(text, ':');
  if (!Digits(text, 2, &minutes) && colon) return false;
  if (hours > 23 || minutes > 59) return false;
  w->zoned = true;
  w->offset_minutes = (hours * 60 + minutes) * (negative ? -1 : 1);
  return true;
}

// HH:MM[:SS[.f]] or HHMM[SS[.f]], then an optional zone; all of `text`.
bool ParseClock(std::string_view text, WrittenTime* w) {
  if (!Digits(text, 2, &w->hour)) return false;
  const bool colons = EatCharacter(text, ':');
  if (!Digits(text, 2, &w->minute)) return false;
  const bool seconds = colons ? EatCharacter(text, ':') : !text.empty() && IsDigit(text[0]);
  if (seconds && !Digits(text, 2, &w->second)) return false;
  if (seconds && (EatCharacter(text, '.') || EatCharacter(text, ',')) && !Fraction(text, &w->ns)) return false;
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);  // "12:00:00 +02:00"
  return ParseOffset(text, w) && text.empty();
}

// 2024, 2024-03 or 2024-03-01.
bool IsYearMonthOrDay(std::string_view text) {
  if (text.size() == 10) return IsYearMonthOrDay(text.substr(0, 7)) && text[7] == '-' && AllDigits(text.substr(8));
  const bool month = text.size() == 7 && text[4] == '-';
  return (month || text.size() == 4) && AllDigits(text.substr(0, 4)) && (!month || AllDigits(text.substr(5)));
}

// YYYYMMDD[T]HHMMSS...: what follows the date, or malformed.
bool ParseCompact(std::string_view text, WrittenTime* w, TimeFormat* format) {
  if (!Digits(text, 4, &w->year) || !Digits(text, 2, &w->month) || !Digits(text, 2, &w->day)) return false;
  *format = TimeFormat::kDate;
  if (text.empty()) return true;
  if (text[0] == 'T' || text[0] == 't' || text[0] == ' ') text.remove_prefix(1);
  const bool hour = text.size() <= 2 && AllDigits(text);  // 20240301 7
  if (hour ? !Digits(text, static_cast<int>(text.size()), &w->hour) : !ParseClock(text, w)) return false;
  *format = w->zoned ? TimeFormat::kDateTimeZ : TimeFormat::kDateTime;
  return true;
}

// YYYY-MM[-DD[Tclock]].
bool ParseIso(std::string_view text, WrittenTime* w, TimeFormat* format) {
  if (!Digits(text, 4, &w->year) || !EatCharacter(text, '-') || !Digits(text, 2, &w->month)) return false;
  if (!text.empty() && (!EatCharacter(text, '-') || !Digits(text, 2, &w->day))) return false;
  *format = TimeFormat::kDate;
  if (text.empty()) return true;
  if (!EatCharacter(text, 'T') && !EatCharacter(text, 't') && !EatCharacter(text, ' ')) return false;
  if (!ParseClock(text, w)) return false;
  *format = w->zoned ? TimeFormat::kDateTimeZ : TimeFormat::kDateTime;
  return true;
}

}  // namespace

std::string_view TimeErrorText(TimeError error) {
  switch (error) {
    case TimeError::kNone:
      return "";
    case TimeError::kMalformed:
      return "not a time (write 2024-03-01, 2024-03-01T12:00:00Z, or seconds or milliseconds since 1970, or say how it "
             "is written with --time-format)";
    case TimeError::kNoSuchTime:
      return "no such date or time of day";
    case TimeError::kOutOfRange:
      return "time outside the years 1678 to 2261 that nanoseconds can hold";
    case TimeError::kCoarser:
      return "a longer period than the other times name, such as the total of a year among months or of a day among "
             "hours";
    case TimeError::kOtherUnit:
      return "a time since 1970 in another unit than the first ones (seconds, milliseconds, microseconds or "
             "nanoseconds): write all in one unit, or each kind into a file of its own";
  }
  return "";
}

void OffsetsSeen::Add(const OffsetsSeen& other) {
  if (!other.any) return;
  const OffsetsSeen before = *this;
  Add(other.latest, other.at_latest);
  least = std::min(before.any ? before.least : other.least, other.least);
  most = std::max(before.any ? before.most : other.most, other.most);
}

TimeParser::TimeParser(const TimeRule& rule, OffsetsSeen* seen)
    : numeric_(rule.numeric),
      pattern_(rule.pattern),
      midnights_(rule.midnights),
      shortest_(rule.shortest),
      clocks_(rule.clocks),
      one_unit_(rule.one_unit),
      seen_(seen),
      fast_(rule.pattern == nullptr) {
  if (numeric_ == NumericTime::kSince) since_ = CountedSince::Parse(rule.form.pattern);
  if (rule.zone) zone_ = std::make_shared<ZoneClock>(rule.zone);
}

bool TimeParser::CacheDate(const char* p) {
  if (!fast_) return false;
  std::string_view text(p, 10);
  WrittenTime w;
  TimeNs wall = 0;
  if (!Digits(text, 4, &w.year) || !EatCharacter(text, '-') || !Digits(text, 2, &w.month) || !EatCharacter(text, '-'))
    return false;
  if (!Digits(text, 2, &w.day) || CombineTime(w, &wall) != TimeError::kNone) return false;
  __builtin_memcpy(&date_head_, p, 8);
  __builtin_memcpy(&date_tail_, p + 8, 2);
  date_ns_ = wall;
  return true;
}

// From the clock on the wall to UTC.
TimeError TimeParser::Finish(const WrittenTime& written, TimeNs* time) {
  TimeNs wall = 0;
  if (const TimeError e = CombineTime(written, &wall); e != TimeError::kNone) return e;
  if (!written.zoned) {
    *time = zone_ ? zone_->ToUtc(wall) : wall;
    return TimeError::kNone;
  }
  const TimeNs utc = wall - written.offset_minutes * kNsPerMinute;
  if (utc < kFirstDay * kNsPerDay || utc >= (kLastDay + 1) * kNsPerDay) return TimeError::kOutOfRange;
  *time = utc;
  if (seen_) seen_->Add(utc, written.offset_minutes);
  return TimeError::kNone;
}

TimeError TimeParser::ParseNumber(std::string_view text, TimeNs* time, TimeFormat* format) const {
  if (IsYearWithComma(text)) return ParseNumber(YearWithPoint(text), time, format);
  Epoch epoch;
  if (!ParseEpoch(text, &epoch)) return TimeError::kMalformed;
  std::int64_t per = kNsPerSecond;
  switch (numeric_) {
    case NumericTime::kSeconds:
      *format = TimeFormat::kEpochSeconds;
      break;
    case NumericTime::kMillis:
      *format = TimeFormat::kEpochMillis;
      per = 1'000'000;
      break;
    case NumericTime::kMicros:
      *format = TimeFormat::kEpochMicros;
      per = 1'000;
      break;
    case NumericTime::kNanos:
      *format = TimeFormat::kEpochNanos;
      per = 1;
      break;
    case NumericTime::kCount:
      *format = TimeFormat::kCount;
      per = 1;
      if (epoch.billionths != 0) return TimeError::kMalformed;
      break;
    case NumericTime::kDecimalYear:
      *format = TimeFormat::kDecimalYear;
      return FromDecimalYear(text, epoch, time);
    case NumericTime::kExcel:
      *format = TimeFormat::kExcel;
      return FromExcel(epoch, time, 0);
    case NumericTime::kDatenum:
      *format = TimeFormat::kExcel;
      return FromExcel(epoch, time, 2 * 693'960);
    case NumericTime::kJulian:
      *format = TimeFormat::kExcel;
      return FromExcel(epoch, time, 2 * 2'415'018 + 1);
    case NumericTime::kSince:
      *format = TimeFormat::kSince;
      if (!epoch.fits || !since_) return epoch.fits ? TimeError::kMalformed : TimeError::kOutOfRange;
      return since_->TimeOf(epoch.whole, epoch.billionths, epoch.negative, time);
    default:
      return TimeError::kMalformed;
  }
  if (const int unit = one_unit_ && epoch.fits ? UnitOfEpoch(static_cast<double>(epoch.whole)) : -1;
      unit >= 0 && numeric_ <= NumericTime::kNanos && unit != static_cast<int>(numeric_))
    return TimeError::kOtherUnit;
  const Int128 magnitude = static_cast<Int128>(epoch.whole) * per + epoch.billionths / (kNsPerSecond / per);
  const Int128 ns = epoch.negative ? -magnitude : magnitude;
  constexpr Int128 kFirst = static_cast<Int128>(kFirstDay) * kNsPerDay;
  constexpr Int128 kLast = static_cast<Int128>(kLastDay + 1) * kNsPerDay;
  if (!epoch.fits || ns < kFirst || ns >= kLast) return TimeError::kOutOfRange;
  *time = static_cast<TimeNs>(ns);
  return TimeError::kNone;
}

// A date in digits without anything between them.
TimeError TimeParser::ParseWritten(std::string_view text, TimeNs* time, TimeFormat* format) {
  WrittenTime w;
  *format = TimeFormat::kDate;
  std::string_view rest = text;
  const auto clock = [&](int* number) { return Digits(rest, 2, number); };
  switch (numeric_) {
    case NumericTime::kYear:
      if (!Digits(rest, 4, &w.year) || !rest.empty()) return TimeError::kMalformed;
      break;
    case NumericTime::kCompactMonth:
      if (!Digits(rest, 4, &w.year) || !clock(&w.month) || !rest.empty()) return TimeError::kMalformed;
      break;
    case NumericTime::kCompactHour:
    case NumericTime::kCompactMinute:
      *format = TimeFormat::kDateTime;
      if (!Digits(rest, 4, &w.year) || !clock(&w.month) || !clock(&w.day) || !clock(&w.hour)) {
        return TimeError::kMalformed;
      }
      if (numeric_ == NumericTime::kCompactMinute && !clock(&w.minute)) return TimeError::kMalformed;
      if (!rest.empty()) return TimeError::kMalformed;
      break;
    default:
      if (!ParseCompact(text, &w, format)) return TimeError::kMalformed;
      break;
  }
  return Finish(w, time);
}

TimeError TimeParser::Parse(std::string_view text, TimeNs* time, TimeFormat* format) {
  text = TrimBlanks(text);
  if (clocks_) text = FirstOfClocks(text);
  if (const std::string plain = WithoutExponent(text); !plain.empty()) return Parse(plain, time, format);
  WrittenTime w;
  if (pattern_) {
    *format = TimeFormat::kPattern;
    TimeError e = pattern_->Parse(text, &w);
    if (e != TimeError::kNone) e = pattern_->Parse(FirstOfClocks(FirstOfRange(text)), &w);
    if (WrittenTime day; e != TimeError::kNone && midnights_ && midnights_->Parse(text, &day) == TimeError::kNone) {
      return Finish(day, time);
    }
    return e == TimeError::kNone ? Finish(w, time) : e;
  }
  if (text.size() >= 17) text = FirstOfRange(text);
  if (text.size() < shortest_ && IsYearMonthOrDay(text)) return TimeError::kCoarser;
  if (text.size() >= 5 && text[4] == '-') return ParseIso(text, &w, format) ? Finish(w, time) : TimeError::kMalformed;
  if (text.size() >= 9 && (text[8] == 'T' || text[8] == 't' || text[8] == ' ')) {
    return ParseCompact(text, &w, format) ? Finish(w, time) : TimeError::kMalformed;
  }
  const bool dates = numeric_ == NumericTime::kYear || numeric_ == NumericTime::kCompactDate ||
                     numeric_ == NumericTime::kCompactMonth || numeric_ == NumericTime::kCompactHour ||
                     numeric_ == NumericTime::kCompactMinute;
  const bool seconds = text.size() == 14 && AllDigits(text) && numeric_ != NumericTime::kMicros &&
                       numeric_ != NumericTime::kSince;  // YYYYMMDDHHMMSS
  if (dates || seconds) return ParseWritten(text, time, format);
  const TimeError error = ParseNumber(text, time, format);
  const bool wall = numeric_ == NumericTime::kDecimalYear || numeric_ == NumericTime::kExcel ||
                    numeric_ == NumericTime::kDatenum || numeric_ == NumericTime::kJulian ||
                    (since_ && since_->on_the_wall());
  if (wall && error == TimeError::kNone && zone_) *time = zone_->ToUtc(*time);
  return error;
}

}  // namespace fitd
