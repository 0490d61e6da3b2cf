#include "daemon/ingest/word_watch.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/text.h"
#include "common/whole_number.h"
#include "daemon/csv/csv_number.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

// Divides words by target into the most frequent one and others.
WordsSaid DivideWords(const std::string& column, std::map<std::string, std::string, std::less<>> by_target) {
  constexpr std::size_t kMostOthers = 20'000;
  std::map<std::string, std::size_t> counts;
  for (const auto& [id, word] : by_target) ++counts[word];
  WordsSaid said;
  std::size_t most = 0;
  for (const auto& [word, count] : counts) {
    if (count <= most) continue;
    most = count;
    said.common = word;
  }
  said.known = by_target.size() - most <= kMostOthers;
  if (!said.known) return said;
  said.column = column;
  std::erase_if(by_target, [&](const auto& one) { return one.second == said.common; });
  said.others = std::move(by_target);
  return said;
}

Directions WaysOf(const WordsSaid& ways, std::string_view id) {
  return ParseWhole<Directions>(ways.Of(id), 0).value_or(0);
}

}  // namespace

const std::string& WordsSaid::Of(std::string_view id) const {
  const auto other = others.find(id);
  return other == others.end() ? common : other->second;
}

bool StagesDiffer(const WordsSaid& a, const WordsSaid& b, std::string_view id) {
  if (!a.known || !b.known) return false;
  const std::string& one = a.Of(id);
  const std::string& other = b.Of(id);
  if (a.has() && b.has() && !one.empty() && !other.empty()) return one != other;
  return (a.has() && SaysToCome(a.column, one)) != (b.has() && SaysToCome(b.column, other));
}

bool UnitWordsDiffer(const WordsSaid& a, const WordsSaid& b, std::string_view id) {
  if (!a.known || !b.known || (!a.has() && !b.has())) return false;
  const std::string& one = a.Of(id);
  const std::string& other = b.Of(id);
  return a.has() && b.has() ? !one.empty() && !other.empty() && one != other : one != other;
}

bool SignsDiffer(const SignsSaid& a, const SignsSaid& b, std::string_view id) {
  const auto one = WaysOf(a.ways, id), other = WaysOf(b.ways, id);
  if (!a.ways.known || !b.ways.known || a.negative || b.negative) return false;
  if (a.ways.has() && b.ways.has()) return OppositePair(static_cast<Directions>(one | other)) >= 0;
  return GoesOut(static_cast<Directions>(one | other));
}

void UnitWatch::See(Units& units, std::string_view unit) {
  if (units.first == unit) return;
  if (unit < units.first) {
    units.other = std::exchange(units.first, std::string(unit));
  } else if (units.other.empty() || unit < units.other) {
    units.other = unit;
  }
}

void UnitWatch::See(std::string_view id, std::string_view unit, bool blanks) {
  unit = TrimBlanks(unit);
  double value = 0;
  if (!blanks && ParseNumber(unit, &value) == NumberKind::kMissing && !IsUnitBesideOthers(unit)) return;
  const auto known = targets_.find(id);
  if (known != targets_.end()) return See(known->second, unit);
  targets_.emplace(std::string(id), Units{std::string(unit), {}});
}

void UnitWatch::Add(const UnitWatch& other) {
  for (const auto& [id, units] : other.targets_) {
    Units& here = targets_.emplace(id, units).first->second;
    See(here, units.first);
    if (!units.other.empty()) See(here, units.other);
  }
}

std::string UnitWatch::Common() const {
  Units all;
  for (const auto& [id, units] : targets_) {
    if (all.first.empty()) all.first = units.first;
    if (units.first != all.first || !units.other.empty()) return {};
  }
  return all.first;
}

const UnitWatch::Units* UnitWatch::Changing(std::string* within) const {
  std::uint64_t changing = 0;
  const std::string* example = nullptr;
  const Units* of_example = nullptr;
  for (const auto& [id, units] : targets_) {
    if (units.other.empty()) continue;
    if (changing++ == 0) example = &id, of_example = &units;
  }
  if (changing > 0 && targets_.size() > 1)
    *within = " within " + std::to_string(changing) + " of " + std::to_string(targets_.size()) + " targets, such as " +
              *example;
  return of_example;
}

std::string UnitWatch::Refusal(const CsvLayout& layout) const {
  std::string within;
  const Units* const units = Changing(&within);
  if (units == nullptr) return {};
  std::vector<std::size_t> ids = layout.targets;
  ids.push_back(layout.unit_column);
  return "the unit in column " + layout.NameOf(layout.unit_column) + " changes" + within + ": " +
         QuoteForMessage(units->first) + " and " + QuoteForMessage(units->other) +
         "; write the values in one unit, or make a target of each with --target-column " +
         ShellWord(layout.OptionFor(ids)) + ", or say that the column means something else with --ignore " +
         ShellWord(layout.OptionFor({layout.unit_column}));
}

WordsSaid UnitWatch::Said(const CsvLayout& layout, std::size_t column) const {
  if (column == kNoColumn) return {};
  std::map<std::string, std::string, std::less<>> words;
  for (const auto& [id, units] : targets_) words.emplace(id, units.first);
  return DivideWords(layout.OptionFor({column}), std::move(words));
}

WordsSaid UnitWatch::SaidOf(const CsvLayout& layout, std::size_t column, std::string_view id) const {
  WordsSaid said;
  said.column = layout.OptionFor({column});
  if (const auto known = targets_.find(id); known != targets_.end()) said.common = known->second.first;
  return said;
}

std::string UnitWatch::RefusalOfStages(const CsvLayout& layout) const {
  std::string within;
  const Units* const stages = Changing(&within);
  if (stages == nullptr) return {};
  std::vector<std::size_t> ids = layout.targets;
  ids.push_back(layout.status);
  return "column " + layout.NameOf(layout.status) + " says " + QuoteForMessage(stages->first) + " of some rows and " +
         QuoteForMessage(stages->other) + " of others" + within +
         ", and models learn from what was observed; leave the other rows out of the data, or make a target of each "
         "with --target-column " +
         ShellWord(layout.OptionFor(ids)) + ", or say that all were observed with --ignore " +
         ShellWord(layout.OptionFor({layout.status}));
}

void SignWatch::See(std::string_view id, const std::vector<std::string_view>& fields, const CsvLayout& layout,
                    bool negative) {
  negative_ = negative_ || negative;
  const std::string_view word = fields[layout.direction];
  const bool blank = !layout.direction_signs && TrimBlanks(word).empty();  // neither a return nor void
  const Directions directions = layout.direction_flags
                                    ? DirectionsOfFlag(blank ? std::string_view("no") : word, layout.direction_signs)
                                    : DirectionsOf(word);
  if (directions == 0) return;
  auto known = targets_.find(id);
  if (known == targets_.end()) known = targets_.emplace(std::string(id), Directions{0}).first;
  known->second = static_cast<Directions>(known->second | directions);
  Note(directions, word);
}

void SignWatch::Note(Directions directions, std::string_view word) {
  for (Directions bit = 1; bit != 0 && bit <= directions; bit = static_cast<Directions>(bit << 1)) {
    if ((directions & bit) == 0) continue;
    std::string& least = words_[bit];
    if (least.empty() || word < least) least = word;
  }
}

void SignWatch::Add(const SignWatch& other) {
  negative_ = negative_ || other.negative_;
  for (const auto& [id, directions] : other.targets_) {
    Directions& here = targets_[id];
    here = static_cast<Directions>(here | directions);
  }
  for (const auto& [bit, word] : other.words_) Note(bit, word);
}

std::string SignWatch::Refusal(const CsvLayout& layout) const {
  int pair = -1;
  for (const auto& [id, directions] : targets_) pair = std::max(pair, OppositePair(directions));
  if (pair < 0 || negative_) return {};
  std::vector<std::size_t> ids = layout.targets;
  ids.push_back(layout.direction);
  return "column " + layout.NameOf(layout.direction) + " says " +
         QuoteForMessage(words_.at(DirectionBit(pair, false))) + " or " +
         QuoteForMessage(words_.at(DirectionBit(pair, true))) +
         " of values that have no sign; write a minus before those that go out, or make a target of each with "
         "--target-column " +
         ShellWord(layout.OptionFor(ids)) + ", or say that the column means something else with --ignore " +
         ShellWord(layout.OptionFor({layout.direction}));
}

SignsSaid SignWatch::Said(const CsvLayout& layout) const {
  if (layout.direction == kNoColumn) return {};
  std::map<std::string, std::string, std::less<>> ways;
  for (const auto& [id, directions] : targets_) ways.emplace(id, std::to_string(directions));
  return {DivideWords(layout.OptionFor({layout.direction}), std::move(ways)), negative_, LeastWord(false),
          LeastWord(true)};
}

SignsSaid SignWatch::SaidOf(const CsvLayout& layout, std::string_view id) const {
  SignsSaid said;
  said.negative = negative_;
  said.comes_in = LeastWord(false);
  said.goes_out = LeastWord(true);
  said.ways.column = layout.OptionFor({layout.direction});
  if (const auto known = targets_.find(id); known != targets_.end()) said.ways.common = std::to_string(known->second);
  return said;
}

std::string SignWatch::LeastWord(bool out) const {
  std::string least;
  for (const auto& [bit, word] : words_) {
    if (GoesOut(bit) == out && (least.empty() || word < least)) least = word;
  }
  return least;
}

}  // namespace fitd
