// Fault points: places where a test can break this process on purpose. Any process; one thread.
//
// Compiled in only with FITD_FAULTS. What happens where is said by one environment variable, which the parent hands on
// to its workers:
//   FITD_FAULT="seed=7,worker.first_target=segv@2,worker.idle=exit3/1,worker.mid_chunk=kill%0.01,parent.lost=kill"
// point=manner, then @N: only the N-th hit in a process (default: the first); /N: only in the N-th process spawned
// (FITD_SPAWN, default: in all); %P: instead of @, at every hit with probability P from the seed and the spawn number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/status.h"

namespace fitd {

enum class FaultPoint : std::uint8_t {
  kBeforeHello,   // worker.before_hello
  kAttach,        // worker.attach
  kPrepare,       // worker.prepare: told the stage, not ready yet
  kFirstTarget,   // worker.first_target of a chunk
  kMidChunk,      // worker.mid_chunk: a later one
  kWriteResult,   // worker.write_result: computed, not published
  kAfterResult,   // worker.after_result: published
  kIdle,          // worker.idle: a chunk is done, the next is not begun
  kRunBegun,      // parent.run_begun: the run is in the store, no target of it
  kGlobalMade,    // parent.global_made: the global stage is done, not saved
  kGlobalSaved,   // parent.global_saved
  kRecord,        // parent.record: a target's result arrived, not saved
  kLost,          // parent.lost: a target was given up, not in quarantine yet
  kBeforeCommit,  // parent.before_commit of a batch of targets
  kAfterCommit,   // parent.after_commit
  kFitted,        // parent.fitted: every target is saved
  kBeforeFinish,  // parent.before_finish: the combination is saved, the run not complete
  kFinished,      // parent.finished: complete, old runs removed, not reported
};

enum class FaultManner : std::uint8_t {
  kNone,
  kException,     // exception
  kExit0,         // exit0
  kExit3,         // exit3
  kSegv,          // segv
  kAbort,         // abort
  kKill,          // kill
  kHang,          // hang
  kStop,          // stop
  kOutOfMemory,   // oom
  kCorruptFrame,  // corrupt_frame: the following four are for whoever has a channel
  kHalfFrame,     // half_frame
  kWrongVersion,  // wrong_version
  kHugeFrame,     // huge_frame
};

struct FaultRule {
  FaultPoint point;
  FaultManner manner;
  std::uint32_t hit = 1;
  std::uint32_t spawn = 0;  // 0: every process
  double probability = 0;   // above 0: instead of `hit`
};

struct FaultPlan {
  std::uint64_t seed = 0;
  std::vector<FaultRule> rules;
};

// Errors name the part that is not understood.
Result<FaultPlan> ParseFaultPlan(std::string_view text);

// Counts a hit and says what is to happen here, by the plan in the environment (read once; a plan that does not parse
// ends the process with exit 64).
FaultManner HitFaultPoint(FaultPoint point);

// The plan in the environment as it was given, with its seed; empty without one. For the log, so that a run that was
// broken on purpose says so and can be repeated. kUsage when it does not parse.
Result<std::string> DescribeFaults();

// Does it: exceptions, exits, signals, hangs, memory. Returns for kNone and for the manners that need a channel.
void Misbehave(FaultManner manner);

// A fault point of a process without a channel: the parent's. Nothing unless FITD_FAULTS is compiled in.
inline void FailHere([[maybe_unused]] FaultPoint point) {
#ifdef FITD_FAULTS
  Misbehave(HitFaultPoint(point));
#endif
}

}  // namespace fitd
