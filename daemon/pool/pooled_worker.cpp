#include "daemon/pool/pooled_worker.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <csignal>

#include "daemon/pool/death_cause.h"

namespace fitd {
namespace {

constexpr std::size_t kMinSegmentBytes = 64 << 10;
constexpr std::size_t kLargeSegmentBytes =
    8 << 20;  // a larger segment is replaced when a chunk needs less than a quarter of it

// Seconds of CPU after which the kernel ends a worker, which has the limits of this process; 0: none.
double CpuLimit() {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  return static_cast<double>(limit.rlim_cur);
}

Status Lie(const std::string& what) {
  return {StatusCode::kCorrupt, what};
}

}  // namespace

PooledWorker::PooledWorker(int number, int cpu, const Clock& clock) : clock_(clock), number_(number), cpu_(cpu) {
  stats_.worker = number;
  stats_.pinned_cpu = cpu;
}

Status PooledWorker::Spawn(const PoolOptions& options, int spawn_number, const std::string& cgroup_dir,
                           std::function<void(std::string_view)> on_line) {
  FITD_ASSIGN_OR_RETURN(auto pair, Channel::MakePair());
  SpawnOptions spawn;
  spawn.executable = options.executable;
  spawn.args = {"--worker",     std::to_string(number_),
                "--log-format", std::string(LogFormatName(options.log_format)),
                "--log-level",  std::string(LogLevelName(options.log_level))};
  if (!options.log_dir.empty()) {
    spawn.args.insert(spawn.args.end(),
                      {"--log-file", options.log_dir + "/worker-" + std::to_string(number_) + ".log"});
  }
  spawn.args.insert(spawn.args.end(), options.extra_args.begin(), options.extra_args.end());
  spawn.env = options.extra_env;
  if (const std::uint64_t limit = options.LogLimitOfWorker(); limit > 0) {
    spawn.env.emplace_back("FITD_LOG_LIMIT", std::to_string(limit));
  }
  spawn.env.emplace_back("FITD_SPAWN", std::to_string(spawn_number));
  spawn.cpu = cpu_;
  spawn.data_limit_bytes = options.memory_bytes;
  spawn.cgroup_dir = cgroup_dir;
  FITD_ASSIGN_OR_RETURN(
      page_, SharedSegment::Create("fitd-control", sizeof(ControlPage), SharedSegment::PeerAccess::kReadWrite));
  FITD_ASSIGN_OR_RETURN(
      ring_, SharedSegment::Create("fitd-results", kDefaultRingBytes, SharedSegment::PeerAccess::kReadWrite));
  Result<ChildProcess> process = ChildProcess::Spawn(spawn, std::move(pair.second));
  // Of a fitd that was copied alone, say; it is no input of the caller's.
  if (process.status().code() == StatusCode::kNotFound) {
    return Status(StatusCode::kInternal, process.status().message() +
                                             "; it is a part of fitd and belongs beside it or in its libexec folder: "
                                             "install fitd as a whole (make install)");
  }
  FITD_ASSIGN_OR_RETURN(process_, std::move(process));
  channel_.emplace(std::move(pair.first));
  output_ = std::make_unique<WorkerOutput>(std::move(on_line));
  reader_.emplace(reinterpret_cast<ControlPage*>(page_.data()), std::span(ring_.data(), ring_.size()));
  for (SharedSegment& input : inputs_) input = SharedSegment();
  drained_.clear();
  drained_next_ = 0;
  last_word_ = 0;
  state_ = WorkerState::kStarting;
  state_since_ = clock_.Now();
  fresh_ = true;
  output_open_ = true;
  exited_ = false;
  closed_at_.reset();
  first_message_.reset();
  verdict_.reset();
  kill_at_.reset();
  units_in_process_ = 0;
  rss_bytes_ = first_rss_bytes_ = 0;
  stats_.pid = process_->pid();
  ++stats_.spawns;
  return OkStatus();
}

Result<const Message*> PooledWorker::FirstMessage() {
  if (first_message_) return &*first_message_;
  FITD_ASSIGN_OR_RETURN(std::optional<ReceivedFrame> frame, channel_->NextFrame());
  if (!frame) return nullptr;
  FITD_ASSIGN_OR_RETURN(first_message_, DecodeMessage(frame->payload));
  return &*first_message_;
}

Message PooledWorker::TakeMessage() {
  Message message = *std::move(first_message_);
  first_message_.reset();
  return message;
}

Status PooledWorker::Attach(const HelloMessage& hello) {
  if (state_ != WorkerState::kStarting) return Lie("says hello twice");
  if (hello.pid != static_cast<std::uint32_t>(process_->pid())) return Lie("says hello with another pid");
  stats_.reported_cpu = hello.cpu;
  stats_.pinning_held = cpu_ >= 0 && hello.cpu == cpu_ && hello.allowed_cpus == 1;
  state_ = WorkerState::kAttached;
  const std::array<int, 2> fds = {page_.fd(), ring_.fd()};
  return channel_->Send(EncodeMessage(AttachMessage{ring_.size()}), fds);
}

Status PooledWorker::BeginStage(std::uint32_t stage, TaskKind kind, const SharedSegment& context,
                                std::size_t context_bytes) {
  state_ = WorkerState::kPreparing;
  state_since_ = clock_.Now();
  const int fd = context.fd();
  const std::span<const int> fds(&fd, context_bytes > 0 ? 1 : 0);
  return channel_->Send(EncodeMessage(StageMessage{stage, static_cast<std::uint8_t>(kind), context_bytes}), fds);
}

void PooledWorker::EndStage() {
  if (state_ == WorkerState::kReady) state_ = WorkerState::kAttached;
}

Status PooledWorker::OnPrepared(WorkerState next) {
  if (state_ != WorkerState::kPreparing) return Lie("answers a stage it was not told");
  state_ = next;
  return OkStatus();
}

bool PooledWorker::HasRoom() const {
  if (state_ != WorkerState::kReady || verdict_ || exited_ || closed_at_) return false;
  if (!queue_.empty() && queue_.back().order.alone) return false;
  return queue_.size() < kQueuedChunks;
}

Status PooledWorker::PrepareSlot(std::size_t slot, std::size_t bytes, std::uint64_t& new_segment_bytes) {
  SharedSegment& input = inputs_[slot];
  const bool fits = input.mapped() && bytes <= input.size();
  const bool wasteful = input.size() > std::max(kLargeSegmentBytes, 4 * bytes);
  new_segment_bytes = 0;
  if (fits && !wasteful) return OkStatus();
  // Rounds up so that the next chunks, which differ in size, fit too. Untouched pages cost nothing.
  const std::size_t size = bytes > kLargeSegmentBytes ? bytes : std::bit_ceil(std::max(bytes, kMinSegmentBytes));
  FITD_ASSIGN_OR_RETURN(input, SharedSegment::Create("fitd-chunk", size, SharedSegment::PeerAccess::kReadOnly));
  new_segment_bytes = size;
  return OkStatus();
}

Status PooledWorker::Send(ChunkOrder order, ChunkWriter& writer, const Frame& frame) {
  const std::size_t slot = !queue_.empty() && queue_.front().slot == 0 ? 1 : 0;
  const std::size_t bytes = writer.Prepare(frame, order.units);
  ChunkMessage message{order.chunk, static_cast<std::uint32_t>(slot), bytes, 0};
  FITD_RETURN_IF_ERROR(PrepareSlot(slot, bytes, message.segment_bytes));
  writer.Write(inputs_[slot].data());
  if (queue_.empty()) in_hand_since_ = looked_at_ = clock_.Now();
  queue_.push_back({std::move(order), slot});
  fresh_ = false;
  const int fd = inputs_[slot].fd();
  return channel_->Send(EncodeMessage(message), std::span<const int>(&fd, message.segment_bytes > 0 ? 1 : 0));
}

Status PooledWorker::AnswerResultsFull(const ResultsFullMessage& message) {
  if (message.needed_bytes == 0) return OkStatus();
  ResultsDrainedMessage answer;
  if (message.needed_bytes <= ring_.size()) return channel_->Send(EncodeMessage(answer));
  if (message.needed_bytes > kMaxRingBytes) return Lie("wants a result ring beyond the cap");
  if (drained_next_ < drained_.size()) return Lie("publishes results while it waits for room");
  FITD_ASSIGN_OR_RETURN(SharedSegment larger, SharedSegment::Create("fitd-results", message.needed_bytes,
                                                                    SharedSegment::PeerAccess::kReadWrite));
  ring_ = std::move(larger);
  reader_->Replace(std::span(ring_.data(), ring_.size()));
  answer.ring_bytes = ring_.size();
  const int fd = ring_.fd();
  return channel_->Send(EncodeMessage(answer), std::span<const int>(&fd, 1));
}

Status PooledWorker::Collect(std::vector<ResultRecord>& records) {
  records.clear();
  Status status;
  if (drained_next_ == drained_.size()) {
    drained_next_ = 0;
    status = reader_->Drain(drained_);
  }
  if (drained_next_ == drained_.size()) return status;
  const std::uint32_t chunk = drained_[drained_next_].chunk;
  const auto queued =
      std::find_if(queue_.begin(), queue_.end(), [chunk](const Queued& q) { return q.order.chunk == chunk; });
  while (drained_next_ < drained_.size() && drained_[drained_next_].chunk == chunk) {
    const ResultRecord& record = drained_[drained_next_];
    if (queued == queue_.end() || record.position != queued->next_position ||
        record.position >= queued->order.units.size() || !(record.seconds >= 0 && record.seconds < 1e9)) {
      drained_next_ = drained_.size();
      return Lie("publishes a record that is not its turn");
    }
    ++queued->next_position;
    records.push_back(record);
    ++drained_next_;
    ++stats_.units;
    ++units_in_process_;
    stats_.busy_seconds += record.seconds;
  }
  return status;
}

Status PooledWorker::FinishChunk(const ChunkDoneMessage& done) {
  if (queue_.empty() || queue_.front().order.chunk != done.chunk ||
      queue_.front().next_position != queue_.front().order.units.size()) {
    return Lie("says that a chunk is done which is not");
  }
  queue_.pop_front();
  stats_.cpu_seconds = cpu_seconds_before_ + done.cpu_seconds;
  stats_.peak_rss_bytes = std::max(stats_.peak_rss_bytes, done.peak_rss_bytes);
  rss_bytes_ = done.rss_bytes;
  if (first_rss_bytes_ == 0) first_rss_bytes_ = rss_bytes_;
  return OkStatus();
}

void PooledWorker::LeaveWhenDone() {
  if (state_ != WorkerState::kLeaving) state_since_ = clock_.Now();
  state_ = WorkerState::kLeaving;
}

void PooledWorker::SayFinish() {
  state_since_ = clock_.Now();
  if (!channel_->Send(EncodeMessage(FinishMessage{})).ok()) Kill();
}

void PooledWorker::Condemn(Verdict verdict, int signal, Duration grace) {
  if (!verdict_) verdict_ = verdict;
  process_->Kill(signal);
  if (signal != SIGABRT) return;
  process_->Kill(SIGCONT);  // a stopped process must be continued to handle SIGABRT
  kill_at_ = clock_.Now() + grace;
}

void PooledWorker::Kill() {
  process_->Kill(SIGKILL);
  kill_at_.reset();
}

WorkerCondition PooledWorker::Condition(const UnitLimits* limits) {
  WorkerCondition condition{state_, state_since_, verdict_, kill_at_, closed_at_, has_chunks(), std::nullopt};
  const std::optional<InHand> in_hand = Look();
  if (in_hand && limits != nullptr) {
    condition.unit =
        WorkerCondition::Unit{looked_at_ - in_hand->since, limits->LimitFor(in_hand->cost), in_hand->coming_up};
  }
  return condition;
}

std::optional<ExitReport> PooledWorker::TryReap() {
  return process_->TryReap();
}

ExitReport PooledWorker::Reap() {
  return process_->Reap();
}

DeathCause PooledWorker::Cause(const ExitReport& report, bool oom_kill) const {
  return CauseOfDeath(report, {verdict_, oom_kill, channel_->has_partial_frame(), CpuLimit()});
}

WorkerDied PooledWorker::Obituary() {
  WorkerDied died;
  died.worker = number_;
  died.pid = stats_.pid;
  if (const auto in_hand = Look()) died.position = in_hand->position;
  for (const Queued& queued : queue_) died.chunks.push_back(queued.order.chunk);
  return died;
}

Status PooledWorker::Exchange(bool writable) {
  const Status flushed = writable ? channel_->Flush() : OkStatus();
  if (!flushed.ok() && flushed.code() != StatusCode::kWorkerLost) return flushed;  // a lost one has last messages
  FITD_ASSIGN_OR_RETURN(const bool closed, channel_->Fill());
  if (closed && !closed_at_) closed_at_ = clock_.Now();
  return OkStatus();
}

void PooledWorker::ReadOutput() {
  if (output_open_) output_open_ = output_->ReadFrom(process_->stderr_fd());
}

void PooledWorker::FinishOutput() {
  ReadOutput();
  output_->Finish();
}

std::optional<PooledWorker::InHand> PooledWorker::Look() {
  if (queue_.empty()) return std::nullopt;
  const Monotonic now = clock_.Now();
  const auto* page = reinterpret_cast<const ControlPage*>(page_.data());
  const std::uint64_t packed = page->progress.load(std::memory_order_acquire);
  if (packed != last_word_) {
    last_word_ = packed;
    // The worker's own time stamp is exact, but only plausible between the last look and now.
    const Monotonic claimed{Duration(page->started_ns.load(std::memory_order_relaxed))};
    in_hand_since_ = std::clamp(claimed, std::min(looked_at_, now), now);
  }
  looked_at_ = now;
  const ProgressWord word = ProgressWord::Unpack(packed);
  const Queued& front = queue_.front();
  InHand in_hand{std::nullopt, 0, in_hand_since_, word.coming_up};
  if (word.chunk == front.order.chunk && word.position && *word.position < front.order.units.size()) {
    in_hand.position = word.position;
    in_hand.cost = front.order.costs[*word.position];
  }
  return in_hand;
}

void PooledWorker::Bury(const ExitReport& report) {
  cpu_seconds_before_ += report.user_seconds + report.system_seconds;
  stats_.cpu_seconds = cpu_seconds_before_;
  queue_.clear();
  drained_.clear();
  drained_next_ = 0;
  process_.reset();
  channel_.reset();
  output_.reset();
  output_open_ = false;
  reader_.reset();
  page_ = SharedSegment();
  ring_ = SharedSegment();
  for (SharedSegment& input : inputs_) input = SharedSegment();
  state_ = WorkerState::kAbsent;
}

}  // namespace fitd
