#include "daemon/report/target_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "common/fit/local_fit.h"
#include "common/fit/model_archive.h"
#include "common/fit/target_history.h"
#include "daemon/store/last_values.h"

namespace fitd {
namespace {

constexpr std::array<double, 2> kBandLevels = {95, 80};

// Forecasts can reach past what 64-bit nanoseconds hold; a plot ends before.
int StepsThatHaveTimes(const TargetRecord& target, int horizon) {
  const auto last = [&](int h) { return target.grid.At(static_cast<std::int64_t>(target.num_values) - 1 + h); };
  while (horizon > 1 && last(horizon) == std::numeric_limits<TimeNs>::max()) horizon /= 2;
  return horizon;
}

std::string DescribeModel(const TargetRecord& target, const std::string& column) {
  if (column == kEnsembleName && target.status == FitStatus::kFitted) return column;
  if (target.models.empty()) return column;
  const Result<OutcomeHeader> header = DecodeOutcomeHeader(target.models.front().archive);
  if (!header.ok()) return column;
  return header->spec.empty() ? header->algorithm : header->algorithm + " " + header->spec;
}

}  // namespace

Result<PlotReader> PlotReader::Open(const Store& store, const RunInfo& run, const HistorySource* history,
                                    bool allow_code) {
  FITD_ASSIGN_OR_RETURN(RunModels models, LoadRunModels(store, run));
  models.allow_code = allow_code;
  return PlotReader(run, history, TargetForecaster(std::move(models)));
}

std::optional<std::vector<double>> PlotReader::HistoryOf(const TargetRecord& target) const {
  if (history_ != nullptr) {
    if (auto values = history_->ValuesOf(target)) return values;
  }
  return UnpackLastValues(target.last_values);
}

Result<TargetPlot> PlotReader::Read(const TargetRecord& target, int horizon, std::size_t most_history) {
  TargetPlot plot;
  plot.target = target.id;
  plot.grid = target.grid;
  plot.time_form = run_.header.time_form();
  plot.column = run_.header.value_column;
  plot.status = FitStatusName(target.status);
  const auto n = static_cast<std::int64_t>(target.num_values);
  if (const auto history = HistoryOf(target)) {
    const std::size_t kept = most_history == 0 ? history->size() : std::min(history->size(), most_history);
    plot.history.values.assign(history->end() - static_cast<std::ptrdiff_t>(kept), history->end());
    plot.history.first = n - static_cast<std::int64_t>(kept);
  }
  plot.forecast.first = n;
  if (horizon == 0) horizon = run_.header.horizon;
  if (horizon == 0) horizon = target.seasons.empty() ? kHorizonWithoutSeason : target.seasons.front();
  if (target.models.empty()) return plot;
  const std::vector<std::string> column = {forecaster_.DefaultNames().front()};
  plot.model = DescribeModel(target, column.front());
  FITD_ASSIGN_OR_RETURN(std::vector<Forecast> forecasts,
                        forecaster_.Predict(target, column, StepsThatHaveTimes(target, horizon), kBandLevels));
  plot.forecast.values = std::move(forecasts.front().mean);
  for (ForecastInterval& interval : forecasts.front().intervals) {
    if (interval.lo.size() != plot.forecast.values.size() || interval.hi.size() != interval.lo.size()) continue;
    plot.bands.push_back({interval.level, {n, std::move(interval.lo)}, {n, std::move(interval.hi)}});
  }
  FITD_ASSIGN_OR_RETURN(HeldOutForecast held_out, forecaster_.PredictHeldOut(target, {}));
  // Where values are missing (gaps=none) the held-out ones are not the last points of the grid.
  const bool in_place =
      std::none_of(plot.history.values.begin(), plot.history.values.end(), [](double v) { return std::isnan(v); });
  if (in_place) {
    plot.held_out.values = std::move(held_out.forecast.mean);
    // Of the values that the models were fitted to; updates have added others.
    const std::optional<TargetHistory> known = DecodeHistory(target.history);
    const bool updated = known && known->fitted_values > 0 && known->fitted_values < target.num_values;
    const std::int64_t fitted = updated ? static_cast<std::int64_t>(known->fitted_values) : n;
    plot.held_out.first = fitted - static_cast<std::int64_t>(plot.held_out.values.size());
  }
  return plot;
}

void MarkAnomaly(TargetPlot& plot, const StoredAnomaly& event) {
  if (event.target != plot.target || event.scope == AnomalyScope::kFleet || !std::isfinite(event.value)) return;
  std::int64_t low = plot.begin();
  std::int64_t high = plot.end();
  if (low >= high || event.peak < plot.grid.At(low) || event.peak >= plot.grid.At(high)) return;
  while (high - low > 1) {  // the last point that is not behind the event's
    const std::int64_t middle = low + (high - low) / 2;
    (plot.grid.At(middle) <= event.peak ? low : high) = middle;
  }
  plot.marks.push_back({low, event.value, event.kind, event.score});
}

}  // namespace fitd
