#include "worker/session.h"

#include <sched.h>
#include <unistd.h>

#include "common/process/log.h"
#include "worker/misbehave.h"
#include "worker/process_usage.h"

namespace fitd {
namespace {

using std::chrono::steady_clock;

HelloMessage MakeHello() {
  HelloMessage hello;
  hello.pid = static_cast<std::uint32_t>(::getpid());
  hello.cpu = ::sched_getcpu();
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) == 0) {
    hello.allowed_cpus = static_cast<std::uint32_t>(CPU_COUNT(&allowed));
  }
  return hello;
}

}  // namespace

void EndUnless(pid_t worker) {
  if (::getpid() == worker) return;
  Log(LogLevel::kInfo, "a process that users' code has forked returned from it and ends here; it was to end itself");
  ::_exit(0);
}

Status Session::Run() {
  MaybeMisbehave(FaultPoint::kBeforeHello, channel_.fd());
  const HelloMessage hello = MakeHello();
  Log(LogLevel::kInfo,
      "running on cpu " + std::to_string(hello.cpu) +
          (hello.allowed_cpus == 1 ? ", pinned" : ", free to move between " + std::to_string(hello.allowed_cpus)));
  FITD_RETURN_IF_ERROR(Tell(hello));
  bool finished = false;
  while (!finished) {
    if (deferred_.empty()) {
      FITD_ASSIGN_OR_RETURN(ReceivedFrame frame, channel_.Receive(std::nullopt));
      FITD_RETURN_IF_ERROR(Handle(std::move(frame), finished));
    } else {
      ReceivedFrame frame = std::move(deferred_.front());
      deferred_.pop_front();
      FITD_RETURN_IF_ERROR(Handle(std::move(frame), finished));
    }
  }
  task_.reset();
  hosts_.End();
  return OkStatus();
}

Status Session::Handle(ReceivedFrame frame, bool& finished) {
  FITD_ASSIGN_OR_RETURN(const Message message, DecodeMessage(frame.payload));
  if (const auto* attach = std::get_if<AttachMessage>(&message)) return Attach(*attach, frame.fds);
  if (const auto* stage = std::get_if<StageMessage>(&message)) return BeginStage(*stage, frame.fds);
  if (const auto* chunk = std::get_if<ChunkMessage>(&message)) return WorkOn(*chunk, frame.fds);
  if (std::holds_alternative<FinishMessage>(message)) {
    finished = true;
    return OkStatus();
  }
  return {StatusCode::kCorrupt, "the parent sent a message only workers send"};
}

Status Session::Attach(const AttachMessage& message, Fds& fds) {
  MaybeMisbehave(FaultPoint::kAttach, channel_.fd());
  if (fds.size() != 2) return {StatusCode::kCorrupt, "the parent attached without both shared segments"};
  constexpr auto kReadWrite = SharedSegment::PeerAccess::kReadWrite;
  FITD_ASSIGN_OR_RETURN(page_segment_, SharedSegment::Map(std::move(fds[0]), sizeof(ControlPage), kReadWrite));
  FITD_ASSIGN_OR_RETURN(ring_segment_, SharedSegment::Map(std::move(fds[1]), message.ring_bytes, kReadWrite));
  page_ = reinterpret_cast<ControlPage*>(page_segment_.data());
  ring_.emplace(page_, std::span(ring_segment_.data(), ring_segment_.size()));
  hosts_.TellComingUp([this](bool coming_up) { ShowComingUp(coming_up); });
  return OkStatus();
}

Status Session::BeginStage(const StageMessage& message, Fds& fds) {
  if (!ring_) return {StatusCode::kCorrupt, "the parent began a stage before Attach"};
  task_.reset();
  context_segment_ = SharedSegment();
  std::string_view context;
  if (message.context_bytes > 0) {
    if (fds.size() != 1) return {StatusCode::kCorrupt, "the parent began a stage without its context"};
    FITD_ASSIGN_OR_RETURN(context_segment_, SharedSegment::Map(std::move(fds[0]), message.context_bytes,
                                                               SharedSegment::PeerAccess::kReadOnly));
    context = {reinterpret_cast<const char*>(context_segment_.data()), message.context_bytes};
  }
  task_ = MakeTask(static_cast<TaskKind>(message.task), hosts_);
  Status status;
  if (task_ == nullptr) {
    status = {StatusCode::kInternal, "this worker knows no task of kind " + std::to_string(message.task)};
  } else {
    status = task_->Prepare(context);
    EndUnless(pid_);
  }
  if (!status.ok()) {
    return Tell(StageFailedMessage{message.stage, static_cast<std::uint8_t>(status.code()), status.message()});
  }
  MaybeMisbehave(FaultPoint::kPrepare, channel_.fd());
  return Tell(ReadyMessage{message.stage});
}

Status Session::WorkOn(const ChunkMessage& message, Fds& fds) {
  if (task_ == nullptr || message.slot >= inputs_.size()) {
    return {StatusCode::kCorrupt, "the parent sent a chunk that cannot be worked on"};
  }
  ShowProgress({message.chunk, std::nullopt, false});
  SharedSegment& input = inputs_[message.slot];
  if (message.segment_bytes > 0) {
    if (fds.size() != 1) return {StatusCode::kCorrupt, "the parent sent a new segment without its descriptor"};
    FITD_ASSIGN_OR_RETURN(
        input, SharedSegment::Map(std::move(fds[0]), message.segment_bytes, SharedSegment::PeerAccess::kReadOnly));
  }
  if (message.bytes > input.size()) return {StatusCode::kCorrupt, "a chunk is longer than its segment"};
  FITD_RETURN_IF_ERROR(chunk_.Open(std::span(input.data(), message.bytes)));
  double busy_seconds = 0;
  for (std::uint32_t i = 0; i < chunk_.num_groups(); ++i) {
    FITD_RETURN_IF_ERROR(RunGroup(message.chunk, i, busy_seconds));
  }
  ShowProgress({0, std::nullopt, false});
  const ProcessUsage usage = ReadProcessUsage();
  FITD_RETURN_IF_ERROR(
      Tell(ChunkDoneMessage{message.chunk, busy_seconds, usage.cpu_seconds, usage.rss_bytes, usage.peak_rss_bytes}));
  MaybeMisbehave(FaultPoint::kIdle, channel_.fd());
  return OkStatus();
}

Status Session::RunGroup(std::uint32_t chunk, std::uint32_t position, double& busy_seconds) {
  ShowProgress({chunk, position, false});
  MaybeMisbehave(position == 0 ? FaultPoint::kFirstTarget : FaultPoint::kMidChunk, channel_.fd());
  const std::span<const SeriesView> group = chunk_.group(position);
  SetLogTarget(group.empty() ? std::string_view() : group.front().id);
  const auto start = steady_clock::now();
  const std::string bytes = task_->Run(group);
  EndUnless(pid_);
  const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  busy_seconds += seconds;
  SetLogTarget({});
  MaybeMisbehave(FaultPoint::kWriteResult, channel_.fd());
  FITD_RETURN_IF_ERROR(Publish({chunk, position, seconds, bytes}));
  MaybeMisbehave(FaultPoint::kAfterResult, channel_.fd());
  return OkStatus();
}

Status Session::Publish(const ResultRecord& record) {
  if (!ring_->TryAppend(record)) FITD_RETURN_IF_ERROR(AwaitRoom(record));
  // Half full: ask the parent to collect, so that the ring never gets full while there is work.
  const bool half_full = ring_->backlog() > ring_->capacity() / 2;
  const bool tell = half_full && !told_to_collect_;
  told_to_collect_ = half_full;
  return tell ? Tell(ResultsFullMessage{0}) : OkStatus();
}

Status Session::AwaitRoom(const ResultRecord& record) {
  const std::size_t needed = RingWriter::RingBytesFor(record.bytes.size());
  if (record.bytes.size() > kMaxRecordBytes) {
    return {StatusCode::kInternal, "a result of " + std::to_string(record.bytes.size()) + " bytes is too large"};
  }
  ShowProgress({record.chunk, record.position, true});
  FITD_RETURN_IF_ERROR(Tell(ResultsFullMessage{needed}));
  while (true) {
    FITD_ASSIGN_OR_RETURN(ReceivedFrame frame, channel_.Receive(steady_clock::now() + kParentPatience));
    FITD_ASSIGN_OR_RETURN(const Message message, DecodeMessage(frame.payload));
    const auto* drained = std::get_if<ResultsDrainedMessage>(&message);
    if (drained == nullptr) {
      deferred_.push_back(std::move(frame));
      continue;
    }
    if (drained->ring_bytes > 0) {
      if (frame.fds.size() != 1) return {StatusCode::kCorrupt, "the parent sent no larger ring"};
      FITD_ASSIGN_OR_RETURN(ring_segment_, SharedSegment::Map(std::move(frame.fds[0]), drained->ring_bytes,
                                                              SharedSegment::PeerAccess::kReadWrite));
      ring_->Replace(std::span(ring_segment_.data(), ring_segment_.size()));
    }
    if (ring_->TryAppend(record)) return OkStatus();
  }
}

void Session::ShowProgress(const ProgressWord& word) {
  shown_ = word;
  page_->started_ns.store(steady_clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  page_->progress.store(word.Pack(), std::memory_order_release);
}

// The time of a unit begins anew when its command is there.
void Session::ShowComingUp(bool coming_up) {
  if (!shown_.position || shown_.coming_up == coming_up) return;
  ProgressWord word = shown_;
  word.coming_up = coming_up;
  ShowProgress(word);
}

Status Session::Tell(const Message& message) {
  return channel_.SendAll(EncodeMessage(message), steady_clock::now() + kParentPatience);
}

}  // namespace fitd
