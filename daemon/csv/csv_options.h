// What a caller says about the lines and columns of its files. Values; daemon.
#pragma once

#include <string>
#include <vector>

namespace fitd {

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
  int skip_lines = -1;               // above the header; -1: found
  bool no_header = false;            // columns have numbers only
  // Target and value of an earlier reading, as it named them: taken where the file has both and no option says another.
  std::string like_target, like_value;
  std::string time_format;  // words of strptime; empty: recognised
  std::string start;        // time of the first row of data without a time column
};

}  // namespace fitd
