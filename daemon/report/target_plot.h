// What a plot of one target shows, whatever draws it: last values, what was forecast for the held-out ones, and the
// forecast with its intervals. Daemon; one reader per run, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/output/target_forecast.h"
#include "daemon/report/history_source.h"
#include "daemon/store/anomaly_table.h"
#include "daemon/store/model_store.h"

namespace fitd {

// Values at consecutive points of the target's grid, from point `first` on.
struct PlotPath {
  std::int64_t first = 0;
  std::vector<double> values;  // NaN where there is none

  bool empty() const { return values.empty(); }
  std::int64_t end() const { return first + static_cast<std::int64_t>(values.size()); }
};

struct PlotBand {
  double level = 0;  // percent
  PlotPath lo, hi;   // of equal length
};

// An unusual value: of the history, or what came where the forecast is.
struct PlotMark {
  std::int64_t point = 0;
  double value = 0;
  std::string kind;
  double score = 0;  // 0 to 100
};

struct TargetPlot {
  std::string target;
  TimeGrid grid;
  TimeForm time_form;
  std::string column;  // of the values, as the data names it
  std::string status;  // "fitted", ...
  std::string model;   // the forecast's: "ensemble", or a model's name with its form
  PlotPath history;    // ends where the forecast begins; empty when the store keeps none
  PlotPath held_out;   // forecast without having seen these last values of the history
  PlotPath forecast;
  std::vector<PlotBand> bands;  // widest first
  std::vector<PlotMark> marks;

  // The first and last point of the grid that is drawn.
  std::int64_t begin() const { return history.empty() ? forecast.first : history.first; }
  std::int64_t end() const { return forecast.end(); }
};

// Makes plots of the targets of one run; they must have been read with models and history.
class PlotReader {
 public:
  // `history`: where values come from instead of the store; outlives the reader, may be null. `allow_code`: run users'
  // code whoever owns the store.
  static Result<PlotReader> Open(const Store& store, const RunInfo& run, const HistorySource* history,
                                 bool allow_code = false);

  // `horizon` 0: what the target was tuned for. `most_history` 0: all that is kept.
  Result<TargetPlot> Read(const TargetRecord& target, int horizon, std::size_t most_history);
  // What came before the forecast, as far as it is known; NaN where a value is missing.
  std::optional<std::vector<double>> HistoryOf(const TargetRecord& target) const;
  TargetForecaster& forecaster() { return forecaster_; }

 private:
  PlotReader(RunInfo run, const HistorySource* history, TargetForecaster forecaster)
      : run_(std::move(run)), history_(history), forecaster_(std::move(forecaster)) {}

  RunInfo run_;
  const HistorySource* history_;
  TargetForecaster forecaster_;
};

// Marks the event's most unusual value when it is the plot's target's and its time is drawn.
void MarkAnomaly(TargetPlot& plot, const StoredAnomaly& event);

}  // namespace fitd
