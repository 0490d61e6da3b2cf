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

// What alerts, and what is done about it.
struct DetectChoice {
  double threshold = 0;            // novelty that alerts; 0: the default
  std::string alarm_rate;          // "1/week"; empty: by the threshold
  std::string direction = "both";  // up | down | both
  std::string min_change;          // "2.5" or "10%"; empty: any
  int persist = 1;                 // unusual observations in a row that alert
  std::vector<std::string> mute;   // FROM/TO, or files of such lines
  std::string exec;                // a command that gets each event as JSON on stdin; empty: none
  std::chrono::nanoseconds exec_timeout = std::chrono::seconds(30);
};

// A number >= 0, and whether a % is behind it; false when it is neither.
bool ParseNumberOrPercent(std::string_view text, double& number, bool& percent);

}  // namespace fitd
