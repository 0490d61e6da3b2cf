// Parses times and ranges of times in options. Daemon; pure except for reading a calendar file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

// `zone` (both functions): IANA name or offset that applies to times without an offset and to days; empty: UTC.

// Parses a date or date-time as in data; kUsage naming `option` when it is neither.
Result<TimeNs> ParseRangeStart(const char* option, const std::string& text, const std::string& zone = {});

// Parses ranges without alerts, both ends inclusive: "FROM/TO", where a date as TO includes that day, or the name of a
// file with one such range per line (empty lines and lines starting with # are skipped). `option`: name for the error
// message, "--mute" or a key of the job file. kUsage.
Result<std::vector<std::pair<TimeNs, TimeNs>>> ParseMute(const std::string& option, const std::string& text,
                                                         const std::string& zone = {});

}  // namespace fitd
