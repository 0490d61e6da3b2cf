// What the lines and columns of a file mean, from its first bytes.
// Daemon, ingest threads; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/status.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_number.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/clock_words.h"

namespace fitd {

enum class CsvShape : std::uint8_t {
  kLong,  // a row is one time of one target; several value columns make several targets of it
  kWide,  // a row is one time of all targets, which are columns
  kRows,  // a row is one target, whose times are in the header
};

inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

// Why a column that numbers the rows is left out.
inline constexpr std::string_view kRowNumber = "different in every row";

struct CsvLayout {
  std::size_t columns = 0;
  std::vector<std::string> names;  // of all columns, as UTF-8; an unnamed one is empty
  CsvShape shape = CsvShape::kLong;
  // Places of columns. No targets in long format: file_target is the target of all rows. Several times are joined with
  // a blank, several targets with a slash. No times: rows are numbered.
  std::vector<std::size_t> targets;
  std::vector<std::size_t> times;
  std::vector<std::size_t> values;  // wide: the targets; rows: the times
  bool counts_rows = false;         // the value is 1 in every row, and `values` the time: events that are counted
  std::vector<TimePart> parts;      // of the times; empty: all are plain
  std::vector<std::string> table;   // of a table with times of the day or of the year across: what each of the values
                                    // adds to the time of its row, with the blank between; empty: no table
  bool table_first = false;         // what they add stands before that time: years across and months down
  int year_begins = 0;              // months of years such as 2023-24 that begin with this one; 0: no such years
  std::vector<std::string> header_times;  // of rows: the time of each of the values, as text
  std::string file_target;

  char separator = ',';
  NumberStyle numbers;
  std::vector<std::string> units;  // of all columns
  bool header = true;
  bool comments = false;           // lines that begin with # are none of the data
  bool latin1 = false;             // ids are Windows-1252
  std::uint64_t titles = 0;        // lines above the header that say something
  std::uint64_t lines_above = 0;   // all lines above it
  std::uint64_t data_offset = 0;   // of the first byte behind the header
  std::uint64_t header_lines = 1;  // newlines before the data

  std::vector<std::string> time_cells;  // the first times, or those of the header, as text
  bool interleaved = false;             // the first rows are of ever other targets
  // Characters of a time in ISO 8601 where a target has totals of longer periods between its times (TimeRule); 0: it
  // has none.
  std::uint8_t fewest = 0;
  std::size_t period = kNoColumn;  // the column that tells these apart, where they may be targets

  std::vector<std::pair<std::size_t, std::string>> unused;  // columns and why; empty: nobody asked for them
  // Of them, those without a cell in the first rows: a number in another row would be a target's.
  std::vector<std::size_t> awaited;
  std::size_t sign = kNoColumn;             // whether they go in or out, in a column of its own
  std::size_t stage = kNoColumn;            // whether they were observed, in a column of its own
  bool stage_of_blanks = false;             // and empty there says something
  std::size_t unit = kNoColumn;             // what the values are in, in a column of its own
  std::vector<std::string> notes;           // sentences about what was found
  bool found_target = false;                // the id, or that there is none, was found, not said
  std::vector<std::size_t> key_candidates;  // columns that may yet tell rows of one time apart, and
  std::vector<bool> key_is_text;            // which of them hold words,
  std::vector<bool> key_is_part;            // and which are called a part of the time

  bool wide() const { return shape == CsvShape::kWide; }
  // "'name'", or "#3" for a column without a name.
  std::string NameOf(std::size_t column) const;
  // Of one time, its cell.
  std::string_view TimeCell(const std::vector<std::string_view>& fields) const { return PlainTime(fields[times[0]]); }
  // The time of a record that has all columns, its cells joined as their parts say.
  std::string TimeText(const std::vector<std::string_view>& fields) const;
  void AppendTimeText(const std::vector<std::string_view>& fields, std::string& text) const;
  // Of a table, that of the i-th of its values.
  void AppendTableTime(const std::vector<std::string_view>& fields, std::size_t i, std::string& text) const;
  // As --target-column and its like take it.
  std::string OptionFor(const std::vector<std::size_t>& columns) const;
};

// The layout of a file that begins with `head` (without a byte order mark); `complete`: with nothing behind it. `head`
// ends with a newline when complete. kInvalidInput names the file, what is missing, the columns there are and the
// option that says it.
Result<CsvLayout> ReadLayout(std::string_view head, bool complete, const CsvOptions& options, const std::string& path);

// Why these first bytes cannot be CSV text (NUL); OK otherwise.
Status CheckText(std::string_view head, const std::string& path);

}  // namespace fitd
