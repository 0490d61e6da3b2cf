// Records below a header that are none of the data: units, descriptions, a second header. They stand above the first
// record that has a time where nearly all others have theirs. Daemon, ingest threads; a value.
#pragma once

#include <string>
#include <vector>

#include "daemon/csv/csv_dialect.h"

namespace fitd {

class RowsAboveData {
 public:
  // `records` are those below the header of so many columns, and outlive this.
  RowsAboveData(const std::vector<Records::Record>& records, std::size_t columns);

  std::size_t rows() const { return rows_; }
  // The one of these rows that is the header: it calls the column of the times one of times, and the header `names`
  // does not; or it names several columns, and the header one at most, or all columns and the header not. rows(): none
  // is.
  std::size_t BetterHeader(const std::vector<std::string>& names) const;
  // Headers of several levels, as data frames write them: where a name stands above several columns, those below it in
  // these rows are added (Close/AAPL); what stands in the column of the times alone is its name.
  void JoinLevels(std::vector<std::string>& names) const;

 private:
  std::size_t FirstWithTime();
  bool HasTime(const Records::Record& record) const;
  bool HasValuesOf(const Records::Record& record, const Records::Record& data) const;
  bool IsDataOfOtherWidth(const Records::Record& record) const;
  bool HoldsNoData(const Records::Record& record) const;
  bool NamesMore(const std::vector<std::string_view>& fields, const std::vector<std::string>& names) const;

  const std::vector<Records::Record>& records_;
  std::size_t columns_;
  std::size_t time_column_ = 0;  // in which most records have a time
  std::size_t rows_ = 0;
};

}  // namespace fitd
