#include "daemon/train/global_sums.h"

#include "common/fit/stage_tasks.h"

namespace fitd {

Status GlobalSums::Add(std::uint64_t first, std::string_view record) {
  FITD_ASSIGN_OR_RETURN(auto sums, DecodeBlockSums(record));
  waiting_.emplace(first, std::move(sums));
  for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; it = waiting_.erase(it)) {
    for (PooledArSums& one : it->second) {
      auto [total, added] = by_season_.try_emplace(one.options().season, one);
      if (!added) total->second.Merge(one);
    }
    next_ += kPooledArBlockSize;
  }
  return {};
}

std::vector<PooledArGlobal> GlobalSums::Solve() const {
  std::vector<PooledArGlobal> globals;
  for (const auto& [season, sums] : by_season_) globals.push_back(fitd::Solve(sums));
  return globals;
}

}  // namespace fitd
