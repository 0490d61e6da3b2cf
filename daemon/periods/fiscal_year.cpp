#include "daemon/periods/fiscal_year.h"

#include <cstdlib>
#include <string>

#include "common/ascii.h"
#include "common/text.h"
#include "common/year_number.h"

namespace fitd {
namespace {

// Takes the digits in front of `text` and returns their number; -1: they are neither two nor four.
int TakeYear(std::string_view& text, std::size_t* digits) {
  std::size_t n = 0;
  while (n < text.size() && IsDigit(text[n])) ++n;
  *digits = n;
  const int number = n == 2 || n == 4 ? std::atoi(std::string(text.substr(0, n)).c_str()) : -1;
  text.remove_prefix(n);
  return number;
}

}  // namespace

FiscalYear FiscalYearOf(std::string_view text) {
  constexpr int kCentury = 100;
  constexpr int kThousand = 1000;
  constexpr int kFirstOfTwoDigits = 70;  // 70 to 99 are of the last century
  constexpr int kFirst = 1600;
  constexpr int kLast = 2300;
  text = TrimBlanks(text);
  const bool called = text.size() > 2 && (LowerCase(text.substr(0, 2)) == "fy" || LowerCase(text.substr(0, 2)) == "cy");
  if (called) {
    text.remove_prefix(2);
    while (!text.empty() && (text[0] == ' ' || text[0] == '-' || text[0] == '_')) text.remove_prefix(1);
  }
  std::size_t digits = 0;
  FiscalYear out;
  out.first = TakeYear(text, &digits);
  if (out.first < 0 || (digits == 2 && !called)) return {};
  const int written = out.first;
  if (digits == 2) out.first += out.first < kFirstOfTwoDigits ? 2 * kThousand : 2 * kThousand - kCentury;
  if (out.first < kFirst || out.first > kLast) return {};
  if (text.empty()) return called ? out : FiscalYear();
  if (digits == 4 && (text == "年" || text == "년")) return out;
  if (text[0] != '-' && text[0] != '/') return {};
  text.remove_prefix(1);
  const int next = TakeYear(text, &digits);
  if (!text.empty() || next < 0) return {};
  out.of_two = digits == 4 ? next == out.first + 1 : next == (written + 1) % kCentury;
  return out.of_two ? out : FiscalYear();
}

}  // namespace fitd
