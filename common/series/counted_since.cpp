#include "common/series/counted_since.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

#include "common/time_units.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 22> kCountedUnits{{
    {"days", kNsPerDay},   {"day", kNsPerDay},        {"d", kNsPerDay},
    {"hours", kNsPerHour}, {"hour", kNsPerHour},      {"h", kNsPerHour},
    {"hr", kNsPerHour},    {"minutes", kNsPerMinute}, {"minute", kNsPerMinute},
    {"min", kNsPerMinute}, {"seconds", kNsPerSecond}, {"second", kNsPerSecond},
    {"sec", kNsPerSecond}, {"s", kNsPerSecond},       {"milliseconds", 1'000'000},
    {"ms", 1'000'000},     {"microseconds", 1'000},   {"us", 1'000},
    {"100ns", 100},        {"nanoseconds", 1},        {"ns", 1},
    {"weeks", kNsPerWeek},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kKnownCounts{{
    {"filetime", "100ns since 1601-01-01"},
    {"ticks", "100ns since 0001-01-01"},
    {"webkit", "us since 1601-01-01"},
}};

bool TakeDigits(std::string_view& text, std::size_t digits, int* number) {
  if (text.size() < digits) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, *number);
  if (error != std::errc() || end != text.data() + digits || text[0] == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool TakeMark(std::string_view& text, std::string_view marks) {
  if (text.empty() || marks.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool ParseOrigin(std::string_view text, std::int64_t* seconds) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!TakeDigits(text, 4, &year) || !TakeMark(text, "-") || !TakeDigits(text, 2, &month) || !TakeMark(text, "-") ||
      !TakeDigits(text, 2, &day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || !date.ok()) return false;
  *seconds = std::int64_t{std::chrono::sys_days{date}.time_since_epoch().count()} * 86'400;
  if (!TakeMark(text, " T")) return text.empty();
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!TakeDigits(text, 2, &hour) || !TakeMark(text, ":") || !TakeDigits(text, 2, &minute)) return false;
  if (TakeMark(text, ":") && !TakeDigits(text, 2, &second)) return false;
  if (TakeMark(text, ".")) {
    while (TakeMark(text, "0")) continue;
  }
  TakeMark(text, "Z");
  if (hour > 23 || minute > 59 || second > 59) return false;
  *seconds += hour * 3600 + minute * 60 + second;
  return text.empty();
}

}  // namespace

std::optional<CountedSince> CountedSince::Parse(std::string_view text) {
  CountedSince counted;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const char* const end = text.data() + text.size();
    const auto [p, error] = std::from_chars(text.data() + slash + 1, end, counted.decimals);
    if (error != std::errc() || p != end || counted.decimals < 0 || counted.decimals > 12) return std::nullopt;
    text = text.substr(0, slash);
  }
  for (const auto& [name, meaning] : kKnownCounts) {
    if (text == name) text = meaning;
  }
  constexpr std::string_view kSince = " since ";
  const std::size_t at = text.find(kSince);
  if (at == std::string_view::npos) return std::nullopt;
  for (const auto& [name, ns] : kCountedUnits) {
    if (text.substr(0, at) == name) counted.unit = ns;
  }
  if (counted.unit == 0 || !ParseOrigin(text.substr(at + kSince.size()), &counted.origin)) return std::nullopt;
  return counted;
}

bool CountedSince::on_the_wall() const {
  return unit % kNsPerDay == 0;
}

TimeError CountedSince::TimeOf(std::int64_t whole, std::int64_t billionths, bool negative, TimeNs* time) const {
  const std::int64_t exact = unit >= kNsPerDay ? kNsPerSecond : unit >= kNsPerMinute ? 1'000'000 : 1;
  const Int128 part = static_cast<Int128>(billionths) * unit;
  const Int128 least = static_cast<Int128>(exact) * kNsPerSecond;
  const Int128 magnitude = static_cast<Int128>(whole) * unit + (part + least / 2) / least * exact;
  const Int128 ns = static_cast<Int128>(origin) * kNsPerSecond + (negative ? -magnitude : magnitude);
  constexpr Int128 kFirst = static_cast<Int128>(kFirstDay) * kNsPerDay;
  constexpr Int128 kLast = static_cast<Int128>(kLastDay + 1) * kNsPerDay;
  if (ns < kFirst || ns >= kLast) return TimeError::kOutOfRange;
  *time = static_cast<TimeNs>(ns);
  return TimeError::kNone;
}

std::string CountedSince::Format(TimeNs time) const {
  constexpr int kMostDecimals = 12;
  const Int128 since = static_cast<Int128>(time) - static_cast<Int128>(origin) * kNsPerSecond;
  const bool negative = since < 0;
  Int128 magnitude = negative ? -since : since;
  if (decimals > 0) {
    Int128 scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    const Int128 rounded = (magnitude * scale + unit / 2) / unit;
    const std::string digits = std::to_string(static_cast<std::int64_t>(rounded % scale));
    return (negative ? "-" : "") + std::to_string(static_cast<std::int64_t>(rounded / scale)) + '.' +
           std::string(static_cast<std::size_t>(decimals) - digits.size(), '0') + digits;
  }
  std::string text = negative ? "-" : "";
  text += std::to_string(static_cast<std::int64_t>(magnitude / unit));
  Int128 rest = magnitude % unit;
  if (rest == 0) return text;
  text += '.';
  for (int i = 0; i < kMostDecimals && rest != 0; ++i) {
    rest *= 10;
    text += static_cast<char>('0' + static_cast<int>(rest / unit));
    rest %= unit;
  }
  return text;
}

}  // namespace fitd
