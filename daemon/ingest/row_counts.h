// Counts what became of the rows of a piece, with messages for the bad ones. Daemon, ingest threads; values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_number.h"
#include "daemon/ingest/word_watch.h"
#include "daemon/times/time_parser.h"

namespace fitd {

inline constexpr std::size_t kBadRowsShown = 20;

struct BadRow {
  std::uint64_t line = 0;  // within the piece, from 0
  std::size_t column = 0;  // byte in the line, from 1
  std::string message;     // "message: 'text'"
  std::string cell;        // text of the cell when it is malformed and short enough for --missing; else empty
};

// Cells of a target that are neither a number nor a missing value.
struct UnreadCells {
  std::uint64_t cells = 0;
  std::uint64_t written = 0;  // of the cells, those that contain a digit, so numbers of another form and not words
  bool asks = false;          // one of them is ambiguous: 1.234 is a thousand and more, or one and a bit
  std::string first;          // the first cell and why it is not a number: "'12x': not a number"

  void See(std::string_view cell, NumberKind kind);
  void Add(const UnreadCells& other);
};
using UnreadTargets = std::map<std::string, UnreadCells, std::less<>>;

// Rows of words alone: titles of the rows below them, or notes at the end of a file.
struct TitleRows {
  std::string first;
  std::uint64_t rows_before = 0;  // good rows above the first title

  void Add(std::string_view words, std::uint64_t rows) {
    if (!first.empty()) return;
    first = words;
    rows_before = rows;
  }
};

// Numbers in columns that are empty in the first rows (CsvLayout::awaited).
struct LateNumbers {
  std::size_t column = 0;
  std::uint64_t line = 0;  // of the first one, within the piece, from 0
  std::uint64_t cells = 0;

  void See(const std::vector<std::size_t>& awaited, const std::vector<std::string_view>& fields, std::uint64_t at);
};

struct RowCounts {
  std::uint64_t rows = 0;
  std::uint64_t bad = 0;
  std::uint64_t missing = 0;
  std::uint64_t bad_cells = 0;      // unreadable cells of rows with a value per column, taken as missing
  std::uint64_t marked_times = 0;   // times read after removing a mark: 2023p
  std::uint64_t marked_values = 0;  // values read after removing a mark: 46.5*, 46.5 p
  std::uint64_t multiplied = 0;     // by a letter behind them, in columns where not all have one: 1.2M beside 800
  std::uint64_t passed = 0;         // comments, empty rows and repeated headers
  std::uint64_t lines = 0;          // newlines seen
  std::optional<std::uint64_t> other_table;  // line within the piece of a row that looks like another header
  TitleRows titles;
  LateNumbers late;
  std::vector<BadRow> first_bad;
  std::vector<BadRow> first_bad_cells;
  UnreadTargets unread;
  std::optional<TimeFormat> format;  // of the first good row
  OffsetsSeen offsets;
  UnitWatch units;   // units, from a column of their own
  UnitWatch stages;  // words for actual or forecast, from a column of their own
  SignWatch signs;   // words for directions (in/out), from a column of their own
};

// Keeps a bad row (at most kBadRowsShown of them). `begin`: the start of its record, which is in line `line` of the
// piece; `at`: the first wrong byte.
void AddBadRow(std::vector<BadRow>& rows, std::uint64_t line, const char* begin, const char* at,
               std::string_view message, std::string_view text);

// Message for a table with a value at a date that does not exist, such as February 30.
inline constexpr std::string_view kNoSuchDayText = "a value where there is no such day";

// Advice on --decimal when all of these cells would be numbers with the other decimal mark, or are ambiguous; empty:
// not all are.
std::string DecimalOption(const std::vector<BadRow>& rows, const NumberStyle& style);

// Why a cell is not a number.
std::string_view NumberErrorText(NumberKind kind);

}  // namespace fitd
