// What the bare numbers of a column mean.
#include <array>
#include <string>
#include <utility>

#include "common/ascii.h"
#include "common/series/time_words.h"
#include "daemon/times/number_times.h"
#include "daemon/times/time_guess.h"
#include "daemon/times/time_shape.h"

namespace fitd {

// Units since another time than 1970, with as many decimals as the first cell has.
TimeRule TimeGuess::CountRule(const std::string& format) const {
  TimeRule rule;
  rule.zone = zone_;
  rule.numeric = NumericTime::kSince;
  const std::string_view cell = cells_.empty() ? std::string_view() : TrimBlanks(cells_[0]);
  const std::size_t dot = cell.find('.');
  const bool decimals =
      dot != std::string_view::npos && cell.size() - dot - 1 <= 12 && format.find('/') == std::string::npos;
  rule.form = {TimeFormat::kSince, decimals ? format + "/" + std::to_string(cell.size() - dot - 1) : format, ""};
  return rule;
}

Status TimeGuess::UncertainSeconds(const std::string& path,
                                   std::span<const std::pair<const char*, const char*>> readings) const {
  const std::string& cell = cells_.front();
  std::string message = path + ": '" + cell + "' may be ";
  for (const auto& [format, who] : readings) {
    TimeGuess guess(format, nullptr);
    guess.Add(cell);
    const Result<TimeRule> rule = guess.Finish(path);
    TimeNs time = 0;
    TimeFormat form = TimeFormat::kDate;
    if (!rule.ok() || TimeParser(*rule).Parse(cell, &time, &form) != TimeError::kNone) continue;
    message += FormatTime(time, TimeFormat::kDateTimeZ) + " (" + who + ": --time-format '" + format + "'), ";
  }
  return {StatusCode::kInvalidInput, message + "so that nothing is guessed; say which with --time-format"};
}

Result<TimeRule> TimeGuess::NumberRule(const std::string& path, const NumberTimes& numbers, TimeRule rule) const {
  if (rule.numeric == NumericTime::kCompactMonth && SaysWeek(name_)) {  // the first twelve of a year
    rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile("%G%V"));
    rule.form = {TimeFormat::kPattern, "%G%V", ""};
    return rule;
  }
  if (const std::string parts = numbers.YearAndPart(SaysWeek(name_)); !parts.empty()) {
    rule.pattern = std::make_shared<const TimePattern>(*TimePattern::Compile(parts));
    rule.form = {TimeFormat::kPattern, parts, ""};
    return rule;
  }
  if (const std::string_view count = numbers.LongCount(); !count.empty()) return CountRule(std::string(count));
  if (numbers.AreLate() && rule.numeric == NumericTime::kMillis) {
    constexpr std::pair<const char*, const char*> kReadings[] = {{"milliseconds since 1960-01-01", "Stata"},
                                                                 {"epoch-ms", "Unix"}};
    return UncertainSeconds(path, kReadings);
  }
  if (numbers.AreLate()) {
    constexpr std::pair<const char*, const char*> kReadings[] = {{"seconds since 1900-01-01", "NTP"},
                                                                 {"seconds since 1904-01-01", "LabVIEW, HFS"},
                                                                 {"seconds since 1960-01-01", "SAS"},
                                                                 {"epoch-s", "Unix"}};
    return UncertainSeconds(path, kReadings);
  }
  if (numbers.AreEarly() && EpochOfName(name_).empty()) {
    constexpr std::pair<const char*, const char*> kReadings[] = {{"seconds since 2001-01-01", "Apple"},
                                                                 {"epoch-s", "Unix"}};
    return UncertainSeconds(path, kReadings);
  }
  if (numbers.AreEarlyDays()) {
    constexpr std::pair<const char*, const char*> kReadings[] = {
        {"days since 1970-01-01", "R, Parquet"}, {"days since 1960-01-01", "SAS, Stata"}, {"excel", "spreadsheets"}};
    return UncertainSeconds(path, kReadings);
  }
  if (const std::string_view epoch = EpochOfName(name_);
      !epoch.empty() && rule.numeric == NumericTime::kSeconds && numbers.largest >= 1e8) {
    const std::string format = "seconds since " + std::string(epoch);
    const std::pair<const char*, const char*> readings[] = {
        {format.c_str(), epoch == "2001-01-01" ? "Apple" : "GPS, leap seconds left in"}, {"epoch-s", "Unix"}};
    return UncertainSeconds(path, readings);
  }
  rule.form = numbers.count > 0 && cells_.front().size() == 14 && numbers.compact[4]
                  ? TimeForm{TimeFormat::kPattern, "%Y%m%d%H%M%S", ""}
                  : FormOf(rule.numeric, numbers.decimals);
  return rule;
}

}  // namespace fitd
