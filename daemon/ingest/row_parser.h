// Parses the records of one piece of an input into a target table.
// Daemon, ingest threads; a RowParser belongs to one thread and one piece.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_record.h"
#include "daemon/ingest/file_layout.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/ingest/row_id.h"
#include "daemon/rows/target_table.h"
#include "daemon/times/time_parser.h"

namespace fitd {

class RowParser {
 public:
  // All outlive the parser. Rows are tagged with `piece`.
  RowParser(const FileLayout& layout, TargetTable& table, std::uint32_t piece, RowCounts& counts);

  // Parses the complete records that begin in [p, end) and before `stop`; returns where the first one begins that was
  // left. Complete means that its newline is before `end`.
  const char* Consume(const char* p, const char* end, const char* stop);
  // The rest of the input is a record that never ends.
  void ReportUnclosedQuote(const char* p, const char* end);

 private:
  const char* ConsumePlain(const char* p, const char* end, const char* stop);
  const char* ConsumeQuoted(const char* p, const char* end, const char* stop);
  const char* ParseFast(const char* p, const char* end);
  void ParseLine(const char* p, const char* newline);
  void HandleRecord(const char* begin, const char* end, const std::vector<std::string_view>& fields,
                    const std::vector<const char*>& starts);
  void HandleLong(const char* begin);
  void HandleMeasures(const char* begin);
  void HandleWide(const char* begin);
  void HandleRows(const char* begin);
  void HandleTable(const char* begin);
  void AppendAcross(const char* begin, std::span<const TimeNs> times);
  void ReadInRowUnit();
  bool SelectTarget(std::string_view id);
  // The id of the row in hand; empty when one of its cells is, and that is a bad row.
  std::string_view IdOfRow(const char* begin);
  bool ParseTime(const char* begin, TimeNs* time, TimeFormat* format);
  // A number with the mark of what is provisional behind it is one, and counted.
  NumberKind ReadNumber(std::size_t column, double* value);
  NumberKind ReadCell(std::string_view field, std::size_t column, double* value) const;
  // False when the cell is a bad one.
  bool ParseValue(const char* begin, std::size_t column, double* value);
  static bool IsRead(NumberKind kind) { return kind == NumberKind::kValue || kind == NumberKind::kMissing; }
  // Where a bad cell is one missing value of this target, which is what it returns.
  double CountUnread(const char* begin, std::size_t column, const TargetRows& rows, NumberKind kind);
  void Watch(std::string_view id, bool negative);
  void ParseHeaderTimes();
  void Bad(const char* begin, const char* at, std::string_view message, std::string_view text);
  // The number of the next row of a target: the time where there is no time column.
  TimeNs NumberRow(std::uint32_t target);
  // Not data: a comment or a row of empty cells, or the header once more.
  bool IsPassed(const char* begin) const;
  bool IsHeader() const;
  bool BeginsTable() const;
  bool IsTitle() const;
  void Good(TimeFormat format) {
    ++counts_.rows;
    if (!counts_.format) counts_.format = format;
  }

  const FileLayout& layout_;
  TargetTable& table_;
  std::uint32_t piece_;
  RowCounts& counts_;
  TimeParser times_;
  bool fast_ = false;     // columns are exactly target, time, value
  bool watches_ = false;  // a column says something about the values
  bool plain_ = false;    // numbers are written as programs write them
  const char separator_;
  static constexpr std::uint32_t kNoTarget = static_cast<std::uint32_t>(-1);
  std::uint32_t current_ = kNoTarget;
  TargetRows* rows_ = nullptr;
  struct ValueColumn {
    std::uint32_t index;  // of the target
    TargetRows* rows;
  };
  std::vector<ValueColumn> value_columns_;  // wide: of the file; several values: of the id in hand
  std::string measured_id_;                 // the id that value_columns_ are of
  std::vector<double> values_;
  std::vector<TimeNs> header_times_;
  std::vector<TimeNs> table_times_;
  std::vector<NumberKind> kinds_;  // of the cells across the row in hand
  TimeFormat header_format_ = TimeFormat::kDate;
  std::vector<std::uint64_t> row_numbers_;  // by target, where there is no time column
  std::string time_text_;
  RowId row_id_;
  // The record in hand.
  const std::vector<std::string_view>* fields_ = nullptr;
  const std::vector<const char*>* starts_ = nullptr;
  std::vector<std::string_view> plain_fields_;
  std::vector<const char*> plain_starts_;
  std::deque<std::string> decoded_;
  RecordSplitter splitter_;
};

}  // namespace fitd
