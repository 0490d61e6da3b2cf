#include "daemon/ingest/row_counts.h"

#include <algorithm>
#include <cstring>

#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/csv_record.h"

namespace fitd {

// Longer cells are not suggested as a marker of missing values (--missing).
constexpr std::size_t kLongestMarker = 24;

void LateNumbers::See(const std::vector<std::size_t>& awaited, const std::vector<std::string_view>& fields,
                      std::uint64_t at) {
  for (const std::size_t i : awaited) {
    if (fields[i].empty() || KindOfCell(fields[i]) != CellKind::kNumber || (cells > 0 && i != column)) continue;
    if (cells == 0) column = i, line = at;
    ++cells;
  }
}

void AddBadRow(std::vector<BadRow>& rows, std::uint64_t line, const char* begin, const char* at,
               std::string_view message, std::string_view text) {
  if (rows.size() >= kBadRowsShown) return;
  // A quoted record may span lines: the column is counted in the line that holds `at`.
  const std::uint64_t lines = static_cast<std::uint64_t>(std::count(begin, at, '\n'));
  const auto* const newline = static_cast<const char*>(memrchr(begin, '\n', static_cast<std::size_t>(at - begin)));
  const char* const line_begin = newline ? newline + 1 : begin;
  const bool marker = message == NumberErrorText(NumberKind::kMalformed) || message == kNoSuchDayText;
  rows.push_back({line + lines, static_cast<std::size_t>(at - line_begin) + 1,
                  std::string(message) + ": " + QuoteForMessage(text),
                  marker && text.size() <= kLongestMarker ? std::string(text) : std::string()});
}

void UnreadCells::See(std::string_view cell, NumberKind kind) {
  if (cells++ == 0) first = QuoteForMessage(cell) + ": " + std::string(NumberErrorText(kind));
  written += cell.find_first_of("0123456789") != std::string_view::npos ? 1 : 0;
  asks = asks || kind == NumberKind::kAmbiguous;
}

void UnreadCells::Add(const UnreadCells& other) {
  if (cells == 0) first = other.first;
  cells += other.cells;
  written += other.written;
  asks = asks || other.asks;
}

std::string DecimalOption(const std::vector<BadRow>& rows, const NumberStyle& style) {
  if (rows.empty()) return {};
  const bool asks = std::all_of(rows.begin(), rows.end(), [](const BadRow& row) {
    return row.message.starts_with(NumberErrorText(NumberKind::kAmbiguous));
  });
  if (asks) {
    const std::string group(style.points ? "," : ".");
    const std::string decimal(style.points ? "." : ",");
    return "say --decimal " + decimal + " where such a number is a thousand and more, --decimal " + group +
           " where it is one and a bit";
  }
  NumberStyle other = style;
  other.decimal = style.decimal == ',' ? '.' : ',';
  const bool all = std::all_of(rows.begin(), rows.end(), [&](const BadRow& row) {
    double value = 0;
    return row.message.starts_with(NumberErrorText(NumberKind::kMalformed)) &&
           ParseNumber(row.cell, other, UnitOf(row.cell), &value) == NumberKind::kValue;
  });
  if (!all) return {};
  const std::string mark(1, other.decimal);
  return "say --decimal " + mark + " where " + (mark == "," ? "the comma" : "the point") + " is the decimal mark";
}

std::string_view NumberErrorText(NumberKind kind) {
  switch (kind) {
    case NumberKind::kNotFinite:
      return "not a finite number";
    case NumberKind::kAmbiguous:
      return "a thousand and more, or one and a bit: say which with --decimal . or --decimal ,";
    case NumberKind::kOtherUnit:
      return "not in the unit of the others";
    default:
      return "not a number";
  }
}

}  // namespace fitd
