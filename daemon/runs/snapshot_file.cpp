#include "daemon/runs/snapshot_file.h"

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/atomic_file.h"

namespace fitd {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

RunRecord RunFrom(const json& object) {
  RunRecord run;
  run.id = object.at("id").get<std::int64_t>();
  run.job = object.at("job").get<std::string>();
  run.state = ParseServiceRunState(object.at("state").get<std::string>()).value_or(ServiceRunState::kFailed);
  run.kind = ParseRunKind(object.value("kind", std::string())).value_or(RunKind::kTrain);
  run.priority = object.value("priority", 0);
  run.fresh = object.value("fresh", false);
  run.uid = object.value("uid", uid_t{0});
  run.pid = object.value("pid", pid_t{0});
  run.queued_ms = object.value("queued_ms", std::int64_t{0});
  run.started_ms = object.value("started_ms", std::int64_t{0});
  run.ended_ms = object.value("ended_ms", std::int64_t{0});
  run.attempts = object.value("attempts", 0);
  run.deaths = object.value("deaths", 0);
  run.exit_code = object.value("exit", -1);
  run.message = object.value("message", std::string());
  run.store_run = object.value("store_run", std::int64_t{0});
  if (auto it = object.find("summary"); it != object.end() && it->is_object()) run.summary = it->dump();
  return run;
}

}  // namespace

json RunRecordJson(const RunRecord& run) {
  json summary = run.summary.empty() ? json(nullptr) : json::parse(run.summary, nullptr, false);
  if (summary.is_discarded()) summary = nullptr;
  return {{"id", run.id},
          {"job", run.job},
          {"kind", RunKindName(run.kind)},
          {"state", ServiceRunStateName(run.state)},
          {"priority", run.priority},
          {"fresh", run.fresh},
          {"uid", run.uid},
          {"pid", run.pid},
          {"queued_ms", run.queued_ms},
          {"started_ms", run.started_ms},
          {"ended_ms", run.ended_ms},
          {"attempts", run.attempts},
          {"deaths", run.deaths},
          {"exit", run.exit_code},
          {"message", run.message},
          {"store_run", run.store_run},
          {"summary", summary}};
}

std::string FormatSnapshot(const RunQueue& queue, const ServiceCounters& counters) {
  json runs = json::array();
  for (const RunRecord& run : queue.runs()) runs.push_back(RunRecordJson(run));
  json object = {
      {"fitd_state", kVersion}, {"next_id", queue.next_id()}, {"runs", runs}, {"counters", CountersToJson(counters)}};
  return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<ServiceSnapshot> ParseSnapshot(const std::string& text) {
  try {
    const json object = json::parse(text);
    const int version = object.at("fitd_state").get<int>();
    if (version > kVersion) {
      return Status(StatusCode::kCorrupt, "written by a newer fitd (version " + std::to_string(version) + ")");
    }
    ServiceSnapshot snapshot;
    snapshot.next_id = object.value("next_id", std::int64_t{1});
    for (const json& run : object.at("runs")) snapshot.runs.push_back(RunFrom(run));
    for (std::size_t i = 1; i < snapshot.runs.size(); ++i) {
      if (snapshot.runs[i].id <= snapshot.runs[i - 1].id) return Status(StatusCode::kCorrupt, "run ids do not ascend");
    }
    if (auto it = object.find("counters"); it != object.end()) snapshot.counters = CountersFromJson(*it);
    return snapshot;
  } catch (const json::exception& e) {
    return Status(StatusCode::kCorrupt, e.what());
  }
}

Result<ServiceSnapshot> ReadSnapshot(const std::string& path) {
  const Result<std::string> text = ReadWholeFile(path);
  if (text.status().code() == StatusCode::kNotFound) return ServiceSnapshot{};
  if (!text.ok()) return text.status();
  auto snapshot = ParseSnapshot(*text);
  if (!snapshot.ok()) return snapshot.status().WithContext(path);
  return snapshot;
}

Status WriteSnapshot(const std::string& path, std::string_view text) {
  return WriteWholeFile(path, text, 0640);
}

Result<ServiceSnapshot> ReadSnapshotOrSetAside(const std::string& path, const ServiceLog& log) {
  Result<ServiceSnapshot> snapshot = ReadSnapshot(path);
  if (snapshot.ok() || snapshot.status().code() != StatusCode::kCorrupt) return snapshot;
  const std::string aside = path + ".damaged";
  log(LogLevel::kError, 0, snapshot.status().message() + "; it is kept as " + aside);
  if (std::rename(path.c_str(), aside.c_str()) != 0) return StatusFromErrno(errno, path);
  return ServiceSnapshot{};
}

}  // namespace fitd
