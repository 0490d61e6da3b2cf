// Numbers beside the time of a row that repeat it: 202301, 20230131, 230131, 2023031, 1672531200, 2023.0833. Daemon,
// ingest threads; pure.
#pragma once

#include <string_view>
#include <vector>

namespace fitd {

struct TimedNumber {
  std::string_view digits;
  int year;            // of the time of its row
  double seconds = 0;  // since 1970 of that; 0: not known
};

// The year (1900..2100) in the text of a time: of a date, of YYYYMMDD, or of seconds since 1970; 0: there is none.
int YearNamedIn(std::string_view time);

// True when numbers, in the order of their rows, only rise or only fall and are dates or seconds of the years in their
// times. Bare years, decimal years and weeks must be of several years: of one year they may be a measure by chance.
bool SayTimes(const std::vector<TimedNumber>& numbers);

}  // namespace fitd
