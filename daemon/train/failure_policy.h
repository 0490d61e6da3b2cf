// Decides how many targets may fail before the run ends. Daemon; pure.
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

  // Counts one failure; an error ends the run (fail-fast, or above the limit).
  Status OnFailure(std::string_view target, std::string_view reason);
  std::uint64_t failures() const { return failures_; }
  // Adds failures that an earlier attempt of the run has saved; an error when they are above the limit.
  Status CountEarlier(std::uint64_t failures);

 private:
  bool TooMany() const;
  std::string Limit() const;

  Job::Failures limits_;
  std::uint64_t num_targets_;
  std::uint64_t failures_ = 0;
};

}  // namespace fitd
