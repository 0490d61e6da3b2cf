// Looks through all rows of the inputs for the columns that tell rows of one time apart. Daemon, one ingest thread.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "common/status.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/ingest/ingest_options.h"

namespace fitd {

// The target columns that the inputs should be read with, as --target-column takes them, when rows share target and
// time and nobody said what the target is; nothing when the data may stay as they are. All files have the header of
// `layout`; they are read through once more. kInvalidInput when columns tell the rows apart but not with certainty, and
// for pipes, which cannot be read again. Errors as of reading; kCancelled when `stop` is set meanwhile.
Result<std::optional<std::string>> SearchTargets(const std::vector<InputFile>& files, const CsvLayout& layout,
                                                 const IngestOptions& options, const IngestReport& report,
                                                 const std::atomic<bool>& stop);

}  // namespace fitd
