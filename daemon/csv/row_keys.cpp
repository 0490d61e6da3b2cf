#include "daemon/csv/row_keys.h"

#include <algorithm>

#include "daemon/csv/column_names.h"

namespace fitd {

std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts) {
  std::vector<std::size_t> candidates;
  const auto in = [](const std::vector<std::size_t>& columns, std::size_t i) {
    return std::find(columns.begin(), columns.end(), i) != columns.end();
  };
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (in(layout.times, i) || (in(layout.values, i) && layout.shape == CsvShape::kLong)) continue;
    const bool out = std::any_of(layout.unused.begin(), layout.unused.end(),
                                 [i](const auto& unused) { return unused.first == i && !unused.second.empty(); });
    if (out || facts[i].cells == 0 || facts[i].is_date() || facts[i].is_clock()) continue;
    if (facts[i].is_number() && !facts[i].is_whole()) continue;
    candidates.push_back(i);
  }
  return candidates;
}

std::string DescribeKey(const KeyVerdict& verdict, const std::vector<std::size_t>& candidates,
                        const CsvLayout& layout) {
  std::vector<std::size_t> columns;
  for (const std::size_t place : verdict.columns) columns.push_back(candidates[place]);
  std::string text = std::to_string(verdict.repeats) + " of " + std::to_string(verdict.rows) + " rows repeat a time";
  if (columns.empty()) return text;
  text += columns.size() == 1 ? "; column " : "; columns ";
  text += ListNames(layout, columns) + (columns.size() == 1 ? " tells" : " tell") + " them apart";
  if (verdict.kind == KeyVerdict::Kind::kUncertain) {
    text += ", but it is not certain that this is the target: --target-column " + layout.OptionFor(columns) +
            ", or leave it out with --ignore " + layout.OptionFor(columns);
  }
  return text;
}

}  // namespace fitd
