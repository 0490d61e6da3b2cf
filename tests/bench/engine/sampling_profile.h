// Where the CPU time of a stretch of code goes, by routine: the program counter sampled 2000 times a second of CPU
// time. One at a time in a process (it owns SIGPROF and the profiling timer); the measured code runs on the calling
// thread.
#pragma once

#include <string>
#include <vector>

namespace fitd::bench {

class SamplingProfile {
 public:
  SamplingProfile();  // starts
  ~SamplingProfile();
  SamplingProfile(const SamplingProfile&) = delete;
  SamplingProfile& operator=(const SamplingProfile&) = delete;

  struct Routine {
    std::string name;  // demangled, without parameters, or the library; what was inlined counts for its caller
    double share = 0;  // of all samples
  };
  // Stops; largest share first. Needs addr2line (binutils) to name routines of the program itself.
  std::vector<Routine> Stop();
};

}  // namespace fitd::bench
