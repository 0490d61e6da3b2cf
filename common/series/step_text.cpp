#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <limits>

#include "common/ascii.h"
#include "common/series/step.h"
#include "common/time_units.h"

namespace fitd {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr int kMinutesOfDay = 1440;
constexpr std::array<std::string_view, 7> kDayNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

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
    {"D", Step::Unit::kNanosecond, kNsPerDay},
    {"h", Step::Unit::kNanosecond, 3600 * kNsPerSecond},
    {"min", Step::Unit::kNanosecond, kNsPerMinute},
    {"s", Step::Unit::kNanosecond, kNsPerSecond},
    {"ms", Step::Unit::kNanosecond, 1'000'000},
    {"us", Step::Unit::kNanosecond, 1'000},
    {"ns", Step::Unit::kNanosecond, 1},
}};

// Other names of the units, pandas' among them; `ends`: points are called by the last day of the period.
struct Alias {
  std::string_view name;
  std::string_view unit;
  bool ends = false;
};
constexpr std::array<Alias, 23> kAliases{{
    {"H", "h"},    {"d", "D"},        {"y", "Y"},     {"q", "Q"},       {"S", "s"},        {"T", "min"},
    {"L", "ms"},   {"U", "us"},       {"N", "ns"},    {"MS", "M"},      {"ME", "M", true}, {"QS", "Q"},
    {"YS", "Y"},   {"QE", "Q", true}, {"AS", "Y"},    {"min", "min"},   {"YE", "Y", true}, {"A", "Y", true},
    {"hour", "h"}, {"day", "D"},      {"month", "M"}, {"quarter", "Q"}, {"year", "Y"},
}};
// Periods that pandas calls by their first or last business day, which no grid has, and those called by any day.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kBusinessPeriods{{
    {"BM", "ME"},
    {"BME", "ME"},
    {"BMS", "MS"},
    {"CBM", "ME"},
    {"CBME", "ME"},
    {"CBMS", "MS"},
    {"BQ", "QE"},
    {"BQE", "QE"},
    {"BQS", "QS"},
    {"BA", "YE"},
    {"BY", "YE"},
    {"BYE", "YE"},
    {"BYS", "YS"},
    {"BAS", "YS"},
    {"BAE", "YE"},
}};
constexpr std::array<std::string_view, 12> kMonthNames = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                          "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};

int FindDay(std::string_view name) {
  for (std::size_t i = 0; i < kDayNames.size(); ++i) {
    if (EqualsIgnoringCase(name, kDayNames[i])) return static_cast<int>(i);
  }
  return -1;
}

// 0: January; -1: none.
int FindMonth(std::string_view name) {
  for (std::size_t i = 0; i < kMonthNames.size(); ++i) {
    if (EqualsIgnoringCase(name, kMonthNames[i])) return static_cast<int>(i);
  }
  return -1;
}

// The month in "QS-FEB" and "Y-MAR", by which years and quarters begin, or end: no other unit has one.
Status AnchorToMonth(std::string_view text, std::string_view anchor, std::int64_t count, bool named_start,
                     Frequency* frequency) {
  const int month = FindMonth(anchor);
  const std::string said = "'" + std::string(text) + "': ";
  const std::int64_t months = frequency->step.months() ? frequency->step.count / count : 0;
  if (month < 0 || months <= 1) {
    return {StatusCode::kUsage, said + "the anchor '-" + std::string(anchor) +
                                    "' is none of this unit; W has days of the week (W-MON), and Q, QS, QE, Y, YS and "
                                    "YE have months (QS-FEB, YE-MAR)"};
  }
  frequency->at_end = !named_start;  // as pandas has it, of Q-NOV too
  frequency->first_month = static_cast<int>((month + (named_start ? 0 : 1)) % months);
  if (count == 1 || frequency->first_month == 0) return OkStatus();
  return {StatusCode::kUsage, said + "where several years or quarters begin cannot be told from the anchor '-" +
                                  std::string(anchor) + "'; leave out the count, or the anchor"};
}

// "Mon-Fri" (round the end of the week too), "Mon+Wed+Fri", "B"; 0: something else.
unsigned ParseMask(std::string_view text) {
  if (text == "B" || text == "C" || text == "b") return kBusinessDays;
  if (text.size() == 7 && text[3] == '-') {
    const int first = FindDay(text.substr(0, 3));
    const int last = FindDay(text.substr(4));
    if (first < 0 || last < 0) return 0;
    unsigned mask = 0;
    for (int day = first;; day = (day + 1) % 7) {
      mask |= 1U << day;
      if (day == last) return mask;
    }
  }
  unsigned mask = 0;
  while (text.size() >= 3) {
    const int day = FindDay(text.substr(0, 3));
    if (day < 0) return 0;
    mask |= 1U << day;
    text.remove_prefix(3);
    if (text.empty()) return std::popcount(mask) > 1 ? mask : 0;
    if (text[0] != '+') return 0;
    text.remove_prefix(1);
  }
  return 0;
}

std::string FormatMask(unsigned mask) {
  if (mask == kBusinessDays) return "B";
  const int days = std::popcount(mask);
  // One stretch of days, from the day whose predecessor is free.
  for (int first = 0; days > 1 && days < 7 && first < 7; ++first) {
    int length = 0;
    while (mask >> (first + length) % 7 & 1) ++length;
    if (length == days) return std::string(kDayNames[first]) + '-' + std::string(kDayNames[(first + days - 1) % 7]);
  }
  if (mask == kEveryDay) return "Mon-Sun";
  std::string text;
  for (std::size_t day = 0; day < 7; ++day) {
    if ((mask >> day & 1) != 0) text += (text.empty() ? "" : "+") + std::string(kDayNames[day]);
  }
  return text;
}

bool ParseClockMinute(std::string_view text, int* minute) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  *minute = hour * 60 + (text[3] - '0') * 10 + text[4] - '0';
  return hour < 24 && text[3] < '6';
}

// "09:30-15:55", of points that are `step` minutes apart.
bool ParseHours(std::string_view text, std::int64_t step, int* open, int* last) {
  if (text.size() != 11 || text[5] != '-') return false;
  if (!ParseClockMinute(text.substr(0, 5), open) || !ParseClockMinute(text.substr(6), last)) return false;
  if (*last < *open) *last += kMinutesOfDay;  // overnight
  return (*last - *open) % step == 0;
}

// "5min@Mon-Fri@09:30-15:55", "5min@Mon-Fri@09:30-11:25+13:00-14:55"
std::optional<Step> ParseSession(std::string_view text, std::size_t at) {
  const std::size_t second = text.find('@', at + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const Result<Step> inner = ParseStep(text.substr(0, at));
  const std::string_view days = text.substr(at + 1, second - at - 1);
  const unsigned mask = EqualsIgnoringCase(days, "Mon-Sun") ? kEveryDay : ParseMask(days);
  const std::string_view hours = text.substr(second + 1);
  if (!inner.ok() || mask == 0 || inner->unit != Step::Unit::kNanosecond || inner->count % kNsPerMinute != 0) return {};
  const std::int64_t step = inner->count / kNsPerMinute;
  if (step >= kMinutesOfDay) return std::nullopt;
  int open = 0;
  int last = 0;
  const std::size_t plus = hours.find('+');
  if (!ParseHours(hours.substr(0, plus), step, &open, &last)) return std::nullopt;
  const auto minutes = static_cast<int>(step);
  DaySession session{minutes, open, (last - open) / minutes + 1};
  if (plus != std::string_view::npos) {
    int again = 0;
    int close = 0;
    if (!ParseHours(hours.substr(plus + 1), step, &again, &close)) return std::nullopt;
    if (again < open) again += kMinutesOfDay, close += kMinutesOfDay;
    if (again <= last + minutes || close - open >= kMinutesOfDay) return std::nullopt;
    session.before_break = session.per_day;
    session.pause = again - last - minutes;
    session.per_day += (close - again) / minutes + 1;
  }
  return Step::InSession(mask, session);
}

// "M@1+15", "M@15+end"; 0: something else.
std::uint32_t ParseMonthDays(std::string_view text) {
  if (text == "SMS") return 1U | 1U << 14;
  if (text == "SM" || text == "SME") return 1U << 14 | kLastOfMonth;
  if (!text.starts_with("M@")) return 0;
  std::uint32_t days = 0;
  for (text.remove_prefix(1); !text.empty();) {
    text.remove_prefix(1);
    const std::string_view word = text.substr(0, std::min(text.find('+'), text.size()));
    int day = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), day);
    const bool number = error == std::errc() && end == word.data() + word.size() && day >= 1 && day <= 31;
    if (!number && word != "end") return 0;
    days |= number ? 1U << (day - 1) : kLastOfMonth;
    text.remove_prefix(word.size());
  }
  // Days that some months do not have must stay apart from each other.
  constexpr std::uint32_t kLate = ~((1U << 27) - 1);  // the 28th is the last of a February
  return std::popcount(days) > 1 && std::popcount(days & kLate) <= 1 ? days : 0;
}

// "16D@year"; 0: something else.
std::int64_t ParseYearDays(std::string_view text) {
  if (!text.ends_with("D@year")) return 0;
  std::int64_t days = 0;
  const char* const end = text.data() + text.size() - 6;
  const auto [p, error] = std::from_chars(text.data(), end, days);
  return error == std::errc() && p == end && days >= 2 && days <= 182 ? days : 0;
}

std::string FormatMonthDays(std::uint32_t days) {
  std::string text;
  for (int day = 0; day < 31; ++day) {
    if ((days >> day & 1) != 0) text += (text.empty() ? "M@" : "+") + std::to_string(day + 1);
  }
  return (days & kLastOfMonth) != 0 ? text + "+end" : text;
}

}  // namespace

std::string FormatStep(const Step& step) {
  if (step.count == 0) return "unknown";
  if (const std::optional<DaySession> s = step.session()) {
    char hours[48];
    const auto clock = [&s](int point) { return s->MinuteOf(point) % static_cast<int>(kMinutesOfDay); };
    const int last = clock(s->per_day - 1);
    const int noon = s->before_break > 0 ? clock(s->before_break - 1) : last;
    const int size =
        std::snprintf(hours, sizeof hours, "@%02d:%02d-%02d:%02d", s->open / 60, s->open % 60, noon / 60, noon % 60);
    if (s->before_break > 0) {
      const int again = clock(s->before_break);
      std::snprintf(hours + size, sizeof hours - static_cast<std::size_t>(size), "+%02d:%02d-%02d:%02d", again / 60,
                    again % 60, last / 60, last % 60);
    }
    const unsigned mask = step.weekdays();
    return FormatStep({Step::Unit::kNanosecond, s->step * kNsPerMinute}) + '@' +
           (mask == kBusinessDays ? "Mon-Fri" : FormatMask(mask)) + hours;
  }
  if (step.month_days() != 0) return FormatMonthDays(step.month_days());
  if (step.year_days() != 0) return std::to_string(step.year_days()) + "D@year";
  if (step.weekdays() != 0) return (step.count > 1 ? std::to_string(step.count) : "") + FormatMask(step.weekdays());
  for (const Unit& u : kUnits) {
    if ((u.unit == Step::Unit::kMonth) != step.months() || step.count % u.count != 0) continue;
    return std::to_string(step.count / u.count) + std::string(u.name);
  }
  return "unknown";
}

Result<Frequency> ParseFrequency(std::string_view text) {
  const Status bad(StatusCode::kUsage,
                   "'" + std::string(text) +
                       "' is not a frequency; write a count and a unit, such as 5min, 1h, 1D or 1M (units: ns us ms s "
                       "min h D W M Q Y), B for business days, Mon-Sat for other days of the week, M@1+15 for days of "
                       "the month, 16D@year for days that begin anew each year");
  if (const std::uint32_t days = ParseMonthDays(text); days != 0) return Frequency{Step::OnMonthDays(days)};
  if (const std::int64_t days = ParseYearDays(text); days != 0) return Frequency{Step::OnYearDays(days)};
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    const std::optional<Step> step = ParseSession(text, at);
    return step ? Result<Frequency>(Frequency{*step}) : bad;
  }
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
  Frequency frequency;
  if (const unsigned mask = ParseMask(unit); mask != 0) {
    if (count >= kMinutesOfDay) return bad;
    frequency.step = Step::OnWeekdays(mask, count);
    return frequency;
  }
  std::string anchor;  // W-MON, QS-FEB, YE-MAR
  if (const std::size_t dash = unit.find('-'); dash != std::string::npos) {
    anchor = unit.substr(dash + 1);
    unit.resize(dash);
    if (anchor.empty()) return bad;
  }
  for (const auto& [name, whole] : kBusinessPeriods) {
    if (name != unit) continue;
    return Status(StatusCode::kUsage, "'" + std::string(text) +
                                          "' is of periods called by their first or last business day, which are not "
                                          "on a grid; " +
                                          std::string(whole) + (anchor.empty() ? "" : "-" + anchor) +
                                          " calls them by the day of the calendar");
  }
  if (unit == "W" || unit == "w" || unit == "week") {
    unit = "D";
    count = count > kMax / 7 ? kMax : count * 7;
    frequency.weekday = FindDay(anchor);
    if (frequency.weekday < 0 && !anchor.empty()) return bad;
    anchor.clear();
  }
  const bool named_start = unit.size() == 2 && unit[1] == 'S';
  for (const Alias& alias : kAliases) {
    if (alias.name != unit) continue;
    frequency.at_end = alias.ends;
    unit = alias.unit;
    break;
  }
  for (const Unit& u : kUnits) {
    if (u.name != unit) continue;
    const Int128 total = static_cast<Int128>(count) * u.count;
    if (total > kMax || (u.unit == Step::Unit::kMonth && total > 12 * 600)) return bad;
    frequency.step = {u.unit, static_cast<std::int64_t>(total)};
    if (!anchor.empty()) FITD_RETURN_IF_ERROR(AnchorToMonth(text, anchor, count, named_start, &frequency));
    return frequency;
  }
  return bad;
}

Result<Step> ParseStep(std::string_view text) {
  FITD_ASSIGN_OR_RETURN(const Frequency frequency, ParseFrequency(text));
  return frequency.step;
}

}  // namespace fitd
