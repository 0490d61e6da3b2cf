#include "daemon/csv/cell_kind.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "common/ascii.h"
#include "common/range_text.h"
#include "common/year_number.h"
#include "daemon/csv/csv_number.h"
#include "daemon/periods/date_words.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr int kFirstYear = 1600;
constexpr int kLastYear = 2300;

struct Token {
  int value = 0;
  std::size_t digits = 0;
  char before = 0;  // the character before it; 0: the start, or a word
};

// Numbers and words of a text that might be a time.
struct Tokens {
  std::array<Token, 10> numbers;  // a time with a fraction and an offset has nine
  std::size_t count = 0;
  bool month = false;
  bool unsure_month = false;  // the month's name is an ordinary word too: set
  bool period = false;
  bool quarter = false;
  bool fiscal = false;
  bool east_asian = false;
  bool colon = false;
  bool half_of_day = false;  // AM or PM
};

bool Tokenize(std::string_view text, Tokens* out) {
  char before = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (IsDigit(text[i])) {
      std::size_t end = i;
      while (end < text.size() && IsDigit(text[end])) ++end;
      if (out->count == out->numbers.size()) return false;
      Token& token = out->numbers[out->count++];
      token.digits = end - i;
      token.value = token.digits > 9 ? -1 : std::atoi(std::string(text.substr(i, end - i)).c_str());
      token.before = before;
      before = 0;
      i = end;
    } else if (i > 0 && text.substr(i).size() == 5 && text[i + 1] == '.' && text[i + 2] == ' ' &&
               text.ends_with("m.")) {
      before = 0;  // a. m.
      i += 5;
    } else if (i > 0 && i + 4 <= text.size() && text[i + 1] == '.' && (text[i + 2] | 32) == 'm' && text[i + 3] == '.' &&
               ((text[i] | 32) == 'a' || (text[i] | 32) == 'p')) {  // a.m.
      before = 0;
      i += 4;
    } else if (const std::size_t blank = NoBreakSize(text.substr(i)); blank > 0) {
      before = before == 0 ? ' ' : before;
      i += blank;
    } else if (IsOfWord(text[i])) {
      std::size_t end = i;
      while (end < text.size() && IsOfWord(text[end]) && NoBreakSize(text.substr(end)) == 0) ++end;
      const bool ordinal = text.substr(i, end - i) == "e" && text.substr(end).starts_with(" kwartaal");
      const DateWord word = ordinal ? DateWord::kOther : KindOfDateWord(text.substr(i, end - i));
      if (word == DateWord::kNone) return false;
      out->month |= word == DateWord::kMonth || word == DateWord::kUnsureMonth;
      out->unsure_month |= word == DateWord::kUnsureMonth;
      out->period |= word == DateWord::kPeriod || text.substr(i, end - i) == "S";  // a half or, in French, a week
      out->quarter |= word == DateWord::kQuarter;
      out->fiscal |= word == DateWord::kFiscal;
      const std::string_view letters = text.substr(i, end - i);
      out->half_of_day |= i > 0 && (letters == "AM" || letters == "PM" || letters == "am" || letters == "pm");
      out->east_asian |= word == DateWord::kEastAsianYear;
      before = 0;
      i = end;
    } else {
      if (std::string_view(" -/.:,+_@'()").find(text[i]) == std::string_view::npos) return false;
      out->colon |= text[i] == ':';
      before = before == 0 || before == ' ' ? text[i] : before;
      ++i;
    }
  }
  return out->count > 0;
}

bool IsYear(const Token& t) {
  return t.digits == 4 && t.value >= kFirstYear && t.value <= kLastYear;
}

bool IsClock(const Tokens& t) {
  if (t.half_of_day && t.count == 1 && !t.month) return t.numbers[0].value >= 1 && t.numbers[0].value <= 12;
  if (t.month || t.period || t.count < 2 || t.count > 4) return false;
  const bool colons = t.numbers[1].before == ':';
  const bool points = t.numbers[1].before == '.' && t.count == 3 && t.numbers[2].before == '.';
  return t.numbers[0].digits <= 2 && t.numbers[0].value <= 24 && t.numbers[1].digits == 2 && t.numbers[1].value < 60 &&
         (colons || (points && t.numbers[2].digits == 2 && t.numbers[2].value < 60));
}

// "set-10" and "SET 1": a month and its year, or the tenth set.
bool MayBeCounted(const Tokens& t) {
  return t.unsure_month && t.count == 1 && t.numbers[0].digits <= 2 && t.numbers[0].before != '/';
}

bool IsDate(const Tokens& t) {
  const auto* const begin = t.numbers.begin();
  const auto* const end = begin + t.count;
  const bool year = std::any_of(begin, end, IsYear);
  if (t.month) return t.count >= 1 && !MayBeCounted(t) && (year || begin->digits == 2 || begin->value <= 31);
  // 4Q24, 24Q4, Q4 FY24, Q42024: the number of a quarter or a half, and a year.
  if (t.quarter && t.count == 1 && begin->digits == 5) return begin->value / 10'000 <= 4;
  if (t.quarter && t.count == 2) {
    for (const bool first : {true, false}) {
      const Token& number = first ? begin[0] : begin[1];
      const Token& of = first ? begin[1] : begin[0];
      if (number.digits <= 2 && number.value >= 1 && number.value <= 4 && (of.digits == 2 || IsYear(of))) return true;
    }
  }
  for (const int i : {0, 1}) {  // 2023-24 Q1, Q1 FY23/24
    if (!t.quarter || t.count != 3 || begin[i == 0 ? 2 : 0].value > 4) continue;
    const Token& next = begin[i + 1];
    const bool joined = (next.before == '-' || next.before == '/') && (IsYear(begin[i]) || begin[i].digits == 2);
    if (joined && next.digits % 2 == 0 && (begin[i].value + 1 - next.value) % 100 == 0) return true;
  }
  if (t.fiscal && !t.quarter)
    return (t.count == 1 && (year || begin->digits == 2)) || (t.count == 2 && t.numbers[1].digits % 2 == 0);
  if (t.east_asian && t.count == 1) return year;
  if (t.period) {
    const bool weekday = t.count == 3 && IsYear(*begin) && begin[2].digits == 1 && begin[2].value <= 7;  // 2024-W01-1
    return year && (t.count == 2 || weekday) &&
           std::any_of(begin, end, [](const Token& n) { return n.digits <= 2 && n.value <= 53; });
  }
  // 20240101T120000: the date is one number.
  if (begin->digits == 8 && t.count >= 2 && begin->value / 10000 >= kFirstYear && begin->value / 10000 <= kLastYear)
    return true;
  if (t.count < 2) return false;
  if (IsYear(*begin) || (t.count == 2 && IsYear(begin[1]))) {
    // 2024-01, 2024/1/31 ..., 01/2024.
    const Token& month = IsYear(*begin) ? begin[1] : *begin;
    if (t.count == 2 && IsYear(*begin) && (month.before == '/' || month.before == '-')) {
      const int next = begin->value + 1;
      if ((month.digits == 2 && month.value == next % 100) || month.value == next) return true;            // 2024/25
      if (month.before == '-' && month.digits == 2 && month.value >= 1 && month.value <= 53) return true;  // a week
    }
    if (t.count == 2 && IsYear(begin[1]) && begin->digits == 2 && month.value >= 13 && month.value <= 53 &&
        (begin[1].before == '/' || begin[1].before == '-')) {
      return true;  // 13/2024, a week
    }
    // 2024:03:01 and 2024:03; a duration has no such hours.
    const bool colons = begin[1].before == ':' && begin->digits == 4 && (t.count == 2 || begin[2].before == ':');
    return month.digits <= 2 && month.value >= 1 && month.value <= 12 && (begin[1].before != ':' || colons);
  }
  if (t.count < 3 || begin[1].before != begin[2].before) return false;
  if (begin[1].before != '/' && begin[1].before != '.' && begin[1].before != '-') return false;
  if (begin->digits > 2 || begin[1].digits > 2 || (begin[2].digits != 2 && !IsYear(begin[2]))) return false;
  const int low = std::min(begin->value, begin[1].value);
  const int high = std::max(begin->value, begin[1].value);
  return low >= 1 && low <= 12 && high <= 31;
}

// The date of "00:00 20/02/2024"; all of any other text.
std::string_view WithoutClockBefore(std::string_view text) {
  constexpr std::size_t kShortest = 8;  // of the date
  const std::size_t blank = text.find(' ');
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon > 2 || blank == std::string_view::npos || blank < colon + 3 || blank > 8) return text;
  const bool clock = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(blank),
                                 [](char c) { return c == ':' || IsDigit(c); });
  const std::string_view date = text.substr(blank + 1);
  const bool digits =
      date.size() >= kShortest && IsDigit(date[0]) && date.find_first_not_of("0123456789/.-") == std::string_view::npos;
  return clock && digits ? date : text;
}

}  // namespace

CellKind KindOfCell(std::string_view text) {
  text = TrimBlanks(text);
  double value = 0;
  switch (ParseNumber(text, &value)) {
    case NumberKind::kMissing:
      return CellKind::kMissing;
    case NumberKind::kValue:
    case NumberKind::kNotFinite:
      return CellKind::kNumber;
    default:
      break;
  }
  if (ClockOfDayZero(text).size() < text.size()) return CellKind::kClock;
  text = FirstOfClocks(FirstOfRange(text));
  if (text.size() > 40) return CellKind::kText;
  Tokens tokens;
  if (Tokenize(text, &tokens)) {
    if (IsDate(tokens)) return CellKind::kDate;
    if (IsClock(tokens)) return CellKind::kClock;
  }
  Tokens behind;
  const std::string_view date = WithoutClockBefore(text);
  if (date.size() < text.size() && Tokenize(date, &behind) && IsDate(behind)) return CellKind::kDate;
  NumberStyle style;
  const std::string unit = UnitOf(text);
  for (const char decimal : {'.', ','}) {
    style.decimal = decimal;
    if (ParseNumber(text, style, unit, &value) == NumberKind::kValue) return CellKind::kNumber;
  }
  return CellKind::kText;
}

bool MayBeMonth(std::string_view cell) {
  Tokens tokens;
  return cell.size() <= 10 && Tokenize(TrimBlanks(cell), &tokens) && MayBeCounted(tokens);
}

std::string_view ClockOfDayZero(std::string_view cell) {
  static constexpr std::string_view kDays[] = {"1899-12-30", "30.12.1899", "30/12/1899", "12/30/1899",
                                               "1900-01-01", "01.01.1900", "01/01/1900", "1/1/1900"};
  for (const std::string_view day : kDays) {
    if (!cell.starts_with(day) || cell.size() < day.size() + 5) continue;
    const std::string_view clock = cell.substr(day.size() + 1);
    const bool behind = cell[day.size()] == ' ' || cell[day.size()] == 'T';
    if (behind && IsDigit(clock[0]) && clock.find(':') != std::string_view::npos) return clock;
  }
  return cell;
}

std::string_view DayAtMidnight(std::string_view cell) {
  const std::size_t blank = cell.find_first_of(" T");
  if (blank == std::string_view::npos || blank < 6 || cell.find_first_of("0123456789") > blank) return cell;
  const std::string_view clock = TrimBlanks(cell.substr(blank + 1));
  const bool zeros = clock.size() >= 4 && clock.find(':') != std::string_view::npos &&
                     clock.find_first_not_of("0:.") == std::string_view::npos;
  const bool noon_before = clock == "12:00:00 AM" || clock == "12:00 AM";
  return zeros || noon_before ? cell.substr(0, blank) : cell;
}

bool IsAccountingZero(std::string_view cell) {
  constexpr std::size_t kShortest = 5;
  constexpr std::size_t kLongest = 16;
  if (cell.size() < kShortest || cell.size() > kLongest || cell.front() != ' ' || cell.back() != ' ') return false;
  const std::size_t dash = cell.find('-');
  if (dash == std::string_view::npos || cell.substr(dash + 1, 2) != "  ") return false;
  const std::string_view before = TrimBlanks(cell.substr(0, dash));
  const std::string_view behind = TrimBlanks(cell.substr(dash + 1));
  if (!before.empty() && !behind.empty()) return false;
  const std::string_view currency = before.empty() ? behind : before;
  return currency.empty() || UnitOf("1 " + std::string(currency)) == currency;
}

bool IsNumericTime(std::string_view text) {
  text = TrimBlanks(text);
  if (IsYearWithComma(text)) return true;
  double value = 0;
  if (ParseNumber(text, &value) != NumberKind::kValue) return false;
  if (value >= 1e8) return true;  // seconds since 1970 from 1973 on, or a finer epoch, or YYYYMMDDHH
  if (PartBeforeYear(text) > 0) return true;
  if (!AllDigits(text)) return value >= kFirstYear && value < kLastYear;  // 2019.083
  const auto number = static_cast<std::int64_t>(value);
  const auto months = [](std::int64_t n) { return n >= 1 && n <= 12; };
  if (text.size() == 4) return number >= kFirstYear && number <= kLastYear;
  const auto modern = [](std::int64_t year) { return year >= 1900 && year <= 2100; };
  if (text.size() == 6) {
    const bool month = (number / 100 >= kFirstYear && number / 100 <= kLastYear && months(number % 100)) ||
                       (modern(number % 10'000) && months(number / 10'000));            // 012015
    return month || (modern(number / 100) && number % 100 >= 1 && number % 100 <= 53);  // or a week
  }
  if (text.size() == 7) return modern(number / 1000) && number % 1000 >= 1 && number % 1000 <= 366;
  return text.size() == 8 && number / 10000 >= kFirstYear && number / 10000 <= kLastYear &&
         months(number / 100 % 100) && number % 100 >= 1 && number % 100 <= 31;
}

}  // namespace fitd
