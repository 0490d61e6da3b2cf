// The part of RowParser for rows that hold several values: values of one time, or a stretch of one series.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/ascii.h"
#include "daemon/csv/csv_number.h"
#include "daemon/ingest/row_parser.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr TimeNs kNoTime = std::numeric_limits<TimeNs>::min();  // marks a table cell at a date that does not exist; no
                                                                // year that is read has it

// True for the flags of Eurostat and others behind an observation: "10.0 p" is provisional, "9.8 be" a break and an
// estimate.
bool IsObservationFlag(std::string_view unit) {
  constexpr std::size_t kLongest = 3;
  return !unit.empty() && unit.size() <= kLongest && unit.find_first_not_of("bcdefnprsuz") == std::string_view::npos;
}

}  // namespace

// Appends the value of each column at its time.
void RowParser::AppendAcross(const char* begin, std::span<const TimeNs> times) {
  kinds_.resize(layout_.values.size());
  bool other_unit = false;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    kinds_[i] = ReadNumber(layout_.values[i], &values_[i]);
    other_unit = other_unit || kinds_[i] == NumberKind::kOtherUnit;
  }
  if (other_unit && layout_.shape == CsvShape::kRows) ReadInRowUnit();
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    if (times[i] == kNoTime) continue;
    double value = values_[i];
    if (!IsRead(kinds_[i])) value = CountUnread(begin, layout_.values[i], *rows_, kinds_[i]);
    counts_.missing += std::isnan(value);
    table_.Append(current_, *rows_, times[i], value, piece_);
  }
}

// Reads the cells of a row that is one series again, in the unit most of them have; other rows may have other units.
// When most have none, an observation flag is not taken for a unit.
void RowParser::ReadInRowUnit() {
  UnitCounts units;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const std::string unit = UnitOf((*fields_)[layout_.values[i]]);
    const bool none = unit.empty() || IsObservationFlag(unit);
    if (!none || (std::isfinite(values_[i]) && values_[i] != 0)) ++units[none ? "" : unit];
  }
  const std::string common = CommonUnit(units);
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    const std::string_view cell = (*fields_)[layout_.values[i]];
    const std::string unit = UnitOf(cell);
    const bool flag = common.empty() && IsObservationFlag(unit);
    kinds_[i] = ParseNumber(cell, layout_.numbers, flag ? unit : common, &values_[i]);
  }
}

void RowParser::HandleRows(const char* begin) {
  if (!layout_.targets.empty() && !SelectTarget(IdOfRow(begin))) return;
  AppendAcross(begin, header_times_);
  Good(header_format_);
}

// A row of a table is a stretch of one series: its times continue across the columns.
void RowParser::HandleTable(const char* begin) {
  table_times_.clear();
  TimeFormat format = TimeFormat::kDate;
  for (std::size_t i = 0; i < layout_.table.size(); ++i) {
    time_text_.clear();
    layout_.AppendTableTime(*fields_, i, time_text_);
    TimeNs time = 0;
    if (const TimeError error = times_.Parse(time_text_, &time, &format); error != TimeError::kNone) {
      // Short months and years leave columns without a date, which are empty.
      double value = 0;
      const bool nothing =
          error == TimeError::kNoSuchTime && ReadNumber(layout_.values[i], &value) == NumberKind::kMissing;
      const std::size_t column = layout_.values[i];
      if (!nothing && error == TimeError::kNoSuchTime && i > 0)
        return Bad(begin, (*starts_)[column], kNoSuchDayText, (*fields_)[column]);
      if (!nothing) return Bad(begin, (*starts_)[layout_.times[0]], TimeErrorText(error), time_text_);
      time = kNoTime;
    }
    table_times_.push_back(time);
  }
  if (!SelectTarget(layout_.targets.empty() ? std::string_view(layout_.file_target) : IdOfRow(begin))) return;
  AppendAcross(begin, table_times_);
  Good(format);
}

// Several values with one id give one target each, named id:column.
void RowParser::HandleMeasures(const char* begin) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kCount;
  if (!layout_.times.empty() && !ParseTime(begin, &time, &format)) return;
  std::uint64_t missing = 0;
  for (const std::size_t column : layout_.values) {
    if (!ParseValue(begin, column, &values_[column])) return;
    missing += std::isnan(values_[column]);
  }
  const std::string_view id = layout_.targets.empty() ? std::string_view(layout_.file_target) : IdOfRow(begin);
  if (id.empty()) return;
  if (watches_) {
    Watch(id, std::any_of(layout_.values.begin(), layout_.values.end(), [&](auto c) { return values_[c] < 0; }));
  }
  if (id != measured_id_ || value_columns_.empty()) {
    measured_id_ = id;
    value_columns_.clear();
    for (const std::size_t column : layout_.values) {
      const std::string number = "#" + std::to_string(column + 1);
      const std::string& name = layout_.names[column].empty() ? number : layout_.names[column];
      const std::uint32_t index = table_.Find(measured_id_ + ":" + name);
      value_columns_.push_back({index, nullptr});
    }
    for (ValueColumn& column : value_columns_) column.rows = &table_[column.index];
  }
  for (std::size_t i = 0; i < layout_.values.size(); ++i) {
    if (layout_.times.empty()) time = NumberRow(value_columns_[i].index);
    table_.Append(value_columns_[i].index, *value_columns_[i].rows, time, values_[layout_.values[i]], piece_);
  }
  counts_.missing += missing;
  Good(format);
}

void RowParser::HandleWide(const char* begin) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kCount;
  if (!layout_.times.empty() && !ParseTime(begin, &time, &format)) return;
  bool negative = false;
  for (std::size_t i = 0; i < layout_.values.size(); ++i) {
    double value = 0;
    const NumberKind kind = ReadNumber(layout_.values[i], &value);
    if (!IsRead(kind)) value = CountUnread(begin, layout_.values[i], *value_columns_[i].rows, kind);
    negative = negative || value < 0;
    counts_.missing += std::isnan(value);
    if (layout_.times.empty()) time = NumberRow(value_columns_[i].index);
    table_.Append(value_columns_[i].index, *value_columns_[i].rows, time, value, piece_);
  }
  if (watches_) Watch({}, negative);
  Good(format);
}

// Words in the first cell and nothing else, in files without ids.
bool RowParser::IsTitle() const {
  if (fields_ == nullptr || fields_->empty() || !layout_.targets.empty() || layout_.wide()) return false;
  const std::string_view words = TrimBlanks(fields_->front());
  return words.size() > 1 && !IsDigit(words[0]) && !IsTotalName(words) &&
         std::all_of(fields_->begin() + 1, fields_->end(), [](std::string_view cell) { return cell.empty(); });
}

bool RowParser::IsHeader() const {
  if (fields_ == nullptr || !layout_.header || fields_->size() != layout_.columns) return false;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    const bool same = (*fields_)[i] == layout_.names[i];
    if (!same && LowerCase(TrimBlanks((*fields_)[i])) != LowerCase(TrimBlanks(layout_.names[i]))) return false;
  }
  return true;
}

// What programs print below their rows, where the separator parts its words: (40 rows affected), Freq: D, dtype: int64.
bool RowParser::IsFooterInPieces() const {
  constexpr std::size_t kMost = 10;  // fields
  if (fields_->size() > kMost) return false;
  std::string line;
  for (const std::string_view field : *fields_) (line += line.empty() ? "" : " ") += field;
  const bool frame = line.starts_with("Freq: ") || line.starts_with("Name: ") || line.starts_with("Length: ");
  return (frame && line.find("dtype: ") != std::string::npos) || SaysRowCount(line);
}

bool RowParser::IsPassed(const char* begin) const {
  if (layout_.comments && *begin == '#') return true;
  if (fields_ == nullptr || fields_->empty()) return false;
  const std::string_view first = fields_->front();
  const auto empty = [](std::string_view field) { return field.empty(); };
  const bool alone = std::all_of(fields_->begin() + 1, fields_->end(), empty);
  if (fields_->size() == layout_.columns && first.empty() && alone) return true;
  if (layout_.columns < 2) return false;
  // What data frames print below themselves.
  if (fields_->back().find("dtype: ") != std::string_view::npos) {
    for (const std::string_view word : {"Freq: ", "Name: ", "Length: ", "dtype: "}) {
      if (first.starts_with(word)) return true;
    }
  }
  if (!alone) return IsFooterInPieces();
  const bool comment = fields_->size() == 1 && first.starts_with('#');
  constexpr std::string_view kEnd("\0\x1a \t+-=|*", 9);  // what a power loss and DOS leave behind, and lines of tables
  return comment || first.find_first_not_of(kEnd) == std::string_view::npos || SaysRowCount(first);
}

bool RowParser::BeginsTable() const {
  if (!layout_.header || fields_ == nullptr) return false;
  const auto lower = [](std::string_view text) { return LowerCase(TrimBlanks(text)); };
  if (!layout_.times.empty()) {
    const std::size_t time = layout_.times[0];
    if (fields_->size() > time && !layout_.names[time].empty() && lower((*fields_)[time]) == lower(layout_.names[time]))
      return true;
  }
  if (fields_->size() != layout_.columns || layout_.columns < 2) return false;
  std::vector<std::string> here, names;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    here.push_back(lower((*fields_)[i]));
    names.push_back(lower(layout_.names[i]));
  }
  std::sort(here.begin(), here.end());
  std::sort(names.begin(), names.end());
  return here == names;
}

}  // namespace fitd
