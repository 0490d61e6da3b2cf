// A month or a week before its year, with a point between them, which a number looks like too. Any process, any thread;
// a pure function.
#pragma once

#include <string_view>

#include "common/ascii.h"

namespace fitd {

// Of "01.2023", "1.2023" and "52.2023" the number of the part, 1 to 53, in years from 1900 to 2199; 0: it is none.
inline int PartBeforeYear(std::string_view text) {
  const std::size_t point = text.find('.');
  if ((point != 1 && point != 2) || text.size() != point + 5) return 0;
  int numbers[2] = {0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (!IsDigit(text[i])) return 0;
    int& number = numbers[i > point ? 1 : 0];
    number = 10 * number + (text[i] - '0');
  }
  return numbers[0] <= 53 && numbers[1] >= 1900 && numbers[1] < 2200 ? numbers[0] : 0;
}

}  // namespace fitd
