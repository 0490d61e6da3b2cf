// `fitd forecast`: forecasts as rows sorted by target and time. Daemon process; one thread; streams, memory: one
// target. CSV columns: target and time, named as in the training data, then for each model NAME, NAME-lo-80,
// NAME-hi-80, ... for every level; missing intervals are empty. JSON: an array with one object per row, same keys, null
// for missing values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/models/base/model.h"
#include "common/series/time_grid.h"
#include "common/status.h"
#include "daemon/output/output_sink.h"

namespace fitd {

enum class ForecastFormat { kCsv, kJson };

struct ForecastLayout {
  ForecastFormat format = ForecastFormat::kCsv;
  std::string target_column = "target";
  std::string time_column = "time";
  TimeForm time_form;
  std::vector<std::string> models;  // column names, in order
  std::vector<double> levels;       // percent, in order
  int horizon = 1;
};

class ForecastWriter {
 public:
  // The sink outlives the writer.
  ForecastWriter(ForecastLayout layout, OutputSink& out);

  // Writes the header. Call once, before the first target.
  void Begin();
  // Writes the rows of one target; step 1 follows its last value (`grid`, `num_values`). `forecasts`: one per model of
  // the layout; a default-constructed one leaves its columns empty. Intervals are found by their level.
  Status Add(std::string_view target, const TimeGrid& grid, std::uint64_t num_values,
             std::span<const Forecast> forecasts);
  // Call once, after the last target. On OK everything is written.
  Status End();

 private:
  struct Column {
    std::string prefix;  // CSV: empty; JSON: ,"NAME":
    std::size_t model;
    int bound;  // 0: mean, -1: lower bound, 1: upper bound
    double level;
  };

  void UpdateTimes(const TimeGrid& grid, std::uint64_t num_values);
  double ValueOf(const Column& column, const Forecast& forecast, std::size_t step) const;

  ForecastLayout layout_;
  TimeWriter time_writer_;
  OutputSink& out_;
  std::vector<Column> columns_;
  // The times of the rows of times_grid_ as text, cached as most targets of a fleet share a grid.
  std::vector<std::string> times_;
  TimeGrid times_grid_;
  std::uint64_t times_num_values_ = 0;
  bool first_row_ = true;
};

}  // namespace fitd
