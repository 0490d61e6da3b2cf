#include "daemon/ingest/unit_watch.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/csv_number.h"
#include "daemon/periods/value_words.h"

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

}  // namespace fitd
