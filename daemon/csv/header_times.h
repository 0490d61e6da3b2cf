// Times in the header of a file: which columns are named like times, which of them are totals, forecasts or no times.
// Daemon, ingest threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/role_draft.h"

namespace fitd {

// What a header says of times.
struct HeaderTimes {
  std::vector<std::size_t> columns;  // in their order
  std::vector<std::string> times;    // of each: 2023, also where the column is called 2023*, 2023p or 2023 (e)
  std::vector<std::size_t> marked;   // of `columns`, those with a mark in their names (2023p)
  std::vector<std::size_t> totals;   // whole years among their quarters or months, and columns called totals
  std::vector<std::size_t> others;   // no times: between two times, or named like one with another mark (Y1990F)
  std::vector<std::size_t> to_come;  // the last of `columns`, where all are or may be forecasts: 2024E, 2025p
  bool surely_to_come = false;       // one of them is a forecast: 2024E, 2024 est.; 2024p may be provisional
};
// Finds the columns whose names are times (1960, 1/22/20, 2024-01), wherever they stand, or count up by one (d_1, d_2;
// with `numbers` also 1, 2, 3, ...). Columns with taken[i] are passed over.
HeaderTimes FindHeaderTimes(const CsvLayout& layout, const std::vector<bool>& taken, bool numbers = false);
// True for names such as "d_12", which are counts; sets `count` to 12.
bool IsCountName(std::string_view name, std::int64_t* count);

// True when at least `fewest` column names are times and no other free column holds dates, unless a column of words
// labels every row (a product and the day of its launch).
bool IsRowsByHeader(const RoleDraft& draft, std::size_t fewest);
// Makes those columns the values of the layout. Totals, and columns among the times that are no times, are left out.
// kInvalidInput: more than a tenth are no times, some may be forecasts, or rows have values in totals alone.
Status TakeHeaderTimes(RoleDraft& draft);

// kInvalidInput when the ids found for rows are none: months or quarters down of years across are one series, and ids
// that were merged into the first of their rows are missing in the others.
Status CheckRowIds(const RoleDraft& draft);

}  // namespace fitd
