// Years that need not begin in January, as people write them in cells: 2023-24, 2023/2024, FY2023-24, FY24. Daemon,
// ingest threads; pure functions.
#pragma once

#include <string_view>

namespace fitd {

struct FiscalYear {
  int first = 0;        // the year, or the earlier one of two; 0: the text is no fiscal year
  bool of_two = false;  // 2023-24; false: named by one year, in which it may begin or end

  explicit operator bool() const { return first > 0; }
};
// Reads a fiscal year. A bare year is none; 2018年 is one, as East Asia writes it.
FiscalYear FiscalYearOf(std::string_view text);

}  // namespace fitd
