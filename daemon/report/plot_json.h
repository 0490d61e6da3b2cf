// A target's plot as JSON, for programs that draw it themselves. Daemon; pure.
#pragma once

#include <string>

#include "daemon/report/target_plot.h"

namespace fitd {

// {"target","status","model","times":[..],"history":[..],"held_out":[..],"forecast":[..],"bands":[{"level","lo","hi"}],
// "anomalies":[{"point","value","kind","score"}]}: one entry a point of the grid in every list but the last, null where
// a line has no value. Times as the data write them.
void AppendPlotJson(std::string& out, const TargetPlot& plot);

}  // namespace fitd
