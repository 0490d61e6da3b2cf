// What became of the rows of a piece: how many were good, which were bad, and how that is said. Daemon, ingest threads;
// values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/csv/csv_number.h"
#include "daemon/ingest/sign_watch.h"
#include "daemon/ingest/unit_watch.h"
#include "daemon/times/time_parser.h"

namespace fitd {

inline constexpr std::size_t kBadRowsShown = 20;

struct BadRow {
  std::uint64_t line = 0;  // within the piece, from 0
  std::size_t column = 0;  // byte in the line, from 1
  std::string message;     // "message: 'text'"
  std::string cell;        // of a number that is none; else empty
};

// Cells of a target that hold something and no number that is read.
struct UnreadCells {
  std::uint64_t cells = 0;
  std::uint64_t written = 0;  // of them, those with a digit: numbers of another kind, and no words
  bool asks = false;          // one of them is a thousand and more, or one and a bit
  std::string first;          // "text": why it is no number

  void See(std::string_view cell, NumberKind kind);
  void Add(const UnreadCells& other);
};
using UnreadTargets = std::map<std::string, UnreadCells, std::less<>>;

// Rows of words alone: titles of the rows below them, or notes at the end of a file.
struct TitleRows {
  std::string first;
  std::uint64_t rows_before = 0;  // good ones

  void Add(std::string_view words, std::uint64_t rows) {
    if (!first.empty()) return;
    first = words;
    rows_before = rows;
  }
};

// Numbers in columns that have none in the first rows (CsvLayout::awaited).
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
  std::uint64_t bad_cells = 0;               // of wide rows and of rows that are series: taken as missing
  std::uint64_t marked_times = 0;            // read without what stands behind them: 2023p
  std::uint64_t marked_values = 0;           // likewise: 46.5*, 46.5 p
  std::uint64_t multiplied = 0;              // by the letter behind them, in a column of others: 1.2M beside 800
  std::uint64_t passed = 0;                  // comments and repeated headers among the rows
  std::uint64_t lines = 0;                   // newlines passed
  std::optional<std::uint64_t> other_table;  // the line within the piece in which a header of another one stands
  TitleRows titles;
  LateNumbers late;
  std::vector<BadRow> first_bad;
  std::vector<BadRow> first_bad_cells;
  UnreadTargets unread;
  std::optional<TimeFormat> format;  // of the first good row
  OffsetsSeen offsets;
  UnitWatch units;
  UnitWatch stages;
  SignWatch signs;
};

// Keeps a bad row of the record that begins at `begin` in line `line`; `at` is where it is wrong. The first
// kBadRowsShown are kept.
void AddBadRow(std::vector<BadRow>& rows, std::uint64_t line, const char* begin, const char* at,
               std::string_view message, std::string_view text);

// Of a table, a cell below February 30 that is not empty.
inline constexpr std::string_view kNoSuchDayText = "a value where there is no such day";

// What to say where all of these cells are numbers with the mark that the others do not have, or with one that may be
// either; empty: they are not.
std::string DecimalOption(const std::vector<BadRow>& rows, const NumberStyle& style);

// Why a cell is no number.
std::string_view NumberErrorText(NumberKind kind);

}  // namespace fitd
