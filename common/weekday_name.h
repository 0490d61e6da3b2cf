// The days of the week as people write them before or behind a date, in a dozen languages. Any process, any thread;
// pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace fitd {

// A name of a day that a text begins with: "Mon", "lundi", "So.", "segunda-feira", "月".
struct WeekdayName {
  std::size_t size = 0;  // bytes, with the dot behind a short one; 0: the text begins with another word or none
  int day = 0;           // Monday 1; 0: the word is another day in another language, as "di" and "mar" are
};

WeekdayName WeekdayNameAt(std::string_view text);

}  // namespace fitd
