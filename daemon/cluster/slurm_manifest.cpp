#include "daemon/cluster/slurm_manifest.h"

#include <nlohmann/json.hpp>

#include "common/atomic_file.h"

namespace fitd {
namespace {

using nlohmann::json;

std::string PathOf(const std::string& folder) {
  return folder + "/manifest.json";
}

}  // namespace

Status WriteManifest(const SlurmManifest& manifest) {
  const SlurmPlan& plan = manifest.plan;
  json jobs = json::array();
  for (const SubmittedJob& job : manifest.jobs) {
    jobs.push_back({{"step", job.step}, {"id", job.id}, {"tasks", job.tasks}, {"offset", job.offset}});
  }
  const json object = {{"fitd", plan.fitd},
                       {"job", plan.job},
                       {"store", plan.store},
                       {"shards", plan.shards},
                       {"sum_shards", plan.sum_shards},
                       {"options", plan.options},
                       {"max_array", plan.max_array},
                       {"cores_of_allocation", plan.cores_of_allocation},
                       {"jobs", jobs}};
  return WriteWholeFile(PathOf(plan.folder), object.dump(2) + "\n");
}

Result<SlurmManifest> ReadManifest(const std::string& folder) {
  FITD_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(PathOf(folder)));
  const json object = json::parse(text, nullptr, false);
  try {
    SlurmManifest manifest;
    SlurmPlan& plan = manifest.plan;
    plan.folder = folder;
    plan.fitd = object.at("fitd").get<std::string>();
    plan.job = object.at("job").get<std::string>();
    plan.store = object.at("store").get<std::string>();
    plan.shards = object.at("shards").get<int>();
    plan.sum_shards = object.at("sum_shards").get<int>();
    plan.options = object.at("options").get<std::vector<std::string>>();
    plan.max_array = object.at("max_array").get<int>();
    plan.cores_of_allocation = object.at("cores_of_allocation").get<bool>();
    for (const json& job : object.at("jobs")) {
      manifest.jobs.push_back({job.at("step").get<std::string>(), job.at("id").get<std::string>(),
                               job.at("tasks").get<std::string>(), job.at("offset").get<int>()});
    }
    return manifest;
  } catch (const json::exception& e) {
    return Status(StatusCode::kCorrupt, PathOf(folder) + ": no manifest of fitd slurm (" + e.what() + ")");
  }
}

}  // namespace fitd
