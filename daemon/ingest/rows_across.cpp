// Rows that are several times of one series.
#include <cmath>

#include "daemon/ingest/row_parser.h"

namespace fitd {

// The value of each column at its time.
void RowParser::AppendAcross(const char* begin, std::span<const TimeNs> times) {
  for (std::size_t i = 0; i < layout_.values.size(); ++i) {
    double value = 0;
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
  for (const std::string& add : layout_.table) {
    time_text_.clear();
    layout_.AppendTimeText(*fields_, time_text_);
    (time_text_ += ' ') += add;
    TimeNs time = 0;
    if (const TimeError error = times_.Parse(time_text_, &time, &format); error != TimeError::kNone) {
      return Bad(begin, (*starts_)[layout_.times[0]], TimeErrorText(error), time_text_);
    }
    table_times_.push_back(time);
  }
  if (!SelectTarget(layout_.targets.empty() ? std::string_view(layout_.file_target) : IdOfRow(begin))) return;
  AppendAcross(begin, table_times_);
  Good(format);
}

}  // namespace fitd
