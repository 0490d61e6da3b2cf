#include "daemon/update/update_base.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/fit/algorithm_host.h"
#include "daemon/rows/known_steps.h"
#include "daemon/store/run_globals.h"
#include "daemon/user/user_code.h"

namespace fitd {

Status ExpectUpdatable(const Store& store, const RunInfo& run, bool allow_code) {
  if (run.state != RunState::kComplete) {
    return {StatusCode::kInvalidInput,
            fmt::format("run {} in the store {} is not finished, so there is nothing whole to update; run `fitd train` "
                        "again to finish it",
                        run.run, store.path())};
  }
  FITD_ASSIGN_OR_RETURN(const std::optional<ShardMark> mark, GetShardMark(store, run.run));
  if (mark) {
    // The run of a shard is only good for merging: it has no options of its own to continue with.
    return {StatusCode::kInvalidInput,
            fmt::format("run {} in the store {} is shard {} of a fleet, which is not updated by itself; put the shards "
                        "together with fitd merge and update the store that it makes",
                        run.run, store.path(), mark->shard)};
  }
  if (const std::string missing = MissingShards(run.header.fingerprint); !missing.empty()) {
    return {StatusCode::kInvalidInput,
            fmt::format("run {} in the store {} was merged without the shards {}, whose targets would be fitted to the "
                        "new values alone; train those shards, put all together with fitd merge, and update that",
                        run.run, store.path(), missing)};
  }
  FITD_ASSIGN_OR_RETURN(std::vector<std::string> names, GetAlgorithmNames(store, run.run));
  std::erase_if(names, [](const std::string& name) { return !IsUserAlgorithm(name); });
  return names.empty() ? OkStatus() : ExpectTrustedCode(store.path(), names, allow_code);
}

Result<std::shared_ptr<const KnownSteps>> KnownStepsOf(const Store& store, std::int64_t run) {
  auto known = std::make_shared<KnownSteps>();
  TargetFilter filter;
  filter.with_models = false;
  FITD_RETURN_IF_ERROR(store.ForEachTarget(run, filter, [&known](const TargetRecord& target) {
    known->Add(target.id, target.grid.step);
    return Status();
  }));
  return std::shared_ptr<const KnownSteps>(std::move(known));
}

}  // namespace fitd
