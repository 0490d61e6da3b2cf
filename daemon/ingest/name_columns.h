// Names for what is printed, from the columns that were taken. Daemon; pure functions.
#pragma once

#include <string>

#include "common/series/series.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {

// Target, time and value of a frame are called as their columns are; several targets or values with slashes between.
void NameColumns(const CsvLayout& layout, const ColumnsTaken& columns, Frame& frame);

// What to do when not a single row could be used.
std::string NoRowFits(const CsvLayout& layout, const RowCounts& counts);

}  // namespace fitd
