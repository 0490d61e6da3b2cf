#include "daemon/plan/stored_plan.h"

#include <nlohmann/json.hpp>

#include "common/series/time_zone.h"
#include "daemon/store/run_globals.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

using nlohmann::ordered_json;

// The text value of a key; `otherwise` when it is missing or not a text.
std::string TextOf(const ordered_json& options, const char* key, const char* otherwise) {
  const auto found = options.find(key);
  return found != options.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

}  // namespace

std::string ModelOptionsOf(const std::string& header_options) {
  ordered_json options = ordered_json::parse(header_options, nullptr, false);
  if (!options.is_object()) return header_options;
  options.erase("python_path");
  options.erase("folder");
  return options.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

bool HasPrior(const std::string& options) {
  const ordered_json json = ordered_json::parse(options, nullptr, false);
  return !json.is_object() || !json.contains("prior") || json["prior"] != false;
}

Result<Job> JobOfRun(const RunInfo& run) {
  const ordered_json options = ordered_json::parse(run.header.options, nullptr, false);
  const bool readable = options.is_object() && options.contains("models") && options["models"].is_array();
  if (!readable) {
    return Status(StatusCode::kCorrupt, "the options of run " + std::to_string(run.run) +
                                            " in the store are not readable; train again with --fresh");
  }
  Job job;
  job.models.local.clear();
  job.models.global = TextOf(options, "global", "none");
  for (const ordered_json& name : options["models"]) {
    if (!name.is_string()) continue;
    if (name.get<std::string>() == kPooledArName) {
      job.models.global = kPooledArName;
    } else {
      job.models.local.push_back(name.get<std::string>());
    }
  }
  FITD_ASSIGN_OR_RETURN(job.models.combine, ParseCombine(TextOf(options, "combine", "auto")));
  const std::string season = TextOf(options, "season", "auto");  // empty: none
  FITD_ASSIGN_OR_RETURN(job.models.season, ParseSeasons(season.empty() ? "1" : season));
  job.models.horizon = run.header.horizon;
  job.models.prior = HasPrior(run.header.options);
  job.models.python_path = PythonPathOf(run.header.options);
  // As at the training, which was not told a zone that the times show.
  if (!IsFoundZone(run.header.time_zone)) job.data.timezone = run.header.time_zone;
  return job;
}

Result<ModelPlan> PlanOfRun(const Store& store, const RunInfo& run) {
  FITD_ASSIGN_OR_RETURN(const Job job, JobOfRun(run));
  ModelPlan plan = MakeModelPlan(job);
  if (plan.uses_user_code() && DescribeOptions(plan) != ModelOptionsOf(run.header.options)) {
    return Status(StatusCode::kBadConfig, DescribeChangedCode(run.run));
  }
  FITD_ASSIGN_OR_RETURN(plan.fit.globals, GetPooledAr(store, run.run));
  FITD_ASSIGN_OR_RETURN(const auto user_global, GetUserGlobal(store, run.run));
  if (user_global) plan.fit.user.global_result = *user_global;
  return plan;
}

}  // namespace fitd
