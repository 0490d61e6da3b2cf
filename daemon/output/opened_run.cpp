#include "daemon/output/opened_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <numeric>
#include <optional>

#include "daemon/store/run_globals.h"

namespace fitd {
namespace {

Status WarnWhenUnfinished(const Store& store, const RunInfo& run) {
  if (run.state == RunState::kComplete) return {};
  FITD_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> counts, store.CountByStatus(run.run));
  const std::uint64_t saved = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  std::fprintf(
      stderr,
      "fitd: run %lld is not finished: this is of %llu of its %llu targets; the same fitd train goes on with it\n",
      static_cast<long long>(run.run), static_cast<unsigned long long>(saved),
      static_cast<unsigned long long>(run.header.num_targets));
  return {};
}

// Warns when the run has only a part of a fleet's targets, whose ensemble knows no others.
Status WarnOfPart(const Store& store, const RunInfo& run) {
  FITD_ASSIGN_OR_RETURN(const std::optional<ShardMark> mark, GetShardMark(store, run.run));
  if (mark) {
    std::fprintf(stderr,
                 "fitd: this is shard %s of a fleet, %llu of its %llu targets, and its ensemble is learned from these "
                 "alone; fitd merge makes the whole\n",
                 mark->shard.c_str(), static_cast<unsigned long long>(mark->targets.size()),
                 static_cast<unsigned long long>(run.header.num_targets));
  }
  const std::string missing = MissingShards(run.header.fingerprint);
  if (!missing.empty()) {
    std::fprintf(stderr, "fitd: this was merged without the shards %s of its fleet (--partial)\n", missing.c_str());
  }
  return {};
}

}  // namespace

Result<OpenedRun> OpenLatestRun(const std::string& path, bool complete) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(RunInfo run, store.LatestRun());
  if (complete && run.state != RunState::kComplete) {
    return Status(StatusCode::kInvalidInput,
                  fmt::format("run {} is not finished, and there is none before it: this would be of some of its {} "
                              "targets, without what is learned from all",
                              run.run, run.header.num_targets));
  }
  FITD_RETURN_IF_ERROR(WarnWhenUnfinished(store, run));
  FITD_RETURN_IF_ERROR(WarnOfPart(store, run));
  return OpenedRun{std::move(store), std::move(run)};
}

}  // namespace fitd
