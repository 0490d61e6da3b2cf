// A target's plot as SVG: on its own (`fitd plot`), or as part of a page that has the style sheet already. Daemon;
// pure.
#pragma once

#include <string>
#include <string_view>

#include "daemon/report/target_plot.h"

namespace fitd {

struct SvgPlotOptions {
  int width = 720;
  int height = 260;
  int y = 0;                // of its top in a picture around it
  bool standalone = false;  // a file: with its own style, title and legend
};

// "<svg ...>...</svg>". Colours come from CSS variables, so that a page's dark mode and print style apply.
void AppendSvgPlot(std::string& out, const TargetPlot& plot, const SvgPlotOptions& options);

// A plot that has nothing to show says so: no history and no forecast.
bool HasSomethingToPlot(const TargetPlot& plot);

// Bytes of any kind as text in HTML or SVG; what is not UTF-8 is shown as \x80.
void AppendMarkup(std::string& out, std::string_view text);

// The classes and colours that plots use.
std::string_view PlotStyle();

}  // namespace fitd
