#include "daemon/csv/column_report.h"

#include <algorithm>
#include <set>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/csv_dialect.h"
#include "daemon/csv/csv_layout.h"
#include "daemon/csv/role_draft.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/numbered_times.h"
#include "daemon/periods/packed_days.h"
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

// The cells of a column that begin with a digit, in the order of their rows.
std::vector<std::string> CellsOf(const RoleDraft& draft, std::size_t column) {
  std::vector<std::string> cells;
  for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
    if (draft.records[r].fields.size() != draft.layout.columns) continue;
    const std::string_view cell = TrimBlanks(draft.records[r].fields[column]);
    if (!cell.empty() && IsDigit(cell[0])) cells.emplace_back(cell);
  }
  return cells;
}

// "+0163,1" and "140,1,N,0015,1": numbers and letters with commas between them, or bars.
bool HoldsSeveralNumbers(std::string_view cell) {
  std::size_t marks = 0, digits = 0, words = 0;
  for (const char c : cell) {
    marks += c == ',' || c == ';' || c == '|' ? 1 : 0;
    digits += IsDigit(c) ? 1 : 0;
    words += c == ' ' || c == ':' ? 1 : 0;
  }
  return marks > 0 && words == 0 && digits > 1 && 2 * (digits + marks) >= cell.size();
}

}  // namespace

ColumnsTaken ReportColumns(const CsvLayout& layout) {
  ColumnsTaken taken;
  taken.layout = layout.wide() ? "wide" : layout.shape == CsvShape::kRows ? "rows" : "long";
  if (!layout.table.empty()) taken.layout = "table";
  const auto names = [&](const std::vector<std::size_t>& columns) {
    std::vector<std::string> list;
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
  taken.no_values = names(layout.no_values);
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
  taken.time_option = layout.OptionFor(layout.times), taken.time_parts = layout.parts;
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
  if (layout.times.size() != 1 || !draft.options.time_format.empty()) return "";
  const std::size_t column = layout.times[0];
  const std::string format = FormatOfLedgerPeriods(CellsOf(draft, column));
  if (format.empty()) return "";
  const std::string option = "--time-column " + ShellWord(layout.OptionFor(layout.times)) + " --time-format ";
  std::string days = format;
  days.replace(days.find("0%m"), 3, "%j");
  return layout.NameOf(column) +
         " holds no day above the sixteenth of its years, as the periods of a ledger would be: say which with " +
         option + format + " (months) or " + option + days + " (days)";
}

std::string DaysInDigits(const RoleDraft& draft) {
  static constexpr std::string_view kClocks[] = {"time", "clock", "time of day", "uhrzeit",
                                                 "zeit", "heure", "ut",          "utc"};
  constexpr double kLastClock = 240'000;
  const CsvLayout& layout = draft.layout;
  for (std::size_t i = 0; i < layout.columns; ++i)
    if (!draft.taken[i] && draft.facts[i].is_date()) return "";
  for (std::size_t day = 0; day < layout.columns; ++day) {
    const std::string& name = layout.names[day];
    const bool days = !draft.taken[day] && draft.facts[day].is_number() && (SaysDay(name) || SaysSerial(name));
    for (std::size_t i = 0; days && i < layout.columns; ++i) {
      const ColumnFacts& facts = draft.facts[i];
      const bool named = IsCalled(layout, i, kClocks) || IsCalled(layout, i, kCompactClockColumns) ||
                         PartOfName(layout.names[i], name) == PartName::kHour || ReplacesDate(name, layout.names[i]);
      const bool clock = facts.is_clock() || (facts.is_number() && facts.least >= 0 && facts.most <= kLastClock);
      if (i == day || draft.taken[i] || !named || !clock || SaysDay(layout.names[i])) continue;
      const std::string remedy = FormatOfPackedDays(CellsOf(draft, day), CellsOf(draft, i));
      if (remedy.empty()) continue;
      const std::string option = "--time-column " + ShellWord(layout.OptionFor({day, i})) + " ";
      return layout.NameOf(day) + " holds days in digits (" + QuoteForMessage(draft.facts[day].example) + ") and " +
             layout.NameOf(i) + " their times of day: " + (remedy.starts_with('-') ? "say " + option : "") + remedy;
    }
  }
  return "";
}

std::string WeekdaysAcross(const RoleDraft& draft) {
  constexpr std::size_t kFewest = 5;
  const bool open = draft.options.layout == "table" || draft.IsOpen();
  const std::vector<std::size_t> numbers = draft.Numbers();
  std::size_t days = 0;
  for (const std::size_t i : numbers) days += IsWeekdayName(draft.layout.names[i]) ? 1 : 0;
  const bool total = !numbers.empty() && days + 1 == numbers.size() && IsTotalName(draft.layout.names[numbers.back()]);
  if (!open || draft.layout.times.empty() || days < kFewest || (days < numbers.size() && !total)) return "";
  return "columns are called days of the week, and no rows are read that are weeks: write a row for each day with its "
         "date, or say that every column is a series of weeks: --layout wide";
}

std::string YearsBesideDays(const RoleDraft& draft) {
  constexpr std::size_t kFewest = 2, kYear = 4;
  const CsvLayout& layout = draft.layout;
  if (!draft.IsOpen() || layout.times.size() != 1 || !draft.facts[layout.times[0]].is_date()) return "";
  std::set<int> years;
  std::vector<std::size_t> columns;
  for (const std::size_t i : draft.Numbers()) {
    const std::string_view name = TrimBlanks(layout.names[i]);
    if (name.size() != kYear || !IsTimeName(name)) continue;
    years.insert(BareNumber(name, kYear));
    columns.push_back(i);
  }
  if (columns.size() < kFewest) return "";
  int found = 0;
  for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
    if (draft.records[r].fields.size() != layout.columns) continue;
    const int year = YearNamedIn(draft.records[r].fields[layout.times[0]]);
    if (year != 0 && !years.contains(year)) return "";
    found = year != 0 ? year : found;
  }
  if (found == 0) return "";
  const auto own = std::find_if(columns.begin(), columns.end(),
                                [&](std::size_t i) { return BareNumber(TrimBlanks(layout.names[i]), kYear) == found; });
  return layout.NameOf(layout.times[0]) + " holds days of " + std::to_string(found) + ", and " +
         ListNames(layout, columns) +
         " are years, so that values of other years would stand at its days: write a row for each date, or read the "
         "column of that year alone with --value-column " +
         ShellWord(layout.OptionFor({*own})) + ", or say that every column is a series: --layout wide";
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
  constexpr std::size_t kFewestTimesOfARow = 8, kFewestDays = 4;
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
    const bool measure = facts[i].is_number() && !SaysDay(layout.names[i]) && !SaysPeriod(layout.names[i]) &&
                         (facts[i].least < 1'900'000 || facts[i].most > 2'100'012);  // 2024001
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

std::string RemedyWithoutNumbers(const RoleDraft& draft) {
  std::size_t best = kNoColumn;
  std::string seen;
  for (std::size_t i = 0; i < draft.layout.columns; ++i) {
    const ColumnFacts& facts = draft.facts[i];
    if (draft.taken[i] || facts.cells == 0) continue;
    if (facts.numbers > 0 && (best == kNoColumn || facts.numbers > draft.facts[best].numbers)) best = i;
    if (!seen.empty() || !facts.is_text()) continue;
    seen = draft.layout.NameOf(i) + " has " + QuoteForMessage(facts.example) + ": ";
  }
  if (const std::string header = HeaderBelow(draft); !header.empty()) return header;
  const std::string best_option = best == kNoColumn ? "" : ShellWord(draft.layout.OptionFor({best}));
  if (best != kNoColumn) return "; " + draft.layout.NameOf(best) + " holds some: --value-column " + best_option;
  const std::string& name = draft.layout.names[0];
  if (draft.layout.columns == 1 && name.find_first_of(",;\t") != std::string::npos)
    return "; " + std::string(kRowsInQuotes);
  if (draft.layout.columns == 1) return "; if the fields are parted otherwise, say how: --separator space";
  const bool digits = std::any_of(seen.begin(), seen.end(), IsDigit);
  return "; " + seen +
         (digits ? "write plain numbers, or the seconds of a duration" : "write numbers, such as 1 and 0");
}

std::string CodeAsValue(const RoleDraft& draft, std::size_t column) {
  constexpr std::size_t kFewest = 8;  // cells; fewer may be the same by chance
  const CsvLayout& layout = draft.layout;
  const ColumnFacts& facts = draft.facts[column];
  if (!facts.constant || facts.cells < kFewest) return "";
  std::vector<std::size_t> composites;
  bool others = false;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const bool free = !draft.taken[i] && draft.facts[i].is_text() && !draft.facts[i].is_date();
    others = others || free;
    if (free && HoldsSeveralNumbers(draft.facts[i].example)) composites.push_back(i);
  }
  const std::string& name = layout.names[column];
  if (composites.empty() && (!others || !SaysCode(name))) return "";
  const std::string said =
      layout.NameOf(column) + " is the only column of numbers, and " + QuoteForMessage(facts.example) + " in every row";
  const std::string sure = ", or say that it is the value: --value-column " + ShellWord(layout.OptionFor({column}));
  if (composites.empty())
    return said +
           ", as a code or a place is: name the column of values, or count the rows with --frequency 1D "
           "--aggregate count" +
           sure;
  return said + ", beside " + ListNames(layout, composites) + ", whose cells hold several numbers (" +
         QuoteForMessage(draft.facts[composites[0]].example) +
         "): write the one that is meant into a column of its own" + sure;
}

}  // namespace fitd
