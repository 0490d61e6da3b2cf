// Ways that values go, in a column of their own: CR and DR, in and out, sale and return. Where a target has both of a
// pair and none of its values has a sign, they are sums of what goes in and what goes out, and no series. Daemon,
// ingest threads; a SignWatch belongs to one thread, those of several add up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "daemon/csv/csv_layout.h"
#include "daemon/periods/value_words.h"

namespace fitd {

class SignWatch {
 public:
  // The word of a row of a target, and whether a value of the row is negative.
  void See(std::string_view id, std::string_view word, bool negative);
  void Add(const SignWatch& other);

  // Why the targets of this layout are no series, and what would mend it; empty: their values have signs, or one word.
  std::string Refusal(const CsvLayout& layout) const;

 private:
  void Note(Directions directions, std::string_view word);

  bool negative_ = false;
  std::map<std::string, Directions, std::less<>> targets_;
  std::map<Directions, std::string> words_;  // of each bit the least that was seen
};

}  // namespace fitd
