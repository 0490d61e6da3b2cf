#include "daemon/runs/run_manager.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/process/cgroup.h"

namespace fitd {
namespace {

constexpr auto kKillGrace = std::chrono::seconds(10);  // between SIGABRT and SIGKILL
constexpr auto kFirstRetryDelay = std::chrono::seconds(1);
constexpr std::size_t kBacklogsKept = 8;  // of ended runs

}  // namespace

struct RunManager::ActiveRun {
  explicit ActiveRun(Monotonic now) : progress(now) {}
  std::unique_ptr<RunHandle> handle;
  RunProgress progress;
  std::optional<RunEnded> end;
  std::optional<Monotonic> asked_to_stop;  // SIGTERM sent
  std::optional<Monotonic> aborted;        // SIGABRT sent: it stalled
  bool killed = false;
  // Those of the daemon's own group, in which a run is that has no group of its own.
  std::uint64_t oom_kills_before = CgroupOomKills();
};

RunManager::RunManager(const Clock& clock, RunLauncher& launcher, RunObserver& observer, ServiceLog log,
                       const ServiceConfig& config)
    : clock_(clock), launcher_(launcher), observer_(observer), log_(std::move(log)), config_(config) {}

RunManager::~RunManager() = default;

void RunManager::Restore(ServiceSnapshot snapshot) {
  counters_ = std::move(snapshot.counters);
  queue_.Restore(std::move(snapshot.runs), snapshot.next_id);
  const std::size_t resumed = queue_.ResumeInterrupted();
  if (resumed == 0) return;
  counters_.run_restarts["stop"] += resumed;
  for (const RunRecord& run : queue_.runs()) {
    if (run.state == ServiceRunState::kQueued) {
      log_(LogLevel::kInfo, run.id, fmt::format("run {} of job {} waits to be resumed", run.id, run.job));
    }
  }
}

Result<std::int64_t> RunManager::Start(const StartRequest& request, const Requester& by) {
  if (draining_) return Status(StatusCode::kBusy, "the daemon is stopping; try again in a moment");
  RunRecord record;
  record.job = request.job;
  record.kind = request.kind;
  record.priority = request.priority;
  record.fresh = request.fresh;
  record.held = request.hold;
  record.uid = by.uid;
  record.pid = by.pid;
  record.queued_ms = NowMs();
  auto id = queue_.Enqueue(std::move(record), config_.queue_limit);
  if (!id.ok()) return id;
  log_(LogLevel::kInfo, *id,
       fmt::format("run {} of job {} queued by uid {} pid {}{}", *id, request.job, by.uid, by.pid,
                   request.kind == RunKind::kDetect ? ", a detection" : ""));
  observer_.OnStateChanged();
  return id;
}

void RunManager::Release(std::int64_t id) {
  if (RunRecord* run = queue_.Find(id)) run->held = false;
}

void RunManager::Withdraw(std::int64_t id) {
  const RunRecord* run = queue_.Find(id);
  if (run == nullptr || !run->held) return;
  queue_.Remove(id);
  observer_.OnStateChanged();
}

Status RunManager::Cancel(std::int64_t id, const Requester& by) {
  FITD_RETURN_IF_ERROR(queue_.Cancel(id, NowMs()));
  log_(LogLevel::kInfo, id, fmt::format("run {} cancelled by uid {} pid {}", id, by.uid, by.pid));
  retry_at_.erase(id);
  if (auto it = active_.find(id); it != active_.end()) {
    if (!it->second->asked_to_stop) it->second->asked_to_stop = clock_.Now();
    it->second->handle->Signal(SIGTERM);
  } else {
    RunRecord& run = *queue_.Find(id);
    run.exit_code = 128 + SIGTERM;
    Finish(id, ServiceRunState::kCancelled);
  }
  observer_.OnStateChanged();
  return OkStatus();
}

void RunManager::Tick() {
  const Monotonic now = clock_.Now();
  for (auto& [id, active] : active_) FollowUp(id, *active);
  if (draining_) return;
  for (auto it = retry_at_.begin(); it != retry_at_.end();) {
    if (now < it->second) {
      ++it;
      continue;
    }
    queue_.Requeue(it->first);
    it = retry_at_.erase(it);
  }
  while (RunRecord* run = queue_.NextToStart(config_.parallel_runs)) StartRun(*run);
}

// What was asked of a process and did not happen in time is asked more firmly.
void RunManager::FollowUp(std::int64_t id, ActiveRun& active) {
  const Monotonic now = clock_.Now();
  if (active.killed) return;
  const bool stop_overdue = active.asked_to_stop && now - *active.asked_to_stop >= config_.drain_limit;
  const bool abort_overdue = active.aborted && now - *active.aborted >= kKillGrace;
  if (stop_overdue || abort_overdue) {
    log_(LogLevel::kWarning, id,
         fmt::format("run {} (pid {}) did not end when told to; killing it", id, active.handle->pid()));
    active.killed = true;
    active.handle->KillAll();
    return;
  }
  const auto silent = now - active.progress.last_progress();
  if (config_.stall_limit.count() > 0 && silent >= config_.stall_limit && !active.asked_to_stop && !active.aborted) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silent).count();
    const std::optional<RunAdvanced>& latest = active.progress.latest();
    log_(LogLevel::kError, id,
         fmt::format("run {} (pid {}) made no progress for {} s in stage \"{}\"; aborting it", id, active.handle->pid(),
                     seconds, latest ? StageName(latest->stage) : "start"));
    active.aborted = now;
    active.handle->Signal(SIGABRT);
  }
}

void RunManager::StartRun(RunRecord& run) {
  const std::int64_t id = run.id;
  LaunchRequest request{id, run.job, run.kind, run.fresh && run.attempts == 0, {}, {}};
  request.on_line = [this, id](const std::string& line) { OnLine(id, line); };
  request.on_exit = [this, id](const RunExit& exit) { OnExit(id, exit); };
  ++run.attempts;
  run.started_ms = NowMs();
  run.message.clear();
  auto active = std::make_unique<ActiveRun>(clock_.Now());
  auto handle = launcher_.Launch(std::move(request));
  if (!handle.ok()) {
    run.exit_code = ExitCode(handle.status());
    run.message = handle.status().message();
    log_(LogLevel::kError, id, fmt::format("run {} could not be started: {}", id, run.message));
    Finish(id, ServiceRunState::kFailed);
    observer_.OnStateChanged();
    return;
  }
  run.state = ServiceRunState::kRunning;
  active->handle = std::move(*handle);
  log_(LogLevel::kInfo, id,
       fmt::format("run {} of job {} started, pid {}{}", id, run.job, active->handle->pid(),
                   run.attempts > 1 ? fmt::format(", attempt {}", run.attempts) : std::string()));
  active_.emplace(id, std::move(active));
  observer_.OnStateChanged();
}

void RunManager::OnLine(std::int64_t id, const std::string& line) {
  auto it = active_.find(id);
  if (it == active_.end()) return;
  auto event = ParseRunEvent(line);
  if (!event) {
    ++counters_.event_lines_dropped;
    return;
  }
  ActiveRun& active = *it->second;
  active.progress.Apply(*event, clock_.Now());
  if (const auto* start = std::get_if<RunStarted>(&*event); start != nullptr && start->run > 0) {
    queue_.Find(id)->store_run = start->run;
  }
  if (const auto* death = std::get_if<WorkerLost>(&*event)) {
    const std::string cause = death->cause.empty() ? "unknown" : death->cause;
    ++counters_.worker_deaths[LabelOf(counters_.worker_deaths, cause)];
  }
  if (const auto* found = std::get_if<AnomalyFound>(&*event)) CountAnomaly(*queue_.Find(id), *found, counters_);
  if (auto* end = std::get_if<RunEnded>(&*event)) {
    active.end = *end;
    return;  // followers are told when the process has gone, and what became of the run then
  }
  if (!std::holds_alternative<FitTimesCounted>(*event)) AppendEvent(id, *event);
}

// Whatever its last event said, the exit status is what happened.
ServiceRunState RunManager::Judge(RunRecord& run, const ActiveRun& active, const RunExit& exit) {
  run.exit_code = exit.code;
  run.message.clear();
  if (active.end) {
    run.summary = active.end->summary_json;
    run.message = active.end->message;
  }
  if (exit.signal == 0 && EndedWell(exit.code)) return ServiceRunState::kComplete;
  if (run.message.empty()) run.message = exit.last_words;
  const bool ended_by_signal = exit.signal != 0 || exit.code > 128;
  if (run.state == ServiceRunState::kCancelling) {
    run.message = "cancelled";
    return ServiceRunState::kCancelled;
  }
  if (!ended_by_signal) return ServiceRunState::kFailed;
  if (draining_) {
    run.message = "interrupted by the daemon's stop";
    return ServiceRunState::kInterrupted;
  }
  if (exit.code == 128 + SIGTERM || exit.code == 128 + SIGINT) {
    run.message = fmt::format("ended by signal {} from outside", exit.code - 128);
    return ServiceRunState::kCancelled;
  }
  ++run.deaths;
  const bool oom = exit.oom || (exit.signal == SIGKILL && CgroupOomKills() > active.oom_kills_before);
  run.message = active.aborted ? "aborted: it made no progress"
                : oom ? "killed: out of memory; it needs a higher limit (MemoryMax=, a container's) or a smaller "
                        "count in [workers]"
                      : fmt::format("the run process died of signal {}", exit.code - 128);
  ++counters_.run_restarts[active.aborted ? "stall" : oom ? "oom" : "death"];
  return run.deaths > config_.resume_attempts ? ServiceRunState::kFailed : ServiceRunState::kInterrupted;
}

void RunManager::OnExit(std::int64_t id, const RunExit& exit) {
  auto it = active_.find(id);
  if (it == active_.end()) return;
  std::unique_ptr<ActiveRun> active = std::move(it->second);
  active_.erase(it);
  RunRecord& run = *queue_.Find(id);
  for (const auto& [model, times] : active->progress.fit_times()) {
    counters_.fit_times[LabelOf(counters_.fit_times, model)].Add(times);
  }
  const ServiceRunState state = Judge(run, *active, exit);
  const bool well = state == ServiceRunState::kComplete;
  std::string text =
      fmt::format("run {} of job {} {}, exit {}", id, run.job, ServiceRunStateName(state), run.exit_code);
  if (!run.message.empty()) text += ": " + run.message;
  log_(well ? LogLevel::kInfo : LogLevel::kWarning, id, text);
  if (state == ServiceRunState::kInterrupted) {
    run.state = state;
    run.ended_ms = NowMs();
    if (!draining_) ScheduleRetry(run);
  } else {
    Finish(id, state);
  }
  observer_.OnStateChanged();
}

void RunManager::ScheduleRetry(const RunRecord& run) {
  const auto delay = kFirstRetryDelay * (1LL << std::min(run.deaths - 1, 6));
  retry_at_[run.id] = clock_.Now() + delay;
  log_(LogLevel::kWarning, run.id,
       fmt::format("run {} will be resumed in {} s", run.id,
                   std::chrono::duration_cast<std::chrono::seconds>(delay).count()));
}

void RunManager::Finish(std::int64_t id, ServiceRunState state) {
  RunRecord& run = *queue_.Find(id);
  run.ended_ms = NowMs();
  run.state = state;
  CountRun(run, counters_);
  AppendEvent(id, RunEnded{std::string(ServiceRunStateName(state)), run.exit_code, run.message, run.summary});
  backlogs_[id].Close();
  observer_.OnNewEvents(id);
  while (backlogs_.size() > kBacklogsKept + active_.size()) {
    auto oldest = std::find_if(backlogs_.begin(), backlogs_.end(), [](const auto& b) { return b.second.closed(); });
    if (oldest == backlogs_.end() || oldest->first == id) break;
    backlogs_.erase(oldest);
  }
  for (std::int64_t forgotten : queue_.Finish(id, state, run.ended_ms, config_.history)) {
    backlogs_.erase(forgotten);
    observer_.OnForgotten(forgotten);
  }
}

void RunManager::AppendEvent(std::int64_t id, const RunEvent& event) {
  backlogs_[id].Append(FormatRunEvent(event), std::holds_alternative<RunAdvanced>(event));
  observer_.OnNewEvents(id);
}

void RunManager::BeginDrain() {
  if (draining_) return;
  draining_ = true;
  for (auto& [id, active] : active_) {
    if (!active->asked_to_stop) active->asked_to_stop = clock_.Now();
    active->handle->Signal(SIGTERM);
  }
}

void RunManager::KillAll() {
  for (auto& [id, active] : active_) {
    if (!active->killed) active->handle->KillAll();
    active->killed = true;
  }
}

std::size_t RunManager::num_pending() const {
  return static_cast<std::size_t>(std::count_if(queue_.runs().begin(), queue_.runs().end(),
                                                [](const RunRecord& run) { return !IsFinished(run.state); }));
}

std::optional<Monotonic> RunManager::OldestProgress() const {
  std::optional<Monotonic> oldest;
  for (const auto& [id, active] : active_) {
    if (!oldest || active->progress.last_progress() < *oldest) oldest = active->progress.last_progress();
  }
  return oldest;
}

const RunProgress* RunManager::progress(std::int64_t id) const {
  auto it = active_.find(id);
  return it == active_.end() ? nullptr : &it->second->progress;
}

pid_t RunManager::pid(std::int64_t id) const {
  auto it = active_.find(id);
  return it == active_.end() ? 0 : it->second->handle->pid();
}

const EventBacklog* RunManager::events(std::int64_t id) const {
  auto it = backlogs_.find(id);
  return it == backlogs_.end() ? nullptr : &it->second;
}

std::string RunManager::Describe() const {
  std::string text;
  for (const auto& [id, active] : active_) {
    if (!text.empty()) text += "; ";
    text += active->progress.Describe(queue_.Find(id)->job);
  }
  if (text.empty()) text = retry_at_.empty() ? "idle" : "waiting to resume a run";
  if (const std::size_t waiting = queue_.num_queued(); waiting > 0) text += fmt::format("; {} waiting", waiting);
  if (draining_) text = "stopping; " + text;
  return text;
}

std::int64_t RunManager::NowMs() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.WallNow().time_since_epoch()).count();
}

}  // namespace fitd
