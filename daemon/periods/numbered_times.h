// Numbers that say when their rows are, in a column beside the time: 202301, 20230131, 230131, 2023031, 1672531200,
// 2023.0833. Daemon, ingest threads; pure.
#pragma once

#include <string_view>
#include <vector>

namespace fitd {

struct TimedNumber {
  std::string_view digits;
  int year;  // of the time of its row
};

// The year that a text of a time names: of a date, of one without marks, or of seconds since 1970; 0: none.
int YearNamedIn(std::string_view time);

// Whether numbers, in the order of their times, go one way as times do and are dates or seconds of the years beside
// them. What is of several years, or more exact than one, is no measure by chance.
bool SayTimes(const std::vector<TimedNumber>& numbers);

}  // namespace fitd
