// Says which columns were taken for what, and how to say so on a command line. Values; daemon.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fitd {

struct CsvLayout;

struct ColumnsTaken {
  std::string layout;                // long, wide, rows
  std::vector<std::string> targets;  // names of columns, #N where one has none; empty: the file's name
  std::vector<std::string> times;
  std::vector<std::string> values;
  std::vector<std::pair<std::string, std::string>> unused;  // name, and why where something says so
  std::string separator;
  std::string decimal;
  bool decimal_marked = false;     // a number has one
  std::vector<std::string> units;  // behind the values of each column of them; empty: none
  bool header = true;
  std::uint64_t lines_above = 0;
  std::uint64_t titles = 0;
  bool latin1 = false;
  std::vector<std::string> notes;
  // For options that take columns.
  std::string target_option, time_option, value_option, ignore_option;
};

ColumnsTaken ReportColumns(const CsvLayout& layout);

// "columns: time date, value y, target (file name); not used: x, temperature"
std::string DescribeColumns(const ColumnsTaken& columns);
// "text: separated by ;, decimal comma, 2 lines above the header"; empty for plain CSV.
std::string DescribeText(const ColumnsTaken& columns);

}  // namespace fitd
