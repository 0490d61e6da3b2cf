#include "daemon/output/run_forecasts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <span>

#include "common/atomic_file.h"
#include "common/fit/local_fit.h"
#include "common/job/job_places.h"
#include "common/models/combination/weights.h"
#include "daemon/output/forecast_writer.h"
#include "daemon/output/models_table.h"
#include "daemon/output/opened_run.h"
#include "daemon/output/output_sink.h"
#include "daemon/output/target_forecast.h"
#include "daemon/user/user_code.h"

namespace fitd {
namespace {

// The horizon of the run, or else the longest season of its targets.
Result<int> DefaultHorizon(const OpenedRun& opened) {
  int horizon = opened.run.header.horizon;
  if (horizon > 0) return horizon;
  TargetFilter filter;
  filter.with_models = false;
  FITD_RETURN_IF_ERROR(opened.store.ForEachTarget(opened.run.run, filter, [&](const TargetRecord& target) {
    horizon = std::max(horizon, target.seasons.empty() ? kHorizonWithoutSeason : target.seasons[0]);
    return Status();
  }));
  return horizon;
}

Result<std::vector<std::string>> SelectColumns(const TargetForecaster& forecaster,
                                               const std::vector<std::string>& asked) {
  if (asked.empty()) return forecaster.DefaultNames();
  const std::vector<std::string> names = forecaster.Names();
  for (const std::string& name : asked) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Status(StatusCode::kUsage,
                    fmt::format("--model: the store has no '{}', it has {}", name, fmt::join(names, ", ")));
    }
  }
  return asked;
}

// Targets without numbers in a column, by the column's name. What users' algorithms lack is said elsewhere.
class EmptyForecasts {
 public:
  void Look(std::string_view target, std::span<const std::string> names, std::span<const Forecast> forecasts) {
    for (std::size_t i = 0; i < std::min(names.size(), forecasts.size()); ++i) {
      if (IsUserAlgorithm(names[i]) || IsUsable(forecasts[i].mean)) continue;
      Found& found = found_[names[i]];
      if (found.targets++ == 0) found.first = target;
    }
  }
  // False: there are none.
  bool Report() const {
    for (const auto& [name, found] : found_) {
      std::fprintf(stderr,
                   "fitd: %s has no numbers for %llu target%s, such as '%s'; train again, or ask for another --model\n",
                   name.c_str(), static_cast<unsigned long long>(found.targets), found.targets == 1 ? "" : "s",
                   found.first.c_str());
    }
    return !found_.empty();
  }

 private:
  struct Found {
    std::uint64_t targets = 0;
    std::string first;
  };
  std::map<std::string, Found> found_;
};

Status CheckTimes(const TargetRecord& target, int horizon) {
  const std::int64_t last = static_cast<std::int64_t>(target.num_values) - 1 + horizon;
  if (target.grid.At(last) < std::numeric_limits<TimeNs>::max()) return {};
  return {StatusCode::kUsage, fmt::format("--horizon: {} steps of {} after the data of '{}' reach past the year 2261",
                                          horizon, FormatStep(target.grid.step), target.id)};
}

}  // namespace

void ReportUserFailures(const std::vector<std::string>& failures) {
  constexpr std::size_t kNamed = 10;
  for (std::size_t i = 0; i < failures.size() && i < kNamed; ++i)
    std::fprintf(stderr, "fitd: %s\n", failures[i].c_str());
  if (failures.size() > kNamed) std::fprintf(stderr, "fitd: and %zu more\n", failures.size() - kNamed);
}

Result<int> WriteForecasts(const ForecastOptions& options, int fd, const std::string& name) {
  FITD_ASSIGN_OR_RETURN(const OpenedRun opened, OpenLatestRun(options.store, options.complete));
  FITD_ASSIGN_OR_RETURN(RunModels models, LoadRunModels(opened.store, opened.run));
  models.allow_code = options.allow_code;
  if (options.user_timeout > Duration::zero()) models.user_timeout = options.user_timeout;
  if (!options.python_path.empty()) {
    // The worker that imports runs in the folder of the training; these paths are relative to the caller's folder.
    models.user.python_path.clear();
    for (const std::string& folder : options.python_path) {
      std::error_code error;
      models.user.python_path.push_back(std::filesystem::absolute(folder, error).string());
      if (error) return StatusFromErrno(error.value(), "the working directory, to which " + folder + " is relative");
    }
  }
  TargetForecaster forecaster(std::move(models));
  ForecastLayout layout;
  layout.format = options.json ? ForecastFormat::kJson : ForecastFormat::kCsv;
  layout.target_column = options.nixtla ? "unique_id" : opened.run.header.target_column;
  layout.time_column = options.nixtla ? "ds" : opened.run.header.time_column;
  layout.time_form = opened.run.header.time_form();
  layout.levels = WithoutRepeats(options.levels);
  FITD_ASSIGN_OR_RETURN(layout.models, SelectColumns(forecaster, WithoutRepeats(options.models)));
  layout.horizon = options.horizon;
  if (layout.horizon == 0) {
    FITD_ASSIGN_OR_RETURN(layout.horizon, DefaultHorizon(opened));
  }
  DescriptorSink out(fd, name);
  ForecastWriter writer(layout, out);
  TargetFilter filter;
  filter.ids = WithoutRepeats(options.targets);
  std::vector<std::string> missing = filter.ids;
  EmptyForecasts empty;
  writer.Begin();
  FITD_RETURN_IF_ERROR(opened.store.ForEachTarget(opened.run.run, filter, [&](const TargetRecord& target) -> Status {
    if (options.cancel != nullptr && options.cancel->cancelled()) return {StatusCode::kCancelled, "ended by a signal"};
    FITD_RETURN_IF_ERROR(CheckTimes(target, layout.horizon));
    FITD_ASSIGN_OR_RETURN(const auto forecasts,
                          forecaster.Predict(target, layout.models, layout.horizon, layout.levels));
    std::erase(missing, target.id);
    empty.Look(target.id, layout.models, forecasts);
    return writer.Add(target.id, target.grid, target.num_values, forecasts);
  }));
  if (!missing.empty()) {
    return Status(
        StatusCode::kNotFound,
        fmt::format("{} has no target '{}'{}{}; fitd models lists what is there", options.store, missing.front(),
                    missing.size() == 1 ? "" : fmt::format(" and {} others asked for", missing.size() - 1),
                    NearestTarget(opened.store, opened.run, missing.front())));
  }
  FITD_RETURN_IF_ERROR(writer.End());
  if (options.failures != nullptr) {
    *options.failures = forecaster.user_failures();
  } else {
    ReportUserFailures(forecaster.user_failures());
  }
  for (const auto& [name, targets] : forecaster.stood_in()) {
    std::fprintf(stderr,
                 "fitd: %s was not fitted to %llu target%s of several models; the first of these stands there\n",
                 name.c_str(), static_cast<unsigned long long>(targets), targets == 1 ? "" : "s");
  }
  if (const std::uint64_t fallbacks = forecaster.fallbacks(); fallbacks > 0) {
    std::fprintf(stderr, "fitd: nothing could be fitted to %llu target%s; a fallback's numbers stand there, %s\n",
                 static_cast<unsigned long long>(fallbacks), fallbacks == 1 ? "" : "s",
                 "and fitd models --failed says why");
  }
  return !empty.Report() && forecaster.user_failures().empty() ? 0 : kExitSomeFailed;
}

Status CheckExport(const Job& job) {
  const std::string& path = job.export_to.path;
  if (path.empty()) return OkStatus();
  std::vector<std::string> inputs = InputsOf(job);
  for (const char* end : {"", "-wal", "-shm"}) inputs.push_back(job.store.path + end);
  Status status = CheckReplaceable(path);
  if (status.ok()) status = CheckIsNoInput(path, inputs);
  status = status.WithContext(SaidAt(job, "export.path") + ", the file of the forecasts");
  return status.code() == StatusCode::kUsage ? Status(StatusCode::kBadConfig, status.message()) : status;
}

Result<std::vector<std::string>> ExportForecasts(const Job& job, const CancelSource& cancel) {
  const std::string& path = job.export_to.path;
  FITD_RETURN_IF_ERROR(CheckExport(job));
  FITD_ASSIGN_OR_RETURN(PendingFile file, PendingFile::Create(path, 0640));
  ForecastOptions options;
  options.store = job.store.path;
  options.horizon = job.export_to.horizon;
  options.user_timeout = job.workers.target_timeout;
  options.cancel = &cancel;
  std::vector<std::string> failures;
  options.failures = &failures;
  FITD_RETURN_IF_ERROR(WriteForecasts(options, file.fd(), path).status());
  // Independent of the service's umask: its group must be able to read the file.
  if (::fchmod(file.fd(), 0640) != 0) return StatusFromErrno(errno, path);
  FITD_RETURN_IF_ERROR(file.Commit());
  return failures;
}

}  // namespace fitd
