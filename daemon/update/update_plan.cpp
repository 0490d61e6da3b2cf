#include "daemon/update/update_plan.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/ascii.h"
#include "common/fit/target_history.h"
#include "common/series/lone_outlier.h"
#include "common/text.h"
#include "daemon/rows/alike_ids.h"
#include "daemon/update/coarse_values.h"

namespace fitd {
namespace {

// The id without zeros in front of its numbers, but for digits behind a point: S1/A7 of S01/A007.
std::string WithoutZeros(std::string_view id) {
  std::string bare;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool goes_on = i > 0 && (IsDigit(id[i - 1]) || id[i - 1] == '.' || id[i - 1] == ',');
    while (!goes_on && i + 1 < id.size() && id[i] == '0' && IsDigit(id[i + 1])) ++i;
    bare += id[i];
  }
  return bare;
}

// The id without surrounding blanks and leading zeros, in lower case.
std::string LooseId(std::string_view id) {
  id = TrimBlanks(id);
  while (id.size() > 1 && id[0] == '0') id.remove_prefix(1);
  return LowerCase(id);
}

// Compares ids as a training does where it found their column itself; else less loosely.
std::string IdToCompare(std::string_view id, const PlacingRules& rules) {
  return rules.found_target.empty() ? LooseId(id) : FoldId(LooseId(WithoutZeros(id)));
}

// What to do about an id that is written like a known one.
std::string WriteAlike(std::string_view id, std::string_view known, const PlacingRules& rules) {
  const bool again = rules.found_target.empty() || LooseId(id) == LooseId(known);
  return ": write ids as they were, or " + std::string(again ? "train again with " : "say ") + rules.as_others +
         " where they are other targets";
}

class PlanMaker {
 public:
  PlanMaker(const RunInfo& base, const Frame& frame, const PlacingRules& rules, WordsCheck& words,
            UpdateSummary& summary)
      : base_(base), frame_(frame), rules_(rules), words_(words), summary_(summary) {}

  // Adds a known target. Call in the order of the ids.
  Status AddKnown(const TargetRecord& target) {
    AddNewBefore(target.id);
    UpdateTarget planned;
    planned.base = static_cast<std::uint32_t>(target.index);
    if (next_ < frame_.size() && frame_[next_].id == target.id) {
      planned.frame = next_++;
      words_.See(target.id);
      planned.advances = Place(target, frame_[planned.frame]);
    } else {
      ++summary_.vanished;
      if (vanished_.size() < kMostCompared) NoteVanished(target.id);
      if (summary_.gone.size() < UpdateSummary::kMostNamed) summary_.gone.emplace_back(target.id);
    }
    plan_.targets.push_back(planned);
    return refusal_;
  }

  // kInvalidInput when the id of a new target differs from that of a known one, which is not in the data, only in case,
  // blanks or zeros.
  Status CheckSpelling() const {
    for (const UpdateTarget& target : plan_.targets) {
      if (target.base != UpdateTarget::kNone) continue;
      const std::string_view id = frame_[target.frame].id;
      const auto alike = vanished_.find(IdToCompare(id, rules_));
      if (alike == vanished_.end()) continue;
      return {StatusCode::kInvalidInput, "the data have " + QuoteForMessage(id) + " where the store has " +
                                             QuoteForMessage(alike->second) + ", which is not in the data" +
                                             WriteAlike(id, alike->second, rules_)};
    }
    return {};
  }

  // kInvalidInput when the new values of all are those of a longer step, and nothing is said that tells otherwise.
  Status CheckSteps() const {
    if (rules_.frequency_said || rules_.zero_until || rules_.zero_inside) return {};
    const std::string problem = coarse_.Problem();
    return problem.empty() ? OkStatus() : Status(StatusCode::kInvalidInput, problem);
  }

  void AddRest() {
    while (next_ < frame_.size()) AddNew();
  }

  UpdatePlan Finish() {
    summary_.targets = plan_.targets.size();
    return std::move(plan_);
  }

 private:
  // Remembers a known target that is not in the data. "id:column" is also remembered as "id", which data with one of
  // its columns have.
  void NoteVanished(std::string_view id) {
    vanished_.emplace(IdToCompare(id, rules_), id);
    if (const std::size_t colon = id.rfind(':'); colon != std::string_view::npos && colon > 0)
      vanished_.emplace(IdToCompare(id.substr(0, colon), rules_), id);
  }
  void AddNewBefore(std::string_view id) {
    while (next_ < frame_.size() && frame_[next_].id < id) AddNew();
  }
  void AddNew() {
    UpdateTarget planned;
    planned.frame = next_++;
    const SeriesView series = frame_[planned.frame];
    if (summary_.newcomers.size() < UpdateSummary::kMostNamed) summary_.newcomers.emplace_back(series.id);
    const bool zeros = rules_.zero_until || rules_.zero_inside;  // a training takes nothing out where rows may be zero
    if (const auto place = rules_.keep_outliers || zeros ? std::nullopt : LoneOutlier(series.values)) {
      Note(series.id, series.grid.step, {series.grid.At(static_cast<std::int64_t>(*place)), series.values[*place]});
    }
    plan_.targets.push_back(planned);
    plan_.anything_new = true;
  }
  bool Place(const TargetRecord& target, const SeriesView& observed) {
    constexpr std::uint64_t kSharesLost = 10;  // a training refuses to lose more than one row in so many
    const NewValues placed =
        PlaceValues(observed, {target.id, target.grid, target.num_values, target.fingerprint, target.history}, rules_);
    const std::optional<TargetHistory> history = DecodeHistory(target.history);
    if (history && placed.problem.empty())
      coarse_.See(placed, target.grid.step, target.num_values, history->least_read, history->most_read);
    summary_.skipped += placed.known;
    summary_.earlier += placed.earlier;
    summary_.corrections += placed.corrections;
    summary_.late += placed.late;
    summary_.many_corrected |= placed.restated || kSharesLost * placed.corrections > target.num_values;
    summary_.restated += placed.restated ? 1 : 0;
    summary_.off_step += placed.off_grid;
    summary_.overruled += placed.problem.empty() ? placed.merged : 0;
    if ((placed.corrections > 0 || placed.restated) && summary_.corrected.size() < UpdateSummary::kMostCorrections) {
      const TimeWriter times(base_.header.time_form());
      const std::string time =
          placed.first_correction ? times.Write(*placed.first_correction, target.grid.step) : std::string();
      summary_.corrected.push_back({std::string(target.id), time, placed.corrections});
    }
    if (!placed.problem.empty()) {
      if (placed.other_year && rules_.zero_until) {
        refusal_ = {StatusCode::kInvalidInput,
                    fmt::format("{}: {}; rows that are missing mean zero, up to the last one of all targets",
                                QuoteForMessage(target.id), placed.problem)};
      }
      summary_.failures.push_back({std::string(target.id), placed.problem});
      return false;
    }
    for (const LoneReading& reading : placed.outliers) Note(target.id, target.grid.step, reading);
    summary_.values += placed.observed;
    summary_.missing += placed.values.size() - placed.observed;
    if (placed.values.empty()) ++summary_.kept;
    plan_.anything_new = plan_.anything_new || !placed.values.empty();
    return !placed.values.empty();
  }

  // Notes a reading that is taken as missing.
  void Note(std::string_view id, const Step& step, const LoneReading& reading) {
    ++summary_.outliers;
    if (summary_.taken_out.size() == UpdateSummary::kMostCorrections) return;
    const TimeWriter times(base_.header.time_form());
    summary_.taken_out.push_back({std::string(id), times.Write(reading.time, step), reading.value});
  }

  const RunInfo& base_;
  const Frame& frame_;
  PlacingRules rules_;
  WordsCheck& words_;
  UpdateSummary& summary_;
  UpdatePlan plan_;
  std::uint32_t next_ = 0;  // index in the frame
  Status refusal_;
  CoarseValues coarse_;
  static constexpr std::size_t kMostCompared = 100'000;
  std::unordered_map<std::string, std::string> vanished_;  // known but not in the data: id by loose id
};

TargetFilter WithoutModels() {
  TargetFilter filter;
  filter.with_models = false;
  return filter;
}

// kInvalidInput when no target of the run is in the data and ids look renamed: written differently, or file names that
// contain a date. Otherwise new targets would appear while the old ones stand still.
Status CheckOthersAreMeant(const Store& store, const RunInfo& base, const Frame& frame, const PlacingRules& rules) {
  std::unordered_map<std::string, std::string> known;
  std::string first;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(base.run, WithoutModels(), [&](const TargetRecord& target) {
    if (first.empty()) first = target.id;
    known.emplace(IdToCompare(target.id, rules), target.id);
    return Status();
  }));
  const std::string none = "none of the targets of the store (" + QuoteForMessage(first) +
                           (known.size() > 1 ? ", ..." : "") + ") is in the data, which have ";
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const auto alike = known.find(IdToCompare(frame[i].id, rules));
    if (alike == known.end()) continue;
    return {StatusCode::kInvalidInput, none + QuoteForMessage(frame[i].id) + " where the store has " +
                                           QuoteForMessage(alike->second) +
                                           WriteAlike(frame[i].id, alike->second, rules)};
  }
  if (frame[0].id.starts_with('#'))
    return {StatusCode::kInvalidInput, none + QuoteForMessage(frame[0].id) + ": have they lost their header?"};
  if (!rules.called_after_files) {
    if (rules.others_meant) return {};
    const std::string& then = base.header.target_column;
    const std::string& now = frame.target_column;
    const bool other = !then.empty() && !now.empty() && then != now;
    return {
        StatusCode::kInvalidInput,
        none + QuoteForMessage(frame[0].id) +
            (other ? fmt::format(", of column {} where the store has {}", QuoteForMessage(now), QuoteForMessage(then))
                   : "") +
            ": take the rows of those alone, and name the columns of their ids with --target-column or write ids as "
            "they were; where they "
            "are other targets, of which those that the store has do not go on, say " +
            rules.as_others};
  }
  return {StatusCode::kInvalidInput,
          none + QuoteForMessage(frame[0].id) +
              ", called after the file: where it goes on that one, give the file its name, or name the column of ids "
              "with --target-column; a new series is added by a file that has ids and that option"};
}

}  // namespace

Result<UpdatePlan> MakeUpdatePlan(const Store& store, const RunInfo& base, const Frame& frame,
                                  const PlacingRules& rules, WordsCheck& words, UpdateSummary& summary) {
  PlanMaker maker(base, frame, rules, words, summary);
  std::uint64_t known = 0;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(base.run, WithoutModels(), [&](const TargetRecord& target) {
    ++known;
    return maker.AddKnown(target);
  }));
  if (known > 0 && summary.vanished == known && frame.size() > 0)
    FITD_RETURN_IF_ERROR(CheckOthersAreMeant(store, base, frame, rules));
  maker.AddRest();
  FITD_RETURN_IF_ERROR(words.Refusal());
  FITD_RETURN_IF_ERROR(maker.CheckSteps());
  if (summary.vanished > 0) FITD_RETURN_IF_ERROR(maker.CheckSpelling());
  return maker.Finish();
}

}  // namespace fitd
