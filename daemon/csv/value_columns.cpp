#include "daemon/csv/value_columns.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/column_report.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/direction_words.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

// Names that mean a value where the content agrees.
constexpr std::string_view kMeasureNames[] = {"obs_value", "_value", "values", "target", "sales", "demand"};

constexpr std::size_t kMeasuresOfARow = 8;  // more may well be one series
constexpr std::string_view kCodeOfAll = "a code, the same in every row";

// 0001, as nobody writes a measurement.
bool HasZerosInFront(std::string_view cell) {
  return cell.size() > 1 && cell[0] == '0' && std::all_of(cell.begin(), cell.end(), IsDigit) &&
         cell.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

Status ValueColumns::FindWide() {
  draft_.layout.shape = CsvShape::kWide;
  if (!draft_.layout.targets.empty()) return FindMeasures();
  if (draft_.layout.values.empty()) {
    // Annotated CSV has columns for the name of a result and the number of its table.
    const bool annotated = IsAnnotated();
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (draft_.taken[i]) continue;
      if (annotated && (draft_.layout.names[i] == "result" || draft_.layout.names[i] == "table")) {
        draft_.LeaveOut(i, "of the format");
      } else if (draft_.facts[i].constant && SaysCode(draft_.layout.names[i]) && draft_.Numbers().size() > 1) {
        draft_.LeaveOut(i, std::string(kCodeOfAll));
      } else if (draft_.facts[i].is_text()) {
        draft_.LeaveOut(i, "not a number in any row");
      } else if (draft_.facts[i].is_mostly_text()) {
        draft_.LeaveOut(i, FewNumbers(i));
      } else {
        draft_.layout.values.push_back(i);
      }
    }
  }
  std::set<std::string_view> seen;
  for (const std::size_t column : draft_.layout.values) {
    const std::string at = "column " + std::to_string(column + 1);
    if (draft_.layout.names[column].empty() && draft_.layout.header) {
      return draft_.Fail(at + " has no name, so its target has none; leave it out with --ignore '#" +
                         std::to_string(column + 1) + "'");
    }
    if (!draft_.layout.names[column].empty() && !seen.insert(draft_.layout.names[column]).second) {
      return draft_.Fail(at + " has the name " + draft_.layout.NameOf(column) +
                         " that another column has; every target needs its own: say --skip-lines " +
                         std::to_string(draft_.layout.lines_above + 1) +
                         " --no-header to call the columns #1, #2, ..., or --ignore '#" + std::to_string(column + 1) +
                         "' to leave it out");
    }
  }
  return draft_.layout.values.empty()
             ? draft_.Fail("no column besides the time holds numbers; the columns are " + ListNames(draft_.layout))
             : OkStatus();
}

bool ValueColumns::IsAnnotated() const {
  return FindNamed(draft_.layout, std::array<std::string_view, 1>{"_time"}, std::vector<bool>(draft_.layout.columns)) !=
         kNoColumn;
}

std::string ValueColumns::FewNumbers(std::size_t column) const {
  const ColumnFacts& facts = draft_.facts[column];
  return std::to_string(facts.numbers) + " of its first " + std::to_string(facts.cells) + " cells are numbers";
}

std::string ValueColumns::WhyUnused(std::size_t column) const {
  const ColumnFacts& facts = draft_.facts[column];
  if (draft_.layout.shape == CsvShape::kLong && facts.is_half_number()) return FewNumbers(column);
  const bool plain = facts.example.find_first_not_of("0123456789:.,") == std::string::npos;
  if (plain && facts.example.find(':') != std::string::npos) return "no numbers: write the seconds of durations";
  return facts.is_date() && SaysWritten(draft_.layout.names[column]) ? "when the row was written" : "";
}

// Wide by ids: every number of a row is a target of the row's id.
Status ValueColumns::FindMeasures() {
  draft_.layout.shape = CsvShape::kLong;
  for (std::size_t i = 0; i < draft_.layout.columns && draft_.options.value_column.empty(); ++i) {
    if (!draft_.taken[i] && draft_.facts[i].is_number()) draft_.layout.values.push_back(i);
  }
  return draft_.layout.values.empty()
             ? draft_.Fail("no column besides target and time holds numbers; the columns are " +
                           ListNames(draft_.layout))
             : OkStatus();
}

void ValueColumns::TakeValue(std::size_t column) {
  draft_.layout.values.push_back(column);
  draft_.Take(column);
}

// True when x and `y` always go together and take few values: they say where a row is from.
bool ValueColumns::IsPlaceBeside(std::size_t y) const {
  constexpr std::size_t kRowsOfAPlace = 4;
  const std::size_t x = FindNamed(draft_.layout, std::array<std::string_view, 1>{"x"}, draft_.taken);
  if (x == kNoColumn || LowerCase(draft_.layout.names[y]) != "y" || draft_.Numbers().size() < 3) return false;
  std::map<std::string_view, std::string_view> y_of;
  std::set<std::string_view> all;
  std::size_t rows = 0;
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() != draft_.layout.columns) continue;
    if (y_of.try_emplace(fields[x], fields[y]).first->second != fields[y]) return false;
    all.insert(fields[y]);
    ++rows;
  }
  return all.size() > 1 && all.size() == y_of.size() && kRowsOfAPlace * all.size() <= rows;
}

// True for v beside u or beside i and p, and for y beside x and z and no other numbers: none of them is the value.
bool ValueColumns::IsOneLetterOfSeveral(std::size_t column) const {
  const auto one_letter = [&](std::size_t i) { return draft_.layout.names[i].size() == 1; };
  const std::vector<std::size_t> numbers = draft_.Numbers();
  const auto letters = static_cast<std::size_t>(std::count_if(numbers.begin(), numbers.end(), one_letter));
  const std::string name = LowerCase(draft_.layout.names[column]);
  return (name == "v" && letters > 1) || (name == "y" && letters > 2 && letters == numbers.size());
}

void ValueColumns::TakeNamed() {
  const std::size_t value = FindNamed(draft_.layout, kValueNames, draft_.taken);
  if (value != kNoColumn && !IsOneLetterOfSeveral(value) && !IsPlaceBeside(value)) return TakeValue(value);
  if (value != kNoColumn) return;
  // item_id,timestamp,target: numbers under a name that means an id elsewhere.
  const std::size_t measure = FindNamed(draft_.layout, kMeasureNames, draft_.taken);
  if (measure == kNoColumn || !draft_.facts[measure].is_number()) return;
  if (IsGoal(draft_.layout, measure, draft_.facts)) return;
  const bool sure =
      LowerCase(draft_.layout.names[measure]) != "target" || OtherIdThanTarget() || draft_.Numbers().size() == 1;
  // Sales beside other measures without an id may just as well be one of several targets.
  const bool measures =
      LowerCase(draft_.layout.names[measure]) == "sales" || LowerCase(draft_.layout.names[measure]) == "demand";
  if (sure && (!measures || draft_.TimesRepeat() || !draft_.layout.targets.empty())) TakeValue(measure);
}

bool ValueColumns::OtherIdThanTarget() const {
  if (!draft_.layout.targets.empty()) return true;
  std::vector<bool> taken = draft_.taken;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    if (LowerCase(draft_.layout.names[i]) == "target") taken[i] = true;
  }
  return FindNamed(draft_.layout, kTargetNames, taken) != kNoColumn ||
         FindNamed(draft_.layout, kIdNames, taken) != kNoColumn;
}

bool ValueColumns::HoldsMultipliers(std::size_t column) const {
  return std::all_of(draft_.records.begin() + static_cast<std::ptrdiff_t>(draft_.from), draft_.records.end(),
                     [&](const Records::Record& record) {
                       if (record.fields.size() != draft_.layout.columns) return true;
                       return record.fields[column].empty() || IsMultiplier(record.fields[column]);
                     });
}

// Latitudes and longitudes say where a row is from, and ids which row it is: they are no values beside others.
void ValueColumns::LeaveOutNoMeasures() {
  std::vector<std::size_t> places;
  std::vector<std::size_t> numbers = draft_.Numbers();
  for (const std::size_t i : numbers) {
    if (draft_.Numbers().size() < 2) break;
    const ColumnFacts& facts = draft_.facts[i];
    const bool document = facts.is_whole() && SaysDocument(draft_.layout.names[i]) && draft_.RowsOfDistinct(i) > 0;
    if (draft_.IsRowId(i) || document) draft_.LeaveOut(i, std::string(kRowNumber));
    const bool code = SaysCode(draft_.layout.names[i]) || HasZerosInFront(facts.example);
    const bool all = !draft_.taken[i] && facts.constant && facts.cells > 1;
    if (all && draft_.layout.names[i].starts_with("_span") && IsAnnotated())
      draft_.LeaveOut(i, "of the format");
    else if (all && code)
      draft_.LeaveOut(i, std::string(kCodeOfAll));
    if (facts.is_whole() && facts.least >= 0 && facts.most <= 1 && AsksForStage(draft_.layout.names[i]))
      draft_.LeaveOut(i, "says what is a forecast");
    if (!draft_.taken[i] && AsksForSign(draft_.layout.names[i]) && HoldsSignFlags(i))
      draft_.LeaveOut(i, "says which way values go");
  }
  numbers = draft_.Numbers();
  for (const std::size_t i : numbers) {
    if (draft_.Numbers().size() > 1 && IsCalled(draft_.layout, i, kMultiplierNames) && HoldsMultipliers(i))
      draft_.LeaveOut(i, "what the values are in");
  }
  numbers = draft_.Numbers();
  // Year, month and day beside a date, seconds of another clock, the end of a row's period.
  std::vector<std::size_t> parts;
  for (const std::size_t i : numbers) {
    if (draft_.SaysTimeAgain(i)) parts.push_back(i);
  }
  if (parts.size() < numbers.size()) {
    for (const std::size_t i : parts) draft_.LeaveOut(i, "says the time again");
  }
  numbers = draft_.Numbers();
  for (const std::size_t i : numbers) {
    if (IsPlaceName(draft_.layout.names[i])) places.push_back(i);
  }
  if (places.size() < 2 || places.size() >= numbers.size()) return;
  for (const std::size_t i : places) draft_.LeaveOut(i, "a place");
}

Status ValueColumns::Find() {
  if (draft_.options.layout == "auto") LeaveOutNoMeasures();
  const std::vector<std::size_t> numbers = draft_.Numbers();
  const bool panel = !draft_.layout.targets.empty() || draft_.TimesRepeat();
  std::vector<std::size_t> halves;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    if (!draft_.taken[i] && draft_.facts[i].is_half_number()) halves.push_back(i);
  }
  // A second column with many cells that cannot be read is a target too; its cells are judged when rows are read.
  if (numbers.size() == 1 && !halves.empty() && !panel && draft_.options.layout == "auto") return FindWide();
  if (numbers.size() == 1) {
    const std::string code = draft_.IsOpen() ? CodeAsValue(draft_, numbers[0]) : "";
    if (!code.empty()) return draft_.Fail(code);
    TakeValue(numbers[0]);
    if (!panel && draft_.options.layout == "auto") draft_.AwaitNumbers();
    return OkStatus();
  }
  if (numbers.empty() && draft_.options.aggregate == "count" && !draft_.layout.times.empty()) {
    draft_.layout.values = {draft_.layout.times[0]};
    draft_.layout.counts_rows = true;
    return OkStatus();
  }
  if (numbers.empty()) {
    std::string message = "no value column (looked for";
    for (const std::string_view name : kValueNames) message += " " + std::string(name);
    return draft_.Fail(message + " and for a column of numbers); the columns are " + ListNames(draft_.layout) +
                       RemedyWithoutNumbers(draft_));
  }
  if (!panel && draft_.options.layout == "auto") return FindWide();
  return draft_.Fail(
      "no value column: " + ListNames(draft_.layout, numbers) +
      " are all numbers; say which is meant with --value-column " +
      ShellWord(draft_.layout.OptionFor({FirstMeasure(draft_.layout, draft_.facts, numbers)})) +
      ", or take all with --value-column " + ShellWord(draft_.layout.OptionFor(numbers)) +
      (draft_.layout.targets.empty() ? std::string()
                                     : "; the target is " + ListNames(draft_.layout, draft_.layout.targets)) +
      (draft_.layout.times.empty() ? std::string()
                                   : "; the time is " + ListNames(draft_.layout, draft_.layout.times) +
                                         " (--time-column names another one, or several that belong together)") +
      (numbers.size() > kMeasuresOfARow ? "; or say that every row is a series with --layout rows" : ""));
}

// Credits and debits behind their amounts: 16.50 CR beside 30.50 DR, or beside 30.50.
Status ValueColumns::CheckNoAccounts() const {
  for (const std::size_t column : draft_.layout.values) {
    const UnitCounts& units = draft_.facts[column].units;
    if (units.size() < 2) continue;
    for (const auto& [unit, count] : units) {
      const std::string word = LowerCase(unit);
      if (word != "cr" && word != "dr" && word != "cr." && word != "dr.") continue;
      return draft_.Fail("values of " + draft_.layout.NameOf(column) + " end in '" + unit +
                         "' and others do not: these are credits and debits, which go in and out; write a minus "
                         "before those that go out, and leave the letters away");
    }
  }
  return OkStatus();
}

// First by a sure name (kUnitNames, kMultiplierNames), else by cells that are all units, where the name or one of the
// cells leaves no doubt.
void ValueColumns::FindUnit() {
  CsvLayout& layout = draft_.layout;
  if (layout.shape != CsvShape::kLong) return;
  std::vector<bool> no_words(layout.columns, true);
  std::vector<bool> no_multiplier(layout.columns, true);
  for (const auto& [column, why] : layout.unused) {
    if (why == "ignored") continue;
    // Cells that are all "m" count as missing: in a column called a unit they are metres.
    const bool metres = draft_.facts[column].cells == 0 && MayBeUnitName(layout.names[column]);
    no_words[column] = !draft_.facts[column].is_text() && !metres;
    no_multiplier[column] = !HoldsMultipliers(column);
  }
  layout.unit_column = FindNamed(layout, kUnitNames, no_words);
  if (layout.unit_column == kNoColumn) layout.unit_column = FindNamed(layout, kMultiplierNames, no_multiplier);
  for (std::size_t i = 0; i < layout.columns && layout.unit_column == kNoColumn; ++i) {
    bool sure = MayBeUnitName(layout.names[i]);
    const auto is_unit = [&](const Records::Record& record) {
      if (record.fields.size() != layout.columns) return true;
      const std::string_view cell = record.fields[i];
      sure = sure || IsUnitWord(cell);
      return cell.empty() || IsUnitBesideOthers(cell);
    };
    const bool units = !no_words[i] && std::all_of(draft_.records.begin() + static_cast<std::ptrdiff_t>(draft_.from),
                                                   draft_.records.end(), is_unit);
    if (units && sure) layout.unit_column = i;
  }
}

// The first column of words without a role that says whether values go in or out.
void ValueColumns::FindSigns() {
  CsvLayout& layout = draft_.layout;
  if (layout.shape == CsvShape::kRows) return;
  for (const auto& [column, why] : layout.unused) {
    const bool flags = AsksForSign(layout.names[column]) && HoldsSignFlags(column);
    if (why == "ignored" || column >= layout.direction) continue;
    if (!flags && !(draft_.facts[column].is_text() && SaysSigns(column))) continue;
    layout.direction = column;
    layout.direction_flags = flags;
    layout.direction_signs = flags && IsDirectionName(layout.names[column]);
  }
}

void ValueColumns::FindStages() {
  CsvLayout& layout = draft_.layout;
  if (layout.shape == CsvShape::kRows) return;
  for (const auto& [column, why] : layout.unused) {
    const bool asks = AsksForStage(layout.names[column]) || draft_.HoldsLetters(column, "AF");
    if (why == "ignored" || (!asks && !draft_.facts[column].is_text())) continue;
    bool blanks = false;
    if (column >= layout.status || !draft_.HoldsStages(column, asks, &blanks)) continue;
    layout.status = column;
    layout.blank_status = blanks;
  }
}

bool ValueColumns::HoldsSignFlags(std::size_t column) const {
  return std::all_of(draft_.records.begin() + static_cast<std::ptrdiff_t>(draft_.from), draft_.records.end(),
                     [&](const Records::Record& record) {
                       return record.fields.size() != draft_.layout.columns || record.fields[column].empty() ||
                              DirectionsOfFlag(record.fields[column], false) != 0;
                     });
}

// True when all cells of the head say which way values go: credit and debit, or one of them.
bool ValueColumns::SaysSigns(std::size_t column) const {
  const bool named = IsDirectionName(draft_.layout.names[column]);
  return std::all_of(draft_.records.begin() + static_cast<std::ptrdiff_t>(draft_.from), draft_.records.end(),
                     [&](const Records::Record& record) {
                       if (record.fields.size() != draft_.layout.columns) return true;
                       const std::string_view cell = record.fields[column];
                       return DirectionsOf(cell) != 0 && (named || !IsDirectionLetter(cell));
                     });
}

}  // namespace fitd
