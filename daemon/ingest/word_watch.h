// Watch a column of words beside the values: their units, words that tell actual from forecast values (UnitWatch), or
// which way values go (SignWatch). Daemon, ingest threads; a watch belongs to one thread, those of several add up.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_layout.h"
#include "daemon/periods/direction_words.h"

namespace fitd {

// What the cells of a column of words say of each target.
struct WordsSaid {
  bool known = true;   // false: unknown, as for stores of earlier releases and where too many targets differ from most
  std::string column;  // its name, as --ignore takes it; empty: there is none
  std::string common;  // the word of most targets
  std::map<std::string, std::string, std::less<>> others;  // of the targets that have another one

  bool has() const { return !column.empty(); }
  const std::string& Of(std::string_view id) const;
};
// The same of a column of directions: the words are Directions as numbers.
struct SignsSaid {
  WordsSaid ways;
  bool negative = false;           // some value has a sign
  std::string comes_in, goes_out;  // words of these, the least in byte order; empty: there is none
};

// True when what two sources say of a target shows that their rows are of two series. A source without the column
// says nothing, which goes with what was observed, comes in and has no unit.
bool StagesDiffer(const WordsSaid& a, const WordsSaid& b, std::string_view id);
bool UnitWordsDiffer(const WordsSaid& a, const WordsSaid& b, std::string_view id);
bool SignsDiffer(const SignsSaid& a, const SignsSaid& b, std::string_view id);

// Watches the units of values, or words that tell actual from forecast ones. When these change within a target, its
// values are on two scales, or not all observed, and it is refused.
class UnitWatch {
 public:
  // Adds a row: its target and unit. An empty cell or a marker of a missing value is ignored, unless `blanks`.
  void See(std::string_view id, std::string_view unit, bool blanks = false);
  void Add(const UnitWatch& other);

  // The unit of all rows of all targets; empty: there are several or none.
  std::string Common() const;

  // Why targets are refused for their units and how to fix it; empty: each has one unit.
  std::string Refusal(const CsvLayout& layout) const;
  // What they are in `layout`, whose column is `column`; kNoColumn: it has none.
  WordsSaid Said(const CsvLayout& layout, std::size_t column) const;
  // The same of one target.
  WordsSaid SaidOf(const CsvLayout& layout, std::size_t column, std::string_view id) const;
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

// Watches a column that says which way values go: CR and DR, in and out, sale and return. When a target has both words
// of a pair and no value is negative, inflows and outflows would be mixed in one series, which is refused.
class SignWatch {
 public:
  // Adds a row: its target, its fields with the word or flag, and whether one of its values is negative.
  void See(std::string_view id, const std::vector<std::string_view>& fields, const CsvLayout& layout, bool negative);
  void Add(const SignWatch& other);

  // Why targets are refused and how to fix it; empty: some value is negative, or no target has both words of a pair.
  std::string Refusal(const CsvLayout& layout) const;
  SignsSaid Said(const CsvLayout& layout) const;
  SignsSaid SaidOf(const CsvLayout& layout, std::string_view id) const;

 private:
  void Note(Directions directions, std::string_view word);
  std::string LeastWord(bool out) const;

  bool negative_ = false;
  std::map<std::string, Directions, std::less<>> targets_;
  std::map<Directions, std::string> words_;  // for each direction bit the least word seen, in byte order
};

}  // namespace fitd
