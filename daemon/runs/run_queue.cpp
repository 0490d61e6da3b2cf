#include "daemon/runs/run_queue.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fitd {
namespace {

constexpr std::array<std::pair<ServiceRunState, std::string_view>, 7> kNames{
    {{ServiceRunState::kQueued, "queued"},
     {ServiceRunState::kRunning, "running"},
     {ServiceRunState::kCancelling, "cancelling"},
     {ServiceRunState::kComplete, "complete"},
     {ServiceRunState::kFailed, "failed"},
     {ServiceRunState::kCancelled, "cancelled"},
     {ServiceRunState::kInterrupted, "interrupted"}}};

bool IsRunning(ServiceRunState state) {
  return state == ServiceRunState::kRunning || state == ServiceRunState::kCancelling;
}

}  // namespace

std::string_view ServiceRunStateName(ServiceRunState state) {
  for (const auto& [value, name] : kNames) {
    if (value == state) return name;
  }
  return "unknown";
}

std::optional<ServiceRunState> ParseServiceRunState(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string_view RunKindName(RunKind kind) {
  return kind == RunKind::kDetect ? "detect" : "train";
}

std::optional<RunKind> ParseRunKind(std::string_view name) {
  for (const RunKind kind : {RunKind::kTrain, RunKind::kDetect}) {
    if (RunKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

bool IsFinished(ServiceRunState state) {
  return state == ServiceRunState::kComplete || state == ServiceRunState::kFailed ||
         state == ServiceRunState::kCancelled;
}

Result<std::int64_t> RunQueue::Enqueue(RunRecord record, std::size_t queue_limit) {
  if (const RunRecord* active = Active(record.job, record.kind); active != nullptr) {
    const std::string what = record.kind == RunKind::kDetect ? "a detection of job \"" : "job \"";
    return Status(StatusCode::kBusy, what + record.job + "\" is " + std::string(ServiceRunStateName(active->state)) +
                                         " already as run " + std::to_string(active->id) +
                                         "; wait for it or cancel it");
  }
  if (num_queued() >= queue_limit) {
    return Status(StatusCode::kBusy,
                  "the queue is full (" + std::to_string(queue_limit) + " runs waiting); try again later");
  }
  record.id = next_id_++;
  record.state = ServiceRunState::kQueued;
  runs_.push_back(std::move(record));
  return runs_.back().id;
}

RunRecord* RunQueue::NextToStart(std::size_t parallel) {
  if (num_active() >= parallel) return nullptr;
  const auto job_runs = [this](const std::string& job) {
    return std::any_of(runs_.begin(), runs_.end(),
                       [&job](const RunRecord& other) { return other.job == job && IsRunning(other.state); });
  };
  RunRecord* best = nullptr;
  for (RunRecord& run : runs_) {
    const bool waits = run.state == ServiceRunState::kQueued && !run.held;
    if (waits && (best == nullptr || run.priority > best->priority) && !job_runs(run.job)) best = &run;
  }
  return best;
}

Status RunQueue::Cancel(std::int64_t id, std::int64_t now_ms) {
  RunRecord* run = Find(id);
  if (run == nullptr) return {StatusCode::kNotFound, "there is no run " + std::to_string(id)};
  if (IsFinished(run->state)) {
    return {StatusCode::kInvalidInput,
            "run " + std::to_string(id) + " has ended already (" + std::string(ServiceRunStateName(run->state)) + ")"};
  }
  if (IsRunning(run->state)) {
    run->state = ServiceRunState::kCancelling;
    return OkStatus();
  }
  run->state = ServiceRunState::kCancelled;
  run->ended_ms = now_ms;
  run->message = "cancelled while it was waiting";
  return OkStatus();
}

std::vector<std::int64_t> RunQueue::Finish(std::int64_t id, ServiceRunState state, std::int64_t now_ms,
                                           std::size_t history) {
  RunRecord* run = Find(id);
  if (run == nullptr) return {};
  run->state = state;
  run->ended_ms = now_ms;
  const RunKind kind = run->kind;
  const auto counts = [kind](const RunRecord& r) { return r.kind == kind && IsFinished(r.state); };
  auto finished = std::count_if(runs_.begin(), runs_.end(), counts);
  std::vector<std::int64_t> forgotten;
  for (auto it = runs_.begin(); it != runs_.end() && std::cmp_greater(finished, history);) {
    if (!counts(*it)) {
      ++it;
      continue;
    }
    forgotten.push_back(it->id);
    it = runs_.erase(it);
    --finished;
  }
  return forgotten;
}

void RunQueue::Remove(std::int64_t id) {
  std::erase_if(runs_, [id](const RunRecord& run) { return run.id == id && run.state == ServiceRunState::kQueued; });
}

void RunQueue::Requeue(std::int64_t id) {
  if (RunRecord* run = Find(id); run != nullptr) {
    run->state = ServiceRunState::kQueued;
    run->ended_ms = 0;
  }
}

std::size_t RunQueue::ResumeInterrupted() {
  std::size_t count = 0;
  for (RunRecord& run : runs_) {
    if (run.state == ServiceRunState::kCancelling) {  // the client's word outlives the daemon that heard it
      run.state = ServiceRunState::kCancelled;
      run.message = "cancelled";
    } else if (run.state == ServiceRunState::kRunning || run.state == ServiceRunState::kInterrupted) {
      run.state = ServiceRunState::kQueued;
      run.ended_ms = 0;
      ++count;
    }
  }
  return count;
}

RunRecord* RunQueue::Find(std::int64_t id) {
  return const_cast<RunRecord*>(std::as_const(*this).Find(id));
}

const RunRecord* RunQueue::Find(std::int64_t id) const {
  auto it =
      std::lower_bound(runs_.begin(), runs_.end(), id, [](const RunRecord& r, std::int64_t i) { return r.id < i; });
  return it != runs_.end() && it->id == id ? &*it : nullptr;
}

const RunRecord* RunQueue::Active(std::string_view job, RunKind kind) const {
  for (const RunRecord& run : runs_) {
    if (run.job == job && run.kind == kind && !IsFinished(run.state)) return &run;
  }
  return nullptr;
}

const RunRecord* RunQueue::Latest(std::string_view job, RunKind kind) const {
  for (auto it = runs_.rbegin(); it != runs_.rend(); ++it) {
    if (it->job == job && it->kind == kind) return &*it;
  }
  return nullptr;
}

std::size_t RunQueue::num_queued() const {
  return static_cast<std::size_t>(std::count_if(
      runs_.begin(), runs_.end(), [](const RunRecord& r) { return r.state == ServiceRunState::kQueued; }));
}

std::size_t RunQueue::num_active() const {
  return static_cast<std::size_t>(
      std::count_if(runs_.begin(), runs_.end(), [](const RunRecord& r) { return IsRunning(r.state); }));
}

void RunQueue::Restore(std::deque<RunRecord> runs, std::int64_t next_id) {
  runs_ = std::move(runs);
  next_id_ = next_id;
  if (!runs_.empty()) next_id_ = std::max(next_id_, runs_.back().id + 1);
}

}  // namespace fitd
