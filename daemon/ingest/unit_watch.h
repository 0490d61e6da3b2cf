// Units that stand in a column of their own, beside the values, or words that tell actual values from forecast ones.
// Where they change within a target, its values are of two scales, or not all observed, and no series. Daemon, ingest
// threads; a UnitWatch belongs to one thread, those of several add up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "daemon/csv/csv_layout.h"

namespace fitd {

class UnitWatch {
 public:
  // The unit of a row of a target; an empty cell or a missing value's marker says nothing. `blanks`: it is one too.
  void See(std::string_view id, std::string_view unit, bool blanks = false);
  void Add(const UnitWatch& other);

  // The unit of all rows of all targets; empty: there are several or none.
  std::string Common() const;

  // Why the targets of this layout are no series, and what would mend it; empty: every one has one unit.
  std::string Refusal(const CsvLayout& layout) const;
  // Likewise of words that tell actual values from forecast ones.
  std::string RefusalOfStages(const CsvLayout& layout) const;

 private:
  struct Units {
    std::string first;
    std::string other;  // in byte order the least that is not the first; empty: there is none
  };
  static void See(Units& units, std::string_view unit);
  // The first target within which they change, and " within 3 of 7 targets, such as a"; null: they do in none.
  const Units* Changing(std::string* within) const;

  std::map<std::string, Units, std::less<>> targets_;
};

}  // namespace fitd
