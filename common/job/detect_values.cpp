#include "common/job/detect_values.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "common/job/job.h"

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

Result<LeastChange> ParseLeastChange(const std::string& text) {
  double number = 0;
  bool percent = false;
  if (!ParseNumberOrPercent(text, number, percent)) {
    return Status(StatusCode::kUsage, fmt::format("'{}' is not a difference such as 2.5 or a share such as 10%", text));
  }
  return percent ? LeastChange{0, number / 100} : LeastChange{number, 0};
}

}  // namespace fitd
