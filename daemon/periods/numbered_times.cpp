#include "daemon/periods/numbered_times.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/ascii.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

// The year of a number that counts seconds, or parts of them, since 1970; 0: it is none, or before 1973.
int YearOfEpoch(std::string_view digits) {
  digits = digits.substr(0, digits.find('.'));
  constexpr double kYear = 31'556'952;  // seconds
  const std::size_t size = digits.size();
  if (!AllDigits(digits) || (size != 9 && size != 10 && size != 13 && size != 16 && size != 19)) return 0;
  const double seconds = std::stod(std::string(digits.substr(0, size == 9 ? 9 : 10)));
  return 1970 + static_cast<int>(seconds / kYear);
}

}  // namespace

int YearNamedIn(std::string_view time) {
  for (std::size_t i = 0; i < time.size();) {
    std::size_t end = i;
    while (end < time.size() && IsDigit(time[end])) ++end;
    const int year = end - i >= 4 ? BareNumber(time.substr(i, 4), 4) : 0;
    if (year >= 1900 && year <= 2100) return year;
    if (const int since = YearOfEpoch(time.substr(i, end - i)); since > 0) return since;
    i = std::max(i + 1, end);
  }
  return 0;
}

namespace {

bool IsWithin(std::string_view digits, std::size_t at, int least, int most) {
  const int number = BareNumber(digits.substr(at, 2), 2);
  return number >= least && number <= most;
}

// True for dates of one length without marks. Their years may differ by one from those of the rows: what begins in
// December ends in the next year.
bool AreBareDates(const std::vector<TimedNumber>& numbers) {
  const std::size_t size = numbers[0].digits.size();
  const bool all = std::all_of(numbers.begin(), numbers.end(), [&](const TimedNumber& n) {
    if (n.digits.size() != size || !AllDigits(n.digits)) return false;
    const int off = std::abs(BareNumber(n.digits.substr(0, 4), 4) - n.year);
    if (size == 7)
      return off == 0 && BareNumber(n.digits.substr(4), 3) >= 1 && BareNumber(n.digits.substr(4), 3) <= 366;
    if (size == 4 || off > 1) return off == 0;
    return IsWithin(n.digits, 4, 1, 12) && (size < 8 || IsWithin(n.digits, 6, 1, 31)) &&
           (size < 10 || IsWithin(n.digits, 8, 0, 24));
  });
  return all && (size == 4 || (size >= 6 && size <= 8) || size == 10 || size == 12 || size == 14);
}

// True for days with two-digit years: 230131.
bool AreShortDates(const std::vector<TimedNumber>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](const TimedNumber& n) {
    return n.digits.size() == 6 && AllDigits(n.digits) && IsWithin(n.digits, 0, n.year % 100, n.year % 100) &&
           IsWithin(n.digits, 2, 1, 12) && IsWithin(n.digits, 4, 1, 31);
  });
}

// True for years and weeks: 202353. The year of a week may differ by one from that of its day.
bool AreWeeks(const std::vector<TimedNumber>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](const TimedNumber& n) {
    return n.digits.size() == 6 && AllDigits(n.digits) &&
           std::abs(BareNumber(n.digits.substr(0, 4), 4) - n.year) <= 1 && IsWithin(n.digits, 4, 1, 53);
  });
}

// Seconds, of which sixty are a minute as they are in no measure, or parts of them; or all near the times beside them.
bool AreEpochs(const std::vector<TimedNumber>& numbers) {
  constexpr double kMonthAndAHalf = 45 * 86'400;
  return std::all_of(numbers.begin(), numbers.end(), [](const TimedNumber& n) {
    const int year = YearOfEpoch(n.digits);
    const std::int64_t seconds = year == 0 ? 1 : std::stoll(std::string(n.digits.substr(0, 10)));
    const bool minutes = seconds % 60 == 0 || (seconds + 1) % 60 == 0;
    const bool near = n.seconds != 0 && std::abs(static_cast<double>(seconds) - n.seconds) <= kMonthAndAHalf;
    return year != 0 && std::abs(year - n.year) <= 1 && (minutes || near);
  });
}

// True for years with a fraction: 2023.0833.
bool AreDecimalYears(const std::vector<TimedNumber>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](const TimedNumber& n) {
    return n.digits.size() >= 4 && (n.digits.size() == 4 || n.digits[4] == '.') &&
           BareNumber(n.digits.substr(0, 4), 4) == n.year;
  });
}

}  // namespace

bool SayTimes(const std::vector<TimedNumber>& numbers) {
  constexpr std::size_t kManyShares = 12;
  bool ascend = true, descend = true, rise = true;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const std::string_view a = numbers[i - 1].digits, b = numbers[i].digits;
    ascend = ascend && (a.size() < b.size() || (a.size() == b.size() && a <= b));
    descend = descend && (a.size() > b.size() || (a.size() == b.size() && a >= b));
    rise = rise && a < b;
  }
  const bool several = numbers.front().year != numbers.back().year;
  const bool years = numbers[0].digits.size() == 4;
  if (several && numbers.size() >= kManyShares && rise && AreDecimalYears(numbers)) return true;
  return (ascend || descend) && ((AreBareDates(numbers) && (several || !years)) || AreShortDates(numbers) ||
                                 (several && AreWeeks(numbers)) || AreEpochs(numbers));
}

}  // namespace fitd
