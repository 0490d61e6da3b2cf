#include "common/series/time_form.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "common/series/counted_since.h"
#include "common/series/time_zone.h"
#include "common/time_units.h"

namespace fitd {
namespace {

constexpr std::int64_t kExcelEpochDays = -25'569;  // 1899-12-30

void AppendPadded(std::string& out, std::int64_t value, int width) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  for (auto n = static_cast<int>(end - digits); n < width; ++n) out += '0';
  out.append(digits, end);
}

// ".5" for half a second in a unit of `per` nanoseconds; nothing for 0.
void AppendFraction(std::string& out, std::int64_t ns, std::int64_t per) {
  if (ns == 0) return;
  int width = 0;
  for (std::int64_t p = per; p > 1; p /= 10) ++width;
  while (ns % 10 == 0) ns /= 10, --width;
  out += '.';
  AppendPadded(out, ns, width);
}

std::string FormatEpoch(TimeNs time, std::int64_t per) {
  // The sign is written first, so that -0.5 s reads -0.5 and not -1.5.
  const bool negative = time < 0;
  const std::uint64_t magnitude = negative ? 0 - static_cast<std::uint64_t>(time) : static_cast<std::uint64_t>(time);
  std::string out = negative ? "-" : "";
  AppendPadded(out, static_cast<std::int64_t>(magnitude / static_cast<std::uint64_t>(per)), 1);
  AppendFraction(out, static_cast<std::int64_t>(magnitude % static_cast<std::uint64_t>(per)), per);
  return out;
}

int Decimals(const std::string& pattern) {
  int decimals = 0;
  std::from_chars(pattern.data(), pattern.data() + pattern.size(), decimals);
  return decimals;
}

// What stands behind the decimals: "6+693960".
double EarlierDays(const std::string& pattern) {
  const std::size_t plus = pattern.find('+');
  return plus == std::string::npos ? 0 : std::strtod(pattern.c_str() + plus, nullptr);
}

std::string Fixed(double value, int decimals) {
  char text[64];
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.*f", decimals, value))};
}

// 1706572800.0, as programs write floating-point numbers.
std::string WithDecimals(std::string text, int fewest) {
  if (fewest <= 0) return text;
  if (text.find('.') == std::string::npos) text += '.';
  const std::size_t decimals = text.size() - text.find('.') - 1;
  if (decimals < static_cast<std::size_t>(fewest)) text.append(static_cast<std::size_t>(fewest) - decimals, '0');
  return text;
}

// "9-1": of nine decimals the zeros at the end are left away but for the first one.
std::string WithoutZeros(std::string text, const std::string& pattern) {
  const std::size_t dash = pattern.find('-');
  const std::size_t point = text.find('.');
  if (dash == std::string::npos || point == std::string::npos) return text;
  const auto fewest = static_cast<std::size_t>(std::max(Decimals(pattern.substr(dash + 1)), 0));
  while (text.size() > point + 1 + fewest && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// Months are twelfths of a year, whatever their length; the middle of a month is half of one.
std::string FormatDecimalYear(TimeNs time, const Step& step, int decimals) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const std::int64_t day = FloorDivide(time, kNsPerDay);
  const std::chrono::year_month_day date{sys_days{days{day}}};
  const std::int64_t begin = sys_days{date.year() / 1 / 1}.time_since_epoch().count();
  const std::int64_t end = sys_days{(date.year() + std::chrono::years{1}) / 1 / 1}.time_since_epoch().count();
  const auto in_days = static_cast<double>(day - begin) + static_cast<double>(FloorModulo(time, kNsPerDay)) / kNsPerDay;
  double fraction = in_days / static_cast<double>(end - begin);
  if (step.months()) {
    const unsigned dom = unsigned{date.day()};
    fraction = (unsigned{date.month()} - 1 + (dom > 8 && dom < 24 ? 0.5 : 0.0)) / 12;
  }
  return Fixed(int{date.year()} + fraction, decimals);
}

// Two times one after the other would be written alike: months or days of a series beside another one's years.
bool HidesSteps(std::string_view pattern, const Step& step) {
  if (step.count == 0) return false;
  const bool months = step.months();
  return (pattern == "%Y" && (!months || step.count % 12 != 0)) || (pattern == "%Y-%m" && !months);
}

// Programs leave the seconds off where they are zero (java.time): 2024-01-01T00:00, then 2024-01-01T00:00:30. Empty:
// the pattern has seconds, or no minutes.
std::string WithSeconds(std::string_view pattern) {
  const std::size_t minutes = pattern.find("%M");
  if (minutes == std::string_view::npos || pattern.find("%S") != std::string_view::npos) return {};
  return std::string(pattern.substr(0, minutes + 2)) + ":%S" + std::string(pattern.substr(minutes + 2));
}

}  // namespace

struct TimeWriter::Clock {
  ZoneClock zone;
};

int MonthsOfForm(const TimeForm& form) {
  if (form.format != TimeFormat::kPattern) return 0;
  const auto has = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return form.pattern.find(word) != std::string::npos; });
  };
  if (has({"%d", "%-d", "%j", "%V", "%-V", "%u", "%H", "%-H", "%I", "%-I"})) return 0;
  if (has({"%q"})) return 3;
  if (has({"%h"})) return 6;
  if (has({"%m", "%-m", "%2m", "%b", "%B", "%^b", "%^B"})) return 1;
  return has({"%Y", "%y", "%Ey"}) ? 12 : 0;
}

bool IsWeekForm(const TimeForm& form) {
  const auto has = [&form](std::string_view word) { return form.pattern.find(word) != std::string::npos; };
  return form.format == TimeFormat::kPattern && (has("%V") || has("%-V")) && !has("%u") && !has("%a") && !has("%A");
}

std::string TimeOptionOf(const TimeForm& form) {
  switch (form.format) {
    case TimeFormat::kPattern:
      // Digits without anything between them are a pattern too; ISO 8601 in its many forms begins with the year.
      return form.pattern.find('-') == std::string::npos || !form.pattern.starts_with("%Y") ? form.pattern : "";
    case TimeFormat::kEpochSeconds:
      return "epoch-s";
    case TimeFormat::kEpochMillis:
      return "epoch-ms";
    case TimeFormat::kEpochMicros:
      return "epoch-us";
    case TimeFormat::kEpochNanos:
      return "epoch-ns";
    case TimeFormat::kDecimalYear:
      return "decimal-year";
    case TimeFormat::kExcel:
      return "excel";
    case TimeFormat::kCount:
      return "count";
    case TimeFormat::kSince:
      return form.pattern.substr(0, form.pattern.find('/'));
    default:
      return "";
  }
}

bool IsNumber(TimeFormat format) {
  return format != TimeFormat::kDate && format != TimeFormat::kDateTime && format != TimeFormat::kDateTimeZ &&
         format != TimeFormat::kPattern;
}

std::string FormatTime(TimeNs time, TimeFormat format) {
  if (format == TimeFormat::kEpochSeconds) return FormatEpoch(time, kNsPerSecond);
  if (format == TimeFormat::kEpochMillis) return FormatEpoch(time, 1'000'000);
  if (format == TimeFormat::kEpochMicros) return FormatEpoch(time, 1'000);
  if (format == TimeFormat::kEpochNanos || format == TimeFormat::kCount) return FormatEpoch(time, 1);
  const std::int64_t day_number = FloorDivide(time, kNsPerDay);
  const std::int64_t in_day = FloorModulo(time, kNsPerDay);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_number}}};
  std::string out;
  AppendPadded(out, int{date.year()}, 4);
  out += '-';
  AppendPadded(out, unsigned{date.month()}, 2);
  out += '-';
  AppendPadded(out, unsigned{date.day()}, 2);
  if (format == TimeFormat::kDate && in_day == 0) return out;
  const std::int64_t seconds = in_day / kNsPerSecond;
  out += 'T';
  AppendPadded(out, seconds / 3600, 2);
  out += ':';
  AppendPadded(out, seconds / 60 % 60, 2);
  out += ':';
  AppendPadded(out, seconds % 60, 2);
  AppendFraction(out, in_day % kNsPerSecond, kNsPerSecond);
  if (format == TimeFormat::kDateTimeZ) out += 'Z';
  return out;
}

std::string FormatTime(TimeNs utc, const TimeForm& form) {
  const bool plain = form.format <= TimeFormat::kEpochMillis && form.zone.empty() && form.pattern.empty();
  if (plain) return FormatTime(utc, form.format);
  thread_local TimeWriter writer{TimeForm()};
  if (writer.form() != form) writer = TimeWriter(form);
  return writer.Write(utc, {});
}

TimeWriter::TimeWriter(TimeForm form) : form_(std::move(form)) {
  if (form_.format == TimeFormat::kPattern) {
    if (Result<TimePattern> pattern = TimePattern::Compile(form_.pattern); pattern.ok()) {
      pattern_ = std::move(*pattern);
      if (const std::string precise = WithSeconds(form_.pattern); !precise.empty()) {
        if (auto seconds = TimePattern::Compile(precise); seconds.ok()) with_seconds_ = std::move(*seconds);
      }
    } else {
      form_.format = TimeFormat::kDateTimeZ;
    }
  }
  if (form_.zone.empty()) return;
  if (auto zone = TimeZone::Find(form_.zone); zone.ok()) clock_ = std::make_unique<Clock>(Clock{ZoneClock(*zone)});
}

TimeWriter::~TimeWriter() = default;
TimeWriter::TimeWriter(TimeWriter&&) noexcept = default;
TimeWriter& TimeWriter::operator=(TimeWriter&&) noexcept = default;

TimeNs TimeWriter::ToUtc(TimeNs time, const Step& step) const {
  return clock_ != nullptr && step.counts_days() ? clock_->zone.ToUtc(time) : time;
}

std::string TimeWriter::Write(TimeNs time, const Step& step) const {
  const TimeNs utc = ToUtc(time, step);
  const bool in_utc = form_.zone.ends_with(kWrittenInUtc);
  const TimeNs wall = in_utc ? utc : clock_ == nullptr || step.counts_days() ? time : clock_->zone.ToWall(utc);
  const std::int64_t offset = wall - utc;
  switch (form_.format) {
    case TimeFormat::kPattern: {
      if (HidesSteps(form_.pattern, step)) {
        std::string date = FormatTime(wall, TimeFormat::kDate);
        return step.months() ? date.substr(0, date.rfind('-')) : date;
      }
      const bool whole = !with_seconds_ || FloorModulo(wall, 60 * kNsPerSecond) == 0;
      std::string text = (whole ? pattern_ : *with_seconds_).Format(wall, offset);
      if (clock_ != nullptr && !in_utc && pattern_.has_clock() && !pattern_.has_offset()) text += FormatOffset(offset);
      return text;
    }
    case TimeFormat::kDecimalYear:
      return WithoutZeros(FormatDecimalYear(wall, step, Decimals(form_.pattern)), form_.pattern);
    case TimeFormat::kEpochSeconds:
      return WithDecimals(FormatTime(utc, form_.format), Decimals(form_.pattern));
    case TimeFormat::kExcel: {
      const double days = static_cast<double>(FloorDivide(wall, kNsPerDay) - kExcelEpochDays) +
                          static_cast<double>(FloorModulo(wall, kNsPerDay)) / static_cast<double>(kNsPerDay);
      return WithoutZeros(Fixed(days + EarlierDays(form_.pattern), Decimals(form_.pattern)), form_.pattern);
    }
    case TimeFormat::kSince: {
      const std::optional<CountedSince> counted = CountedSince::Parse(form_.pattern);
      if (!counted) return FormatTime(utc, TimeFormat::kDateTimeZ);
      return counted->Format(counted->on_the_wall() ? wall : utc);
    }
    case TimeFormat::kDate:
    case TimeFormat::kDateTime:
    case TimeFormat::kDateTimeZ: {
      if (clock_ == nullptr || in_utc) return FormatTime(utc, form_.format);
      const bool date = form_.format == TimeFormat::kDate && FloorModulo(wall, kNsPerDay) == 0;
      std::string text = FormatTime(wall, date ? TimeFormat::kDate : TimeFormat::kDateTime);
      return date ? text : text + FormatOffset(offset);
    }
    default:
      return FormatTime(utc, form_.format);
  }
}

}  // namespace fitd
