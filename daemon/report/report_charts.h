// The small charts of a report. Each appends one <svg> or a few elements of HTML. Daemon; pure.
#pragma once

#include <span>
#include <string>

#include "daemon/report/run_report.h"

namespace fitd {

// How often held-out values were inside the intervals, by the intervals' level.
void AppendCalibration(std::string& out, const FleetCombination& fleet);
// How many targets have which error; `sorted` percents.
void AppendErrorHistogram(std::string& out, std::span<const double> sorted);
// The last values of a target, a few pixels high.
void AppendSparkline(std::string& out, std::span<const double> values);
// Parts of a whole as one bar and a legend with the numbers.
struct Part {
  std::string name;
  double size = 0;
  std::string label;
};
void AppendParts(std::string& out, std::span<const Part> parts);

}  // namespace fitd
