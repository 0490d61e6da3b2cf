// A worker's life: say hello, attach, prepare a task, work through chunks until told to finish. Worker; main thread.
#pragma once

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "common/fit/target_task.h"
#include "ipc/channel.h"
#include "ipc/chunk_segment.h"
#include "ipc/messages.h"
#include "ipc/result_ring.h"
#include "ipc/shared_segment.h"

namespace fitd {

// The parent counts as gone after this long without sending or reading.
inline constexpr auto kParentPatience = std::chrono::seconds(60);

// Exits unless this process is `worker`: users' code may fork, and a child returning from it would answer as well.
void EndUnless(pid_t worker);

class Session {
 public:
  // `hosts` outlives the session.
  Session(Channel channel, const AlgorithmHosts& hosts) : channel_(std::move(channel)), hosts_(hosts) {}

  // Runs until Finish (OK) or the end of the connection (kWorkerLost). Exceptions of the task pass through.
  Status Run();

 private:
  using Fds = std::vector<UniqueFd>;
  Status Handle(ReceivedFrame frame, bool& finished);
  Status Attach(const AttachMessage& message, Fds& fds);
  Status BeginStage(const StageMessage& message, Fds& fds);
  Status WorkOn(const ChunkMessage& message, Fds& fds);
  Status RunGroup(std::uint32_t chunk, std::uint32_t position, double& busy_seconds);
  Status Publish(const ResultRecord& record);
  Status AwaitRoom(const ResultRecord& record);
  void ShowProgress(const ProgressWord& word);
  void ShowComingUp(bool coming_up);
  Status Tell(const Message& message);

  Channel channel_;
  const AlgorithmHosts& hosts_;
  pid_t pid_ = ::getpid();
  SharedSegment page_segment_, ring_segment_, context_segment_;
  ControlPage* page_ = nullptr;
  ProgressWord shown_;
  std::optional<RingWriter> ring_;
  std::unique_ptr<TargetTask> task_;
  std::array<SharedSegment, kQueuedChunks> inputs_;
  ChunkReader chunk_;
  std::deque<ReceivedFrame> deferred_;  // arrived while a record waited for room in the ring
  bool told_to_collect_ = false;
};

}  // namespace fitd
