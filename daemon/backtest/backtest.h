// Rolling-origin evaluation: at each cut the whole pipeline of a training run (global stage, fits in workers, weights
// and intervals) sees only earlier values, and its forecasts are compared with the values after the cut. Daemon, main
// thread.
#pragma once

#include <string>
#include <vector>

#include "common/job/job.h"
#include "common/status.h"
#include "daemon/backtest/accuracy.h"
#include "daemon/output/output_sink.h"
#include "daemon/plan/signal_cancel.h"
#include "daemon/progress/progress.h"
#include "daemon/train/pipeline.h"

namespace fitd {

struct BacktestOptions {
  int windows = 3;
  int step = 0;   // points between cuts; 0: the horizon
  int refit = 1;  // refit at every N-th cutoff, models are moved on in between; 0: only at the first
  std::vector<double> levels = {80, 95};  // of the intervals in the rows, percent
  bool nixtla_columns = false;            // rows begin with unique_id,cutoff,ds,y
  OutputSink* rows = nullptr;             // receives the rows; null: no rows
  PipelineOptions pipeline;
};

struct BacktestResult {
  AccuracyBoard board;               // the run's models, the combination, and the seasonal naive forecast as last one
  std::vector<std::string> targets;  // the targets of the board, sorted
  std::vector<std::vector<int>> seasons;  // of each target, as found by its last fit
  int windows = 0;                        // windows that could be evaluated
  int step = 0;
  int horizon = 0;
  int refit = 1;
  std::uint64_t left_out = 0;  // targets too short for any window
  double seconds = 0;
  std::vector<std::string> failures = {};  // errors of users' algorithms that gave no forecast, by window
};

// Rows are `target,cutoff,time,actual,MODEL,MODEL-lo-80,...`, from the earliest window to the latest, sorted by target
// and time within a window. `cutoff`: time of the last point before the cut. Target and time columns are named as in
// the data. Errors as RunPipeline; kInvalidInput when no series is long enough.
Result<BacktestResult> RunBacktest(const Job& job, const BacktestOptions& options, const SignalCancel& cancel,
                                   Progress& progress);

inline constexpr std::string_view kBaselineName = "seasonal-naive";

}  // namespace fitd
