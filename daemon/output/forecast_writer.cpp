#include "daemon/output/forecast_writer.h"

#include "common/number_format.h"
#include "common/text.h"

namespace fitd {
namespace {

std::string JsonKey(std::string_view name) {
  std::string key = ",";
  AppendJsonText(key, name);
  return key + ":";
}

}  // namespace

ForecastWriter::ForecastWriter(ForecastLayout layout, OutputSink& out)
    : layout_(std::move(layout)), time_writer_(layout_.time_form), out_(out) {
  for (std::size_t model = 0; model < layout_.models.size(); ++model) {
    const std::string& name = layout_.models[model];
    columns_.push_back({name, model, 0, 0});
    for (const double level : layout_.levels) {
      std::string percent;
      AppendNumber(percent, level);
      columns_.push_back({name + "-lo-" + percent, model, -1, level});
      columns_.push_back({name + "-hi-" + percent, model, 1, level});
    }
  }
}

void ForecastWriter::Begin() {
  std::string& text = out_.text();
  if (layout_.format == ForecastFormat::kJson) {
    text += '[';
    for (Column& column : columns_) column.prefix = JsonKey(column.prefix);
    return;
  }
  AppendCsvField(text, layout_.target_column);
  text += ',';
  AppendCsvField(text, layout_.time_column);
  for (Column& column : columns_) {
    text += ',';
    AppendCsvField(text, column.prefix);
    column.prefix.assign(1, ',');
  }
  text += '\n';
}

Status ForecastWriter::Add(std::string_view target, const TimeGrid& grid, std::uint64_t num_values,
                           std::span<const Forecast> forecasts) {
  UpdateTimes(grid, num_values);
  const bool json = layout_.format == ForecastFormat::kJson;
  std::string quoted;
  if (json) {
    quoted = JsonKey(layout_.target_column).substr(1);
    AppendJsonText(quoted, target);
    quoted += JsonKey(layout_.time_column);
  } else {
    AppendCsvField(quoted, target);
    quoted += ',';
  }
  std::string& text = out_.text();
  for (std::size_t step = 0; step < times_.size(); ++step) {
    if (json) text += first_row_ ? "\n{" : ",\n{";
    first_row_ = false;
    text += quoted;
    text += times_[step];
    for (const Column& column : columns_) {
      text += column.prefix;
      const double value = ValueOf(column, forecasts[column.model], step);
      json ? AppendJsonNumber(text, value) : AppendNumber(text, value);
    }
    text += json ? "}" : "\n";
  }
  return out_.Drain();
}

Status ForecastWriter::End() {
  if (layout_.format == ForecastFormat::kJson) out_.text() += "\n]\n";
  return out_.Flush();
}

void ForecastWriter::UpdateTimes(const TimeGrid& grid, std::uint64_t num_values) {
  if (!times_.empty() && grid == times_grid_ && num_values == times_num_values_) return;
  times_grid_ = grid;
  times_num_values_ = num_values;
  times_.clear();
  for (int step = 0; step < layout_.horizon; ++step) {
    const std::string time = time_writer_.Write(grid.At(static_cast<std::int64_t>(num_values) + step), grid.step);
    // A time format may contain a comma or a quote: "03/21/2024, 12:00:00 AM".
    std::string& written = times_.emplace_back();
    if (layout_.format == ForecastFormat::kCsv) {
      AppendCsvField(written, time);
    } else if (IsNumber(layout_.time_form.format)) {
      written = time;
    } else {
      AppendJsonText(written, time);
    }
  }
}

double ForecastWriter::ValueOf(const Column& column, const Forecast& forecast, std::size_t step) const {
  if (column.bound == 0) return step < forecast.mean.size() ? forecast.mean[step] : kNotAvailable;
  for (const ForecastInterval& interval : forecast.intervals) {
    if (interval.level != column.level) continue;
    const std::vector<double>& bound = column.bound < 0 ? interval.lo : interval.hi;
    return step < bound.size() ? bound[step] : kNotAvailable;
  }
  return kNotAvailable;
}

}  // namespace fitd
