// The names of days and months as people write them in dates, in a dozen languages and more. Any process, any thread;
// pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fitd {

// A letter of ASCII, or a byte of any character beyond.
constexpr bool IsOfWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Without accents (U+00C0 to U+017F) and in lower case, Latin and Russian, trimmed: "Août" is "aout".
std::string FoldWord(std::string_view text);

// A name of a day that a text begins with: "Mon", "lundi", "So.", "segunda-feira", "月".
struct WeekdayName {
  std::size_t size = 0;  // bytes, with the dot behind a short one; 0: the text begins with another word or none
  int day = 0;           // Monday 1; 0: the word is another day in another language
};

WeekdayName WeekdayNameAt(std::string_view text);

// A name of a month that a text begins with, long or short, also as it stands behind a day: "Jan", "janvier",
// "stycznia".
struct MonthName {
  std::size_t size = 0;  // bytes, without a dot; 0: the text begins with another word or none
  int month = 0;         // January 1
  bool unsure = false;   // a word of another meaning too, such as set, out and gen
};

MonthName MonthNameAt(std::string_view text);
// Of a whole word as FoldWord leaves it, which may have a dot behind it; 0: it is none.
int MonthOfFolded(std::string_view folded);
// Of a month from 1: "january".
std::string_view EnglishMonth(int month);

}  // namespace fitd
