// Numbers that stand for a missing value in the data of many instruments and offices: -9999, 999.9, 1e20. One is named
// when it is one of the usual ones, lies far outside of all other values of its series and repeats, there or in other
// series; or when it is another whole number that lies there and repeats within its series: -200, 88888. Daemon, ingest
// threads; a SentinelSearch belongs to one thread, searches of several threads add up.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace fitd {

// Whether a value is one that is usual for a missing one (-9999, 999.9, 32767, ...) and lies far beyond all others, of
// which these are the least and the most.
bool IsSentinelBeyond(double value, double least, double most);

class SentinelSearch {
 public:
  // Looks at the values of one series; NaN is none.
  void Look(std::string_view id, std::span<const double> values);
  void Add(const SentinelSearch& other);

  // "-9999 (5 values of 1 of 3 targets, such as 'a')", and what --missing takes; empty: there are none. `share`: the
  // largest share of the targets that have one of them.
  std::string Describe(std::uint64_t targets, std::string* option, double* share) const;

 private:
  struct Found {
    std::uint64_t values = 0;
    std::uint64_t targets = 0;
    std::string first;  // of the ids, in their order
  };
  void Note(double sentinel, std::string_view id, std::uint64_t values);

  std::map<double, Found> found_;
};

}  // namespace fitd
