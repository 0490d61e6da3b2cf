// `fitd forecast`: forecasts as rows sorted by target and time. Daemon process; one thread; streams, memory: one
// target. CSV columns: the target and time columns named as in the training data, then per model NAME, NAME-lo-80,
// NAME-hi-80, ... for every level; an interval that a model does not have is empty. JSON: an array with one object a
// row, same keys, null for what is not there.
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

  // Once, before the first target: the header.
  void Begin();
  // One target's rows: its grid and number of values say when step 1 is. `forecasts` are in the layout's order of
  // models; a default-constructed one (no means) leaves its columns empty. Intervals are found by their level.
  Status Add(std::string_view target, const TimeGrid& grid, std::uint64_t num_values,
             std::span<const Forecast> forecasts);
  // Once, after the last target; everything is written when it returns OK.
  Status End();

 private:
  struct Column {
    std::string prefix;  // CSV: nothing; JSON: ,"NAME":
    std::size_t model;
    int bound;  // 0 mean, -1 lower, 1 upper
    double level;
  };

  void UpdateTimes(const TimeGrid& grid, std::uint64_t num_values);
  double ValueOf(const Column& column, const Forecast& forecast, std::size_t step) const;

  ForecastLayout layout_;
  TimeWriter time_writer_;
  OutputSink& out_;
  std::vector<Column> columns_;
  std::vector<std::string> times_;  // of the grid below; most targets of a fleet share theirs
  TimeGrid times_grid_;
  std::uint64_t times_num_values_ = 0;
  bool first_row_ = true;
};

}  // namespace fitd
