#include "daemon/csv/rows_above_data.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr std::size_t kMostSecondHeaders = 5;

bool IsTyped(std::string_view cell) {
  const CellKind kind = KindOfCell(cell);
  return kind == CellKind::kDate || kind == CellKind::kClock || kind == CellKind::kNumber;
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

// A record as it is written, without its newline.
std::string_view LineOf(std::string_view head, const Records::Record& record) {
  std::string_view line = head.substr(record.begin, record.end - record.begin);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Beside a header of one field fewer than the rows.
struct OneFieldMore {
  const std::vector<std::string>& names;
  const std::vector<const Records::Record*>& rows;

  bool All(std::size_t i, bool (*is)(std::string_view)) const {
    return std::all_of(rows.begin(), rows.end(), [&](const Records::Record* r) { return is(r->fields[i]); });
  }
  bool SaysTime(std::size_t i) const {
    return i < names.size() && (SaysDay(names[i]) || SaysPeriod(names[i]) || IsTimeColumnName(names[i]));
  }
  static bool IsTimeColumnName(std::string_view name) {
    return std::find(std::begin(kTimeNames), std::end(kTimeNames), LowerCase(TrimBlanks(name))) != std::end(kTimeNames);
  }
  static bool IsDay(std::string_view cell) { return KindOfCell(cell) == CellKind::kDate; }
  static bool IsClock(std::string_view cell) { return KindOfCell(cell) == CellKind::kClock; }
  static bool IsTime(std::string_view cell) { return IsDay(cell) || IsNumericTime(cell); }

  // Where the date stands of a time that a blank splits in two: in front of a clock, under one name for both. Row names
  // in front of a date and a clock with a name each are none of that.
  std::size_t SplitTime() const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!All(i, IsDay) || !All(i + 1, IsClock)) continue;
      const bool named_both = i > 0 && SaysTime(i - 1) && SaysTime(i);
      return named_both ? names.size() : i;
    }
    return names.size();
  }

  // A column called a time holds times when nothing is shifted, and none when row names stand in front.
  bool StandsStill() const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (SaysTime(i) && All(i, IsTime) && !All(i + 1, IsTime)) return true;
    }
    return false;
  }
};

// Records by their number of fields; none when one of the first has `columns` fields.
std::map<std::size_t, std::vector<const Records::Record*>> RowsOfOtherWidths(
    const std::vector<Records::Record>& records, std::size_t from, std::size_t columns) {
  constexpr std::size_t kToProbe = 100;
  std::map<std::size_t, std::vector<const Records::Record*>> by_width;
  for (std::size_t r = from; r < records.size() && r < from + kToProbe; ++r) {
    if (records[r].fields.size() == columns) return {};
    by_width[records[r].fields.size()].push_back(&records[r]);
  }
  return by_width;
}

}  // namespace

std::string FitNames(const std::vector<Records::Record>& records, std::size_t from, std::string_view head,
                     char separator, std::vector<std::string>& names) {
  constexpr std::size_t kFewest = 2, kMostToOne = 10;
  auto by_width = RowsOfOtherWidths(records, from, names.size());
  const std::size_t columns = names.size();
  const std::vector<const Records::Record*>& rows = by_width[columns + 1];
  if (rows.size() >= kFewest) {
    const OneFieldMore more{names, rows};
    bool first_is_id = true, all_quoted = true;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const bool quoted = head[rows[r]->begin] == '"';
      all_quoted = all_quoted && quoted;
      first_is_id = first_is_id && (quoted || separator == ' ' || rows[r]->fields[0] == std::to_string(r + 1));
    }
    const std::size_t split = more.SplitTime();
    // In rows of quoted cells nothing is split, and where the time stands below its name the last one is left out.
    if (more.All(columns, [](std::string_view cell) { return cell.empty(); }) || (all_quoted && more.StandsStill())) {
      names.emplace_back();
    } else if (split < columns) {
      names.insert(names.begin() + static_cast<std::ptrdiff_t>(split) + 1, std::string());
    } else if (first_is_id && !more.StandsStill()) {
      names.insert(names.begin(), std::string());
    }
  } else if (columns > 1 && by_width[columns - 1].size() >= kFewest && (names.back().empty() || names.back() == "|")) {
    names.pop_back();
  }
  if (names.size() != columns || columns < 2) return {};
  const auto most = std::max_element(by_width.begin(), by_width.end(),
                                     [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  const std::vector<const Records::Record*>& usual = most->second;
  const std::size_t width = most->first;
  const bool any_fits = std::any_of(records.begin() + static_cast<std::ptrdiff_t>(from), records.end(),
                                    [&](const Records::Record& r) { return r.fields.size() == columns; });
  std::size_t all = 0;
  for (const auto& [fields, some] : by_width) all += some.size();
  if (any_fits || width < 2 || usual.size() < kFewest || (all - usual.size()) * kMostToOne > all) return {};
  const std::string mark = separator == ' '    ? "a blank"
                           : separator == '\t' ? "a tab"
                                               : "a '" + std::string(1, separator) + "'";
  std::string text = "the rows have " + std::to_string(width) + " fields and the header " + std::to_string(columns) +
                     ", so that it is not known which name is whose (" + QuoteForMessage(LineOf(head, *usual[0])) +
                     "): ";
  if (width < columns) return text + "put names in quotes that hold " + mark;
  text += "give every column a name, or put cells in quotes that hold " + mark;
  return text + (separator == ',' ? ", such as a decimal comma" : "");
}

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
  constexpr std::size_t kMostAbove = 40;  // descriptions of a series: fifteen in exports of CEIC, more in others
  constexpr std::size_t kToJudge = 140;
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
  const std::string_view word = record.fields[time_column_];
  if (LowerCase(word).find("total") != std::string::npos || SaysDay(word) || SaysPeriod(word)) return false;
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

// All columns, and each another way, where the header leaves some but the time without a name: a pivot table's second
// line. Below a title the column of the times may have no name, and what it stands beside is no unit.
bool RowsAboveData::NamesMore(const std::vector<std::string_view>& fields,
                              const std::vector<std::string>& names) const {
  std::set<std::string_view> seen;
  bool unnamed = false, units = true;
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string_view name = TrimBlanks(fields[i]);
    if ((name.empty() && i != time_column_) || !seen.insert(name).second) return false;
    unnamed = unnamed || (i != time_column_ && TrimBlanks(names[i]).empty());
    units = units && (i == time_column_ || IsUnitBesideOthers(name));
  }
  const std::string& time = names[time_column_];
  const bool title = !TrimBlanks(fields[time_column_]).empty() ||
                     !(units || TrimBlanks(time).empty() || SaysDay(time) || SaysPeriod(time));
  return unnamed && title;
}

void RowsAboveData::FindTimesAcross(std::vector<std::string>& names) {
  constexpr std::ptrdiff_t kFewestTimes = 3, kMostOfTitle = 2;
  constexpr std::size_t kMostAbove = 12;
  const auto filled = [](const auto& cells) {
    return std::count_if(cells.begin(), cells.end(), [](std::string_view cell) { return !TrimBlanks(cell).empty(); });
  };
  if (rows_ < 2 && JoinYears(names)) {
    rows_ = 1;
    joined_ = true;
    return;
  }
  if (rows_ > 0 || columns_ <= kFewestTimes || filled(names) > kMostOfTitle) return;
  for (std::size_t r = 0; r + 1 < std::min(records_.size(), kMostAbove); ++r) {
    const auto& fields = records_[r].fields;
    const auto times = std::count_if(fields.begin(), fields.end(), [](std::string_view cell) {
      return KindOfCell(cell) == CellKind::kDate || (cell.size() == 4 && IsNumericTime(cell));
    });
    if (fields.size() == columns_ && times >= kFewestTimes && times + kMostOfTitle >= filled(fields)) {
      across_ = r;
      rows_ = r + 1;
      return;
    }
    const bool number = std::any_of(fields.begin(), fields.end(),
                                    [](std::string_view cell) { return KindOfCell(cell) == CellKind::kNumber; });
    if (number || filled(fields) > kMostOfTitle) return;
  }
}

// 2021, 2021, ..., 2022 above Jan, Feb, ..., Jan; the year may stand above the first of its months alone.
bool RowsAboveData::JoinYears(std::vector<std::string>& names) const {
  constexpr std::size_t kFewest = 6;  // columns
  if (records_.size() < 2 || records_[0].fields.size() != columns_) return false;
  const auto& parts = records_[0].fields;
  std::vector<std::string> joined = names;
  std::string year;
  std::size_t months = 0;
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string_view part = TrimBlanks(parts[i]);
    const bool is_part = MonthOfName(part) || (QuarterOfWord(part) && QuarterOfWord(part).sure);
    const bool is_year = names[i].size() == 4 && IsNumericTime(names[i]);
    if (is_year) year = names[i];
    if (!is_part || (!is_year && !names[i].empty())) {
      if (is_year || months > 0) return false;
      if (names[i].empty()) joined[i] = part;
      continue;
    }
    if (year.empty()) return false;
    joined[i] = std::string(part) + " " + year;
    ++months;
  }
  if (months < kFewest || std::set<std::string>(joined.begin(), joined.end()).size() != columns_) return false;
  names = std::move(joined);
  return true;
}

std::size_t RowsAboveData::BetterHeader(const std::vector<std::string>& names) const {
  if (across_ < rows_) return across_;
  if (rows_ == 0 || time_column_ >= columns_ || joined_) return rows_;
  const auto names_time = [](std::string_view name) {
    return std::find(std::begin(kTimeNames), std::end(kTimeNames), LowerCase(TrimBlanks(name))) != std::end(kTimeNames);
  };
  const auto named = [](const auto& list) {
    return std::count_if(list.begin(), list.end(), [](std::string_view name) { return !TrimBlanks(name).empty(); });
  };
  if (names_time(names[time_column_])) return rows_;
  // IAGA-2002 draws a frame: the line right above the data ends with a bar that has no column.
  const auto& last = records_[rows_ - 1].fields;
  if (last.size() == columns_ + 1 && last.back() == "|" && names_time(last[time_column_])) return rows_ - 1;
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != columns_ || named(fields) < 2 || AreTypes(fields, names)) continue;
    // A date above the times is data, and no name of their column.
    const bool data = KindOfCell(names[time_column_]) == CellKind::kDate;
    if (data || names_time(fields[time_column_]) || named(names) < 2 || NamesMore(fields, names)) return r;
  }
  return rows_;
}

void RowsAboveData::JoinLevels(std::vector<std::string>& names) const {
  if (rows_ == 0 || time_column_ >= columns_ || joined_) return;
  std::set<std::string_view> seen;
  bool repeated = false;
  for (std::size_t i = 0; i < columns_; ++i) {
    repeated = repeated || (i != time_column_ && !names[i].empty() && !seen.insert(names[i]).second);
  }
  std::vector<std::string> joined = names;
  for (std::size_t r = 0; r < rows_; ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != columns_ || AreTypes(fields, names) || !std::all_of(fields.begin(), fields.end(), IsUtf8))
      continue;
    const auto filled = std::count_if(fields.begin(), fields.end(), [](auto cell) { return !cell.empty(); });
    if (filled == 1 && !fields[time_column_].empty()) joined[time_column_] = TrimBlanks(fields[time_column_]);
    for (std::size_t i = 0; repeated && i < columns_; ++i) {
      const std::string_view name = TrimBlanks(fields[i]);
      if (i != time_column_ && !name.empty()) joined[i] += (joined[i].empty() ? "" : "/") + std::string(name);
    }
  }
  names = std::move(joined);
}

}  // namespace fitd
