#include "daemon/csv/time_columns.h"

#include <algorithm>
#include <set>

#include "common/ascii.h"
#include "common/series/time_words.h"
#include "common/series/time_zone.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/split_time.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/time_rivals.h"

namespace fitd {
namespace {

constexpr std::size_t kFewestDays = 4;  // YYYYMMDD in a column whose name says nothing of time
constexpr std::string_view kClocks[] = {"time", "clock", "time of day", "uhrzeit", "zeit", "heure"};

}  // namespace

bool TimeColumns::IsNamed(std::size_t column, std::span<const std::string_view> names) const {
  return IsCalled(layout_, column, names);
}

// True for a column of days, also of YYYYMMDD, without times of day but midnight.
bool TimeColumns::IsDatePart(std::size_t column) const {
  const ColumnFacts& facts = facts_[column];
  if (facts.is_date()) return facts.with_clock == facts.midnights;
  return facts.is_numeric_time() && facts.is_whole() && PlainTime(facts.example).size() == 8;
}

// Index of the column named as `date` but for one word: "Time Local" for "Date Local".
std::size_t TimeColumns::ClockCalledLike(std::size_t date) const {
  std::string name = LowerCase(layout_.names[date]);
  const std::size_t at = name.find("date");
  if (at == std::string::npos || name.size() == 4) return kNoColumn;
  name.replace(at, 4, "time");
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (!taken_[i] && facts_[i].is_clock() && LowerCase(layout_.names[i]) == name) return i;
  }
  return kNoColumn;
}

// Index of a column of hours or times of day for a column of days; numbers count only where days repeat.
std::size_t TimeColumns::FindClockFor(std::size_t date) const {
  if (!IsDatePart(date)) return kNoColumn;
  std::vector<bool> taken = taken_;
  taken[date] = true;
  std::size_t clock = ClockCalledLike(date);
  if (clock != kNoColumn) return clock;
  clock = FindNamed(layout_, kClocks, taken);
  if (clock != kNoColumn && facts_[clock].is_clock()) return clock;
  if (clock != kNoColumn && facts_[clock].is_whole() && facts_[clock].example.size() == 6) return clock;
  if (!Repeats(date)) return kNoColumn;
  const auto numbers = [&](std::size_t i, double least, double above, double most) {
    return i != kNoColumn && facts_[i].is_whole() && facts_[i].least >= least && facts_[i].most > above &&
           facts_[i].most <= most && !HoldsDurations(layout_, records_, from_, i);
  };
  clock = FindNamed(layout_, kCompactClockColumns, taken);
  if (numbers(clock, 0, 59, 235'959)) return clock;
  clock = FindNamed(layout_, kSlotColumns, taken);
  if (numbers(clock, 1, 25, 100)) return clock;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    const bool no_clock = taken[i] || HoldsDurations(layout_, records_, from_, i);
    const TimePart part = no_clock ? TimePart::kPlain : ClockPartOf(layout_.names[i], facts_[i]);
    const bool ages = part == TimePart::kHourRange && !IsPart(i, PartName::kHour);
    if ((part != TimePart::kPlain && !ages) || (!taken[i] && facts_[i].is_clock())) return i;
  }
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (!taken[i] && facts_[i].is_text() && IsHourEnding(facts_[i].example)) return i;
  }
  for (; (clock = FindNamed(layout_, kHourColumns, taken)) != kNoColumn; taken[clock] = true)  // H may hold letters
    if (numbers(clock, 0, 1, 24)) return clock;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (!taken[i] && numbers(i, 0, 1, 24) && IsPart(i, PartName::kHour)) return i;
  }
  const std::size_t behind = date + 1;
  if (layout_.header || behind >= layout_.columns || taken[behind] || !numbers(behind, 0, 1, 24)) return kNoColumn;
  return FindRunning(behind) != kNoColumn ? behind : kNoColumn;  // hours alone may be the numbers of 24 shops
}

// Index of the only column of times of day, if it is called so ("Time [UTC]") and most rows have the day of the row
// above. A column of sunrises fails both.
std::size_t TimeColumns::FindClockOfDays(std::size_t day) const {
  constexpr std::string_view kWords[] = {"time", "clock", "utc",  "zeit", "heure", "hora",
                                         "ora",  "tid",   "aika", "klo",  "godz"};
  std::size_t clock = kNoColumn;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (taken_[i] || !facts_[i].is_clock()) continue;
    if (clock != kNoColumn) return kNoColumn;
    clock = i;
  }
  const std::string name = clock == kNoColumn ? "" : LowerCase(layout_.names[clock]);
  const auto says = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  if (std::none_of(std::begin(kWords), std::end(kWords), says)) return kNoColumn;
  std::size_t same = 0;
  for (std::size_t r = from_ + 1; r < records_.size(); ++r) {
    const auto& above = records_[r - 1].fields;
    const auto& here = records_[r].fields;
    same += above.size() == layout_.columns && here.size() == layout_.columns && above[day] == here[day] ? 1 : 0;
  }
  return 2 * same > records_.size() - from_ ? clock : kNoColumn;
}

// AM and PM in a column of their own.
std::size_t TimeColumns::FindMeridiem() const {
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (taken_[i] || !facts_[i].is_text() || !IsMeridiem(facts_[i].example)) continue;
    const bool all =
        std::all_of(records_.begin() + static_cast<std::ptrdiff_t>(from_), records_.end(), [&](const auto& r) {
          return r.fields.size() != layout_.columns || r.fields[i].empty() || IsMeridiem(r.fields[i]);
        });
    if (all) return i;
  }
  return kNoColumn;
}

// A day that is the same in all rows, such as that of the last change, is not their time where another column has
// times that change.
void TimeColumns::LeaveConstantsOut(std::vector<std::size_t>& dates) const {
  constexpr std::size_t kDaysOfAFile = 2;  // in a file of one day only the last row ends on another one
  const auto changes = [this](std::size_t i) {
    const bool end_of_one_day = SaysWrittenOrEnd(layout_.names[i]) && CountDistinct(i) <= kDaysOfAFile;
    return (!facts_[i].constant && !end_of_one_day) || facts_[i].cells < 2;
  };
  bool any = std::any_of(dates.begin(), dates.end(), changes);
  for (const std::string_view name : kOtherTimeNames) {
    const std::size_t i = FindNamed(layout_, {&name, 1}, taken_);
    any = any || (i != kNoColumn && facts_[i].is_numeric_time() && changes(i));
  }
  if (any) std::erase_if(dates, [&](std::size_t i) { return !changes(i); });
}

// Index of a column of zones beside the times: names (EST, and EDT in summer) or offsets.
std::size_t TimeColumns::FindZone(const std::vector<std::size_t>& columns) const {
  static constexpr std::string_view kZones[] = {"timezone", "time_zone", "tz", "tz_cd", "zone", "tz_code", "tz_abbr"};
  const bool has_clock = columns.size() > 1 || facts_[columns[0]].with_clock > 0;
  if (!has_clock) return kNoColumn;
  const auto all_names = [&](std::size_t column) {
    return facts_[column].is_text() && AllCells(column, [](std::string_view cell) {
             cell = TrimBlanks(cell);
             std::int32_t minutes = 0;
             return TakeZoneName(cell, &minutes) && cell.empty();
           });
  };
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    const bool free = !taken_[i] && std::find(columns.begin(), columns.end(), i) == columns.end();
    const bool named = free && (IsNamed(i, kZones) || PartOfName(layout_.names[i]) == PartName::kZone);
    if (named && (HasOffsets(i) || all_names(i))) return i;
  }
  return kNoColumn;
}

// True when every one of several time columns stands before numbers and they differ: tables were put beside each other.
bool TimeColumns::HaveOwnValues(const std::vector<std::size_t>& dates) const {
  const auto before_number = [&](std::size_t i) {
    return i + 1 < layout_.columns && facts_[i + 1].is_number() && !facts_[i + 1].is_date();
  };
  if (dates.size() < 2 || !std::all_of(dates.begin(), dates.end(), before_number)) return false;
  return std::any_of(records_.begin() + static_cast<std::ptrdiff_t>(from_), records_.end(), [&](const auto& r) {
    return r.fields.size() == layout_.columns && r.fields[dates[0]] != r.fields[dates[1]];
  });
}

std::size_t TimeColumns::FindOne(std::string* problem) const {
  std::vector<std::size_t> dates;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (!taken_[i] && facts_[i].is_date()) dates.push_back(i);
  }
  LeaveConstantsOut(dates);
  const auto agrees = [&](std::size_t i) { return facts_[i].is_date() || facts_[i].is_numeric_time(); };
  if (const std::size_t i = FindNamed(layout_, kTimeNames, taken_); i != kNoColumn) {
    // Tables stand beside each other.
    const auto same = [&](std::size_t other) { return IsTimeBeside(layout_, i, other); };
    if (std::all_of(dates.begin(), dates.end(), same) && HaveOwnValues(dates))
      return *problem = SayPair(dates), kNoColumn;
    // The named column may be a time of day, the day of an export or no time at all, where another one has dates.
    std::vector<bool> taken = taken_;
    taken[i] = true;
    const std::size_t other = FindNamed(layout_, kTimeNames, taken);
    const bool other_agrees = other != kNoColumn && agrees(other);
    if (dates.size() == 2 && agrees(i)) {
      const std::size_t day = dates[dates[0] == i ? 1 : 0];
      if (IsWrittenAfter(records_, from_, layout_.columns, i, day)) return *problem = SayAllTimes({day, i}), kNoColumn;
    }
    if (agrees(i) && !(other_agrees && facts_[i].one_day && !facts_[other].one_day)) return i;
    return other_agrees ? other : dates.empty() ? i : dates[0];
  }
  LeaveEndsOut(layout_, dates);
  for (const std::string_view name : kOtherTimeNames) {
    const std::size_t i = FindNamed(layout_, {&name, 1}, taken_);
    const bool dated = std::find(dates.begin(), dates.end(), i) != dates.end();
    if (dated || (i != kNoColumn && dates.empty() && facts_[i].is_numeric_time())) return i;
  }
  LeaveWrittenOut(layout_, dates);
  if (dates.size() == 1) return dates[0];
  if (HaveOwnValues(dates)) return *problem = SayPair(dates), kNoColumn;
  if (dates.size() > 1) return *problem = SayAllTimes(dates), kNoColumn;
  // Bare numbers are times where their column says so, or has no name and stands first.
  std::size_t written = kNoColumn;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (IsSerial(i)) return i;
    if (taken_[i] || !facts_[i].is_numeric_time()) continue;
    const std::string name = LowerCase(layout_.names[i]);
    constexpr std::string_view kWords[] = {"time",  "date",  "year", "month",  "week", "datum",
                                           "clock", "epoch", "unix", "period", "fecha"};
    const bool says = name == "tid" || PartOfName(name) != PartName::kNone ||
                      std::any_of(std::begin(kWords), std::end(kWords),
                                  [&](std::string_view word) { return name.find(word) != std::string::npos; });
    if (!says && !SaysWeek(name) && !(i == 0 && name.empty())) continue;
    if (!SaysWritten(layout_.names[i])) return i;
    written = i;
  }
  if (written != kNoColumn) return written;
  for (std::size_t i = 0; i < layout_.columns; ++i) {  // 2022/01 to 2022/52
    if (!taken_[i] && SaysWeek(layout_.names[i]) && AllCells(i, IsYearAndWeek)) return i;
  }
  // YYYYMMDD in all rows of one column can hardly be anything else.
  std::vector<std::size_t> days;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    const ColumnFacts& facts = facts_[i];
    if (!taken_[i] && !facts.is_date() && IsDatePart(i) && facts.cells >= kFewestDays) days.push_back(i);
  }
  return days.size() == 1 ? days[0] : kNoColumn;
}

// A day as spreadsheets count them, of a column that is called one.
bool TimeColumns::IsSerial(std::size_t column) const {
  constexpr double kYear1968 = 25'000, kYear2064 = 60'000;
  const ColumnFacts& facts = facts_[column];
  const bool named =
      SaysDay(layout_.names[column]) ||
      (facts.is_whole() && (IsNamed(column, kOtherTimeNames) || PartOfName(layout_.names[column]) != PartName::kNone));
  return !taken_[column] && facts.is_number() && facts.cells > 1 && !facts.constant && facts.least >= kYear1968 &&
         facts.most < kYear2064 && named && !SaysWritten(layout_.names[column]);
}

std::string TimeColumns::SayAllTimes(const std::vector<std::size_t>& dates) const {
  return ListNames(layout_, dates) + " are all times; say which is meant with --time-column " +
         ShellWord(layout_.OptionFor({dates[0]}));
}

std::string TimeColumns::SayPair(const std::vector<std::size_t>& dates) const {
  return "columns " + ListNames(layout_, dates) +
         " are times of their own for the values behind each of them, or all values are of one of them: say which with "
         "--time-column " +
         ShellWord(layout_.OptionFor({dates[0]})) +
         "; where they are pairs, write each into a file of its own, or read one with --time-column " +
         ShellWord("#" + std::to_string(dates[0] + 1)) + " --value-column " +
         ShellWord("#" + std::to_string(dates[0] + 2));
}

// The periods that rows are of, in digits or in several columns, where no column of dates beside them is their time.
std::vector<std::size_t> TimeColumns::FindPeriods(const RoleDraft& draft, std::string* problem) const {
  std::vector<std::size_t> dates;
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t i = 0; i < layout_.columns && layout_.header; ++i) {
    if (taken_[i]) continue;
    if (facts_[i].is_date()) dates.push_back(i);
    const bool named = SaysPeriod(layout_.names[i]) || SaysDay(layout_.names[i]) || IsNamed(i, kOtherTimeNames) ||
                       IsNamed(i, kTimeNames);
    const bool digits = (facts_[i].is_numeric_time() && !facts_[i].is_date()) || IsSerial(i);
    if (named && digits && !SaysWrittenOrEnd(layout_.names[i])) all.push_back({i});
  }
  if (dates.empty()) return {};
  if (std::vector<std::size_t> split = FindSplit(); split.size() > 1) all.insert(all.begin(), std::move(split));
  for (const std::vector<std::size_t>& periods : all) {
    const bool own = std::find_first_of(periods.begin(), periods.end(), dates.begin(), dates.end()) == periods.end();
    if (!own || !draft.TellRowsApart(periods)) continue;
    for (const std::size_t date : dates) {
      const RivalVerdict verdict = draft.TimeOfRivals(date, periods, PartsOf(periods));
      if (verdict == RivalVerdict::kPeriod) continue;
      const bool unsure =
          verdict == RivalVerdict::kUnsure && !IsNamed(date, kTimeNames) && !IsNamed(date, kOtherTimeNames);
      if (unsure) {
        *problem = layout_.NameOf(date) + " and " + ListNames(layout_, periods) +
                   " are times that do not agree; say which the rows are of: --time-column " +
                   ShellWord(layout_.OptionFor({date})) + " or --time-column " + ShellWord(layout_.OptionFor(periods));
      }
      return {};
    }
    return periods;
  }
  return {};
}

Result<std::vector<std::size_t>> TimeColumns::Find(const RoleDraft& draft) const {
  std::string problem = DaysInDigits(draft);
  if (!problem.empty()) return draft.Fail(problem);
  const std::vector<std::size_t> periods = FindPeriods(draft, &problem);
  if (!problem.empty()) return draft.Fail(problem);
  if (periods.size() > 1) return periods;
  const std::size_t one = periods.empty() ? FindOne(&problem) : periods[0];
  const bool dated = one != kNoColumn && facts_[one].is_date();
  const bool day = one != kNoColumn && IsDatePart(one);  // a year beside it adds nothing
  if ((periods.empty() && !dated && !day) || (one != kNoColumn && one == FindFiscalYear())) {
    std::vector<std::size_t> split = FindSplit();
    if (!split.empty()) return split;
  }
  if (one != kNoColumn) {
    std::vector<std::size_t> columns = {one};
    const std::size_t clock = FindClockFor(one);
    if (clock != kNoColumn) columns.push_back(clock);
    if (clock != kNoColumn) AddFiner(columns);
    if (const std::size_t half = clock != kNoColumn ? FindMeridiem() : kNoColumn; half != kNoColumn) {
      columns.push_back(half);
    }
    if (const std::size_t zone = FindZone(columns); zone != kNoColumn) columns.push_back(zone);
    return columns;
  }
  if (problem.empty() && !draft.options.start.empty()) return std::vector<std::size_t>();
  if (problem.empty()) {
    problem = "no time column (looked for";
    for (const std::string_view name : kTimeNames) problem += " " + std::string(name);
    problem += " and for a column of times); the columns are " + ListNames(layout_) + RemedyWithoutTimes(draft);
  }
  return draft.Fail(problem);
}

// Message for cells such as 2021-1 in a column that is called a quarter; empty: none.
std::string TimeColumns::QuartersAsMonths() const {
  constexpr std::string_view kMarks = "-/.";
  const std::size_t column = layout_.times[0];
  if (PartOfName(layout_.names[column]) != PartName::kQuarter && !IsNamed(column, kQuarterColumns)) return "";
  std::string format;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    if (records_[r].fields.size() != layout_.columns) continue;
    const std::string_view cell = TrimBlanks(records_[r].fields[column]);
    if (cell.size() != 6) return "";
    const bool year_first = kMarks.find(cell[4]) != std::string_view::npos || BareNumber(cell, 6) > 0;
    const int quarter = year_first ? BareNumber(cell.substr(5), 1) : BareNumber(cell.substr(0, 1), 1);
    const bool joined = year_first ? cell[4] == '0' || cell[4] < '0' : kMarks.find(cell[1]) != std::string_view::npos;
    if (quarter < 1 || quarter > 4 || !joined || BareNumber(cell.substr(year_first ? 0 : 2, 4), 4) < 0) return "";
    format = year_first ? std::string("%Y") + cell[4] + "%q" : std::string("%q") + cell[1] + "%Y";
  }
  if (format.empty()) return "";
  return layout_.NameOf(column) +
         " holds no month above the fourth, as quarters would be: write 2021-Q1, or say what they are with "
         "--time-column " +
         ShellWord(layout_.OptionFor(layout_.times)) + " --time-format '" + format + "' (quarters)";
}

}  // namespace fitd
