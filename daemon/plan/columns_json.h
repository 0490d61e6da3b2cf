// The columns of the data as JSON, for the summary of train and for check. Daemon; only for .cpp files.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/csv/column_report.h"

namespace fitd {

// {"layout", "target": [names], "time", "value", "unused": [{"column", "why"}], "separator", "decimal", "header",
// "skip_lines", "notes"}
nlohmann::ordered_json ColumnsJson(const ColumnsTaken& columns);

}  // namespace fitd
