#include "daemon/csv/table_columns.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "common/ascii.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/header_times.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/target_columns.h"
#include "daemon/csv/time_columns.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/across_style.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr std::string_view kShortMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kMonthsAcross = kMonthsOfYear;
constexpr std::size_t kSeasons = 4;

}  // namespace

// S3 beside S1 and S2, which are then no halves, and V beside I to IV.
bool TableColumns::HasSibling(const AcrossStyle& style, const std::vector<std::size_t>& columns) const {
  if (style.span != TimeSpan::kYear || style.place == MonthOfName) return false;
  const auto word = [&](std::size_t i) {
    std::string text = FoldWord(called_[i]);
    std::erase_if(text, IsDigit);
    return text;
  };
  const std::string first = word(columns[0]);
  for (const std::size_t i : draft_.Numbers()) {
    if (called_[i].empty() || std::find(columns.begin(), columns.end(), i) != columns.end()) continue;
    const std::string other = word(i);
    if (other == first || (first == "i" && other == "v")) return true;
  }
  return false;
}

// Removes the columns that only a night with an hour twice fills, and returns them: 25 behind 24, 49 and 50 behind 48,
// 97 to 100 behind 96.
std::vector<std::size_t> TableColumns::TakeHourAgain(const AcrossStyle& style, std::vector<std::size_t>& columns,
                                                     std::vector<int>& places) const {
  constexpr std::size_t kHours = 24;
  std::vector<std::size_t> again;
  if (style.place == ClockOfColumn) {  // H25 is no time of a clock
    std::string next = places.size() == kHours ? called_[columns.back()] : "";
    if (!next.ends_with("24")) return again;
    next.back() = '5';
    for (std::size_t i = 0; i < draft_.layout.columns; ++i)
      if (!draft_.taken[i] && called_[i] == next) again.push_back(i);
    return again;
  }
  if (style.most > places.size() || places.size() != style.most + style.most / kHours) return again;
  again.assign(columns.begin() + static_cast<std::ptrdiff_t>(style.most), columns.end());
  columns.resize(style.most);
  places.resize(style.most);
  return again;
}

Result<TableColumns::Across> TableColumns::FindAcross(const AcrossStyle& style) const {
  const CsvLayout& layout = draft_.layout;
  Across across;
  std::vector<int> places;
  bool words = true;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const PeriodWord word = draft_.taken[i] || called_[i].empty() ? PeriodWord() : style.place(called_[i]);
    if (!word || (draft_.facts[i].cells > 0 && draft_.facts[i].numbers == 0)) continue;
    across.columns.push_back(i);
    places.push_back(word.number);
    // A number behind a word of another meaning (Sensor 1) may be anything.
    across.sure = across.sure && word.sure && (called_[i] == layout.names[i] || !AllDigits(called_[i]));
    words = words && MonthOfName(called_[i]);
  }
  if (style.span == TimeSpan::kDay) across.again = TakeHourAgain(style, across.columns, places);
  if (places.size() < 2 || HasSibling(style, across.columns)) return Across();
  // The midnight that ends a day may be called 00:00.
  if (style.span == TimeSpan::kDay && places.back() == 1) places.back() += 24 * 60;
  const int step = places[1] - places[0];
  const bool of_day = style.span == TimeSpan::kDay;
  const bool numbered = of_day && style.place != ClockOfColumn;
  // 2000, 2001, ... are years, and no minutes.
  constexpr int kLeastStep = 15;
  constexpr std::size_t kFewestUnsure = 20;  // h1 to h12 may be hours ahead
  const bool written = std::all_of(across.columns.begin(), across.columns.end(),
                                   [&](std::size_t i) { return IsWrittenClock(called_[i]); });
  if (of_day && !numbered && places.size() < kFewestUnsure && !written) return Across();
  const bool clocks = called_[across.columns[0]].find(':') != std::string::npos || step >= kLeastStep;
  bool in_order = step > 0 && (numbered ? step == 1 && places[0] <= 2 : of_day ? clocks : step == 1 && places[0] == 1);
  for (std::size_t i = 1; i < places.size(); ++i) in_order = in_order && places[i] - places[i - 1] == step;
  if (in_order && places.size() >= style.fewest && places.size() <= style.most) {
    for (std::size_t i = 0; i < places.size(); ++i)
      across.adds.push_back(words ? called_[across.columns[i]] : style.add(places[i]));
    across.parts = style.parts;
    across.months = style.most == kMonthsAcross;
    return across;
  }
  // Names of months, but not all in order from January: fiscal years, or months are missing.
  std::vector<int> sorted = places;
  std::sort(sorted.begin(), sorted.end());
  const bool different = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  if (style.place != MonthOfName || !different || places.size() < 3) return Across();
  const std::string first = layout.NameOf(across.columns[0]);
  if (places.size() == kMonthsAcross) {
    bool follow = draft_.FiscalYearsDown().of_two;
    for (std::size_t i = 1; i < places.size(); ++i) follow = follow && places[i] == places[i - 1] % kMonthsOfYear + 1;
    if (follow) {
      for (const std::size_t column : across.columns) across.adds.push_back(called_[column]);
      across.first_month = places[0];
      across.parts = style.parts;
      across.months = true;
      return across;
    }
    return draft_.Fail("the months across begin with " + first +
                       ", so that it is not known which of them are of the year in " + layout.NameOf(layout.times[0]) +
                       " and which of the next or the one before: write a row for each month, or say that every column "
                       "is a series of years: --layout wide");
  }
  return draft_.Fail(std::to_string(places.size()) + " columns from " + first +
                     " on are called months, and a table of them has all twelve, from January on: add those that are "
                     "missing, without values, or say that every column is a series of years: --layout wide");
}

// Number of free columns called seasons, or three months of a year.
std::size_t TableColumns::SeasonsAcross() const {
  std::size_t seasons = 0;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i)
    seasons += !draft_.taken[i] && IsSeasonWord(draft_.layout.names[i]) ? 1 : 0;
  return seasons;
}

Status TableColumns::FailSeasons() const {
  return draft_.Fail(
      "columns are called seasons, or three months or other spans of a year, and no step is known that has them: write "
      "a row for each "
      "with its first day, or say that every column is a series of years: --layout wide");
}

// By the names as they are, else by what is left of them without a word that they share: Jan of Sales Jan.
Result<bool> TableColumns::Take(TimeSpan span) {
  CsvLayout& layout = draft_.layout;
  // Of the twelve spans of three months (DJF, JFM, ...) four would be read as quarters.
  const bool some = span == TimeSpan::kYear && (SeasonsAcross() > kSeasons || NameSomeMonths(draft_.layout.names));
  if (some) return FailSeasons();
  called_ = layout.names;
  const std::vector<std::size_t> twice = span == TimeSpan::kDay ? TakeHourTwice(called_) : std::vector<std::size_t>();
  FITD_ASSIGN_OR_RETURN(Across across, FindCalled(span));
  if (across.columns.empty()) {
    std::vector<bool> free(layout.columns);
    for (const std::size_t column : draft_.Numbers()) free[column] = true;
    std::string words;
    for (BareNames& bare : WithoutSharedWord(layout.names, free)) {
      called_ = std::move(bare.names);
      FITD_ASSIGN_OR_RETURN(Across found, FindCalled(span));
      if (found.columns.empty()) continue;
      if (!across.columns.empty() && found.columns != across.columns) {
        return draft_.Fail("the columns of " + words + " and of '" + bare.word + "' are " + across.parts +
                           " of several quantities: write each into a file of its own, or leave the others out with "
                           "--ignore, or say that every column is a series: --layout wide");
      }
      words = "'" + bare.word + "'";
      across = std::move(found);
    }
    if (!across.columns.empty()) layout.notes.push_back("its columns are called without " + words);
  }
  if (!across.columns.empty()) {
    across.again.insert(across.again.end(), twice.begin(), twice.end());
    return TakeAcross(across);
  }
  if (span == TimeSpan::kYear && SeasonsAcross() == kSeasons) return FailSeasons();
  return false;
}

Result<TableColumns::Across> TableColumns::FindCalled(TimeSpan span) const {
  for (const AcrossStyle& style : AcrossStyles()) {
    if (style.span != span) continue;
    FITD_ASSIGN_OR_RETURN(Across across, FindAcross(style));
    if (!across.columns.empty()) return across;
  }
  return Across();
}

Result<bool> TableColumns::TakeAcross(Across& across) {
  CsvLayout& layout = draft_.layout;
  if (!across.sure && draft_.options.layout != "table") {
    return draft_.Fail("columns " + layout.NameOf(across.columns.front()) + " to " +
                       layout.NameOf(across.columns.back()) + " beside " + layout.NameOf(layout.times[0]) +
                       " may be its " + across.parts +
                       " (--layout table) or series of their own (--layout wide); say which");
  }
  if (across.months && draft_.FiscalYearsDown()) {
    if (draft_.FiscalYearsDown().of_two && across.first_month == 0) {
      return draft_.Fail("each row of " + layout.NameOf(layout.times[0]) +
                         " is of two years, and it is not known "
                         "which of the months across are of the first one: write a row for each month, or say that "
                         "every column is a series of years: --layout wide");
    }
    layout.parts = {TimePart::kFirstYear};
    layout.year_begins = across.first_month;
  }
  layout.values = std::move(across.columns);
  for (const std::string& add : across.adds) layout.table.push_back(" " + add);
  for (const std::size_t column : layout.values) draft_.Take(column);
  for (const std::size_t column : across.again) draft_.LeaveOut(column, "the hour that one night of autumn has twice");
  return true;
}

// Takes days across of months in one column that are all written alike. Each month has all 31 columns; fewer may be
// stations as well.
Result<bool> TableColumns::TakeDaysOfMonth() {
  if (constexpr std::size_t kDays = 31; draft_.Numbers().size() < kDays) return false;
  CsvLayout& layout = draft_.layout;
  std::optional<DayBeside> day;
  bool alike = true, closed = true;
  for (std::size_t r = draft_.from; r < draft_.records.size() && (alike || closed); ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(fields[layout.times[0]]);
    const std::optional<DayBeside> here = DayBesideMonth(cell);
    alike = alike && here && (!day || (here->first == day->first && here->joint == day->joint));
    day = here;
    closed = closed && IsClosedMonth(cell);
  }
  if (!alike && !closed) return false;
  FITD_ASSIGN_OR_RETURN(const bool days, Take(TimeSpan::kMonth));
  if (!days) return false;
  if (!day) {
    return draft_.Fail("the days across are of the months in " + layout.NameOf(layout.times[0]) +
                       ", which are not written as 2024-01: write them so, or say that every column is a series of "
                       "months: --layout wide");
  }
  layout.table_first = day->first;
  for (std::string& add : layout.table) {
    add[0] = '0';  // in place of the blank
    add = add.substr(add.size() - 2);
    add = day->first ? add + day->joint : day->joint + add;
  }
  return true;
}

bool TableColumns::IsYear(std::size_t column) const {
  return draft_.facts[column].is_whole() && TrimBlanks(draft_.facts[column].example).size() == 4;
}

// The columns of numbers of a file without a header when they are twelve and may be months; else none.
std::vector<std::size_t> TableColumns::UnnamedMonths() const {
  std::vector<std::size_t> numbers = draft_.layout.header ? std::vector<std::size_t>() : draft_.Numbers();
  return numbers.size() == kMonthsAcross && !draft_.TimesRepeat() ? numbers : std::vector<std::size_t>();
}

Result<bool> TableColumns::Find() {
  CsvLayout& layout = draft_.layout;
  const CsvOptions& options = draft_.options;
  const bool asked = options.layout == "table";
  if (layout.times.empty() || (!asked && (options.layout != "auto" || options.wide || !layout.values.empty())))
    return false;
  if (asked) {  // the values that an option named are those of the table
    for (const std::size_t column : layout.values) draft_.taken[column] = false;
    if (layout.times.size() == 1 && FindTurned()) return true;
  }
  const ColumnFacts& first = draft_.facts[layout.times[0]];
  if (layout.times.size() == 2 && IsYear(layout.times[0]) && layout.parts[1] == TimePart::kPlain)
    return Take(TimeSpan::kMonth);
  if (layout.times.size() == 1) {
    FITD_ASSIGN_OR_RETURN(const bool month, TakeDaysOfMonth());
    if (month) return true;
  }
  if (layout.times.size() == 1 && IsYear(layout.times[0])) {
    FITD_ASSIGN_OR_RETURN(const bool year, Take(TimeSpan::kYear));
    if (year) return true;
    std::vector<std::size_t> months = UnnamedMonths();
    if (months.empty()) return false;
    if (!asked) {
      return draft_.Fail(
          "twelve columns of numbers without names behind a year may be its months (--layout table) or twelve series "
          "of years (--layout wide); say which");
    }
    layout.values = std::move(months);
    for (const std::string_view month : kShortMonths) (layout.table.emplace_back(" ")) += month;
    for (const std::size_t column : layout.values) draft_.Take(column);
    return true;
  }
  if (layout.times.size() == 1 && draft_.FiscalYearsDown()) return Take(TimeSpan::kYear);
  const bool days = first.with_clock == 0 && (first.is_date() || first.example.size() == 8 || layout.times.size() == 3);
  if (!days) return false;
  return Take(TimeSpan::kDay);
}

bool TableColumns::FindTurned() {
  constexpr std::size_t kFewestDown = 4;
  CsvLayout& layout = draft_.layout;
  if (!layout.header) return false;
  std::vector<bool> taken = draft_.taken;
  HeaderTimes found = FindHeaderTimes(layout, taken);
  std::vector<std::size_t> across = std::move(found.columns);
  if (across.size() < 2 || found.surely_to_come) return false;
  const auto all_across = [&](auto is) { return std::all_of(found.times.begin(), found.times.end(), is); };
  const bool years = all_across([](const std::string& name) {
    return name.size() == 4 && name.find_first_not_of("0123456789") == std::string::npos;
  });
  const bool days = !years && all_across([](const std::string& name) {
    return KindOfCell(name) == CellKind::kDate && name.find(':') == std::string::npos;
  });
  const bool fiscal = all_across([](const std::string& name) { return FiscalYearOf(name).of_two; });
  if (!years && !days && !fiscal) return false;
  const std::optional<DayBeside> day = DayBesideMonths(found.times);
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const bool said = layout.times.size() == 1 && layout.times[0] == i;
    if ((draft_.taken[i] && !said) || (!layout.times.empty() && !said)) continue;
    if (std::find(across.begin(), across.end(), i) != across.end()) continue;
    const bool of_month = day && IsCalled(layout, i, kDayColumns) && draft_.facts[i].is_whole();
    const std::optional<TimePart> part =
        of_month ? std::optional(TimePart::kPlain)
                 : PartDown(layout, draft_.facts[i], draft_.records, draft_.from, i, years || fiscal);
    if (!part) continue;
    std::set<std::string_view> seen;
    for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
      if (draft_.records[r].fields.size() == layout.columns) seen.insert(draft_.records[r].fields[i]);
    }
    if (seen.size() < kFewestDown) continue;
    const int first = fiscal ? draft_.FirstMonthDown(i) : 0;
    if (fiscal && first == 1) continue;
    layout.times = {i};
    layout.parts = {*part};
    layout.values = std::move(across);
    layout.table = std::move(found.times);
    layout.year_begins = first;
    layout.table_first = !of_month || !day->first;
    for (std::string& time : layout.table) {
      if (of_month)
        time = day->first ? day->joint + time : time + day->joint;
      else if (*part == TimePart::kPlain && first == 0)
        time += ' ';
    }
    for (const std::size_t total : found.totals) draft_.LeaveOut(total, "a total or a change");
    draft_.Take(i);
    for (const std::size_t column : layout.values) draft_.Take(column);
    return true;
  }
  return false;
}

}  // namespace fitd
