#include "daemon/csv/column_report.h"

#include <algorithm>

#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_layout.h"

namespace fitd {
namespace {

constexpr std::size_t kShown = 8;

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

}  // namespace

ColumnsTaken ReportColumns(const CsvLayout& layout) {
  ColumnsTaken taken;
  taken.layout = layout.wide() ? "wide" : layout.shape == CsvShape::kRows ? "rows" : "long";
  if (!layout.table.empty()) taken.layout = "table";
  const auto names = [&](const std::vector<std::size_t>& columns) {
    std::vector<std::string> list;
    list.reserve(columns.size());
    for (const std::size_t i : columns)
      list.push_back(layout.names[i].empty() ? "#" + std::to_string(i + 1) : layout.names[i]);
    return list;
  };
  taken.targets = names(layout.targets);
  taken.times = names(layout.times);
  taken.values = layout.counts_rows ? std::vector<std::string>{"number of rows"} : names(layout.values);
  std::vector<std::size_t> unused;
  for (const auto& [column, why] : layout.unused) {
    unused.push_back(column);
    taken.unused.emplace_back(names({column})[0], why);
  }
  taken.separator = SeparatorName(layout.separator);
  taken.decimal = std::string(1, layout.numbers.decimal);
  taken.decimal_marked = layout.numbers.marked;
  for (const std::size_t i : layout.values) taken.units.push_back(i < layout.units.size() ? layout.units[i] : "");
  taken.header = layout.header;
  taken.lines_above = layout.lines_above;
  taken.titles = layout.titles;
  taken.latin1 = layout.latin1;
  taken.notes = layout.notes;
  taken.target_option = layout.OptionFor(layout.targets);
  taken.time_option = layout.OptionFor(layout.times);
  taken.value_option = layout.counts_rows ? "" : layout.OptionFor(layout.values);
  taken.ignore_option = layout.OptionFor(unused);
  return taken;
}

std::string DescribeColumns(const ColumnsTaken& columns) {
  std::string text = "columns: ";
  if (columns.layout == "rows") {
    text += "one series a row, times " +
            (columns.values.empty() ? std::string() : columns.values.front() + " to " + columns.values.back());
  } else if (columns.layout == "table") {
    text += "time " + Join(columns.times) + ", which goes on across " + columns.values.front() + " to " +
            columns.values.back();
  } else {
    text += columns.times.empty() ? "rows numbered" : "time " + Join(columns.times);
    text += columns.layout == "wide" ? ", targets " : columns.values.size() > 1 ? ", values " : ", value ";
    text += Join(columns.values);
  }
  if (columns.layout != "wide") text += ", target " + (columns.targets.empty() ? "(file name)" : Join(columns.targets));
  std::vector<std::string> unused;
  for (const auto& [name, why] : columns.unused) unused.push_back(name + (why.empty() ? "" : " (" + why + ")"));
  if (!unused.empty()) text += "; not used: " + Join(unused);
  return text;
}

std::string DescribeText(const ColumnsTaken& columns) {
  std::string text;
  const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (columns.separator != ",") add("separated by " + columns.separator);
  if (columns.decimal == ",") add("decimal comma");
  if (columns.titles > 0)
    add(std::to_string(columns.titles) + (columns.titles == 1 ? " line" : " lines") + " of title");
  if (!columns.header) add("no header");
  if (columns.latin1) add("Latin-1");
  return text.empty() ? text : "text: " + text;
}

}  // namespace fitd
