#include "daemon/store/target_row.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/checksum.h"
#include "common/whole_number.h"

namespace fitd {
namespace {

// A row with a valid checksum may still be forged, so its grid is checked before use.
bool IsPossibleGrid(const TargetRecord& record) {
  constexpr std::int64_t kMostSteps = std::int64_t{1} << 40;
  using Unit = Step::Unit;
  constexpr std::array kUnits = {Unit::kNanosecond, Unit::kMonth,      Unit::kMonthDays, Unit::kYearDays,
                                 Unit::kMonthDay28, Unit::kMonthDay29, Unit::kMonthDay30};
  const Step& step = record.grid.step;
  // Units from kWeekdays on are masks of weekdays.
  const bool unit = std::find(kUnits.begin(), kUnits.end(), step.unit) != kUnits.end() || step.unit >= Unit::kWeekdays;
  const bool year = step.unit != Unit::kYearDays || (step.count >= 2 && step.count <= 182);
  const bool count = step.count > 0 || (step.count == 0 && record.num_values <= 1);
  return unit && year && count && record.num_values < static_cast<std::uint64_t>(kMostSteps);
}

}  // namespace

std::vector<int> SeasonsOfText(std::string_view text) {
  std::vector<int> seasons;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::optional<int> season = ParseWhole<int>(text.substr(0, comma));
    if (!season) break;
    seasons.push_back(*season);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return seasons;
}

FitStatus FitStatusOf(std::string_view name) {
  for (const FitStatus status : {FitStatus::kFitted, FitStatus::kFallback, FitStatus::kConstant, FitStatus::kShort}) {
    if (name == FitStatusName(status)) return status;
  }
  return FitStatus::kFailed;
}

std::string NameOf(const TargetRecord& record) {
  return record.id.empty() ? "the first target" : "target " + std::string(record.id);
}

TargetVerdict JudgeTarget(const TargetRecord& record, std::string_view seasons, const std::int64_t* checksum) {
  TargetVerdict verdict;
  const auto found = static_cast<std::uint64_t>(checksum == nullptr ? 0 : *checksum);
  const std::uint64_t says = found ^ TargetRowChecksum(record, seasons);
  if (checksum != nullptr && says <= (kModelsInChecksum | kLastValuesInChecksum)) {
    verdict.models = says & kModelsInChecksum;
    verdict.last_values = (says & kLastValuesInChecksum) != 0;
  } else if (checksum == nullptr || found != EarlierTargetChecksum(record, seasons)) {
    // A row of version 1 has the checksum of its validation only. A row that was cut off ends in zeros.
    const bool old = record.validation.empty() ? checksum == nullptr : found == Checksum64(record.validation);
    if (!old || record.fingerprint == 0) {
      verdict.damage = "the row of " + NameOf(record) + " does not match its checksum";
      return verdict;
    }
  }
  if (!IsPossibleGrid(record)) verdict.damage = "the grid of " + NameOf(record) + " is impossible";
  return verdict;
}

std::string ModelsDamage(const TargetVerdict& verdict, FitStatus status, std::size_t models) {
  if (verdict.models == models || (!verdict.models && (models > 0 || status == FitStatus::kFailed))) return {};
  if (models == 0) return "has lost its models";
  return "has " + std::to_string(models) + " of its " + std::to_string(*verdict.models) + " models";
}

}  // namespace fitd
