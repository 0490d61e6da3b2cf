#include "daemon/train/global_sums.h"

#include <algorithm>
#include <utility>

#include "common/fit/stage_tasks.h"

namespace fitd {

void MergeSums(SeasonSums& total, const SeasonSums& sums) {
  for (const auto& [season, one] : sums) {
    auto [into, added] = total.try_emplace(season, one);
    if (!added) into->second.Merge(one);
  }
}

std::vector<PooledArGlobal> SolveSums(const SeasonSums& total, std::uint64_t targets) {
  std::vector<PooledArGlobal> globals;
  for (const auto& [season, sums] : total) globals.push_back(Solve(sums, targets));
  return globals;
}

GlobalSums::GlobalSums(std::uint64_t first, std::uint64_t end, Superblock complete)
    : next_(first), end_(end), complete_(std::move(complete)) {}

Status GlobalSums::Add(std::uint64_t first, std::string_view record) {
  FITD_ASSIGN_OR_RETURN(auto sums, DecodeBlockSums(record));
  waiting_.emplace(first, std::move(sums));
  for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; it = waiting_.erase(it)) {
    SeasonSums block;
    const bool windows = next_ / kSuperblockTargets % kWindowSuperblocks == 0;
    for (PooledArSums& one : it->second) {
      if (!windows) one.DropLongWindows();
      block.emplace(one.options().season, std::move(one));
    }
    MergeSums(current_, block);
    next_ = std::min(next_ + kPooledArBlockSize, end_);
    if (next_ % kSuperblockTargets == 0 || next_ == end_) {
      complete_((next_ - 1) / kSuperblockTargets, std::exchange(current_, {}));
    }
  }
  return {};
}

}  // namespace fitd
