// The log files of one run (LOGS/runs/ID: fitd.log, worker-N.log) as one text. Blocking: for the file thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/status.h"

namespace fitd {

// The last `lines` lines of all files, ordered by time (a line without a leading ISO time belongs to the line before
// it). Reads at most the last MiB of each file. kNotFound when the folder does not exist.
Result<std::string> ReadRunLogs(const std::string& folder, std::size_t lines);

// The highest run number with a folder in LOGS/runs; 0: there is none. A new run must get a higher number, so that it
// does not inherit the logs of a forgotten run.
std::int64_t NewestRunWithLogs(const std::string& folder);

// Removes the folder and its files as far as possible.
void RemoveRunLogs(const std::string& folder);

}  // namespace fitd
