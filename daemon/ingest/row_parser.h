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
  // All arguments outlive the parser. `piece`: number of the piece, kept with every row.
  RowParser(const FileLayout& layout, TargetTable& table, std::uint32_t piece, RowCounts& counts);

  // Parses the records that begin in [p, stop) and whose newline is before `end`; returns the start of the first record
  // that it left.
  const char* Consume(const char* p, const char* end, const char* stop);
  // Reports the rest of the input, [p, end), as a record whose quote is never closed.
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
  // The id of the current row; empty when its cells are, which is reported as a bad row.
  std::string_view IdOfRow(const char* begin);
  bool ParseTime(const char* begin, TimeNs* time, TimeFormat* format);
  // Reads a number. When a mark of a provisional value follows it (46.5 p), reads it without the mark and counts it.
  NumberKind ReadNumber(std::size_t column, double* value);
  NumberKind ReadCell(std::string_view field, std::size_t column, double* value) const;
  // False when the cell is not a number; the row is then reported as bad.
  bool ParseValue(const char* begin, std::size_t column, double* value);
  static bool IsRead(NumberKind kind) { return kind == NumberKind::kValue || kind == NumberKind::kMissing; }
  // Counts an unreadable cell of a target; returns NaN, the value to store instead.
  double CountUnread(const char* begin, std::size_t column, const TargetRows& rows, NumberKind kind);
  void Watch(std::string_view id, bool negative);
  void ParseHeaderTimes();
  void Bad(const char* begin, const char* at, std::string_view message, std::string_view text);
  // The number of the next row of a target, from 1, which is its time in files without times.
  TimeNs NumberRow(std::uint32_t target);
  // True for rows that are skipped silently: comments, rows of empty cells, how many rows there were, ends of files of
  // old systems.
  bool IsPassed(const char* begin) const;
  bool IsFooterInPieces() const;
  bool IsHeader() const;     // that of the file again, in any case
  bool BeginsTable() const;  // the time column repeats its own name, or all columns have those of others
  bool IsTitle() const;      // words in the first cell, the others empty
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
  bool watches_ = false;  // a column beside the values has to be checked (Watch)
  bool plain_ = false;    // numbers need no decimal mark, group mark or unit handling
  const char separator_;
  static constexpr std::uint32_t kNoTarget = static_cast<std::uint32_t>(-1);
  std::uint32_t current_ = kNoTarget;
  TargetRows* rows_ = nullptr;
  struct ValueColumn {
    std::uint32_t index;  // index of the target in table_
    TargetRows* rows;
  };
  std::vector<ValueColumn>
      value_columns_;        // wide files: one per value column of the file; HandleMeasures: those of measured_id_
  std::string measured_id_;  // the id that value_columns_ are of
  std::vector<double> values_;
  std::vector<TimeNs> header_times_;
  std::vector<TimeNs> table_times_;
  std::vector<NumberKind> kinds_;  // result of reading each value of the current row
  TimeFormat header_format_ = TimeFormat::kDate;
  std::vector<std::uint64_t> row_numbers_;  // rows so far by target, in files without times
  std::string time_text_;
  RowId row_id_;
  // The current record.
  const std::vector<std::string_view>* fields_ = nullptr;
  const std::vector<const char*>* starts_ = nullptr;
  std::vector<std::string_view> plain_fields_;
  std::vector<const char*> plain_starts_;
  std::deque<std::string> decoded_;
  RecordSplitter splitter_;
};

}  // namespace fitd
