// Times and ranges of times as options give them. Daemon; pure but for reading a calendar's file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"

namespace fitd {

// `zone`: what times without an offset, and days, are in, as in the data: an IANA name or an offset; empty: UTC.

// A date or date-time as in data; kUsage naming `option` when it is none.
Result<TimeNs> ParseRangeStart(const char* option, const std::string& text, const std::string& zone = {});

// Ranges without alerts, both ends inclusive: "FROM/TO", where a date as TO is that whole day, or the name of a file
// with one such range a line (empty lines and those that begin with # say nothing). `option` is what the text was given
// as, "--mute" or the key of a job file, for the message. kUsage.
Result<std::vector<std::pair<TimeNs, TimeNs>>> ParseMute(const std::string& option, const std::string& text,
                                                         const std::string& zone = {});

}  // namespace fitd
