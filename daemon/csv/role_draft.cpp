#include "daemon/csv/role_draft.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "common/ascii.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/split_time.h"
#include "daemon/periods/numbered_times.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr double kLeastTimeNumber = 1600;  // a year, and what begins with one

}  // namespace

RoleDraft::RoleDraft(const std::vector<Records::Record>& head, std::size_t first, bool whole, const CsvOptions& said,
                     const std::string& file, CsvLayout& out)
    : records(head),
      from(first),
      complete(whole),
      options(said),
      path(file),
      layout(out),
      facts(StudyColumns(head, first, out.columns)),
      taken(out.columns, false),
      by_number(out.columns, false) {}

void RoleDraft::LeaveOut(std::size_t column, std::string why) {
  Take(column);
  layout.unused.emplace_back(column, std::move(why));
}

std::vector<std::size_t> RoleDraft::Numbers() const {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (!taken[i] && facts[i].is_number()) numbers.push_back(i);
  }
  return numbers;
}

std::string RoleDraft::TimeOf(const Records::Record& record) const {
  std::string text;
  for (const std::size_t column : layout.times) (text += record.fields[column]) += ' ';
  return text;
}

bool RoleDraft::TimesRepeat() const {
  constexpr std::size_t kRowsToOne = 20;
  std::set<std::string> seen;
  std::set<std::string> hours;  // in which times repeat
  std::size_t rows = 0;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (layout.times.empty() || records[r].fields.size() != layout.columns) continue;
    ++rows;
    std::string time = TimeOf(records[r]);
    if (seen.contains(time)) {
      hours.insert(time.substr(0, time.find(':')));
    } else {
      seen.insert(std::move(time));
    }
  }
  // A clock shows one hour twice when it goes back.
  const std::size_t repeated = rows - seen.size();
  const bool one_hour = hours.size() == 1 && hours.begin()->size() > 2 && kRowsToOne * repeated <= rows;
  return repeated > 0 && !one_hour;
}

std::size_t RoleDraft::RowsOfDistinct(std::size_t column) const {
  std::set<std::string_view> seen;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    if (!seen.insert(records[r].fields[column]).second) return 0;
  }
  return seen.size();
}

bool RoleDraft::HasWordOfRow(const std::vector<std::size_t>& besides) const {
  constexpr std::size_t kFewest = 6;
  if (besides.size() < kFewest) return false;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const bool free = !taken[i] && !std::binary_search(besides.begin(), besides.end(), i);
    if (free && facts[i].is_text() && !facts[i].is_date() && RowsOfDistinct(i) > 0) return true;
  }
  return false;
}

bool RoleDraft::NumbersRows(std::size_t column) const {
  constexpr std::size_t kFewest = 10;  // to see an order of what has gaps
  if (facts[column].cells < 2) return false;
  if (facts[column].counts) return true;
  if (!facts[column].is_whole() || facts[column].numbers != facts[column].rows) return false;
  std::set<double> numbers;
  std::size_t rows = 0;
  bool ascend = true;
  bool descend = true;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    double number = 0;
    if (ParseNumber(records[r].fields[column], &number) != NumberKind::kValue) return false;
    ascend = ascend && (numbers.empty() || number > *numbers.rbegin());
    descend = descend && (numbers.empty() || number < *numbers.begin());
    numbers.insert(number);
    ++rows;
  }
  const bool gapless = numbers.size() == rows && *numbers.rbegin() - *numbers.begin() + 1 == static_cast<double>(rows);
  return gapless || (column == 0 && (ascend || descend) && rows >= kFewest);
}

std::vector<bool> RoleDraft::TextOf(const std::vector<std::size_t>& columns) const {
  std::vector<bool> text;
  text.reserve(columns.size());
  for (const std::size_t column : columns) text.push_back(!facts[column].is_number());
  return text;
}

bool RoleDraft::IsRowId(std::size_t column) const {
  constexpr std::size_t kFewestRows = 8;
  const std::string name = LowerCase(layout.names[column]);
  const bool id = name == "id" || name.ends_with("_id") || name.ends_with(" id") ||
                  (name.ends_with("id") && layout.names[column].ends_with("Id"));
  return id && facts[column].is_whole() && RowsOfDistinct(column) >= kFewestRows;
}

bool RoleDraft::SaysTimeAgain(std::size_t column) const {
  if (layout.times.empty() || !layout.header) return false;
  const ColumnFacts& own = facts[column];
  const ColumnFacts& time = facts[layout.times[0]];
  const auto is = [&](std::span<const std::string_view> names, double least, double most) {
    return own.is_whole() && own.least >= least && own.most <= most && IsCalled(layout, column, names);
  };
  static constexpr std::string_view kEpochs[] = {"unix",      "epoch",    "timestamp",
                                                 "unix_time", "unixtime", "end time seconds"};
  static constexpr std::string_view kCounts[] = {"t",        "day_num", "daynum", "day_no", "day_number", "obs",
                                                 "obs_no",   "seq",     "idx",    "index",  "time_idx",   "time_index",
                                                 "timestep", "row",     "row_no", "row_num"};
  constexpr double kYear2001 = 1e9;
  if (is(kEpochs, kYear2001, 9e18)) return true;
  const PartName part = PartOfName(layout.names[column]);
  const auto says = [&](PartName said, double least, double most) {
    return part == said && own.is_whole() && own.least >= least && own.most <= most;
  };
  if (time.is_date() &&
      (is(kYearColumns, 1600, 2300) || is(kMonthColumns, 1, 12) || is(kDayColumns, 1, 31) ||
       says(PartName::kQuarter, 1, 4) || says(PartName::kWeek, 0, 53) || says(PartName::kYearDay, 1, 366) ||
       says(PartName::kWeekday, 0, 7) || (own.counts && is(kCounts, 0, 1e9)))) {
    return true;
  }
  return GoesAlong(column);
}

bool RoleDraft::GoesAlong(std::size_t column) const {
  constexpr std::size_t kFewest = 4;  // different times
  constexpr std::size_t kMost = 5000;
  if (!facts[column].is_number() || facts[column].least < kLeastTimeNumber) return false;
  std::unordered_map<std::string, std::string_view> number_of;
  std::vector<TimedNumber> numbers;  // of each time, where it is met first
  for (std::size_t r = from; r < records.size() && numbers.size() < kMost; ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(records[r].fields[column]);
    if (KindOfCell(cell) != CellKind::kNumber) continue;
    std::string time = TimeOf(records[r]);
    const int year = YearNamedIn(time);
    const auto [known, fresh] = number_of.try_emplace(std::move(time), cell);
    if (known->second != cell || year == 0) return false;
    if (fresh) numbers.push_back({cell, year});
  }
  return numbers.size() >= kFewest && SayTimes(numbers);
}

void RoleDraft::AwaitNumbers() {
  if (complete) return;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (!taken[i] && facts[i].cells == 0) layout.awaited.push_back(i);
  }
}

bool RoleDraft::HoldsLetters(std::size_t column, std::string_view letters) const {
  std::string seen;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = records[r].fields[column];
    if (cell.size() != 1 || letters.find(cell[0]) == std::string_view::npos) return false;
    if (seen.find(cell[0]) == std::string::npos) seen += cell[0];
  }
  return seen.size() == letters.size();
}

std::string RoleDraft::PeriodsAsDays() const {
  constexpr int kMostPeriods = 16;  // four of them for closing
  constexpr std::size_t kYear = 4, kPeriod = 3;
  if (layout.times.size() != 1 || !options.time_format.empty()) return "";
  const std::size_t column = layout.times[0];
  std::set<std::string> years;
  std::string format;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(records[r].fields[column]);
    const std::size_t mark = cell.find_first_of("./");
    const bool joined = mark == std::string_view::npos;
    const bool last = mark == kPeriod;  // 001.2023
    if (cell.size() != kYear + kPeriod + (joined ? 0 : 1) || (!joined && !last && mark != kYear)) return "";
    const std::string_view year = last ? cell.substr(kPeriod + 1) : cell.substr(0, kYear);
    const int period = BareNumber(last ? cell.substr(0, kPeriod) : cell.substr(cell.size() - kPeriod), kPeriod);
    if (BareNumber(year, kYear) < 0 || period < 1 || period > kMostPeriods) return "";
    years.emplace(year);
    const std::string parted = joined ? "" : std::string(1, cell[mark]);
    format = last ? "0%m" + parted + "%Y" : "%Y" + parted + "0%m";
  }
  if (years.size() < 2) return "";
  const std::string option = "--time-column " + ShellWord(layout.OptionFor(layout.times)) + " --time-format ";
  std::string days = format;
  days.replace(days.find("0%m"), kPeriod, "%j");
  return layout.NameOf(column) +
         " holds no day above the sixteenth of its years, as the periods of a ledger would be: say which with " +
         option + format + " (months) or " + option + days + " (days)";
}

bool RoleDraft::HoldsStages(std::size_t column, bool asks, bool* blanks) const {
  bool to_come = false;
  *blanks = false;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = records[r].fields[column];
    if (!cell.empty() && !IsStageWord(cell) && !(asks && IsStageFlag(cell))) return false;
    *blanks = *blanks || cell.empty();
    to_come = to_come || IsStageToCome(cell);
  }
  return !*blanks || to_come;
}

int RoleDraft::FirstMonthDown(std::size_t column) const {
  int first = 0, before = 0;
  for (std::size_t r = from; r < records.size(); ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns || fields[column].empty()) continue;
    const int month = MonthInYear(fields[column]);
    if (month == 0 || (before > 0 && month != before && month != before % kMonthsOfYear + 1)) return 0;
    first = first == 0 ? month : first;
    before = month;
  }
  return first;
}

FiscalYear RoleDraft::FiscalYearsDown() const {
  FiscalYear all;
  bool of_two = false;
  for (std::size_t r = from; r < records.size(); ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns || fields[layout.times[0]].empty()) continue;
    all = FiscalYearOf(fields[layout.times[0]]);
    if (!all) return {};
    of_two = of_two || all.of_two;
  }
  all.of_two = of_two;
  return all;
}

}  // namespace fitd
