// How the lines of a file are written: separator, lines above the header, whether there is a header.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_options.h"

namespace fitd {

struct CsvDialect {
  char separator = ',';
  std::size_t header_offset = 0;  // of the header record (or the first data record) in the text
  std::uint64_t lines_above = 0;  // newlines before it
  std::uint64_t titles = 0;       // of those lines, the ones that are neither blank, comments nor a sep= line
  bool header = true;
  bool comments = false;  // lines that begin with # stood above the header
};

// Records of a text as their fields, as many as fit; the text outlives them.
class Records {
 public:
  // At most `limit` records from `offset` on; blank lines and lines that begin with # (when `comments`) are left out.
  // `complete`: the text ends where the file does, so that a last line without a newline counts.
  Records(std::string_view text, std::size_t offset, char separator, std::size_t limit, bool comments,
          bool latin1 = false);

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

// From the first bytes of a file, which end with a newline or in the middle of a line.
CsvDialect FindDialect(std::string_view head, const CsvOptions& options);

// The name of a separator for people and for --separator.
std::string SeparatorName(char separator);

}  // namespace fitd
