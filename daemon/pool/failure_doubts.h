// Decides which failures of users' code to believe. A target can break its worker's interpreter (sys.modules cleared, a
// library patched) so that innocent targets after it fail. A failure is believed once the same worker has fitted
// another target after it. A failure right after another failure is tried once more, alone in a fresh worker, and so is
// the failure before it. Parent; pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fitd {

// The record of a unit that failed, kept until it is believed or tried again.
struct FailedRecord {
  std::uint32_t unit = 0;
  int worker = 0;
  double seconds = 0;
  std::string bytes;
};

// What to do after a record or after the end of a worker.
struct DoubtVerdict {  // records to pass on
  std::vector<FailedRecord> believed;
  std::vector<std::uint32_t> again;  // units to try alone, each in a fresh worker
  std::vector<int> replace;          // workers to replace, since they may be broken
};

// Code that fails on every target would cost a fresh worker for each. So once kStrictTrials failures in a row were
// confirmed alone, only the last failure of a streak is tried, and its outcome decides about the whole streak. The
// streak length at which doubt begins then doubles with each confirmed one. One acquittal restores the first rule.
class FailureDoubts {
 public:
  static constexpr int kStrictTrials = 8;

  DoubtVerdict OnFitted(std::uint32_t unit, int worker);
  DoubtVerdict OnFailed(FailedRecord record);
  // A unit was given up because its workers died.
  DoubtVerdict OnLost(std::uint32_t unit);
  // The worker is gone: its failures since its last fit are tried again.
  DoubtVerdict OnWorkerGone(int worker);
  // Nothing else is left to do, so no fit after them can confirm the last failures: they are tried again.
  DoubtVerdict AtEnd();

  bool is_on_trial(std::uint32_t unit) const { return trials_.contains(unit); }

 private:
  void Doubt(std::vector<FailedRecord> streak, DoubtVerdict& verdict);
  void Confirm(std::uint32_t unit, DoubtVerdict& verdict);
  void Acquit(std::uint32_t unit, DoubtVerdict& verdict);

  std::map<int, std::vector<FailedRecord>> streaks_;  // failures since the last fit, by worker
  std::set<int> broken_;                              // workers being replaced; every failure they report is doubted
  // By unit being tried: other failures that its outcome decides about.
  std::map<std::uint32_t, std::vector<FailedRecord>> trials_;
  std::size_t doubted_length_ = 2;  // failures in a row that make a worker doubted
  int confirmed_in_a_row_ = 0;
};

}  // namespace fitd
