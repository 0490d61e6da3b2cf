#include "daemon/cluster/shard_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/fit/algorithm_host.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

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
  FITD_RETURN_IF_ERROR(store.ExpectContents(run.run));
  FITD_ASSIGN_OR_RETURN(std::optional<ShardMark> mark, GetShardMark(store, run.run));
  if (!mark && alone) {
    mark = {"1/1", run.header.fingerprint, run.header.options, {0, static_cast<std::uint32_t>(run.header.num_targets)}};
  }
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

// The code that somebody else's shard names would be run from the merged store, which is the caller's own.
Status CheckCode(const ShardStore& one, bool allow) {
  FITD_ASSIGN_OR_RETURN(std::vector<std::string> names, GetAlgorithmNames(one.store, one.run.run));
  std::erase_if(names, [](const std::string& name) { return !IsUserAlgorithm(name); });
  return names.empty() ? OkStatus() : ExpectTrustedCode(one.store.path(), names, allow);
}

}  // namespace

Result<ShardSet> ShardSet::Open(const ShardSetOptions& options) {
  ShardSet set;
  FITD_RETURN_IF_ERROR(set.OpenAll(options));
  FITD_RETURN_IF_ERROR(set.CheckCover(options.partial));
  FITD_RETURN_IF_ERROR(set.CheckTargets());
  return set;
}

Status ShardSet::OpenAll(const ShardSetOptions& options) {
  for (const std::string& path : options.paths) {
    Result<ShardStore> shard = OpenShard(path, options.paths.size() == 1);
    if (shard.status().code() == StatusCode::kNotFound) {
      absent_.push_back(path);
      continue;
    }
    FITD_RETURN_IF_ERROR(shard.status());
    FITD_RETURN_IF_ERROR(CheckCode(*shard, options.allow_code));
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

// Everything that must be the same for the shards to be parts of one run.
Status ShardSet::CheckAlike(const ShardStore& one) const {
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

// Each shard once, and all of them or --partial.
Status ShardSet::CheckCover(bool partial) {
  for (std::size_t i = 1; i < shards_.size(); ++i) {
    if (shards_[i].shard == shards_[i - 1].shard) {
      return Refuse(fmt::format("shard {} is in {} and in {}; name it once", shards_[i].mark.shard,
                                shards_[i - 1].store.path(), shards_[i].store.path()));
    }
  }
  for (int index = 1; index <= first().shard.count; ++index) {
    const bool there = std::any_of(shards_.begin(), shards_.end(),
                                   [index](const ShardStore& shard) { return shard.shard.index == index; });
    if (!there) missing_.push_back(Shard{index, first().shard.count}.Text());
  }
  if (missing_.empty() && !absent_.empty()) {
    return {StatusCode::kNotFound, fmt::format("all shards are there, but not {}", fmt::join(absent_, ", "))};
  }
  if (missing_.empty() || partial) return {};
  return Refuse(
      fmt::format("{} of {} shards {} missing: {}{}; make {} with the same data and options and `fitd train ... "
                  "--shard {} --store FILE`, or merge without with --partial",
                  missing_.size(), first().shard.count, missing_.size() == 1 ? "is" : "are", fmt::join(missing_, ", "),
                  absent_.empty() ? "" : fmt::format(" (no file {})", fmt::join(absent_, ", ")),
                  missing_.size() == 1 ? "it" : "them", missing_.front()));
}

// No target is in two shards and, without --partial, each is in one: shards that other releases of fitd divided are of
// the same data and options, and not parts of one whole.
Status ShardSet::CheckTargets() const {
  const char* const remedy = "they were not divided by the same fitd; train all shards with one";
  std::uint64_t end = 0;
  const ShardStore* before = nullptr;
  for (const Strip& strip : Strips()) {
    if (strip.targets.first < end) {
      return Refuse(fmt::format("{} and {} both have target number {}: {}", before->store.path(),
                                strip.shard->store.path(), strip.targets.first, remedy));
    }
    if (strip.targets.first > end && missing_.empty()) {
      return Refuse(fmt::format("no shard has the targets from number {} to {}: {}", end, strip.targets.first, remedy));
    }
    end = strip.targets.end;
    before = strip.shard;
  }
  if (end > fleet() || (end < fleet() && missing_.empty())) {
    return Refuse(fmt::format("the shards have targets up to number {} of {}: {}", end, fleet(), remedy));
  }
  return {};
}

std::vector<Strip> ShardSet::Strips() const {
  std::vector<Strip> strips;
  for (const ShardStore& shard : shards_) {
    for (const TargetRanges::Range& range : shard.mark.targets.ranges()) strips.push_back({&shard, range});
  }
  std::sort(strips.begin(), strips.end(),
            [](const Strip& a, const Strip& b) { return a.targets.first < b.targets.first; });
  return strips;
}

}  // namespace fitd
