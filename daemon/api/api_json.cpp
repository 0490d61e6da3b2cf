#include "daemon/api/api_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/runs/snapshot_file.h"

namespace fitd {

using nlohmann::json;

json TimeOrNull(std::int64_t ms) {
  if (ms <= 0) return nullptr;
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms % 1000);
}

json RunJson(const RunRecord& run) {
  json object = RunRecordJson(run);
  for (const auto& [name, ms] :
       {std::pair("queued", run.queued_ms), std::pair("started", run.started_ms), std::pair("ended", run.ended_ms)}) {
    object.erase(std::string(name) + "_ms");
    object[std::string(name) + "_at"] = TimeOrNull(ms);
  }
  if (run.exit_code < 0 || !IsFinished(run.state)) object["exit"] = nullptr;
  return object;
}

json JobJson(const JobEntry& entry, const RunQueue& queue, const ServiceCounters& counters) {
  json object = {{"name", entry.name}, {"valid", entry.status.ok()}};
  object["error"] = entry.status.ok() ? json(nullptr) : json(entry.status.message());
  for (const auto& [key, kind] :
       {std::pair("last_run", RunKind::kTrain), std::pair("last_detection", RunKind::kDetect)}) {
    object[key] = nullptr;
    if (const RunRecord* run = queue.Latest(entry.name, kind)) {
      object[key] = {{"id", run->id}, {"state", ServiceRunStateName(run->state)}, {"exit", run->exit_code}};
      if (!IsFinished(run->state)) object[key]["exit"] = nullptr;
    }
  }
  object["last_success_at"] = nullptr;
  object["last_detection_at"] = nullptr;
  if (auto it = counters.detect_jobs.find(entry.name); it != counters.detect_jobs.end()) {
    object["last_detection_at"] = TimeOrNull(static_cast<std::int64_t>(it->second.last_success_seconds * 1000));
  }
  if (auto it = counters.jobs.find(entry.name); it != counters.jobs.end()) {
    object["last_success_at"] = TimeOrNull(static_cast<std::int64_t>(it->second.last_success_seconds * 1000));
  }
  return object;
}

json ProgressJson(const RunProgress& progress) {
  const RunAdvanced p = progress.latest().value_or(RunAdvanced());
  json object = {{"stage", progress.latest() ? json(StageName(p.stage)) : json("")},
                 {"done", p.done},
                 {"total", p.total},
                 {"rate", p.rate},
                 {"failures", p.failures},
                 {"worker_deaths", progress.worker_deaths()},
                 {"targets", progress.targets()}};
  object["eta_seconds"] = p.eta_seconds >= 0 ? json(p.eta_seconds) : json(nullptr);
  object["workers"] = json::array();
  for (const WorkerInfo& w : progress.workers()) {
    object["workers"].push_back({{"worker", w.worker}, {"pid", w.pid}, {"cpu", w.cpu}});
  }
  return object;
}

}  // namespace fitd
