// What the first rows of a file and some of the others say about each of its columns. Daemon, ingest threads; values.
#pragma once

#include <string>
#include <vector>

#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_number.h"

namespace fitd {

struct ColumnFacts {
  std::size_t rows = 0;
  std::size_t cells = 0;  // that are not missing
  std::size_t numbers = 0;
  std::size_t whole = 0;  // numbers without a decimal mark, a unit or an exponent
  std::size_t codes = 0;  // those, and the ones that a data frame writes with .0 behind: 7.0
  std::size_t numeric_times = 0;
  std::size_t dates = 0;
  std::size_t clocks = 0;
  std::size_t with_clock = 0;  // dates with a time of day
  std::size_t midnights = 0;   // dates with a time of day that is midnight
  bool counts = true;          // from row to row the cells are 0, 1, 2, ... or 1, 2, 3, ...
  bool constant = true;
  bool one_day = true;  // cells begin with the same ten characters, as times of one day do
  double least = 0;
  double most = 0;
  UnitCounts units;     // of its numbers; zeros without a unit are not counted
  std::string unit;     // the most frequent of `units`
  std::string example;  // the first cell that is not missing

  // Numbers that may be times count as dates beside cells that are dates: 2023 beside 2024-03.
  bool is_date() const { return Most(dates) || (dates > 0 && numbers == numeric_times && Most(dates + numbers)); }
  bool is_clock() const { return Most(clocks); }
  bool is_number() const { return Most(numbers); }
  bool is_text() const { return cells > 0 && numbers == 0; }
  bool is_half_number() const { return !is_number() && 2 * numbers >= cells && numbers > 0; }
  bool is_mostly_text() const { return cells > 0 && 5 * numbers < cells; }
  bool is_whole() const { return is_number() && whole == numbers; }
  bool is_code() const { return is_number() && codes == numbers; }
  bool is_numeric_time() const { return is_number() && numeric_times == numbers; }

 private:
  // A few broken cells do not change what a column is.
  bool Most(std::size_t count) const { return count > 0 && 5 * count >= 4 * cells; }
};

// NumberStyle::own of a file.
char OwnMark(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns);

// The units of several columns together.
UnitCounts UnitsOf(const std::vector<ColumnFacts>& facts, const std::vector<std::size_t>& columns);

// Facts about each of `columns` columns, from the first 200 of the records from `from` on and from up to 400 later
// ones, spread evenly. Records with another number of fields are passed over.
std::vector<ColumnFacts> StudyColumns(const std::vector<Records::Record>& records, std::size_t from,
                                      std::size_t columns);

// A strptime pattern that reads every cell of a column whose times are not recognised without one: %m/%y for 01/20, KW
// %V/%y for KW 1/22, FY%y-P%m for FY20-P01. Empty when none of the patterns tried does.
std::string LikelyTimeFormat(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                             std::size_t column);

// True when `written` holds load timestamps (many different seconds) and `day` holds dates without a time of day,
// different in every row: an order of January 1 that was loaded on January 2 at 03:17:31.
bool IsWrittenAfter(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                    std::size_t written, std::size_t day);

// Finds the decimal mark. Where 1,234 or 1.234 stays ambiguous (a thousand and more, or one and a bit), `groups`
// (comma) or `points` (point) is false and such cells are refused (NumberKind::kAmbiguous). `separator` is that of the
// fields: between commas a quoted 1,234 is a thousand, unless dates are written with points (31.12.2024); 1.234 is a
// decimal between commas or blanks, and elsewhere unless dates are written by hand (31.12.2024, 31/12/2024) or the
// separator is a semicolon.
NumberStyle FindNumberStyle(const std::vector<Records::Record>& records, std::size_t from, char separator);
// The value of NumberStyle::dash: true when all numbers of some column (at least three) are in accounting format, with
// one blank in front and one blank or a closing parenthesis behind.
bool HasAccounts(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns);

}  // namespace fitd
