// Years that need not begin in January, as people write them in cells: 2023-24, 2023/2024, FY2023-24, FY24. Daemon,
// ingest threads; pure functions.
#pragma once

#include <string_view>

namespace fitd {

struct FiscalYear {
  int first = 0;        // the year it begins in, where it is of two; 0: the text is none
  bool of_two = false;  // 2023-24; else it is called by one year, which it may begin or end in

  explicit operator bool() const { return first > 0; }
};
// A bare year is none; 2018年 is one, as East Asia writes it.
FiscalYear FiscalYearOf(std::string_view text);

}  // namespace fitd
