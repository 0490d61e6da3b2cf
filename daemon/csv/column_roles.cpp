#include "daemon/csv/column_roles.h"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/header_times.h"
#include "daemon/csv/key_study.h"
#include "daemon/csv/role_draft.h"
#include "daemon/csv/table_columns.h"
#include "daemon/csv/target_columns.h"
#include "daemon/csv/time_columns.h"
#include "daemon/csv/time_part.h"
#include "daemon/csv/value_columns.h"
#include "daemon/periods/fiscal_year.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

// Month (1..12) in which years such as 2023-24 begin, as consecutive rows show it; 0: none does, or two disagree.
int FirstMonthOfYears(const RoleDraft& draft) {
  int found = 0;
  FiscalYear last;
  int last_month = 0;
  for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
    const auto& fields = draft.records[r].fields;
    if (fields.size() != draft.layout.columns) continue;
    const FiscalYear year = FiscalYearOf(fields[draft.layout.times[0]]);
    const int month = MonthInYear(fields[draft.layout.times[1]]);
    // Rows may go forward or backward in time.
    const bool down = year.first == last.first + 1 && month == last_month % kMonthsOfYear + 1;
    const bool up = last.first == year.first + 1 && last_month == month % kMonthsOfYear + 1;
    const int begins = down ? month : up ? last_month : found;
    if (found > 0 && begins != found) return 0;
    found = begins;
    last = year;
    last_month = month;
  }
  return found;
}

// Decides how to read fiscal years beside months. kInvalidInput: nothing shows which month a year begins with.
Status ReadFiscalYears(RoleDraft& draft) {
  CsvLayout& layout = draft.layout;
  if (layout.times.size() < 2) return OkStatus();
  bool fiscal = true;
  bool of_two = true;
  bool months = true;
  bool parts = true;  // quarters or halves, whose names do not depend on the month a year begins with
  for (std::size_t r = draft.from; r < draft.records.size() && fiscal; ++r) {
    const auto& fields = draft.records[r].fields;
    if (fields.size() != layout.columns || fields[layout.times[0]].empty()) continue;
    const FiscalYear year = FiscalYearOf(fields[layout.times[0]]);
    fiscal = static_cast<bool>(year);
    of_two = of_two && year.of_two;
    months = months && MonthInYear(fields[layout.times[1]]) > 0;
    parts = parts && (QuarterOfWord(fields[layout.times[1]]) || HalfOfWord(fields[layout.times[1]]));
  }
  const TimePart part = layout.parts[1];
  if (!fiscal || parts || part == TimePart::kQuarter || part == TimePart::kHalf) return OkStatus();
  const int begins = months ? FirstMonthOfYears(draft) : 0;
  if (of_two && begins > 1) layout.year_begins = begins;
  const bool calendar = !of_two && (begins == 1 || part == TimePart::kMonth);
  if (layout.year_begins > 0 || calendar) {
    layout.parts[0] = TimePart::kFirstYear;
    return OkStatus();
  }
  const std::string year = layout.NameOf(layout.times[0]);
  return draft.Fail(year +
                    " holds fiscal years, and it is not known which months are of the calendar year that one is "
                    "called by: write that year, or a date, into " +
                    year);
}

Status CheckTimes(RoleDraft& draft) {
  const std::size_t days = FindDecimalDays(draft.layout, draft.facts, draft.taken);
  if (draft.layout.times.size() == 1 && draft.options.time_column.empty() && days != kNoColumn) {
    return draft.Fail(draft.layout.NameOf(days) + " holds days of the year with a part of a day, which are not read " +
                      "beside a year: write the date and the time of day of each row");
  }
  for (const std::string& doubt : {WeekdaysAcross(draft), PeriodsAsDays(draft), YearsBesideDays(draft)}) {
    if (!doubt.empty()) return draft.Fail(doubt);
  }
  return ReadFiscalYears(draft);
}

// The times in the names of the values of a layout of rows, without the word that all share: 2010 of pop2010, 2019M01
// of pop2019M01, 1990 of "1990 pop". kInvalidInput for several words, whose times are series of their own, and for
// names without a time among others with one.
Result<std::vector<std::string>> TimesOfValues(RoleDraft& draft) {
  constexpr std::size_t kFewest = 2;
  CsvLayout& layout = draft.layout;
  std::vector<std::string> names;
  std::vector<std::string> times;
  std::map<std::string, std::size_t> words;
  std::vector<std::size_t> others;
  bool years = true, plain = false;
  for (const std::size_t column : layout.values) {
    const std::string& name = layout.names[column];
    names.push_back(TimeOfName(name));
    const WordedTime worded = TimeBesideWord(name);
    plain = plain || IsTimeName(names.back());
    if (worded.time.empty()) others.push_back(column);
    if (!worded.time.empty()) ++words[std::string(worded.word)];
    years = years && worded.time.size() == 4;
    times.emplace_back(worded.time);
  }
  if (plain || layout.values.size() < kFewest || 2 * others.size() >= layout.values.size()) return names;
  if (!others.empty()) {
    return draft.Fail(ListNames(layout, others) + " among the values " + (others.size() == 1 ? "has" : "have") +
                      " no time in the name, as the others have: leave " + (others.size() == 1 ? "it" : "them") +
                      " out with --ignore " + ShellWord(layout.OptionFor(others)));
  }
  if (words.size() > 1) {
    constexpr std::size_t kShown = 8;
    std::string list;
    std::size_t shown = 0;
    for (const auto& [word, count] : words) {
      if (shown++ < kShown) list += (list.empty() ? "'" : ", '") + word + "'";
    }
    return draft.Fail("the header holds " + std::string(years ? "years" : "times") + " of several quantities (" + list +
                      (shown > kShown ? ", ..." : "") +
                      "), which would be one series here: write each quantity into a file of its own, or say which "
                      "columns are meant with --value-column");
  }
  layout.notes.push_back("the " + std::string(years ? "years" : "times") +
                         " of the header are read without the word '" + words.begin()->first + "'");
  return times;
}

// Fewest times in a header. Two alone may be names of series; they make a table when a column holds the months, weeks
// or hours of both.
constexpr std::size_t kFewestOfTable = 2;
constexpr std::size_t kFewestOfRows = 3;

class RoleFinder {
 public:
  RoleFinder(const std::vector<Records::Record>& records, std::size_t from, bool complete, const CsvOptions& options,
             const std::string& path, CsvLayout& layout)
      : draft_(records, from, complete, options, path, layout) {}

  Status Find() {
    for (const ColumnFacts& facts : draft_.facts) draft_.layout.measured.push_back(facts.numbers > 0);
    FITD_RETURN_IF_ERROR(TakeSaid());
    LeaveOutRowNumbers();
    const bool open = draft_.options.layout == "auto" && !draft_.options.wide;
    const bool by_header = open && IsRowsByHeader(draft_, kFewestOfRows);
    const bool may_turn = (open && IsRowsByHeader(draft_, kFewestOfTable)) ||
                          (draft_.options.layout == "table" && draft_.layout.times.empty());
    if (may_turn && draft_.layout.values.empty() && TableColumns(draft_).FindTurned()) return FinishTable();
    if (draft_.options.layout == "rows" || by_header) return FindRows();
    TimeColumns times(draft_.layout, draft_.facts, draft_.records, draft_.from, draft_.taken);
    if (draft_.layout.times.empty()) {
      FITD_ASSIGN_OR_RETURN(draft_.layout.times, times.Find(draft_));
    }
    draft_.layout.parts = times.PartsOf(draft_.layout.times);
    if (draft_.options.like_parts.size() == draft_.layout.times.size()) draft_.layout.parts = draft_.options.like_parts;
    for (const std::size_t column : draft_.layout.times) draft_.Take(column);
    LeaveOutMoreRowNumbers();
    FITD_RETURN_IF_ERROR(CheckRoles());
    FITD_RETURN_IF_ERROR(CheckTimes(draft_));
    FITD_ASSIGN_OR_RETURN(const bool table, TableColumns(draft_).Find());
    if (table) return FinishTable();
    if (draft_.options.layout == "table") {
      return draft_.Fail(
          "no table: its columns are all months or quarters of a year, or times of a day, in their order; the columns "
          "are " +
          ListNames(draft_.layout));
    }
    const bool wide = draft_.options.wide || draft_.options.layout == "wide";
    FITD_RETURN_IF_ERROR(wide ? ValueColumns(draft_).FindWide() : FindLong());
    FITD_RETURN_IF_ERROR(TargetColumns(draft_).CheckNoParts());
    draft_.layout.key_candidates = KeyCandidates(draft_.layout, draft_.facts);
    draft_.layout.key_is_text = draft_.TextOf(draft_.layout.key_candidates);
    const std::string doubt = draft_.options.time_column.empty() ? times.Doubt() : "";
    if (!doubt.empty()) return draft_.Fail(doubt);
    for (const std::size_t column : draft_.layout.key_candidates)
      draft_.layout.key_is_part.push_back(TargetColumns(draft_).IsPart(column));
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) draft_.layout.units[i] = draft_.facts[i].unit;
    FITD_RETURN_IF_ERROR(ValueColumns(draft_).CheckNoAccounts());
    FITD_RETURN_IF_ERROR(CheckRoles());
    return ListUnused();
  }

 private:
  // Gives the columns that options name their roles.
  Status TakeSaid() {
    std::vector<std::size_t> ignored;
    if (!draft_.options.ignore.empty()) {
      FITD_ASSIGN_OR_RETURN(ignored,
                            ResolveColumns(draft_.options.ignore, "such", "--ignore", draft_.layout, draft_.path));
    }
    for (const std::size_t column : ignored) draft_.LeaveOut(column, "ignored");
    for (const std::string_view name : draft_.options.like_no_values) {
      const std::size_t column = FindNamed(draft_.layout, {&name, 1}, draft_.taken);
      if (column != kNoColumn) draft_.LeaveOut(column, "no values in the data before");
    }
    const auto take = [&](const std::string& text, const char* what, const char* option,
                          std::vector<std::size_t>& columns) -> Status {
      if (text.empty()) return OkStatus();
      FITD_ASSIGN_OR_RETURN(columns, ResolveColumns(text, what, option, draft_.layout, draft_.path));
      // A column given as #N is meant even when another one has its name.
      const bool numbers = text.find('#') != std::string::npos;
      for (const std::size_t column : columns) draft_.Take(column), draft_.by_number[column] = numbers;
      return OkStatus();
    };
    FITD_RETURN_IF_ERROR(take(draft_.options.target_column, "target", "--target-column", draft_.layout.targets));
    FITD_RETURN_IF_ERROR(take(draft_.options.time_column, "time", "--time-column", draft_.layout.times));
    FITD_RETURN_IF_ERROR(take(draft_.options.value_column, "value", "--value-column", draft_.layout.values));
    if (draft_.layout.targets.empty() && draft_.layout.values.empty()) TakeLike();
    return CheckRoles();
  }

  // New rows for a store are read as its rows were, even when they are too few to show what the target is.
  void TakeLike() {
    if (draft_.options.layout != "auto" || draft_.options.wide) return;
    std::vector<std::size_t> targets = FindJoined(draft_.layout, draft_.options.like_target, draft_.taken);
    std::vector<std::size_t> values = FindJoined(draft_.layout, draft_.options.like_value, draft_.taken);
    if (targets.empty() || values.empty()) return;
    for (const std::size_t column : targets) draft_.Take(column);
    for (const std::size_t column : values) draft_.Take(column);
    draft_.layout.targets = std::move(targets);
    draft_.layout.values = std::move(values);
  }

  Status CheckRoles() const {
    std::vector<bool> seen(draft_.layout.columns);
    std::vector<bool> ignored(draft_.layout.columns);
    std::unordered_map<std::string_view, std::size_t> names;
    for (const std::string& name : draft_.layout.names) ++names[name];
    for (const auto& [column, why] : draft_.layout.unused) ignored[column] = true;
    for (const auto& [columns, option] : {std::pair{&draft_.layout.targets, "--target-column"},
                                          {&draft_.layout.times, "--time-column"},
                                          {&draft_.layout.values, "--value-column"}}) {
      for (const std::size_t column : *columns) {
        if (names[draft_.layout.names[column]] > 1 && !draft_.by_number[column]) {
          FITD_RETURN_IF_ERROR(CheckSingle(draft_.layout, column, option, draft_.path));
        }
        if (seen[column] && !draft_.layout.counts_rows) {
          return draft_.Fail("one column cannot be two of target, time and value: " + draft_.layout.NameOf(column) +
                             "; the columns are " + ListNames(draft_.layout));
        }
        seen[column] = true;
        if (ignored[column])
          return draft_.Fail("column " + draft_.layout.NameOf(column) + " is to be ignored and to be used");
      }
    }
    return OkStatus();
  }

  // Columns without a name that number the rows or hold nothing.
  void LeaveOutRowNumbers() {
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (draft_.taken[i]) continue;
      if (draft_.layout.names[i].empty() && draft_.facts[i].rows > 0 && draft_.facts[i].cells == 0)
        draft_.LeaveOut(i, "empty");
      else if ((i == 0 || draft_.layout.header) && draft_.IsCalledRowNumber(i) && draft_.CountsUp(i))
        draft_.LeaveOut(i, "numbers the rows");
    }
  }

  // Row numbers with other names, in another order or with gaps; called when the time columns are known.
  void LeaveOutMoreRowNumbers() {
    if (!draft_.layout.header) return;
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (!draft_.taken[i] && draft_.IsRowNumber(i) && draft_.Numbers().size() > 1)
        draft_.LeaveOut(i, "numbers the rows");
    }
  }

  Status FinishTable() {
    FITD_RETURN_IF_ERROR(TargetColumns(draft_).TakeOfTable());
    FITD_RETURN_IF_ERROR(CheckRoles());
    return ListUnused();
  }

  Status FindRows() {
    draft_.layout.shape = CsvShape::kRows;
    if (!draft_.layout.times.empty())
      return draft_.Fail("--time-column says nothing of data in rows: their times are in the header");
    if (draft_.layout.values.empty()) FITD_RETURN_IF_ERROR(TakeHeaderTimes(draft_));
    if (draft_.layout.values.empty()) {
      for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
        if (!draft_.taken[i] && draft_.facts[i].is_number() && !NumbersWords(i)) draft_.layout.values.push_back(i);
      }
    }
    if (draft_.layout.values.empty())
      return draft_.Fail("no column of values; the columns are " + ListNames(draft_.layout));
    FITD_ASSIGN_OR_RETURN(draft_.layout.header_times, TimesOfValues(draft_));
    for (const std::size_t column : draft_.layout.values) draft_.Take(column);
    if (draft_.layout.targets.empty()) FITD_RETURN_IF_ERROR(TargetColumns(draft_).FindRowIds());
    // A series spans many columns. The only unit holds for all; of several each row has its own (ReadInRowUnit).
    const UnitCounts units = UnitsOf(draft_.facts, draft_.layout.values);
    for (const std::size_t column : draft_.layout.values)
      draft_.layout.units[column] = units.size() == 1 ? units.begin()->first : "";
    FITD_RETURN_IF_ERROR(CheckRoles());
    return ListUnused();
  }

  // "00 Riket", "01 Stockholm": numbers and words that are others in every row are ids.
  bool NumbersWords(std::size_t column) const {
    const ColumnFacts& facts = draft_.facts[column];
    return facts.units.size() > 1 && facts.units.size() + 1 >= facts.numbers && !facts.units.contains("");
  }

  Status FindLong() {
    ValueColumns values(draft_);
    draft_.layout.found_target = draft_.layout.targets.empty();
    if (draft_.layout.values.empty()) values.TakeNamed();
    if (draft_.layout.found_target) FITD_RETURN_IF_ERROR(TargetColumns(draft_).Find());
    for (const std::size_t column : draft_.layout.targets) draft_.Take(column);
    if (!draft_.layout.values.empty()) return OkStatus();
    return values.Find();
  }

  Status ListUnused() {
    for (const auto* columns : {&draft_.layout.targets, &draft_.layout.times, &draft_.layout.values}) {
      for (const std::size_t column : *columns) draft_.Take(column);
    }
    for (const auto& [column, why] : draft_.layout.unused) draft_.Take(column);
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (!draft_.taken[i]) draft_.layout.unused.emplace_back(i, ValueColumns(draft_).WhyUnused(i));
    }
    ValueColumns(draft_).FindSigns();
    ValueColumns(draft_).FindStages();
    ValueColumns(draft_).FindUnit();
    SortUnused(draft_.layout, draft_.facts);
    return OkStatus();
  }

  RoleDraft draft_;
};

}  // namespace

Status FindRoles(const std::vector<Records::Record>& records, std::size_t from, bool complete,
                 const CsvOptions& options, const std::string& path, CsvLayout& layout) {
  return RoleFinder(records, from, complete, options, path, layout).Find();
}

}  // namespace fitd
