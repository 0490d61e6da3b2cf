// Numbers as times: a count of units, a year with decimals, a count of days. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/series/written_time.h"

namespace fitd {

struct Epoch {
  std::int64_t whole = 0;       // digits before the point
  std::int64_t billionths = 0;  // the fraction
  bool negative = false;
  bool fits = true;  // `whole` is the number; false: it is too large
};

// Of seconds (0), milliseconds (1), microseconds (2) and nanoseconds (3) since 1970 the unit in which a number is a
// time of the years 2000 to 2099; -1: none.
int UnitOfEpoch(double number);

// Reads all of `text`: 1700000000, -5, 1700000000.25 or 1.7e+09. False: it is no such number.
bool ParseEpoch(std::string_view text, Epoch* epoch);
// A number written with an exponent without it: 1960 for 1.96e+03, as numpy.savetxt writes a year. Empty when `text` is
// none, or has fewer digits than the number before its point (1.67E+12), of which spreadsheets cut some off.
std::string WithoutExponent(std::string_view text);
// Converts a decimal year, 2019.083; `text` is how it was written. A fraction that is a twelfth or the middle of one,
// as exactly as its decimals can say, is the first or the 16th of that month.
TimeError FromDecimalYear(std::string_view text, const Epoch& epoch, TimeNs* wall);
// Converts days since 1899-12-30, or since `half_days` half days before, to the second.
TimeError FromExcel(Epoch epoch, TimeNs* wall, std::int64_t half_days);

}  // namespace fitd
