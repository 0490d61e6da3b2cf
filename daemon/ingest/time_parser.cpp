#include "daemon/ingest/time_parser.h"

#include <chrono>
#include <limits>

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
// The last whole days inside int64 nanoseconds, so that no sum of a day and a clock can overflow.
constexpr std::int64_t kFirstDay = -106'751;  // 1677-09-22
constexpr std::int64_t kLastDay = 106'750;    // 2262-04-10

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

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

bool Eat(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

TimeError DayNumber(int year, int month, int day, std::int64_t* out) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return TimeError::kNoSuchTime;
  *out = std::chrono::sys_days{date}.time_since_epoch().count();
  return *out < kFirstDay || *out > kLastDay ? TimeError::kOutOfRange : TimeError::kNone;
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

struct Clock {
  int hour = 0, minute = 0, second = 0;
  std::int64_t ns = 0;
  int offset_minutes = 0;
  bool zoned = false;
};

bool ParseOffset(std::string_view& text, Clock* clock) {
  if (Eat(text, 'Z') || Eat(text, 'z')) {
    clock->zoned = true;
    return true;
  }
  const bool negative = !text.empty() && text[0] == '-';
  if (!negative && (text.empty() || text[0] != '+')) return true;
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!Digits(text, 2, &hours)) return false;
  const bool colon = Eat(text, ':');
  if (!Digits(text, 2, &minutes) && colon) return false;
  if (hours > 23 || minutes > 59) return false;
  clock->zoned = true;
  clock->offset_minutes = (hours * 60 + minutes) * (negative ? -1 : 1);
  return true;
}

// HH:MM[:SS[.f]] or HHMM[SS[.f]], then an optional zone; all of `text`.
TimeError ParseClock(std::string_view text, Clock* clock) {
  if (!Digits(text, 2, &clock->hour)) return TimeError::kMalformed;
  const bool colons = Eat(text, ':');
  if (!Digits(text, 2, &clock->minute)) return TimeError::kMalformed;
  const bool seconds = colons ? Eat(text, ':') : !text.empty() && IsDigit(text[0]);
  if (seconds && !Digits(text, 2, &clock->second)) return TimeError::kMalformed;
  if (seconds && (Eat(text, '.') || Eat(text, ',')) && !Fraction(text, &clock->ns)) return TimeError::kMalformed;
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);  // "12:00:00 +02:00"
  if (!ParseOffset(text, clock) || !text.empty()) return TimeError::kMalformed;
  // A leap second (60) is the first second of the next minute; 24:00 is not accepted.
  if (clock->hour > 23 || clock->minute > 59 || clock->second > 60) return TimeError::kNoSuchTime;
  return TimeError::kNone;
}

TimeError Combine(std::int64_t day, const Clock& clock, TimeNs* time) {
  const std::int64_t seconds = day * kDaySeconds + clock.hour * 3600 + clock.minute * 60 + clock.second -
                               static_cast<std::int64_t>(clock.offset_minutes) * 60;
  if (seconds < kFirstDay * kDaySeconds || seconds >= (kLastDay + 1) * kDaySeconds) return TimeError::kOutOfRange;
  *time = seconds * kSecond + clock.ns;
  return TimeError::kNone;
}

bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

// YYYYMMDD[T]HHMMSS...: what follows the date, or malformed.
TimeError ParseCompact(std::string_view text, TimeNs* time, TimeFormat* format) {
  int year = 0;
  int month = 0;
  int day = 0;
  std::int64_t number = 0;
  if (!Digits(text, 4, &year) || !Digits(text, 2, &month) || !Digits(text, 2, &day)) return TimeError::kMalformed;
  if (const TimeError e = DayNumber(year, month, day, &number); e != TimeError::kNone) return e;
  Clock clock;
  *format = TimeFormat::kDate;
  if (!text.empty()) {
    if (text[0] == 'T' || text[0] == 't' || text[0] == ' ') text.remove_prefix(1);
    if (const TimeError e = ParseClock(text, &clock); e != TimeError::kNone) return e;
    *format = clock.zoned ? TimeFormat::kDateTimeZ : TimeFormat::kDateTime;
  }
  return Combine(number, clock, time);
}

// YYYY-MM[-DD[Tclock]].
TimeError ParseIso(std::string_view text, TimeNs* time, TimeFormat* format) {
  int year = 0;
  int month = 0;
  int day = 1;
  if (!Digits(text, 4, &year) || !Eat(text, '-') || !Digits(text, 2, &month)) return TimeError::kMalformed;
  if (!text.empty() && (!Eat(text, '-') || !Digits(text, 2, &day))) return TimeError::kMalformed;
  std::int64_t number = 0;
  if (const TimeError e = DayNumber(year, month, day, &number); e != TimeError::kNone) return e;
  Clock clock;
  *format = TimeFormat::kDate;
  if (!text.empty()) {
    if (!Eat(text, 'T') && !Eat(text, 't') && !Eat(text, ' ')) return TimeError::kMalformed;
    if (const TimeError e = ParseClock(text, &clock); e != TimeError::kNone) return e;
    *format = clock.zoned ? TimeFormat::kDateTimeZ : TimeFormat::kDateTime;
  }
  return Combine(number, clock, time);
}

struct Epoch {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;
  bool negative = false;
  bool fits = true;
};

bool ParseEpoch(std::string_view text, Epoch* epoch) {
  epoch->negative = Eat(text, '-');
  if (!epoch->negative) Eat(text, '+');
  if (text.empty() || !IsDigit(text[0])) return false;
  while (!text.empty() && IsDigit(text[0])) {
    if (epoch->whole > (std::numeric_limits<std::int64_t>::max() - 9) / 10) epoch->fits = false;
    if (epoch->fits) epoch->whole = epoch->whole * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  if (Eat(text, '.') && !text.empty() && !Fraction(text, &epoch->billionths)) return false;
  return text.empty();
}

bool IsPlausibleYear(std::string_view text) {
  return text.size() == 4 && AllDigits(text) && text >= "1678" && text <= "2261";
}

bool IsCompactDate(std::string_view text) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  return text.size() == 8 && AllDigits(text) && ParseCompact(text, &time, &format) == TimeError::kNone;
}

}  // namespace

std::string_view TimeErrorText(TimeError error) {
  switch (error) {
    case TimeError::kNone:
      return "";
    case TimeError::kMalformed:
      return "not a time (write 2024-03-01, 2024-03-01T12:00:00Z, or seconds or milliseconds since 1970)";
    case TimeError::kNoSuchTime:
      return "no such date or time of day";
    case TimeError::kOutOfRange:
      return "time outside the years 1678 to 2262 that nanoseconds can hold";
  }
  return "";
}

NumericTime GuessNumericTime(std::span<const std::string_view> cells) {
  bool any = false;
  bool years = true;
  bool dates = true;
  std::int64_t largest = 0;
  for (std::string_view cell : cells) {
    cell = Trim(cell);
    Epoch epoch;
    if (!ParseEpoch(cell, &epoch)) continue;
    any = true;
    years = years && IsPlausibleYear(cell);
    dates = dates && IsCompactDate(cell);
    largest = std::max(largest, epoch.fits ? epoch.whole : std::numeric_limits<std::int64_t>::max());
  }
  if (!any) return NumericTime::kSeconds;
  if (years) return NumericTime::kYear;
  if (dates) return NumericTime::kCompactDate;
  if (largest >= 100'000'000'000'000'000) return NumericTime::kNanos;
  if (largest >= 100'000'000'000'000) return NumericTime::kMicros;
  return largest >= 100'000'000'000 ? NumericTime::kMillis : NumericTime::kSeconds;
}

bool TimeParser::CacheDate(const char* p) {
  std::string_view text(p, 10);
  int year = 0;
  int month = 0;
  int day = 0;
  std::int64_t number = 0;
  if (!Digits(text, 4, &year) || !Eat(text, '-') || !Digits(text, 2, &month) || !Eat(text, '-')) return false;
  if (!Digits(text, 2, &day) || DayNumber(year, month, day, &number) != TimeError::kNone) return false;
  __builtin_memcpy(&date_head_, p, 8);
  __builtin_memcpy(&date_tail_, p + 8, 2);
  date_ns_ = number * kDaySeconds * kSecond;
  return true;
}

TimeError TimeParser::ParseNumber(std::string_view text, TimeNs* time, TimeFormat* format) const {
  if (numeric_ == NumericTime::kYear && text.size() == 4 && AllDigits(text)) {
    int year = 0;
    std::int64_t number = 0;
    Digits(text, 4, &year);
    *format = TimeFormat::kDate;
    if (const TimeError e = DayNumber(year, 1, 1, &number); e != TimeError::kNone) return e;
    return Combine(number, {}, time);
  }
  if ((text.size() == 8 && numeric_ == NumericTime::kCompactDate) || text.size() == 14) {
    if (AllDigits(text) && numeric_ != NumericTime::kMicros) return ParseCompact(text, time, format);
  }
  Epoch epoch;
  if (!ParseEpoch(text, &epoch)) return TimeError::kMalformed;
  if (numeric_ == NumericTime::kYear || numeric_ == NumericTime::kCompactDate) return TimeError::kMalformed;
  std::int64_t per = kSecond;
  *format = TimeFormat::kEpochSeconds;
  if (numeric_ == NumericTime::kMillis) per = 1'000'000, *format = TimeFormat::kEpochMillis;
  if (numeric_ == NumericTime::kMicros) per = 1'000, *format = TimeFormat::kDateTimeZ;
  if (numeric_ == NumericTime::kNanos) per = 1, *format = TimeFormat::kDateTimeZ;
  const Int128 magnitude = static_cast<Int128>(epoch.whole) * per + epoch.billionths / (kSecond / per);
  const Int128 ns = epoch.negative ? -magnitude : magnitude;
  constexpr Int128 kFirst = static_cast<Int128>(kFirstDay) * kDaySeconds * kSecond;
  constexpr Int128 kLast = static_cast<Int128>(kLastDay + 1) * kDaySeconds * kSecond;
  if (!epoch.fits || ns < kFirst || ns >= kLast) return TimeError::kOutOfRange;
  *time = static_cast<TimeNs>(ns);
  return TimeError::kNone;
}

TimeError TimeParser::Parse(std::string_view text, TimeNs* time, TimeFormat* format) {
  text = Trim(text);
  if (text.size() >= 5 && text[4] == '-') return ParseIso(text, time, format);
  if (text.size() >= 9 && (text[8] == 'T' || text[8] == 't' || text[8] == ' ')) return ParseCompact(text, time, format);
  return ParseNumber(text, time, format);
}

}  // namespace fitd
