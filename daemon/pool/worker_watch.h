// When a worker process has to go: its deadlines, and when it is replaced for what it has used. Pure; the parent's
// runner acts on the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/clock.h"

namespace fitd {

// Why the parent ended a worker; the cause of its death then.
enum class Verdict : std::uint8_t {
  kTimeout,     // it hung: on a target, or before it was ready
  kBadMessage,  // what it sent is not to be believed, or it stopped talking
  kReplaced,    // what it runs may be broken: nobody is to blame
};
std::string_view VerdictName(Verdict verdict);  // "timeout", "bad-message", "replaced"

// What a worker process goes through.
enum class WorkerState : std::uint8_t {
  kAbsent,     // no process
  kStarting,   // spawned, no Hello yet
  kAttached,   // said Hello, belongs to no stage
  kPreparing,  // was told the stage, not Ready yet
  kReady,
  kLeaving,  // finishes what it has, then exits
};

struct WatchLimits {
  Duration startup{};  // from spawn, or from the begin of a stage, to Ready
  Duration abort{};    // between SIGABRT and SIGKILL for a worker that hangs
  Duration leave{};    // from being told to finish to the end
};

// What is known of a worker that lives.
struct WorkerCondition {
  WorkerState state = WorkerState::kAbsent;
  Monotonic state_since{};
  std::optional<Verdict> verdict;      // it was condemned already
  std::optional<Monotonic> kill_at;    // SIGABRT was sent, SIGKILL follows
  std::optional<Monotonic> closed_at;  // it closed its socket and went on living
  bool has_chunks = false;
  // How long its unit in hand has taken, and may; nullopt when there is none, or no limit.
  struct Unit {
    Duration taken{};
    Duration limit{};
  };
  std::optional<Unit> unit;
};

enum class WatchAction : std::uint8_t {
  kNone,
  kKill,        // at once; it was condemned before, or does not leave
  kEndSilent,   // kBadMessage: it does not speak to us any more
  kEndStartup,  // kTimeout before it was ready
  kEndUnit,     // kTimeout on the unit in hand
};
WatchAction Watch(const WorkerCondition& worker, const WatchLimits& limits, Monotonic now);

struct RecycleLimits {
  std::uint64_t units = 0;         // 0: never
  std::uint64_t growth_bytes = 0;  // 0: never
};
// Whether a process that has done so many units and grown from `first_bytes` to `bytes` is due for replacement.
bool IsWorn(const RecycleLimits& limits, std::uint64_t units, std::uint64_t first_bytes, std::uint64_t bytes);

}  // namespace fitd
