// Decides when a worker process must go: its deadlines, and its wear. Pure; the parent's runner acts on the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/clock.h"

namespace fitd {

// Why the parent ended a worker; becomes the cause of its death.
enum class Verdict : std::uint8_t {
  kTimeout,     // it hung: on a target, or before it was ready
  kBadMessage,  // it sent something invalid, or closed its socket
  kReplaced,    // its interpreter may be broken; no unit is to blame
};
std::string_view VerdictName(Verdict verdict);  // "timeout", "bad-message", "replaced"

// The states of a worker process.
enum class WorkerState : std::uint8_t {
  kAbsent,     // no process
  kStarting,   // spawned, no Hello yet
  kAttached,   // said Hello, not in a stage
  kPreparing,  // was told the stage, has not said Ready yet
  kReady,
  kLeaving,  // finishes its chunks, then exits
};

struct WatchLimits {
  Duration startup{};  // from spawn, or from the start of a stage, until Ready; of a command, until it reads
  Duration abort{};    // between SIGABRT and SIGKILL; also from a closed socket to the verdict
  Duration leave{};    // from Finish until it ends
};

// What is known about a live worker.
struct WorkerCondition {
  WorkerState state = WorkerState::kAbsent;
  Monotonic state_since{};
  std::optional<Verdict> verdict;      // set: already condemned
  std::optional<Monotonic> kill_at;    // set after SIGABRT: when SIGKILL is due
  std::optional<Monotonic> closed_at;  // when it closed its socket without ending
  bool has_chunks = false;
  // How long the unit in hand has taken and may take; nullopt when there is none or no limit.
  struct Unit {
    Duration taken{};
    Duration limit{};
    bool coming_up = false;  // taken by its command, which is coming up; it may take as long as a worker
  };
  std::optional<Unit> unit;
};

enum class WatchAction : std::uint8_t {
  kNone,
  kKill,        // at once: after SIGABRT, or because it does not leave
  kEndSilent,   // kBadMessage: it closed its socket and lives on
  kEndStartup,  // kTimeout: not ready in time
  kEndUnit,     // kTimeout: the unit in hand takes too long
};
WatchAction Watch(const WorkerCondition& worker, const WatchLimits& limits, Monotonic now);

struct RecycleLimits {
  std::uint64_t units = 0;         // 0: no limit
  std::uint64_t growth_bytes = 0;  // 0: no limit
};
// True when a process that did `units` units and grew from `first_bytes` to `bytes` is due for replacement.
bool IsWorn(const RecycleLimits& limits, std::uint64_t units, std::uint64_t first_bytes, std::uint64_t bytes);

}  // namespace fitd
