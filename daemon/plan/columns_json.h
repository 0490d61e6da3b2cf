// The columns of the data as JSON, the same in the summary of train and in check. Daemon; for .cpp files.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/csv/column_report.h"

namespace fitd {

// {"layout", "target": [names], "time", "value", "unused": [{"column", "why"}], "separator", "decimal", "header",
// "skip_lines", "notes"}
nlohmann::ordered_json ColumnsJson(const ColumnsTaken& columns);

}  // namespace fitd
