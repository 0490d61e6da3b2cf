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

// The reason in CsvLayout::unused for a column that numbers the rows.
inline constexpr std::string_view kRowNumber = "different in every row";

struct CsvLayout {
  std::size_t columns = 0;
  std::vector<std::string> names;  // of all columns, as UTF-8; an unnamed one is empty
  CsvShape shape = CsvShape::kLong;
  // Indices of columns. Without targets in long format, file_target is the target of all rows. Several times are joined
  // with a blank, several targets with a slash. Without times, rows are numbered.
  std::vector<std::size_t> targets;
  std::vector<std::size_t> times;
  std::vector<std::size_t> values;  // wide: the targets; rows: the times
  bool ids_name_values = false;     // CsvOptions::ids_name_values
  bool counts_rows = false;         // events are counted: the value is 1 in every row, and `values` is the time
  std::vector<TimePart> parts;      // how each of `times` is read; empty: all are plain
  // A table with months or hours across: the text that each of `values` adds to the time of its row, with the blank
  // between them (" Jan"). Empty: no table.
  std::vector<std::string> table;
  bool table_first = false;               // that text goes in front of the row's time: years across and months down
  int year_begins = 0;                    // first month (1..12) of years such as 2023-24; 0: no such years
  std::vector<std::string> header_times;  // kRows: the time of each of `values`, as text
  std::string file_target;

  char separator = ',';
  NumberStyle numbers;
  std::vector<std::string> units;  // of all columns, as written behind their numbers
  std::vector<bool> measured;      // of all columns: some of the first rows hold a number
  // Of all columns, from a row of units below the header; empty: there is none.
  std::vector<std::string> said_units;
  std::string_view scale;  // thousands, millions or billions, from a title above the header; empty: none says so
  bool header = true;
  bool comments = false;           // lines that begin with # are no data
  bool windows1252 = false;        // the first bytes are Windows-1252
  std::uint64_t titles = 0;        // lines above the header that are titles (CsvDialect::titles)
  std::uint64_t lines_above = 0;   // all lines above the header
  std::uint64_t data_offset = 0;   // offset of the first byte behind the header
  std::uint64_t header_lines = 1;  // newlines before the data

  std::vector<std::string> time_cells;  // the first times (kRows: those of the header), as text
  bool interleaved = false;             // the first rows alternate between targets
  // Shortest ISO 8601 time, in characters, that is an observation; shorter ones are totals of longer periods
  // (TimeRule::shortest): 8 where 2024-03 is a total of days. 0: there are no such totals.
  std::uint8_t shortest_time = 0;
  std::size_t period_column = kNoColumn;  // column that tells totals from the rest and may be an id

  std::vector<std::pair<std::size_t, std::string>> unused;  // columns and why; an empty text: nothing asked for them
  // Of these, the columns of numbers: row numbers, codes, times that are said again. The others may yet bring values.
  std::vector<std::size_t> no_values;
  // Of unused columns that are called after ids, or places and the like, those that hold one word or code in all of the
  // first rows, and that.
  std::vector<std::pair<std::size_t, std::string>> lone_ids;
  // Unused columns that are empty in the first rows: a number in a later row would make them targets.
  std::vector<std::size_t> awaited;
  std::size_t direction = kNoColumn;        // column that says whether values go in or out
  bool direction_flags = false;             // by flags: yes and no, 1 and -1
  bool direction_signs = false;             // those flags are of a column called after its directions (sign)
  std::size_t status = kNoColumn;           // column that says whether values were observed
  bool blank_status = false;                // an empty cell in that column is a status of its own
  std::size_t unit_column = kNoColumn;      // column that says what values are measured in
  std::vector<std::string> notes;           // sentences about what was found
  bool found_target = false;                // no option says `targets`: it was found, or found to be empty
  std::vector<std::size_t> key_candidates;  // columns that may yet tell rows of one time apart
  std::vector<bool> key_is_text;            // of each: it holds words
  std::vector<bool> key_is_part;            // of each: it is a part of the time (TargetColumns::IsPart)

  bool wide() const { return shape == CsvShape::kWide; }
  // "'name'", or "#3" for a column without a name.
  std::string NameOf(std::size_t column) const;
  // The cell of the only time column, as PlainTime() shortens it.
  std::string_view TimeCell(const std::vector<std::string_view>& fields) const { return PlainTime(fields[times[0]]); }
  // The time of a record that has all columns: its time cells, joined as `parts` says.
  std::string TimeText(const std::vector<std::string_view>& fields) const;
  void AppendTimeText(const std::vector<std::string_view>& fields, std::string& text) const;
  // Appends the time of the i-th of `values` in a record of a table.
  void AppendTableTime(const std::vector<std::string_view>& fields, std::size_t i, std::string& text) const;
  // The columns as --target-column takes them: names, or #N where a name is missing or not unique.
  std::string OptionFor(const std::vector<std::size_t>& columns) const;
};

// The layout of a file that begins with `head` (without a byte order mark). `complete`: `head` is the whole file, and
// ends with a newline. kInvalidInput names the file, what is missing, the columns there are and the option to say it.
Result<CsvLayout> ReadLayout(std::string_view head, bool complete, const CsvOptions& options, const std::string& path);

}  // namespace fitd
