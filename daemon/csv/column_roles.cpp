#include "daemon/csv/column_roles.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

#include "daemon/csv/column_facts.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/row_keys.h"
#include "daemon/csv/time_columns.h"

namespace fitd {
namespace {

// Names that mean an id, a value or a number of the row where the content agrees.
constexpr std::string_view kIdNames[] = {
    "series_id",  "seriesid", "symbol",   "ticker",  "store",     "store_id", "store_nbr", "item",      "sku",
    "host",       "hostname", "instance", "device",  "device_id", "sensor",   "sensor_id", "entity_id", "station",
    "station_id", "site",     "site_no",  "country", "location",  "region",   "metric",    "name",      "stn"};
constexpr std::string_view kMeasureNames[] = {"obs_value", "_value", "values", "target", "sales", "demand"};
constexpr std::string_view kRowNumberNames[] = {"", "unnamed: 0", "index", "rownames", "instant", "no", "row"};
// An id that is another one in every row counts only from so many rows on.
constexpr std::size_t kRowsForRowNumber = 8;
constexpr std::size_t kTimesForRowNumber = 3;

class RoleFinder {
 public:
  RoleFinder(const std::vector<Records::Record>& records, std::size_t from, bool complete, const CsvOptions& options,
             const std::string& path, CsvLayout& layout)
      : records_(records),
        from_(from),
        complete_(complete),
        options_(options),
        path_(path),
        layout_(layout),
        facts_(StudyColumns(records, from, layout.columns)),
        taken_(layout.columns, false),
        by_number_(layout.columns, false) {}

  Status Find() {
    FITD_RETURN_IF_ERROR(TakeSaid());
    LeaveOutRowNumbers();
    if (options_.layout == "rows" || (options_.layout == "auto" && !options_.wide && IsRowsByHeader()))
      return FindRows();
    TimeColumns times(layout_, facts_, records_, from_, taken_);
    if (layout_.times.empty()) {
      FITD_ASSIGN_OR_RETURN(layout_.times, times.Find(path_, options_));
    }
    for (const std::size_t column : layout_.times) Take(column);
    FITD_RETURN_IF_ERROR(CheckRoles());
    const bool wide = options_.wide || options_.layout == "wide";
    FITD_RETURN_IF_ERROR(wide ? FindWide() : FindLong());
    layout_.key_candidates = KeyCandidates(layout_, facts_);
    layout_.key_is_text = TextOf(layout_.key_candidates);
    for (std::size_t i = 0; i < layout_.columns; ++i) layout_.units[i] = facts_[i].unit;
    FITD_RETURN_IF_ERROR(CheckRoles());
    ListUnused();
    return OkStatus();
  }

 private:
  void Take(std::size_t column) { taken_[column] = true; }
  void LeaveOut(std::size_t column, std::string why) {
    Take(column);
    layout_.unused.emplace_back(column, std::move(why));
  }
  Status Fail(const std::string& text) const { return {StatusCode::kInvalidInput, path_ + ": " + text}; }

  // What the options name.
  Status TakeSaid() {
    std::vector<std::size_t> ignored;
    if (!options_.ignore.empty()) {
      FITD_ASSIGN_OR_RETURN(ignored, ResolveColumns(options_.ignore, "such", "--ignore", layout_, path_));
    }
    for (const std::size_t column : ignored) LeaveOut(column, "ignored");
    const auto take = [&](const std::string& text, const char* what, const char* option,
                          std::vector<std::size_t>& columns) -> Status {
      if (text.empty()) return OkStatus();
      FITD_ASSIGN_OR_RETURN(columns, ResolveColumns(text, what, option, layout_, path_));
      // A column by its number is the one that is meant, whatever others are called.
      const bool numbers = text.find('#') != std::string::npos;
      for (const std::size_t column : columns) Take(column), by_number_[column] = numbers;
      return OkStatus();
    };
    FITD_RETURN_IF_ERROR(take(options_.target_column, "target", "--target-column", layout_.targets));
    FITD_RETURN_IF_ERROR(take(options_.time_column, "time", "--time-column", layout_.times));
    FITD_RETURN_IF_ERROR(take(options_.value_column, "value", "--value-column", layout_.values));
    if (layout_.targets.empty() && layout_.values.empty()) TakeLike();
    return CheckRoles();
  }

  // New rows for a store are read as its rows were, also where they are too few to show what the target is.
  void TakeLike() {
    if (options_.layout != "auto" || options_.wide) return;
    std::vector<std::size_t> targets = FindJoined(layout_, options_.like_target, taken_);
    std::vector<std::size_t> values = FindJoined(layout_, options_.like_value, taken_);
    if (targets.empty() || values.empty()) return;
    for (const std::size_t column : targets) Take(column);
    for (const std::size_t column : values) Take(column);
    layout_.targets = std::move(targets);
    layout_.values = std::move(values);
  }

  Status CheckRoles() const {
    std::vector<bool> seen(layout_.columns);
    std::vector<bool> ignored(layout_.columns);
    std::unordered_map<std::string_view, std::size_t> names;
    for (const std::string& name : layout_.names) ++names[name];
    for (const auto& [column, why] : layout_.unused) ignored[column] = true;
    for (const auto* columns : {&layout_.targets, &layout_.times, &layout_.values}) {
      for (const std::size_t column : *columns) {
        if (names[layout_.names[column]] > 1 && !by_number_[column]) {
          FITD_RETURN_IF_ERROR(CheckSingle(layout_, column, path_));
        }
        if (seen[column]) {
          return Fail("one column cannot be two of target, time and value: " + layout_.NameOf(column) +
                      "; the columns are " + ListNames(layout_));
        }
        seen[column] = true;
        if (ignored[column]) return Fail("column " + layout_.NameOf(column) + " is to be ignored and to be used");
      }
    }
    return OkStatus();
  }

  // Columns without a name that number the rows or hold nothing.
  void LeaveOutRowNumbers() {
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      if (taken_[i]) continue;
      const std::string name = LowerCase(layout_.names[i]);
      const bool named =
          std::find(std::begin(kRowNumberNames), std::end(kRowNumberNames), name) != std::end(kRowNumberNames);
      if (name.empty() && facts_[i].rows > 0 && facts_[i].cells == 0)
        LeaveOut(i, "empty");
      else if (named && facts_[i].counts && facts_[i].cells > 1)
        LeaveOut(i, "numbers the rows");
    }
  }

  // Times as header from some column to the end, and no column that holds times.
  bool IsRowsByHeader() const {
    if (!layout_.header || !layout_.times.empty()) return false;
    constexpr std::size_t kFewest = 3;
    const std::vector<std::size_t> times = HeaderTimes(layout_, taken_);
    if (times.size() < kFewest) return false;
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      const bool in_header = i >= times.front() && i <= times.back();
      if (!in_header && !taken_[i] && facts_[i].is_date()) return false;
      if (in_header && facts_[i].cells > 0 && facts_[i].numbers == 0) return false;
    }
    return true;
  }

  Status FindRows() {
    layout_.shape = CsvShape::kRows;
    if (!layout_.times.empty())
      return Fail("--time-column says nothing of data in rows: their times are in the header");
    if (layout_.values.empty()) layout_.values = HeaderTimes(layout_, taken_);
    if (layout_.values.empty()) {
      for (std::size_t i = 0; i < layout_.columns; ++i) {
        if (!taken_[i] && facts_[i].is_number()) layout_.values.push_back(i);
      }
    }
    if (layout_.values.empty()) return Fail("no column of values; the columns are " + ListNames(layout_));
    for (const std::size_t column : layout_.values) Take(column);
    if (layout_.targets.empty()) FITD_RETURN_IF_ERROR(FindRowIds());
    for (std::size_t i = 0; i < layout_.columns; ++i) layout_.units[i] = facts_[i].unit;
    FITD_RETURN_IF_ERROR(CheckRoles());
    ListUnused();
    return OkStatus();
  }

  // The first column, or the first several, that differ in every row.
  Status FindRowIds() {
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      if (!taken_[i] && (facts_[i].is_text() || facts_[i].is_whole() || facts_[i].dates > 0)) free.push_back(i);
    }
    if (free.empty()) {
      for (std::size_t i = 0; i < layout_.columns; ++i) {
        if (!taken_[i] && facts_[i].cells > 0) free.push_back(i);
      }
    }
    KeyStudy study(TextOf(free));
    for (std::size_t r = from_; r < records_.size(); ++r) AddTo(study, r, {}, free);
    // Every row has its own id here, so that what tells them apart may differ in all of them.
    const std::vector<std::size_t> key = study.Distinguishing();
    for (const std::size_t place : key) layout_.targets.push_back(free[place]);
    for (const std::size_t column : layout_.targets) Take(column);
    layout_.found_target = true;
    if (layout_.targets.empty() && CountRows() > 1) {
      return Fail("no column tells the rows apart; the columns are " + ListNames(layout_) +
                  "; name those that do with --target-column");
    }
    return OkStatus();
  }

  std::size_t CountRows() const {
    std::size_t rows = 0;
    for (std::size_t r = from_; r < records_.size(); ++r) rows += records_[r].fields.size() == layout_.columns ? 1 : 0;
    return rows;
  }

  Status FindWide() {
    layout_.shape = CsvShape::kWide;
    if (!layout_.targets.empty()) return FindMeasures();
    if (layout_.values.empty()) {
      for (std::size_t i = 0; i < layout_.columns; ++i) {
        if (taken_[i]) continue;
        if (facts_[i].is_text()) {
          LeaveOut(i, "not a number in any row");
        } else {
          layout_.values.push_back(i);
        }
      }
    }
    std::set<std::string_view> seen;
    for (const std::size_t column : layout_.values) {
      const std::string at = "column " + std::to_string(column + 1);
      if (layout_.names[column].empty() && layout_.header) {
        return Fail(at + " has no name, so its target has none; leave it out with --ignore '#" +
                    std::to_string(column + 1) + "'");
      }
      if (!layout_.names[column].empty() && !seen.insert(layout_.names[column]).second) {
        return Fail(at + " has the name " + layout_.NameOf(column) +
                    " that another column has; every target needs its own");
      }
    }
    return layout_.values.empty()
               ? Fail("no column besides the time holds numbers; the columns are " + ListNames(layout_))
               : OkStatus();
  }

  // Wide by ids: every number of a row is a target of the row's id.
  Status FindMeasures() {
    layout_.shape = CsvShape::kLong;
    for (std::size_t i = 0; i < layout_.columns && options_.value_column.empty(); ++i) {
      if (!taken_[i] && facts_[i].is_number()) layout_.values.push_back(i);
    }
    return layout_.values.empty()
               ? Fail("no column besides target and time holds numbers; the columns are " + ListNames(layout_))
               : OkStatus();
  }

  Status FindLong() {
    layout_.found_target = layout_.targets.empty();
    if (layout_.values.empty()) TakeNamedValue();
    if (layout_.found_target) FITD_RETURN_IF_ERROR(FindTarget());
    for (const std::size_t column : layout_.targets) Take(column);
    if (!layout_.values.empty()) return OkStatus();
    return FindValue();
  }

  void TakeValue(std::size_t column) {
    layout_.values.push_back(column);
    Take(column);
  }

  void TakeNamedValue() {
    const std::size_t value = FindNamed(layout_, kValueNames, taken_);
    if (value != kNoColumn) return TakeValue(value);
    // item_id,timestamp,target: numbers under a name that means an id elsewhere.
    const std::size_t measure = FindNamed(layout_, kMeasureNames, taken_);
    if (measure == kNoColumn || !facts_[measure].is_number()) return;
    const bool sure = LowerCase(layout_.names[measure]) != "target" || OtherIdThanTarget() || Numbers().size() == 1;
    // Sales beside other measures without an id may just as well be one of several targets.
    const bool measures = LowerCase(layout_.names[measure]) == "sales" || LowerCase(layout_.names[measure]) == "demand";
    if (sure && (!measures || TimesRepeat() || !layout_.targets.empty())) TakeValue(measure);
  }

  bool OtherIdThanTarget() const {
    if (!layout_.targets.empty()) return true;
    std::vector<bool> taken = taken_;
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      if (LowerCase(layout_.names[i]) == "target") taken[i] = true;
    }
    return FindNamed(layout_, kTargetNames, taken) != kNoColumn || FindNamed(layout_, kIdNames, taken) != kNoColumn;
  }

  std::vector<std::size_t> Numbers() const {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      if (!taken_[i] && facts_[i].is_number()) numbers.push_back(i);
    }
    return numbers;
  }

  // Times of the rows of the head, as text.
  std::string TimeOf(const Records::Record& record) const {
    std::string text;
    for (const std::size_t column : layout_.times) (text += record.fields[column]) += ' ';
    return text;
  }

  bool TimesRepeat() const {
    std::set<std::string> seen;
    std::size_t rows = 0;
    for (std::size_t r = from_; r < records_.size(); ++r) {
      if (layout_.times.empty() || records_[r].fields.size() != layout_.columns) continue;
      ++rows;
      seen.insert(TimeOf(records_[r]));
    }
    return seen.size() < rows;
  }

  std::vector<bool> TextOf(const std::vector<std::size_t>& columns) const {
    std::vector<bool> text;
    for (const std::size_t column : columns) text.push_back(!facts_[column].is_number());
    return text;
  }

  void AddTo(KeyStudy& study, std::size_t r, const std::vector<std::size_t>& times,
             const std::vector<std::size_t>& candidates) const {
    const auto& fields = records_[r].fields;
    if (fields.size() != layout_.columns) return;
    std::string time;
    for (const std::size_t column : times) (time += fields[column]) += ' ';
    std::uint64_t row = 0;
    for (const std::string_view field : fields) row = KeyStudy::Hash(field, row);
    std::vector<std::string_view> cells;
    for (const std::size_t column : candidates) cells.push_back(fields[column]);
    study.Add(time, row, cells);
  }

  // The id by name where its rows agree with that; else what tells the rows of one time apart.
  Status FindTarget() {
    std::size_t named = FindNamed(layout_, kTargetNames, taken_);
    if (named == kNoColumn) {
      named = FindNamed(layout_, kIdNames, taken_);
      // A number that is no code but a measure.
      if (named != kNoColumn && facts_[named].is_number() && !facts_[named].is_whole()) named = kNoColumn;
    }
    const std::vector<std::size_t> candidates = KeyCandidates(layout_, facts_);
    if (named != kNoColumn && NumbersTheRows(named) && candidates.size() > 1) {
      layout_.notes.push_back(layout_.names[named] + " is different in every row, so it is no target");
      LeaveOut(named, "different in every row");
      named = kNoColumn;
    }
    if (named != kNoColumn) layout_.targets = {named};
    if (layout_.times.empty()) return OkStatus();
    return StudyKeys();
  }

  // Another one in every row of several times. At one time (new rows for a store) every id is; and names that say "id
  // of a series" are believed.
  bool NumbersTheRows(std::size_t column) const {
    const std::string name = LowerCase(layout_.names[column]);
    const bool said =
        name != "id" && std::find(std::begin(kTargetNames), std::end(kTargetNames), name) != std::end(kTargetNames);
    if (said) return false;
    std::set<std::string_view> seen;
    std::set<std::string> times;
    std::size_t rows = 0;
    for (std::size_t r = from_; r < records_.size(); ++r) {
      if (records_[r].fields.size() != layout_.columns) continue;
      ++rows;
      seen.insert(records_[r].fields[column]);
      if (times.size() < kTimesForRowNumber) times.insert(TimeOf(records_[r]));
    }
    return rows >= kRowsForRowNumber && seen.size() == rows && times.size() >= kTimesForRowNumber;
  }

  Status StudyKeys() {
    std::vector<std::size_t> candidates = KeyCandidates(layout_, facts_);
    std::vector<std::size_t> named = layout_.targets;
    KeyStudy by_name(TextOf(named));
    for (std::size_t r = from_; r < records_.size(); ++r) AddTo(by_name, r, layout_.times, named);
    if (!named.empty()) {
      const KeyVerdict verdict = by_name.Decide();
      if (verdict.kind == KeyVerdict::Kind::kNoRepeats || by_name.Explains()) return OkStatus();
    }
    KeyStudy study(TextOf(candidates));
    for (std::size_t r = from_; r < records_.size(); ++r) AddTo(study, r, layout_.times, candidates);
    const KeyVerdict verdict = study.Decide();
    if (verdict.kind == KeyVerdict::Kind::kNoRepeats) return OkStatus();
    if (verdict.kind == KeyVerdict::Kind::kFound) {
      layout_.targets.clear();
      for (const std::size_t place : verdict.columns) layout_.targets.push_back(candidates[place]);
      layout_.notes.push_back(DescribeKey(verdict, candidates, layout_));
      return OkStatus();
    }
    // A head may be of rows that are alike by chance; the whole file is looked at when its rows have been read.
    if (!complete_) return OkStatus();
    if (verdict.kind == KeyVerdict::Kind::kUncertain) return Fail(DescribeKey(verdict, candidates, layout_));
    return OkStatus();
  }

  Status FindValue() {
    const std::vector<std::size_t> numbers = Numbers();
    if (numbers.size() == 1) {
      TakeValue(numbers[0]);
      return OkStatus();
    }
    if (numbers.empty()) {
      std::string message = "no value column (looked for";
      for (const std::string_view name : kValueNames) message += " " + std::string(name);
      return Fail(message + " and for a column of numbers); the columns are " + ListNames(layout_) +
                  (layout_.columns == 1 ? "; is the separator between fields another one? Say it with --separator"
                                        : "; name it with --value-column"));
    }
    const bool panel = !layout_.targets.empty() || TimesRepeat();
    if (!panel && options_.layout == "auto") return FindWide();
    std::string all;
    for (const std::size_t column : numbers) (all += all.empty() ? "" : ",") += layout_.OptionFor({column});
    return Fail("no value column: " + ListNames(layout_, numbers) +
                " are all numbers; say which is meant with --value-column " + layout_.OptionFor({numbers[0]}) +
                ", or take all with --value-column '" + all + "'" +
                (layout_.targets.empty() ? std::string() : "; the target is " + ListNames(layout_, layout_.targets)));
  }

  void ListUnused() {
    for (const auto* columns : {&layout_.targets, &layout_.times, &layout_.values}) {
      for (const std::size_t column : *columns) Take(column);
    }
    for (const auto& [column, why] : layout_.unused) Take(column);
    for (std::size_t i = 0; i < layout_.columns; ++i) {
      if (!taken_[i]) layout_.unused.emplace_back(i, "");
    }
    std::sort(layout_.unused.begin(), layout_.unused.end());
  }

  const std::vector<Records::Record>& records_;
  std::size_t from_;
  bool complete_;
  const CsvOptions& options_;
  const std::string& path_;
  CsvLayout& layout_;
  std::vector<ColumnFacts> facts_;
  std::vector<bool> taken_;      // has a role, or none
  std::vector<bool> by_number_;  // was said as #N
};

}  // namespace

Status FindRoles(const std::vector<Records::Record>& records, std::size_t from, bool complete,
                 const CsvOptions& options, const std::string& path, CsvLayout& layout) {
  return RoleFinder(records, from, complete, options, path, layout).Find();
}

}  // namespace fitd
