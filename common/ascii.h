// ASCII letters and digits, whatever the locale. Any process, any thread; pure.
#pragma once

#include <string>
#include <string_view>

namespace fitd {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Not empty, and nothing else.
constexpr bool AllDigits(std::string_view text) {
  for (const char c : text) {
    if (!IsDigit(c)) return false;
  }
  return !text.empty();
}

inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
  return lower;
}

// Without the spaces and tabs at both ends.
constexpr std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Bytes of the blank without a break that a text in UTF-8 begins with (U+00A0, U+202F); 0: there is none.
constexpr std::size_t NoBreakSize(std::string_view text) {
  return text.starts_with("\xc2\xa0") ? 2 : text.starts_with("\xe2\x80\xaf") ? 3 : 0;
}

}  // namespace fitd
