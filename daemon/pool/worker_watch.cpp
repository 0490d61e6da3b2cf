#include "daemon/pool/worker_watch.h"

#include <algorithm>

namespace fitd {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kTimeout:
      return "timeout";
    case Verdict::kBadMessage:
      return "bad-message";
    case Verdict::kReplaced:
      break;
  }
  return "replaced";
}

WatchAction Watch(const WorkerCondition& worker, const WatchLimits& limits, Monotonic now) {
  if (worker.kill_at && now >= *worker.kill_at) return WatchAction::kKill;
  if (worker.verdict) return WatchAction::kNone;
  if (worker.closed_at && now - *worker.closed_at > limits.abort) return WatchAction::kEndSilent;
  const bool starting = worker.state == WorkerState::kStarting || worker.state == WorkerState::kPreparing;
  if (starting && now - worker.state_since > limits.startup) return WatchAction::kEndStartup;
  const bool leaving = worker.state == WorkerState::kLeaving && !worker.has_chunks;
  if (leaving && now - worker.state_since > limits.leave) return WatchAction::kKill;
  if (!worker.unit) return WatchAction::kNone;
  const auto& [taken, limit, coming_up] = *worker.unit;
  if (taken > (coming_up ? std::max(limit, limits.startup) : limit)) return WatchAction::kEndUnit;
  return WatchAction::kNone;
}

bool IsWorn(const RecycleLimits& limits, std::uint64_t units, std::uint64_t first_bytes, std::uint64_t bytes) {
  return (limits.units > 0 && units >= limits.units) ||
         (limits.growth_bytes > 0 && bytes > first_bytes + limits.growth_bytes);
}

}  // namespace fitd
