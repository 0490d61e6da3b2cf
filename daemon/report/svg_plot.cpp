#include "daemon/report/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/text.h"
#include "daemon/report/axis.h"

namespace fitd {
namespace {

constexpr double kPlotLeft = 58;
constexpr double kPlotRight = 14;
constexpr double kPlotTop = 12;
constexpr double kPlotBottom = 26;
constexpr double kCaption = 44;            // of a plot that stands alone
constexpr std::size_t kMostPoints = 1500;  // of a path; beyond it the least and greatest of each column are drawn

// From grid points and values to the picture.
class Frame2d {
 public:
  Frame2d(const TargetPlot& plot, const SvgPlotOptions& options) : plot_(plot) {
    top_ = kPlotTop + (options.standalone ? kCaption : 0);
    right_ = options.width - kPlotRight;
    bottom_ = options.height - kPlotBottom;
    first_ = static_cast<double>(plot.grid.At(plot.begin()));
    last_ = static_cast<double>(plot.grid.At(std::max(plot.end() - 1, plot.begin())));
    if (last_ <= first_) last_ = first_ + 1;
    for (const PlotPath* path : {&plot.history, &plot.held_out, &plot.forecast}) Include(*path);
    IncludeBands();
    if (low_ > high_) low_ = 0, high_ = 1;
    SettleBounds(low_, high_);
    const double margin = (high_ - low_) * 0.05;
    low_ -= margin, high_ += margin;
  }

  double X(std::int64_t point) const { return XOfTime(static_cast<double>(plot_.grid.At(point))); }
  double XOfTime(double time) const { return kPlotLeft + (time - first_) / (last_ - first_) * (right_ - kPlotLeft); }
  double Y(double value) const {
    return bottom_ - (std::clamp(value, low_, high_) - low_) / (high_ - low_) * (bottom_ - top_);
  }
  double low() const { return low_; }
  double high() const { return high_; }
  double top() const { return top_; }
  double right() const { return right_; }
  double bottom() const { return bottom_; }

 private:
  void Include(const PlotPath& path) {
    for (const double v : path.values) {
      if (!std::isfinite(v)) continue;
      low_ = std::min(low_, v);
      high_ = std::max(high_, v);
    }
  }
  // Intervals and marks may not make a line of everything else: they widen the axis to thrice the values' range at
  // most.
  void IncludeBands() {
    if (low_ > high_) return;
    const double room = std::max(high_ - low_, 1e-9 * std::abs(high_));
    double low = low_;
    double high = high_;
    for (const PlotBand& band : plot_.bands) {
      for (const double v : band.lo.values) low = std::isfinite(v) ? std::min(low, v) : low;
      for (const double v : band.hi.values) high = std::isfinite(v) ? std::max(high, v) : high;
    }
    for (const PlotMark& mark : plot_.marks) {
      low = std::isfinite(mark.value) ? std::min(low, mark.value) : low;
      high = std::isfinite(mark.value) ? std::max(high, mark.value) : high;
    }
    low_ = std::max(low, low_ - room);
    high_ = std::min(high, high_ + room);
  }

  const TargetPlot& plot_;
  double top_, right_, bottom_;
  double first_ = 0, last_ = 1;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

void AppendPoint(std::string& out, bool move, double x, double y) {
  fmt::format_to(std::back_inserter(out), "{}{:.1f} {:.1f}", move ? 'M' : 'L', x, y);
}

// Picks the points with the least and the greatest value between `begin` and `end`, in their order.
void AppendExtremes(std::string& out, const PlotPath& path, std::size_t begin, std::size_t end, const Frame2d& frame,
                    bool& pen_up) {
  const auto first = path.values.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = path.values.begin() + static_cast<std::ptrdiff_t>(end);
  const auto less = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; };
  const auto greater = [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a > b; };
  const auto low = std::min_element(first, last, less);
  const auto high = std::min_element(first, last, greater);
  for (const auto at : {std::min(low, high), std::max(low, high)}) {
    if (!std::isfinite(*at)) {
      pen_up = true;
      continue;
    }
    AppendPoint(out, pen_up, frame.X(path.first + (at - path.values.begin())), frame.Y(*at));
    pen_up = false;
    if (low == high) break;
  }
}

// A line through the values, broken where one is missing.
void AppendLine(std::string& out, const PlotPath& path, std::string_view css, const Frame2d& frame) {
  if (path.empty()) return;
  if (path.values.size() == 1) {
    if (!std::isfinite(path.values[0])) return;
    fmt::format_to(std::back_inserter(out), "<circle class=\"{}-dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\"/>", css,
                   frame.X(path.first), frame.Y(path.values[0]));
    return;
  }
  fmt::format_to(std::back_inserter(out), "<path class=\"{}\" d=\"", css);
  const std::size_t per_column = (path.values.size() + kMostPoints - 1) / kMostPoints;
  bool pen_up = true;
  for (std::size_t i = 0; i < path.values.size(); i += per_column) {
    AppendExtremes(out, path, i, std::min(i + per_column, path.values.size()), frame, pen_up);
  }
  out += "\"/>";
}

// The closed piece of a band over the steps from `begin` to `end`, all of which have both bounds.
void AppendBandPiece(std::string& out, const PlotBand& band, std::size_t begin, std::size_t end, const TargetPlot& plot,
                     const Frame2d& frame) {
  // It begins at the last value, as the forecast does.
  const bool joined = begin == 0 && !plot.history.empty() && std::isfinite(plot.history.values.back());
  if (joined) AppendPoint(out, true, frame.X(plot.history.end() - 1), frame.Y(plot.history.values.back()));
  for (std::size_t i = begin; i < end; ++i) {
    AppendPoint(out, i == begin && !joined, frame.X(band.hi.first + static_cast<std::int64_t>(i)),
                frame.Y(band.hi.values[i]));
  }
  for (std::size_t i = end; i-- > begin;) {
    AppendPoint(out, false, frame.X(band.lo.first + static_cast<std::int64_t>(i)), frame.Y(band.lo.values[i]));
  }
  out += 'Z';
}

// A user's algorithm may leave out bounds: the band is broken there.
void AppendBand(std::string& out, const PlotBand& band, const TargetPlot& plot, const Frame2d& frame) {
  const std::size_t n = std::min(band.lo.values.size(), band.hi.values.size());
  std::string pieces;
  for (std::size_t end = 0, begin = 0; end <= n; ++end) {
    if (end < n && std::isfinite(band.lo.values[end]) && std::isfinite(band.hi.values[end])) continue;
    if (end > begin) AppendBandPiece(pieces, band, begin, end, plot, frame);
    begin = end + 1;
  }
  if (pieces.empty()) return;
  fmt::format_to(std::back_inserter(out), "<path class=\"{}\" d=\"{}\"/>", band.level >= 90 ? "p-wide" : "p-near",
                 pieces);
}

void AppendAxes(std::string& out, const TargetPlot& plot, const Frame2d& frame, const SvgPlotOptions& options) {
  out += "<g class=\"p-axis\">";
  for (const AxisTick& tick : ValueTicks(frame.low(), frame.high(), options.height / 55)) {
    const double y = frame.Y(tick.at);
    fmt::format_to(std::back_inserter(out),
                   "<path d=\"M{:.0f} {:.1f}H{:.0f}\"/><text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                   kPlotLeft, y, frame.right(), kPlotLeft - 8, y + 3.5, tick.label);
  }
  const TimeNs first = plot.grid.At(plot.begin());
  const TimeNs last = plot.grid.At(std::max(plot.end() - 1, plot.begin()));
  for (const AxisTick& tick : TimeTicks(first, last, options.width / 100)) {
    const double x = frame.XOfTime(tick.at);
    const char* anchor = x < kPlotLeft + 30 ? "start" : x > frame.right() - 30 ? "end" : "middle";
    fmt::format_to(std::back_inserter(out),
                   "<path class=\"p-tick\" d=\"M{:.1f} {:.0f}v4\"/><text x=\"{:.1f}\" y=\"{:.0f}\" "
                   "text-anchor=\"{}\">{}</text>",
                   x, frame.bottom(), x, frame.bottom() + 18, anchor, tick.label);
  }
  fmt::format_to(std::back_inserter(out), "<path class=\"p-base\" d=\"M{:.0f} {:.1f}H{:.0f}\"/></g>", kPlotLeft,
                 frame.bottom(), frame.right());
}

void AppendMarks(std::string& out, const TargetPlot& plot, const Frame2d& frame) {
  for (const PlotMark& mark : plot.marks) {
    if (!std::isfinite(mark.value)) continue;
    fmt::format_to(std::back_inserter(out), "<circle class=\"p-mark\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>",
                   frame.X(mark.point), frame.Y(mark.value));
    AppendMarkup(out, fmt::format("{}, score {:.0f}", mark.kind, mark.score));
    out += "</title></circle>";
  }
}

// The forecast's line begins at the last value that is known.
PlotPath Joined(const TargetPlot& plot) {
  PlotPath path = plot.forecast;
  if (!plot.history.empty() && !path.empty() && std::isfinite(plot.history.values.back())) {
    path.values.insert(path.values.begin(), plot.history.values.back());
    --path.first;
  }
  return path;
}

std::string Describe(const TargetPlot& plot) {
  std::string text = fmt::format("{} last values", plot.history.values.size());
  if (!plot.forecast.empty()) {
    text += fmt::format(" and a forecast of {} steps by {}, from {} to {}", plot.forecast.values.size(), plot.model,
                        HumanNumber(plot.forecast.values.front()), HumanNumber(plot.forecast.values.back()));
  }
  return text;
}

void AppendCaption(std::string& out, const TargetPlot& plot, const SvgPlotOptions& options) {
  out += "<text class=\"p-title\" x=\"14\" y=\"24\">";
  AppendMarkup(out, plot.target);
  out += "</text>";
  double x = 14;
  const auto entry = [&](std::string_view mark, const std::string& text) {
    fmt::format_to(std::back_inserter(out), "<g transform=\"translate({:.0f} 42)\">{}<text x=\"24\" y=\"3.5\">", x,
                   mark);
    AppendMarkup(out, text);
    out += "</text></g>";
    x += 34 + 6.2 * static_cast<double>(text.size());
  };
  out += "<g class=\"p-legend\">";
  if (!plot.history.empty()) entry("<path class=\"p-history\" d=\"M0 0H18\"/>", plot.column);
  if (!plot.held_out.empty()) entry("<path class=\"p-held\" d=\"M0 0H18\"/>", "held-out forecast");
  if (!plot.forecast.empty()) entry("<path class=\"p-forecast\" d=\"M0 0H18\"/>", "forecast: " + plot.model);
  for (const PlotBand& band : plot.bands) {
    if (x > options.width - 70) break;
    entry(band.level >= 90 ? "<path class=\"p-wide\" d=\"M0-5H18V5H0Z\"/>"
                           : "<path class=\"p-near\" d=\"M0-5H18V5H0Z\"/>",
          fmt::format("{:g} %", band.level));
  }
  out += "</g>";
}

}  // namespace

bool HasSomethingToPlot(const TargetPlot& plot) {
  const auto any = [](const PlotPath& path) {
    return std::any_of(path.values.begin(), path.values.end(), [](double v) { return std::isfinite(v); });
  };
  return any(plot.history) || any(plot.forecast);
}

void AppendMarkup(std::string& out, std::string_view text) {
  std::string printable;
  AppendPrintable(printable, text);
  for (const char c : printable) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
}

std::string_view PlotStyle() {
  // Okabe & Ito's blue and vermillion, which stay apart for every kind of colour blindness, lighter on dark ground.
  return R"css(.plot{--p-ink:#1b2733;--p-soft:#5d6b7a;--p-line:#e4e9ee;--p-blue:#0072b2;--p-warm:#d55e00}
@media(prefers-color-scheme:dark){.plot{--p-ink:#e6ebf1;--p-soft:#9aa7b4;--p-line:#2b3743;--p-blue:#56b4e9;--p-warm:#f0a25c}}
@media print{.plot{--p-ink:#1b2733;--p-soft:#5d6b7a;--p-line:#e4e9ee;--p-blue:#0072b2;--p-warm:#d55e00}}
.plot text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:var(--p-soft);font-variant-numeric:tabular-nums}
.plot path{fill:none}.plot .p-axis path{stroke:var(--p-line)}.plot .p-axis .p-base,.plot .p-axis .p-tick{stroke:var(--p-soft);stroke-opacity:.55}
.plot .p-history{stroke:var(--p-ink);stroke-width:1.4;stroke-linejoin:round}.plot .p-history-dot{fill:var(--p-ink)}
.plot .p-forecast{stroke:var(--p-blue);stroke-width:2;stroke-linejoin:round}.plot .p-forecast-dot{fill:var(--p-blue)}
.plot .p-held{stroke:var(--p-warm);stroke-width:1.6;stroke-dasharray:4 3}.plot .p-mark{fill:var(--p-warm);fill-opacity:.18;stroke:var(--p-warm);stroke-width:1.8}.plot .p-held-dot{fill:var(--p-warm)}
.plot .p-wide{fill:var(--p-blue);fill-opacity:.14}.plot .p-near{fill:var(--p-blue);fill-opacity:.2}
.plot .p-origin{stroke:var(--p-soft);stroke-dasharray:2 3}.plot .p-title{font-size:15px;font-weight:600;fill:var(--p-ink)}
)css";
}

void AppendSvgPlot(std::string& out, const TargetPlot& plot, const SvgPlotOptions& options) {
  out += "<svg class=\"plot\"";
  if (options.standalone) {
    fmt::format_to(std::back_inserter(out), " xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" y=\"{}\"",
                   options.width, options.height, options.y);
  }
  fmt::format_to(std::back_inserter(out), " viewBox=\"0 0 {} {}\" role=\"img\">", options.width, options.height);
  out += "<title>";
  AppendMarkup(out, plot.target);
  out += "</title><desc>";
  AppendMarkup(out, Describe(plot));
  out += "</desc>";
  if (options.standalone) {
    out += "<style>";
    out += PlotStyle();
    out +=
        ".plot .p-ground{fill:#fff}@media(prefers-color-scheme:dark){.plot .p-ground{fill:#10161d}}"
        "@media print{.plot .p-ground{fill:#fff}}</style><rect class=\"p-ground\" width=\"100%\" height=\"100%\"/>";
    AppendCaption(out, plot, options);
  }
  const Frame2d frame(plot, options);
  AppendAxes(out, plot, frame, options);
  for (const PlotBand& band : plot.bands) AppendBand(out, band, plot, frame);
  if (!plot.history.empty() && !plot.forecast.empty()) {
    fmt::format_to(std::back_inserter(out), "<path class=\"p-origin\" d=\"M{:.1f} {:.0f}V{:.0f}\"/>",
                   frame.X(plot.history.end() - 1), frame.top(), frame.bottom());
  }
  AppendLine(out, plot.history, "p-history", frame);
  AppendLine(out, plot.held_out, "p-held", frame);
  AppendLine(out, Joined(plot), "p-forecast", frame);
  AppendMarks(out, plot, frame);
  out += "</svg>";
}

}  // namespace fitd
