// The small charts of a report. Each appends one <svg> or a few elements of HTML. Daemon; pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  std::string more = {};  // another column; empty: none
};
void AppendParts(std::string& out, std::span<const Part> parts);
// A measure by step ahead, one line a model, with a legend; the first is the one to look at. Lines without any
// value keep their colour and are left out. With an `ideal` the axis is about it and it is dashed, else the axis begins
// at 0.
struct StepLine {
  std::string name;
  std::vector<double> values;  // NaN where there is none
};
void AppendStepLines(std::string& out, std::string_view title, std::span<const StepLine> lines,
                     double ideal = kNotAvailable);

}  // namespace fitd
