#include "daemon/times/order_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

// True for a column that is called after the terms of universities and schools: term, STRM, Term Code, semester.
bool SaysTerm(std::string_view column) {
  std::string words = " ";
  for (const char c : LowerCase(column)) words += c >= 'a' && c <= 'z' ? c : ' ';
  words += ' ';
  static constexpr std::string_view kTerms[] = {" term ",     " terms ",        " strm ",      " termcode ",
                                                " semester ", " semesters ",    " trimester ", " semestre ",
                                                " acadterm ", " academicterm ", " termid "};
  return std::any_of(std::begin(kTerms), std::end(kTerms),
                     [&](std::string_view term) { return words.find(term) != std::string::npos; });
}

struct ReadTime {
  TimeNs time;
  const std::string* cell;
};

std::vector<ReadTime> ReadTimes(TimeRule rule, std::span<const std::string> cells) {
  rule.zone = nullptr;  // the order is that of the clock, not of UTC
  TimeParser parser(rule);
  std::vector<ReadTime> times;
  for (const std::string& cell : cells) {
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    if (parser.Parse(cell, &time, &format) != TimeError::kNone) continue;
    if (IsNumber(format)) return {};
    times.push_back({time, &cell});
  }
  return times;
}

TimeNs WithDayForMonth(TimeNs time) {
  using std::chrono::day;
  using std::chrono::days;
  using std::chrono::month;
  using std::chrono::sys_days;
  const std::chrono::year_month_day date{sys_days{days{DayOf(time)}}};
  if (unsigned{date.day()} > 12) return time;
  const std::chrono::year_month_day other{date.year(), month{unsigned{date.day()}}, day{unsigned{date.month()}}};
  return sys_days{other}.time_since_epoch().count() * kNsPerDay + FloorModulo(time, kNsPerDay);
}

// Number of times that are before the one above, other than the first time again, with which the next target begins.
std::size_t StepsBack(std::span<const ReadTime> times, TimeNs (*as)(TimeNs), const std::string** first_back) {
  std::size_t back = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (as(times[i].time) >= as(times[i - 1].time) || times[i].time == times[0].time) continue;
    if (back++ == 0 && first_back != nullptr) *first_back = times[i].cell;
  }
  return back;
}

Status CheckSwapped(std::span<const ReadTime> times, const std::string& path) {
  constexpr std::size_t kFewest = 2;
  const std::string* cell = nullptr;
  const std::size_t back = StepsBack(
      times, [](TimeNs t) { return t; }, &cell);
  if (back < kFewest || StepsBack(times, WithDayForMonth, nullptr) > 0) return OkStatus();
  return {
      StatusCode::kInvalidInput,
      path + ": " + "'" + *cell + "'" +
          " and others are out of order, and none is if day and month change places wherever both are 12 or less, "
          "as spreadsheets leave dates that they have read the other way round; write all dates in one way, or sort "
          "the rows where they are right"};
}

// Every day must show the fault, except the last one, which may be cut off.
Status CheckMidnights(std::span<const ReadTime> times, const std::string& path) {
  constexpr std::size_t kFewest = 2;
  std::size_t ends = 0;
  const std::string* cell = nullptr;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (FloorModulo(times[i].time, kNsPerDay) != 0) continue;
    const bool behind = i > 0 && DayOf(times[i - 1].time) == DayOf(times[i].time) && times[i - 1].time > times[i].time;
    const bool next = i + 1 == times.size() || times[i + 1].time == times[0].time ||
                      DayOf(times[i + 1].time) == DayOf(times[i].time) + 1;
    if (!behind || !next) return OkStatus();
    if (ends++ == 0) cell = times[i].cell;
  }
  if (ends < kFewest) return OkStatus();
  return {StatusCode::kInvalidInput,
          path + ": " + "'" + *cell + "'" +
              " comes last in its day, like every 00:00 here, and would be read as its first time; write 24:00 or the "
              "next day there, or sort the rows where 00:00 is the first"};
}

}  // namespace

Status CheckOrder(const TimeRule& rule, std::span<const std::string> cells, const std::string& path) {
  const std::vector<ReadTime> times = ReadTimes(rule, cells);
  FITD_RETURN_IF_ERROR(CheckSwapped(times, path));
  return CheckMidnights(times, path);
}

std::string TermsOfYears(std::span<const std::string> cells, std::string_view column) {
  constexpr std::size_t kMostTerms = 6;       // of a year, where the column is called so
  constexpr std::size_t kMostRoundTerms = 5;  // where it is not, but all are tens
  constexpr std::size_t kMostDigits = 4;      // of a year that is a decade of the years read
  constexpr std::size_t kFewestYears = 3;
  const bool weeks = !cells.empty() && cells.front().size() == 6;
  const std::size_t tail = weeks ? 2 : 1;
  std::map<int, std::set<int>> terms;  // by year
  std::set<int> all;
  bool round = weeks;
  for (const std::string& cell : cells) {
    if (cell.size() != (weeks ? 6U : 4U) || !AllDigits(cell)) return {};
    const int term = std::atoi(cell.c_str() + cell.size() - tail);
    terms[std::atoi(cell.substr(0, cell.size() - tail).c_str())].insert(term);
    all.insert(term);
    round = round && term % 10 == 0;
  }
  const bool called = SaysTerm(column);
  if (terms.size() < kFewestYears || all.size() > (called ? kMostTerms : kMostRoundTerms)) return {};
  if (!called && (!round || all.size() < 2)) return {};
  // PeopleSoft's 2232, 2235 and 2238 are of 2023.
  if (!weeks && (all.size() < 2 || all.size() > kMostDigits)) return {};
  // Every year but the first and the last has the same ones.
  for (auto year = std::next(terms.begin()); year != std::prev(terms.end()); ++year) {
    if (year->second.size() != all.size()) return {};
  }
  const char* const what = weeks ? "weeks" : "years";
  return fmt::format(
      "'{}' and the times beside it may be codes of {} terms of each year, and no {}: write the first day of each "
      "term, "
      "or leave the column out with --ignore and say --start and --frequency where terms are evenly apart; where they "
      "are {}, say --time-format {}",
      cells.front(), all.size(), what, what, weeks ? "%G%V" : "%Y");
}

}  // namespace fitd
