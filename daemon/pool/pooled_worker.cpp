#include "daemon/pool/pooled_worker.h"

#include <unistd.h>

#include <algorithm>
#include <bit>

namespace fitd {
namespace {

constexpr std::size_t kMinSegmentBytes = 64 << 10;
constexpr std::size_t kLargeSegmentBytes = 8 << 20;  // not kept for much smaller chunks

Status Lie(const std::string& what) {
  return {StatusCode::kCorrupt, what};
}

}  // namespace

PooledWorker::PooledWorker(int number, int cpu) : number_(number), cpu_(cpu) {
  stats.worker = number;
  stats.pinned_cpu = cpu;
}

Status PooledWorker::Spawn(const PoolOptions& options, int spawn_number, const std::string& cgroup_dir, Monotonic now) {
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
  spawn.env.emplace_back("FITD_SPAWN", std::to_string(spawn_number));
  spawn.cpu = cpu_;
  spawn.data_limit_bytes = options.memory_bytes;
  spawn.cgroup_dir = cgroup_dir;
  FITD_ASSIGN_OR_RETURN(
      page_, SharedSegment::Create("fitd-control", sizeof(ControlPage), SharedSegment::PeerAccess::kReadWrite));
  FITD_ASSIGN_OR_RETURN(
      ring_, SharedSegment::Create("fitd-results", kDefaultRingBytes, SharedSegment::PeerAccess::kReadWrite));
  FITD_ASSIGN_OR_RETURN(process, WorkerProcess::Spawn(spawn, std::move(pair.second)));
  channel.emplace(std::move(pair.first));
  reader_.emplace(reinterpret_cast<ControlPage*>(page_.data()), std::span(ring_.data(), ring_.size()));
  for (SharedSegment& input : inputs_) input = SharedSegment();
  drained_.clear();
  drained_next_ = 0;
  last_word_ = 0;
  state = State::kStarting;
  state_since = now;
  fresh = true;
  output_open = true;
  exited = false;
  closed_at.reset();
  held.reset();
  verdict.clear();
  kill_at.reset();
  units_in_process = 0;
  rss_bytes = first_rss_bytes = 0;
  stats.pid = process->pid();
  ++stats.spawns;
  return OkStatus();
}

Status PooledWorker::Attach(const HelloMessage& hello) {
  if (state != State::kStarting) return Lie("says hello twice");
  if (hello.pid != static_cast<std::uint32_t>(process->pid())) return Lie("says hello with another pid");
  stats.reported_cpu = hello.cpu;
  stats.pinning_held = cpu_ >= 0 && hello.cpu == cpu_ && hello.allowed_cpus == 1;
  state = State::kAttached;
  const std::array<int, 2> fds = {page_.fd(), ring_.fd()};
  return channel->Send(EncodeMessage(AttachMessage{ring_.size()}), fds);
}

Status PooledWorker::BeginStage(std::uint32_t stage, TaskKind kind, const SharedSegment& context,
                                std::size_t context_bytes, Monotonic now) {
  state = State::kPreparing;
  state_since = now;
  const int fd = context.fd();
  const std::span<const int> fds(&fd, context_bytes > 0 ? 1 : 0);
  return channel->Send(EncodeMessage(StageMessage{stage, static_cast<std::uint8_t>(kind), context_bytes}), fds);
}

bool PooledWorker::HasRoom() const {
  if (state != State::kReady || !verdict.empty() || exited || closed_at) return false;
  if (!queue.empty() && queue.back().order.alone) return false;
  return queue.size() < kQueuedChunks;
}

Status PooledWorker::PrepareSlot(std::size_t slot, std::size_t bytes, std::uint64_t& new_segment_bytes) {
  SharedSegment& input = inputs_[slot];
  const bool fits = input.mapped() && bytes <= input.size();
  const bool wasteful = input.size() > std::max(kLargeSegmentBytes, 4 * bytes);
  new_segment_bytes = 0;
  if (fits && !wasteful) return OkStatus();
  // Room to grow, so that the next chunks, all different, fit too. Pages that are never touched cost nothing.
  const std::size_t size = bytes > kLargeSegmentBytes ? bytes : std::bit_ceil(std::max(bytes, kMinSegmentBytes));
  FITD_ASSIGN_OR_RETURN(input, SharedSegment::Create("fitd-chunk", size, SharedSegment::PeerAccess::kReadOnly));
  new_segment_bytes = size;
  return OkStatus();
}

Status PooledWorker::Send(ChunkOrder order, ChunkWriter& writer, const Frame& frame, Monotonic now) {
  const std::size_t slot = !queue.empty() && queue.front().slot == 0 ? 1 : 0;
  const std::size_t bytes = writer.Prepare(frame, order.units);
  ChunkMessage message{order.chunk, static_cast<std::uint32_t>(slot), bytes, 0};
  FITD_RETURN_IF_ERROR(PrepareSlot(slot, bytes, message.segment_bytes));
  writer.Write(inputs_[slot].data());
  if (queue.empty()) in_hand_since_ = looked_at_ = now;
  queue.push_back({std::move(order), slot});
  fresh = false;
  const int fd = inputs_[slot].fd();
  return channel->Send(EncodeMessage(message), std::span<const int>(&fd, message.segment_bytes > 0 ? 1 : 0));
}

Status PooledWorker::AnswerResultsFull(const ResultsFullMessage& message) {
  if (message.needed_bytes == 0) return OkStatus();
  ResultsDrainedMessage answer;
  if (message.needed_bytes <= ring_.size()) return channel->Send(EncodeMessage(answer));
  if (message.needed_bytes > kMaxRingBytes) return Lie("wants a result ring beyond the cap");
  if (drained_next_ < drained_.size()) return Lie("publishes results while it waits for room");
  FITD_ASSIGN_OR_RETURN(SharedSegment larger, SharedSegment::Create("fitd-results", message.needed_bytes,
                                                                    SharedSegment::PeerAccess::kReadWrite));
  ring_ = std::move(larger);
  reader_->Replace(std::span(ring_.data(), ring_.size()));
  answer.ring_bytes = ring_.size();
  const int fd = ring_.fd();
  return channel->Send(EncodeMessage(answer), std::span<const int>(&fd, 1));
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
      std::find_if(queue.begin(), queue.end(), [chunk](const Queued& q) { return q.order.chunk == chunk; });
  while (drained_next_ < drained_.size() && drained_[drained_next_].chunk == chunk) {
    const ResultRecord& record = drained_[drained_next_];
    if (queued == queue.end() || record.position != queued->next_position ||
        record.position >= queued->order.units.size() || !(record.seconds >= 0 && record.seconds < 1e9)) {
      drained_next_ = drained_.size();
      return Lie("publishes a record that is not its turn");
    }
    ++queued->next_position;
    records.push_back(record);
    ++drained_next_;
    ++stats.units;
    ++units_in_process;
    stats.busy_seconds += record.seconds;
  }
  return status;
}

Status PooledWorker::FinishChunk(const ChunkDoneMessage& done) {
  if (queue.empty() || queue.front().order.chunk != done.chunk ||
      queue.front().next_position != queue.front().order.units.size()) {
    return Lie("says that a chunk is done which is not");
  }
  queue.pop_front();
  stats.cpu_seconds = cpu_seconds_before_ + done.cpu_seconds;
  stats.peak_rss_bytes = std::max(stats.peak_rss_bytes, done.peak_rss_bytes);
  rss_bytes = done.rss_bytes;
  if (first_rss_bytes == 0) first_rss_bytes = rss_bytes;
  return OkStatus();
}

std::optional<PooledWorker::InHand> PooledWorker::Look(Monotonic now) {
  if (queue.empty()) return std::nullopt;
  const auto* page = reinterpret_cast<const ControlPage*>(page_.data());
  const std::uint64_t packed = page->progress.load(std::memory_order_acquire);
  if (packed != last_word_) {
    last_word_ = packed;
    // Its own clock reading is exact, and believed only between two looks.
    const Monotonic claimed{Duration(page->started_ns.load(std::memory_order_relaxed))};
    in_hand_since_ = std::clamp(claimed, std::min(looked_at_, now), now);
  }
  looked_at_ = now;
  const ProgressWord word = ProgressWord::Unpack(packed);
  const Queued& front = queue.front();
  InHand in_hand{std::nullopt, 0, in_hand_since_};
  if (word.chunk == front.order.chunk && word.position && *word.position < front.order.units.size()) {
    in_hand.position = word.position;
    in_hand.cost = front.order.costs[*word.position];
  }
  return in_hand;
}

void PooledWorker::Bury(const ExitReport& report) {
  cpu_seconds_before_ += report.user_seconds + report.system_seconds;
  stats.cpu_seconds = cpu_seconds_before_;
  queue.clear();
  drained_.clear();
  drained_next_ = 0;
  process.reset();
  channel.reset();
  output.reset();
  output_open = false;
  reader_.reset();
  page_ = SharedSegment();
  ring_ = SharedSegment();
  for (SharedSegment& input : inputs_) input = SharedSegment();
  state = State::kAbsent;
}

}  // namespace fitd
