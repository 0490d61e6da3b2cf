#include "daemon/report/report_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "daemon/report/axis.h"
#include "daemon/report/svg_plot.h"

namespace fitd {
namespace {

constexpr double kWidth = 480;
constexpr double kHeight = 240;
constexpr double kLeft = 44;
constexpr double kRight = 12;
constexpr double kTop = 10;
constexpr double kBottom = 40;
constexpr std::size_t kColours = 8;  // classes s0 to s7 of the style sheet

double AcrossX(double share) {
  return kLeft + share * (kWidth - kLeft - kRight);
}
double AcrossY(double share) {
  return kHeight - kBottom - share * (kHeight - kTop - kBottom);
}

void Begin(std::string& out, std::string_view title) {
  fmt::format_to(std::back_inserter(out), "<svg class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\"><title>",
                 kWidth, kHeight);
  AppendMarkup(out, title);
  out += "</title>";
}

void AppendText(std::string& out, double x, double y, std::string_view anchor, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                 text);
}

void AppendPercentGrid(std::string& out) {
  for (const int percent : {0, 25, 50, 75, 100}) {
    const double y = AcrossY(percent / 100.0);
    fmt::format_to(std::back_inserter(out), "<path class=\"{}\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>",
                   percent == 0 ? "base" : "grid", kLeft, y, kWidth - kRight);
    AppendText(out, kLeft - 8, y + 3.5, "end", fmt::format("{}", percent));
  }
}

// Lines at round values from `low`, the base, to `high`.
void AppendValueGrid(std::string& out, double low, double high) {
  for (const AxisTick& tick : ValueTicks(low, high, 4)) {
    const double y = AcrossY((tick.at - low) / (high - low));
    if (tick.at > low) {
      fmt::format_to(std::back_inserter(out), "<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, y,
                     kWidth - kRight);
    }
    AppendText(out, kLeft - 8, y + 3.5, "end", tick.label);
  }
}

}  // namespace

void AppendCalibration(std::string& out, const FleetCombination& fleet) {
  std::string points;
  std::string line;
  for (const double level : kConformalLevels) {
    const double reached = fleet.Coverage(level);
    if (!std::isfinite(reached)) continue;
    fmt::format_to(std::back_inserter(line), "{}{:.1f} {:.1f}", line.empty() ? 'M' : 'L', AcrossX(level / 100),
                   AcrossY(reached));
    if (level == 80 || level == 95 || level == 50) {
      fmt::format_to(
          std::back_inserter(points),
          "<circle class=\"mark\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"><title>{:g} % interval: {:.1f} % of the "
          "held-out values inside</title></circle>",
          AcrossX(level / 100), AcrossY(reached), level, 100 * reached);
    }
  }
  Begin(out, "Share of held-out values inside the intervals, by the level of the interval");
  AppendPercentGrid(out);
  for (const int percent : {0, 25, 50, 75, 100}) {
    AppendText(out, AcrossX(percent / 100.0), kHeight - kBottom + 18, "middle", fmt::format("{}", percent));
  }
  AppendText(out, AcrossX(0.5), kHeight - 6, "middle", "level of the interval, %");
  fmt::format_to(std::back_inserter(out), "<path class=\"ideal\" d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>", AcrossX(0),
                 AcrossY(0), AcrossX(1), AcrossY(1));
  out += "<path class=\"line\" d=\"" + line + "\"/>" + points + "</svg>";
}

void AppendErrorHistogram(std::string& out, std::span<const double> sorted) {
  if (sorted.empty()) return;
  constexpr std::size_t kBins = 24;
  // The long tail goes into the last bin.
  const double most = std::max(sorted[(sorted.size() - 1) * 98 / 100] * 1.05, 1e-6);
  const double power = std::pow(10, std::floor(std::log10(most / kBins)));
  double width = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= most / kBins) {
      width = factor * power;
      break;
    }
  }
  std::array<std::size_t, kBins> counts{};
  for (const double v : sorted) ++counts[std::min<std::size_t>(static_cast<std::size_t>(v / width), kBins - 1)];
  const double tallest = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  Begin(out, "Targets by their error on held-out values");
  AppendValueGrid(out, 0, tallest);
  fmt::format_to(std::back_inserter(out), "<path class=\"base\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, AcrossY(0),
                 kWidth - kRight);
  for (std::size_t i = 0; i < kBins; ++i) {
    const double x = AcrossX(static_cast<double>(i) / kBins);
    const double y = AcrossY(static_cast<double>(counts[i]) / tallest);
    if (counts[i] > 0) {
      fmt::format_to(
          std::back_inserter(out),
          "<rect class=\"mark\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\"><title>"
          "{:g} to {} %: {} targets</title></rect>",
          x + 1, y, AcrossX(1.0 / kBins) - kLeft - 2, std::max(AcrossY(0) - y, 1.0), width * static_cast<double>(i),
          i + 1 == kBins ? "more" : fmt::format("{:g}", width * static_cast<double>(i + 1)), counts[i]);
    }
    if (i % 4 == 0)
      AppendText(out, x, kHeight - kBottom + 18, "middle", fmt::format("{:g}", width * static_cast<double>(i)));
  }
  AppendText(out, AcrossX(0.5), kHeight - 6, "middle", "held-out sMAPE, %");
  out += "</svg>";
}

void AppendSparkline(std::string& out, std::span<const double> values) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  out += "<svg class=\"spark\" viewBox=\"0 0 128 24\" preserveAspectRatio=\"none\" aria-hidden=\"true\">";
  if (values.size() > 1 && low <= high) {
    out += "<path vector-effect=\"non-scaling-stroke\" d=\"";
    bool pen_up = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) {
        pen_up = true;
        continue;
      }
      const double share = high > low ? (values[i] - low) / (high - low) : 0.5;
      fmt::format_to(std::back_inserter(out), "{}{:.0f} {:.1f}", pen_up ? 'M' : 'L',
                     128.0 * static_cast<double>(i) / static_cast<double>(values.size() - 1), 22 - 20 * share);
      pen_up = false;
    }
    out += "\"/>";
  }
  out += "</svg>";
}

void AppendParts(std::string& out, std::span<const Part> parts) {
  const double whole =
      std::accumulate(parts.begin(), parts.end(), 0.0, [](double sum, const Part& part) { return sum + part.size; });
  if (whole > 0) {
    out += "<div class=\"stack\" aria-hidden=\"true\">";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!(parts[i].size > 0)) continue;
      fmt::format_to(std::back_inserter(out), "<i class=\"s{}\" style=\"flex:{:.4f} 0 0\"></i>", i % kColours,
                     parts[i].size / whole);
    }
    out += "</div>";
  }
  out += "<div class=\"scroll\" tabindex=\"0\"><table><tbody>";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "<tr><th scope=\"row\"><span class=\"swatch s{}\"></span>", i % kColours);
    AppendMarkup(out, parts[i].name);
    out += "</th><td class=\"num\">";
    AppendMarkup(out, parts[i].label);
    if (!parts[i].more.empty()) out += "</td><td class=\"num soft\">" + parts[i].more;
    out += whole > 0 ? fmt::format("</td><td class=\"num soft\">{:.0f} %</td></tr>", 100 * parts[i].size / whole)
                     : "</td><td></td></tr>";
  }
  out += "</tbody></table></div>";
}

void AppendStepLines(std::string& out, std::string_view title, std::span<const StepLine> lines, double ideal) {
  std::size_t steps = 0;
  const bool about = std::isfinite(ideal);
  double low = about ? ideal : 0;
  double high = about ? ideal : 0;
  for (const StepLine& line : lines) {
    steps = std::max(steps, line.values.size());
    for (const double v : line.values) {
      if (!std::isfinite(v)) continue;
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  if (steps < 2 || !(high > 0)) return;
  const double room = about ? std::max(high - low, 1.0) : high;
  low -= about ? 0.15 * room : 0;
  high += about ? 0.1 * room : 0.05 * room;
  const auto across = [steps](std::size_t step) {
    return AcrossX(static_cast<double>(step) / static_cast<double>(steps - 1));
  };
  const auto up = [low, high](double v) { return AcrossY((v - low) / (high - low)); };
  Begin(out, title);
  AppendValueGrid(out, low, high);
  if (about) {
    fmt::format_to(std::back_inserter(out), "<path class=\"ideal\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, up(ideal),
                   kWidth - kRight);
  }
  fmt::format_to(std::back_inserter(out), "<path class=\"base\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", kLeft, AcrossY(0),
                 kWidth - kRight);
  for (std::size_t step = 0; step < steps; step += std::max<std::size_t>(1, (steps + 7) / 8)) {
    AppendText(out, across(step), kHeight - kBottom + 18, "middle", std::to_string(step + 1));
  }
  AppendText(out, AcrossX(0.5), kHeight - 6, "middle", "steps ahead");
  std::string legend;
  for (std::size_t i = lines.size(); i-- > 0;) {  // the first on top
    std::string path;
    bool pen_up = true;
    for (std::size_t step = 0; step < lines[i].values.size(); ++step) {
      const double v = lines[i].values[step];
      if (std::isfinite(v))
        fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", pen_up ? 'M' : 'L', across(step), up(v));
      pen_up = !std::isfinite(v);
    }
    if (path.empty()) continue;
    std::string name;
    AppendMarkup(name, lines[i].name);
    fmt::format_to(std::back_inserter(out), "<path class=\"steps c{}{}\" d=\"{}\"><title>{}</title></path>",
                   i % kColours, i == 0 ? " strong" : "", path, name);
    legend.insert(0, fmt::format("<li><span class=\"swatch s{}\"></span>{}</li>", i % kColours, name));
  }
  out += "</svg><ul class=\"legend\">" + legend + "</ul>";
}

}  // namespace fitd
