#include "daemon/ingest/name_columns.h"

#include <vector>

#include "common/text.h"
#include "daemon/csv/column_report.h"
#include "daemon/ingest/row_counts.h"
#include "daemon/times/time_parser.h"

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

std::string NoRowFits(const CsvLayout& layout, const RowCounts& counts) {
  const std::string text = "no row can be used as it was read (" + DescribeColumns(ReportColumns(layout)) + "); ";
  const auto says = [&counts](std::string_view what) {
    return !counts.first_bad.empty() && counts.first_bad[0].message.starts_with(what);
  };
  if (says(NumberErrorText(NumberKind::kAmbiguous)))
    return text + "say --decimal . where it is a thousand and more, --decimal , where it is one and a bit";
  const bool number = !counts.first_bad.empty() && !counts.first_bad[0].cell.empty();
  if (number)
    return text + "say which column holds numbers with --value-column, or how they are written with --decimal ,";
  const bool time = says(TimeErrorText(TimeError::kMalformed)) || says(TimeErrorText(TimeError::kNoSuchTime)) ||
                    says(TimeErrorText(TimeError::kOutOfRange));
  if (time && layout.shape != CsvShape::kRows && layout.times.size() == 1) {
    return text +
           "say how the times are written with --time-format, such as '%d.%m.%Y %H:%M', or number the rows and say "
           "when they begin: --ignore " +
           ShellWord(layout.OptionFor(layout.times)) + " --start 2024-01-01 --frequency 1D";
  }
  return text + "say other columns, --time-format or --decimal";
}

}  // namespace fitd
