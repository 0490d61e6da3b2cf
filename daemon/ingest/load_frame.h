// Reads CSV data into a frame: finds the files, parses them on all cores, groups rows by target, lays them on grids.
// Daemon. LoadFrame may be called from any thread, several at once; it starts its own threads and joins them.
#pragma once

#include "common/series/series.h"
#include "common/status.h"
#include "daemon/ingest/ingest_options.h"

namespace fitd {

struct IngestResult {
  Frame frame;
  IngestReport report;
};

// kNotFound, kPermission, kIo: inputs that cannot be read; kCorrupt: damaged compressed data; kInvalidInput: no time or
// value column, more than max_bad_rows malformed rows, no data; kUsage: bad frequency; kCancelled.
Result<IngestResult> LoadFrame(const IngestOptions& options);

}  // namespace fitd
