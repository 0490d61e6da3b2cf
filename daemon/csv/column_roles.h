// Which columns of a file are its target, time and values: what the options say, and else by name and content.
// Daemon, ingest threads; values.
#pragma once

#include <string>
#include <vector>

#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {

// Fills shape, targets, times, values, unused and notes of a layout whose names are set. `records` from `from` on are
// the rows of the head, all of the file's when `complete`. Errors as ReadLayout.
Status FindRoles(const std::vector<Records::Record>& records, std::size_t from, bool complete,
                 const CsvOptions& options, const std::string& path, CsvLayout& layout);

}  // namespace fitd
