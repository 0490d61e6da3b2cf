#include "daemon/periods/unnamed_parts.h"

#include <algorithm>
#include <iterator>
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

// The distance of the numbers where they are all those below sixty of one distance; else 0.
int StepWithinSixty(const std::vector<int>& numbers) {
  constexpr int kSixty = 60;
  const std::set<int> distinct(numbers.begin(), numbers.end());
  if (distinct.size() < 2 || *distinct.begin() < 0 || *distinct.rbegin() >= kSixty) return 0;
  const int step = *std::next(distinct.begin()) - *distinct.begin();
  // As many of them with the same rest are all there are.
  const bool all = step * static_cast<int>(distinct.size()) == kSixty &&
                   std::all_of(distinct.begin(), distinct.end(),
                               [&](int number) { return number % step == *distinct.begin() % step; });
  return all ? step : 0;
}

bool GoThroughHours(const std::vector<int>& numbers) {
  constexpr int kLastHour = 24;
  return AreWithin(numbers, 0, kLastHour) && GoUp(numbers, 1, kLastHour - 1);
}

}  // namespace

bool RunThrough(const std::vector<int>& hours, const std::vector<int>& minutes) {
  constexpr std::size_t kFewestChanges = 3;  // of the hour
  const int step = hours.size() == minutes.size() ? StepWithinSixty(minutes) : 0;
  if (step == 0) return false;
  const auto [first, last] = std::minmax_element(minutes.begin(), minutes.end());
  std::size_t pairs = 0, up = 0, down = 0, changes = 0;
  for (std::size_t i = 1; i < minutes.size(); ++i) {
    const bool same = hours[i] == hours[i - 1];
    const int before = minutes[i - 1], now = minutes[i];
    if (same && before == now) continue;
    ++pairs;
    changes += same ? 0 : 1;
    up += (same ? now - before == step : before == *last && now == *first) ? 1 : 0;
    down += (same ? before - now == step : before == *first && now == *last) ? 1 : 0;
  }
  return changes >= kFewestChanges && 10 * std::max(up, down) >= 9 * pairs;
}

UnnamedParts PartsByPlace(std::span<const std::vector<int>> columns) {
  constexpr int kMonths = 12, kQuarters = 4, kShortestMonth = 28, kDays = 31, kYearDays = 366, kHours = 24;
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
  const bool clock = columns.size() > 4 && AreWithin(columns[3], 0, kHours - 1) && RunThrough(columns[3], columns[4]);
  if (clock && AreWithin(columns[2], 1, kDays)) return UnnamedParts::kYearMonthDayHourMinute;
  const bool days = columns.size() > 2 && AreWithin(columns[2], 1, kDays) &&
                    std::any_of(columns[2].begin(), columns[2].end(), [](int day) { return day > kMonths; });
  if (days && columns.size() > 3 && GoThroughHours(columns[3])) return UnnamedParts::kYearMonthDayHour;
  if (days && second.size() > 1 && (varies || GoUp(columns[2], 1, kShortestMonth))) return UnnamedParts::kYearMonthDay;
  if (!varies || second.size() < 2) return UnnamedParts::kNone;
  return *second.rbegin() == kQuarters && second.size() == kQuarters ? UnnamedParts::kYearQuarter
                                                                     : UnnamedParts::kYearMonth;
}

std::size_t ColumnsOf(UnnamedParts parts) {
  constexpr std::size_t kYearMonthDay = 3;
  if (parts == UnnamedParts::kNone) return 0;
  if (parts == UnnamedParts::kYearMonthDayHourMinute) return kYearMonthDay + 2;
  if (parts == UnnamedParts::kYearMonthDayHour) return kYearMonthDay + 1;
  return parts == UnnamedParts::kYearMonthDay ? kYearMonthDay : 2;
}

}  // namespace fitd
