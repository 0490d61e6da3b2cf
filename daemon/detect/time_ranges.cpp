#include "daemon/detect/time_ranges.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>

#include "common/series/time_zone.h"
#include "common/time_units.h"
#include "daemon/times/time_guess.h"

namespace fitd {
namespace {

using Zone = std::shared_ptr<const TimeZone>;

Result<Zone> FindZone(const std::string& zone) {
  if (zone.empty() || zone.ends_with(kWrittenInUtc)) return Zone();
  return TimeZone::Find(zone);
}

bool ParseTime(const std::string& text, const Zone& zone, TimeNs& time, TimeFormat& format) {
  const std::string_view cell = text;
  TimeRule rule;
  rule.numeric = GuessNumericTime(std::span(&cell, 1));
  rule.zone = zone;
  TimeParser parser(rule);
  return parser.Parse(text, &time, &format) == TimeError::kNone;
}

enum class RangeError { kNone, kNoRange, kReversed };

RangeError ParseRange(const std::string& text, const Zone& zone, std::pair<TimeNs, TimeNs>& range) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return RangeError::kNoRange;
  TimeFormat from_format = TimeFormat::kDate;
  TimeFormat to_format = TimeFormat::kDate;
  if (!ParseTime(text.substr(0, slash), zone, range.first, from_format) ||
      !ParseTime(text.substr(slash + 1), zone, range.second, to_format)) {
    return RangeError::kNoRange;
  }
  if (to_format == TimeFormat::kDate) range.second += kNsPerDay - 1;
  return range.first <= range.second ? RangeError::kNone : RangeError::kReversed;
}

Status Reversed(const std::string& where, const std::string& text) {
  return {StatusCode::kUsage, fmt::format("{}: '{}' ends before it begins", where, text)};
}

}  // namespace

Result<TimeNs> ParseRangeStart(const char* option, const std::string& text, const std::string& zone) {
  FITD_ASSIGN_OR_RETURN(const Zone found, FindZone(zone));
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  if (ParseTime(text, found, time, format)) return time;
  return Status(StatusCode::kUsage,
                fmt::format("{}: '{}' is not a time such as 2024-03-01 or 2024-03-01T12:00:00", option, text));
}

Result<std::vector<std::pair<TimeNs, TimeNs>>> ParseMute(const std::string& option, const std::string& text,
                                                         const std::string& zone) {
  FITD_ASSIGN_OR_RETURN(const Zone found, FindZone(zone));
  std::vector<std::pair<TimeNs, TimeNs>> ranges;
  std::pair<TimeNs, TimeNs> range;
  const RangeError wrong = ParseRange(text, found, range);
  if (wrong == RangeError::kReversed) return Reversed(option, text);
  if (wrong == RangeError::kNone) {
    ranges.push_back(range);
    return ranges;
  }
  std::ifstream file(text);
  if (!file) {
    const int error = errno;
    return Status(StatusCode::kUsage,
                  fmt::format("{}: '{}' is neither a range such as 2024-12-24/2024-12-26 nor a file ({})", option, text,
                              StatusFromErrno(error, "opening it").message()));
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    const RangeError error = ParseRange(line, found, range);
    if (error == RangeError::kReversed) return Reversed(fmt::format("{}: {}:{}", option, text, number), line);
    if (error != RangeError::kNone) {
      return Status(StatusCode::kUsage, fmt::format("{}: {}:{}: '{}' is not a range such as 2024-12-24/2024-12-26",
                                                    option, text, number, line));
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace fitd
