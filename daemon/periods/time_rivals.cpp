#include "daemon/periods/time_rivals.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "common/ascii.h"
#include "common/time_units.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kSecondsOfHour = 3'600;

// From its first second to the one behind it.
struct Lasts {
  std::int64_t begin;
  std::int64_t end;
};

// What digits alone do not say.
struct Hints {
  bool day_first = false;
  bool weeks = false;
};

std::optional<std::int64_t> DayNumber(int year, int month, int day) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (month < 1 || day < 1 || year < 1600 || year > 2300 || !date.ok()) return std::nullopt;
  return sys_days{date}.time_since_epoch().count();
}

std::optional<Lasts> MonthsOf(int year, int month, int months) {
  const auto from = DayNumber(year, month, 1);
  const int next = month - 1 + months;
  const auto to = DayNumber(year + next / kMonthsOfYear, next % kMonthsOfYear + 1, 1);
  return from && to ? std::optional(Lasts{*from * kSecondsOfDay, *to * kSecondsOfDay}) : std::nullopt;
}

std::optional<Lasts> WeekOf(int year, int week) {
  const auto fourth = DayNumber(year, 1, 4);
  if (!fourth || week < 1 || week > 53) return std::nullopt;
  const std::int64_t monday = *fourth - FloorModulo(*fourth + 3, 7) + 7 * (week - 1);
  return Lasts{monday * kSecondsOfDay, (monday + 7) * kSecondsOfDay};
}

std::optional<Lasts> DaysOf(std::optional<std::int64_t> day) {
  return day ? std::optional(Lasts{*day * kSecondsOfDay, (*day + 1) * kSecondsOfDay}) : std::nullopt;
}

std::optional<Lasts> OfDigits(std::string_view text, const Hints& hints) {
  const std::size_t size = std::min(text.find('.'), text.size());
  const double number = std::strtod(std::string(text).c_str(), nullptr);
  const auto part = [&](std::size_t at, std::size_t digits) {
    return std::atoi(std::string(text.substr(at, digits)).c_str());
  };
  if (size == 5) {  // of a spreadsheet
    const auto second = static_cast<std::int64_t>(std::llround((number - 25'569) * static_cast<double>(kSecondsOfDay)));
    return Lasts{second, second + (size == text.size() ? kSecondsOfDay : 1)};
  }
  if (size < text.size() && size < 9) return std::nullopt;
  if (size == 4) return MonthsOf(part(0, 4), 1, kMonthsOfYear);
  if (size == 6) return hints.weeks ? WeekOf(part(0, 4), part(4, 2)) : MonthsOf(part(0, 4), part(4, 2), 1);
  if (size == 7) {
    const auto first = DayNumber(part(0, 4), 1, 1);
    return first ? DaysOf(*first + part(4, 3) - 1) : std::nullopt;
  }
  if (size == 8) return DaysOf(DayNumber(part(0, 4), part(4, 2), part(6, 2)));
  if (size == 10 && number > 1'900'010'100) {
    const auto day = DayNumber(part(0, 4), part(4, 2), part(6, 2));
    if (!day || part(8, 2) > 24) return std::nullopt;
    return Lasts{*day * kSecondsOfDay + part(8, 2) * kSecondsOfHour,
                 *day * kSecondsOfDay + (part(8, 2) + 1) * kSecondsOfHour};
  }
  if (size < 9 || size > 19) return std::nullopt;
  const std::size_t decimals = size <= 10 ? 0 : (size - 10) / 3 * 3;  // of milli-, micro- or nanoseconds
  const double seconds = number / std::pow(10, static_cast<double>(decimals));
  const auto second = static_cast<std::int64_t>(seconds);
  return Lasts{second, second + 1};
}

// Of a clock or a part of a year; more is neither. An offset such as +0100 may stand behind a clock.
constexpr int kMostOfPiece = 9999;

// The numbers of a date, with the letter that stands before the last of them (Q, W, H), and its time of day.
struct Pieces {
  std::vector<std::pair<int, std::size_t>> numbers;  // and their digits
  int month = 0;
  std::size_t month_at = 0;  // numbers before it
  char part = 0;
  std::vector<int> clock;
  bool after_noon = false;
  bool before_noon = false;
};

Pieces PiecesOf(std::string_view text) {
  Pieces pieces;
  const std::size_t colon = text.find(':');
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    if (IsDigit(text[i])) {
      while (end < text.size() && IsDigit(text[end])) ++end;
      const int number = end - i > 9 ? -1 : std::atoi(std::string(text.substr(i, end - i)).c_str());
      const bool clock = end == colon || !pieces.clock.empty();
      if (clock && pieces.clock.size() < 3) pieces.clock.push_back(number);
      if (!clock) pieces.numbers.emplace_back(number, end - i);
    } else if ((text[i] | 32) >= 'a' && (text[i] | 32) <= 'z') {
      while (end < text.size() && (text[end] | 32) >= 'a' && (text[end] | 32) <= 'z') ++end;
      const std::string word = LowerCase(text.substr(i, end - i));
      if (const PeriodWord month = MonthOfName(word)) {
        pieces.month = month.number;
        pieces.month_at = pieces.numbers.size();
      }
      if (word == "q" || word == "w" || word == "h") pieces.part = word[0];
      pieces.after_noon |= word == "pm";
      pieces.before_noon |= word == "am";
    } else {
      end = i + 1;
    }
    i = end;
  }
  return pieces;
}

// Of a whole period of a year, or of a day.
std::optional<Lasts> DateOf(const Pieces& pieces, const Hints& hints) {
  const auto& n = pieces.numbers;
  const auto year_of = [](const std::pair<int, std::size_t>& number) {
    return number.second == 2 ? 2000 + number.first : number.first;
  };
  if (n.empty() || n.size() > 3) return std::nullopt;
  if (pieces.month > 0) {
    if (n.size() == 1) return MonthsOf(year_of(n[0]), pieces.month, 1);
    const bool year_first = n[0].second == 4;
    return DaysOf(DayNumber(year_of(n[year_first ? 0 : 1]), pieces.month, n[year_first ? 1 : 0].first));
  }
  if (n[0].second == 8) return OfDigits(std::to_string(n[0].first), hints);
  if (n[0].second == 4) {
    if (n.size() == 1) return MonthsOf(n[0].first, 1, kMonthsOfYear);
    const int part = n[1].first;
    if (n.size() == 3) return DaysOf(DayNumber(n[0].first, part, n[2].first));
    if (pieces.part == 'w') return WeekOf(n[0].first, part);
    if (part < 0 || part > kMostOfPiece) return std::nullopt;
    if (pieces.part == 'q') return MonthsOf(n[0].first, 3 * part - 2, 3);
    if (pieces.part == 'h') return MonthsOf(n[0].first, 6 * part - 5, 6);
    if (n[1].second < 3) return MonthsOf(n[0].first, part, 1);
    const auto first = DayNumber(n[0].first, 1, 1);
    return first ? DaysOf(*first + part - 1) : std::nullopt;
  }
  if (n.size() < 3) return std::nullopt;
  const int day = n[hints.day_first ? 0 : 1].first;
  return DaysOf(DayNumber(year_of(n[2]), n[hints.day_first ? 1 : 0].first, day));
}

std::optional<Lasts> ReadTime(std::string_view text, const Hints& hints) {
  text = TrimBlanks(text);
  const bool digits = !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos &&
                      std::count(text.begin(), text.end(), '.') < 2;
  if (digits) return OfDigits(text, hints);
  const Pieces pieces = PiecesOf(text);
  const std::optional<Lasts> date = DateOf(pieces, hints);
  if (!date || pieces.clock.empty()) return date;
  const bool clock =
      std::all_of(pieces.clock.begin(), pieces.clock.end(), [](int n) { return n >= 0 && n <= kMostOfPiece; });
  if (!clock) return std::nullopt;
  std::int64_t hour = pieces.clock[0];
  if (pieces.after_noon || pieces.before_noon) hour = hour % 12 + (pieces.after_noon ? 12 : 0);
  std::int64_t second = date->begin + hour * kSecondsOfHour;
  for (std::size_t i = 1; i < pieces.clock.size(); ++i) second += pieces.clock[i] * (i == 1 ? 60 : 1);
  return Lasts{second, second + 1};
}

// Of all cells; empty where one of them cannot be read.
std::vector<Lasts> ReadTimes(const TimesOfRows& times) {
  Hints hints;
  bool month_first = false;
  bool beyond_months = false;
  for (const std::string& cell : times.cells) {
    const Pieces pieces = PiecesOf(cell);
    const auto& n = pieces.numbers;
    if (n.size() == 3 && n[0].second <= 2 && pieces.month == 0) {
      hints.day_first = hints.day_first || n[0].first > 12;
      month_first = month_first || n[1].first > 12;
    }
    if (cell.size() == 6 && AllDigits(cell) && std::atoi(cell.c_str()) % 100 > 12) beyond_months = true;
  }
  hints.weeks = beyond_months || PartOfName(times.name) == PartName::kWeek;
  hints.day_first = hints.day_first && !month_first;
  std::vector<Lasts> all;
  all.reserve(times.cells.size());
  for (const std::string& cell : times.cells) {
    const std::optional<Lasts> time = ReadTime(cell, hints);
    if (!time) return {};
    all.push_back(*time);
  }
  return all;
}

// How times lie on a grid of days, seconds or months.
struct Grid {
  bool known = false;
  bool regular = false;
  double gaps = 0;  // of the distances, those that are no step
};

Grid GridOf(const std::vector<Lasts>& times) {
  constexpr std::size_t kFewest = 4;
  constexpr double kMostMoved = 0.05;
  std::vector<std::int64_t> begins;
  begins.reserve(times.size());
  for (const Lasts& time : times) begins.push_back(time.begin);
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  if (begins.size() < kFewest) return {};
  // Months where every time is the same day of one, or its last.
  std::vector<std::int64_t> months;
  bool same = true, last = true;
  std::optional<unsigned> day;
  for (const std::int64_t begin : begins) {
    using namespace std::chrono;
    const sys_days date{days{begin / kSecondsOfDay}};
    const year_month_day ymd{date};
    same = same && begin % kSecondsOfDay == 0 && (!day || *day == unsigned{ymd.day()});
    last = last && begin % kSecondsOfDay == 0 && unsigned{year_month_day{date + days{1}}.day()} == 1;
    day = unsigned{ymd.day()};
    months.push_back(int{ymd.year()} * kMonthsOfYear + static_cast<int>(unsigned{ymd.month()}));
  }
  const std::vector<std::int64_t>& places = same || last ? months : begins;
  std::map<std::int64_t, std::size_t> distances;
  for (std::size_t i = 1; i < places.size(); ++i) ++distances[places[i] - places[i - 1]];
  const auto step = std::max_element(distances.begin(), distances.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  std::size_t moved = 0;
  for (const auto& [distance, count] : distances)
    moved += distance % std::max<std::int64_t>(step->first, 1) ? count : 0;
  const auto all = static_cast<double>(places.size() - 1);
  return {true, static_cast<double>(moved) <= kMostMoved * all, 1 - static_cast<double>(step->second) / all};
}

// Nearly all dates lie in the periods beside them, or, where dates are no ends, always as far behind as a clock of
// another zone is.
bool Agree(const std::vector<Lasts>& dates, const std::vector<Lasts>& periods, bool ends) {
  constexpr std::int64_t kFarthestZone = 14 * kSecondsOfHour;
  constexpr double kNearlyAll = 0.9;
  std::size_t within = 0;
  bool shifted = !ends;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    // Weeks are numbered in several ways.
    const std::int64_t more = periods[i].end - periods[i].begin == 7 * kSecondsOfDay && !ends ? 7 * kSecondsOfDay : 0;
    within += dates[i].begin >= periods[i].begin - more && dates[i].begin < periods[i].end + more ? 1 : 0;
    const std::int64_t shift = dates[i].begin - periods[i].begin;
    shifted = shifted && shift == dates[0].begin - periods[0].begin && std::abs(shift) <= kFarthestZone;
  }
  return shifted || static_cast<double>(within) >= kNearlyAll * static_cast<double>(dates.size());
}

bool IsConstant(const TimesOfRows& times) {
  return std::all_of(times.cells.begin(), times.cells.end(),
                     [&](const std::string& cell) { return cell == times.cells[0]; });
}

}  // namespace

RivalVerdict TimeOfRivals(const TimesOfRows& dates, const TimesOfRows& periods) {
  if (IsConstant(dates) && !IsConstant(periods)) return RivalVerdict::kPeriod;
  const bool written = SaysWrittenOrEnd(dates.name);
  const bool other = SaysWrittenOrEnd(periods.name);
  if (other && !written) return RivalVerdict::kDate;
  const std::vector<Lasts> d = ReadTimes(dates);
  const std::vector<Lasts> p = ReadTimes(periods);
  const bool known = !d.empty() && d.size() == p.size();
  // The end of a month lies in it; that of an hour is the next one.
  const bool ends = written && !SaysWritten(dates.name) && PartOfName(dates.name) != PartName::kNone;
  // Periods of a fiscal year are not those of the calendar that they are called by.
  const bool fiscal = IsFiscalName(periods.name);
  if ((!written || ends) && (!known || fiscal || Agree(d, p, ends))) return RivalVerdict::kDate;
  const Grid grid = known ? GridOf(d) : Grid();
  const Grid other_grid = known ? GridOf(p) : Grid();
  if (grid.known && other_grid.known && grid.regular != other_grid.regular)
    return grid.regular ? RivalVerdict::kDate : RivalVerdict::kPeriod;
  if (written != other) return RivalVerdict::kPeriod;
  return SaysPeriod(dates.name) || !SaysPeriod(periods.name) ? RivalVerdict::kDate : RivalVerdict::kUnsure;
}

bool LieOnOneGrid(const TimesOfRows& times) {
  constexpr double kMostGaps = 0.1;
  const Grid grid = GridOf(ReadTimes(times));
  return grid.known && grid.regular && grid.gaps <= kMostGaps;
}

double SecondsOfTime(std::string_view text) {
  const std::optional<Lasts> time = ReadTime(text, {});
  return time ? static_cast<double>(time->begin) : 0;
}

}  // namespace fitd
