#include "daemon/pool/failure_doubts.h"

#include <algorithm>
#include <utility>

namespace fitd {
namespace {

// Longest streak before doubt. A fresh interpreter takes 0.2 s with numpy, which is less than the tracebacks of 256
// failures cost.
constexpr std::size_t kLongestStreak = 256;

void Believe(std::vector<FailedRecord> streak, DoubtVerdict& verdict) {
  verdict.believed.insert(verdict.believed.end(), std::make_move_iterator(streak.begin()),
                          std::make_move_iterator(streak.end()));
}

}  // namespace

DoubtVerdict FailureDoubts::OnFitted(std::uint32_t unit, int worker) {
  DoubtVerdict verdict;
  if (is_on_trial(unit)) Acquit(unit, verdict);
  if (const auto streak = streaks_.find(worker); streak != streaks_.end()) {
    Believe(std::move(streak->second), verdict);
    streaks_.erase(streak);
  }
  return verdict;
}

DoubtVerdict FailureDoubts::OnFailed(FailedRecord record) {
  DoubtVerdict verdict;
  if (is_on_trial(record.unit)) {
    Confirm(record.unit, verdict);
    verdict.believed.push_back(std::move(record));
    return verdict;
  }
  const int worker = record.worker;
  if (broken_.contains(worker)) {
    std::vector<FailedRecord> streak;
    streak.push_back(std::move(record));
    Doubt(std::move(streak), verdict);
    return verdict;
  }
  std::vector<FailedRecord>& streak = streaks_[worker];
  streak.push_back(std::move(record));
  if (streak.size() < doubted_length_) return verdict;
  Doubt(std::move(streak), verdict);
  streaks_.erase(worker);
  broken_.insert(worker);
  verdict.replace.push_back(worker);
  return verdict;
}

DoubtVerdict FailureDoubts::OnLost(std::uint32_t unit) {
  DoubtVerdict verdict;
  if (is_on_trial(unit)) Confirm(unit, verdict);
  return verdict;
}

DoubtVerdict FailureDoubts::OnWorkerGone(int worker) {
  DoubtVerdict verdict;
  broken_.erase(worker);
  if (const auto streak = streaks_.find(worker); streak != streaks_.end()) {
    Doubt(std::move(streak->second), verdict);
    streaks_.erase(streak);
  }
  return verdict;
}

DoubtVerdict FailureDoubts::AtEnd() {
  DoubtVerdict verdict;
  for (auto& [worker, streak] : streaks_) {
    Doubt(std::move(streak), verdict);
    broken_.insert(worker);
    verdict.replace.push_back(worker);
  }
  streaks_.clear();
  return verdict;
}

void FailureDoubts::Doubt(std::vector<FailedRecord> streak, DoubtVerdict& verdict) {
  if (confirmed_in_a_row_ >= kStrictTrials) {
    const std::uint32_t last = streak.back().unit;
    verdict.again.push_back(last);
    streak.pop_back();
    trials_[last] = std::move(streak);
    return;
  }
  for (const FailedRecord& record : streak) {
    verdict.again.push_back(record.unit);
    trials_[record.unit];
  }
}

void FailureDoubts::Confirm(std::uint32_t unit, DoubtVerdict& verdict) {
  const auto trial = trials_.find(unit);
  Believe(std::move(trial->second), verdict);
  trials_.erase(trial);
  if (++confirmed_in_a_row_ >= kStrictTrials) doubted_length_ = std::min(2 * doubted_length_, kLongestStreak);
}

void FailureDoubts::Acquit(std::uint32_t unit, DoubtVerdict& verdict) {
  const auto trial = trials_.find(unit);
  confirmed_in_a_row_ = 0;
  doubted_length_ = 2;
  if (!trial->second.empty()) Doubt(std::move(trial->second), verdict);
  trials_.erase(unit);
}

}  // namespace fitd
