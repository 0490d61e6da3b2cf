#include "daemon/times/order_faults.h"

#include <chrono>
#include <utility>
#include <vector>

#include "common/time_units.h"
#include "daemon/times/civil_day.h"

namespace fitd {
namespace {

struct ReadTime {
  TimeNs time;
  const std::string* cell;
};

std::vector<ReadTime> ReadTimes(TimeRule rule, std::span<const std::string> cells) {
  rule.zone = nullptr;  // the order is that of the clock, not of UTC
  TimeParser parser(rule);
  std::vector<ReadTime> times;
  for (const std::string& cell : cells) {
    TimeNs time = 0;
    TimeFormat format = TimeFormat::kDate;
    if (parser.Parse(cell, &time, &format) != TimeError::kNone) continue;
    if (IsNumber(format)) return {};
    times.push_back({time, &cell});
  }
  return times;
}

TimeNs WithDayForMonth(TimeNs time) {
  using std::chrono::day;
  using std::chrono::days;
  using std::chrono::month;
  using std::chrono::sys_days;
  const std::chrono::year_month_day date{sys_days{days{DayOf(time)}}};
  if (unsigned{date.day()} > 12) return time;
  const std::chrono::year_month_day other{date.year(), month{unsigned{date.day()}}, day{unsigned{date.month()}}};
  return sys_days{other}.time_since_epoch().count() * kNsPerDay + FloorModulo(time, kNsPerDay);
}

// Number of times that are before the one above, other than the first time again, with which the next target begins.
std::size_t StepsBack(std::span<const ReadTime> times, TimeNs (*as)(TimeNs), const std::string** first_back) {
  std::size_t back = 0;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (as(times[i].time) >= as(times[i - 1].time) || times[i].time == times[0].time) continue;
    if (back++ == 0 && first_back != nullptr) *first_back = times[i].cell;
  }
  return back;
}

Status CheckSwapped(std::span<const ReadTime> times, const std::string& path) {
  constexpr std::size_t kFewest = 2;
  const std::string* cell = nullptr;
  const std::size_t back = StepsBack(
      times, [](TimeNs t) { return t; }, &cell);
  if (back < kFewest || StepsBack(times, WithDayForMonth, nullptr) > 0) return OkStatus();
  return {
      StatusCode::kInvalidInput,
      path + ": " + "'" + *cell + "'" +
          " and others are out of order, and none is if day and month change places wherever both are 12 or less, "
          "as spreadsheets leave dates that they have read the other way round; write all dates in one way, or sort "
          "the rows where they are right"};
}

// Every day must show the fault, except the last one, which may be cut off.
Status CheckMidnights(std::span<const ReadTime> times, const std::string& path) {
  constexpr std::size_t kFewest = 2;
  std::size_t ends = 0;
  const std::string* cell = nullptr;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (FloorModulo(times[i].time, kNsPerDay) != 0) continue;
    const bool behind = i > 0 && DayOf(times[i - 1].time) == DayOf(times[i].time) && times[i - 1].time > times[i].time;
    const bool next = i + 1 == times.size() || times[i + 1].time == times[0].time ||
                      DayOf(times[i + 1].time) == DayOf(times[i].time) + 1;
    if (!behind || !next) return OkStatus();
    if (ends++ == 0) cell = times[i].cell;
  }
  if (ends < kFewest) return OkStatus();
  return {StatusCode::kInvalidInput,
          path + ": " + "'" + *cell + "'" +
              " comes last in its day, like every 00:00 here, and would be read as its first time; write 24:00 or the "
              "next day there, or sort the rows where 00:00 is the first"};
}

}  // namespace

Status CheckOrder(const TimeRule& rule, std::span<const std::string> cells, const std::string& path) {
  const std::vector<ReadTime> times = ReadTimes(rule, cells);
  FITD_RETURN_IF_ERROR(CheckSwapped(times, path));
  return CheckMidnights(times, path);
}

}  // namespace fitd
