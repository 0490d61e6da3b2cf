#include "daemon/train/run_opening.h"

#include <fmt/format.h>

#include <utility>

#include "common/process/fault.h"
#include "common/process/log.h"
#include "daemon/plan/cost_estimate.h"
#include "daemon/plan/data_note.h"
#include "daemon/plan/fingerprint.h"
#include "daemon/plan/job_data.h"
#include "daemon/store/run_globals.h"
#include "daemon/train/earlier_fits.h"
#include "daemon/train/gone_targets.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// Text that a shard's run has behind its options.
std::string ShardText(const Shard& shard) {
  return "shard " + shard.Text();
}

PlaceInFleet PlaceOf(const Frame& frame, const ModelPlan& plan, const Shard& shard) {
  PlaceInFleet place;
  place.fleet = frame.size();
  place.frame = {0, static_cast<std::uint32_t>(frame.size())};
  place.targets =
      shard.whole() ? place.frame
                    : DivideFleet(ExpectedSeconds(frame, plan), shard.count)[static_cast<std::size_t>(shard.index) - 1];
  place.fingerprints = FingerprintTargets(frame);
  place.whole_fingerprint = FingerprintRun(frame, place.fingerprints, DescribeOptions(plan));
  return place;
}

class RunOpening {
 public:
  RunOpening(Store& store, const Frame& frame, const ModelPlan& plan, const OpeningOptions& options, const Clock& clock)
      : store_(store), frame_(frame), plan_(plan), options_(options), clock_(clock) {}

  Result<OpenedTraining> Open();

 private:
  Status ExpectNoOtherShard() const;
  Status WarnOfGone(std::int64_t earlier) const;
  Status TakeUp(const RunInfo& found);
  Status BeginNewRun(const std::string& fingerprint, const std::string& options);
  void SelectMissing(const std::vector<bool>& saved);

  Store& store_;
  const Frame& frame_;
  const ModelPlan& plan_;
  const OpeningOptions& options_;
  const Clock& clock_;
  std::uint64_t fleet_ = 0;
  TargetRanges targets_;  // the shard's
  OpenedTraining out_;
};

Result<OpenedTraining> RunOpening::Open() {
  PlaceInFleet place = options_.place ? *options_.place : PlaceOf(frame_, plan_, options_.shard);
  out_.open.fingerprints = std::move(place.fingerprints);
  out_.whole_fingerprint = std::move(place.whole_fingerprint);
  out_.open.places = std::move(place.frame);
  fleet_ = place.fleet;
  targets_ = std::move(place.targets);
  std::string options = DescribeOptions(plan_);
  std::string fingerprint = out_.whole_fingerprint;
  if (!options_.shard.whole()) {
    options += ShardText(options_.shard);
    // A shard is another run when it has other targets, as when another version of fitd divided the fleet.
    fingerprint += targets_.Text();
    fingerprint = FingerprintText(fingerprint + options) + FingerprintText(options + fingerprint);
  }
  FITD_ASSIGN_OR_RETURN(std::optional<RunInfo> found, store_.FindRun(fingerprint));
  if (found && found->state != RunState::kComplete) {
    FITD_ASSIGN_OR_RETURN(const UnfinishedBase base, EarlierFits::BaseOf(store_, found->run));
    out_.open.base = base.run;
    if (base.gone) {
      FITD_RETURN_IF_ERROR(store_.DropRun(found->run));
      found.reset();
    }
  }
  out_.open.reselect = options_.reselect;
  out_.targets = 0;
  FITD_RETURN_IF_ERROR(ExpectNoOtherShard());
  FITD_ASSIGN_OR_RETURN(out_.quarantine, Quarantine::Load(store_, FingerprintText(DescribeOptions(plan_))));
  const bool select_again = found && found->state == RunState::kComplete && options_.reselect;
  if (found && !options_.fresh && !select_again) {
    FITD_RETURN_IF_ERROR(TakeUp(*found));
  } else {
    if (found && found->state != RunState::kComplete) FITD_RETURN_IF_ERROR(store_.DropRun(found->run));
    out_.open.base.reset();
    if (!options_.fresh) {
      FITD_ASSIGN_OR_RETURN(out_.open.base, EarlierFits::FindBase(store_, options));
    }
    if (out_.open.base) FITD_RETURN_IF_ERROR(WarnOfGone(*out_.open.base));
    FITD_RETURN_IF_ERROR(BeginNewRun(fingerprint, options));
    FailHere(FaultPoint::kRunBegun);
    SelectMissing({});
  }
  // Only once the run is begun or resumed: a death before must find the targets still in quarantine.
  if (options_.retry_quarantined || options_.fresh) FITD_RETURN_IF_ERROR(out_.quarantine->Clear(store_));
  return std::move(out_);
}

// Warns of targets of run `earlier`, the one that is forecast from until now, that the new data lack.
Status RunOpening::WarnOfGone(std::int64_t earlier) const {
  if (!options_.shard.whole()) return {};
  FITD_ASSIGN_OR_RETURN(const std::string gone, DescribeGoneTargets(store_, earlier, frame_));
  if (!gone.empty()) Log(LogLevel::kWarning, gone);
  return {};
}

// The store forecasts from one run, so another shard in it, or the whole fleet beside a shard, would hide the first.
Status RunOpening::ExpectNoOtherShard() const {
  const bool whole = options_.shard.whole();
  const std::string own = whole ? "" : ShardText(options_.shard);
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, store_.ListRuns());
  for (const RunInfo& run : runs) {
    const std::size_t at = run.header.options.rfind("}shard ");
    const std::string other = at == std::string::npos ? "" : run.header.options.substr(at + 1);
    if (other == own || ((whole || other.empty()) && run.state != RunState::kComplete)) continue;
    const std::string holds =
        other.empty() ? fmt::format("run {} of a whole fleet", run.run) : fmt::format("{} (run {})", other, run.run);
    return {StatusCode::kUsage,
            fmt::format("the store {} holds {}, and {} in it would hide that; {}", store_.path(), holds,
                        whole ? "a run of the whole fleet" : own,
                        whole ? "name another store"
                              : "train each shard into a store of its own and put them together with fitd merge")};
  }
  return {};
}

// Resumes a run of the same data and models: only missing targets are fitted and, with --retry-quarantined, those that
// have a simple model because of quarantine.
Status RunOpening::TakeUp(const RunInfo& found) {
  out_.open.run = found.run;
  FITD_RETURN_IF_ERROR(store_.CheckRun(out_.open.run));  // what is damaged is neither complete nor to be added to
  FITD_ASSIGN_OR_RETURN(std::vector<bool> saved, store_.SavedTargets(out_.open.run));
  std::vector<std::uint32_t> again;
  for (std::uint32_t i = 0; options_.retry_quarantined && i < frame_.size(); ++i) {
    const std::uint32_t place = out_.open.places[i];
    if (place >= saved.size() || !saved[place]) continue;
    if (out_.quarantine->CauseFor(frame_[i].id, out_.open.fingerprints[i]).empty()) continue;
    saved[place] = false;
    again.push_back(place);
  }
  SelectMissing(saved);
  out_.resumed = out_.targets - out_.open.missing.size();
  // fitd 1.0.0 marked runs as complete that were not: they are resumed like any other.
  out_.complete = found.state == RunState::kComplete && out_.open.missing.empty();
  if (out_.complete) {
    FITD_ASSIGN_OR_RETURN(const RunInfo latest, store_.LatestRun());
    FITD_ASSIGN_OR_RETURN(const bool used, store_.UseRunOrItsUpdate(out_.open.run));
    if (used && latest.run != out_.open.run) FITD_RETURN_IF_ERROR(WarnOfGone(latest.run));
    Log(LogLevel::kInfo,
        fmt::format("run {} has fitted the same data with the same models already{}; --fresh fits it again",
                    out_.open.run, used ? "" : ", and its updates since stay"));
    return OkStatus();
  }
  Log(LogLevel::kInfo,
      fmt::format("going on with run {}: {} of {} targets are saved", out_.open.run, out_.resumed, out_.targets));
  return store_.ResumeRun(out_.open.run, again);
}

Status RunOpening::BeginNewRun(const std::string& fingerprint, const std::string& options) {
  RunHeader header;
  header.fingerprint = fingerprint;
  header.num_targets = fleet_;
  header.horizon = plan_.fit.horizon;
  header.target_column = frame_.target_column;
  header.time_column = frame_.time_column;
  header.value_column = frame_.value_column;
  header.time_format = frame_.time_format;
  header.time_pattern = frame_.time_pattern;
  header.time_zone = frame_.time_zone;
  header.options = WithPythonPath(options, plan_.fit.user.python_path);
  if (plan_.uses_user_code()) header.options = WithFolder(header.options);
  const auto with = [this](std::int64_t run) -> Status {
    if (!options_.shard.whole()) {
      std::string whole = WithPythonPath(DescribeOptions(plan_), plan_.fit.user.python_path);
      if (plan_.uses_user_code()) whole = WithFolder(whole);
      FITD_RETURN_IF_ERROR(PutShardMark(store_, run, {options_.shard.Text(), out_.whole_fingerprint, whole, targets_}));
    }
    if (out_.open.base) FITD_RETURN_IF_ERROR(store_.PutNote(run, kBaseRunNote, std::to_string(*out_.open.base)));
    FITD_RETURN_IF_ERROR(store_.PutNote(run, kDataNote, options_.data_note));
    return PutAlgorithmNames(store_, run, plan_.names);
  };
  FITD_ASSIGN_OR_RETURN(out_.open.run, store_.BeginRun(header, clock_.WallNow(), with));
  return {};
}

void RunOpening::SelectMissing(const std::vector<bool>& saved) {
  out_.targets = targets_.size();
  const bool all_are_its = out_.open.places == targets_;
  for (std::uint32_t i = 0, next = 0; i < frame_.size() && next < targets_.size(); ++i) {
    const std::uint32_t place = out_.open.places[i];
    if (!all_are_its && place != targets_[next]) continue;
    ++next;
    if (place >= saved.size() || !saved[place]) out_.open.missing.push_back(i);
  }
}

}  // namespace

Result<OpenedTraining> OpenTraining(Store& store, const Frame& frame, const ModelPlan& plan,
                                    const OpeningOptions& options, const Clock& clock) {
  return RunOpening(store, frame, plan, options, clock).Open();
}

}  // namespace fitd
