#include "daemon/backtest/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "common/clock.h"
#include "common/series/gaps.h"
#include "common/series/usual_season.h"
#include "daemon/backtest/moved_target.h"
#include "daemon/backtest/row_writer.h"
#include "daemon/backtest/scratch_folder.h"
#include "daemon/backtest/windows.h"
#include "daemon/output/target_forecast.h"
#include "daemon/plan/job_data.h"
#include "daemon/store/model_store.h"

namespace fitd {
namespace {

// The usual season of most targets' steps: the default horizon.
int CommonSeason(const Frame& frame) {
  std::map<int, std::size_t> counts;
  for (std::size_t i = 0; i < frame.size(); ++i) ++counts[UsualSeason(frame[i].grid.step)];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? 1 : std::max(most->first, 1);
}

std::vector<double> AllLevels(const std::vector<double>& asked) {
  std::vector<double> levels(kCrpsLevels.begin(), kCrpsLevels.end());
  levels.push_back(95);
  levels.insert(levels.end(), asked.begin(), asked.end());
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

// Removes the first `steps` points, which lie before the cut.
void DropSteps(Forecast& forecast, std::size_t steps) {
  const auto drop = [steps](std::vector<double>& values) {
    values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(std::min(steps, values.size())));
  };
  drop(forecast.mean);
  for (ForecastInterval& interval : forecast.intervals) {
    drop(interval.lo);
    drop(interval.hi);
  }
}

class Backtest {
 public:
  Backtest(const Job& job, const BacktestOptions& options, const SignalCancel& cancel, Progress& progress,
           ScratchFolder scratch)
      : job_(job),
        options_(options),
        pipeline_(options.pipeline),
        cancel_(cancel),
        progress_(progress),
        scratch_(std::move(scratch)),
        levels_(AllLevels(options.levels)) {
    pipeline_.scratch = true;
  }

  Result<BacktestResult> Run() {
    const Monotonic start = clock_.Now();
    FITD_RETURN_IF_ERROR(Load());
    for (int window = 0; window < plan_.windows; ++window) FITD_RETURN_IF_ERROR(Evaluate(window));
    if (!result_) return Status(StatusCode::kInvalidInput, DescribeTooShort());
    if (options_.rows != nullptr) FITD_RETURN_IF_ERROR(options_.rows->Flush());
    for (const bool seen : seen_) result_->left_out += seen ? 0 : 1;
    result_->seconds = std::chrono::duration<double>(clock_.Now() - start).count();
    return *std::move(result_);
  }

 private:
  Status Load() {
    plan_.gaps = job_.data.gaps;
    plan_.keep_outliers = job_.data.keep_outliers;
    job_.data.gaps = GapPolicy::kNone;  // gaps are filled at each cut, only from values before it
    job_.data.keep_outliers = true;
    FITD_ASSIGN_OR_RETURN(IngestResult data, LoadJobData(job_, cancel_, progress_));
    full_ = std::move(data.frame);
    seen_.assign(full_.size(), false);
    plan_.horizon = job_.models.horizon > 0 ? job_.models.horizon : CommonSeason(full_);
    plan_.windows = options_.windows;
    plan_.step = options_.step > 0 ? options_.step : plan_.horizon;
    job_.models.horizon = plan_.horizon;
    job_.data.gaps = plan_.gaps;
    job_.data.keep_outliers = plan_.keep_outliers;
    job_.store.keep_history = 0;  // the stores of windows are temporary
    return {};
  }

  // Forecasts one cut, with models fitted there or models of an earlier cut that were moved on.
  Status Evaluate(int window) {
    const bool due = !fitted_ || (options_.refit > 0 && (window - fitted_at_) % options_.refit == 0);
    if (due) FITD_RETURN_IF_ERROR(Fit(window));
    if (!fitted_) return {};
    Begin(fitted_->forecaster.Names());
    const std::size_t known = fitted_->forecaster.user_failures().size();
    FITD_RETURN_IF_ERROR(fitted_->store.ForEachTarget(fitted_->run.run, {}, [&](const TargetRecord& target) -> Status {
      if (cancel_.cancelled()) return cancel_.status();
      const WindowTarget& fit = targets_[target.index];
      return window == fitted_at_ ? Judge(target, fit) : GoOn(target, fit, window);
    }));
    const std::vector<std::string>& failures = fitted_->forecaster.user_failures();
    for (std::size_t i = known; i < failures.size(); ++i) {
      result_->failures.push_back(fmt::format("window {} of {}: {}", window + 1, plan_.windows, failures[i]));
    }
    return {};
  }

  Status Fit(int window) {
    Window cut = CutFrame(full_, plan_, window);
    if (cut.targets.empty()) return {};
    fitted_.reset();
    scratch_.Remove(fitted_at_);
    targets_ = std::move(cut.targets);
    fitted_at_ = window;
    IngestResult data;
    data.frame = std::move(cut.frame);
    job_.store.path = scratch_.File(window);
    FITD_RETURN_IF_ERROR(RunPipeline(job_, pipeline_, cancel_, progress_, std::move(data))
                             .status()
                             .WithContext(fmt::format("window {} of {}", window + 1, plan_.windows)));
    FITD_ASSIGN_OR_RETURN(Store store, Store::Open(job_.store.path, Store::Mode::kRead));
    FITD_ASSIGN_OR_RETURN(RunInfo run, store.LatestRun());
    FITD_ASSIGN_OR_RETURN(RunModels models, LoadRunModels(store, run));
    fitted_.emplace(std::move(store), std::move(run), std::move(models));
    return {};
  }

  // Forecasts at a later cut than the one that `target` was fitted at.
  Status GoOn(const TargetRecord& target, const WindowTarget& fit, int window) {
    const SeriesView series = full_[fit.series];
    WindowTarget now = fit;
    now.cutoff = plan_.Cutoff(series.values.size(), window);
    now.known = LastKnown(series, now.cutoff);
    const auto first = static_cast<std::size_t>(fit.known);
    const std::span<const double> values = series.values.subspan(first, static_cast<std::size_t>(now.known) - first);
    FITD_ASSIGN_OR_RETURN(const MovedTarget moved, MovedTarget::Move(target, fitted_->forecaster.models(), values));
    return Judge(moved.record(), now);
  }

  // Prepares the result at the first window; later windows only start another cut.
  void Begin(std::vector<std::string> names) {
    if (result_) {
      result_->board.NextCut();
      ++result_->windows;
      return;
    }
    names_ = names;
    if (std::find(names.begin(), names.end(), kBaselineName) == names.end()) names.emplace_back(kBaselineName);
    writer_.emplace(full_, names_, options_.levels, options_.nixtla_columns, options_.rows);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < full_.size(); ++i) ids.emplace_back(full_[i].id);
    result_.emplace(BacktestResult{AccuracyBoard(std::move(names), plan_.horizon, full_.size()), std::move(ids),
                                   std::vector<std::vector<int>>(full_.size()), 1, plan_.step, plan_.horizon,
                                   options_.refit, 0, 0});
  }

  Status Judge(const TargetRecord& target, const WindowTarget& place) {
    const SeriesView series = full_[place.series];
    const std::int64_t ahead = place.cutoff - place.known;  // missing points between the last value and the cut
    const std::span<const double> actual =
        series.values.subspan(static_cast<std::size_t>(place.cutoff), static_cast<std::size_t>(plan_.horizon));
    FITD_ASSIGN_OR_RETURN(
        std::vector<Forecast> forecasts,
        fitted_->forecaster.Predict(target, names_, plan_.horizon + static_cast<int>(ahead), levels_));
    for (Forecast& forecast : forecasts) DropSteps(forecast, static_cast<std::size_t>(ahead));
    FITD_RETURN_IF_ERROR(writer_->Add(series, place.cutoff, actual, forecasts));
    std::vector<double> known(series.values.begin(), series.values.begin() + place.known);
    WindowPlan filled = plan_;
    if (filled.gaps == GapPolicy::kNone) filled.gaps = GapPolicy::kLinear;
    Complete(known, filled, series.grid.step);
    const int season = std::max(UsualSeason(series.grid.step), 1);
    if (result_->board.models().size() > forecasts.size()) {
      Forecast naive;
      naive.mean = SeasonalNaive(known, season, plan_.horizon + static_cast<int>(ahead));
      DropSteps(naive, static_cast<std::size_t>(ahead));
      forecasts.push_back(std::move(naive));
    }
    result_->board.Add(place.series, actual, ScaleOf(known, season), forecasts);
    result_->seasons[place.series] = target.seasons;
    seen_[place.series] = true;
    return {};
  }

  std::string DescribeTooShort() const {
    std::uint64_t longest = 0;
    for (std::size_t i = 0; i < full_.size(); ++i) longest = std::max<std::uint64_t>(longest, full_[i].values.size());
    return fmt::format(
        "no target is long enough: the longest has {} points, a horizon of {} needs {} for one window; name a shorter "
        "--horizon",
        longest, plan_.horizon, plan_.horizon + kFewestBeforeCut);
  }

  Job job_;
  const BacktestOptions& options_;
  PipelineOptions pipeline_;
  const SignalCancel& cancel_;
  Progress& progress_;
  ScratchFolder scratch_;
  std::vector<double> levels_;
  SystemClock clock_;
  struct Fitted {
    Fitted(Store&& its_store, RunInfo&& its_run, RunModels&& models)
        : store(std::move(its_store)), run(std::move(its_run)), forecaster(std::move(models), StandIn::kNothing) {}
    Store store;
    RunInfo run;
    TargetForecaster forecaster;
  };

  WindowPlan plan_;
  Frame full_;
  std::optional<Fitted> fitted_;
  std::vector<WindowTarget> targets_;  // of the fitted run
  int fitted_at_ = 0;
  std::vector<bool> seen_;
  std::vector<std::string> names_;
  std::optional<BacktestRowWriter> writer_;
  std::optional<BacktestResult> result_;
};

}  // namespace

Result<BacktestResult> RunBacktest(const Job& job, const BacktestOptions& options, const SignalCancel& cancel,
                                   Progress& progress) {
  FITD_ASSIGN_OR_RETURN(ScratchFolder scratch, ScratchFolder::Make());
  return Backtest(job, options, cancel, progress, std::move(scratch)).Run();
}

}  // namespace fitd
