// Numbers as times: a count of units, a year with decimals, a count of days. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/series/written_time.h"

namespace fitd {

struct Epoch {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;
  bool negative = false;
  bool fits = true;
};

// All of `text`: 1700000000, -5, 1700000000.25 or 1.7e+09.
bool ParseEpoch(std::string_view text, Epoch* epoch);
// A year and a fraction of it, which `text` was. A month written as a twelfth, or the middle of one, is that month, as
// exactly as its decimals can say.
TimeError FromDecimalYear(std::string_view text, const Epoch& epoch, TimeNs* wall);
// Days since 1899-12-30, or from another day that is so many half days earlier, to the second.
TimeError FromExcel(Epoch epoch, TimeNs* wall, std::int64_t half_days);

}  // namespace fitd
