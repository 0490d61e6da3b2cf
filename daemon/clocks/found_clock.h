// Finds the local clock that times in UTC or with offsets follow: what is read once a day, or while a shop or an
// exchange is open, is an hour earlier in UTC from spring on. Daemon, the thread of BuildFrame; pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/series/time_zone.h"
#include "daemon/times/observation.h"
#include "daemon/times/time_parser.h"

namespace fitd {

class ClockSearch {
 public:
  static constexpr std::size_t kMostTargets = 16;
  static constexpr std::size_t kMostSessions = 3;    // of them, which take most
  static constexpr std::size_t kMostTimes = 20'000;  // of a target: more than half a year of five minutes of sessions

  // `offsets`: those that the times were written with.
  explicit ClockSearch(const OffsetsSeen& offsets) : offsets_(offsets) {}

  // The times of a target, strictly increasing; of many the latest kMostTimes.
  void Look(std::vector<Observation> sorted);

  // The place whose clock explains the times best, where UTC does not; null: none, or the targets contradict each
  // other. Of places that do equally well it is one in whose days all times are midnights, else the first of the larger
  // ones.
  std::shared_ptr<const TimeZone> Find() const;

 private:
  struct Target {
    std::vector<Observation> sorted;
    bool days = false;  // once a day or more rarely
    double in_utc = 0;  // how well UTC explains its times
  };
  // How well a place explains the times: nothing speaks for it, or `fit` of them, from 0 to 1, and 1 more for
  // midnights.
  struct Verdict {
    bool contradicts = false;
    double fit = 0;
  };

  bool IsOffered(const TimeZone& zone) const;
  static Verdict Judge(const Target& target, const std::shared_ptr<const TimeZone>& zone);

  OffsetsSeen offsets_;
  std::vector<Target> targets_;
  std::size_t sessions_ = 0;
};

}  // namespace fitd
