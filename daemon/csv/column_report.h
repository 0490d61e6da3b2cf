// Reports which column got which role, and the options that say so, or that would read what cannot be read without.
// Daemon; values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fitd {

enum class TimePart : std::uint8_t;

struct CsvLayout;
struct RoleDraft;

struct ColumnsTaken {
  std::string layout;                // long, wide, rows
  std::vector<std::string> targets;  // names of columns, #N where one has none; empty: the file's name
  std::vector<std::string> times;
  std::vector<TimePart> time_parts;  // how each of them is read
  std::vector<std::string> values;
  std::vector<std::pair<std::string, std::string>> unused;  // name, and the reason or an empty text
  std::vector<std::string> no_values;                       // of these, the columns of numbers
  std::string separator;
  std::string decimal;
  bool decimal_marked = false;     // some number has a point or a comma
  std::vector<std::string> units;  // of each of `values`; an empty text: none
  bool header = true;
  std::uint64_t lines_above = 0;
  std::uint64_t titles = 0;
  bool windows1252 = false;
  std::vector<std::string> notes;
  // The columns as --target-column, --time-column, --value-column and --ignore take them.
  std::string target_option, time_option, value_option, ignore_option;
};

ColumnsTaken ReportColumns(const CsvLayout& layout);

// "columns: time date, value y, target (file name); not used: x, temperature"
std::string DescribeColumns(const ColumnsTaken& columns);
// "text: separated by ;, decimal comma, 2 lines above the header"; empty for plain CSV.
std::string DescribeText(const ColumnsTaken& columns);

// Message for days of a year that are probably periods of a ledger: 2023001 to 2023012 of several years, or 001.2023.
// Empty: they are not, or --time-format says what they are.
std::string PeriodsAsDays(const RoleDraft& draft);
// Message for days in digits that are no YYYYMMDD and stand beside their times of day (240101 and 0930), with the
// --time-format that reads both. Empty: there are none.
std::string DaysInDigits(const RoleDraft& draft);
// Message for columns that are days of the week, at most with a total behind: a row is a week, which is not read.
// Empty: they are not.
std::string WeekdaysAcross(const RoleDraft& draft);
// Message for columns of years beside days of one of these years, whose values would all stand in that year. Empty:
// there are none.
std::string YearsBesideDays(const RoleDraft& draft);
// The remedy for "2024-01-01,5" with the separators inside quotes.
inline constexpr std::string_view kRowsInQuotes =
    "every row is one quoted field: take the quotes around the rows away, as with sed 's/^\"//; s/\"$//'";

// Says where the names of the columns stand again below the header, in another order, so that two tables are one file;
// empty: they do not.
std::string HeaderBelow(const RoleDraft& draft);
// What would work where no column holds numbers: one with some numbers, else a cell and what it should be.
std::string RemedyWithoutNumbers(const RoleDraft& draft);
// Message where the only column of numbers is the same in every row and called a code, or beside cells of several
// numbers (+0163,1). Empty: it may be the value.
std::string CodeAsValue(const RoleDraft& draft, std::size_t column);
// What would work where no column holds times.
std::string RemedyWithoutTimes(const RoleDraft& draft);

}  // namespace fitd
