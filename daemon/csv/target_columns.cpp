#include "daemon/csv/target_columns.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/header_times.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/clock_words.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

// Fewest rows and times that show a named id to be a number of the row when it differs in every row.
constexpr std::size_t kRowsForRowNumber = 8;
constexpr std::size_t kTimesForRowNumber = 3;

}  // namespace

// The first column, or the first several, that differ in every row.
Status TargetColumns::FindRowIds() {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
    if (!draft_.taken[i] && (draft_.facts[i].is_text() || draft_.facts[i].is_code() || draft_.facts[i].dates > 0))
      free.push_back(i);
  }
  if (free.empty()) {
    for (std::size_t i = 0; i < draft_.layout.columns; ++i) {
      if (!draft_.taken[i] && draft_.facts[i].cells > 0) free.push_back(i);
    }
  }
  KeyStudy study(draft_.TextOf(free));
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) AddTo(study, r, {}, free);
  // Every row is a series here, so its id may differ in all rows.
  const std::vector<std::size_t> key = study.Distinguishing();
  for (const std::size_t place : key) draft_.layout.targets.push_back(free[place]);
  for (const std::size_t column : draft_.layout.targets) draft_.Take(column);
  draft_.layout.found_target = true;
  FITD_RETURN_IF_ERROR(CheckNoDays());
  FITD_RETURN_IF_ERROR(CheckRowIds(draft_));
  if (draft_.layout.targets.empty() && CountRows() > 1) {
    return draft_.Fail("no column tells the rows apart; the columns are " + ListNames(draft_.layout) +
                       "; name those that do with --target-column");
  }
  return OkStatus();
}

std::size_t TargetColumns::CountRows() const {
  std::size_t rows = 0;
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r)
    rows += draft_.records[r].fields.size() == draft_.layout.columns ? 1 : 0;
  return rows;
}

void TargetColumns::AddTo(KeyStudy& study, std::size_t r, const std::vector<std::size_t>& times,
                          const std::vector<std::size_t>& candidates) const {
  const auto& fields = draft_.records[r].fields;
  if (fields.size() != draft_.layout.columns) return;
  std::string time;
  for (const std::size_t column : times) (time += fields[column]) += ' ';
  if (!times.empty() && TrimBlanks(time).empty()) return;  // no observation, and no repeat of one
  std::uint64_t row = 0;
  for (const std::string_view field : fields) row = KeyStudy::Hash(field, row);
  std::vector<std::string_view> cells;
  cells.reserve(candidates.size());
  for (const std::size_t column : candidates) cells.push_back(fields[column]);
  study.Add(time, row, cells);
}

// The id by name where its rows agree with that; else what tells the rows of one time apart.
Status TargetColumns::Find() {
  std::size_t named = FindNamed(draft_.layout, kTargetNames, draft_.taken);
  if (named == kNoColumn || IsGoal(draft_.layout, named, draft_.facts) || MayBeMeasure(named)) {
    named = FindNamed(draft_.layout, kIdNames, draft_.taken);
    // A number with decimals is a measure and no code.
    if (named != kNoColumn && draft_.facts[named].is_number() && !draft_.facts[named].is_code()) named = kNoColumn;
  }
  if (named != kNoColumn && MayBeMeasure(named)) named = kNoColumn;
  const std::vector<std::size_t> candidates = KeyCandidates(draft_.layout, draft_.facts);
  if (named != kNoColumn && NumbersTheRows(named) && (candidates.size() > 1 || !draft_.TimesRepeat())) {
    draft_.layout.notes.push_back(draft_.layout.names[named] + " is different in every row, so it is no target");
    draft_.LeaveOut(named, std::string(kRowNumber));
    named = kNoColumn;
  }
  if (named != kNoColumn) draft_.layout.targets = {named};
  if (draft_.layout.times.empty()) return OkStatus();
  return StudyKeys();
}

// True when numbers under the name of an id may be a measure (what a store sold, idle time): no time repeats, and they
// have decimals or no column is called the value. Devices that report at different seconds lie on no common grid.
bool TargetColumns::MayBeMeasure(std::size_t column) const {
  const CsvLayout& layout = draft_.layout;
  const ColumnFacts& facts = draft_.facts[column];
  if (layout.times.empty() || !facts.is_number() || facts.constant || draft_.TimesRepeat()) return false;
  if (!facts.is_code()) return true;
  const bool value = !layout.values.empty() && IsCalled(layout, layout.values[0], kValueNames);
  if (value || draft_.Numbers().size() + layout.values.size() < 2 || layout.times.size() > 2) return false;
  if (draft_.facts[layout.times[0]].with_clock == 0) return true;
  TimesOfRows rows;
  for (const Records::Record& record : std::span(draft_.records).subspan(draft_.from))
    if (record.fields.size() == layout.columns) rows.cells.push_back(draft_.TimeOf(record));
  return LieOnOneGrid(rows);
}

// True when the column differs in every row, at several times. At one time (new rows for a store) every id does. Names
// that mean the id of a series (unique_id) are believed.
bool TargetColumns::NumbersTheRows(std::size_t column) const {
  const std::string name = LowerCase(draft_.layout.names[column]);
  const bool said =
      name != "id" && std::find(std::begin(kTargetNames), std::end(kTargetNames), name) != std::end(kTargetNames);
  if (said || draft_.RowsOfDistinct(column) < kRowsForRowNumber) return false;
  std::set<std::string> times;
  for (std::size_t r = draft_.from; r < draft_.records.size() && times.size() < kTimesForRowNumber; ++r) {
    if (draft_.records[r].fields.size() == draft_.layout.columns) times.insert(draft_.TimeOf(draft_.records[r]));
  }
  return times.size() >= kTimesForRowNumber;
}

Status TargetColumns::StudyKeys() {
  std::vector<std::size_t> candidates = KeyCandidates(draft_.layout, draft_.facts);
  std::vector<std::size_t> named = draft_.layout.targets;
  KeyStudy by_name(draft_.TextOf(named));
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) AddTo(by_name, r, draft_.layout.times, named);
  if (!named.empty()) {
    const KeyVerdict verdict = by_name.Decide();
    if (verdict.kind == KeyVerdict::Kind::kNoRepeats || by_name.Explains()) return OkStatus();
  }
  KeyStudy study(draft_.TextOf(candidates));
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) AddTo(study, r, draft_.layout.times, candidates);
  const KeyVerdict verdict = study.Decide();
  if (verdict.kind == KeyVerdict::Kind::kNoRepeats) return OkStatus();
  if (verdict.kind == KeyVerdict::Kind::kFound) {
    draft_.layout.targets.clear();
    for (const std::size_t place : verdict.columns) draft_.layout.targets.push_back(candidates[place]);
    draft_.layout.notes.push_back(DescribeKey(verdict, candidates, draft_.layout));
    return OkStatus();
  }
  // A head may be of rows that are alike by chance; the whole file is looked at when its rows have been read.
  if (!draft_.complete) return OkStatus();
  if (verdict.kind == KeyVerdict::Kind::kUncertain) return draft_.Fail(DescribeKey(verdict, candidates, draft_.layout));
  return OkStatus();
}

// True when the cells may be the parts of a time: whole numbers from 0 or 1 on, or only words such as Jan, Q1, P01.
bool TargetColumns::HoldsParts(std::size_t column) const {
  const ColumnFacts& facts = draft_.facts[column];
  if (facts.is_whole()) return facts.least == 0 || facts.least == 1;
  std::size_t cells = 0;
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
    if (draft_.records[r].fields.size() != draft_.layout.columns) continue;
    const std::string_view cell = draft_.records[r].fields[column];
    if (!MonthOfName(cell) && !NumberedMonth(cell) && !QuarterOfWord(cell) && !HalfOfWord(cell) && !WeekOfWord(cell) &&
        !IsSeasonWord(cell) && !IsWeekdayName(cell) && !IsPeriodNumber(cell))
      return false;
    ++cells;
  }
  return cells > 0;
}

// True when the cells start again with each time and go up within it (direction 1) or down (-1: newest rows first), in
// full cycles of 4, 12, 24, 48, ... numbers or words, or through hours of a day: as the parts of a time do, whatever
// the column is called. Rows of other ids may stand inside, and some of the parts be missing.
bool TargetColumns::CyclesWithinTimes(std::size_t column, int direction) const {
  static constexpr int kCycles[] = {4, 12, 13, 24, 48, 52, 53, 96, 288, 365, 366};
  const ColumnFacts& facts = draft_.facts[column];
  const bool numbers = facts.is_whole();
  constexpr std::size_t kDigits = 4;
  std::string time;
  int before = -1, step = 0;
  std::vector<std::size_t> lengths;  // of the cycles
  std::set<int> parts;
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() != draft_.layout.columns) continue;
    const int now = numbers ? BareNumber(fields[column], kDigits) : PartOfYear(fields[column]);
    if (now < (numbers ? 0 : 1)) return false;
    std::string of = draft_.TimeOf(draft_.records[r]);
    const bool same = of == time;
    const int on = (now - before) * direction;
    if (same && on < 0) return false;
    if (!same) lengths.push_back(0);
    if (!same || on > 0) ++lengths.back();
    if (same && on > 0) step = step == 0 ? on : std::min(step, on);
    parts.insert(now);
    time = std::move(of);
    before = now;
  }
  if (lengths.size() < 2 || step == 0) return false;
  const std::size_t longest = *std::max_element(lengths.begin(), lengths.end());
  const auto is_period = [](std::size_t length) {
    return std::find(std::begin(kCycles), std::end(kCycles), static_cast<int>(length)) != std::end(kCycles);
  };
  // Years have 52 or 53 weeks, and 365 or 366 days.
  const auto whole_cycles = std::count_if(lengths.begin(), lengths.end(), [&](std::size_t length) {
    return length == longest || (length + 1 == longest && is_period(length) && is_period(longest));
  });
  const bool a_period = is_period(longest);
  // Steps of one begin at 0 or 1, or are hours of a day; larger ones begin at 0: minutes of a day, or 0, 100, ...,
  // 2300.
  const bool in_steps =
      std::all_of(parts.begin(), parts.end(), [&](int part) { return (part - *parts.begin()) % step == 0; });
  const bool hours = step == 1 && facts.most <= 24 && longest >= 8;
  const bool begins = step == 1 ? facts.least <= 1 || hours : facts.least == 0;
  // Words are surer than numbers, which need one more cycle.
  const int fewest = !numbers || (step == 1 && lengths == std::vector<std::size_t>(2, 24)) ? 1 : 2;
  const bool often = whole_cycles > fewest || (!numbers && lengths.back() == longest);
  const bool divides = numbers && longest == parts.size() && DividesItsTime(parts);
  return often && (divides || ((a_period || (numbers && hours)) && (!numbers || (longest > 4 && in_steps && begins))));
}

// Whether numbers that all times have divide a day, where the times are days, or a year.
bool TargetColumns::DividesItsTime(const std::set<int>& parts) const {
  const ColumnFacts& time = draft_.facts[draft_.layout.times[0]];
  if (draft_.layout.times.size() > 1 || time.with_clock > time.midnights) return false;
  if (time.is_whole() && time.example.size() == 4) return parts == std::set<int>{1, 2, 3, 4};
  return !DayBesideMonth(TrimBlanks(time.example)) && DivideADay(parts);
}

bool TargetColumns::IsPart(std::size_t column) const {
  const CsvLayout& layout = draft_.layout;
  if (IsCalledPart(column)) return true;
  const bool id =
      SaysId(layout.names[column]) || IsCalled(layout, column, kTargetNames) || IsCalled(layout, column, kIdNames);
  return !id && !layout.times.empty() && (CyclesWithinTimes(column, 1) || CyclesWithinTimes(column, -1));
}

bool TargetColumns::IsCalledPart(std::size_t column) const {
  const CsvLayout& layout = draft_.layout;
  if (layout.times.empty()) return false;
  static constexpr std::string_view kClockNames[] = {
      "time",    "hour", "hours",  "hr",    "clock", "time_of_day",       "slot",     "interval", "hour_ending",
      "uhrzeit", "zeit", "stunde", "heure", "hora",  "settlement_period", "half_hour"};
  static constexpr std::string_view kSinceMidnight[] = {"minutes_since_midnight", "seconds_since_midnight",
                                                        "minute_of_day"};
  const bool days = layout.times.size() == 1 && draft_.facts[layout.times[0]].with_clock == 0;
  if (days && (IsCalled(layout, column, kClockNames) || IsCalled(layout, column, kSinceMidnight))) return true;
  if (days && HoldsHourSpans(column)) return true;
  // 0030 beside a year and its day.
  const ColumnFacts& facts = draft_.facts[column];
  constexpr double kLastClock = 2400;
  if (layout.times.size() > 1 && facts.is_whole() && facts.most <= kLastClock &&
      IsCalled(layout, column, kCompactClockColumns))
    return true;
  const PartName part = PartOfName(layout.names[column], layout.names[layout.times[0]]);
  return part != PartName::kNone && part != PartName::kZone && (HoldsParts(column) || RecursEachTime(column));
}

// True when all cells are spans of one hour (00-01) and there are nearly all hours of a day: fewer may be ages. Also
// when they are longer ones that follow each other through the whole day.
bool TargetColumns::HoldsHourSpans(std::size_t column) const {
  constexpr std::size_t kFewest = 20;
  constexpr std::size_t kMost = 100;
  std::set<std::string_view> seen;
  for (std::size_t r = draft_.from; r < draft_.records.size() && seen.size() < kMost; ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() == draft_.layout.columns) seen.insert(fields[column]);
  }
  const auto is_hour = [](std::string_view cell) { return HourOfSpan(cell) >= 0; };
  return (seen.size() >= kFewest && std::all_of(seen.begin(), seen.end(), is_hour)) || FillADay(seen);
}

// True when most times have the same few cells: the months and a total of every year.
bool TargetColumns::RecursEachTime(std::size_t column) const {
  constexpr std::size_t kMost = 60;
  std::map<std::string, std::set<std::string_view>> of_time;
  for (std::size_t r = draft_.from; r < draft_.records.size(); ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() == draft_.layout.columns) of_time[draft_.TimeOf(draft_.records[r])].insert(fields[column]);
  }
  if (of_time.size() < 2) return false;
  std::map<std::set<std::string_view>, std::size_t> counts;
  for (const auto& [time, cells] : of_time) ++counts[cells];
  return std::any_of(counts.begin(), counts.end(), [&](const auto& c) {
    // A "period" may be the peak hours of a day, and a "tag" what a historian calls its series and Germans a day.
    const PartName part = PartOfName(draft_.layout.names[column]);
    const bool unsure = part == PartName::kPeriod || part == PartName::kMonthDay;
    const bool says = !unsure || std::any_of(c.first.begin(), c.first.end(), [](std::string_view cell) {
      return PartOfYear(cell) > 0 || DayOfWord(cell) || IsWeekdayName(cell);
    });
    return says && c.first.size() > 1 && c.first.size() <= kMost && 2 * c.second > of_time.size();
  });
}

Status TargetColumns::CheckNoParts() const {
  const CsvLayout& layout = draft_.layout;
  if (!layout.found_target || layout.times.empty()) return OkStatus();
  static constexpr std::string_view kVersions[] = {"revision", "rev",          "revision_no", "version",  "version_no",
                                                   "vintage",  "vintage_date", "release",     "revnumber"};
  for (const std::size_t column : layout.targets) {
    if (draft_.facts[column].is_number() && IsCalled(layout, column, kVersions)) {
      const std::string option = ShellWord(layout.OptionFor({column}));
      return draft_.Fail(layout.NameOf(column) +
                         " tells the rows of one time apart and is called after versions of a value: where the last of "
                         "them is right, say --ignore " +
                         option + " --max-repaired 100%; where each is a series of its own, --target-column " +
                         ShellWord(layout.OptionFor(layout.targets)));
    }
    if (IsPart(column)) return draft_.Fail(DescribePart(column, layout.targets, layout));
  }
  return OkStatus();
}

// Days down (1 to 31, or 01/01 to 31/12) of the months or years across are one series, not one for each day.
Status TargetColumns::CheckNoDays() const {
  const CsvLayout& layout = draft_.layout;
  if (!layout.found_target || layout.targets.size() != 1) return OkStatus();
  const std::size_t column = layout.targets[0];
  const ColumnFacts& facts = draft_.facts[column];
  constexpr double kFewestDays = 28;
  constexpr double kMostDays = 31;
  bool of_month = IsCalled(layout, column, kDayColumns) || PartOfName(layout.names[column]) == PartName::kMonthDay;
  of_month = of_month && facts.is_whole() && facts.least == 1 && facts.most >= kFewestDays && facts.most <= kMostDays;
  std::size_t days = 0;
  for (std::size_t r = draft_.from; !of_month && r < draft_.records.size(); ++r) {
    const auto& fields = draft_.records[r].fields;
    if (fields.size() == layout.columns && !IsDayWithoutYear(fields[column])) return OkStatus();
    ++days;
  }
  if (!of_month && static_cast<double>(days) < kFewestDays) return OkStatus();
  return draft_.Fail(layout.NameOf(column) +
                     " holds days, and the columns the months or years of them, so that a row is no series and no "
                     "stretch of one: write a row for each date, or say that every day of the year is a target: "
                     "--target-column " +
                     ShellWord(layout.OptionFor(layout.targets)));
}

Status TargetColumns::TakeOfTable() {
  CsvLayout& layout = draft_.layout;
  if (layout.targets.empty()) {
    layout.found_target = true;
    FITD_RETURN_IF_ERROR(Find());
  }
  FITD_RETURN_IF_ERROR(CheckNoDays());
  for (const std::size_t column : layout.targets) draft_.Take(column);
  layout.notes.push_back("the times of a row go on across its columns, from " + layout.NameOf(layout.values.front()) +
                         " to " + layout.NameOf(layout.values.back()));
  const std::string unit = CommonUnit(UnitsOf(draft_.facts, layout.values));
  for (const std::size_t column : layout.values) layout.units[column] = unit;
  return OkStatus();
}

}  // namespace fitd
