// A layout in the making: what the columns of a head show, and which of them have a role already. Daemon, ingest
// threads; the parts that find roles (column_roles.h) share one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/periods/fiscal_year.h"

namespace fitd {

struct RoleDraft {
  // All outlive the draft.
  RoleDraft(const std::vector<Records::Record>& head, std::size_t first, bool whole, const CsvOptions& said,
            const std::string& file, CsvLayout& out);

  // Gives a column a role, or none.
  void Take(std::size_t column) { taken[column] = true; }
  void LeaveOut(std::size_t column, std::string why);
  // kInvalidInput with the file's name.
  Status Fail(const std::string& text) const { return {StatusCode::kInvalidInput, path + ": " + text}; }

  // Columns of numbers without a role.
  std::vector<std::size_t> Numbers() const;
  // The time of a row of the head, as text.
  std::string TimeOf(const Records::Record& record) const;
  // Whether rows share a time, but for one hour that a clock shows twice.
  bool TimesRepeat() const;
  // How many rows of the head there are, when no two have the same in this column; else 0.
  std::size_t RowsOfDistinct(std::size_t column) const;
  // Whether a free column besides these, of which there are several, holds words, no two of which are the same.
  bool HasWordOfRow(const std::vector<std::size_t>& besides) const;
  // The rows of the head are numbered without a gap, in whatever order they stand, or in the first column with gaps,
  // in their order or from the last to the first.
  bool NumbersRows(std::size_t column) const;
  // Whether it is called an id, and is a whole number that no two rows share.
  bool IsRowId(std::size_t column) const;
  // Whether a column of numbers says when its row is: a part of the date, seconds of another clock, or a date without
  // marks that goes along with the time of its row, such as when an hour ends.
  bool SaysTimeAgain(std::size_t column) const;
  // Marks the free columns without a cell in the head that another row may fill (CsvLayout::awaited).
  void AwaitNumbers();
  // Whether its cells are these letters, each of which stands somewhere, and nothing else.
  bool HoldsLetters(std::size_t column, std::string_view letters) const;
  // Whether all its cells say if values were observed, `asks` by yes or no; `blanks`: those to come beside empty ones.
  bool HoldsStages(std::size_t column, bool asks, bool* blanks) const;
  // Why days of a year are hardly ones, and what to say: 2023001 to 2023012 of several years, or 001.2023, may be
  // periods of a ledger. Empty: they are none, or --time-format says what they are.
  std::string PeriodsAsDays() const;
  // The month of the first row where all rows go through the months of a year; 0: they hold something else.
  int FirstMonthDown(std::size_t column) const;
  // What all cells of the time are; of two years where one of them is.
  FiscalYear FiscalYearsDown() const;
  // Which of the columns hold words.
  std::vector<bool> TextOf(const std::vector<std::size_t>& columns) const;

  // Whether every time has one number, which is a date of its year or a second of it.
  bool GoesAlong(std::size_t column) const;

  const std::vector<Records::Record>& records;
  std::size_t from;  // rows of the head begin here
  bool complete;     // the head is the whole file
  const CsvOptions& options;
  const std::string& path;
  CsvLayout& layout;
  std::vector<ColumnFacts> facts;
  std::vector<bool> taken;      // has a role, or none
  std::vector<bool> by_number;  // was said as #N
};

}  // namespace fitd
