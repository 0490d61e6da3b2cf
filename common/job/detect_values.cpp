#include "common/job/detect_values.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "common/job/job.h"
#include "common/series/time_option.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

// Nanoseconds of "week", "day", "12h"; 0 when it is no period.
double PeriodOf(const std::string& unit) {
  constexpr double kHour = 3600e9;
  for (const auto& [name, hours] :
       {std::pair{"hour", 1.0}, {"day", 24.0}, {"week", 168.0}, {"month", 730.485}, {"year", 8765.82}}) {
    if (unit == name) return hours * kHour;
  }
  const Result<std::chrono::nanoseconds> duration = ParseDuration(unit);
  return duration.ok() ? static_cast<double>(duration->count()) : 0;
}

}  // namespace

bool LooksLikeRange(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto digit = [text](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  return slash != std::string_view::npos && digit(0) && digit(slash + 1) && text.find('/', slash + 1) == text.npos &&
         text.find_first_not_of("0123456789-:.+TZ /") == text.npos;
}

std::string WrongDatesOf(std::string_view range) {
  const std::size_t slash = range.find('/');
  TimeNs bounds[2] = {0, 0};
  int dates = 0;
  for (const std::string_view time : {range.substr(0, slash), range.substr(slash + 1)}) {
    WrittenTime date;
    if (!TakeDate(time, date)) continue;
    if (CombineTime(date, &bounds[dates++]) != TimeError::kNone) return fmt::format("there is no date '{}'", time);
  }
  if (dates == 2 && bounds[0] > bounds[1]) return fmt::format("'{}' ends before it begins", range);
  return {};
}

bool ParseNumberOrPercent(std::string_view text, double& number, bool& percent) {
  percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number >= 0 && number < 1e300;
}

Result<double> ParseAlarmRate(const std::string& text) {
  const std::size_t slash = text.find('/');
  double count = 0;
  bool percent = false;
  if (slash != std::string::npos && ParseNumberOrPercent(std::string_view(text).substr(0, slash), count, percent) &&
      !percent && count > 0) {
    const double period = PeriodOf(text.substr(slash + 1));
    if (period > 0) return count / period;
  }
  return Status(StatusCode::kUsage, fmt::format("'{}' is not a rate such as 1/week, 2/day, 1/month or 1/12h", text));
}

bool IsDue(std::chrono::nanoseconds every, std::chrono::system_clock::time_point last,
           std::chrono::system_clock::time_point now) {
  const auto since_1970 = [](std::chrono::system_clock::time_point time) -> std::chrono::nanoseconds {
    return time.time_since_epoch();
  };
  return since_1970(now) / every != since_1970(last) / every;
}

Result<LeastChange> ParseLeastChange(const std::string& text) {
  double number = 0;
  bool percent = false;
  if (!ParseNumberOrPercent(text, number, percent)) {
    return Status(StatusCode::kUsage, fmt::format("'{}' is not a difference such as 2.5 or a share such as 10%", text));
  }
  return percent ? LeastChange{0, number / 100} : LeastChange{number, 0};
}

}  // namespace fitd
