#include "common/stage_tasks.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/archive.h"

namespace fitd {
namespace {

class LocalFitTask final : public TargetTask {
 public:
  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeLocalFitOptions(context));
    for (const std::string& name : options_.algorithms) {
      if (FindAlgorithm(name) == nullptr) {
        return {StatusCode::kUsage, "this worker knows no algorithm '" + name + "'"};
      }
    }
    return {};
  }

  std::string Run(std::span<const SeriesView> group) override {
    return EncodeRecord(MakeRecord(FitTarget(group[0], options_)));
  }

 private:
  LocalFitOptions options_;
};

class GlobalSumsTask final : public TargetTask {
 public:
  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeLocalFitOptions(context));
    return {};
  }

  std::string Run(std::span<const SeriesView> group) override {
    std::map<int, PooledArSums> by_season;
    std::vector<double> observed;
    for (const SeriesView& series : group) {
      const std::vector<int> seasons = SeasonsOf(series, options_);
      PooledArOptions pooled;
      pooled.season = seasons.empty() ? 1 : seasons[0];
      pooled.horizon = HorizonOf(seasons, options_);
      auto [sums, added] = by_season.try_emplace(pooled.season, pooled);
      observed.clear();
      std::copy_if(series.values.begin(), series.values.end(), std::back_inserter(observed),
                   [](double v) { return !std::isnan(v); });
      sums->second.Add(observed);
    }
    std::vector<PooledArSums> sums;
    for (auto& [season, one] : by_season) sums.push_back(std::move(one));
    return EncodeBlockSums(sums);
  }

 private:
  LocalFitOptions options_;
};

}  // namespace

std::unique_ptr<TargetTask> MakeLocalFitTask() {
  return std::make_unique<LocalFitTask>();
}
std::unique_ptr<TargetTask> MakeGlobalSumsTask() {
  return std::make_unique<GlobalSumsTask>();
}

std::string EncodeBlockSums(const std::vector<PooledArSums>& sums) {
  std::vector<std::vector<double>> data;
  for (const PooledArSums& one : sums) data.emplace_back(one.data().begin(), one.data().end());
  return Encode(data);
}

Result<std::vector<PooledArSums>> DecodeBlockSums(std::string_view bytes) {
  std::vector<std::vector<double>> data;
  FITD_RETURN_IF_ERROR(Decode(bytes, data, "sums of a block of targets"));
  std::vector<PooledArSums> sums;
  for (std::vector<double>& one : data) {
    std::optional<PooledArSums> parsed = PooledArSums::FromData(std::move(one));
    if (!parsed) return Status(StatusCode::kCorrupt, "sums of a block of targets: not of this version");
    sums.push_back(std::move(*parsed));
  }
  return sums;
}

}  // namespace fitd
