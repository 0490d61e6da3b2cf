// From the rows that all threads have read to the series of a frame, giving memory back as it goes.
// Daemon, the thread of LoadFrame; starts and joins its own threads.
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

// Consumes the tables (finished). Values that are already on their grid stay where they are; the others are laid into
// new blocks while the old ones go back to the kernel. Adds to `report`, in which it says whether the repairs are too
// many, and whether targets mix `files`; `unread` cells, which the tables hold as missing, are among them.
// kCancelled when `stop` is set meanwhile.
Result<Frame> BuildFrame(std::vector<std::unique_ptr<TargetTable>> tables, const IngestOptions& options,
                         const SeriesRules& rules, int threads, const std::atomic<bool>& stop,
                         const UnreadTargets& unread, const MixedFiles& files, IngestReport& report);

// What to say of a std::bad_alloc while `doing` something: that memory is short, or the disk that values are spilled
// to.
Status NoRoom(const IngestOptions& options, std::string_view doing, std::uint64_t need = 0);

}  // namespace fitd
