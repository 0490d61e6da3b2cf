#include "daemon/pool/process_worker_runner.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "daemon/pool/death_cause.h"

namespace fitd {
namespace {

using std::chrono::steady_clock;

constexpr auto kTick = std::chrono::milliseconds(100);  // records of long chunks are collected, hangs looked for
constexpr auto kLeaveGrace = std::chrono::seconds(2);

}  // namespace

ProcessWorkerRunner::ProcessWorkerRunner(PoolOptions options)
    : options_(std::move(options)),
      cgroups_(WorkerCgroups::Create(options_.memory_bytes)),
      startup_deaths_(options_.max_startup_deaths, options_.max_outside_startup_deaths) {}

ProcessWorkerRunner::~ProcessWorkerRunner() {
  Shutdown();
}

Result<std::unique_ptr<ProcessWorkerRunner>> ProcessWorkerRunner::Start(PoolOptions options) {
  if (options.executable.empty()) options.executable = FindWorkerExecutable();
  std::unique_ptr<ProcessWorkerRunner> runner(new ProcessWorkerRunner(std::move(options)));
  const auto& cpus = runner->options_.cpus;
  for (int i = 0; i < runner->options_.workers; ++i) {
    const int cpu = cpus.empty() ? -1 : cpus[static_cast<std::size_t>(i) % cpus.size()];
    runner->workers_.push_back(std::make_unique<PooledWorker>(i, cpu));
    FITD_RETURN_IF_ERROR(runner->SpawnInto(*runner->workers_.back()));
  }
  return runner;
}

Status ProcessWorkerRunner::SpawnInto(PooledWorker& worker) {
  const int number = worker.number();
  worker.output = std::make_unique<WorkerOutput>([this, number](std::string_view line) { Output(number, line); });
  return worker.Spawn(options_, ++spawn_number_, cgroups_.FolderFor(number), steady_clock::now());
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
    if (worker->state == PooledWorker::State::kReady) worker->state = PooledWorker::State::kAttached;
    if (worker->state == PooledWorker::State::kAttached) FITD_RETURN_IF_ERROR(PrepareForStage(*worker));
  }
  return OkStatus();
}

Status ProcessWorkerRunner::PrepareForStage(PooledWorker& worker) {
  const Status status = worker.BeginStage(stage_, spec_.kind, context_, spec_.context.size(), steady_clock::now());
  // A worker that is gone is noticed by its pidfd.
  return status.code() == StatusCode::kWorkerLost ? OkStatus() : status;
}

std::span<const WorkerSlot> ProcessWorkerRunner::FreeSlots() {
  slots_.clear();
  for (const auto& worker : workers_) {
    if (worker->HasRoom()) slots_.push_back({worker->number(), static_cast<int>(worker->queue.size()), worker->fresh});
  }
  std::stable_sort(slots_.begin(), slots_.end(),
                   [](const WorkerSlot& a, const WorkerSlot& b) { return a.queued < b.queued; });
  return slots_;
}

Status ProcessWorkerRunner::Start(int number, ChunkOrder order) {
  PooledWorker& worker = *workers_[static_cast<std::size_t>(number)];
  const Status status = worker.Send(std::move(order), chunk_writer_, *spec_.frame, steady_clock::now());
  return status.code() == StatusCode::kWorkerLost ? OkStatus() : status;
}

WorkerEvent ProcessWorkerRunner::WaitUntil(Monotonic deadline) {
  while (true) {
    if (spec_.cancel != nullptr && spec_.cancel->cancelled()) return Interrupted{};
    if (!events_.empty() || PumpAll()) {
      WorkerEvent event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    const Monotonic now = steady_clock::now();
    CheckDeadlines(now);
    RespawnDue(now);
    if (!events_.empty()) continue;
    if (now >= deadline) return DeadlinePassed{};
    Poll(NextWake(deadline, now));
  }
}

// Handles what was read until something is worth telling; true when it is.
bool ProcessWorkerRunner::PumpAll() {
  for (const auto& worker : workers_) {
    if (worker->process && Pump(*worker)) return true;
  }
  const Monotonic now = steady_clock::now();
  if (now < next_tick_) return false;
  for (const auto& worker : workers_) {
    if (worker->process && !worker->queue.empty() && DeliverRecords(*worker)) return true;
  }
  next_tick_ = now + kTick;
  return false;
}

bool ProcessWorkerRunner::Pump(PooledWorker& worker) {
  bool more = true;
  while (more && worker.verdict != "bad-message") {
    if (PumpFrame(worker, more)) return true;
  }
  return worker.exited && BuryIfDead(worker);
}

// One message, if there is one. True when an event was put in the queue.
bool ProcessWorkerRunner::PumpFrame(PooledWorker& worker, bool& more) {
  if (!worker.held) {
    Result<std::optional<ReceivedFrame>> frame = worker.channel->NextFrame();
    more = frame.ok() && frame->has_value();
    Status status = frame.status();
    if (more) {
      Result<Message> message = DecodeMessage((*frame)->payload);
      status = message.status();
      if (message.ok()) worker.held = std::move(*message);
    }
    if (!status.ok()) {
      Condemn(worker, "bad-message", SIGKILL);
      worker.output->Note(status.message());
    }
    if (!worker.held) return false;
  }
  // Records that were published before the message come before it.
  const bool about_records = std::holds_alternative<ChunkDoneMessage>(*worker.held) ||
                             std::holds_alternative<ResultsFullMessage>(*worker.held);
  if (about_records && DeliverRecords(worker)) return true;
  if (worker.verdict == "bad-message") return false;
  const Message message = std::move(*worker.held);
  worker.held.reset();
  const std::size_t before = events_.size();
  const Status status = Handle(worker, message);
  if (!status.ok() && status.code() != StatusCode::kWorkerLost) {
    Condemn(worker, "bad-message", SIGKILL);
    worker.output->Note(status.message());
  }
  return events_.size() > before;
}

bool ProcessWorkerRunner::DeliverRecords(PooledWorker& worker) {
  const Status status = worker.Collect(records_);
  if (!status.ok()) {
    Condemn(worker, "bad-message", SIGKILL);
    worker.output->Note(status.message());
  }
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
    if (worker.state != PooledWorker::State::kPreparing) return {StatusCode::kCorrupt, "is ready for nothing"};
    if (ready->stage != stage_) return OkStatus();  // of a stage that was ended meanwhile
    worker.state = PooledWorker::State::kReady;
    startup_deaths_.OnReady();
    events_.push_back(WorkerReady{worker.number()});
    return OkStatus();
  }
  if (const auto* failed = std::get_if<StageFailedMessage>(&message)) {
    if (worker.state != PooledWorker::State::kPreparing) return {StatusCode::kCorrupt, "failed a stage it is not in"};
    if (failed->stage != stage_) return OkStatus();
    worker.state = PooledWorker::State::kAttached;
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

// The process has ended: its last records, then its death.
bool ProcessWorkerRunner::BuryIfDead(PooledWorker& worker) {
  const std::optional<ExitReport> report = worker.process->TryReap();
  if (!report) return false;
  if (worker.verdict != "bad-message" && DeliverRecords(worker)) return true;
  if (worker.output_open) worker.output->ReadFrom(worker.process->stderr_fd());
  worker.output->Finish();
  const std::string last_words = worker.output->LastWords();
  const bool oom_kill_in_group = cgroups_.OomKilled(worker.number());  // both counters are read, so that both move on
  const bool oom_kill = oom_watch_.KillHappened() || oom_kill_in_group;
  const DeathCause cause = CauseOfDeath(*report, {worker.verdict, oom_kill, worker.channel->has_partial_frame()});
  const bool wanted = worker.state == PooledWorker::State::kLeaving && worker.queue.empty();
  const bool starting = worker.state != PooledWorker::State::kReady && !wanted;
  WorkerDied died{worker.number(), worker.stats.pid, cause, {}, std::nullopt, last_words};
  if (const auto in_hand = worker.Look(steady_clock::now())) died.position = in_hand->position;
  for (const PooledWorker::Queued& queued : worker.queue) died.chunks.push_back(queued.order.chunk);
  worker.Bury(*report);
  respawn_at_ = steady_clock::now();
  if (wanted) return false;
  ++worker.stats.deaths;
  events_.push_back(std::move(died));
  if (starting) OnStartupDeath(worker, cause, last_words);
  return true;
}

void ProcessWorkerRunner::OnStartupDeath(const PooledWorker& worker, const DeathCause& cause,
                                         const std::string& last_words) {
  respawn_at_ = startup_deaths_.OnDeath(cause.own_doing, steady_clock::now());
  const int deaths = startup_deaths_.TooMany();
  if (deaths == 0) return;
  std::string text = "workers die before they can work, " + std::to_string(deaths) + " in a row; the last was worker " +
                     std::to_string(worker.number()) + " (pid " + std::to_string(worker.stats.pid) + ", " +
                     options_.executable + "): " + cause.text;
  if (!last_words.empty()) text += "; it said: " + last_words;
  events_.push_back(RunnerFailed{{StatusCode::kWorkerLost, std::move(text)}});
}

void ProcessWorkerRunner::RecycleIfDue(PooledWorker& worker) {
  const bool enough = options_.recycle_targets > 0 && worker.units_in_process >= options_.recycle_targets;
  const bool grown =
      options_.recycle_growth_bytes > 0 && worker.rss_bytes > worker.first_rss_bytes + options_.recycle_growth_bytes;
  if (worker.state == PooledWorker::State::kReady && (enough || grown)) worker.state = PooledWorker::State::kLeaving;
  if (worker.state != PooledWorker::State::kLeaving || !worker.queue.empty()) return;
  worker.state_since = steady_clock::now();
  const Status status = worker.channel->Send(EncodeMessage(FinishMessage{}));
  if (!status.ok()) worker.process->Kill(SIGKILL);
}

void ProcessWorkerRunner::RespawnDue(Monotonic now) {
  if (!in_stage_ || now < respawn_at_) return;
  for (const auto& worker : workers_) {
    if (worker->state != PooledWorker::State::kAbsent) continue;
    const Status status = SpawnInto(*worker);
    if (status.ok()) continue;
    events_.push_back(RunnerFailed{status});
    return;
  }
}

void ProcessWorkerRunner::CheckDeadlines(Monotonic now) {
  for (const auto& worker : workers_) {
    if (!worker->process || worker->exited) continue;
    if (worker->kill_at && now >= *worker->kill_at) {
      worker->process->Kill(SIGKILL);
      worker->kill_at.reset();
    }
    if (!worker->verdict.empty()) continue;
    // It lives and does not speak to us any more: of no use.
    if (worker->closed_at && now - *worker->closed_at > options_.abort_grace) {
      Condemn(*worker, "bad-message", SIGKILL);
      worker->output->Note("closed its socket and went on living");
    }
    const auto state = worker->state;
    const bool starting = state == PooledWorker::State::kStarting || state == PooledWorker::State::kPreparing;
    if (starting && now - worker->state_since > options_.startup_timeout) Condemn(*worker, "timeout", SIGABRT);
    if (state == PooledWorker::State::kLeaving && worker->queue.empty() && now - worker->state_since > kLeaveGrace) {
      worker->process->Kill(SIGKILL);
    }
    CheckHang(*worker, now);
  }
}

void ProcessWorkerRunner::CheckHang(PooledWorker& worker, Monotonic now) {
  const auto in_hand = worker.Look(now);
  if (!in_hand || spec_.limits == nullptr) return;
  if (now - in_hand->since > spec_.limits->LimitFor(in_hand->cost)) Condemn(worker, "timeout", SIGABRT);
}

void ProcessWorkerRunner::Condemn(PooledWorker& worker, std::string verdict, int signal) {
  if (worker.verdict.empty()) worker.verdict = std::move(verdict);
  worker.process->Kill(signal);
  if (signal != SIGABRT) return;
  worker.process->Kill(SIGCONT);  // a stopped one can only report where it is once it goes on
  worker.kill_at = steady_clock::now() + options_.abort_grace;
}

Monotonic ProcessWorkerRunner::NextWake(Monotonic deadline, Monotonic now) const {
  Monotonic wake = deadline;
  for (const auto& worker : workers_) {
    if (worker->state == PooledWorker::State::kAbsent && in_stage_) wake = std::min(wake, std::max(respawn_at_, now));
    if (worker->kill_at) wake = std::min(wake, *worker->kill_at);
    if (!worker->queue.empty() || worker->state != PooledWorker::State::kReady) wake = std::min(wake, now + kTick);
  }
  return wake;
}

void ProcessWorkerRunner::Poll(Monotonic wake) {
  poll_set_.Clear();
  if (spec_.cancel != nullptr) poll_set_.Watch(spec_.cancel->fd(), POLLIN, {nullptr, Source::kCancel});
  for (const auto& worker : workers_) {
    if (!worker->process) continue;
    if (!worker->exited && !worker->closed_at) {
      const int out = worker->channel->wants_to_write() ? POLLOUT : 0;
      poll_set_.Watch(worker->channel->fd(), POLLIN | out, {worker.get(), Source::kSocket});
    }
    if (!worker->exited) poll_set_.Watch(worker->process->pidfd(), POLLIN, {worker.get(), Source::kExit});
    if (worker->output_open) poll_set_.Watch(worker->process->stderr_fd(), POLLIN, {worker.get(), Source::kOutput});
  }
  poll_set_.Wait(wake - steady_clock::now(),
                 [this](const Watched& watched, short events) { ReadReady(watched, events); });
}

void ProcessWorkerRunner::ReadReady(const Watched& watched, short events) {
  PooledWorker& worker = *watched.worker;
  switch (watched.source) {
    case Source::kCancel:
      return;
    case Source::kOutput:
      worker.output_open = worker.output->ReadFrom(worker.process->stderr_fd());
      return;
    case Source::kExit:
      worker.exited = true;
      [[fallthrough]];  // what it still said
    case Source::kSocket: {
      if ((events & POLLOUT) != 0) worker.channel->Flush().ok();
      const Result<bool> closed = worker.channel->Fill();
      if (closed.ok() && *closed && !worker.closed_at) worker.closed_at = steady_clock::now();
      if (!closed.ok()) Condemn(worker, "bad-message", SIGKILL);
      return;
    }
  }
}

void ProcessWorkerRunner::Abort() {
  in_stage_ = false;
  events_.clear();
  for (const auto& worker : workers_) {
    if (!worker->process || (worker->queue.empty() && worker->verdict.empty() && !worker->exited)) continue;
    worker->Bury(worker->process->Reap());
  }
}

void ProcessWorkerRunner::Shutdown() {
  Abort();
  for (const auto& worker : workers_) {
    if (worker->process) worker->channel->Send(EncodeMessage(FinishMessage{})).ok();
  }
  const Monotonic deadline = steady_clock::now() + kLeaveGrace;
  for (const auto& worker : workers_) {
    if (!worker->process) continue;
    pollfd p{worker->process->pidfd(), POLLIN, 0};
    while (steady_clock::now() < deadline && ::poll(&p, 1, 10) == 0) {
      if (worker->output_open) worker->output->ReadFrom(worker->process->stderr_fd());
    }
    if (worker->output_open) worker->output->ReadFrom(worker->process->stderr_fd());
    worker->output->Finish();
    worker->Bury(worker->process->Reap());
  }
}

std::vector<WorkerStats> ProcessWorkerRunner::Stats() const {
  std::vector<WorkerStats> stats;
  for (const auto& worker : workers_) stats.push_back(worker->stats);
  return stats;
}

std::vector<int> ProcessWorkerRunner::Pids() const {
  std::vector<int> pids;
  for (const auto& worker : workers_) {
    if (worker->process) pids.push_back(worker->process->pid());
  }
  return pids;
}

void ProcessWorkerRunner::Output(int worker, std::string_view line) const {
  if (options_.on_output) {
    options_.on_output(worker, line);
  } else if (!options_.log_dir.empty()) {
    Log(LogLevel::kWarning, "worker " + std::to_string(worker) + ": " + std::string(line));
  } else {
    const std::string whole = std::string(line) + "\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, whole.data(), whole.size());
  }
}

}  // namespace fitd
