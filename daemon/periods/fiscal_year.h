// Years that need not begin in January, as people write them in cells: 2023-24, 2023/2024, FY2023-24, FY24. Daemon,
// ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace fitd {

struct FiscalYear {
  int first = 0;        // the year, or the earlier one of two; 0: the text is no fiscal year
  bool of_two = false;  // 2023-24; false: named by one year, in which it may begin or end

  explicit operator bool() const { return first > 0; }
};
// Reads a fiscal year. A bare year is none; 2018年 is one, as East Asia writes it.
FiscalYear FiscalYearOf(std::string_view text);

struct YearMonth {
  int year = 0;
  int month = 0;  // 1..12
};

// Whether years that stand beside months are fiscal ones, by how the rows of each series go on.
class YearTurns {
 public:
  // From the month of a row to that of the next one; rows may go forward or backward in time.
  void Add(const YearMonth& one, const YearMonth& other);
  // Most rows go to the month before or behind, and from December to January within a year only.
  bool AreWithinYears() const;
  // Some go from December to January of the next year.
  bool AnyBetween() const { return between_ > 0; }

 private:
  std::size_t pairs_ = 0, in_order_ = 0, within_ = 0, between_ = 0;
};

}  // namespace fitd
