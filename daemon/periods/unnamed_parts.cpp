#include "daemon/periods/unnamed_parts.h"

#include <algorithm>
#include <set>

namespace fitd {
namespace {

bool AreWithin(const std::vector<int>& numbers, int least, int most) {
  return std::all_of(numbers.begin(), numbers.end(), [=](int number) { return number >= least && number <= most; });
}

// True when at least nine of ten rows go on by one from the row above, or begin again at the least number.
bool GoUp(const std::vector<int>& numbers, int least, int most) {
  constexpr std::size_t kFewest = 3;
  std::size_t follows = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    const int step = numbers[i] - numbers[i - 1];
    follows += step == 1 || (numbers[i] <= least && numbers[i - 1] >= most) ? 1 : 0;
  }
  return numbers.size() >= kFewest && 10 * follows >= 9 * (numbers.size() - 1);
}

}  // namespace

UnnamedParts PartsByPlace(std::span<const std::vector<int>> columns) {
  constexpr int kMonths = 12, kQuarters = 4, kShortestMonth = 28, kDays = 31, kYearDays = 366, kLastHour = 24;
  if (columns.size() < 2 || columns[0].empty() || columns[1].empty() || !AreWithin(columns[0], 1600, 2300))
    return UnnamedParts::kNone;
  const std::set<int> years(columns[0].begin(), columns[0].end());
  const std::set<int> second(columns[1].begin(), columns[1].end());
  const bool repeats = 3 * years.size() < 2 * columns[0].size();
  const bool varies = years.size() > 1;
  if (*second.begin() < 1 || *second.rbegin() > kYearDays || !repeats) return UnnamedParts::kNone;
  if (*second.rbegin() > kMonths) {
    const bool whole_years = varies && *second.begin() == 1 && *second.rbegin() >= kYearDays - 1;
    return whole_years && GoUp(columns[1], 1, kYearDays - 1) ? UnnamedParts::kYearDay : UnnamedParts::kNone;
  }
  const bool days = columns.size() > 2 && AreWithin(columns[2], 1, kDays) &&
                    std::any_of(columns[2].begin(), columns[2].end(), [](int day) { return day > kMonths; });
  if (days && columns.size() > 3 && AreWithin(columns[3], 0, kLastHour) && GoUp(columns[3], 1, kLastHour - 1))
    return UnnamedParts::kYearMonthDayHour;
  if (days && second.size() > 1 && (varies || GoUp(columns[2], 1, kShortestMonth))) return UnnamedParts::kYearMonthDay;
  if (!varies || second.size() < 2) return UnnamedParts::kNone;
  return *second.rbegin() == kQuarters && second.size() == kQuarters ? UnnamedParts::kYearQuarter
                                                                     : UnnamedParts::kYearMonth;
}

std::size_t ColumnsOf(UnnamedParts parts) {
  constexpr std::size_t kYearMonthDay = 3;
  if (parts == UnnamedParts::kNone) return 0;
  if (parts == UnnamedParts::kYearMonthDayHour) return kYearMonthDay + 1;
  return parts == UnnamedParts::kYearMonthDay ? kYearMonthDay : 2;
}

}  // namespace fitd
