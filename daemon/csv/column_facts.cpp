#include "daemon/csv/column_facts.h"

#include <algorithm>
#include <map>

#include "daemon/csv/cell_kind.h"

namespace fitd {
namespace {

constexpr std::size_t kRowsToStudy = 200;

bool IsPlainWhole(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(" \t-+"), text.size()));
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos || text.find_first_not_of(" \t", end) == std::string_view::npos;
}

// Units of a column's numbers, the most usual of which is its own; zeros need none.
using UnitCounts = std::map<std::string, std::size_t>;

void AddNumber(ColumnFacts& facts, UnitCounts& units, std::string_view cell, std::size_t row) {
  const std::string unit = UnitOf(cell);
  NumberStyle style;
  double value = 0;
  if (ParseNumber(cell, style, unit, &value) != NumberKind::kValue) {
    style.decimal = ',';
    ParseNumber(cell, style, unit, &value);
  }
  facts.least = facts.numbers == 0 ? value : std::min(facts.least, value);
  facts.most = facts.numbers == 0 ? value : std::max(facts.most, value);
  if (value != 0 || !unit.empty()) ++units[unit];
  ++facts.numbers;
  facts.whole += IsPlainWhole(cell) ? 1 : 0;
  facts.numeric_times += IsNumericTime(cell) ? 1 : 0;
  const auto expected = static_cast<double>(row);
  facts.counts = facts.counts && (value == facts.least + expected) && (facts.least == 0 || facts.least == 1);
}

}  // namespace

std::vector<ColumnFacts> StudyColumns(const std::vector<Records::Record>& records, std::size_t from,
                                      std::size_t columns) {
  std::vector<ColumnFacts> all(columns);
  std::vector<UnitCounts> units(columns);
  std::size_t row = 0;
  for (std::size_t r = from; r < records.size() && row < kRowsToStudy; ++r) {
    if (records[r].fields.size() != columns) continue;
    for (std::size_t i = 0; i < columns; ++i) {
      ColumnFacts& facts = all[i];
      const std::string_view cell = records[r].fields[i];
      ++facts.rows;
      const CellKind kind = KindOfCell(cell);
      facts.counts = facts.counts && kind == CellKind::kNumber;
      if (kind == CellKind::kMissing) continue;
      if (facts.cells == 0) facts.example = cell;
      facts.constant = facts.constant && cell == facts.example;
      ++facts.cells;
      if (kind == CellKind::kNumber) AddNumber(facts, units[i], cell, row);
      facts.dates += kind == CellKind::kDate ? 1 : 0;
      facts.clocks += kind == CellKind::kClock ? 1 : 0;
      const bool clock = cell.find(':') != std::string_view::npos || cell.find_first_of("Tt") == 10;
      facts.with_clock += kind == CellKind::kDate && clock ? 1 : 0;
    }
    ++row;
  }
  for (std::size_t i = 0; i < columns; ++i) {
    all[i].counts = all[i].counts && all[i].cells > 1;
    std::size_t most = 0;
    for (const auto& [unit, count] : units[i]) {
      if (count > most) all[i].unit = unit, most = count;
    }
  }
  return all;
}

NumberStyle FindNumberStyle(const std::vector<Records::Record>& records, std::size_t from, char separator) {
  bool point = false;
  bool comma = false;
  for (std::size_t r = from; r < records.size() && r < from + kRowsToStudy; ++r) {
    for (const std::string_view cell : records[r].fields) {
      if (cell.find_first_of(".,") == std::string_view::npos || cell.size() > 40) continue;
      if (KindOfCell(cell) != CellKind::kNumber) continue;
      const DecimalProof proof = ProofOfDecimal(cell);
      point |= proof == DecimalProof::kPoint;
      comma |= proof == DecimalProof::kComma;
    }
  }
  NumberStyle style;
  if (comma && !point) style.decimal = ',';
  style.groups = point != comma || (!point && separator == ',');
  return style;
}

}  // namespace fitd
