// The note of a run on its data: what was read and repaired, and how values were written, for updates. Daemon; pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/job/job.h"
#include "common/series/series.h"
#include "daemon/ingest/ingest_options.h"

namespace fitd {

// Describes a run's data as JSON, stored as the run's note of this name: {"files", "rows", "values", counts of repairs,
// "dropped": [{"target", "reason"}], "most_repaired": [{"target", "values", "gaps_filled", "duplicates"}] (worst
// first), "read": how values were written, for updates}. Both lists are cut.
inline constexpr std::string_view kDataNote = "data";
std::string DescribeData(const Job& job, const IngestReport& report, const Frame& frame);

// How the values of a run's data were written, from the run's note.
struct ValuesRead {
  ValuesRead();  // nothing is known

  std::vector<std::string> missing;  // additional markers of missing values
  std::string decimal;               // "." or ","; empty: no number had a decimal mark
  std::string separator;             // of the columns, in words
  std::string layout;                // long, wide, rows, table
  std::vector<std::string> columns, units;
  std::string unit;  // of all values, from a column of units
  // Options that name the columns; empty for runs of earlier releases and for columns without names.
  std::string target_option, time_option, value_option;
  std::vector<int> time_parts;         // TimePart of each column of time
  bool clock_ranges = false;           // times are ranges of clocks: 2024-01-01 00:00-00:15
  std::vector<std::string> no_values;  // columns of numbers that are none of these
  std::string aggregate, frequency;    // of --aggregate and its --frequency, as they were said; empty: rows are values
  std::optional<std::pair<double, double>> usual_shares;  // IngestReport::usual_shares
  bool zeros = false;                                     // missing rows mean zero
  bool keep_outliers = false;                             // outliers are kept as values
  bool has_meaning = false;                               // false: `meaning` knows no more than `columns` and `units`
  ValueMeaning meaning;
};
// Empty for runs of earlier releases that did not store it.
ValuesRead ReadValuesRead(const std::string& data_note);

}  // namespace fitd
