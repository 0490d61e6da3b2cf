// Records below a header that are no data: units, descriptions, a second header. They stand above the first record with
// a time, in the column where nearly all records have one. And headers of another width than the rows. Daemon, ingest
// threads; a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_dialect.h"

namespace fitd {

class RowsAboveData {
 public:
  // `records` are those below a header of `columns` columns; they must outlive this.
  RowsAboveData(const std::vector<Records::Record>& records, std::size_t columns);

  std::size_t rows() const { return rows_; }
  // Takes for the header a row of times below titles that the program which wrote them filled up with separators, and
  // adds the years of a header to the months in the row below it.
  void FindTimesAcross(std::vector<std::string>& names);
  // Index of a better header among these rows than `names`, which must not name the time column: it does (time, date),
  // or `names` has a date there, or it names several columns where `names` has one at most, or all where `names` has
  // gaps. rows() when there is none.
  std::size_t BetterHeader(const std::vector<std::string>& names) const;
  // Joins headers of several levels, as data frames write them: when a name stands above several columns, the names
  // below it in these rows are added (Close/AAPL). A row with text in the time column alone names that column.
  void JoinLevels(std::vector<std::string>& names) const;

 private:
  std::size_t FirstWithTime();
  bool JoinYears(std::vector<std::string>& names) const;
  bool HasTime(const Records::Record& record) const;
  bool HasValuesOf(const Records::Record& record, const Records::Record& data) const;
  bool IsDataOfOtherWidth(const Records::Record& record) const;
  bool HoldsNoData(const Records::Record& record) const;
  bool NamesMore(const std::vector<std::string_view>& fields, const std::vector<std::string>& names) const;

  const std::vector<Records::Record>& records_;
  std::size_t columns_;
  std::size_t time_column_ = 0;  // index of the column in which most records have a time
  std::size_t rows_ = 0;
  std::size_t across_ = static_cast<std::size_t>(-1);  // the row of times below titles
  bool joined_ = false;                                // years and months
};

// Adapts the names of a header when no record from `from` on has as many fields. One more: R leaves the first column
// without a name, rows may end with an empty field, or a blank splits a time into a date and a clock, which has no name
// then. One fewer: the last name is empty. Returns a message when all records have another number of fields and nothing
// says which names are whose; else an empty text.
std::string FitNames(const std::vector<Records::Record>& records, std::size_t from, std::string_view head,
                     char separator, std::vector<std::string>& names);

}  // namespace fitd
