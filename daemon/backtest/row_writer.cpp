#include "daemon/backtest/row_writer.h"

#include "common/number_format.h"
#include "common/text.h"

namespace fitd {

BacktestRowWriter::BacktestRowWriter(const Frame& frame, std::vector<std::string> models, std::vector<double> levels,
                                     bool nixtla_columns, OutputSink* sink)
    : models_(std::move(models)), levels_(std::move(levels)), sink_(sink), times_(frame.time_form()) {
  if (sink_ != nullptr) Header(frame, nixtla_columns);
}

void BacktestRowWriter::Header(const Frame& frame, bool nixtla_columns) {
  std::string& text = sink_->text();
  AppendCsvField(text, nixtla_columns ? "unique_id" : frame.target_column);
  text += ",cutoff,";
  AppendCsvField(text, nixtla_columns ? "ds" : frame.time_column);
  text += nixtla_columns ? ",y" : ",actual";
  for (const std::string& model : models_) {
    text += ',';
    AppendCsvField(text, model);
    for (const double level : levels_) {
      std::string percent;
      AppendNumber(percent, level);
      text += ',';
      AppendCsvField(text, model + "-lo-" + percent);
      text += ',';
      AppendCsvField(text, model + "-hi-" + percent);
    }
  }
  text += '\n';
}

Status BacktestRowWriter::Add(const SeriesView& series, std::int64_t cutoff, std::span<const double> actual,
                              std::span<const Forecast> forecasts) {
  if (sink_ == nullptr) return {};
  std::string head;
  AppendCsvField(head, series.id);
  head += ',';
  AppendCsvField(head, times_.Write(series.grid.At(cutoff - 1), series.grid.step));
  head += ',';
  std::string& text = sink_->text();
  const auto bound = [](const std::vector<double>& values, std::size_t h) {
    return h < values.size() ? values[h] : kNotAvailable;
  };
  for (std::size_t h = 0; h < actual.size(); ++h) {
    text += head;
    AppendCsvField(text, times_.Write(series.grid.At(cutoff + static_cast<std::int64_t>(h)), series.grid.step));
    text += ',';
    AppendNumber(text, actual[h]);
    for (std::size_t m = 0; m < models_.size(); ++m) {
      text += ',';
      AppendNumber(text, bound(forecasts[m].mean, h));
      for (const double level : levels_) {
        const ForecastInterval* interval = nullptr;
        for (const ForecastInterval& one : forecasts[m].intervals) {
          if (one.level == level) interval = &one;
        }
        text += ',';
        if (interval != nullptr) AppendNumber(text, bound(interval->lo, h));
        text += ',';
        if (interval != nullptr) AppendNumber(text, bound(interval->hi, h));
      }
    }
    text += '\n';
  }
  return sink_->Drain();
}

}  // namespace fitd
