#include "daemon/pool/process_worker_runner.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "common/fit/algorithm_host.h"
#include "common/process/log.h"

namespace fitd {
namespace {

constexpr auto kTick =
    std::chrono::milliseconds(100);  // how often records of long chunks are collected and hangs are looked for
constexpr auto kAway = 10 * kTick;   // a longer time between two checks means that this process was stopped
constexpr auto kLeaveGrace = kHostsEnd + std::chrono::seconds(1);

}  // namespace

ProcessWorkerRunner::ProcessWorkerRunner(PoolOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      cgroups_(WorkerCgroups::Create(options_.memory_bytes)),
      startup_deaths_(options_.max_startup_deaths, options_.max_outside_startup_deaths) {}

ProcessWorkerRunner::~ProcessWorkerRunner() {
  Shutdown();
}

Result<std::unique_ptr<ProcessWorkerRunner>> ProcessWorkerRunner::Start(PoolOptions options, const Clock& clock) {
  if (options.executable.empty()) options.executable = FindWorkerExecutable();
  std::unique_ptr<ProcessWorkerRunner> runner(new ProcessWorkerRunner(std::move(options), clock));
  const auto& cpus = runner->options_.cpus;
  for (int i = 0; i < runner->options_.workers; ++i) {
    const int cpu = cpus.empty() ? -1 : cpus[static_cast<std::size_t>(i) % cpus.size()];
    runner->workers_.push_back(std::make_unique<PooledWorker>(i, cpu, clock));
    FITD_RETURN_IF_ERROR(runner->SpawnInto(*runner->workers_.back()));
  }
  return runner;
}

Status ProcessWorkerRunner::SpawnInto(PooledWorker& worker) {
  const int number = worker.number();
  return worker.Spawn(options_, ++spawn_number_, cgroups_.FolderFor(number),
                      [this, number](std::string_view line) { Output(number, line); });
}

Status ProcessWorkerRunner::BeginStage(const StageSpec& spec) {
  Abort();
  spec_ = spec;
  in_stage_ = true;
  ++stage_;
  context_ = SharedSegment();
  if (!spec.context.empty()) {
    FITD_ASSIGN_OR_RETURN(
        context_, SharedSegment::Create("fitd-context", spec.context.size(), SharedSegment::PeerAccess::kReadOnly));
    std::copy_n(reinterpret_cast<const std::byte*>(spec.context.data()), spec.context.size(), context_.data());
  }
  for (const auto& worker : workers_) {
    worker->EndStage();
    if (worker->state() == WorkerState::kAttached) FITD_RETURN_IF_ERROR(PrepareForStage(*worker));
  }
  return OkStatus();
}

Status ProcessWorkerRunner::PrepareForStage(PooledWorker& worker) {
  const Status status = worker.BeginStage(stage_, spec_.kind, context_, spec_.context.size());
  // A worker that is gone is noticed by its pidfd.
  return status.code() == StatusCode::kWorkerLost ? OkStatus() : status;
}

std::span<const WorkerSlot> ProcessWorkerRunner::FreeSlots() {
  slots_.clear();
  for (const auto& worker : workers_) {
    if (worker->HasRoom()) slots_.push_back(worker->slot());
  }
  std::stable_sort(slots_.begin(), slots_.end(),
                   [](const WorkerSlot& a, const WorkerSlot& b) { return a.queued < b.queued; });
  return slots_;
}

Status ProcessWorkerRunner::Start(int number, ChunkOrder order) {
  PooledWorker& worker = *workers_[static_cast<std::size_t>(number)];
  const Status status = worker.Send(std::move(order), chunk_writer_, *spec_.frame);
  return status.code() == StatusCode::kWorkerLost ? OkStatus() : status;
}

void ProcessWorkerRunner::Replace(int number) {
  PooledWorker& worker = *workers_[static_cast<std::size_t>(number)];
  if (worker.alive()) worker.Condemn(Verdict::kReplaced, SIGKILL, options_.abort_grace);
}

WorkerEvent ProcessWorkerRunner::WaitUntil(Monotonic deadline) {
  while (true) {
    if (spec_.cancel != nullptr && spec_.cancel->cancelled()) return Interrupted{};
    if (!events_.empty() || PumpAll()) {
      WorkerEvent event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    const Monotonic now = clock_.Now();
    CheckDeadlines(now);
    RespawnDue(now);
    if (!events_.empty()) continue;
    if (now >= deadline) return DeadlinePassed{};
    Poll(NextWake(deadline, now));
  }
}

// Handles pending messages until there is an event; true when there is one.
bool ProcessWorkerRunner::PumpAll() {
  for (const auto& worker : workers_) {
    if (worker->alive() && Pump(*worker)) return true;
  }
  const Monotonic now = clock_.Now();
  if (now < next_tick_) return false;
  for (const auto& worker : workers_) {
    if (worker->alive() && worker->has_chunks() && DeliverRecords(*worker)) return true;
  }
  next_tick_ = now + kTick;
  return false;
}

bool ProcessWorkerRunner::Pump(PooledWorker& worker) {
  bool more = true;
  while (more && !worker.condemned_for(Verdict::kBadMessage)) {
    if (PumpFrame(worker, more)) return true;
  }
  return worker.exited() && BuryIfDead(worker);
}

// Handles one message, if there is one, and sets `more` to whether there was. True when an event was queued.
bool ProcessWorkerRunner::PumpFrame(PooledWorker& worker, bool& more) {
  const Result<const Message*> first = worker.FirstMessage();
  if (!first.ok()) EndForBadMessage(worker, first.status().message());
  more = first.ok() && *first != nullptr;
  if (!more) return false;
  // Records that were published before the message are delivered before it.
  const bool about_records =
      std::holds_alternative<ChunkDoneMessage>(**first) || std::holds_alternative<ResultsFullMessage>(**first);
  if (about_records && DeliverRecords(worker)) return true;
  if (worker.condemned_for(Verdict::kBadMessage)) return false;
  const Message message = worker.TakeMessage();
  const std::size_t before = events_.size();
  OnStatus(worker, Handle(worker, message));
  return events_.size() > before;
}

bool ProcessWorkerRunner::DeliverRecords(PooledWorker& worker) {
  const Status status = worker.Collect(records_);
  if (!status.ok()) EndForBadMessage(worker, status.message());
  if (records_.empty()) return false;
  events_.push_back(RecordsArrived{worker.number(), records_.front().chunk, records_});
  return true;
}

Status ProcessWorkerRunner::Handle(PooledWorker& worker, const Message& message) {
  if (const auto* hello = std::get_if<HelloMessage>(&message)) {
    FITD_RETURN_IF_ERROR(worker.Attach(*hello));
    return in_stage_ ? PrepareForStage(worker) : OkStatus();
  }
  if (const auto* ready = std::get_if<ReadyMessage>(&message)) {
    if (ready->stage != stage_) return OkStatus();  // of a stage that was ended meanwhile
    FITD_RETURN_IF_ERROR(worker.OnPrepared(WorkerState::kReady));
    startup_deaths_.OnReady();
    events_.push_back(WorkerReady{worker.number()});
    return OkStatus();
  }
  if (const auto* failed = std::get_if<StageFailedMessage>(&message)) {
    if (failed->stage != stage_) return OkStatus();
    FITD_RETURN_IF_ERROR(worker.OnPrepared(WorkerState::kAttached));
    const auto code = failed->code <= static_cast<int>(StatusCode::kCancelled) && failed->code != 0
                          ? static_cast<StatusCode>(failed->code)
                          : StatusCode::kInternal;
    events_.push_back(RunnerFailed{{code, failed->text}});
    return OkStatus();
  }
  if (const auto* done = std::get_if<ChunkDoneMessage>(&message)) {
    FITD_RETURN_IF_ERROR(worker.FinishChunk(*done));
    events_.push_back(ChunkFinished{worker.number(), done->chunk});
    RecycleIfDue(worker);
    return OkStatus();
  }
  if (const auto* full = std::get_if<ResultsFullMessage>(&message)) return worker.AnswerResultsFull(*full);
  return {StatusCode::kCorrupt, "sends a message only the parent sends"};
}

// When the process has ended, delivers its last records, then its death. True when an event was queued.
bool ProcessWorkerRunner::BuryIfDead(PooledWorker& worker) {
  const std::optional<ExitReport> report = worker.TryReap();
  if (!report) return false;
  if (!worker.condemned_for(Verdict::kBadMessage) && DeliverRecords(worker)) return true;
  worker.FinishOutput();
  const bool oom_kill_in_group = cgroups_.OomKilled(worker.number());  // read both counters, so that both advance
  const bool oom_kill = oom_watch_.KillHappened() || oom_kill_in_group;
  const bool replaced = worker.condemned_for(Verdict::kReplaced);
  const bool wanted = worker.state() == WorkerState::kLeaving && !worker.has_chunks() && !replaced;
  const bool starting = worker.state() != WorkerState::kReady && !wanted && !replaced;
  WorkerDied died = worker.Obituary();
  died.cause = worker.Cause(*report, oom_kill);
  died.last_words = worker.LastWords();
  died.replaced = replaced;
  worker.Bury(*report);
  respawn_at_ = clock_.Now();
  if (wanted) return false;
  if (!replaced) worker.CountDeath();
  events_.push_back(died);
  if (starting) OnStartupDeath(worker, died.cause, died.last_words);
  return true;
}

void ProcessWorkerRunner::OnStartupDeath(const PooledWorker& worker, const DeathCause& cause,
                                         const std::string& last_words) {
  respawn_at_ = startup_deaths_.OnDeath(cause.own_doing, clock_.Now());
  const int deaths = startup_deaths_.TooMany();
  if (deaths == 0) return;
  std::string text = "workers die before they can work, " + std::to_string(deaths) + " in a row; the last was worker " +
                     std::to_string(worker.number()) + " (pid " + std::to_string(worker.stats().pid) + ", " +
                     options_.executable + "): " + cause.text + cause.why;
  if (!last_words.empty()) text += "; it said: " + last_words;
  events_.push_back(RunnerFailed{{StatusCode::kWorkerLost, std::move(text)}});
}

void ProcessWorkerRunner::RecycleIfDue(PooledWorker& worker) {
  const RecycleLimits limits{options_.recycle_targets, options_.recycle_growth_bytes};
  if (worker.state() == WorkerState::kReady && worker.IsWorn(limits)) worker.LeaveWhenDone();
  if (worker.state() == WorkerState::kLeaving && !worker.has_chunks()) worker.SayFinish();
}

void ProcessWorkerRunner::RespawnDue(Monotonic now) {
  if (!in_stage_ || now < respawn_at_) return;
  for (const auto& worker : workers_) {
    if (worker->state() != WorkerState::kAbsent) continue;
    const Status status = SpawnInto(*worker);
    if (status.ok()) continue;
    events_.push_back(RunnerFailed{status});
    return;
  }
}

void ProcessWorkerRunner::CheckDeadlines(Monotonic now) {
  // After this process was stopped itself (Ctrl-Z, a debugger, a suspended machine), workers seem late although they
  // only waited for it. Gives them time until what they sent has been read.
  if (checked_at_ && now - *checked_at_ > kAway) patient_until_ = now + kAway;
  checked_at_ = now;
  if (now < patient_until_) return;
  const WatchLimits limits{options_.startup_timeout, options_.abort_grace, kLeaveGrace};
  for (const auto& worker : workers_) {
    if (!worker->alive() || worker->exited()) continue;
    switch (Watch(worker->Condition(spec_.limits), limits, now)) {
      case WatchAction::kNone:
        break;
      case WatchAction::kKill:
        worker->Kill();
        break;
      case WatchAction::kEndSilent:
        EndForBadMessage(*worker, "closed its socket and went on living");
        break;
      case WatchAction::kEndStartup:
      case WatchAction::kEndUnit:
        worker->Condemn(Verdict::kTimeout, SIGABRT, options_.abort_grace);
        break;
    }
  }
}

// What this process cannot do, such as make a larger ring, is no fault of the worker's; a lost one is met at its end.
void ProcessWorkerRunner::OnStatus(PooledWorker& worker, const Status& status) {
  if (status.ok() || status.code() == StatusCode::kWorkerLost) return;
  if (status.code() == StatusCode::kCorrupt) return EndForBadMessage(worker, status.message());
  events_.push_back(RunnerFailed{status});
}

void ProcessWorkerRunner::EndForBadMessage(PooledWorker& worker, std::string_view remark) {
  worker.Condemn(Verdict::kBadMessage, SIGKILL, options_.abort_grace);
  if (!remark.empty()) worker.Note(remark);
}

Monotonic ProcessWorkerRunner::NextWake(Monotonic deadline, Monotonic now) const {
  Monotonic wake = deadline;
  for (const auto& worker : workers_) {
    if (!worker->alive() && in_stage_) wake = std::min(wake, std::max(respawn_at_, now));
    if (const auto kill_at = worker->kill_at()) wake = std::min(wake, *kill_at);
    if (worker->has_chunks() || worker->state() != WorkerState::kReady) wake = std::min(wake, now + kTick);
  }
  return wake;
}

void ProcessWorkerRunner::Poll(Monotonic wake) {
  Status waited = poll_.Wait(workers_, spec_.cancel, wake - clock_.Now(),
                             [this](PooledWorker& worker, const Status& status) { OnStatus(worker, status); });
  if (!waited.ok()) events_.push_back(RunnerFailed{std::move(waited)});
}

void ProcessWorkerRunner::Abort() {
  in_stage_ = false;
  events_.clear();
  for (const auto& worker : workers_) {
    if (!worker->alive() || (!worker->has_chunks() && !worker->condemned() && !worker->exited())) continue;
    worker->Bury(worker->Reap());
  }
}

void ProcessWorkerRunner::Shutdown() {
  Abort();
  for (const auto& worker : workers_) {
    if (worker->alive()) worker->SayFinish();
  }
  const Monotonic deadline = clock_.Now() + kLeaveGrace;
  for (const auto& worker : workers_) {
    if (!worker->alive()) continue;
    pollfd p{worker->exit_fd(), POLLIN, 0};
    while (p.fd >= 0 && clock_.Now() < deadline && ::poll(&p, 1, 10) == 0) worker->ReadOutput();
    worker->FinishOutput();
    worker->Bury(worker->Reap());
  }
}

std::vector<WorkerStats> ProcessWorkerRunner::Stats() const {
  std::vector<WorkerStats> stats;
  for (const auto& worker : workers_) stats.push_back(worker->stats());
  return stats;
}

std::vector<int> ProcessWorkerRunner::Pids() const {
  std::vector<int> pids;
  for (const auto& worker : workers_) {
    if (worker->alive()) pids.push_back(worker->pid());
  }
  return pids;
}

void ProcessWorkerRunner::Output(int worker, std::string_view line) const {
  if (options_.on_output) {
    options_.on_output(worker, line);
  } else if (!options_.log_dir.empty()) {
    Log(LogLevel::kWarning, "worker " + std::to_string(worker) + ": " + std::string(line));
  } else {
    WriteErrorLine(line);
  }
}

}  // namespace fitd
