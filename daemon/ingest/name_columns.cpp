#include "daemon/ingest/name_columns.h"

#include <vector>

#include "daemon/csv/column_report.h"

namespace fitd {

void NameColumns(const CsvLayout& layout, const ColumnsTaken& columns, Frame& frame) {
  const auto joined = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "/") + name;
    return text;
  };
  // Several columns make one time, which has none of their names; nor has a column by its number.
  if (columns.times.size() == 1 && !layout.names[layout.times[0]].empty()) frame.time_column = columns.times[0];
  if (!columns.targets.empty()) frame.target_column = joined(columns.targets);
  if (!layout.wide() && layout.shape != CsvShape::kRows && !columns.values.empty()) {
    frame.value_column = joined(columns.values);
  }
}

std::string NoRowFits(const CsvLayout& layout) {
  return "no row can be used as it was read (" + DescribeColumns(ReportColumns(layout)) +
         "); say other columns, --time-format or --decimal";
}

}  // namespace fitd
