#include "daemon/periods/packed_days.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/calendar_name.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

// One way to pack a day into digits: %y%m%d, the places of its parts and their sizes; `ordinal`: the day of the year.
struct Packing {
  const char* pattern;
  std::size_t size;
  std::size_t year, year_digits, month, day;
  bool ordinal;
};

constexpr Packing kPackings[] = {
    {"%Y%m%d", 8, 0, 4, 4, 6, false}, {"%d%m%Y", 8, 4, 4, 2, 0, false}, {"%m%d%Y", 8, 4, 4, 0, 2, false},
    {"%y%m%d", 6, 0, 2, 2, 4, false}, {"%d%m%y", 6, 4, 2, 2, 0, false}, {"%m%d%y", 6, 4, 2, 0, 2, false},
    {"%Y%j", 7, 0, 4, 0, 4, true},    {"%y%j", 5, 0, 2, 0, 2, true},
};

// The days since 1970 of a cell; nullopt: it is no such day.
std::optional<int> PackedDay(const Packing& packing, std::string_view cell) {
  constexpr int kFirst = 1900, kLast = 2100;
  if (cell.size() != packing.size) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t digits) { return BareNumber(cell.substr(at, digits), digits); };
  const std::chrono::year year{part(packing.year, packing.year_digits) + (packing.year_digits == 2 ? 2000 : 0)};
  if (int{year} < kFirst || int{year} > kLast) return std::nullopt;
  if (packing.ordinal) {
    const int day = part(packing.day, 3);
    if (day < 1 || day > (year.is_leap() ? 366 : 365)) return std::nullopt;
    return (std::chrono::sys_days{year / 1 / 1}.time_since_epoch().count()) + day - 1;
  }
  const int month = part(packing.month, 2), day = part(packing.day, 2);
  if (month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{year, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count();
}

// The days between the first and the last; nullopt: some cell is no such day.
std::optional<int> SpanOf(const Packing& packing, std::span<const std::string> days) {
  int first = 0, last = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const std::optional<int> day = PackedDay(packing, days[i]);
    if (!day) return std::nullopt;
    first = i == 0 ? *day : std::min(first, *day);
    last = i == 0 ? *day : std::max(last, *day);
  }
  return last - first;
}

// 124001: the century behind 1900, the year, and the day of the year, as JD Edwards keeps days.
bool IsCenturyDay(std::string_view cell) {
  return cell.size() == 6 && (cell[0] == '0' || cell[0] == '1') && BareNumber(cell.substr(3), 3) >= 1 &&
         BareNumber(cell.substr(3), 3) <= 366;
}

// From 2009 on as spreadsheets count days, and 1995 to 2046 as modified Julian days; 2400000.5 and more as Julian ones.
bool IsSerialDay(std::string_view cell) {
  const int number = BareNumber(cell.substr(0, std::min(cell.find('.'), cell.size())), 7);
  return (number >= 40'000 && number < 70'000) || (number >= 2'440'000 && number < 2'490'000);
}

// %H%M, %H:%M:%S, ...; empty: the cells are not all written alike.
std::string ClockPattern(std::span<const std::string> clocks) {
  constexpr std::array<std::string_view, 4> kPatterns = {"%H%M", "%H%M%S", "%H:%M", "%H:%M:%S"};
  constexpr std::array<std::size_t, 4> kSizes = {4, 6, 5, 8};
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    const bool colons = i >= 2;
    const bool all = std::all_of(clocks.begin(), clocks.end(), [&](const std::string& cell) {
      if (cell.size() != kSizes[i]) return false;
      for (std::size_t at = 0; at < cell.size(); ++at) {
        const bool mark = colons && at % 3 == 2;
        if (mark ? cell[at] != ':' : !IsDigit(cell[at])) return false;
      }
      return true;
    });
    if (all) return std::string(kPatterns[i]);
  }
  return {};
}

}  // namespace

bool SaysSerial(std::string_view name) {
  const std::string folded = FoldWord(name);
  return folded == "mjd" || folded == "jd" || folded == "jdn" || folded.find("julian") != std::string::npos;
}

std::string FormatOfPackedDays(std::span<const std::string> days, std::span<const std::string> clocks) {
  static constexpr std::string_view kWrite = "write both into one column, as 2024-01-31 14:30";
  const auto all = [&](auto is) { return std::all_of(days.begin(), days.end(), is); };
  if (days.empty() || all([](const std::string& day) { return PackedDay(kPackings[0], day).has_value(); })) return {};
  const std::string clock = ClockPattern(clocks);
  const bool serial = all([](const std::string& day) { return IsSerialDay(day); });
  std::vector<std::pair<int, std::string>> patterns;  // and the days that they span
  for (const Packing& packing : kPackings) {
    const std::optional<int> span = serial ? std::nullopt : SpanOf(packing, days);
    if (span) patterns.emplace_back(*span, "'" + std::string(packing.pattern) + " " + clock + "'");
  }
  // Days with their hours do not lie a year apart: 240101, 240102 are no 24th of January of several years.
  constexpr int kFarther = 100;
  std::stable_sort(patterns.begin(), patterns.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::erase_if(patterns, [&](const auto& p) { return p.first > kFarther * (patterns.front().first + 1); });
  if (!patterns.empty() && !clock.empty()) {
    std::string text = "--time-format " + patterns[0].second;
    for (std::size_t i = 1; i < patterns.size(); ++i) text += " or " + patterns[i].second;
    return text;
  }
  // Days that lost the zero in front, 1022024, are days all the same.
  const bool shortened = all([](const std::string& day) {
    const std::string whole = "0" + day;
    return std::any_of(std::begin(kPackings), std::end(kPackings), [&](const Packing& packing) {
      return PackedDay(packing, day) || (packing.size > 5 && PackedDay(packing, whole));
    });
  });
  const bool packed = serial || shortened || all([](const std::string& day) { return IsCenturyDay(day); });
  return packed ? std::string(kWrite) : std::string();
}

bool ReplacesDate(std::string_view day, std::string_view clock) {
  std::string name = LowerCase(day);
  const std::size_t at = name.find("date");
  if (at == std::string::npos) return false;
  name.replace(at, 4, "time");
  return LowerCase(clock) == name;
}

std::string FormatOfLedgerPeriods(std::span<const std::string> days) {
  constexpr int kMostPeriods = 16;  // four of them for closing
  constexpr std::size_t kYear = 4, kPeriod = 3;
  std::set<std::string_view> years;
  std::string format;
  for (const std::string_view cell : days) {
    const std::size_t mark = cell.find_first_of("./");
    const bool joined = mark == std::string_view::npos;
    const bool last = mark == kPeriod;  // 001.2023
    if (cell.size() != kYear + kPeriod + (joined ? 0 : 1) || (!joined && !last && mark != kYear)) return {};
    const std::string_view year = last ? cell.substr(kPeriod + 1) : cell.substr(0, kYear);
    const int period = BareNumber(last ? cell.substr(0, kPeriod) : cell.substr(cell.size() - kPeriod), kPeriod);
    if (BareNumber(year, kYear) < 0 || period < 1 || period > kMostPeriods) return {};
    years.insert(year);
    const std::string parted = joined ? "" : std::string(1, cell[mark]);
    format = last ? "0%m" + parted + "%Y" : "%Y" + parted + "0%m";
  }
  return years.size() < 2 ? std::string() : format;
}

}  // namespace fitd
