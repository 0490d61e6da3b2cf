// Years and their parts that look like other numbers: 01.2023, 2019,083. Any process, any thread; pure functions.
#pragma once

#include <string>
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

// Whether it is a decimal year with a comma, 2019,083, in years from 1600 to 2299.
inline bool IsYearWithComma(std::string_view text) {
  if (text.size() < 6 || text[4] != ',' || text[0] < '1' || text[0] > '2') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && !IsDigit(text[i])) return false;
  }
  return text[0] == '1' ? text[1] >= '6' : text[1] < '3';
}

// The same with a point.
inline std::string YearWithPoint(std::string_view text) {
  std::string year(text);
  year[4] = '.';
  return year;
}

}  // namespace fitd
