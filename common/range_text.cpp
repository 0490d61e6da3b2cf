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
  // The end may be written shorter, or in another zone: 3/10/2024 12:00 AM - 1:00 AM.
  constexpr std::string_view kDash = " - ";
  if (const std::size_t dash = text.find(kDash); dash != std::string_view::npos && dash >= kShortest) {
    const std::string_view end = text.substr(dash + kDash.size());
    const bool clock =
        end.find(':') != std::string_view::npos && text.substr(0, dash).find(':') != std::string_view::npos;
    if (clock && end.find(kDash) == std::string_view::npos && IsDigit(text[0]) && IsDigit(end[0]))
      return text.substr(0, dash);
  }
  for (const std::string_view between : {" - ", "/", " to ", " \xe2\x80\x93 "}) {
    if (text.size() < 2 * kShortest + between.size() || (text.size() - between.size()) % 2 != 0) continue;
    const std::size_t half = (text.size() - between.size()) / 2;
    if (text.substr(half, between.size()) != between) continue;
    if (AreAlike(text.substr(0, half), text.substr(half + between.size()))) return text.substr(0, half);
  }
  return text;
}

}  // namespace fitd
