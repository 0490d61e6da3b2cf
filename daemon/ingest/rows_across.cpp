// Rows that hold several values: of one time or of one series.
#include <algorithm>
#include <cmath>
#include <limits>

#include "daemon/ingest/row_parser.h"

namespace fitd {
namespace {

constexpr TimeNs kNoTime = std::numeric_limits<TimeNs>::min();  // of no year that is read

}  // namespace

// The value of each column at its time.
void RowParser::AppendAcross(const char* begin, std::span<const TimeNs> times) {
  for (std::size_t i = 0; i < layout_.values.size(); ++i) {
    double value = 0;
    if (times[i] == kNoTime) continue;
    ParseCell(begin, layout_.values[i], &value);
    counts_.missing += std::isnan(value);
    table_.Append(current_, *rows_, times[i], value, piece_);
  }
}

void RowParser::HandleRows(const char* begin) {
  if (!layout_.targets.empty() && !SelectTarget(IdOfRow(begin))) return;
  AppendAcross(begin, header_times_);
  Good(header_format_);
}

// A stretch of one series: the time of the row goes on across its columns.
void RowParser::HandleTable(const char* begin) {
  table_times_.clear();
  TimeFormat format = TimeFormat::kDate;
  for (std::size_t i = 0; i < layout_.table.size(); ++i) {
    time_text_.clear();
    layout_.AppendTableTime(*fields_, i, time_text_);
    TimeNs time = 0;
    if (const TimeError error = times_.Parse(time_text_, &time, &format); error != TimeError::kNone) {
      // Short months and years have columns of which they have no time, and nothing in them.
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

// Several values of one id: a target each, id:column.
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
    ParseCell(begin, layout_.values[i], &value);
    negative = negative || value < 0;
    counts_.missing += std::isnan(value);
    if (layout_.times.empty()) time = NumberRow(value_columns_[i].index);
    table_.Append(value_columns_[i].index, *value_columns_[i].rows, time, value, piece_);
  }
  if (watches_) Watch({}, negative);
  Good(format);
}

}  // namespace fitd
