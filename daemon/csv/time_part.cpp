#include "daemon/csv/time_part.h"

#include <charconv>

namespace fitd {
namespace {

void AppendClock(std::string& text, int hours, int minutes) {
  text += ' ';
  for (const int number : {hours, minutes}) {
    if (text.back() != ' ') text += ':';
    text += static_cast<char>('0' + number / 10 % 10);
    text += static_cast<char>('0' + number % 10);
  }
}

}  // namespace

bool IsHourEnding(std::string_view cell) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return (cell.size() == 3 || cell.size() == 4) && (cell[0] | 32) == 'h' && (cell[1] | 32) == 'e' && digit(cell[2]) &&
         digit(cell.back());
}

void AppendTimePart(TimePart part, std::string_view cell, std::string& text) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  if (part == TimePart::kHourEnding && IsHourEnding(cell)) cell.remove_prefix(2);
  const std::string digits(cell);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size() && number >= 0;
  if (whole && part == TimePart::kQuarter) return void(text += " Q" + std::to_string(number));
  if (whole && part == TimePart::kWeek) return void(text += " W" + std::to_string(number));
  if (whole && part == TimePart::kDayOfYear) {
    return void(text += '-' + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits);
  }
  if (whole && part == TimePart::kClock) return AppendClock(text, number / 100, number % 100);
  if (whole && part == TimePart::kClockSeconds) {
    AppendClock(text, number / 10'000, number / 100 % 100);
    text += {':', static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
    return;
  }
  if (whole && number > 0 && (part == TimePart::kHalfHours || part == TimePart::kQuarterHours)) {
    const int minutes = (number - 1) * (part == TimePart::kHalfHours ? 30 : 15);
    return AppendClock(text, minutes / 60, minutes % 60);
  }
  (text += ' ') += digits;
}

}  // namespace fitd
