#include "daemon/csv/value_columns.h"

#include <set>

#include "common/text.h"
#include "daemon/csv/column_names.h"

namespace fitd {
namespace {

// Names that mean a value where the content agrees.
constexpr std::string_view kMeasureNames[] = {"obs_value", "_value", "values", "target", "sales", "demand"};

constexpr std::string_view kAnnotatedTime[] = {"_time"};

constexpr std::size_t kMeasuresOfARow = 8;  // more may well be one series

}  // namespace

Status ValueColumns::FindWide() {
  draft_.layout.shape = CsvShape::kWide;
  if (!draft_.layout.targets.empty()) return FindMeasures();
  if (draft_.layout.values.empty()) {
    // Of annotated CSV: the name of a result and the number of its table.
    const std::vector<bool> none(draft_.layout.columns);
    const bool annotated = FindNamed(draft_.layout, kAnnotatedTime, none) != kNoColumn;
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (draft_.taken[i]) continue;
      if (annotated && (draft_.layout.names[i] == "result" || draft_.layout.names[i] == "table")) {
        draft_.LeaveOut(i, "of the format");
      } else if (draft_.facts[i].is_text()) {
        draft_.LeaveOut(i, "not a number in any row");
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

void ValueColumns::TakeNamed() {
  const std::size_t value = FindNamed(draft_.layout, kValueNames, draft_.taken);
  if (value != kNoColumn) return TakeValue(value);
  // item_id,timestamp,target: numbers under a name that means an id elsewhere.
  const std::size_t measure = FindNamed(draft_.layout, kMeasureNames, draft_.taken);
  if (measure == kNoColumn || !draft_.facts[measure].is_number()) return;
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

Status ValueColumns::Find() {
  const std::vector<std::size_t> numbers = draft_.Numbers();
  if (numbers.size() == 1) {
    TakeValue(numbers[0]);
    return OkStatus();
  }
  if (numbers.empty()) {
    std::string message = "no value column (looked for";
    for (const std::string_view name : kValueNames) message += " " + std::string(name);
    return draft_.Fail(message + " and for a column of numbers); the columns are " + ListNames(draft_.layout) +
                       (draft_.layout.columns == 1
                            ? "; is the separator between fields another one? Say it with --separator"
                            : "; name it with --value-column"));
  }
  const bool panel = !draft_.layout.targets.empty() || draft_.TimesRepeat();
  if (!panel && draft_.options.layout == "auto") return FindWide();
  return draft_.Fail(
      "no value column: " + ListNames(draft_.layout, numbers) +
      " are all numbers; say which is meant with --value-column " + ShellWord(draft_.layout.OptionFor({numbers[0]})) +
      ", or take all with --value-column " + ShellWord(draft_.layout.OptionFor(numbers)) +
      (draft_.layout.targets.empty() ? std::string()
                                     : "; the target is " + ListNames(draft_.layout, draft_.layout.targets)) +
      (draft_.layout.times.empty() ? std::string()
                                   : "; the time is " + ListNames(draft_.layout, draft_.layout.times) +
                                         " (--time-column names another one, or several that belong together)") +
      (numbers.size() > kMeasuresOfARow ? "; or say that every row is a series with --layout rows" : ""));
}

}  // namespace fitd
