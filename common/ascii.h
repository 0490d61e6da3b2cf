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

constexpr char LowerCase(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
}

constexpr bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (LowerCase(a[i]) != LowerCase(b[i])) return false;
  }
  return true;
}

constexpr bool EndsWithIgnoringCase(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && EqualsIgnoringCase(text.substr(text.size() - suffix.size()), suffix);
}

inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = LowerCase(c);
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
