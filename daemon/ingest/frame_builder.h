// Builds the series of a frame from the rows that all ingest threads have read; frees memory as it goes. Daemon, the
// thread of LoadFrame; starts and joins its own threads.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "common/series/series.h"
#include "daemon/ingest/load_frame.h"
#include "daemon/ingest/mixed_files.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/rows/target_table.h"
#include "daemon/times/lay_series.h"

namespace fitd {

// Consumes `tables`, which must be finished. Values that already lie on their grid stay where they are; others are
// copied to new blocks while the old blocks go back to the kernel. `unread`: cells that are not numbers, which the
// tables hold as missing values. Adds counts and repairs to `report`; sets report.refusal when too much was repaired or
// a target mixes `files`. kCancelled when `stop` becomes set.
Result<Frame> BuildFrame(std::vector<std::unique_ptr<TargetTable>> tables, const IngestOptions& options,
                         SeriesRules rules, int threads, const std::atomic<bool>& stop, const UnreadTargets& unread,
                         const MixedFiles& files, IngestReport& report);

// The error for a std::bad_alloc thrown while `doing` something: out of memory, or, when values are held on disk, the
// error of that file. `need`: bytes that were wanted; 0: unknown.
Status NoRoom(const IngestOptions& options, std::string_view doing, std::uint64_t need = 0);

}  // namespace fitd
