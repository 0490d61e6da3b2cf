#include "daemon/csv/table_columns.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/target_columns.h"
#include "daemon/csv/time_part.h"

namespace fitd {
namespace {

constexpr std::string_view kMonthNames[] = {"january", "february", "march",     "april",   "may",      "june",
                                            "july",    "august",   "september", "october", "november", "december"};

// Place of a column within its year, from 0, and of how many; -1: it has none.
int PlaceInYear(std::string_view name, std::size_t* of) {
  for (int month = 0; month < 12; ++month) {
    const std::string_view full = kMonthNames[month];
    if (name == full || name == full.substr(0, 3)) return *of = 12, month;
  }
  for (const std::string_view word : {"q", "qtr", "qtr ", "quarter", "quarter ", "quarter_"}) {
    if (name.size() != word.size() + 1 || !name.starts_with(word)) continue;
    if (name.back() >= '1' && name.back() <= '4') return *of = 4, name.back() - '1';
  }
  return -1;
}

// Minutes of the day: 00:30, 1:00, 23:45:00; of h1, he01, hour 1 and hr_1, the hours that end then.
int PlaceInDay(std::string_view name) {
  const std::size_t digits = std::min(name.find_first_of("0123456789"), name.size());
  const std::string_view before = name.substr(0, digits);
  const char* const end = name.data() + name.size();
  int hour = -1;
  const auto [p, error] = std::from_chars(name.data() + digits, end, hour);
  if (error != std::errc() || hour < 0 || hour > 24) return -1;
  if (before.empty() && p != end && *p == ':') {
    int minute = 0;
    const auto [q, minute_error] = std::from_chars(p + 1, end, minute);
    if (minute_error != std::errc() || q - p != 3 || minute > 59) return -1;
    const std::string_view rest(q, static_cast<std::size_t>(end - q));
    return rest.empty() || rest == ":00" ? 60 * hour + minute : -1;
  }
  for (const std::string_view word : {"h", "h_", "he", "he_", "he ", "hr", "hr_", "hour", "hour_", "hour "}) {
    if (before == word && p == end) return 60 * hour;
  }
  return -1;
}

// A number behind one of these words, with or without a blank or a line between them; -1: something else.
int NumberBehind(std::string_view name, std::span<const std::string_view> words, int most) {
  const std::size_t digits = std::min(name.find_first_of("0123456789"), name.size());
  std::string_view before = name.substr(0, digits);
  while (!before.empty() && (before.back() == ' ' || before.back() == '_' || before.back() == '-'))
    before.remove_suffix(1);
  int number = 0;
  const char* const end = name.data() + name.size();
  const auto [p, error] = std::from_chars(name.data() + digits, end, number);
  const bool whole = error == std::errc() && p == end && number >= 1 && number <= most;
  return whole && std::find(words.begin(), words.end(), before) != words.end() ? number : -1;
}

// What a column's name adds to its year: the name of a month, Q1 for whatever a first quarter is called.
std::string YearPart(const std::string& name, std::size_t places) {
  return places == 4 ? std::string("Q") + name.back() : name;
}

std::string TwoDigits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::vector<std::size_t> TableColumns::Across(Span span, std::vector<std::string>* adds) const {
  constexpr std::size_t kFewestOfDay = 20;    // columns; two or three hours are measures like others
  constexpr std::size_t kFewestWeeks = 52;    // and
  constexpr std::size_t kFewestOfMonth = 28;  // days
  static constexpr std::string_view kWeekWords[] = {"w", "wk", "week", "kw"};
  static constexpr std::string_view kDayWords[] = {"", "d", "day", "value", "tag"};
  std::vector<std::size_t> columns;
  std::size_t of = 0;
  int before = 0;
  int step = 0;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    if (draft_.taken[i]) continue;
    const std::string name = LowerCase(draft_.layout.names[i]);
    std::size_t places = 0;
    const int place = span == Span::kYear    ? PlaceInYear(name, &places)
                      : span == Span::kWeeks ? NumberBehind(name, kWeekWords, 53)
                      : span == Span::kMonth ? NumberBehind(name, kDayWords, 31)
                                             : PlaceInDay(name);
    if (place < 0) continue;
    if (columns.size() == 1) step = place - before;
    // In order and at one distance.
    const bool numbered = span == Span::kWeeks || span == Span::kMonth;
    if (columns.empty() && numbered && place != 1) return {};
    if (!columns.empty() && (step <= 0 || (numbered && step != 1) || place - before != step || places != of)) return {};
    before = place;
    of = places;
    columns.push_back(i);
    adds->push_back(span == Span::kYear    ? YearPart(draft_.layout.names[i], places)
                    : span == Span::kWeeks ? "W" + TwoDigits(place)
                    : span == Span::kMonth ? std::to_string(place)
                                           : TwoDigits(place / 60) + ":" + TwoDigits(place % 60));
  }
  const std::size_t fewest = span == Span::kYear    ? of
                             : span == Span::kWeeks ? kFewestWeeks
                             : span == Span::kMonth ? kFewestOfMonth
                                                    : kFewestOfDay;
  return columns.size() >= fewest ? columns : std::vector<std::size_t>();
}

bool TableColumns::Take(Span span) {
  std::vector<std::string> adds;
  std::vector<std::size_t> columns = Across(span, &adds);
  if (columns.empty()) return false;
  draft_.layout.values = std::move(columns);
  draft_.layout.table = std::move(adds);
  for (const std::size_t column : draft_.layout.values) draft_.Take(column);
  return true;
}

bool TableColumns::IsYear(std::size_t column) const {
  const ColumnFacts& facts = draft_.facts[column];
  return facts.is_whole() && facts.example.size() == 4;
}

// All other columns of a file without a header, when they are twelve.
std::vector<std::size_t> TableColumns::UnnamedMonths() const {
  constexpr std::size_t kNumMonths = 12;
  if (draft_.layout.header) return {};
  std::vector<std::size_t> numbers = draft_.Numbers();
  return numbers.size() == kNumMonths && !draft_.TimesRepeat() ? numbers : std::vector<std::size_t>();
}

Result<bool> TableColumns::Find() {
  CsvLayout& layout = draft_.layout;
  const CsvOptions& options = draft_.options;
  const bool asked = options.layout == "table";
  if (layout.times.empty() || (!asked && (options.layout != "auto" || options.wide || !layout.values.empty())))
    return false;
  if (asked) {  // the values that were said are those of the table
    for (const std::size_t column : layout.values) draft_.taken[column] = false;
    if (layout.times.size() == 1 && FindTurned()) return true;
  }
  const ColumnFacts& first = draft_.facts[layout.times[0]];
  if (layout.times.size() == 2 && IsYear(layout.times[0]) && layout.parts[1] == TimePart::kPlain)
    return Take(Span::kMonth);
  if (layout.times.size() == 1 && IsYear(layout.times[0])) {
    if (Take(Span::kYear) || Take(Span::kWeeks)) return true;
    std::vector<std::size_t> months = UnnamedMonths();
    if (months.empty()) return false;
    if (!asked) {
      return draft_.Fail(
          "twelve columns of numbers without names behind a year may be its months (--layout table) or twelve series "
          "of years (--layout wide); say which");
    }
    layout.values = std::move(months);
    for (const std::string_view month : kMonthNames)
      layout.table.push_back({static_cast<char>(month[0] - 'a' + 'A'), month[1], month[2]});
    for (const std::size_t column : layout.values) draft_.Take(column);
    return true;
  }
  const bool days = first.with_clock == 0 && (first.is_date() || first.example.size() == 8 || layout.times.size() == 3);
  return days && Take(Span::kDay);
}

std::optional<TimePart> TableColumns::PartDown(std::size_t column, bool years) const {
  const ColumnFacts& facts = draft_.facts[column];
  std::vector<bool> others(draft_.layout.columns, true);
  others[column] = false;
  const auto named = [&](std::span<const std::string_view> names) {
    return FindNamed(draft_.layout, names, others) != kNoColumn;
  };
  const auto numbers = [&](double least, double most, double at_least) {
    return facts.is_whole() && facts.least >= least && facts.most <= most && facts.most >= at_least;
  };
  if (!years) {
    // Days across.
    if (facts.is_clock() || (named(kHourColumns) && numbers(0, 24, 12))) return TimePart::kPlain;
    return std::nullopt;
  }
  // Cells that hold something else than months all over are no months.
  if (facts.is_text() && KindOfCell("2000 " + facts.example) == CellKind::kDate && !facts.constant) {
    const bool all = std::all_of(draft_.records.begin() + static_cast<std::ptrdiff_t>(draft_.from),
                                 draft_.records.end(), [&](const auto& r) {
                                   return r.fields.size() != draft_.layout.columns || r.fields[column].empty() ||
                                          KindOfCell("2000 " + std::string(r.fields[column])) == CellKind::kDate;
                                 });
    return all ? std::optional(TimePart::kPlain) : std::nullopt;
  }
  if (named(kMonthColumns) && numbers(1, 12, 4)) return TimePart::kPlain;
  if (named(kWeekColumns) && numbers(1, 53, 13)) return TimePart::kWeek;
  if (named(kQuarterColumns) && numbers(1, 4, 4)) return TimePart::kQuarter;
  if (named(kYearDayColumns) && numbers(1, 366, 60)) return TimePart::kDayOfYear;
  return std::nullopt;
}

bool TableColumns::FindTurned() {
  constexpr std::size_t kFewestDown = 4;
  CsvLayout& layout = draft_.layout;
  if (!layout.header) return false;
  std::vector<bool> taken = draft_.taken;
  HeaderTimes found = FindHeaderTimes(layout, taken);
  std::vector<std::size_t> across = std::move(found.columns);
  if (across.size() < 2) return false;
  const auto all_across = [&](auto is) { return std::all_of(found.times.begin(), found.times.end(), is); };
  const bool years = all_across([](const std::string& name) {
    return name.size() == 4 && name.find_first_not_of("0123456789") == std::string::npos;
  });
  const bool days = !years && all_across([](const std::string& name) {
    return KindOfCell(name) == CellKind::kDate && name.find(':') == std::string::npos;
  });
  if (!years && !days) return false;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const bool said = layout.times.size() == 1 && layout.times[0] == i;
    if ((draft_.taken[i] && !said) || (!layout.times.empty() && !said)) continue;
    if (std::find(across.begin(), across.end(), i) != across.end()) continue;
    const std::optional<TimePart> part = PartDown(i, years);
    if (!part) continue;
    std::set<std::string_view> seen;
    for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
      if (draft_.records[r].fields.size() == layout.columns) seen.insert(draft_.records[r].fields[i]);
    }
    if (seen.size() < kFewestDown) continue;
    layout.times = {i};
    layout.parts = {*part};
    layout.values = std::move(across);
    layout.table_first = true;
    layout.table = std::move(found.times);
    for (const std::size_t total : found.totals) draft_.LeaveOut(total, "a total");
    draft_.Take(i);
    for (const std::size_t column : layout.values) draft_.Take(column);
    return true;
  }
  return false;
}

Status TableColumns::TakeTargets() {
  CsvLayout& layout = draft_.layout;
  if (layout.targets.empty()) {
    layout.found_target = true;
    FITD_RETURN_IF_ERROR(TargetColumns(draft_).Find());
  }
  for (const std::size_t column : layout.targets) draft_.Take(column);
  layout.notes.push_back("the times of a row go on across its columns, from " + layout.NameOf(layout.values.front()) +
                         " to " + layout.NameOf(layout.values.back()));
  const std::string unit = CommonUnit(UnitsOf(draft_.facts, layout.values));
  for (const std::size_t column : layout.values) layout.units[column] = unit;
  return OkStatus();
}

// Times as header from some column to the end, and no column that holds times.
bool TableColumns::IsRowsByHeader() const {
  if (!draft_.layout.header || !draft_.layout.times.empty()) return false;
  constexpr std::size_t kFewest = 3;
  const std::vector<std::size_t> times = FindHeaderTimes(draft_.layout, draft_.taken).columns;
  if (times.size() < kFewest) return false;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    const bool in_header = std::binary_search(times.begin(), times.end(), i);
    if (!in_header && !draft_.taken[i] && draft_.facts[i].is_date()) return false;
    if (in_header && draft_.facts[i].cells > 0 && draft_.facts[i].numbers == 0) return false;
  }
  return true;
}

Status TableColumns::TakeHeaderTimes() {
  constexpr std::size_t kMostLeftOut = 10;  // one in so many
  CsvLayout& layout = draft_.layout;
  HeaderTimes found = FindHeaderTimes(layout, draft_.taken);
  if (found.columns.empty()) found = FindHeaderTimes(layout, draft_.taken, true);
  std::erase_if(found.others, [&](std::size_t i) { return draft_.facts[i].numbers == 0; });
  if (kMostLeftOut * found.others.size() > found.columns.size() + found.others.size() && !found.columns.empty()) {
    return draft_.Fail(
        ListNames(layout, found.others) + (found.others.size() == 1 ? " is" : " are") +
        " among the times of the header and no time that is read; say that the others are the times with --ignore " +
        ShellWord(layout.OptionFor(found.others)) + ", or write what is one as the others are");
  }
  for (const std::size_t i : found.totals) draft_.LeaveOut(i, "a total");
  for (const std::size_t i : found.others) draft_.LeaveOut(i, "no time, among the times");
  if (!found.marked.empty()) {
    layout.notes.push_back(ListNames(layout, found.marked) + (found.marked.size() == 1 ? " is" : " are") +
                           " read as the time" + (found.marked.size() == 1 ? "" : "s") +
                           " in front of the mark, such as " + TimeOfName(layout.names[found.marked[0]]));
  }
  layout.values = std::move(found.columns);
  return OkStatus();
}

}  // namespace fitd
