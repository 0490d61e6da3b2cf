#include "daemon/report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace fitd {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr double kSecond = 1e9;
constexpr double kDay = 86400 * kSecond;
constexpr std::array kMonthNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct TimeUnit {
  double ns;   // length, roughly for months
  int months;  // 0: a fixed length
};
constexpr std::array<TimeUnit, 31> kUnits = {{{1e6, 0},
                                              {1e7, 0},
                                              {1e8, 0},
                                              {kSecond, 0},
                                              {5 * kSecond, 0},
                                              {15 * kSecond, 0},
                                              {30 * kSecond, 0},
                                              {60 * kSecond, 0},
                                              {300 * kSecond, 0},
                                              {900 * kSecond, 0},
                                              {1800 * kSecond, 0},
                                              {3600 * kSecond, 0},
                                              {10800 * kSecond, 0},
                                              {21600 * kSecond, 0},
                                              {43200 * kSecond, 0},
                                              {kDay, 0},
                                              {2 * kDay, 0},
                                              {7 * kDay, 0},
                                              {14 * kDay, 0},
                                              {30.4 * kDay, 1},
                                              {91.3 * kDay, 3},
                                              {182.6 * kDay, 6},
                                              {365.2 * kDay, 12},
                                              {730.5 * kDay, 24},
                                              {1826.2 * kDay, 60},
                                              {3652.4 * kDay, 120},
                                              {7304.8 * kDay, 240},
                                              {18262 * kDay, 600},
                                              {36524 * kDay, 1200},
                                              {73049 * kDay, 2400},
                                              {182621 * kDay, 6000}}};

year_month_day DateOf(TimeNs time) {
  return floor<days>(std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(time)));
}

std::string TimeLabel(TimeNs time, const TimeUnit& unit, bool with_year) {
  const year_month_day date = DateOf(time);
  const int year = static_cast<int>(date.year());
  const char* month = kMonthNames[static_cast<unsigned>(date.month()) - 1];
  if (unit.months >= 12) return std::to_string(year);
  if (unit.months > 0) return with_year ? fmt::format("{} {}", month, year) : month;
  const auto in_day =
      time - std::chrono::duration_cast<std::chrono::nanoseconds>(sys_days(date).time_since_epoch()).count();
  if (in_day == 0) {
    const std::string day = fmt::format("{} {}", static_cast<unsigned>(date.day()), month);
    return with_year ? fmt::format("{} {}", day, year) : day;
  }
  const auto seconds = in_day / 1'000'000'000;
  std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (unit.ns < 60 * kSecond) text += fmt::format(":{:02}", seconds % 60);
  if (unit.ns < kSecond) text += fmt::format(".{:03}", in_day / 1'000'000 % 1000);
  return text;
}

// The first tick of a calendar unit that is not before `first`.
year_month_day FirstMonth(TimeNs first, int months) {
  const year_month_day date = DateOf(first);
  const int month = static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  int at = month - (month % months + months) % months;
  const auto make = [](int m) {
    return std::chrono::year(m >= 0 ? m / 12 : (m - 11) / 12) /
           std::chrono::month(static_cast<unsigned>((m % 12 + 12) % 12 + 1)) / 1;
  };
  const auto ns = [](const year_month_day& d) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(sys_days(d).time_since_epoch()).count();
  };
  while (ns(make(at)) < first) at += months;
  return make(at);
}

}  // namespace

void SettleBounds(double& low, double& high) {
  constexpr double kMost = 4e307;
  low = std::clamp(low, -kMost, kMost);
  high = std::clamp(high, -kMost, kMost);
  if (high - low >= 1e-12 * std::max(std::abs(low), std::abs(high)) && high > low) return;
  const double margin = high == 0 ? 1 : std::abs(high) * 0.1;
  low -= margin, high += margin;
}

std::vector<AxisTick> ValueTicks(double low, double high, int wanted) {
  std::vector<AxisTick> ticks;
  if (!(high > low) || !std::isfinite(high - low) || wanted < 1) return ticks;
  const double rough = (high - low) / wanted;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  const double scale = std::max(std::abs(low), std::abs(high));
  const char* suffix = "";
  double unit = 1;
  for (const auto& [size, name] : {std::pair{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e5, "k"}}) {
    if (scale < size) continue;
    unit = size == 1e5 ? 1e3 : size;
    suffix = name;
    break;
  }
  const bool tiny = scale < 1e-4 || scale >= 1e15;
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step / unit) - 1e-9)), 0, 9);
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9 && ticks.size() < 64; ++k) {
    const double at = k * step + 0.0;
    ticks.push_back({at, tiny ? fmt::format("{:.3g}", at) : fmt::format("{:.{}f}{}", at / unit, decimals, suffix)});
    if (at == 0) ticks.back().label = "0";
  }
  return ticks;
}

std::vector<AxisTick> TimeTicks(TimeNs first, TimeNs last, int most) {
  std::vector<AxisTick> ticks;
  if (last <= first || most < 1) return ticks;
  const double span = static_cast<double>(last) - static_cast<double>(first);
  const auto unit = std::find_if(kUnits.begin(), kUnits.end() - 1,
                                 [&](const TimeUnit& u) { return span / u.ns <= static_cast<double>(most); });
  int year = -1'000'000;
  const auto add = [&](TimeNs time) {
    const int its = static_cast<int>(DateOf(time).year());
    ticks.push_back({static_cast<double>(time), TimeLabel(time, *unit, its != year)});
    year = its;
  };
  if (unit->months > 0) {
    for (year_month_day at = FirstMonth(first, unit->months);; at += std::chrono::months(unit->months)) {
      if (at.year() > std::chrono::year(2261) || at.year() < std::chrono::year(1678)) break;  // of 64-bit nanoseconds
      const TimeNs time = std::chrono::duration_cast<std::chrono::nanoseconds>(sys_days(at).time_since_epoch()).count();
      if (time > last || time < first || ticks.size() > 64) break;
      add(time);
    }
    return ticks;
  }
  const auto step = static_cast<TimeNs>(unit->ns);
  // Weeks begin on Mondays; 1970-01-05 was one.
  const TimeNs origin = unit->ns >= 7 * kDay ? static_cast<TimeNs>(4 * kDay) : 0;
  TimeNs time = (first - origin) / step * step + origin;
  while (time < first) time += step;
  for (; time <= last && ticks.size() <= 64; time += step) add(time);
  return ticks;
}

std::string HumanNumber(double value) {
  if (!std::isfinite(value)) return "–";
  const double size = std::abs(value);
  for (const auto& [unit, name] : {std::pair{1e12, " T"}, {1e9, " G"}, {1e6, " M"}}) {
    if (size >= unit && size < 1e15) return fmt::format("{:.3g}{}", value / unit, name);
  }
  if (size >= 1e15 || (size < 1e-3 && size > 0)) return fmt::format("{:.3g}", value);
  if (size >= 1000) {
    std::string digits = fmt::format("{:.0f}", value);
    for (std::size_t i = digits.size(); i > 3 && digits[i - 4] != '-'; i -= 3) digits.insert(i - 3, "\u202f");
    return digits;
  }
  return fmt::format("{:.4g}", value);
}

}  // namespace fitd
