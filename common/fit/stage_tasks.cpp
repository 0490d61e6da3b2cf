#include "common/fit/stage_tasks.h"

#include <map>

#include "common/archive.h"
#include "common/fit/member_series.h"
#include "common/fit/prior_fit.h"
#include "common/fit/target_seasons.h"
#include "common/series/gaps.h"

namespace fitd {
namespace {

class LocalFitTask final : public TargetTask {
 public:
  explicit LocalFitTask(const AlgorithmHosts& hosts) : hosts_(hosts) {}

  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeLocalFitOptions(context));
    for (const std::string& name : options_.algorithms) FITD_RETURN_IF_ERROR(LoadAlgorithm(name));
    return {};
  }

  std::string Run(std::span<const SeriesView> group) override {
    const auto resolve = [this](std::string_view name) { return Find(name); };
    const SeriesView& series = group[0];
    if (series.prior.empty()) return EncodeRecord(FitRecord(series, FitTarget(series, options_, resolve)));
    const Result<PriorFit> prior = DecodePriorFit(series.prior);
    if (!prior.ok()) {  // what the parent sends it has encoded itself
      TargetFitRecord record;
      record.reason = prior.status().message();
      return EncodeRecord(record);
    }
    if (prior->use == PriorFit::Use::kAdvance) {
      return EncodeRecord(AdvanceTarget(series, *prior, options_, resolve));
    }
    return EncodeRecord(FitRecord(series, RefitTarget(series, *prior, options_, resolve)));
  }

 private:
  Status LoadAlgorithm(const std::string& name) {
    if (FindAlgorithm(name) != nullptr) return {};
    FITD_ASSIGN_OR_RETURN(AlgorithmHost * host, hosts_.Find(name));
    FITD_ASSIGN_OR_RETURN(auto algorithm, host->Load(name, options_.user));
    user_.push_back(std::move(algorithm));
    return {};
  }

  const Algorithm* Find(std::string_view name) const {
    for (const auto& algorithm : user_) {
      if (algorithm->name() == name) return algorithm.get();
    }
    return FindAlgorithm(name);
  }

  const AlgorithmHosts& hosts_;
  LocalFitOptions options_;
  std::vector<std::unique_ptr<UserAlgorithm>> user_;
};

// What a user's global algorithm made of the frame, or what went wrong: data, because only the process's own death is
// worth another try.
struct UserGlobalArchive {
  std::uint8_t code = 0;
  std::string text;  // the result, or the error

  template <class Archive>
  void serialize(Archive& archive) {
    archive(code, text);
  }
};

class UserGlobalTask final : public TargetTask {
 public:
  explicit UserGlobalTask(const AlgorithmHosts& hosts) : hosts_(hosts) {}

  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeLocalFitOptions(context));
    if (options_.algorithms.size() != 1) return {StatusCode::kInternal, "one global algorithm, not several"};
    FITD_ASSIGN_OR_RETURN(host_, hosts_.Find(options_.algorithms[0]));
    return {};
  }

  std::string Run(std::span<const SeriesView> frame) override {
    return EncodeUserGlobal(host_->FitGlobal(options_.algorithms[0], options_.user, frame));
  }

 private:
  const AlgorithmHosts& hosts_;
  LocalFitOptions options_;
  AlgorithmHost* host_ = nullptr;
};

class GlobalSumsTask final : public TargetTask {
 public:
  Status Prepare(std::string_view context) override {
    FITD_ASSIGN_OR_RETURN(options_, DecodeLocalFitOptions(context));
    return {};
  }

  std::string Run(std::span<const SeriesView> group) override {
    std::map<int, PooledArSums> by_season;
    for (const SeriesView& series : group) {
      const std::vector<int> seasons = SeasonsOf(series, options_);
      PooledArOptions pooled;
      pooled.season = seasons.empty() ? 1 : seasons[0];
      pooled.horizon = HorizonOf(seasons, options_);
      auto [sums, added] = by_season.try_emplace(pooled.season, pooled);
      // Levels that moved teach to follow the next one: of hours and weeks MASE is 0.8 after a shift a few values ago,
      // and 1.3 where sums are of values without shifts. Outages teach nothing.
      const MemberSeries seen(series, options_, seasons);
      const bool moved = seen.num_shifts() > 0 && !seen.shifts_are_jumps();
      const SeriesView& taught = moved ? seen.since_start() : seen.view();
      const bool whole = taught.values.size() == seen.since_start().values.size();  // nothing is made up before it
      sums->second.Add(CompleteValues(taught.values, pooled.season).view(),
                       whole ? PlaceInSeason(taught.grid, pooled.season) : std::nullopt);
    }
    std::vector<PooledArSums> sums;
    sums.reserve(by_season.size());
    for (auto& [season, one] : by_season) sums.push_back(std::move(one));
    return EncodeBlockSums(sums);
  }

 private:
  LocalFitOptions options_;
};

}  // namespace

std::unique_ptr<TargetTask> MakeLocalFitTask(const AlgorithmHosts& hosts) {
  return std::make_unique<LocalFitTask>(hosts);
}
std::unique_ptr<TargetTask> MakeUserGlobalTask(const AlgorithmHosts& hosts) {
  return std::make_unique<UserGlobalTask>(hosts);
}

std::string EncodeUserGlobal(const Result<std::string>& result) {
  UserGlobalArchive archive;
  archive.code = static_cast<std::uint8_t>(result.status().code());
  archive.text = result.ok() ? *result : result.status().message();
  return Encode(archive);
}

Result<std::string> DecodeUserGlobal(std::string_view bytes) {
  UserGlobalArchive archive;
  FITD_RETURN_IF_ERROR(Decode(bytes, archive, "result of the global stage"));
  if (archive.code == 0) return std::move(archive.text);
  return Status(static_cast<StatusCode>(archive.code), std::move(archive.text));
}

std::unique_ptr<TargetTask> MakeGlobalSumsTask() {
  return std::make_unique<GlobalSumsTask>();
}

std::string EncodeBlockSums(const std::vector<PooledArSums>& sums) {
  std::vector<std::vector<double>> data;
  data.reserve(sums.size());
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
