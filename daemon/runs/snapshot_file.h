// The daemon's memory between two starts: runs, queue and counters in one JSON file, replaced atomically (temporary
// file, fsync, rename, fsync of the folder). Daemon; Format/Parse on any thread, Write blocks and belongs on the file
// thread.
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

// A missing file is an empty snapshot. kCorrupt when it is not what FormatSnapshot writes, or of a newer version.
Result<ServiceSnapshot> ReadSnapshot(const std::string& path);
// The file is there whole or not at all, as in WriteWholeFile; its folder's group may read it.
Status WriteSnapshot(const std::string& path, std::string_view text);

// One run as the state file holds it.
nlohmann::json RunRecordJson(const RunRecord& run);

// The same, but a damaged file is renamed to PATH.damaged, with a line in the log, and an empty snapshot returned:
// history is not worth refusing service for. kIo when it cannot be renamed.
Result<ServiceSnapshot> ReadSnapshotOrSetAside(const std::string& path, const ServiceLog& log);

}  // namespace fitd
