// The service's answers as JSON. Pure; daemon, loop thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "daemon/runs/job_catalog.h"
#include "daemon/runs/metrics.h"
#include "daemon/runs/run_progress.h"
#include "daemon/runs/run_queue.h"

namespace fitd {

// "2024-01-01T00:00:00.000Z" for milliseconds since 1970; null for 0.
nlohmann::json TimeOrNull(std::int64_t ms);

// One run as clients see it, without its progress (ProgressJson).
nlohmann::json RunJson(const RunRecord& run);
nlohmann::json ProgressJson(const RunProgress& progress);
nlohmann::json JobJson(const JobEntry& entry, const RunQueue& queue, const ServiceCounters& counters);

}  // namespace fitd
