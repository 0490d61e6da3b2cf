#include "daemon/failure_policy.h"

#include <fmt/format.h>

#include <optional>

namespace fitd {

Status FailurePolicy::OnFailure(std::string_view target, std::string_view reason) {
  ++failures_;
  if (limits_.fail_fast) {
    return {StatusCode::kInvalidInput,
            fmt::format("target '{}' failed: {}; ended by --fail-fast, what was finished is saved", target, reason)};
  }
  const auto count = static_cast<double>(failures_);
  const double percent = 100 * count / static_cast<double>(num_targets_);
  const bool too_many =
      (limits_.max_count && count > *limits_.max_count) || (limits_.max_percent && percent > *limits_.max_percent);
  if (!too_many) return {};
  const std::string limit =
      limits_.max_count ? fmt::format("{}", *limits_.max_count) : fmt::format("{}%", *limits_.max_percent);
  return {
      StatusCode::kInvalidInput,
      fmt::format("{} of {} targets failed, more than --max-failures {}; the last was '{}': {}; what was finished is "
                  "saved, run again with a larger limit to go on",
                  failures_, num_targets_, limit, target, reason)};
}

}  // namespace fitd
