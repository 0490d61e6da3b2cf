// Times in the header of a file: which columns are called so, what among them is none, and what they say of forecasts.
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
  std::vector<std::size_t> marked;   // of the columns, those that are called so
  std::vector<std::size_t> totals;   // whole years among their quarters or months, and what is called a total
  std::vector<std::size_t> others;   // columns among the times, or called like a time with another mark: none of these
  std::vector<std::size_t> to_come;  // of the marked, the last ones where they may be forecasts: 2024E, 2025E
  bool surely_to_come = false;       // and one of them is called so: 2024E, 2024 est., where 2024p may be provisional
};
// Columns whose names are times (1960, 1/22/20, 2024-01), wherever they are, or counts that go up by one (d_1, d_2);
// with `numbers` also 1, 2, 3, ...
HeaderTimes FindHeaderTimes(const CsvLayout& layout, const std::vector<bool>& taken, bool numbers = false);
// "d_12" and the like are counts: 12. False for other names.
bool IsCountName(std::string_view name, std::int64_t* count);

// The header holds so many times or more, and no column does: every row is a series, or it is a table turned.
bool IsRowsByHeader(const RoleDraft& draft, std::size_t fewest);
// Gives the columns of rows whose names are times their role. What stands among them and is none is left out by name;
// kInvalidInput where that are many columns of numbers whose names do not say why, or all that some row has, and where
// a part of the times is of forecasts.
Status TakeHeaderTimes(RoleDraft& draft);

}  // namespace fitd
