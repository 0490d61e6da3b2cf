#include "daemon/plan/model_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// Increase when the same data and options would give other models than an earlier fitd, so that unfinished runs of that
// one are not resumed.
constexpr int kModelsVersion = 22;

}  // namespace

ModelPlan MakeModelPlan(const Job& job) {
  ModelPlan plan;
  plan.rule = job.models.combine;
  const bool want_combination = plan.rule != CombineRule::kNone;
  const bool choose = job.models.local == std::vector<std::string>{"auto"};
  plan.fit.members_by_season = choose && want_combination;
  plan.fit.algorithms = job.models.local;
  // Models that are not combined are the same for every target.
  if (choose) {
    plan.fit.algorithms =
        want_combination ? DefaultMembers(job.models.season) : std::vector<std::string>{"ets", "arima", "ces", "theta"};
  }
  plan.fit.fill_by_season = job.data.gaps == GapPolicy::kAuto;
  plan.fit.timezone = job.data.timezone;
  plan.fit.horizon = job.models.horizon;
  plan.fit.seasons = job.models.season;
  plan.min = job.models.min;
  plan.max = job.models.max;
  plan.integer = job.models.integer;
  plan.prior = job.models.prior;
  // Users' algorithms have no held-out forecasts, so they are not part of the combination.
  const auto built_in = std::count_if(plan.fit.algorithms.begin(), plan.fit.algorithms.end(),
                                      [](const std::string& name) { return !IsUserAlgorithm(name); });
  plan.global = job.models.global == "pooled-ar" || (job.models.global == "auto" && want_combination && built_in > 1);
  if (IsUserAlgorithm(job.models.global)) plan.user_global = job.models.global;
  plan.names = plan.fit.algorithms;
  if (plan.global) plan.names.emplace_back(kPooledArName);
  plan.combine = want_combination && built_in + (plan.global ? 1 : 0) > 1;
  plan.fit.validate = plan.combine;
  plan.fit.user.python_path = job.models.python_path;
  plan.user_code = IdentifyUserCode(UserAlgorithmsOf(job), job.models.python_path);
  if (plan.uses_user_code()) plan.fit.user.options = DescribeOptions(plan);
  return plan;
}

bool ModelPlan::only_user_code() const {
  return std::all_of(fit.algorithms.begin(), fit.algorithms.end(), IsUserAlgorithm);
}

bool ModelPlan::uses_python() const {
  const auto python = [](const std::string& name) { return name.starts_with(kPythonPrefix); };
  return python(user_global) || std::any_of(fit.algorithms.begin(), fit.algorithms.end(), python);
}

std::string DescribeOptions(const ModelPlan& plan) {
  nlohmann::ordered_json options = {
      {"models_version", kModelsVersion},
      {"models", plan.names},
      {"season", "auto"},
      {"horizon", plan.fit.horizon},
      {"combine", !plan.combine ? "none"
                  : plan.rule   ? CombineRuleName(*plan.rule)
                                : "auto"},
  };
  if (plan.fit.seasons) options["season"] = fmt::format("{}", fmt::join(*plan.fit.seasons, ","));
  if (plan.min) options["min"] = *plan.min;
  if (plan.max) options["max"] = *plan.max;
  if (plan.integer) options["integer"] = true;
  if (!plan.prior) options["prior"] = false;
  if (!plan.user_global.empty()) options["global"] = plan.user_global;
  if (plan.uses_user_code()) options["code"] = plan.user_code;
  return options.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fitd
