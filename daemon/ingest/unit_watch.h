// Watches a column beside the values that holds their units, or words that tell actual from forecast values. When these
// change within a target, its values are on two scales, or not all observed, and it is refused. Daemon, ingest threads;
// a UnitWatch belongs to one thread, those of several add up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "daemon/csv/csv_layout.h"

namespace fitd {

class UnitWatch {
 public:
  // Adds a row: its target and unit. An empty cell or a marker of a missing value is ignored, unless `blanks`.
  void See(std::string_view id, std::string_view unit, bool blanks = false);
  void Add(const UnitWatch& other);

  // The unit of all rows of all targets; empty: there are several or none.
  std::string Common() const;

  // Why targets are refused for their units and how to fix it; empty: each has one unit.
  std::string Refusal(const CsvLayout& layout) const;
  // The refusal for words that tell actual values from forecast ones.
  std::string RefusalOfStages(const CsvLayout& layout) const;

 private:
  struct Units {
    std::string first;  // the least unit seen, in byte order
    std::string other;  // the second least; empty: there is only one
  };
  static void See(Units& units, std::string_view unit);
  // The first target with more than one unit; null: there is none. Sets `within` to " within 3 of 7 targets, such as a"
  // when there are several targets.
  const Units* Changing(std::string* within) const;

  std::map<std::string, Units, std::less<>> targets_;
};

}  // namespace fitd
