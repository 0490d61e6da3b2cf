// Rolling-origin evaluation: at each cut the whole pipeline of a training run (global stage, fits in the workers,
// weights and intervals) sees only what came before, and its forecasts are held against what came. Daemon, main thread.
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
  int step = 0;   // between cuts; 0: the horizon
  int refit = 1;  // fit anew at every so manieth cut, between them the models go on; 0: only at the first
  std::vector<double> levels = {80, 95};  // of the rows' intervals, percent
  bool nixtla_columns = false;            // rows begin with unique_id,cutoff,ds,y
  OutputSink* rows = nullptr;             // where the rows go; null: nowhere
  PipelineOptions pipeline;
};

struct BacktestResult {
  AccuracyBoard board;                    // the run's models, the combination, and the seasonal naive forecast last
  std::vector<std::string> targets;       // of the board, sorted
  std::vector<std::vector<int>> seasons;  // of each target, as its last fit found them
  int windows = 0;                        // that could be evaluated
  int step = 0;
  int horizon = 0;
  int refit = 1;
  std::uint64_t left_out = 0;  // targets too short for any window
  double seconds = 0;
  std::vector<std::string> failures = {};  // of users' algorithms, window by window: no forecast was to be had
};

// Rows: `target,cutoff,time,actual,MODEL,MODEL-lo-80,...`, window by window, the earliest first, each sorted by target
// and time; `cutoff` is the time of the last point before the cut; target and time are named as in the data. Errors as
// RunPipeline; kInvalidInput when no series is long enough.
Result<BacktestResult> RunBacktest(const Job& job, const BacktestOptions& options, const SignalCancel& cancel,
                                   Progress& progress);

inline constexpr std::string_view kBaselineName = "seasonal-naive";

}  // namespace fitd
