// How many targets may fail before the run is ended. Daemon; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/job/job.h"
#include "common/status.h"

namespace fitd {

class FailurePolicy {
 public:
  FailurePolicy(const Job::Failures& limits, std::uint64_t num_targets) : limits_(limits), num_targets_(num_targets) {}

  // Counts one more failure; an error ends the run (fail-fast, or more than the limit).
  Status OnFailure(std::string_view target, std::string_view reason);
  std::uint64_t failures() const { return failures_; }
  // Failures that an earlier attempt at the run has saved; an error when they are more than the limit already.
  Status CountEarlier(std::uint64_t failures);

 private:
  bool TooMany() const;
  std::string Limit() const;

  Job::Failures limits_;
  std::uint64_t num_targets_;
  std::uint64_t failures_ = 0;
};

}  // namespace fitd
