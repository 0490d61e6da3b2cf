// The messages between the parent and a worker over their socketpair. Values; any thread. Each message is one frame of
// ipc/channel.h: protocol version, kind, then the kind's fields as an archive.
//
//   worker                     parent
//   Hello             ->                          version, cpu it runs on
//                     <-       Attach             +fds: control page, result ring
//                     <-       Stage              +fd: context segment
//   Ready             ->                          (or StageFailed)
//                     <-       Chunk              (+fd when the slot gets a new segment), up to kQueuedChunks at a time
//   ChunkDone         ->                          its records are in the ring already
//   ResultsFull       ->                          the ring has no room for a record
//                     <-       ResultsDrained     (+fd when the record needs a larger ring); not for an early notice
//                     <-       Finish             the worker exits 0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/status.h"

namespace fitd {

// Increase with every change of a message, the chunk segment, the control page or the result ring. Other versions are
// refused.
inline constexpr std::uint16_t kProtocolVersion = 2;

// Chunks that a worker may have at a time. The second is there when the first is done, so no worker waits for the
// parent.
inline constexpr int kQueuedChunks = 2;

struct HelloMessage {
  std::uint32_t pid = 0;
  std::int32_t cpu = -1;           // CPU that it runs on
  std::uint32_t allowed_cpus = 0;  // CPUs in its affinity mask; 1 when pinned
};

struct AttachMessage {
  std::uint64_t ring_bytes = 0;
};

struct StageMessage {
  std::uint32_t stage = 0;
  std::uint8_t task = 0;  // TaskKind
  std::uint64_t context_bytes = 0;
};

struct ReadyMessage {
  std::uint32_t stage = 0;
};

struct StageFailedMessage {
  std::uint32_t stage = 0;
  std::uint8_t code = 0;  // StatusCode
  std::string text;
};

struct ChunkMessage {
  std::uint32_t chunk = 0;
  std::uint32_t slot = 0;   // which input segment of the worker, below kQueuedChunks
  std::uint64_t bytes = 0;  // used part of the segment
  std::uint64_t segment_bytes =
      0;  // size of the new segment whose fd comes with this message; 0: the slot's segment is reused
};

struct ChunkDoneMessage {
  std::uint32_t chunk = 0;
  double busy_seconds = 0;  // in TargetTask::Run
  double cpu_seconds = 0;   // of the process since its start
  std::uint64_t rss_bytes = 0;
  std::uint64_t peak_rss_bytes = 0;
};

struct ResultsFullMessage {
  std::uint64_t needed_bytes = 0;  // ring size that would hold the record; 0: an early notice, the worker does not wait
};

struct ResultsDrainedMessage {
  std::uint64_t ring_bytes = 0;  // of the new ring that comes with this message; 0: the same ring has room again
};

struct FinishMessage {};

using Message = std::variant<HelloMessage, AttachMessage, StageMessage, ReadyMessage, StageFailedMessage, ChunkMessage,
                             ChunkDoneMessage, ResultsFullMessage, ResultsDrainedMessage, FinishMessage>;

std::string EncodeMessage(const Message& message);

// kCorrupt for anything that is not exactly one message of this version.
Result<Message> DecodeMessage(std::string_view frame);

}  // namespace fitd
