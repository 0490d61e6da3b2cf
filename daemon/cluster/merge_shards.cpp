#include "daemon/cluster/merge_shards.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "common/fit/algorithm_host.h"
#include "common/process/fault.h"
#include "daemon/plan/shard.h"
#include "daemon/plan/stored_plan.h"
#include "daemon/store/run_globals.h"
#include "daemon/train/post_process.h"
#include "daemon/train/run_summary.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// A shard's store as the merge reads it.
struct ShardStore {
  Store store;
  RunInfo run;
  ShardMark mark;
  Shard shard;
};

// Targets of a transaction: as many as one of training has, and fewer where they are large, because all pages that it
// changes wait in the log.
std::uint64_t TargetsOfBatch(const std::string& path, std::uint64_t targets) {
  constexpr std::uint64_t kMost = 8192;
  constexpr std::uint64_t kBytes = 16 << 20;
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (error || size == 0) return kMost;
  return std::clamp<std::uint64_t>(kBytes * targets / size, 1, kMost);
}

Status Refuse(std::string message) {
  return {StatusCode::kInvalidInput, std::move(message)};
}

// A run that was not divided is the one shard of itself, when it comes `alone`.
Result<ShardStore> OpenShard(const std::string& path, bool alone) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kRead));
  // The newest complete one: not LatestRun, which looks for what can be forecast, and a shard of a small fleet may be
  // empty.
  FITD_ASSIGN_OR_RETURN(std::vector<RunInfo> runs, store.ListRuns());
  if (runs.empty()) return Refuse(path + " holds no run; fitd train --shard I/N makes shards");
  const auto complete =
      std::find_if(runs.begin(), runs.end(), [](const RunInfo& one) { return one.state == RunState::kComplete; });
  RunInfo run = complete == runs.end() ? runs.front() : *complete;
  FITD_ASSIGN_OR_RETURN(std::optional<ShardMark> mark, GetShardMark(store, run.run));
  if (!mark && alone) mark = {"1/1", run.header.fingerprint, run.header.options, 0, run.header.num_targets};
  if (!mark) return Refuse(path + " holds a whole run, no shard; fitd train --shard I/N makes shards");
  const Result<Shard> shard = ParseShard(mark->shard);
  if (!shard.ok()) return Status(StatusCode::kCorrupt, path + ": the shard '" + mark->shard + "' is none");
  if (run.state != RunState::kComplete) {
    return Refuse(
        fmt::format("shard {} in {} is not complete ({}); run its fitd train again, it goes on with what is "
                    "missing",
                    mark->shard, path, RunStateName(run.state)));
  }
  return ShardStore{std::move(store), std::move(run), *std::move(mark), *shard};
}

class Merge {
 public:
  Merge(const MergeOptions& options, const Clock& clock) : options_(options), clock_(clock) {}
  Result<MergeReport> Run();

 private:
  Status OpenShards();
  Status CheckCode(const ShardStore& one) const;
  Status CheckAlike(const ShardStore& one) const;
  Status CheckCover();
  Status TakeUp();
  Status CopyGlobals(std::int64_t run);
  Status CopyTargets(const ShardStore& shard, const std::vector<bool>& saved);
  Status Learn();
  Status Finish();
  Status CheckCancelled() const { return options_.check_cancelled ? options_.check_cancelled() : OkStatus(); }
  const ShardStore& first() const { return shards_.front(); }

  const MergeOptions& options_;
  const Clock& clock_;
  std::vector<ShardStore> shards_;   // by number
  std::vector<std::string> absent_;  // files that are not there
  std::optional<Store> out_;
  MergeReport report_;
};

Result<MergeReport> Merge::Run() {
  FITD_RETURN_IF_ERROR(OpenShards());
  FITD_RETURN_IF_ERROR(CheckCover());
  FITD_RETURN_IF_ERROR(TakeUp());
  if (report_.already_merged) return std::move(report_);
  FITD_ASSIGN_OR_RETURN(const std::vector<bool> saved, out_->SavedTargets(report_.run));
  for (const ShardStore& shard : shards_) {
    FITD_RETURN_IF_ERROR(CopyTargets(shard, saved).WithContext("merging " + shard.store.path()));
  }
  FITD_RETURN_IF_ERROR(Learn());
  FITD_RETURN_IF_ERROR(Finish());
  return std::move(report_);
}

Status Merge::OpenShards() {
  for (const std::string& path : options_.shards) {
    std::error_code error;
    if (std::filesystem::equivalent(path, options_.out, error)) {
      return {StatusCode::kUsage, "--store " + options_.out + " is one of the shards; name another file"};
    }
    Result<ShardStore> shard = OpenShard(path, options_.shards.size() == 1);
    if (shard.status().code() == StatusCode::kNotFound) {
      absent_.push_back(path);
      continue;
    }
    FITD_RETURN_IF_ERROR(shard.status());
    FITD_RETURN_IF_ERROR(CheckCode(*shard));
    shards_.push_back(*std::move(shard));
  }
  if (shards_.empty()) {
    return {StatusCode::kNotFound, fmt::format("no shard is there: {}", fmt::join(absent_, ", "))};
  }
  std::stable_sort(shards_.begin(), shards_.end(),
                   [](const ShardStore& a, const ShardStore& b) { return a.shard.index < b.shard.index; });
  for (const ShardStore& shard : shards_) FITD_RETURN_IF_ERROR(CheckAlike(shard));
  return {};
}

// The code that somebody else's shard names would be run from the merged store, which is the caller's own.
Status Merge::CheckCode(const ShardStore& one) const {
  FITD_ASSIGN_OR_RETURN(std::vector<std::string> names, GetAlgorithmNames(one.store, one.run.run));
  std::erase_if(names, [](const std::string& name) { return !IsUserAlgorithm(name); });
  return names.empty() ? OkStatus() : ExpectTrustedCode(one.store.path(), names, options_.allow_code);
}

// Everything that must be the same for the shards to be parts of one run.
Status Merge::CheckAlike(const ShardStore& one) const {
  const std::string both = first().store.path() + " and " + one.store.path();
  if (one.shard.count != first().shard.count) {
    return Refuse(fmt::format("{} are parts of {} and of {} shards", both, first().shard.count, one.shard.count));
  }
  if (one.mark.options != first().mark.options) {
    return Refuse(fmt::format("{} were trained with other options or by another fitd:\n  {}\n  {}", both,
                              first().mark.options, one.mark.options));
  }
  if (one.mark.fingerprint != first().mark.fingerprint) {
    return Refuse(both + " were trained on other data; train every shard on the same files");
  }
  FITD_ASSIGN_OR_RETURN(const auto regression, GetPooledAr(first().store, first().run.run));
  FITD_ASSIGN_OR_RETURN(const auto other, GetPooledAr(one.store, one.run.run));
  if (EncodeRegressions(regression) != EncodeRegressions(other)) {
    return Refuse(both + " have other models over all targets; train them with the same --global-from, or without it");
  }
  return {};
}

// Each shard once, side by side over all targets.
Status Merge::CheckCover() {
  for (std::size_t i = 1; i < shards_.size(); ++i) {
    if (shards_[i].shard == shards_[i - 1].shard) {
      return Refuse(fmt::format("shard {} is in {} and in {}; name it once", shards_[i].mark.shard,
                                shards_[i - 1].store.path(), shards_[i].store.path()));
    }
  }
  for (int index = 1; index <= first().shard.count; ++index) {
    const bool there = std::any_of(shards_.begin(), shards_.end(),
                                   [index](const ShardStore& shard) { return shard.shard.index == index; });
    if (!there) report_.missing.push_back(Shard{index, first().shard.count}.Text());
  }
  if (report_.missing.empty() && !absent_.empty()) {
    return {StatusCode::kNotFound, fmt::format("all shards are there, but not {}", fmt::join(absent_, ", "))};
  }
  if (report_.missing.empty() || options_.partial) return {};
  return Refuse(fmt::format(
      "{} of {} shards {} missing: {}{}; make {} with the same data and options and `fitd train ... "
      "--shard {} --store FILE`, or merge without with --partial",
      report_.missing.size(), first().shard.count, report_.missing.size() == 1 ? "is" : "are",
      fmt::join(report_.missing, ", "), absent_.empty() ? "" : fmt::format(" (no file {})", fmt::join(absent_, ", ")),
      report_.missing.size() == 1 ? "it" : "them", report_.missing.front()));
}

// The run of the merged store: the same one again, or a new one.
Status Merge::TakeUp() {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(options_.out, Store::Mode::kCreate));
  out_ = std::move(store);
  RunHeader header = first().run.header;
  header.fingerprint = first().mark.fingerprint;
  header.options = first().mark.options;
  // A merge of some shards is another run than that of all.
  if (!report_.missing.empty()) header.fingerprint += fmt::format("-without-{}", fmt::join(report_.missing, ","));
  FITD_ASSIGN_OR_RETURN(const std::optional<RunInfo> found, out_->FindRun(header.fingerprint));
  if (found && found->state == RunState::kComplete) {
    report_.run = found->run;
    report_.targets = found->header.num_targets;
    report_.already_merged = true;
    return out_->UseRun(found->run);
  }
  if (found) {
    report_.run = found->run;
    return out_->ResumeRun(found->run);
  }
  FITD_ASSIGN_OR_RETURN(
      report_.run, out_->BeginRun(header, clock_.WallNow(), [this](std::int64_t run) { return CopyGlobals(run); }));
  FailHere(FaultPoint::kRunBegun);
  return {};
}

// What a run has once for all its targets, but for what only the shard knows and what is learned from its targets.
Status Merge::CopyGlobals(std::int64_t run) {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, first().store.GlobalNames(first().run.run));
  for (const std::string& name : names) {
    if (!IsOfTheWholeFleet(name)) continue;
    FITD_ASSIGN_OR_RETURN(const std::string value, first().store.GetGlobal(first().run.run, name));
    FITD_RETURN_IF_ERROR(out_->PutGlobal(run, name, value));
  }
  return {};
}

// In transactions of a batch each; those of an earlier attempt are there.
Status Merge::CopyTargets(const ShardStore& shard, const std::vector<bool>& saved) {
  const std::uint64_t targets = shard.mark.end - shard.mark.first;
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, shard.store.CountByStatus(shard.run.run));
  const std::uint64_t found = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (found != targets) {
    return {StatusCode::kCorrupt, fmt::format("shard {} has {} of its {} targets", shard.mark.shard, found, targets)};
  }
  const auto is_saved = [&saved](std::uint64_t index) { return index < saved.size() && saved[index]; };
  const std::uint64_t most = TargetsOfBatch(shard.store.path(), targets);
  for (std::uint64_t first = shard.mark.first, end = first; first < shard.mark.end; first = end) {
    while (end < shard.mark.end && end - first < most && is_saved(end) == is_saved(first)) ++end;
    if (!is_saved(first)) {
      FITD_RETURN_IF_ERROR(out_->CopyTargets(report_.run, shard.store, shard.run.run, first, end));
      FailHere(FaultPoint::kAfterCommit);
    }
    report_.targets += end - first;
    if (options_.progress) options_.progress(report_.targets, shard.run.header.num_targets);
    FITD_RETURN_IF_ERROR(CheckCancelled());
  }
  return {};
}

// As the end of a run on one host does it, from the validations of all targets.
Status Merge::Learn() {
  const auto options = nlohmann::json::parse(first().mark.options, nullptr, false);
  const std::string combine = options.is_object() ? options.value("combine", "none") : "none";
  if (combine == "none") return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, GetAlgorithmNames(*out_, report_.run));
  FITD_ASSIGN_OR_RETURN(const FleetCombination fleet,
                        LearnFleet(*out_, report_.run, names, first().run.header.num_targets, FindCombineRule(combine),
                                   HasPrior(first().mark.options)));
  report_.rule = CombineRuleName(fleet.rule());
  return PutFleet(*out_, report_.run, fleet);
}

Status Merge::Finish() {
  FailHere(FaultPoint::kBeforeFinish);
  RunSummary summary;
  summary.version = FITD_VERSION;
  summary.run = report_.run;
  summary.targets = report_.targets;
  FITD_RETURN_IF_ERROR(CountOutcomes(*out_, report_.run, summary));
  report_.failed = summary.fallback + summary.failed;
  const std::uint64_t expected = report_.missing.empty() ? first().run.header.num_targets : report_.targets;
  return out_->FinishRun(report_.run, expected, FormatSummaryJson(summary), options_.keep_runs, clock_.WallNow());
}

}  // namespace

Result<MergeReport> MergeShards(const MergeOptions& options, const Clock& clock) {
  if (options.shards.empty()) return Status(StatusCode::kUsage, "name the stores of the shards to merge");
  return Merge(options, clock).Run();
}

}  // namespace fitd
