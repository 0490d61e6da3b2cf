#include "daemon/csv/row_keys.h"

#include <algorithm>

#include "common/text.h"
#include "daemon/csv/column_names.h"

namespace fitd {

namespace {

// Numbers that are no measure.
bool IsPlace(const std::string& name) {
  static constexpr std::string_view kPlaces[] = {"lat", "latitude", "lon", "lng", "longitude"};
  return std::find(std::begin(kPlaces), std::end(kPlaces), LowerCase(name)) != std::end(kPlaces);
}

}  // namespace

std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts) {
  std::vector<std::size_t> candidates;
  std::vector<bool> out(layout.columns);
  for (const std::size_t i : layout.times) out[i] = true;
  for (const std::size_t i : layout.values) out[i] = out[i] || layout.shape == CsvShape::kLong;
  for (const auto& [column, why] : layout.unused) out[column] = out[column] || !why.empty();
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (out[i] || facts[i].cells == 0 || facts[i].is_date() || facts[i].is_clock()) continue;
    if (facts[i].is_number() && !facts[i].is_whole() && !IsPlace(layout.names[i])) continue;
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
    text += ", but it is not certain that this is the target: --target-column " + ShellWord(layout.OptionFor(columns)) +
            ", or leave it out with --ignore " + ShellWord(layout.OptionFor(columns));
  }
  return text;
}

}  // namespace fitd
