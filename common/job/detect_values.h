// Values of the [detect] section and of detect's options, from text. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace fitd {

// Alarms a nanosecond: "1/week", "2/day", "1/12h". kUsage with what is expected instead.
Result<double> ParseAlarmRate(const std::string& text);

// "2.5": a difference; "10%": a share of what was expected.
struct LeastChange {
  double difference = 0;
  double share = 0;
};
Result<LeastChange> ParseLeastChange(const std::string& text);

// What a detection looks at, how often, what alerts, and what is done about it.
struct DetectChoice {
  std::vector<std::string> files;                          // paths, globs; empty: those of the training
  std::chrono::nanoseconds every = std::chrono::hours(1);  // of the timer's detections
  double threshold = 0;                                    // novelty that alerts; 0: the default
  std::string alarm_rate;                                  // "1/week"; empty: by the threshold
  std::string direction = "both";                          // up | down | both
  std::string min_change;                                  // "2.5" or "10%"; empty: any
  int persist = 1;                                         // unusual observations in a row that alert
  std::vector<std::string> mute;                           // FROM/TO, or files of such lines
  std::string exec;  // a command that gets each event as JSON on stdin; empty: none
  std::chrono::nanoseconds exec_timeout = std::chrono::seconds(30);
};

// A range without alerts as opposed to the name of a file with such ranges: two times of digits with a slash between.
bool LooksLikeRange(std::string_view text);
// What is wrong with the dates of such a range, or nothing. Other forms of times are left to whoever reads them.
std::string WrongDatesOf(std::string_view range);

// The limits of what may be chosen.
inline constexpr double kLeastThreshold = 0.1;
inline constexpr double kMostThreshold = 99.99;
inline constexpr int kMostPersist = 1'000'000;
inline constexpr std::chrono::nanoseconds kLeastEvery = std::chrono::minutes(1);

// Whether a multiple of `every`, counted from 1970, has gone by between two times: so a detection is due at the full
// hour, at midnight, ..., whenever the last one began.
bool IsDue(std::chrono::nanoseconds every, std::chrono::system_clock::time_point last,
           std::chrono::system_clock::time_point now);

// A number >= 0, and whether a % is behind it; false when it is neither.
bool ParseNumberOrPercent(std::string_view text, double& number, bool& percent);

}  // namespace fitd
