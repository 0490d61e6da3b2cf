// Reads all rows of the inputs to find the columns that tell apart rows of the same time. Daemon, one ingest thread.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/ingest/ingest_options.h"

namespace fitd {

// Returns the value for --target-column that the inputs should be read again with, when `report` has rows of the same
// target and time and the user named no target; nullopt when the reading may stay as it is. Reads all files again; all
// must have the header of `layout`. kInvalidInput when the columns found are not certain, or when an input is a pipe,
// which cannot be read twice, and repeats are many. Other errors are those of reading; kCancelled when `stop` is set
// meanwhile.
Result<std::optional<std::string>> SearchTargets(const std::vector<InputFile>& files, const CsvLayout& layout,
                                                 const IngestOptions& options, const IngestReport& report,
                                                 const std::atomic<bool>& stop);

}  // namespace fitd
