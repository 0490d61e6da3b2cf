#include "daemon/csv/rows_above_data.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/time_part.h"

namespace fitd {
namespace {

constexpr std::size_t kMostSecondHeaders = 5;

std::string_view TrimmedName(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool IsTyped(std::string_view cell) {
  const CellKind kind = KindOfCell(cell);
  return kind == CellKind::kDate || kind == CellKind::kClock || kind == CellKind::kNumber;
}

// 5s, 15s, 20d: the widths and kinds of the fields, as the USGS writes them.
bool IsFieldWidth(std::string_view cell) {
  return cell.size() >= 2 && std::string_view("sdn").find(cell.back()) != std::string_view::npos &&
         cell.find_first_not_of("0123456789") == cell.size() - 1;
}

// A record below the header that holds nothing but words or field widths where the next one has numbers and times.
bool IsSecondHeader(const Records::Record& record, const Records::Record& next) {
  std::size_t words = 0;
  std::size_t widths = 0;
  std::size_t filled = 0;
  for (const std::string_view cell : record.fields) {
    if (cell.empty()) continue;
    ++filled;
    widths += IsFieldWidth(cell) ? 1 : 0;
    words += KindOfCell(cell) == CellKind::kText ? 1 : 0;
  }
  if (filled < 2 || (words != filled && widths != filled)) return false;
  return record.fields.size() == next.fields.size() && std::any_of(next.fields.begin(), next.fields.end(), IsTyped);
}

}  // namespace

RowsAboveData::RowsAboveData(const std::vector<Records::Record>& records, std::size_t columns)
    : records_(records), columns_(columns) {
  rows_ = FirstWithTime();
  while (rows_ + 1 < records.size() && rows_ < kMostSecondHeaders) {
    std::size_t next = rows_ + 1;
    while (next + 1 < records.size() && next < rows_ + kMostSecondHeaders &&
           !std::any_of(records[next].fields.begin(), records[next].fields.end(), IsTyped))
      ++next;
    if (!IsSecondHeader(records[rows_], records[next])) break;
    ++rows_;
  }
}

// Index of the first record with a time; sets time_column_. 0: there is none soon, or records above it may be data.
std::size_t RowsAboveData::FirstWithTime() {
  constexpr std::size_t kMostAbove = 12;
  constexpr std::size_t kToJudge = 60;
  const std::size_t end = std::min(records_.size(), kToJudge);
  for (time_column_ = 0; time_column_ < columns_; ++time_column_) {
    std::size_t times = 0;
    std::size_t first = end;
    for (std::size_t r = 0; r < end; ++r) {
      if (!HasTime(records_[r])) continue;
      ++times;
      first = std::min(first, r);
    }
    if (first == end || first > kMostAbove || times * 10 < (end - first) * 8) continue;
    const bool no_data = std::all_of(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(first),
                                     [this](const Records::Record& r) { return HoldsNoData(r); });
    // Rows with a word for a time (Latest, Today) and values like the others are data; then no row is a header.
    const bool values =
        first > 0 && std::all_of(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(first),
                                 [&](const Records::Record& r) { return HasValuesOf(r, records_[first]); });
    return no_data && !values ? first : 0;
  }
  return 0;
}

bool RowsAboveData::HasTime(const Records::Record& record) const {
  if (record.fields.size() != columns_) return false;
  const std::string_view cell = record.fields[time_column_];
  return KindOfCell(cell) == CellKind::kDate || IsNumericTime(cell);
}

bool RowsAboveData::HasValuesOf(const Records::Record& record, const Records::Record& data) const {
  if (record.fields.size() != columns_ || data.fields.size() != columns_) return false;
  if (LowerCase(record.fields[time_column_]).find("total") != std::string::npos) return false;
  bool any = false;
  for (std::size_t i = 0; i < columns_; ++i) {
    if (i == time_column_ || KindOfCell(data.fields[i]) != CellKind::kNumber) continue;
    if (KindOfCell(record.fields[i]) != CellKind::kNumber) return false;
    any = true;
  }
  return any;
}

// True for a record of another width with a time in its place and a number: a broken row of data, to be counted as one.
bool RowsAboveData::IsDataOfOtherWidth(const Records::Record& record) const {
  if (time_column_ >= record.fields.size()) return false;
  const std::string_view time = record.fields[time_column_];
  if (KindOfCell(time) != CellKind::kDate && !IsNumericTime(time)) return false;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if (i != time_column_ && KindOfCell(record.fields[i]) == CellKind::kNumber) return true;
  }
  return false;
}

// True for a record with a word where others have a time (but not 2023 Q4 p), or without any number or time.
bool RowsAboveData::HoldsNoData(const Records::Record& record) const {
  if (record.fields.size() != columns_) return !IsDataOfOtherWidth(record);
  const std::string cell(record.fields[time_column_]);
  if (KindOfCell(cell) == CellKind::kText && TimeOfName(cell) == cell) return true;
  return std::none_of(record.fields.begin(), record.fields.end(), IsTyped);
}

// True when `fields` names all columns, each differently, and `names` leaves one without a name besides the time's: the
// second line of a pivot table.
bool RowsAboveData::NamesMore(const std::vector<std::string_view>& fields,
                              const std::vector<std::string>& names) const {
  std::set<std::string_view> seen;
  bool unnamed = false;
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string_view name = TrimmedName(fields[i]);
    if (name.empty() || !seen.insert(name).second) return false;
    unnamed = unnamed || (i != time_column_ && TrimmedName(names[i]).empty());
  }
  return unnamed;
}

std::size_t RowsAboveData::BetterHeader(const std::vector<std::string>& names) const {
  if (rows_ == 0 || time_column_ >= columns_) return rows_;
  const auto names_time = [](std::string_view name) {
    return std::find(std::begin(kTimeNames), std::end(kTimeNames), LowerCase(TrimmedName(name))) !=
           std::end(kTimeNames);
  };
  const auto named = [](const auto& list) {
    return std::count_if(list.begin(), list.end(), [](std::string_view name) { return !TrimmedName(name).empty(); });
  };
  if (names_time(names[time_column_])) return rows_;
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != columns_ || named(fields) < 2) continue;
    // A date above the times is data, and no name of their column.
    const bool data = KindOfCell(names[time_column_]) == CellKind::kDate;
    if (data || names_time(fields[time_column_]) || named(names) < 2 || NamesMore(fields, names)) return r;
  }
  return rows_;
}

void RowsAboveData::JoinLevels(std::vector<std::string>& names) const {
  if (rows_ == 0 || time_column_ >= columns_) return;
  std::set<std::string_view> seen;
  bool repeated = false;
  for (std::size_t i = 0; i < columns_; ++i) {
    repeated = repeated || (i != time_column_ && !names[i].empty() && !seen.insert(names[i]).second);
  }
  std::vector<std::string> joined = names;
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != columns_ || !std::all_of(fields.begin(), fields.end(), IsUtf8)) continue;
    const auto filled = std::count_if(fields.begin(), fields.end(), [](auto cell) { return !cell.empty(); });
    if (filled == 1 && !fields[time_column_].empty()) joined[time_column_] = TrimmedName(fields[time_column_]);
    for (std::size_t i = 0; repeated && i < columns_; ++i) {
      const std::string_view name = TrimmedName(fields[i]);
      if (i != time_column_ && !name.empty()) joined[i] += (joined[i].empty() ? "" : "/") + std::string(name);
    }
  }
  names = std::move(joined);
}

}  // namespace fitd
