// Times and ranges of times as options give them. Daemon; pure but for reading a calendar's file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

// A date or date-time as in data; kUsage naming `option` when it is none.
Result<TimeNs> ParseRangeStart(const char* option, const std::string& text);

// Ranges without alerts, both ends inclusive: "FROM/TO", where a date as TO is that whole day, or the name of a file
// with one such range a line (empty lines and those that begin with # say nothing). kNotFound, kUsage.
Result<std::vector<std::pair<TimeNs, TimeNs>>> ParseMute(const std::string& text);

}  // namespace fitd
