#include "daemon/cluster/merge_shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "common/process/descriptor_limit.h"
#include "common/process/fault.h"
#include "daemon/cluster/shard_set.h"
#include "daemon/plan/stored_plan.h"
#include "daemon/store/run_globals.h"
#include "daemon/store/target_copy.h"
#include "daemon/train/post_process.h"
#include "daemon/train/run_summary.h"

namespace fitd {
namespace {

// Targets of a transaction: as many as one of training has, and fewer where they are large, because all pages that it
// changes wait in the log.
std::uint64_t TargetsOfBatch(const ShardSet& set) {
  constexpr std::uint64_t kMost = 8192;
  constexpr std::uint64_t kBytes = 16 << 20;
  std::uint64_t bytes = 0, targets = 0;
  for (const ShardStore& shard : set.shards()) {
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(shard.store.path(), error);
    bytes += error ? 0 : size;
    targets += shard.mark.targets.size();
  }
  return bytes == 0 ? kMost : std::clamp<std::uint64_t>(kBytes * targets / bytes, 1, kMost);
}

Status ExpectAllTargets(const ShardStore& shard) {
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, shard.store.CountByStatus(shard.run.run));
  const std::uint64_t found = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (found == shard.mark.targets.size()) return {};
  return {StatusCode::kCorrupt, fmt::format("shard {} in {} has {} of its {} targets", shard.mark.shard,
                                            shard.store.path(), found, shard.mark.targets.size())};
}

// One that was left off the list is taken for the output else, and missed among the shards.
Status ExpectNoShard(const std::string& out) {
  const Result<Store> store = Store::Open(out, Store::Mode::kRead);
  if (!store.ok()) return OkStatus();  // the merge's own opening says what is wrong
  FITD_ASSIGN_OR_RETURN(const std::vector<RunInfo> runs, store->ListRuns());
  for (const RunInfo& run : runs) {
    FITD_ASSIGN_OR_RETURN(const std::optional<ShardMark> mark, GetShardMark(*store, run.run));
    if (!mark) continue;
    return {StatusCode::kUsage, fmt::format("--store {0} is shard {1} itself; name another file for the whole, and {0} "
                                            "among the shards",
                                            out, mark->shard)};
  }
  return OkStatus();
}

class Merge {
 public:
  Merge(const MergeOptions& options, const Clock& clock) : options_(options), clock_(clock) {}
  Result<MergeReport> Run();

 private:
  Status OpenShards();
  Status TakeUp();
  Status CopyGlobals(std::int64_t run);
  Status CopyTargets();
  Status Learn();
  Status Finish();
  Status CheckCancelled() const { return options_.check_cancelled ? options_.check_cancelled() : OkStatus(); }
  const ShardStore& first() const { return set_->first(); }

  const MergeOptions& options_;
  const Clock& clock_;
  std::optional<ShardSet> set_;
  std::optional<Store> out_;
  MergeReport report_;
  bool begun_ = false;  // the run, by this merge
};

Result<MergeReport> Merge::Run() {
  FITD_RETURN_IF_ERROR(OpenShards());
  FITD_RETURN_IF_ERROR(TakeUp());
  if (report_.already_merged) return std::move(report_);
  if (Status copied = CopyTargets(); !copied.ok()) {
    // A shard that is damaged or lacks targets stays so: what was begun for it is taken away again.
    if (copied.code() == StatusCode::kCorrupt && begun_) {
      FITD_RETURN_IF_ERROR(out_->DropRun(report_.run));
      out_->CloseAndRemoveIfUnused();
    }
    return copied;
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
  }
  FITD_RETURN_IF_ERROR(ExpectNoShard(options_.out));
  RaiseDescriptorLimit();  // a shard's store is three of them
  FITD_ASSIGN_OR_RETURN(ShardSet set, ShardSet::Open({options_.shards, options_.partial, options_.allow_code}));
  report_.missing = set.missing();
  set_ = std::move(set);
  return {};
}

// The run of the merged store: the same one again, or a new one.
Status Merge::TakeUp() {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(options_.out, Store::Mode::kCreate));
  out_ = std::move(store);
  RunHeader header = first().run.header;
  header.fingerprint = first().mark.fingerprint;
  header.options = first().mark.options;
  // A merge of some shards is another run than that of all.
  header.fingerprint = FingerprintWithout(header.fingerprint, report_.missing);
  FITD_ASSIGN_OR_RETURN(const std::optional<RunInfo> found, out_->FindRun(header.fingerprint));
  if (found && found->state == RunState::kComplete) {
    report_.run = found->run;
    report_.already_merged = true;
    FITD_RETURN_IF_ERROR(out_->ExpectContents(found->run));
    RunSummary summary;
    FITD_RETURN_IF_ERROR(CountOutcomes(*out_, found->run, summary));
    report_.failed = summary.fallback + summary.failed;
    report_.targets = summary.fitted + summary.constant + summary.short_series + report_.failed;
    FITD_ASSIGN_OR_RETURN(const std::optional<FleetCombination> fleet, GetFleet(*out_, found->run));
    if (fleet) report_.rule = CombineRuleName(fleet->rule());
    return out_->UseRunOrItsUpdate(found->run).status();
  }
  if (found) {
    report_.run = found->run;
    return out_->ResumeRun(found->run);
  }
  FITD_ASSIGN_OR_RETURN(
      report_.run, out_->BeginRun(header, clock_.WallNow(), [this](std::int64_t run) { return CopyGlobals(run); }));
  begun_ = true;
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

// In the order of the targets, so that rows are only ever added at the ends of tables, and in transactions of a batch
// each; those of an earlier attempt are there.
Status Merge::CopyTargets() {
  for (const ShardStore& shard : set_->shards()) FITD_RETURN_IF_ERROR(ExpectAllTargets(shard));
  FITD_ASSIGN_OR_RETURN(const std::vector<bool> saved, out_->SavedTargets(report_.run));
  const auto is_saved = [&saved](std::uint32_t index) { return index < saved.size() && saved[index]; };
  const std::uint64_t most = TargetsOfBatch(*set_);
  TargetCopy copy(*out_, report_.run);
  std::uint64_t waiting = 0;
  const auto commit = [&]() -> Status {
    if (waiting == 0) return {};
    FITD_RETURN_IF_ERROR(copy.Commit());
    waiting = 0;
    FailHere(FaultPoint::kAfterCommit);
    if (options_.progress) options_.progress(report_.targets, set_->fleet());
    return CheckCancelled();
  };
  for (const Strip& strip : set_->Strips()) {
    for (std::uint32_t begin = strip.targets.first, end = begin; begin < strip.targets.end; begin = end) {
      const std::uint64_t room = most - waiting;
      while (end < strip.targets.end && end - begin < room && is_saved(end) == is_saved(begin)) ++end;
      report_.targets += end - begin;
      if (is_saved(begin)) continue;
      FITD_RETURN_IF_ERROR(copy.Copy(strip.shard->store, strip.shard->run.run, begin, end)
                               .WithContext("merging " + strip.shard->store.path()));
      waiting += end - begin;
      if (waiting == most) FITD_RETURN_IF_ERROR(commit());
    }
  }
  return commit();
}

// As the end of a run on one host does it, from the validations of all targets.
Status Merge::Learn() {
  const auto options = nlohmann::json::parse(first().mark.options, nullptr, false);
  const std::string combine = options.is_object() ? options.value("combine", "none") : "none";
  if (combine == "none") return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<std::string> names, GetAlgorithmNames(*out_, report_.run));
  FITD_ASSIGN_OR_RETURN(
      const FleetCombination fleet,
      LearnFleet(*out_, report_.run, names, set_->fleet(), FindCombineRule(combine), HasPrior(first().mark.options)));
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
  const std::uint64_t expected = report_.missing.empty() ? set_->fleet() : report_.targets;
  return out_->FinishRun(report_.run, expected, FormatSummaryJson(summary), options_.keep_runs, clock_.WallNow());
}

}  // namespace

Result<MergeReport> MergeShards(const MergeOptions& options, const Clock& clock) {
  if (options.shards.empty()) return Status(StatusCode::kUsage, "name the stores of the shards to merge");
  return Merge(options, clock).Run();
}

}  // namespace fitd
