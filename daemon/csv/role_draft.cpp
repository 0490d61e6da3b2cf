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

// Names that mean a number of the row where the content agrees.
constexpr std::string_view kRowNumberNames[] = {"",  "unnamed: 0", "index",  "rownames", "instant", "no",        "row",
                                                "#", "record",     "recnum", "row_id",   "rowid",   "row_number"};
// Without blanks and points; beside times, where nothing else can be meant by them.
constexpr std::string_view kMoreRowNumberNames[] = {
    "obs",     "observation", "seq",       "sno",    "slno",  "srno",    "rowno",     "serialno", "lfdnr",  "nr",
    "daynum",  "dayno",       "daynumber", "obsno",  "idx",   "timeidx", "timeindex", "timestep", "rownum", "n\u00b0",
    "n\u00ba", "\u2116",      "lp",        "lineno", "zeile", "row#",    "itemno",    "rn"};
// Other things too, where rows are numbered in another order than from the first to the last.
constexpr std::string_view kCountNames[] = {"num", "pos", "line", "rank"};
constexpr std::string_view kFirstRowNumberNames[] = {"x", "n"};
constexpr std::size_t kMostBelow = 2;  // rows below the data: a total, and what it is of

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
    std::string time = TimeOf(records[r]);
    if (TrimBlanks(time).empty()) continue;
    ++rows;
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

bool RoleDraft::CountsUp(std::size_t column) const {
  std::size_t below = 0;
  double expected = -1;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    double number = 0;
    if (ParseNumber(TrimBlanks(records[r].fields[column]), &number) != NumberKind::kValue) {
      if (++below > kMostBelow || records.size() - r > kMostBelow) return false;
      continue;
    }
    if (below > 0 || (expected < 0 ? number != 0 && number != 1 : number != expected)) return false;
    expected = number + 1;
  }
  return expected >= 2;
}

bool RoleDraft::IsCalledRowNumber(std::size_t column) const {
  const std::string name = LowerCase(layout.names[column]);
  return std::find(std::begin(kRowNumberNames), std::end(kRowNumberNames), name) != std::end(kRowNumberNames);
}

bool RoleDraft::IsRowNumber(std::size_t column) const {
  constexpr std::size_t kFewest = 10;  // rows; fewer may be counted by chance
  const auto among = [](auto& names, std::string_view name) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  // Whatever they are called, they stand left of all that they number.
  const bool first = std::all_of(layout.times.begin(), layout.times.end(), [&](auto time) { return column < time; });
  const bool id = SaysId(layout.names[column]) || IsCalled(layout, column, kTargetNames);
  if (first && !id && facts[column].is_whole() && facts[column].cells >= kFewest && CountsUp(column)) return true;
  std::string loose = Loosely(layout.names[column]);
  std::erase(loose, '.');
  const bool named = IsCalledRowNumber(column) || among(kMoreRowNumberNames, loose) ||
                     (column == 0 && among(kFirstRowNumberNames, loose));
  return named ? NumbersRows(column) || CountsUp(column)
               : facts[column].cells > 3 && among(kCountNames, loose) && CountsUp(column);
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
  if (layout.times.empty()) return false;
  const ColumnFacts& own = facts[column];
  if (!layout.header) return !own.is_whole() && GoesAlong(column);
  const ColumnFacts& time = facts[layout.times[0]];
  const auto is = [&](std::span<const std::string_view> names, double least, double most) {
    return own.is_whole() && own.least >= least && own.most <= most && IsCalled(layout, column, names);
  };
  static constexpr std::string_view kEpochs[] = {"unix",      "epoch",    "timestamp",
                                                 "unix_time", "unixtime", "end time seconds"};
  static constexpr std::string_view kCounts[] = {"t", "index", "idx", "seq", "obs", "row"};
  constexpr double kYear2001 = 1e9;
  const bool epochs = own.is_whole() && own.is_numeric_time() && own.least >= kYear2001;
  if (is(kEpochs, kYear2001, 9e18) || (epochs && SaysWritten(layout.names[column]))) return true;
  const PartName part = PartOfName(layout.names[column]);
  const auto says = [&](PartName said, double least, double most) {
    return part == said && own.is_whole() && own.least >= least && own.most <= most;
  };
  if (time.is_date() &&
      (is(kYearColumns, 1600, 2300) || is(kMonthColumns, 1, 12) || is(kDayColumns, 1, 31) ||
       says(PartName::kQuarter, 1, 4) || says(PartName::kWeek, 0, 53) || says(PartName::kYearDay, 1, 366) ||
       says(PartName::kWeekday, 0, 7) || (is(kCounts, 0, 1e9) && CountsUp(column)))) {
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
    if (fresh) numbers.push_back({cell, year, SecondsOfTime(known->first)});
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

bool RoleDraft::HoldsStages(std::size_t column, bool asks, bool* blanks) const {
  // Readings of a bad quality are few where their values are none; where they are many, it is a flag like others.
  constexpr std::size_t kLeastShare = 40;  // rows to one of another quality than the first. Chosen, not measured.
  bool to_come = false, sure = false;
  bool splits = true, qualities = true, stages = true;  // all cells are such words
  std::size_t rows = 0, others = 0;
  std::string_view first;
  *blanks = false;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = records[r].fields[column];
    splits = splits && IsSplitWord(cell);
    qualities = qualities && IsQualityWord(cell);
    const bool word = IsStageWord(cell) || (asks && IsStageFlag(cell));
    sure = sure || word;
    stages = stages && (word || cell.empty() || IsStageBesideOthers(cell));
    if (!splits && !qualities && !stages) return false;
    if (rows++ == 0) first = cell;
    others += cell == first ? 0 : 1;
    *blanks = *blanks || cell.empty();
    to_come = to_come || IsStageToCome(cell);
  }
  if (qualities && !splits && !stages) return kLeastShare * others <= rows;
  return splits || (sure && (!*blanks || to_come));
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

bool RoleDraft::TellRowsApart(const std::vector<std::size_t>& periods) const {
  constexpr std::size_t kMostRepeats = 20;  // rows to one
  std::vector<std::size_t> key = periods;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const ColumnFacts& own = facts[i];
    const bool period = std::find(periods.begin(), periods.end(), i) != periods.end();
    if (taken[i] || period || own.is_date() || own.is_clock() || own.cells == 0) continue;
    const bool code = own.is_whole() &&
                      (SaysCode(layout.names[i]) || IsCalled(layout, i, kTargetNames) || IsCalled(layout, i, kIdNames));
    if ((!own.is_text() && !code) || PartOfName(layout.names[i]) != PartName::kNone) continue;
    std::set<std::string_view> different;
    for (const Records::Record& record : records)
      if (record.fields.size() == layout.columns) different.insert(record.fields[i]);
    if (2 * different.size() <= own.rows) key.push_back(i);
  }
  std::set<std::string> seen;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    std::string cells;
    for (const std::size_t i : key) (cells += records[r].fields[i]) += '\n';
    seen.insert(std::move(cells));
    ++rows;
  }
  return rows > 0 && kMostRepeats * (rows - seen.size()) <= rows;
}

RivalVerdict RoleDraft::TimeOfRivals(std::size_t date, const std::vector<std::size_t>& periods,
                                     const std::vector<TimePart>& parts) const {
  TimesOfRows dates{layout.names[date], {}};
  TimesOfRows others{layout.names[periods[0]], {}};
  for (std::size_t r = from; r < records.size(); ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns || fields[date].empty()) continue;
    std::string text(TrimBlanks(fields[periods[0]]));
    for (std::size_t i = 1; i < periods.size(); ++i) AppendTimePart(parts[i], fields[periods[i]], text);
    if (text.empty()) continue;
    dates.cells.emplace_back(TrimBlanks(fields[date]));
    others.cells.push_back(std::move(text));
  }
  return dates.cells.empty() ? RivalVerdict::kDate : fitd::TimeOfRivals(dates, others);
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
