// Histogram of the time single fits took, per algorithm: observed by the run process, added up by the daemon for its
// metrics. Pure; one thread. Buckets are counts of fits at most kFitTimeBounds[i] seconds long and longer than the
// bound before, the last one is everything above. Part of the event lines and of the daemon's state file: never
// reorder.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace fitd {

inline constexpr std::array<double, 14> kFitTimeBounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                          0.025,  0.05,    0.1,    0.25,  1.0,    10.0,  60.0};

struct FitTimeHistogram {
  std::array<std::uint64_t, kFitTimeBounds.size() + 1> counts{};
  double sum_seconds = 0;

  void Observe(double seconds) {
    std::size_t bucket = 0;
    while (bucket < kFitTimeBounds.size() && seconds > kFitTimeBounds[bucket]) ++bucket;
    ++counts[bucket];
    sum_seconds += seconds;
  }
  void Add(const FitTimeHistogram& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    sum_seconds += other.sum_seconds;
  }
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (std::uint64_t count : counts) sum += count;
    return sum;
  }
};

// By algorithm.
using FitTimes = std::map<std::string, FitTimeHistogram, std::less<>>;

}  // namespace fitd
