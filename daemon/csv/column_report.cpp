#include "daemon/csv/column_report.h"

#include <algorithm>
#include <set>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/csv/role_draft.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr std::size_t kShown = 8;

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

// Index of a free column of months with years or totals between them, as pivot tables have; kNoColumn: none.
std::size_t FindPartsAndTotals(const RoleDraft& draft) {
  constexpr std::size_t kFewestMonths = 2, kYear = 4;
  for (std::size_t i = 0; i < draft.layout.columns; ++i) {
    std::size_t months = 0, totals = 0;
    for (std::size_t r = draft.from; r < draft.records.size() && !draft.taken[i]; ++r) {
      if (draft.records[r].fields.size() != draft.layout.columns) continue;
      const std::string_view cell = TrimBlanks(draft.records[r].fields[i]);
      months += MonthOfName(cell) ? 1 : 0;
      totals += (cell.size() == kYear && BareNumber(cell, kYear) > 0) || IsTotalName(cell) ? 1 : 0;
    }
    if (months >= kFewestMonths && totals > 0) return i;
  }
  return kNoColumn;
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
  taken.windows1252 = layout.windows1252;
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
  if (columns.windows1252) add("Latin-1");
  return text.empty() ? text : "text: " + text;
}

std::string PeriodsAsDays(const RoleDraft& draft) {
  const CsvLayout& layout = draft.layout;
  constexpr int kMostPeriods = 16;  // four of them for closing
  constexpr std::size_t kYear = 4, kPeriod = 3;
  if (layout.times.size() != 1 || !draft.options.time_format.empty()) return "";
  const std::size_t column = layout.times[0];
  std::set<std::string> years;
  std::string format;
  for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
    if (draft.records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(draft.records[r].fields[column]);
    const std::size_t mark = cell.find_first_of("./");
    const bool joined = mark == std::string_view::npos;
    const bool last = mark == kPeriod;  // 001.2023
    if (cell.size() != kYear + kPeriod + (joined ? 0 : 1) || (!joined && !last && mark != kYear)) return "";
    const std::string_view year = last ? cell.substr(kPeriod + 1) : cell.substr(0, kYear);
    const int period = BareNumber(last ? cell.substr(0, kPeriod) : cell.substr(cell.size() - kPeriod), kPeriod);
    if (BareNumber(year, kYear) < 0 || period < 1 || period > kMostPeriods) return "";
    years.emplace(year);
    const std::string parted = joined ? "" : std::string(1, cell[mark]);
    format = last ? "0%m" + parted + "%Y" : "%Y" + parted + "0%m";
  }
  if (years.size() < 2) return "";
  const std::string option = "--time-column " + ShellWord(layout.OptionFor(layout.times)) + " --time-format ";
  std::string days = format;
  days.replace(days.find("0%m"), kPeriod, "%j");
  return layout.NameOf(column) +
         " holds no day above the sixteenth of its years, as the periods of a ledger would be: say which with " +
         option + format + " (months) or " + option + days + " (days)";
}

std::string HeaderBelow(const RoleDraft& draft) {
  const auto folded = [](const auto& words) {
    std::vector<std::string> all;
    all.reserve(words.size());
    for (const std::string_view word : words) all.push_back(LowerCase(TrimBlanks(word)));
    return all;
  };
  std::vector<std::string> names = folded(draft.layout.names);
  const std::vector<std::string> in_order = names;
  std::sort(names.begin(), names.end());
  for (std::size_t r = draft.from; r < draft.records.size() && draft.layout.header; ++r) {
    if (draft.records[r].fields.size() != draft.layout.columns) continue;
    std::vector<std::string> here = folded(draft.records[r].fields);
    if (here == in_order) continue;
    std::sort(here.begin(), here.end());
    if (here == names) {
      return "; row " + std::to_string(r - draft.from + 1) +
             " below the header has the same names in another order: write every table into a file of its own, or all "
             "rows below one header";
    }
  }
  return {};
}

std::string RemedyWithoutTimes(const RoleDraft& draft) {
  constexpr std::size_t kFewestTimesOfARow = 8;
  constexpr std::size_t kFewestDays = 4;
  const CsvLayout& layout = draft.layout;
  const std::vector<ColumnFacts>& facts = draft.facts;
  const std::string& first = layout.columns == 0 ? std::string() : layout.names[0];
  if (first.starts_with("{__name__="))
    return "; this is a dump of Prometheus and not CSV: write a line for each sample, such as name,time,value";
  if (first.starts_with('{') || first.starts_with('[')) return "; this is JSON and not CSV: export it as CSV";
  if (first.starts_with('<') && first.find('>') != std::string::npos && layout.columns == 1)
    return "; this is a web page or XML and not CSV: export it as CSV";
  const std::string& cell = facts.empty() ? first : facts[0].example;
  const std::size_t colon = cell.find(':');
  if (colon != std::string::npos && colon >= 9 &&
      std::all_of(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(colon), IsDigit))
    return "; this is what rrdtool fetch prints: take its colons away, as with sed -n 's/: */,/p' | tr ' ' , and read "
           "what is left with --no-header";
  if (const std::size_t pivot = FindPartsAndTotals(draft); pivot != kNoColumn) {
    return "; " + layout.NameOf(pivot) +
           " holds months with years or totals between them, as pivot tables do: write a row for each month with its "
           "year (2020-01), and none for totals";
  }
  std::string text;
  for (std::size_t i = 0; i < layout.columns && text.empty(); ++i) {
    if (draft.taken[i] || !facts[i].counts || facts[i].cells < kFewestDays) continue;
    const PartName part = PartOfName(layout.names[i]);
    const bool day = part == PartName::kMonthDay && facts[i].most <= 31;
    if (day || (part == PartName::kMonth && facts[i].most <= kMonthsOfYear)) {
      return "; " + layout.NameOf(i) + " holds the " + (day ? "days of a month" : "months of a year") +
             " that stands in no column, and begins again in the next one: write the whole date into every row";
    }
    text = "; count the rows by one of them with --time-column " + ShellWord(layout.OptionFor({i}));
  }
  // Ten digits and more in all rows are hardly anything but seconds since 1970, or milliseconds.
  for (std::size_t i = 0; i < layout.columns && text.empty(); ++i) {
    if (draft.taken[i] || !facts[i].is_numeric_time() || facts[i].least < 1e9) continue;
    text = "; " + layout.NameOf(i) + " may be one: --time-column " + ShellWord(layout.OptionFor({i}));
  }
  for (std::size_t i = 0; i < layout.columns && text.empty(); ++i) {
    const bool measure = facts[i].is_number() && !SaysDay(layout.names[i]) && !SaysPeriod(layout.names[i]);
    const std::string format =
        draft.taken[i] || measure ? "" : LikelyTimeFormat(draft.records, draft.from, layout.columns, i);
    if (format.empty()) continue;
    text = "; " + layout.NameOf(i) + " may be one: --time-column " + ShellWord(layout.OptionFor({i})) +
           " --time-format " + ShellWord(format);
  }
  if (text.empty()) text = "; name it with --time-column";
  text += ", or, if each row is one step, number the rows and say when: --start 2024-01-01 --frequency 1D";
  if (layout.columns > kFewestTimesOfARow) text += ", or say that every row is a series: --layout rows";
  const std::size_t mark = layout.columns == 1 ? cell.find_first_of("~^!") : std::string::npos;
  const std::string separator = mark == std::string::npos ? "space" : ShellWord(cell.substr(mark, 1));
  if (layout.columns == 1 && cell.find_first_of(",;\t") != std::string::npos) return "; " + std::string(kRowsInQuotes);
  if (layout.columns == 1) text += "; if the fields are parted by something else, say it: --separator " + separator;
  return text;
}

}  // namespace fitd
