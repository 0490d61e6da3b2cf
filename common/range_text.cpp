#include "common/range_text.h"

#include "common/ascii.h"

namespace fitd {
namespace {

constexpr std::size_t kShortest = 8;  // of a date with day, month and year

// Digits where the other has digits, and the same marks between them.
bool AreAlike(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (IsDigit(a[i]) != IsDigit(b[i]) || (!IsDigit(a[i]) && a[i] != b[i])) return false;
  }
  return IsDigit(a.front());
}

}  // namespace

std::string_view FirstOfRange(std::string_view text) {
  for (const std::string_view between : {" - ", "/", " to ", " \xe2\x80\x93 "}) {
    if (text.size() < 2 * kShortest + between.size() || (text.size() - between.size()) % 2 != 0) continue;
    const std::size_t half = (text.size() - between.size()) / 2;
    if (text.substr(half, between.size()) != between) continue;
    if (AreAlike(text.substr(0, half), text.substr(half + between.size()))) return text.substr(0, half);
  }
  return text;
}

}  // namespace fitd
