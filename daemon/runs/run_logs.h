// The log files of one run (LOGS/runs/ID: fitd.log, worker-N.log) as one text. Blocking: for the file thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/status.h"

namespace fitd {

// The last `lines` lines of all files, in the order of their times (lines begin with an ISO time; one that does not
// belongs to the line before it). Reads at most the last MiB of each file. kNotFound without a folder.
Result<std::string> ReadRunLogs(const std::string& folder, std::size_t lines);

// The highest run number that has a folder in LOGS/runs, 0 without any: the logs of a run that nobody remembers are not
// those of a new one with its number.
std::int64_t NewestRunWithLogs(const std::string& folder);

// Removes the folder and the files in it; what cannot be removed stays.
void RemoveRunLogs(const std::string& folder);

}  // namespace fitd
