// The daemon's state between two starts: runs, queue and counters in one JSON file, replaced atomically (temporary
// file, fsync, rename, fsync of the folder). Daemon; Format and Parse on any thread, Write blocks and belongs on the
// file thread.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "common/status.h"
#include "daemon/runs/metrics.h"
#include "daemon/runs/run_queue.h"
#include "daemon/runs/service_log.h"

namespace fitd {

struct ServiceSnapshot {
  std::deque<RunRecord> runs;
  std::int64_t next_id = 1;
  ServiceCounters counters;
};

std::string FormatSnapshot(const RunQueue& queue, const ServiceCounters& counters);
Result<ServiceSnapshot> ParseSnapshot(const std::string& text);

// A missing file is an empty snapshot. kCorrupt when the file is damaged or of a newer version.
Result<ServiceSnapshot> ReadSnapshot(const std::string& path);
// Replaces the file atomically (WriteWholeFile); the group of its folder may read it.
Status WriteSnapshot(const std::string& path, std::string_view text);

// One run as the state file holds it.
nlohmann::json RunRecordJson(const RunRecord& run);

// Like ReadSnapshot, but renames a damaged file to PATH.damaged, logs that and returns an empty snapshot, since losing
// history is better than not serving. kIo when it cannot be renamed.
Result<ServiceSnapshot> ReadSnapshotOrSetAside(const std::string& path, const ServiceLog& log);

}  // namespace fitd
