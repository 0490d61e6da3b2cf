// Parses the records of one piece of an input into a target table.
// Daemon, ingest threads; a RowParser belongs to one thread and one piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ingest/csv_layout.h"
#include "daemon/ingest/csv_record.h"
#include "daemon/ingest/target_table.h"
#include "daemon/ingest/time_parser.h"

namespace fitd {

inline constexpr std::size_t kBadRowsShown = 20;

struct BadRow {
  std::uint64_t line = 0;  // within the piece, from 0
  std::size_t column = 0;  // byte in the line, from 1
  std::string message;     // "message: 'text'"
};

struct RowCounts {
  std::uint64_t rows = 0;
  std::uint64_t bad = 0;
  std::uint64_t missing = 0;
  std::uint64_t lines = 0;  // newlines passed
  std::vector<BadRow> first_bad;
  std::optional<TimeFormat> format;  // of the first good row
};

class RowParser {
 public:
  // All outlive the parser. Rows are tagged with `piece`.
  RowParser(const CsvLayout& layout, TargetTable& table, std::uint32_t piece, RowCounts& counts);

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
  bool SelectTarget(std::string_view id);
  void HandleRecord(const char* begin, const char* end, const std::vector<std::string_view>& fields,
                    const std::vector<const char*>& starts);
  void HandleLong(const char* begin, const std::vector<std::string_view>& fields,
                  const std::vector<const char*>& starts);
  void HandleWide(const char* begin, const std::vector<std::string_view>& fields,
                  const std::vector<const char*>& starts);
  bool ParseTime(const char* begin, const std::vector<std::string_view>& fields, const std::vector<const char*>& starts,
                 TimeNs* time, TimeFormat* format);
  bool ParseValue(const char* begin, std::size_t column, const std::vector<std::string_view>& fields,
                  const std::vector<const char*>& starts, double* value);
  void Bad(const char* begin, const char* at, std::string_view message, std::string_view text);
  void Good(TimeFormat format) {
    ++counts_.rows;
    if (!counts_.format) counts_.format = format;
  }

  const CsvLayout& layout_;
  TargetTable& table_;
  std::uint32_t piece_;
  RowCounts& counts_;
  TimeParser times_;
  bool fast_ = false;  // columns are exactly target, time, value
  static constexpr std::uint32_t kNoTarget = static_cast<std::uint32_t>(-1);
  std::uint32_t current_ = kNoTarget;
  TargetRows* rows_ = nullptr;
  struct WideColumn {
    std::uint32_t index;
    TargetRows* rows;  // null: the time
  };
  std::vector<WideColumn> wide_columns_;
  std::vector<double> wide_values_;
  std::vector<std::string_view> fields_;
  std::vector<const char*> starts_;
  RecordSplitter splitter_;
};

}  // namespace fitd
