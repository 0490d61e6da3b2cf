// Writes the rows of a backtest as CSV. Daemon, main thread; streams.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/models/base/model.h"
#include "common/series/series.h"
#include "common/status.h"
#include "daemon/output/output_sink.h"

namespace fitd {

class BacktestRowWriter {
 public:
  // Names target and time columns as in the frame, or as the nixtla libraries do. `sink` may be null, and outlives the
  // writer.
  BacktestRowWriter(const Frame& frame, std::vector<std::string> models, std::vector<double> levels,
                    bool nixtla_columns, OutputSink* sink);

  // Writes the forecasts of one target for the points from `cutoff` on; `forecasts` are in the order of the models.
  Status Add(const SeriesView& series, std::int64_t cutoff, std::span<const double> actual,
             std::span<const Forecast> forecasts);

 private:
  void Header(const Frame& frame, bool nixtla_columns);

  std::vector<std::string> models_;
  std::vector<double> levels_;
  OutputSink* sink_;
  TimeWriter times_;
};

}  // namespace fitd
