// A task of known cost that can also misbehave, for tests and measurements of the process machinery. Any process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/fit/target_task.h"

namespace fitd {

// What a target does to the process that works on it. Part of the context archive: never renumber.
enum class Misdeed : std::uint8_t {
  kNone = 0,
  kSegv = 1,         // writes to address 0
  kAbort = 2,        // abort()
  kExit0 = 3,        // _exit(0) in the middle of the work
  kExit3 = 4,        // _exit(3)
  kKill = 5,         // SIGKILL, as if from outside
  kHang = 6,         // computes for ever
  kStop = 7,         // SIGSTOP, as if from outside
  kOutOfMemory = 8,  // allocates until there is no more (with a limit of its own, the machine's is never reached)
  kThrow = 9,        // an exception that nobody catches
  kChatter = 10,     // 4 MB of text on stderr, then the result
};

struct SyntheticOptions {
  double seconds_per_target = 0;     // CPU time, spent in a loop
  bool cost_is_first_value = false;  // a target's CPU time is its first value, in seconds
  std::uint32_t result_bytes = 16;   // per target; at least 16
  bool no_checksum = false;          // the record does not depend on the values: nothing but dispatch is measured
  struct Script {
    std::string target;
    Misdeed misdeed = Misdeed::kNone;
    std::uint32_t times = 0;  // misbehaves only the first this many times the target is tried; 0: always
  };
  std::vector<Script> scripts;
  // Where attempts are counted across processes (one file each); needed when a script has `times`.
  std::string marker_dir;
  bool fail_prepare = false;  // Prepare returns an error
};

std::string EncodeSyntheticContext(const SyntheticOptions& options);

// The record of a group: per target the checksum of its id and values and the number of its values (8 bytes each), the
// rest zero. Depends on nothing else, so it shows whether anything was lost, doubled or mixed up.
std::string SyntheticRecord(std::span<const SeriesView> group, std::uint32_t result_bytes);

std::unique_ptr<TargetTask> MakeSyntheticTask();

}  // namespace fitd
