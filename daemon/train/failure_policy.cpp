#include "daemon/train/failure_policy.h"

#include <fmt/format.h>

#include <optional>

namespace fitd {

Status FailurePolicy::OnFailure(std::string_view target, std::string_view reason) {
  ++failures_;
  if (limits_.fail_fast) {
    return {StatusCode::kInvalidInput,
            fmt::format("target '{}' failed: {}; ended by --fail-fast, what was finished is saved", target, reason)};
  }
  if (!TooMany()) return {};
  return {
      StatusCode::kInvalidInput,
      fmt::format("{} of {} targets failed, more than --max-failures {}; the last was '{}': {}; what was finished is "
                  "saved, run again with a larger limit to go on",
                  failures_, num_targets_, Limit(), target, reason)};
}

Status FailurePolicy::CountEarlier(std::uint64_t failures) {
  failures_ += failures;
  if (!TooMany()) return {};
  return {StatusCode::kInvalidInput,
          fmt::format("{} of {} targets failed in an earlier attempt, more than --max-failures {}; run again with a "
                      "larger limit to go on, or with --fresh to fit everything again",
                      failures_, num_targets_, Limit())};
}

bool FailurePolicy::TooMany() const {
  const auto count = static_cast<double>(failures_);
  const double percent = 100 * count / static_cast<double>(num_targets_);
  return (limits_.max_count && count > *limits_.max_count) || (limits_.max_percent && percent > *limits_.max_percent);
}

std::string FailurePolicy::Limit() const {
  return limits_.max_count ? fmt::format("{}", *limits_.max_count) : fmt::format("{}%", *limits_.max_percent);
}

}  // namespace fitd
