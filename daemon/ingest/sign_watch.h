// Watches a column that says which way values go: CR and DR, in and out, sale and return. When a target has both words
// of a pair and no value is negative, inflows and outflows would be mixed in one series, which is refused. Daemon,
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
  // Adds a row: its target, the word, and whether a value of the row is negative.
  void See(std::string_view id, std::string_view word, bool negative);
  void Add(const SignWatch& other);

  // Why targets are refused and how to fix it; empty: some value is negative, or no target has both words of a pair.
  std::string Refusal(const CsvLayout& layout) const;

 private:
  void Note(Directions directions, std::string_view word);

  bool negative_ = false;
  std::map<std::string, Directions, std::less<>> targets_;
  std::map<Directions, std::string> words_;  // for each direction bit the least word seen, in byte order
};

}  // namespace fitd
