#include "daemon/report/text_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/text.h"
#include "daemon/report/axis.h"

namespace fitd {
namespace {

constexpr int kLabelColumns = 9;

// Dots of 2 x 4 a character. What is drawn later has its colour in a character that both touch.
class Canvas {
 public:
  Canvas(int columns, int rows)
      : columns_(columns), rows_(rows), cells_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

  int width() const { return 2 * columns_; }
  int height() const { return 4 * rows_; }

  void Dot(int x, int y, int colour) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) return;
    static constexpr unsigned kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell =
        cells_[static_cast<std::size_t>(y / 4) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x / 2)];
    cell.dots |= kBits[y % 4][x % 2];
    cell.colour = colour;
  }
  void Line(int x0, int y0, int x1, int y1, int colour) {
    const int steps = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= steps; ++i) {
      Dot(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, colour);
    }
  }
  void AppendRow(std::string& out, int row, bool colours) const {
    int current = 0;
    for (int c = 0; c < columns_; ++c) {
      const Cell& cell =
          cells_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(c)];
      if (colours && cell.dots != 0 && cell.colour != current) {
        current = cell.colour;
        out += current == 0 ? "\x1b[0m" : fmt::format("\x1b[{}m", current);
      }
      if (cell.dots == 0) {
        out += ' ';
      } else {
        AppendUtf8(out, 0x2800 + cell.dots);
      }
    }
    if (current != 0) out += "\x1b[0m";
    while (!out.empty() && out.back() == ' ') out.pop_back();
  }

 private:
  struct Cell {
    unsigned dots = 0;
    int colour = 0;
  };
  int columns_;
  int rows_;
  std::vector<Cell> cells_;
};

constexpr int kHistoryColour = 0;
constexpr int kForecastColour = 34;
constexpr int kHeldOutColour = 33;
constexpr int kBandColour = 36;

class Drawing {
 public:
  Drawing(const TargetPlot& plot, const TextPlotOptions& options)
      : plot_(plot), canvas_(std::max(options.columns - kLabelColumns - 2, 8), std::max(options.rows, 4)) {
    for (const PlotPath* path : {&plot.history, &plot.held_out, &plot.forecast}) Include(*path);
    if (low_ > high_) low_ = 0, high_ = 1;
    const double room = high_ - low_;
    double low = low_;
    double high = high_;
    for (const PlotBand& band : plot.bands) {
      if (band.level >= 90) continue;
      for (const double v : band.lo.values) low = std::isfinite(v) ? std::min(low, v) : low;
      for (const double v : band.hi.values) high = std::isfinite(v) ? std::max(high, v) : high;
    }
    low_ = std::max(low, low_ - room);
    high_ = std::min(high, high_ + room);
    SettleBounds(low_, high_);
  }

  void Draw() {
    for (const PlotBand& band : plot_.bands) {
      if (band.level >= 90) continue;
      DrawDots(band.lo);
      DrawDots(band.hi);
    }
    DrawLine(plot_.history, kHistoryColour);
    DrawLine(plot_.held_out, kHeldOutColour);
    PlotPath joined = plot_.forecast;
    if (!plot_.history.empty() && !joined.empty()) {
      joined.values.insert(joined.values.begin(), plot_.history.values.back());
      --joined.first;
    }
    DrawLine(joined, kForecastColour);
  }

  void Append(std::string& out, const TextPlotOptions& options) const {
    std::vector<std::string> labels(static_cast<std::size_t>(canvas_.height() / 4));
    for (const AxisTick& tick : ValueTicks(low_, high_, std::max(2, canvas_.height() / 16))) {
      labels[static_cast<std::size_t>(Y(tick.at) / 4)] = tick.label;
    }
    for (std::size_t row = 0; row < labels.size(); ++row) {
      out += fmt::format("{:>{}} {}", labels[row], kLabelColumns, labels[row].empty() ? "│" : "┤");
      canvas_.AppendRow(out, static_cast<int>(row), options.colour);
      out += '\n';
    }
    AppendTimes(out);
  }

 private:
  void Include(const PlotPath& path) {
    for (const double v : path.values) {
      if (!std::isfinite(v)) continue;
      low_ = std::min(low_, v);
      high_ = std::max(high_, v);
    }
  }
  int X(std::int64_t point) const {
    const auto span = std::max<std::int64_t>(plot_.end() - 1 - plot_.begin(), 1);
    return static_cast<int>((point - plot_.begin()) * (canvas_.width() - 1) / span);
  }
  int Y(double value) const {
    const double share = (std::clamp(value, low_, high_) - low_) / (high_ - low_);
    return static_cast<int>(std::lround((1 - share) * (canvas_.height() - 1)));
  }
  void DrawLine(const PlotPath& path, int colour) {
    for (std::size_t i = 0; i < path.values.size(); ++i) {
      if (!std::isfinite(path.values[i])) continue;
      const std::int64_t at = path.first + static_cast<std::int64_t>(i);
      if (i == 0 || !std::isfinite(path.values[i - 1])) {
        canvas_.Dot(X(at), Y(path.values[i]), colour);
        continue;
      }
      canvas_.Line(X(at - 1), Y(path.values[i - 1]), X(at), Y(path.values[i]), colour);
    }
  }
  void DrawDots(const PlotPath& path) {
    for (std::size_t i = 0; i < path.values.size(); ++i) {
      if (!std::isfinite(path.values[i])) continue;
      canvas_.Dot(X(path.first + static_cast<std::int64_t>(i)), Y(path.values[i]), kBandColour);
    }
  }
  // The axis, the times of its ends and of the last value.
  void AppendTimes(std::string& out) const {
    const int columns = canvas_.width() / 2;
    const bool origin = !plot_.history.empty() && !plot_.forecast.empty();
    const int mark = origin ? X(plot_.history.end() - 1) / 2 : -1;
    out += std::string(kLabelColumns, ' ') + " └";
    for (int c = 0; c < columns; ++c) out += c == mark ? "┴" : "─";
    out += '\n';
    const TimeWriter times(plot_.time_form);
    const auto time = [&](std::int64_t point) { return times.Write(plot_.grid.At(point), plot_.grid.step); };
    std::string line = time(plot_.begin());
    const std::string last = time(std::max(plot_.end() - 1, plot_.begin()));
    if (origin) {
      const std::string now = time(plot_.history.end() - 1);
      const int at = mark - static_cast<int>(now.size()) + 1;
      const bool fits = at > static_cast<int>(line.size()) + 1;
      if (fits) line += std::string(static_cast<std::size_t>(at) - line.size(), ' ') + now;
    }
    const int at = columns - static_cast<int>(last.size());
    if (at > static_cast<int>(line.size())) line += std::string(static_cast<std::size_t>(at) - line.size(), ' ') + last;
    out += std::string(kLabelColumns + 2, ' ') + line + '\n';
  }

  const TargetPlot& plot_;
  Canvas canvas_;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

void AppendTextPlot(std::string& out, const TargetPlot& plot, const TextPlotOptions& options) {
  AppendPrintable(out, plot.target);
  if (!plot.forecast.empty()) {
    out += "  ";
    AppendPrintable(out, plot.model);
    out += fmt::format(", {} steps", plot.forecast.values.size());
    for (const PlotBand& band : plot.bands) {
      if (band.level < 90) out += fmt::format(", dotted: {:g} %", band.level);
    }
  }
  out += '\n';
  Drawing drawing(plot, options);
  drawing.Draw();
  drawing.Append(out, options);
}

}  // namespace fitd
