// Fault points: places where a test can break this process on purpose. Any process; one thread.
//
// Compiled in only with FITD_FAULTS. What happens where is said by one environment variable, which the parent hands on
// to its workers:
//   FITD_FAULT="seed=7,worker.first_target=segv@2,worker.idle=exit3/1,worker.mid_chunk=kill%0.01"
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
  kBeforeHello,  // worker.before_hello
  kAttach,       // worker.attach
  kPrepare,      // worker.prepare: told the stage, not ready yet
  kFirstTarget,  // worker.first_target of a chunk
  kMidChunk,     // worker.mid_chunk: a later one
  kWriteResult,  // worker.write_result: computed, not published
  kAfterResult,  // worker.after_result: published
  kIdle,         // worker.idle: a chunk is done, the next is not begun
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

// Does it: exceptions, exits, signals, hangs, memory. Returns for kNone and for the manners that need a channel.
void Misbehave(FaultManner manner);

}  // namespace fitd
