// Which failures of users' code are believed. A target can leave its worker's interpreter broken (sys.modules cleared,
// a library patched), so that the innocent ones after it fail. A failure counts once the same worker has fitted another
// target behind it; one right after another failure is tried once more, alone in a fresh worker, with the one before
// it. Parent; pure.
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

// What follows from a record or an end.
struct DoubtVerdict {
  std::vector<FailedRecord> believed;
  std::vector<std::uint32_t> again;  // units to be tried alone, each in a fresh worker
  std::vector<int> replace;          // workers that may be broken
};

// Code that fails on every target would cost a fresh worker for each. Once kStrictTrials failures in a row were
// confirmed alone, only the last of a streak is tried, and what it shows goes for the whole streak; the length of a
// streak that is doubted doubles with each confirmed one. One acquittal brings the first rule back.
class FailureDoubts {
 public:
  static constexpr int kStrictTrials = 8;

  DoubtVerdict OnFitted(std::uint32_t unit, int worker);
  DoubtVerdict OnFailed(FailedRecord record);
  // A unit that was given up because its workers died.
  DoubtVerdict OnLost(std::uint32_t unit);
  // The worker is gone: what it had failed right before is tried again.
  DoubtVerdict OnWorkerGone(int worker);
  // Nothing else is to be done, so that no other target will tell.
  DoubtVerdict AtEnd();

  bool is_on_trial(std::uint32_t unit) const { return trials_.contains(unit); }

 private:
  void Doubt(std::vector<FailedRecord> streak, DoubtVerdict& verdict);
  void Confirm(std::uint32_t unit, DoubtVerdict& verdict);
  void Acquit(std::uint32_t unit, DoubtVerdict& verdict);

  std::map<int, std::vector<FailedRecord>> streaks_;  // by worker: failures since its last fit
  std::set<int> broken_;                              // being replaced: nothing they say of a failure counts
  // By the unit that is tried: what its outcome decides about besides.
  std::map<std::uint32_t, std::vector<FailedRecord>> trials_;
  std::size_t doubted_length_ = 2;
  int confirmed_in_a_row_ = 0;
};

}  // namespace fitd
