#include "daemon/progress/run_events.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace fitd {
namespace {

using nlohmann::json;

constexpr std::ptrdiff_t kFailuresKept = 100;  // of a summary: the store knows them all

// Members of the wrong type read as if they were not there: a garbled event degrades, it does not fail.
std::string TextOf(const json& object, const char* key) {
  auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

double NumberIn(const json& object, const char* key, double otherwise) {
  auto it = object.find(key);
  if (it == object.end() || !it->is_number()) return otherwise;
  double value = it->get<double>();
  return std::isfinite(value) ? value : otherwise;
}

template <class Integer>
Integer Whole(const json& object, const char* key, Integer otherwise) {
  double value = NumberIn(object, key, static_cast<double>(otherwise));
  constexpr double kExact = 9007199254740992.0;  // 2^53
  double low = std::max(static_cast<double>(std::numeric_limits<Integer>::min()), -kExact);
  double high = std::min(static_cast<double>(std::numeric_limits<Integer>::max()), kExact);
  return static_cast<Integer>(std::clamp(value, low, high));
}

RunStarted ParseStart(const json& object) {
  RunStarted event{
      Whole<std::int64_t>(object, "run", 0), TextOf(object, "job"), Whole<std::uint64_t>(object, "targets", 0), {}};
  if (auto it = object.find("workers"); it != object.end() && it->is_array()) {
    for (const json& worker : *it) {
      if (!worker.is_object() || event.workers.size() >= 65536) continue;
      event.workers.push_back({Whole(worker, "worker", 0), Whole(worker, "pid", 0), Whole(worker, "cpu", -1)});
    }
  }
  return event;
}

std::string TimeText(const json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number() ? it->dump() : TextOf(object, key);
}

AnomalyFound ParseAnomaly(const json& object) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto start = object.find("start");
  const auto is_new = object.find("new");
  AnomalyFound event;
  event.number = Whole<std::int64_t>(object, "number", 0);
  event.target = TextOf(object, "target");
  event.kind = TextOf(object, "kind");
  event.direction = TextOf(object, "direction");
  event.start = TimeText(object, "start");
  event.end = TimeText(object, "end");
  event.times_are_numbers = start != object.end() && start->is_number();
  event.value = NumberIn(object, "value", kNone);
  event.expected = NumberIn(object, "expected", kNone);
  event.score = NumberIn(object, "score", 0);
  event.observations = Whole<std::uint64_t>(object, "observations", 0);
  event.is_new = is_new != object.end() && is_new->is_boolean() && is_new->get<bool>();
  return event;
}

FitTimesCounted ParseFitTimes(const json& object) {
  FitTimesCounted event;
  auto models = object.find("models");
  if (models == object.end() || !models->is_object()) return event;
  for (const auto& [name, histogram] : models->items()) {
    if (!histogram.is_object() || name.size() > 128 || event.times.size() >= 256) continue;
    FitTimeHistogram times;
    times.sum_seconds = NumberIn(histogram, "sum", 0);
    auto counts = histogram.find("counts");
    if (counts == histogram.end() || !counts->is_array() || counts->size() != times.counts.size()) continue;
    for (std::size_t i = 0; i < times.counts.size(); ++i) {
      if ((*counts)[i].is_number_unsigned()) times.counts[i] = (*counts)[i].get<std::uint64_t>();
    }
    event.times.emplace(name, times);
  }
  return event;
}

RunEnded ParseEnd(const json& object) {
  RunEnded event{TextOf(object, "state"), Whole(object, "exit", 70), TextOf(object, "message"), {}};
  if (auto it = object.find("summary"); it != object.end() && it->is_object()) {
    json summary = *it;
    auto failures = summary.find("failures");
    if (failures != summary.end() && failures->is_array() && std::cmp_greater(failures->size(), kFailuresKept)) {
      failures->erase(failures->begin() + kFailuresKept, failures->end());
    }
    event.summary_json = summary.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return event;
}

constexpr std::pair<Stage, std::string_view> kStages[] = {{Stage::kLoad, "load"},
                                                          {Stage::kGlobal, "global"},
                                                          {Stage::kFit, "fit"},
                                                          {Stage::kMerge, "merge"},
                                                          {Stage::kDetect, "detect"}};

std::optional<Stage> StageOf(std::string_view name) {
  for (const auto& [stage, text] : kStages) {
    if (text == name) return stage;
  }
  return std::nullopt;
}

struct Formatter {
  json operator()(const RunStarted& e) const {
    json workers = json::array();
    for (const WorkerInfo& w : e.workers) workers.push_back({{"worker", w.worker}, {"pid", w.pid}, {"cpu", w.cpu}});
    return {{"event", "start"}, {"run", e.run}, {"job", e.job}, {"targets", e.targets}, {"workers", workers}};
  }
  json operator()(const RunAdvanced& e) const {
    json line = {{"event", "progress"}, {"stage", StageName(e.stage)}, {"done", e.done},        {"total", e.total},
                 {"rate", e.rate},      {"eta_seconds", nullptr},      {"failures", e.failures}};
    if (e.eta_seconds >= 0) line["eta_seconds"] = e.eta_seconds;
    return line;
  }
  json operator()(const TargetFailed& e) const {
    return {{"event", "failure"}, {"target", e.target}, {"reason", e.reason}};
  }
  json operator()(const WorkerLost& e) const {
    return {{"event", "worker_death"}, {"worker", e.worker}, {"pid", e.pid}, {"cause", e.cause}, {"target", e.target}};
  }
  json operator()(const AnomalyFound& e) const {
    // A number that is none is null.
    const auto time = [&e](const std::string& text) {
      json number = e.times_are_numbers ? json::parse(text, nullptr, false) : json();
      return number.is_number() ? number : json(text);
    };
    return {{"event", "anomaly"},
            {"number", e.number},
            {"target", e.target},
            {"kind", e.kind},
            {"direction", e.direction},
            {"start", time(e.start)},
            {"end", time(e.end)},
            {"value", e.value},
            {"expected", e.expected},
            {"score", e.score},
            {"observations", e.observations},
            {"new", e.is_new}};
  }
  json operator()(const FitTimesCounted& e) const {
    json models = json::object();
    for (const auto& [name, times] : e.times) models[name] = {{"sum", times.sum_seconds}, {"counts", times.counts}};
    return {{"event", "fit_times"}, {"models", models}};
  }
  json operator()(const RunEnded& e) const {
    json summary = e.summary_json.empty() ? json(nullptr) : json::parse(e.summary_json, nullptr, false);
    return {{"event", "end"}, {"state", e.state}, {"exit", e.exit_code}, {"message", e.message}, {"summary", summary}};
  }
};

}  // namespace

std::string_view StageName(Stage stage) {
  for (const auto& [one, text] : kStages) {
    if (one == stage) return text;
  }
  return "unknown";
}

std::vector<std::string> LineBuffer::Append(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    std::size_t newline = bytes.find('\n');
    std::string_view part = bytes.substr(0, newline);
    if (!skipping_ && pending_.size() + part.size() > max_line_) {
      skipping_ = true;
      ++dropped_;
      pending_.clear();
      pending_.shrink_to_fit();
    }
    if (!skipping_) pending_.append(part);
    if (newline == std::string_view::npos) break;
    if (!skipping_) lines.push_back(std::move(pending_));
    pending_.clear();
    skipping_ = false;
    bytes.remove_prefix(newline + 1);
  }
  return lines;
}

std::string LineBuffer::TakeRest() {
  skipping_ = false;
  return std::exchange(pending_, {});
}

std::optional<RunEvent> ParseRunEvent(std::string_view line) {
  const json object = json::parse(line.begin(), line.end(), nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const std::string kind = TextOf(object, "event");
  if (kind == "start") return ParseStart(object);
  if (kind == "progress") {
    const std::optional<Stage> stage = StageOf(TextOf(object, "stage"));
    if (!stage) return std::nullopt;
    RunAdvanced advanced;
    advanced.stage = *stage;
    advanced.done = Whole<std::uint64_t>(object, "done", 0);
    advanced.total = Whole<std::uint64_t>(object, "total", 0);
    advanced.failures = Whole<std::uint64_t>(object, "failures", 0);
    advanced.rate = NumberIn(object, "rate", 0);
    advanced.eta_seconds = NumberIn(object, "eta_seconds", -1);
    return advanced;
  }
  if (kind == "failure") return TargetFailed{TextOf(object, "target"), TextOf(object, "reason")};
  if (kind == "worker_death") {
    return WorkerLost{Whole(object, "worker", 0), Whole(object, "pid", 0), TextOf(object, "cause"),
                      TextOf(object, "target")};
  }
  if (kind == "anomaly") return ParseAnomaly(object);
  if (kind == "fit_times") return ParseFitTimes(object);
  if (kind == "end") return ParseEnd(object);
  return std::nullopt;
}

std::string FormatRunEvent(const RunEvent& event) {
  return std::visit(Formatter{}, event).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace fitd
