#include "daemon/train/earlier_fits.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "common/fit/prior_fit.h"
#include "common/fit/target_history.h"
#include "daemon/plan/stored_plan.h"

namespace fitd {
namespace {

bool HasOwnModels(FitStatus status) {
  return status == FitStatus::kFitted || status == FitStatus::kConstant || status == FitStatus::kShort;
}

TargetFitRecord RecordOf(const TargetRecord& stored) {
  TargetFitRecord record;
  record.status = stored.status;
  // An update may have written its own reason ("not in the data ..."): that is not the reason of the fit.
  if (stored.status != FitStatus::kFitted || !stored.reason.starts_with("not in the data"))
    record.reason = stored.reason;
  record.seasons = stored.seasons;
  record.validation = stored.validation;
  record.history = stored.history;
  for (std::uint32_t i = 0; i < stored.models.size(); ++i) {
    record.fits.push_back({i, stored.models[i].seconds, std::string(stored.models[i].archive)});
  }
  return record;
}

// What can be taken from the earlier run for a series; nullopt: nothing.
std::optional<EarlierFit> Compare(const TargetRecord& stored, const SeriesView& series, std::uint64_t fingerprint,
                                  bool select_anew) {
  const std::optional<TargetHistory> history = DecodeHistory(stored.history);
  if (!history || !HasOwnModels(stored.status) || stored.grid.step != series.grid.step) return std::nullopt;
  const std::uint64_t fitted = history->fitted_fingerprint != 0 ? history->fitted_fingerprint : stored.fingerprint;
  EarlierFit earlier;
  earlier.kept = fitted == fingerprint && stored.num_values == series.values.size() &&
                 history->fitted_values == stored.num_values && (!select_anew || history->refits == 0);
  if (earlier.kept) {
    earlier.record = RecordOf(stored);
    earlier.seconds = stored.seconds;
    earlier.attempts = stored.attempts;
    return earlier;
  }
  // A series that has lost more than half of its values is treated as another one. Chosen, not measured.
  if (stored.status != FitStatus::kFitted || 2 * series.values.size() < stored.num_values) return std::nullopt;
  PriorFit prior;
  prior.use = PriorFit::Use::kRefit;
  prior.select_anew = select_anew;
  prior.num_values = stored.num_values;
  prior.record = RecordOf(stored);
  earlier.prior = EncodePriorFit(prior);
  return earlier;
}

}  // namespace

Result<std::optional<std::int64_t>> EarlierFits::FindBase(const Store& store, const std::string& options) {
  const Result<RunInfo> latest = store.LatestRun();
  if (latest.status().code() == StatusCode::kNotFound) return std::optional<std::int64_t>();
  if (!latest.ok()) return latest.status();
  const bool same =
      latest->state == RunState::kComplete && ModelOptionsOf(latest->header.options) == ModelOptionsOf(options);
  return same ? std::optional(latest->run) : std::nullopt;
}

Result<UnfinishedBase> EarlierFits::BaseOf(const Store& store, std::int64_t unfinished) {
  UnfinishedBase base;
  const Result<std::string> note = store.GetNote(unfinished, kBaseRunNote);
  if (note.status().code() == StatusCode::kNotFound) return base;
  if (!note.ok()) return note.status();
  base.run = std::strtoll(note->c_str(), nullptr, 10);
  const Result<EarlierFits> opened = Open(store.path(), *base.run);
  base.gone = opened.status().code() == StatusCode::kNotFound;
  if (!opened.ok() && !base.gone) return opened.status();
  return base;
}

Result<EarlierFits> EarlierFits::Open(const std::string& path, std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, store.ListRuns());
  const bool there = std::any_of(runs.begin(), runs.end(), [&](const RunInfo& info) { return info.run == run; });
  if (!there) return Status(StatusCode::kNotFound, "run " + std::to_string(run) + " is no longer in the store");
  return EarlierFits(std::move(store), run);
}

Status EarlierFits::ForEach(const Frame& frame, const std::vector<std::uint32_t>& targets,
                            const std::vector<std::uint64_t>& fingerprints, bool select_anew,
                            const Visitor& visit) const {
  std::size_t place = 0;
  return store_.ForEachTarget(run_, {}, [&](const TargetRecord& stored) -> Status {
    while (place < targets.size() && frame[targets[place]].id < stored.id) ++place;
    if (place == targets.size() || frame[targets[place]].id != stored.id) return {};
    const std::uint32_t index = targets[place];
    std::optional<EarlierFit> earlier = Compare(stored, frame[index], fingerprints[index], select_anew);
    return earlier ? visit(place, *std::move(earlier)) : OkStatus();
  });
}

}  // namespace fitd
