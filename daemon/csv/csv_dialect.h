// How the lines of a file are written: separator, lines above the header, whether there is a header.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

enum class TimePart : std::uint8_t;

// What a caller says about the lines and columns of its files.
struct CsvOptions {
  // Columns: lists as in name_list.h, each a name or #N; empty: found by name and content.
  std::string target_column;
  std::string time_column;
  std::string value_column;
  std::string ignore;
  bool wide = false;                 // layout "wide"
  std::string layout = "auto";       // or long, wide, rows, table
  std::string separator = "auto";    // or one character, or tab
  std::string decimal = "auto";      // or "." or ","
  std::vector<std::string> missing;  // markers beside the usual ones
  int skip_lines = -1;               // lines above the header; -1: found
  bool no_header = false;            // no line is a header; columns are called #1, #2, ...
  // Target and value columns of an earlier reading, several joined as a/b (FindJoined). Used when the file has both and
  // no option names either.
  std::string like_target, like_value;
  // Of an update, which may be too few rows to show it: how the run read each of the columns of time (TimePart), and
  // columns of numbers that it did not use and that are no new targets.
  std::vector<TimePart> like_parts;
  std::vector<std::string> like_no_values;
  std::string time_format;       // words of strptime; empty: recognised
  bool ids_name_values = false;  // of an update: ids end in the column of the value, also where it is the only one
  std::string aggregate;         // how values of one grid point are combined; empty: the last wins
  std::string start;             // time of the first row of data without a time column
};

struct CsvDialect {
  char separator = ',';
  std::size_t header_offset = 0;  // offset of the header (or of the first data record) in the text
  std::uint64_t lines_above = 0;  // newlines before header_offset
  std::uint64_t titles = 0;       // lines above that are neither blank, comments nor a sep= line
  bool header = true;
  bool comments = false;  // lines that begin with # stood above the header
};

// The records of a text, split into fields. The text must outlive this.
class Records {
 public:
  // Reads at most `limit` records from `offset` on. Left out are blank lines, lines that begin with # (when
  // `comments`), records without any text, records with text behind a closing quote, and a last record without a
  // newline.
  Records(std::string_view text, std::size_t offset, char separator, std::size_t limit, bool comments);

  struct Record {
    std::size_t begin = 0;    // offset in the text
    std::size_t end = 0;      // one past its newline
    std::uint64_t lines = 0;  // newlines in it
    std::vector<std::string_view> fields;
  };
  const std::vector<Record>& all() const { return records_; }

 private:
  std::vector<Record> records_;
  std::deque<std::string> unescaped_;
};

// Finds the dialect of a file from its first bytes; `head` may end in the middle of a line.
CsvDialect FindDialect(std::string_view head, const CsvOptions& options);

// The name of a separator for people and for --separator.
std::string SeparatorName(char separator);

}  // namespace fitd
