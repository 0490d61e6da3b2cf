#include "daemon/model_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace fitd {
namespace {

// Raised when the same data and options would give other models than an earlier fitd: unfinished runs of that one are
// not taken up.
constexpr int kModelsVersion = 1;

Result<std::optional<std::vector<int>>> ParseSeasons(const std::string& text) {
  if (text == "auto") return std::optional<std::vector<int>>();
  std::vector<int> seasons;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int season = 0;
    const auto parsed = std::from_chars(at, end, season);
    if (parsed.ec != std::errc() || season < 1 || (parsed.ptr != end && *parsed.ptr != ',')) {
      return Status(StatusCode::kUsage,
                    fmt::format("season '{}' is neither auto nor lengths such as 12 or 24,168", text));
    }
    if (season > 1) seasons.push_back(season);
    at = parsed.ptr + (parsed.ptr != end ? 1 : 0);
  }
  std::sort(seasons.begin(), seasons.end());
  seasons.erase(std::unique(seasons.begin(), seasons.end()), seasons.end());
  return std::optional(seasons);
}

}  // namespace

Result<ModelPlan> MakeModelPlan(const Job& job) {
  ModelPlan plan;
  plan.fit.algorithms = job.models.local;
  plan.fit.horizon = job.models.horizon;
  FITD_ASSIGN_OR_RETURN(plan.fit.seasons, ParseSeasons(job.models.season));
  if (job.models.combine != "auto") {
    plan.rule = FindCombineRule(job.models.combine);
    if (!plan.rule) {
      return Status(StatusCode::kUsage,
                    fmt::format("combine '{}' is not one of auto, median, mean, weighted, none", job.models.combine));
    }
  }
  const bool want_combination = plan.rule != CombineRule::kNone;
  plan.global = job.models.global == "pooled-ar" ||
                (job.models.global == "auto" && want_combination && job.models.local.size() > 1);
  plan.names = job.models.local;
  if (plan.global) plan.names.emplace_back(kPooledArName);
  plan.combine = want_combination && plan.names.size() > 1;
  plan.fit.validate = plan.combine;
  return plan;
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
  return options.dump();
}

}  // namespace fitd
