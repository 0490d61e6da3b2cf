// A layout in the making: what the columns of a head show, and which of them have a role already. Daemon, ingest
// threads; the parts that find roles (column_roles.h) share one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/periods/fiscal_year.h"
#include "daemon/periods/time_rivals.h"

namespace fitd {

struct RoleDraft {
  // All arguments must outlive the draft. `first`: index of the first row of data; `whole`: `head` is the whole file.
  RoleDraft(const std::vector<Records::Record>& head, std::size_t first, bool whole, const CsvOptions& said,
            const std::string& file, CsvLayout& out);

  // Marks a column as done: it has a role, or is left out.
  void Take(std::size_t column) { taken[column] = true; }
  // Marks a column as done, without a role; `why` goes into CsvLayout::unused.
  void LeaveOut(std::size_t column, std::string why);
  // kInvalidInput with the file's name.
  Status Fail(const std::string& text) const { return {StatusCode::kInvalidInput, path + ": " + text}; }

  // True when no option says what the layout is or which columns are values.
  bool IsOpen() const { return options.layout == "auto" && !options.wide && layout.values.empty(); }
  // Indices of the columns of numbers that are not done.
  std::vector<std::size_t> Numbers() const;
  // The time of a row of the head, as text.
  std::string TimeOf(const Records::Record& record) const;
  // True when rows share a time. One hour that a clock shows twice does not count.
  bool TimesRepeat() const;
  // Number of rows of the head when all differ in this column, else 0.
  std::size_t RowsOfDistinct(std::size_t column) const;
  // True when `besides` (sorted) are several, and another free column holds a different word in every row.
  bool HasWordOfRow(const std::vector<std::size_t>& besides) const;
  // True for row numbers: without a gap, in any order; or in the first column, with gaps, strictly up or strictly down.
  bool NumbersRows(std::size_t column) const;
  // They are numbered from 0 or 1 on in their order, but for a total or two below them.
  bool CountsUp(std::size_t column) const;
  // Whether a column is called a number of the row, which it may be; and whether it is one, beside the times.
  bool IsCalledRowNumber(std::size_t column) const;
  bool IsRowNumber(std::size_t column) const;
  // True when a column is called an id and holds whole numbers that differ in every row.
  bool IsRowId(std::size_t column) const;
  // True when a column of numbers repeats the time of its row: a part of the date, seconds since 1970, a count of the
  // days, or a date without marks that goes along with the time (the end of an hour).
  bool SaysTimeAgain(std::size_t column) const;
  // Marks the free columns without a cell in the head that another row may fill (CsvLayout::awaited).
  void AwaitNumbers();
  // True when every cell is one of `letters`, and each of them occurs.
  bool HoldsLetters(std::size_t column, std::string_view letters) const;
  // True when all cells say whether values were observed (actual, forecast). `asks`: the name of the column is a
  // question, so that 0, 1, yes and no say it too. `blanks` is set to whether some are empty (only beside forecasts).
  bool HoldsStages(std::size_t column, bool asks, bool* blanks) const;
  // Month (1..12) of the first row when the rows go through the months of a year in order, with repeats; else 0.
  int FirstMonthDown(std::size_t column) const;
  // Whether hardly two rows have the same cells in these columns and in those that may tell targets apart.
  bool TellRowsApart(const std::vector<std::size_t>& periods) const;
  // Which of a column of dates and of columns of periods is the time of the rows.
  RivalVerdict TimeOfRivals(std::size_t date, const std::vector<std::size_t>& periods,
                            const std::vector<TimePart>& parts) const;
  // The last fiscal year when all cells of the (first) time column hold one, with of_two set when any is of two years
  // (2023-24); else none.
  FiscalYear FiscalYearsDown() const;
  // For each of `columns`, whether it holds words and not numbers.
  std::vector<bool> TextOf(const std::vector<std::size_t>& columns) const;

  // True when each time has one number, and these are dates or seconds within the years of the times (SayTimes).
  bool GoesAlong(std::size_t column) const;

  const std::vector<Records::Record>& records;
  std::size_t from;  // index of the first row of data in `records`
  bool complete;     // the head is the whole file
  const CsvOptions& options;
  const std::string& path;
  CsvLayout& layout;
  std::vector<ColumnFacts> facts;
  std::vector<bool> taken;      // the column has a role, or is left out
  std::vector<bool> by_number;  // an option named the column as #N
};

}  // namespace fitd
