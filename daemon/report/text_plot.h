// A target's plot for a terminal, of braille dots. Daemon; pure.
#pragma once

#include <string>

#include "daemon/report/target_plot.h"

namespace fitd {

struct TextPlotOptions {
  int columns = 80;
  int rows = 16;
  bool colour = false;
};

void AppendTextPlot(std::string& out, const TargetPlot& plot, const TextPlotOptions& options);

}  // namespace fitd
