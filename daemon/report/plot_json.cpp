#include "daemon/report/plot_json.h"

#include "common/number_format.h"
#include "common/text.h"

namespace fitd {
namespace {

void AppendPath(std::string& out, const char* name, const PlotPath& path, const TargetPlot& plot) {
  out += name;
  for (std::int64_t i = plot.begin(); i < plot.end(); ++i) {
    if (i > plot.begin()) out += ',';
    const bool there = i >= path.first && i < path.end();
    AppendJsonNumber(out, there ? path.values[static_cast<std::size_t>(i - path.first)] : kNotAvailable);
  }
  out += ']';
}

// A line or band that begins where the history ends.
PlotPath JoinedToLast(const PlotPath& path, const TargetPlot& plot) {
  PlotPath joined = path;
  if (plot.history.empty() || joined.empty()) return joined;
  joined.values.insert(joined.values.begin(), plot.history.values.back());
  --joined.first;
  return joined;
}

}  // namespace

void AppendPlotJson(std::string& out, const TargetPlot& plot) {
  out += "{\"target\":";
  AppendJsonText(out, plot.target);
  out += ",\"status\":";
  AppendJsonText(out, plot.status);
  out += ",\"model\":";
  AppendJsonText(out, plot.model);
  out += ",\"times\":[";
  const bool number = IsNumber(plot.time_form.format);
  const TimeWriter times(plot.time_form);
  for (std::int64_t i = plot.begin(); i < plot.end(); ++i) {
    if (i > plot.begin()) out += ',';
    const std::string time = times.Write(plot.grid.At(i), plot.grid.step);
    if (number) {
      out += time;
    } else {
      AppendJsonText(out, time);
    }
  }
  // For axes, which know no form of the data's.
  out += "],\"seconds\":[";
  for (std::int64_t i = plot.begin(); i < plot.end(); ++i) {
    if (i > plot.begin()) out += ',';
    const double unit = plot.time_form.format == TimeFormat::kCount ? 1 : 1e9;
    AppendJsonNumber(out, static_cast<double>(times.ToUtc(plot.grid.At(i), plot.grid.step)) / unit);
  }
  out += ']';
  AppendPath(out, ",\"history\":[", plot.history, plot);
  AppendPath(out, ",\"held_out\":[", plot.held_out, plot);
  AppendPath(out, ",\"forecast\":[", JoinedToLast(plot.forecast, plot), plot);
  out += ",\"bands\":[";
  for (const PlotBand& band : plot.bands) {
    if (&band != &plot.bands.front()) out += ',';
    out += "{\"level\":";
    AppendJsonNumber(out, band.level);
    AppendPath(out, ",\"lo\":[", JoinedToLast(band.lo, plot), plot);
    AppendPath(out, ",\"hi\":[", JoinedToLast(band.hi, plot), plot);
    out += '}';
  }
  out += "],\"anomalies\":[";
  for (const PlotMark& mark : plot.marks) {
    if (&mark != &plot.marks.front()) out += ',';
    out += "{\"point\":" + std::to_string(mark.point - plot.begin()) + ",\"value\":";
    AppendJsonNumber(out, mark.value);
    out += ",\"kind\":";
    AppendJsonText(out, mark.kind);
    out += ",\"score\":";
    AppendJsonNumber(out, mark.score);
    out += '}';
  }
  out += "]}";
}

}  // namespace fitd
