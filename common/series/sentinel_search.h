// Finds numbers that stand for a missing value: -9999, 999.9, 1e20. Two kinds are reported. Usual codes (nines, ends of
// integer types, 1e19 and more) that lie far outside all other values of their series and repeat, there or in other
// series. Other whole numbers, such as -200 or 88888, that lie far outside and repeat at least three times within their
// series. Any process; a SentinelSearch belongs to one thread, searches of several threads add up.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace fitd {

// True when `value` is a usual code for a missing value (-9999, 999.9, 32767, ...) and lies far outside [least, most],
// the range of all other values.
bool IsSentinelBeyond(double value, double least, double most);

class SentinelSearch {
 public:
  // Looks at the values of one series; NaN is skipped.
  void Look(std::string_view id, std::span<const double> values);
  void Add(const SentinelSearch& other);

  // Describes what was found: "-9999 (5 values of 1 of 3 targets, such as 'a')"; empty: nothing. `option`: the numbers
  // for --missing. `share`: the largest share of the `targets` that one of the numbers occurs in.
  std::string Describe(std::uint64_t targets, std::string* option, double* share) const;

 private:
  struct Found {
    std::uint64_t values = 0;
    std::uint64_t targets = 0;
    std::string first;  // the least id that has it
  };
  void Note(double sentinel, std::string_view id, std::uint64_t values);

  std::map<double, Found> found_;
};

}  // namespace fitd
