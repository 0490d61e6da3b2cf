#include "daemon/ingest/word_watch.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/csv_number.h"

namespace fitd {

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
  const Directions directions = layout.direction_flags ? DirectionsOfFlag(word) : DirectionsOf(word);
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

}  // namespace fitd
