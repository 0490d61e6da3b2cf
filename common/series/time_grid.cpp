#include "common/series/time_grid.h"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  Step::Unit unit;
  std::int64_t count;
};

// Largest first, so that the first divisor is the canonical one.
constexpr std::array<Unit, 10> kUnits{{
    {"Y", Step::Unit::kMonth, 12},
    {"Q", Step::Unit::kMonth, 3},
    {"M", Step::Unit::kMonth, 1},
    {"D", Step::Unit::kNanosecond, kDay},
    {"h", Step::Unit::kNanosecond, 3600 * kSecond},
    {"min", Step::Unit::kNanosecond, 60 * kSecond},
    {"s", Step::Unit::kNanosecond, kSecond},
    {"ms", Step::Unit::kNanosecond, 1'000'000},
    {"us", Step::Unit::kNanosecond, 1'000},
    {"ns", Step::Unit::kNanosecond, 1},
}};

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t FloorMod(std::int64_t a, std::int64_t b) {
  return a % b + (a % b < 0 ? b : 0);
}

std::int64_t Saturate(Int128 t) {
  if (t < kMin) return kMin;
  return t > kMax ? kMax : static_cast<std::int64_t>(t);
}

// `anchor`: the day of the month; 0: that of `start`, month ends when it is one.
std::int64_t AddMonths(std::int64_t start, Int128 months, unsigned anchor) {
  using std::chrono::day;
  using std::chrono::days;
  using std::chrono::month;
  using std::chrono::sys_days;
  using std::chrono::year;
  using std::chrono::year_month_day;
  using std::chrono::year_month_day_last;
  if (months > 12 * 1200) return kMax;  // longer than the range of TimeNs
  if (months < -12 * 1200) return kMin;
  const std::int64_t start_day = FloorDiv(start, kDay);
  const year_month_day date{sys_days{days{start_day}}};
  const std::int64_t index = int{date.year()} * 12 + unsigned{date.month()} - 1 + static_cast<std::int64_t>(months);
  const year y{static_cast<int>(FloorDiv(index, 12))};
  const month m{static_cast<unsigned>(index - FloorDiv(index, 12) * 12) + 1};
  const day last = year_month_day_last{y, std::chrono::month_day_last{m}}.day();
  const day start_last = year_month_day_last{date.year(), std::chrono::month_day_last{date.month()}}.day();
  const bool month_end = anchor == 0 && date.day() == start_last;
  const day wanted = anchor == 0 ? date.day() : day{anchor};
  const day d = month_end || wanted > last ? last : wanted;
  const Int128 day_number = sys_days{year_month_day{y, m, d}}.time_since_epoch().count();
  return Saturate(day_number * kDay + FloorMod(start, kDay));
}

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

}  // namespace

TimeNs TimeGrid::At(std::int64_t index) const {
  const Int128 offset = static_cast<Int128>(index) * step.count;
  if (step.months()) return AddMonths(start, offset, static_cast<unsigned>(step.day_of_month()));
  return Saturate(offset + start);
}

std::string FormatStep(const Step& step) {
  for (const Unit& u : kUnits) {
    if ((u.unit == Step::Unit::kMonth) != step.months() || step.count == 0 || step.count % u.count != 0) continue;
    return std::to_string(step.count / u.count) + std::string(u.name);
  }
  return "unknown";
}

Result<Step> ParseStep(std::string_view text) {
  const Status bad(StatusCode::kUsage, "'" + std::string(text) +
                                           "' is not a frequency; write a count and a unit, such as 5min, 1h, 1D or "
                                           "1M (units: ns us ms s min h D W M Q Y)");
  std::int64_t count = 1;
  const char* const end = text.data() + text.size();
  const char* unit_begin = text.data();
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    const auto [p, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc()) return bad;
    unit_begin = p;
  }
  std::string unit(unit_begin, end);
  if (count <= 0 || unit.empty()) return bad;
  if (unit == "W" || unit == "w") unit = "D", count = Saturate(static_cast<Int128>(count) * 7);
  if (unit == "H" || unit == "d" || unit == "y" || unit == "q" || unit == "S")
    unit[0] = static_cast<char>(unit[0] ^ 32);
  for (const Unit& u : kUnits) {
    if (u.name != unit) continue;
    const Int128 total = static_cast<Int128>(count) * u.count;
    if (total > kMax || (u.unit == Step::Unit::kMonth && total > 12 * 600)) return bad;
    return Step{u.unit, static_cast<std::int64_t>(total)};
  }
  return bad;
}

std::string FormatTime(TimeNs time, TimeFormat format) {
  if (format == TimeFormat::kEpochSeconds) return FormatEpoch(time, kSecond);
  if (format == TimeFormat::kEpochMillis) return FormatEpoch(time, 1'000'000);
  const std::int64_t day_number = FloorDiv(time, kDay);
  const std::int64_t in_day = FloorMod(time, kDay);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_number}}};
  std::string out;
  AppendPadded(out, int{date.year()}, 4);
  out += '-';
  AppendPadded(out, unsigned{date.month()}, 2);
  out += '-';
  AppendPadded(out, unsigned{date.day()}, 2);
  if (format == TimeFormat::kDate && in_day == 0) return out;
  const std::int64_t seconds = in_day / kSecond;
  out += 'T';
  AppendPadded(out, seconds / 3600, 2);
  out += ':';
  AppendPadded(out, seconds / 60 % 60, 2);
  out += ':';
  AppendPadded(out, seconds % 60, 2);
  AppendFraction(out, in_day % kSecond, kSecond);
  if (format == TimeFormat::kDateTimeZ) out += 'Z';
  return out;
}

}  // namespace fitd
