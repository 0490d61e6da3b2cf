#include "daemon/csv/table_columns.h"

#include <algorithm>
#include <charconv>

#include "daemon/csv/column_names.h"
#include "daemon/csv/target_columns.h"

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

// What a column's name adds to its year: the name of a month, Q1 for whatever a first quarter is called.
std::string YearPart(const std::string& name, std::size_t places) {
  return places == 4 ? std::string("Q") + name.back() : name;
}

std::string TwoDigits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::vector<std::size_t> TableColumns::Across(bool years, std::vector<std::string>* adds) const {
  constexpr std::size_t kFewestOfDay = 20;  // columns; two or three hours are measures like others
  std::vector<std::size_t> columns;
  std::size_t of = 0;
  int before = 0;
  int step = 0;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    if (draft_.taken[i]) continue;
    const std::string name = LowerCase(draft_.layout.names[i]);
    std::size_t places = 0;
    const int place = years ? PlaceInYear(name, &places) : PlaceInDay(name);
    if (place < 0) continue;
    if (columns.size() == 1) step = place - before;
    // In order and at one distance.
    if (!columns.empty() && (step <= 0 || place - before != step || places != of)) return {};
    before = place;
    of = places;
    columns.push_back(i);
    adds->push_back(years ? YearPart(draft_.layout.names[i], places)
                          : TwoDigits(place / 60) + ":" + TwoDigits(place % 60));
  }
  const bool whole = years ? columns.size() == of : columns.size() >= kFewestOfDay;
  return whole ? columns : std::vector<std::size_t>();
}

bool TableColumns::Find() {
  CsvLayout& layout = draft_.layout;
  const CsvOptions& options = draft_.options;
  const bool asked = options.layout == "table";
  if (layout.times.empty() || (!asked && (options.layout != "auto" || options.wide || !layout.values.empty())))
    return false;
  if (asked) {  // the values that were said are those of the table
    for (const std::size_t column : layout.values) draft_.taken[column] = false;
  }
  const ColumnFacts& first = draft_.facts[layout.times[0]];
  const bool years = layout.times.size() == 1 && first.is_whole() && first.example.size() == 4;
  const bool days =
      !years && first.with_clock == 0 && (first.is_date() || first.example.size() == 8 || layout.times.size() == 3);
  if (!years && !days) return false;
  std::vector<std::string> adds;
  std::vector<std::size_t> columns = Across(years, &adds);
  if (columns.empty()) return false;
  layout.values = std::move(columns);
  layout.table = std::move(adds);
  for (const std::size_t column : layout.values) draft_.Take(column);
  return true;
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
  for (std::size_t i = 0; i < layout.columns; ++i) layout.units[i] = draft_.facts[i].unit;
  return OkStatus();
}

}  // namespace fitd
