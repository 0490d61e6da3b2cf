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
  std::size_t whole = 0;  // of the numbers, those without a decimal mark, a unit or an exponent
  std::size_t numeric_times = 0;
  std::size_t dates = 0;
  std::size_t clocks = 0;
  std::size_t with_clock = 0;  // of the dates, those with a time of day, and
  std::size_t midnights = 0;   // of these, those at midnight
  bool counts = true;          // 0, 1, 2, ... or 1, 2, 3, ...
  bool constant = true;
  bool one_day = true;  // cells begin with the same ten characters, as times of one day do
  double least = 0;
  double most = 0;
  UnitCounts units;     // of its numbers but zeros without one
  std::string unit;     // of most of them
  std::string example;  // the first cell that is not missing

  // Years among them are dates too, where others of its cells are no numbers.
  bool is_date() const { return Most(dates) || (dates > 0 && numbers == numeric_times && Most(dates + numbers)); }
  bool is_clock() const { return Most(clocks); }
  bool is_number() const { return Most(numbers); }
  bool is_text() const { return cells > 0 && numbers == 0; }
  bool is_half_number() const { return !is_number() && 2 * numbers >= cells && numbers > 0; }
  bool is_mostly_text() const { return cells > 0 && 5 * numbers < cells; }
  bool is_whole() const { return is_number() && whole == numbers; }
  bool is_numeric_time() const { return is_number() && numeric_times == numbers; }

 private:
  // A few broken cells do not change what a column is.
  bool Most(std::size_t count) const { return count > 0 && 5 * count >= 4 * cells; }
};

// The units of several columns together.
UnitCounts UnitsOf(const std::vector<ColumnFacts>& facts, const std::vector<std::size_t>& columns);

// Of `columns` columns, from the first of the records [from, end) that have so many fields, and from some that lie
// evenly behind them.
std::vector<ColumnFacts> StudyColumns(const std::vector<Records::Record>& records, std::size_t from,
                                      std::size_t columns);

// Words of strptime that read all cells of a column which is no time by itself: 01/20, KW 1/22, FY20-P01. Empty: none
// of those that are tried does.
std::string LikelyTimeFormat(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                             std::size_t column);

// Whether a column of times says when rows were written, at any second, and another one the day that each is of, no two
// of which are the same: an order of January 1 that was loaded on January 2 at 03:17:31.
bool IsWrittenAfter(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns,
                    std::size_t written, std::size_t day);

// The decimal mark that these rows prove, with `groups` or `points` false where 1,234 or 1.234 is either a thousand and
// more or one and a bit. `separator` is that of the fields: quoted 1,234 between commas is a thousand where dates are
// not written with points, and 1.234 between commas or blanks, or beside dates as programs write them and not between
// semicolons, is none.
NumberStyle FindNumberStyle(const std::vector<Records::Record>& records, std::size_t from, char separator);
// NumberStyle::dash: a column has nothing but numbers as accounts show them, each between one blank and another.
bool HasAccounts(const std::vector<Records::Record>& records, std::size_t from, std::size_t columns);

}  // namespace fitd
