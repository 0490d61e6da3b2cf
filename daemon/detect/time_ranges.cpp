#include "daemon/detect/time_ranges.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "common/time_units.h"
#include "daemon/times/time_guess.h"

namespace fitd {
namespace {

bool ParseTime(const std::string& text, TimeNs& time, TimeFormat& format) {
  const std::string_view cell = text;
  TimeParser parser(GuessNumericTime(std::span(&cell, 1)));
  return parser.Parse(text, &time, &format) == TimeError::kNone;
}

bool ParseRange(const std::string& text, std::pair<TimeNs, TimeNs>& range) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return false;
  TimeFormat from_format = TimeFormat::kDate;
  TimeFormat to_format = TimeFormat::kDate;
  if (!ParseTime(text.substr(0, slash), range.first, from_format) ||
      !ParseTime(text.substr(slash + 1), range.second, to_format)) {
    return false;
  }
  if (to_format == TimeFormat::kDate && range.second % kNsPerDay == 0) range.second += kNsPerDay - 1;
  return range.first <= range.second;
}

}  // namespace

Result<TimeNs> ParseRangeStart(const char* option, const std::string& text) {
  TimeNs time = 0;
  TimeFormat format = TimeFormat::kDate;
  if (ParseTime(text, time, format)) return time;
  return Status(StatusCode::kUsage,
                fmt::format("{}: '{}' is not a time such as 2024-03-01 or 2024-03-01T12:00:00", option, text));
}

Result<std::vector<std::pair<TimeNs, TimeNs>>> ParseMute(const std::string& text) {
  std::vector<std::pair<TimeNs, TimeNs>> ranges;
  std::pair<TimeNs, TimeNs> range;
  if (ParseRange(text, range)) {
    ranges.push_back(range);
    return ranges;
  }
  std::ifstream file(text);
  if (!file) {
    const int error = errno;
    return Status(StatusCode::kUsage,
                  fmt::format("--mute: '{}' is neither a range such as 2024-12-24/2024-12-26 nor a file ({})", text,
                              StatusFromErrno(error, "opening it").message()));
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    if (!ParseRange(line, range)) {
      return Status(StatusCode::kUsage, fmt::format("--mute: {}:{}: '{}' is not a range such as 2024-12-24/2024-12-26",
                                                    text, number, line));
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace fitd
