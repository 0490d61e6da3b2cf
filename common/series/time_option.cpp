#include "common/series/time_option.h"

#include <algorithm>
#include <optional>
#include <string>

#include "common/ascii.h"
#include "common/series/counted_since.h"
#include "common/series/time_pattern.h"
#include "common/series/time_zone.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

bool HasWrongDate(std::string_view text) {
  WrittenTime date;
  TimeNs time = 0;
  return TakeDate(text, date) && CombineTime(date, &time) != TimeError::kNone;
}

}  // namespace

Status CheckTimeFormat(std::string_view text) {
  if (std::ranges::find(kNumberTimeFormats, text) != std::end(kNumberTimeFormats)) return {};
  return CountedSince::Parse(text) ? OkStatus() : TimePattern::Compile(text).status();
}

Status CheckTimeZone(std::string_view name) {
  Status status = TimeZone::Find(name).status();
  return status.code() == StatusCode::kUsage ? status : OkStatus();
}

bool TakeDate(std::string_view time, WrittenTime& date) {
  if (time.size() < 10 || time[4] != '-' || time[7] != '-') return false;
  const auto year = ParseWhole<int>(time.substr(0, 4), 0, 9999);
  const auto month = ParseWhole<int>(time.substr(5, 2), 0, 99);
  const auto day = ParseWhole<int>(time.substr(8, 2), 0, 99);
  if (!year || !month || !day) return false;
  date.year = *year;
  date.month = *month;
  date.day = *day;
  return true;
}

Status CheckTimeText(std::string_view text) {
  const bool written = std::ranges::any_of(text, IsDigit) && !HasWrongDate(text);
  return written ? OkStatus() : Status(StatusCode::kUsage, "is no time; write one as in the data, or 2024-03-01");
}

}  // namespace fitd
