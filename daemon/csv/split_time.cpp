#include "daemon/csv/split_time.h"

#include <set>

#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/time_columns.h"

namespace fitd {

bool TimeColumns::Repeats(std::size_t column) const {
  std::set<std::string_view> seen;
  std::size_t rows = 0;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    if (records_[r].fields.size() != layout_.columns) continue;
    ++rows;
    seen.insert(records_[r].fields[column]);
  }
  return rows > 0 && 3 * seen.size() < 2 * rows;
}

// Without names: year, month, day and an hour that goes up by one from row to row, as far as there are rows to see.
bool TimeColumns::HoursFollow() const {
  constexpr std::size_t kHour = 3;
  constexpr double kMost[] = {2300, 12, 31, 25};
  constexpr double kLeast[] = {1600, 1, 1, 0};
  for (std::size_t i = 0; i <= kHour; ++i) {
    if (i >= layout_.columns || taken_[i] || !facts_[i].is_whole() || facts_[i].least < kLeast[i] ||
        facts_[i].most > kMost[i])
      return false;
  }
  if (facts_[kHour].most <= facts_[kHour].least || facts_[kHour].most > 24) return false;
  std::size_t follows = 0;
  std::size_t rows = 0;
  double before = -1;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    double hour = 0;
    if (records_[r].fields.size() != layout_.columns) continue;
    if (ParseNumber(records_[r].fields[kHour], &hour) != NumberKind::kValue) continue;
    follows += rows > 0 && (hour == before + 1 || (hour < 2 && before >= 23)) ? 1 : 0;
    before = hour;
    ++rows;
  }
  return rows > 2 && 10 * follows >= 9 * (rows - 1);
}

// Without names: year and month, and the day where one is above 12, as the first columns.
std::vector<std::size_t> TimeColumns::FindSplitByPlace() const {
  const auto is = [&](std::size_t i, double least, double most) {
    return i < layout_.columns && !taken_[i] && facts_[i].is_whole() && facts_[i].least >= least &&
           facts_[i].most <= most && facts_[i].least < facts_[i].most;
  };
  if (HoursFollow()) return {0, 1, 2, 3};
  if (!is(0, 1600, 2300) || !is(1, 1, 12) || !Repeats(0)) return {};
  if (is(2, 1, 31) && facts_[2].most > 12) return {0, 1, 2};
  return {0, 1};
}

// Year, month, and what is finer, in columns of their own.
std::vector<std::size_t> TimeColumns::FindSplit() const {
  const auto find = [&](std::span<const std::string_view> names, double least, double most) {
    std::vector<bool> taken = taken_;
    // MM may be months beside mm, which are minutes.
    for (std::size_t i = 0; (i = FindNamed(layout_, names, taken)) != kNoColumn; taken[i] = true) {
      if (facts_[i].is_whole() && facts_[i].least >= least && facts_[i].most <= most) return i;
    }
    return kNoColumn;
  };
  const std::size_t year = find(kYearColumns, 1600, 2300);
  if (year == kNoColumn && !layout_.header) return FindSplitByPlace();
  if (year == kNoColumn) return {};
  std::vector<std::size_t> columns;
  std::size_t month = find(kMonthColumns, 1, 12);
  const std::size_t day = find(kDayColumns, 1, 31);
  if (month == kNoColumn && day != kNoColumn) month = FindMonthNames();
  for (const std::size_t column : {year, month, day, find(kHourColumns, 0, 24), find(kMinuteColumns, 0, 59)}) {
    if (column == kNoColumn) break;
    columns.push_back(column);
  }
  if (columns.size() >= 2) return columns;
  if (!Repeats(year)) return {};
  for (const std::size_t column :
       {find(kYearDayColumns, 1, 366), find(kWeekColumns, 1, 53), find(kQuarterColumns, 1, 4)}) {
    if (column != kNoColumn) return {year, column};
  }
  // M01, Q1, Jan.
  for (const std::string_view& name : kPeriodColumns) {
    const std::size_t i = FindNamed(layout_, {&name, 1}, taken_);
    if (i != kNoColumn && facts_[i].is_text() && KindOfCell("2000 " + facts_[i].example) == CellKind::kDate) {
      return {year, i};
    }
  }
  return {};
}

// January, Feb.
std::size_t TimeColumns::FindMonthNames() const {
  const std::size_t i = FindNamed(layout_, kMonthColumns, taken_);
  const bool names =
      i != kNoColumn && facts_[i].is_text() && KindOfCell("2000 " + facts_[i].example) == CellKind::kDate;
  return names ? i : kNoColumn;
}

}  // namespace fitd
