// What the bare numbers of a column mean.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/series/time_words.h"
#include "daemon/times/number_times.h"
#include "daemon/times/order_faults.h"
#include "daemon/times/time_guess.h"
#include "daemon/times/time_shape.h"

namespace fitd {
namespace {

// Dates of another calendar: cells of `size` digits that end with a month, or (`day`) a month and a day.
struct CalendarDigits {
  std::size_t size;
  bool day;
  int first, last;  // years
  const char* calendar;
  int ahead;     // years ahead of ours; 0: not known
  bool certain;  // whatever the column is called
};

constexpr CalendarDigits kOtherCalendars[] = {
    {8, true, 2400, 2699, "the Buddhist calendar", 543, true},
    {8, true, 1300, 1499, "the Persian or the Islamic calendar", 0, true},
    {7, true, 80, 199, "the calendar of Taiwan", -1911, true},
    {5, false, 80, 199, "the calendar of Taiwan", -1911, false},
    {4, false, 0, 99, "a year of two digits", -2000, false},
};

bool SaysMonthOrDate(std::string_view column) {
  const std::string name = LowerCase(column);
  static constexpr std::string_view kWords[] = {"date", "month", "yymm", "datum", "monat", "mes", "fecha", "period"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

bool SaysDate(std::string_view column) {
  return SaysMonthOrDate(column) || LowerCase(column) == "ds";
}

bool SaysTime(std::string_view column) {
  const std::string name = LowerCase(column);
  static constexpr std::string_view kWords[] = {"time", "date", "stamp", "datum", "fecha", "zeit", "day"};
  return name == "ds" || name == "ts" || std::any_of(std::begin(kWords), std::end(kWords), [&](std::string_view word) {
           return name.find(word) != std::string::npos;
         });
}

bool SaysSeconds(std::string_view column) {
  const std::string name = LowerCase(column);
  return name.find("sec") != std::string::npos || name.find("elapsed") != std::string::npos ||
         name.find("sek") != std::string::npos;
}

// A unit in which small numbers are times from 1990 to 2035: numbers that would be seconds of 1970 to 1973, or that
// count up by one. A logger that counts its own seconds begins below `from`.
struct UnitsSince {
  const char* format;
  const char* who;
  double from, to;
  std::int64_t longest_step;
};

constexpr UnitsSince kUnitsSince[] = {
    {"days since 1970-01-01", "R, Parquet", 10'957, 23'741, 366},  // from 2000 on
    {"days since 1960-01-01", "SAS, Stata", 14'610, 27'394, 366},
    {"hours since 1970-01-01", "hours of Unix", 175'320, 569'760, 744},
    {"hours since 1900-01-01", "ERA5, netCDF", 788'928, 1'183'416, 744},
    {"hours since 1800-01-01", "netCDF", 1'665'528, 2'060'016, 744},
    {"minutes since 1970-01-01", "minutes of Unix", 10'519'200, 34'185'600, 44'640},
    {"datenum", "MATLAB", 726'834, 743'268, 366},
    {"julian-day", "Julian days", 2'447'893, 2'464'328, 366},
};

bool AreDatesOf(const CalendarDigits& digits, std::span<const std::string> cells) {
  for (const std::string& cell : cells) {
    if (cell.size() != digits.size || !AllDigits(cell)) return false;
    int number = std::atoi(cell.c_str());
    const int day = digits.day ? number % 100 : 1;
    if (digits.day) number /= 100;
    const int month = number % 100;
    const int year = number / 100;
    if (day < 1 || day > 31 || month < 1 || month > 12 || year < digits.first || year > digits.last) return false;
  }
  return true;
}

// A month after December begins the next year: 2412, 2501.
bool HasNewYear(std::span<const std::string> cells) {
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (cells[i - 1].ends_with("12") && cells[i].ends_with("01") &&
        std::atoi(cells[i].c_str()) - std::atoi(cells[i - 1].c_str()) == 89)
      return true;
  }
  return false;
}

// A week after the 52nd or 53rd begins the next year: 2252, 2301. All are of two digits for the year and two for the
// week.
bool AreWeeks(std::span<const std::string> cells) {
  constexpr std::size_t kSize = 4;
  constexpr int kWeeks = 53;
  bool turns = false;
  int before = 0;
  for (const std::string& cell : cells) {
    if (cell.size() != kSize || !AllDigits(cell)) return false;
    const int number = std::atoi(cell.c_str());
    const int week = number % 100;
    if (week < 1 || week > kWeeks) return false;
    turns = turns || (week == 1 && before % 100 >= kWeeks - 1 && number / 100 == before / 100 + 1);
    before = number;
  }
  return turns;
}

// Message for numbers that are probably dates and no count; empty: they may be a count.
std::string OtherDates(std::span<const std::string> cells, std::string_view column, bool years) {
  if (AreWeeks(cells)) {
    return "'" + cells.front() +
           "' may be a week of a year of two digits: say --time-format %y%V, or --time-format count where it is a "
           "count";
  }
  for (const CalendarDigits& digits : kOtherCalendars) {
    if (!AreDatesOf(digits, cells)) continue;
    const bool certain = digits.certain || HasNewYear(cells) || (!years && SaysMonthOrDate(column));
    if (!certain) continue;
    const std::string& cell = cells.front();
    const std::size_t month = digits.size - (digits.day ? 4 : 2);
    std::string ours;
    if (digits.ahead != 0) {
      ours = std::to_string(std::atoi(cell.substr(0, month).c_str()) - digits.ahead) + "-" + cell.substr(month, 2);
      if (digits.day) ours += "-" + cell.substr(month + 2);
    }
    std::string text = "'" + cell + "' may be a " + (digits.day ? "day" : "month") + " of " + digits.calendar;
    if (!ours.empty()) text += " (" + ours + ")";
    text += digits.size == 4 ? ": say --time-format %y%m" : ": write " + (ours.empty() ? "dates as 2024-01-31" : ours);
    return text + ", or --time-format count where it is a count";
  }
  return {};
}

// ISO 8601: the last week is the one of 28 December, and a year from Thursday or to Thursday has 53.
int WeeksOfYear(int number) {
  using namespace std::chrono;
  const auto is_thursday = [number](month m, unsigned d) {
    return weekday(sys_days(year(number) / m / day(d))) == Thursday;
  };
  return is_thursday(January, 1) || is_thursday(December, 31) ? 53 : 52;
}

// Message for years and weeks (202453) some of which ISO 8601 does not have, as spreadsheets and databases number weeks
// from January 1 on; empty: none.
std::string OtherWeeks(std::span<const std::string> cells) {
  constexpr std::size_t kFewestWeeks = 14;
  bool beyond_months = false;
  const std::string* odd = nullptr;
  for (const std::string& cell : cells) {
    if (cell.size() != 6 || !AllDigits(cell)) return {};
    const int year = std::atoi(cell.c_str()) / 100;
    const int week = std::atoi(cell.c_str()) % 100;
    if (year < 1950 || year > 2100 || week > 54) return {};
    beyond_months = beyond_months || week > 12;
    const bool is_one = week >= 1 && week <= WeeksOfYear(year);
    if (!is_one && odd == nullptr) odd = &cell;
  }
  if (!beyond_months || odd == nullptr || cells.size() < kFewestWeeks) return {};
  return "'" + *odd + "' and the times beside it are years and weeks, but " + odd->substr(0, 4) + " has no week " +
         odd->substr(4) +
         " by ISO 8601; write the first day of each week instead, or say --time-format count where "
         "they are counts";
}

// True for a time of day in digits: 0, 15, 30, 45, 100, ..., 2345. Elapsed seconds would have 60 to 99 too.
bool AreClocks(std::span<const std::string> cells) {
  constexpr std::size_t kFewestClocks = 8;
  int step = 0;
  int before = -1;
  bool hours = false;
  bool minutes = false;
  for (const std::string& cell : cells) {
    if (cell.size() > 4 || !AllDigits(cell)) return false;
    const int number = std::atoi(cell.c_str());
    if (number > 2400 || number % 100 > 59) return false;
    const int now = number / 100 * 60 + number % 100;
    if (before >= 0 && step == 0) step = now - before;
    if (before >= 0 && now - before != step && now > before) return false;
    hours = hours || number >= 100;
    minutes = minutes || number % 100 != 0;
    before = now;
  }
  return step > 0 && hours && minutes && cells.size() >= kFewestClocks;
}

// A --time-format and who counts so.
using Meaning = std::pair<const char*, const char*>;

// The --time-format of each meaning that the numbers may have, and who counts so; empty: there is no doubt.
std::vector<Meaning> ReadingsSince(const NumberTimes& numbers, NumericTime kind, std::string_view column) {
  const bool count = kind == NumericTime::kCount;
  if ((!count && kind != NumericTime::kSeconds) || numbers.count < NumberTimes::kFewest || SaysSeconds(column))
    return {};
  std::pair<std::int64_t, std::uint64_t> usual;
  bool steady = !numbers.any_fraction;  // never up by more than one; down to the next target
  for (const auto& step : numbers.steps) {
    if (step.first > 0 && step.second > usual.second) usual = step;
    steady = steady && step.first <= 1;
  }
  if (count && steady && !SaysTime(column)) return {};
  std::vector<Meaning> readings;
  for (const UnitsSince& units : kUnitsSince) {
    if (numbers.least < units.from || numbers.largest >= units.to || usual.first > units.longest_step) continue;
    readings.emplace_back(units.format, units.who);
  }
  if (!readings.empty()) readings.emplace_back(count ? "count" : "epoch-s", count ? "a count" : "Unix");
  return readings;
}

// As ReadingsSince, for numbers that are seconds, milliseconds or days since some time of a usual epoch.
std::vector<Meaning> ReadingsOf(const NumberTimes& numbers, NumericTime kind, const std::string& column) {
  if (numbers.AreLate() && kind == NumericTime::kMillis) {
    return {{"milliseconds since 1960-01-01", "Stata"}, {"epoch-ms", "Unix"}};
  }
  if (numbers.AreLate()) {
    return {{"seconds since 1900-01-01", "NTP"},
            {"seconds since 1904-01-01", "LabVIEW, HFS"},
            {"seconds since 1960-01-01", "SAS"},
            {"epoch-s", "Unix"}};
  }
  const std::string_view epoch = EpochOfName(column);
  if (numbers.AreEarly() && epoch.empty()) return {{"seconds since 2001-01-01", "Apple"}, {"epoch-s", "Unix"}};
  std::vector<Meaning> since = ReadingsSince(numbers, kind, column);
  if (!since.empty()) return since;
  if (numbers.AreLateDays()) return {{"days since 1858-11-17", "modified Julian days"}, {"excel", "spreadsheets"}};
  if (numbers.AreEarlyDays()) {
    return {
        {"days since 1970-01-01", "R, Parquet"}, {"days since 1960-01-01", "SAS, Stata"}, {"excel", "spreadsheets"}};
  }
  if (kind != NumericTime::kSeconds || numbers.largest < 1e8) return {};
  if (epoch == "2001-01-01") return {{"seconds since 2001-01-01", "Apple"}, {"epoch-s", "Unix"}};
  if (epoch == "1980-01-06") return {{"seconds since 1980-01-06", "GPS, leap seconds left in"}, {"epoch-s", "Unix"}};
  return {};
}

}  // namespace

// Units since another time than 1970, with as many decimals as the first cell has.
TimeRule TimeGuess::CountRule(const std::string& format) const {
  TimeRule rule;
  rule.zone = zone_;
  rule.numeric = NumericTime::kSince;
  const std::string_view cell = cells_.empty() ? std::string_view() : TrimBlanks(cells_[0]);
  const std::size_t dot = cell.find('.');
  const bool decimals =
      dot != std::string_view::npos && cell.size() - dot - 1 <= 12 && format.find('/') == std::string::npos;
  rule.form = {TimeFormat::kSince, decimals ? format + "/" + std::to_string(cell.size() - dot - 1) : format, ""};
  return rule;
}

Status TimeGuess::UncertainSeconds(const std::string& path,
                                   std::span<const std::pair<const char*, const char*>> readings) const {
  const std::string& cell = cells_.front();
  std::string message = path + ": '" + cell + "' may be ";
  for (const auto& [format, who] : readings) {
    if (format == std::string_view("count")) {
      message += "a count (--time-format count), ";
      continue;
    }
    TimeGuess guess(format, nullptr);
    guess.Add(cell);
    const Result<TimeRule> rule = guess.Finish(path);
    TimeNs time = 0;
    TimeFormat form = TimeFormat::kDate;
    if (!rule.ok() || TimeParser(*rule).Parse(cell, &time, &form) != TimeError::kNone) continue;
    message += FormatTime(time, TimeFormat::kDateTimeZ) + " (" + who + ": --time-format '" + format + "'), ";
  }
  return {StatusCode::kInvalidInput, message + "so that nothing is guessed; say which with --time-format"};
}

Result<TimeRule> TimeGuess::NumberRule(const std::string& path, const NumberTimes& numbers, TimeRule rule) const {
  rule.one_unit = true;
  if (const std::string units = numbers.SayTwoUnits(); !units.empty())
    return Status(StatusCode::kInvalidInput, path + ": " + units);
  if (rule.numeric == NumericTime::kCompactMonth && SaysWeek(name_)) {  // the first twelve of a year
    rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile("%G%V"));
    rule.form = {TimeFormat::kPattern, "%G%V", ""};
    return rule;
  }
  if (const std::string parts = numbers.YearAndPart(SaysWeek(name_)); !parts.empty()) {
    rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile(parts));
    rule.form = {TimeFormat::kPattern, parts, ""};
    return rule;
  }
  if (const std::int64_t seconds = numbers.RoundedTo(); seconds > 0) {
    return Status(StatusCode::kInvalidInput,
                  path + ": '" + cells_.front() + "' and the times beside it were rounded to " +
                      std::to_string(seconds) +
                      " seconds by a spreadsheet or a program: write them with all of their digits, or say "
                      "--time-format " +
                      (rule.numeric == NumericTime::kMillis ? "epoch-ms" : "epoch-s") + " where they are exact");
  }
  const bool count = rule.numeric == NumericTime::kCount || rule.numeric == NumericTime::kSeconds;
  const bool years = rule.numeric == NumericTime::kYear;
  if (const std::string dates = count || years ? OtherDates(cells_, name_, years) : ""; !dates.empty()) {
    return Status(StatusCode::kInvalidInput, path + ": " + dates);
  }
  if (const std::string weeks = count ? OtherWeeks(cells_) : ""; !weeks.empty()) {
    return Status(StatusCode::kInvalidInput, path + ": " + weeks);
  }
  if (const std::string terms = years ? TermsOfYears(cells_, name_) : ""; !terms.empty()) {
    return Status(StatusCode::kInvalidInput, path + ": " + terms);
  }
  if (count && AreClocks(cells_)) {
    return Status(
        StatusCode::kInvalidInput,
        path + ": '" + cells_.back() +
            "' and the times before it are hours and minutes of a day that is not "
            "written; put the day into a column beside them, or say --time-format epoch-s where they are seconds");
  }
  const bool small = numbers.any_fraction && rule.numeric == NumericTime::kSeconds;
  if (const std::string_view form = small ? PairsOfDigits(cells_, SaysDate(name_)) : ""; !form.empty()) {
    const bool no_date = form == "%H.%M" || form == "%d.%m";
    return Status(StatusCode::kInvalidInput,
                  path + ": '" + cells_.front() + "' and the times beside it may be " +
                      (form == "%H.%M"   ? "hours and minutes of a day that is not written: put the day"
                       : form == "%d.%m" ? "days of a year that is not written: put the year"
                                         : "months of years of two digits: say --time-format " + std::string(form)) +
                      (no_date ? " into a column beside them" : "") +
                      ", or say --time-format epoch-s where they are seconds");
  }
  if (const std::string_view since = numbers.LongCount(); !since.empty()) return CountRule(std::string(since));
  if (const std::vector<Meaning> readings = ReadingsOf(numbers, rule.numeric, name_); !readings.empty()) {
    return UncertainSeconds(path, readings);
  }
  rule.form = numbers.count > 0 && cells_.front().size() == 14 && numbers.compact[4]
                  ? TimeForm{TimeFormat::kPattern, "%Y%m%d%H%M%S", ""}
                  : FormOf(rule.numeric, numbers.decimals, numbers.fewest_decimals);
  return rule;
}

}  // namespace fitd
