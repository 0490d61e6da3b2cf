#include "daemon/csv/time_part.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "common/ascii.h"
#include "common/series/time_words.h"
#include "common/series/time_zone.h"
#include "common/time_units.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/periods/clock_words.h"
#include "daemon/periods/fiscal_year.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr std::string_view kHourNames[] = {"hour", "hr", "hours", "hour_ending", "hour ending", "stunde", "heure"};
constexpr std::string_view kMinuteNames[] = {"minute", "minutes", "min", "minute_of_day", "minutes_of_day", "mod"};
constexpr std::string_view kSecondNames[] = {"second", "seconds", "sec", "second_of_day", "seconds_of_day", "sod"};
constexpr std::string_view kSlotNames[] = {"settlement_period",
                                           "period",
                                           "interval",
                                           "slot",
                                           "half_hour",
                                           "halfhour",
                                           "ptu",
                                           "block",
                                           "isp",
                                           "mtu",
                                           "trading_interval",
                                           "time_block",
                                           "timeslot",
                                           "time_slot",
                                           "quarter_hour",
                                           "hh"};

// Slots of a day, counted from 1 or 0; a day of 25 hours has some more.
struct DaySlots {
  TimePart part;
  int first;
  int minutes;
};
constexpr DaySlots kDaySlots[] = {
    {TimePart::kHalfHours, 1, 30},       {TimePart::kQuarterHours, 1, 15},    {TimePart::kTenMinutes, 1, 10},
    {TimePart::kFiveMinutes, 1, 5},      {TimePart::kHalfHoursFrom0, 0, 30},  {TimePart::kQuarterHoursFrom0, 0, 15},
    {TimePart::kTenMinutesFrom0, 0, 10}, {TimePart::kFiveMinutesFrom0, 0, 5},
};

template <std::size_t N>
bool IsAnyOf(std::string_view name, const std::string_view (&names)[N]) {
  const std::string loose = Loosely(name);
  return std::any_of(std::begin(names), std::end(names),
                     [&](std::string_view other) { return Loosely(other) == loose; });
}

// The beginning of a range of clocks: "09:30" of "09:30-10:00"; empty: the cell is none.
std::string_view BeginOfClockRange(std::string_view cell) {
  const auto is_clock = [](std::string_view text) {
    text = TrimBlanks(text);
    const std::size_t colon = text.find(':');
    return (colon == 1 || colon == 2) && text.size() == colon + 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c == ':' || IsDigit(c); });
  };
  const std::size_t dash = cell.find('-');
  const bool range =
      dash != std::string_view::npos && is_clock(cell.substr(0, dash)) && is_clock(cell.substr(dash + 1));
  return range ? TrimBlanks(cell.substr(0, dash)) : std::string_view();
}

// Seconds since midnight of a number of days (`seconds` is 86400) or hours (3600) with decimals; -1: no time of a day.
int SecondsOf(std::string_view cell, double seconds) {
  std::string number(TrimBlanks(cell));
  std::replace(number.begin(), number.end(), ',', '.');
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return -1;
  const double second = std::round(value * seconds);
  return second >= 0 && second <= 86'400 ? static_cast<int>(second) : -1;
}

// kDayFraction or kDecimalHour for decimals that fall on whole minutes, in a column called a time of day; else kPlain.
TimePart DecimalClockOf(std::string_view name, const ColumnFacts& facts) {
  constexpr std::string_view kTimes[] = {"time", "time of day", "clock", "uhrzeit", "zeit", "heure", "hora", "ora"};
  if (!facts.is_number() || facts.least < 0 || facts.cells < 2) return TimePart::kPlain;
  const auto on_clock = [&](double seconds) {
    const auto minute = [seconds](double value) { return value * seconds / 60; };
    const auto whole = [](double value) { return std::abs(value - std::round(value)) < 0.01; };
    return whole(minute(facts.least)) && whole(minute(facts.most)) && SecondsOf(facts.example, seconds) % 60 == 0;
  };
  if (facts.most < 1 && (IsAnyOf(name, kTimes) || IsAnyOf(name, kHourNames)) && on_clock(86'400))
    return TimePart::kDayFraction;
  if (facts.most >= 1 && facts.most < 24 && IsAnyOf(name, kHourNames) && on_clock(3'600)) return TimePart::kDecimalHour;
  return TimePart::kPlain;
}

// What has more than two digits keeps them, so that no reading takes it for a time.
void AppendTwoDigits(std::string& text, int number) {
  if (number < 10) text += '0';
  text += std::to_string(number);
}

void AppendClock(std::string& text, int hours, int minutes) {
  AppendTwoDigits(text += ' ', hours);
  AppendTwoDigits(text += ':', minutes);
}

void AppendSeconds(std::string& text, int second) {
  AppendTwoDigits(text += ':', second);
}

// Minutes, or seconds, which may have parts: 7.25 as :07.25.
void AppendFiner(std::string& text, std::string_view cell) {
  const std::size_t digits = std::min(cell.find_first_of(".,"), cell.size());
  (text += digits < 2 ? ":0" : ":") += cell;
}

// Appends a quarter, half or month, from its number (-1: the cell is no number) or its word; false: it is none.
bool AppendYearPart(TimePart part, std::string_view cell, int number, std::string& text) {
  if (part == TimePart::kQuarter) {
    if (number < 0) number = QuarterOfWord(cell).number;
    if (number > 0) text += " Q" + std::to_string(number);
    return number > 0;
  }
  if (part == TimePart::kHalf) {
    if (number < 0) number = HalfOfWord(cell).number;
    if (number > 0) text += " H" + std::to_string(number);
    return number > 0;
  }
  if (part != TimePart::kMonth || number >= 0) return false;
  number = MonthOfName(cell).number;
  if (number == 0) number = NumberedMonth(cell).number;
  if (number > 0) text += " " + std::to_string(number);
  return number > 0;
}

}  // namespace

bool ReadOffset(std::string_view cell, int* minutes) {
  constexpr int kMost = 14 * 60;
  cell = TrimBlanks(cell);
  const bool minus = cell.starts_with('-');
  if (minus || cell.starts_with('+')) cell.remove_prefix(1);
  const std::size_t colon = cell.find(':');
  const bool joined = colon == std::string_view::npos && cell.size() == 4;
  const std::size_t hours = joined ? 2 : std::min(colon, cell.size());
  const int hour = BareNumber(cell.substr(0, hours), 2);
  const std::string_view behind = cell.substr(std::min(cell.size(), joined ? hours : hours + 1));
  const int minute = behind.empty() ? 0 : BareNumber(behind, 2);
  if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > kMost) return false;
  *minutes = (minus ? -1 : 1) * (hour * 60 + minute);
  return true;
}

TimePart ClockPartOf(std::string_view name, const ColumnFacts& facts) {
  if (!BeginOfClockRange(facts.example).empty()) return TimePart::kClockRange;
  if (HourOfSpan(facts.example) >= 0) return TimePart::kHourRange;
  if (!facts.is_whole()) return DecimalClockOf(name, facts);
  if (facts.least < 0 || facts.cells < 2) return TimePart::kPlain;
  const std::string lower = LowerCase(name);
  // HHMM has 100 in its first hours; 25 is the hour that is there twice where clocks go back, and no minute.
  if (IsAnyOf(lower, kHourNames) && facts.most == 25) return TimePart::kHour;
  if (IsAnyOf(lower, kHourNames) && facts.most >= 100 && facts.most <= 2400) return TimePart::kClock;
  if (IsAnyOf(lower, kMinuteNames) && facts.most > 59 && facts.most <= 1440) return TimePart::kMinuteOfDay;
  if (IsAnyOf(lower, kSecondNames) && facts.most > 59 && facts.most <= 86'400) return TimePart::kSecondOfDay;
  if (!IsAnyOf(lower, kSlotNames) && PartOfName(name) != PartName::kSlot) return TimePart::kPlain;
  for (const DaySlots& slots : kDaySlots) {
    const int per_day = 1440 / slots.minutes;
    const int longest = per_day + 60 / slots.minutes;
    const double count = facts.most + 1 - slots.first;
    // The first rows may be less than a day of five minutes; nothing else counts so far.
    constexpr int kMoreThanTenMinutes = 150;
    const bool begun = slots.minutes == 5 && count > kMoreThanTenMinutes && count <= longest;
    if (facts.least == slots.first && (begun || count == per_day || count == longest)) return slots.part;
  }
  return TimePart::kPlain;
}

TimePart NumberedClockOf(const ColumnFacts& facts, bool called_clock, bool called_slot) {
  if (facts.most > 2400 || facts.example.size() == 6)  // 2400 is the end of a day
    return called_clock && facts.most <= 235'959 ? TimePart::kClockSeconds : TimePart::kPlain;
  if (facts.most > 100 || facts.example.size() == 4) return TimePart::kClock;
  const bool slots = called_slot && facts.least >= 1 && facts.most > 25;
  return !slots ? TimePart::kPlain : facts.most <= 50 ? TimePart::kHalfHours : TimePart::kQuarterHours;
}

bool IsMeridiem(std::string_view cell) {
  const std::string lower = LowerCase(TrimBlanks(cell));
  return lower == "am" || lower == "pm" || lower == "a.m." || lower == "p.m." || IsHalfOfEast(lower);
}

bool IsHourEnding(std::string_view cell) {
  return (cell.size() == 3 || cell.size() == 4) && (cell[0] | 32) == 'h' && (cell[1] | 32) == 'e' && IsDigit(cell[2]) &&
         IsDigit(cell.back());
}

void AppendTimePart(TimePart part, std::string_view cell, std::string& text) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  if (part == TimePart::kFirstYear || part == TimePart::kSecondYear) {
    const FiscalYear year = FiscalYearOf(cell);
    return void(text +=
                year ? std::to_string(year.first + (part == TimePart::kSecondYear ? 1 : 0)) : std::string(cell));
  }
  if (part == TimePart::kDayAtMidnight) return void(text += DayAtMidnight(cell));
  if (part == TimePart::kHourEnding && IsHourEnding(cell)) cell.remove_prefix(2);
  const std::string digits(cell);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size() && number >= 0;
  if (AppendYearPart(part, cell, whole ? number : -1, text)) return;
  if (whole && part == TimePart::kHour) return AppendClock(text, number, 0);
  if (whole && part == TimePart::kMinute && text.ends_with(":00")) text.resize(text.size() - 3);
  if (part == TimePart::kSecond || (whole && part == TimePart::kMinute)) return AppendFiner(text, cell);
  int minutes = 0;
  if (part == TimePart::kOffset && ReadOffset(cell, &minutes))
    return void((text += ' ') += FormatOffset(minutes * kNsPerMinute));
  if (whole && part == TimePart::kWeek) return void(text += " W" + std::to_string(number));
  if (whole && part == TimePart::kDayOfYear) {
    return void(text += '-' + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits);
  }
  if (whole && part == TimePart::kClock) return AppendClock(text, number / 100, number % 100);
  if (whole && part == TimePart::kClockSeconds) {
    AppendClock(text, number / 10'000, number / 100 % 100);
    return AppendSeconds(text, number % 100);
  }
  for (const DaySlots& slots : kDaySlots) {
    if (!whole || part != slots.part || number < slots.first) continue;
    const std::int64_t minute = std::int64_t{slots.minutes} * (number - slots.first);
    return AppendClock(text, static_cast<int>(minute / 60), static_cast<int>(minute % 60));
  }
  if (whole && part == TimePart::kMinuteOfDay) return AppendClock(text, number / 60, number % 60);
  if (whole && part == TimePart::kSecondOfDay) {
    AppendClock(text, number / 3600, number / 60 % 60);
    return AppendSeconds(text, number % 60);
  }
  if (part == TimePart::kDecimalHour || part == TimePart::kDayFraction) {
    const int second = SecondsOf(cell, part == TimePart::kDecimalHour ? 3'600 : 86'400);
    if (second >= 0) {
      AppendClock(text, second / 3600, second / 60 % 60);
      return AppendSeconds(text, second % 60);
    }
  }
  if (const std::string_view begin = BeginOfClockRange(cell); part == TimePart::kClockRange && !begin.empty()) {
    (text += ' ') += begin;
    return;
  }
  if (const int hour = HourOfSpan(cell); part == TimePart::kHourRange && hour >= 0) return AppendClock(text, hour, 0);
  (text += ' ') += part == TimePart::kClockOfDayZero ? std::string(ClockOfDayZero(cell)) : digits;
}

std::optional<DayBeside> DayBesideMonth(std::string_view month) {
  std::size_t digits = 0;
  while (digits < month.size() && IsDigit(month[digits])) ++digits;
  const std::size_t mark = month.find_first_of("-/. ");
  if (digits == month.size()) return digits == 6 ? std::optional(DayBeside()) : std::nullopt;
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view before = month.substr(0, mark);
  const std::string_view behind = month.substr(mark + 1);
  const std::string joint(1, month[mark]);
  if (digits == 4 && mark == 4 && (BareNumber(behind, 2) > 0 || MonthOfName(behind))) return DayBeside{false, joint};
  if (BareNumber(behind, 4) < 0) return std::nullopt;
  if (BareNumber(before, 2) > 0 && behind.size() == 4) return DayBeside{true, joint};
  return MonthOfName(before) ? std::optional(DayBeside{true, joint}) : std::nullopt;
}

std::optional<DayBeside> DayBesideMonths(std::span<const std::string> months) {
  std::optional<DayBeside> all;
  for (const std::string& month : months) {
    const std::optional<DayBeside> day = DayBesideMonth(month);
    if (!day || day->joint.empty() || IsClosedMonth(month)) return std::nullopt;
    if (all && (all->first != day->first || all->joint != day->joint)) return std::nullopt;
    all = day;
  }
  return all;
}

bool IsClosedMonth(std::string_view text) {
  constexpr std::size_t kMonth = 7;
  if (text.size() < kMonth || BareNumber(text.substr(0, 4), 4) < 0) return false;
  if (text.size() == kMonth) return (text[4] == 'M' || text[4] == 'm') && BareNumber(text.substr(5), 2) > 0;
  return DayBesideMonth(text.substr(0, kMonth)) && BareNumber(text.substr(kMonth + 1), 2) == 1;
}

bool IsTimeName(std::string_view name) {
  return KindOfCell(name) == CellKind::kDate || IsNumericTime(name);
}

std::string TimeOfName(const std::string& name) {
  if (IsTimeName(name)) return name;
  const std::string_view bare = WithoutMark(name);
  return !bare.empty() && IsTimeName(bare) ? std::string(bare) : name;
}

std::string_view UnmarkedTime(std::string_view cell) {
  constexpr std::size_t kLongest = 32;
  cell = PlainTime(TrimBlanks(cell));
  if (cell.size() < 5 || cell.size() > kLongest || IsDigit(cell.back()) || cell.find(':') != std::string_view::npos)
    return cell;
  // Beside 2023A, as analysts write them, 2024E is a forecast.
  if (cell.back() == 'E' && IsDigit(cell[cell.size() - 2])) return cell;
  if (EndsWithHalfOfDay(cell)) return cell;
  const std::string_view bare = WithoutMark(cell);
  return !bare.empty() && IsTimeName(bare) ? bare : cell;
}

std::string_view UnmarkedNumber(std::string_view cell) {
  cell = TrimBlanks(cell);
  if (cell.empty() || IsDigit(cell.back())) return cell;
  const std::string_view bare = WithoutMark(cell);
  if (bare.empty() || !(IsDigit(bare.back()) || bare.back() == '.')) return cell;
  const char last = static_cast<char>(cell.back() | 32);
  if (last < 'a' || last > 'z') return bare;
  const std::size_t behind = cell.size() - bare.size();
  if (last == 'e' && behind == 1) return cell;  // 1.5e is cut off
  return TrimBlanks(cell.substr(bare.size())).size() > 1 || last == 'p' || last == 'r' || last == 'e' ? bare : cell;
}

Stretch StretchOf(std::string_view name) {
  std::string letters;
  for (const char c : LowerCase(name)) {
    if (c >= 'a' && c <= 'z') letters += c;
  }
  const bool year = letters.empty() && name.size() == 4;
  if (year || letters == "fy" || letters == "cy") return Stretch::kYear;
  if (letters == "h" || letters == "half" || letters == "s" || letters == "semester" || letters == "halbjahr")
    return Stretch::kHalf;
  const bool quarter = letters == "q" || letters == "qtr" || letters == "quarter" || letters == "quartal" ||
                       letters == "t" || letters == "trimestre";
  return quarter ? Stretch::kQuarter : Stretch::kShorter;
}

std::string_view YearIn(std::string_view name) {
  std::string_view year;
  for (std::size_t i = 0; i < name.size();) {
    std::size_t end = i;
    while (end < name.size() && IsDigit(name[end])) ++end;
    if (end - i >= 2) year = name.substr(end - 2, 2);
    i = std::max(end, i + 1);
  }
  return year;
}

}  // namespace fitd
