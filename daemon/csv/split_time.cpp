#include "daemon/csv/split_time.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/time_columns.h"
#include "daemon/periods/fiscal_year.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/unnamed_parts.h"

namespace fitd {
bool TimeColumns::Repeats(std::size_t column) const {
  std::size_t rows = 0;
  const std::size_t distinct = CountDistinct(column, &rows);
  return rows > 0 && 3 * distinct < 2 * rows;
}

// The numbers of up to four digits down a column, without its empty cells; -1: a cell is none.
std::vector<int> TimeColumns::NumbersDown(std::size_t column) const {
  constexpr std::size_t kDigits = 4;
  std::vector<int> numbers;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != layout_.columns || fields[column].empty()) continue;
    numbers.push_back(BareNumber(TrimBlanks(fields[column]), kDigits));
  }
  return numbers;
}

// The first columns of a file without names, or those behind ids in words, when they are a year and its parts.
std::vector<std::size_t> TimeColumns::FindSplitByPlace() const {
  constexpr std::size_t kMostIds = 2, kMostParts = 5;
  std::size_t first = 0;
  while (first < kMostIds && first < layout_.columns && !taken_[first] && facts_[first].is_text() &&
         !facts_[first].is_date())
    ++first;
  std::vector<std::vector<int>> numbers;
  for (std::size_t i = first; i < layout_.columns && numbers.size() < kMostParts; ++i) {
    if (taken_[i] || !facts_[i].is_whole()) break;
    numbers.push_back(NumbersDown(i));
  }
  std::vector<std::size_t> columns(ColumnsOf(PartsByPlace(numbers)));
  std::iota(columns.begin(), columns.end(), first);
  return columns;
}

bool TimeColumns::AllCells(std::size_t column, bool (*is)(std::string_view)) const {
  std::size_t cells = 0;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    if (records_[r].fields.size() != layout_.columns || records_[r].fields[column].empty()) continue;
    if (!is(records_[r].fields[column])) return false;
    ++cells;
  }
  return cells > 0;
}

// Index of a free column of whole numbers in [least, most], called one of `names`, else one whose words say `part`;
// seconds may have parts.
std::size_t TimeColumns::FindPart(std::span<const std::string_view> names, PartName part, std::string_view shared,
                                  double least, double most) const {
  const auto fits = [&](std::size_t i) {
    const bool numbers = part == PartName::kSecond ? facts_[i].is_number() : facts_[i].is_whole();
    return numbers && facts_[i].least >= least && facts_[i].most <= most;
  };
  std::vector<bool> taken = taken_;
  // MM may be months beside mm, which are minutes.
  for (std::size_t i = 0; (i = FindNamed(layout_, names, taken)) != kNoColumn; taken[i] = true) {
    if (fits(i)) return i;
  }
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (!taken_[i] && fits(i) && PartOfName(layout_.names[i], shared) == part) return i;
  }
  return kNoColumn;
}

// Index of a free column that is called a year and holds fiscal years: 2023-24, FY24.
std::size_t TimeColumns::FindFiscalYear() const {
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    const std::string& name = layout_.names[i];
    if (taken_[i] || !(IsNamed(i, kYearColumns) || IsFiscalName(name) || PartOfName(name) == PartName::kYear)) continue;
    if (AllCells(i, [](std::string_view cell) { return static_cast<bool>(FiscalYearOf(cell)); })) return i;
  }
  return kNoColumn;
}

// Index of the column behind one of hours, or of minutes, whose numbers run through them, whatever it is called.
std::size_t TimeColumns::FindRunning(std::size_t coarser) const {
  const std::size_t i = coarser == kNoColumn ? coarser : coarser + 1;
  if (i >= layout_.columns || taken_[i] || !facts_[i].is_whole() || IsNamed(i, kValueNames)) return kNoColumn;
  return HasNumbersBehind(i) && RunThrough(NumbersDown(coarser), NumbersDown(i)) ? i : kNoColumn;
}

bool TimeColumns::HasNumbersBehind(std::size_t column) const {
  for (std::size_t i = column + 1; i < layout_.columns; ++i)
    if (!taken_[i] && facts_[i].is_number()) return true;
  return false;
}

// Year, month, and what is finer, in columns of their own.
std::vector<std::size_t> TimeColumns::FindSplit() const {
  std::size_t year = FindPart(kYearColumns, PartName::kYear, {}, 1600, 2300);
  if (year == kNoColumn) year = FindFiscalYear();
  if (year == kNoColumn && !layout_.header) return FindSplitByPlace();
  if (year == kNoColumn) return {};
  const std::string& shared = layout_.names[year];
  const auto find = [&](std::span<const std::string_view> names, PartName part, double least, double most) {
    return FindPart(names, part, shared, least, most);
  };
  const std::size_t day = find(kDayColumns, PartName::kMonthDay, 1, 31);
  std::size_t hour = find(kHourColumns, PartName::kHour, 0, 24);
  if (hour == kNoColumn && day != kNoColumn) hour = FindClockOfDays(day);
  std::size_t minute = find(kMinuteColumns, PartName::kMinute, 0, 59);
  if (minute == kNoColumn) minute = FindRunning(hour);
  std::size_t second = find({}, PartName::kSecond, 0, 59.999);
  if (second == kNoColumn || !HasNumbersBehind(second)) second = FindRunning(minute);
  const auto with = [](std::vector<std::size_t> columns, std::initializer_list<std::size_t> finer) {
    for (const std::size_t column : finer) {
      const bool again = std::find(columns.begin(), columns.end(), column) != columns.end();  // MM of YYYY, MM, DD
      if (column == kNoColumn || again) break;
      columns.push_back(column);
    }
    return columns;
  };
  std::size_t month = find(kMonthColumns, PartName::kMonth, 1, 12);
  if (month == kNoColumn && day != kNoColumn) month = FindMonthNames(shared);
  if (month != kNoColumn) return with({year, month}, {day, hour, minute, second});
  if (!Repeats(year)) return {};
  const std::size_t year_day = find(kYearDayColumns, PartName::kYearDay, 1, 366);
  if (year_day != kNoColumn && hour == kNoColumn) hour = FindNamed(layout_, kCompactClockColumns, taken_);
  if (year_day != kNoColumn) return with({year, year_day}, {hour, minute, second});
  for (const std::size_t column : {find(kWeekColumns, PartName::kWeek, 1, 53),
                                   find(kQuarterColumns, PartName::kQuarter, 1, 4), find({}, PartName::kHalf, 1, 2)})
    if (column != kNoColumn) return {year, column};
  // M01, Q1, Jan.
  for (const std::string_view& name : kPeriodColumns) {
    const std::size_t i = FindNamed(layout_, {&name, 1}, taken_);
    if (i != kNoColumn && facts_[i].is_text() && KindOfCell("2000 " + facts_[i].example) == CellKind::kDate)
      return {year, i};
  }
  const std::size_t words = FindPartInWords(shared);
  return words == kNoColumn ? std::vector<std::size_t>() : std::vector{year, words};
}

// Index of a free column that is called a month and holds words for months: January, Feb, maart, 1月.
std::size_t TimeColumns::FindMonthNames(std::string_view shared) const {
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (taken_[i] || facts_[i].is_whole() || PartOfName(layout_.names[i], shared) != PartName::kMonth) continue;
    if (AllCells(i, IsMonthInWords)) return i;
  }
  return kNoColumn;
}

// Index of a free column of quarters, halves or months in words, or of the twelve periods of a fiscal year.
std::size_t TimeColumns::FindPartInWords(std::string_view shared) const {
  if (const std::size_t month = FindMonthNames(shared); month != kNoColumn) return month;
  for (std::size_t i = 0; i < layout_.columns; ++i) {
    if (taken_[i]) continue;
    const PartName part = PartOfName(layout_.names[i], shared);
    const bool period = part == PartName::kPeriod;
    const auto all = [&](bool (*is)(std::string_view)) { return AllCells(i, is); };
    if ((period || part == PartName::kQuarter) &&
        all([](std::string_view cell) { return static_cast<bool>(QuarterOfWord(cell)); }))
      return i;
    if ((period || part == PartName::kHalf) &&
        all([](std::string_view cell) { return static_cast<bool>(HalfOfWord(cell)); }))
      return i;
    const bool months = all([](std::string_view cell) { return static_cast<bool>(NumberedMonth(cell)); }) ||
                        (facts_[i].is_whole() && facts_[i].least == 1);
    if (period && months && (facts_[i].is_text() || facts_[i].most == kMonthsOfYear) &&
        CountDistinct(i) == kMonthsOfYear)
      return i;
  }
  return kNoColumn;
}

// Within a fiscal year the rows of a series go from December to January, and from its last month to the first of the
// next year; read as calendar years, the months would change places.
std::string TimeColumns::Doubt() const {
  if (layout_.times.size() == 1) return QuartersAsMonths();
  if (layout_.times.empty() || !facts_[layout_.times[0]].is_whole()) return "";
  std::vector<std::size_t> keys = layout_.targets;
  keys.insert(keys.end(), layout_.key_candidates.begin(), layout_.key_candidates.end());
  const bool weeks = layout_.parts.size() == 2 && layout_.parts[1] == TimePart::kWeek;
  std::map<std::string, YearMonth> last_of;
  YearTurns turns;
  bool numbers = false;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    const auto& fields = records_[r].fields;
    if (fields.size() != layout_.columns) continue;
    const std::string_view cell = fields[layout_.times[1]];
    const YearMonth now{BareNumber(fields[layout_.times[0]], 4), MonthInYear(cell)};
    if (weeks && BareNumber(cell, 2) == 53 && now.year > 0 && !HasWeek53(now.year)) {
      return layout_.NameOf(layout_.times[1]) + " has a week 53 of " + std::to_string(now.year) +
             ", and ISO 8601 has none, so that these are weeks of another calendar (MMWR): write the first day of each "
             "week into a column of its own";
    }
    if (weeks) continue;
    if (now.month == 0) return "";
    numbers = numbers || IsDigit(cell[0]);
    std::string key;
    for (const std::size_t column : keys) (key += fields[column]) += '\0';
    turns.Add(std::exchange(last_of.try_emplace(std::move(key), now).first->second, now), now);
  }
  if (weeks) return "";
  const std::string year = layout_.NameOf(layout_.times[0]);
  const std::string others = ", and it is not known which months are of the calendar year that it is called by: write ";
  const std::string remedy = "that year, or a date, into " + year +
                             ", or, where it is the one that stands there, say so "
                             "with --time-column " +
                             ShellWord(layout_.OptionFor(layout_.times));
  if (turns.AreWithinYears()) return year + " goes on from December to January within a year" + others + remedy;
  const bool fiscal = IsFiscalName(layout_.names[layout_.times[0]]);
  return fiscal && !numbers && !turns.AnyBetween() ? year + " is called a fiscal year" + others + remedy : "";
}

// True when a column is called `part`; "min" is no minute beside "max".
bool TimeColumns::IsPart(std::size_t column, PartName part) const {
  const std::string name = LowerCase(layout_.names[column]);
  if (part == PartName::kMinute && IsNamed(column, kMinuteColumns)) {
    static constexpr std::string_view kGreatest[] = {"max", "maximum"};
    return name != "min" || FindNamed(layout_, kGreatest, std::vector<bool>(layout_.columns)) == kNoColumn;
  }
  return PartOfName(name) == part || PartOfName(layout_.names[column]) == part;
}

// Appends the columns of minutes and seconds when the last of `columns` holds hours.
void TimeColumns::AddFiner(std::vector<std::size_t>& columns) const {
  for (const PartName part : {PartName::kMinute, PartName::kSecond}) {
    const std::size_t coarser = columns.back();
    const bool minutes = part == PartName::kMinute;
    if (!facts_[coarser].is_whole() || facts_[coarser].most > (minutes ? 25 : 59)) return;
    std::size_t finer = kNoColumn;
    for (std::size_t i = 0; i < layout_.columns && finer == kNoColumn; ++i) {
      if (taken_[i] || std::find(columns.begin(), columns.end(), i) != columns.end() || !IsPart(i, part)) continue;
      if (facts_[i].is_whole() && facts_[i].least >= 0 && facts_[i].most <= 59) finer = i;
    }
    if (!IsPart(coarser, minutes ? PartName::kHour : PartName::kMinute) || finer == kNoColumn)
      finer = FindRunning(coarser);
    if (finer == kNoColumn) return;
    columns.push_back(finer);
  }
}

// Offsets from UTC: +02:00 and +0200, or bare hours where the column is called an offset of a zone.
bool TimeColumns::HasOffsets(std::size_t column) const {
  if (PartOfName(layout_.names[column]) != PartName::kZone) return false;
  const auto says = [name = LowerCase(layout_.names[column])](std::string_view word) {
    return name.find(word) != std::string::npos;
  };
  const bool named = says("offset") && (says("utc") || says("gmt") || says("tz") || says("zone"));
  const auto whole = [](std::string_view cell) {
    int minutes = 0;
    return cell.size() >= 5 && (cell[0] == '+' || cell[0] == '-') && ReadOffset(cell, &minutes);
  };
  const auto bare = [](std::string_view cell) {
    int minutes = 0;
    return ReadOffset(cell, &minutes);
  };
  return AllCells(column, whole) || (named && AllCells(column, bare));
}

std::size_t TimeColumns::CountDistinct(std::size_t column, std::size_t* rows) const {
  std::set<std::string_view> seen;
  for (std::size_t r = from_; r < records_.size(); ++r) {
    if (records_[r].fields.size() != layout_.columns) continue;
    seen.insert(records_[r].fields[column]);
    if (rows != nullptr) ++*rows;
  }
  return seen.size();
}

// How the column behind a year is read: as its quarter, half, month, week or day.
TimePart TimeColumns::YearPartOf(std::size_t column) const {
  const ColumnFacts& facts = facts_[column];
  const PartName part = PartOfName(layout_.names[column]);
  const auto is = [&](std::span<const std::string_view> names, PartName said, double least, double most) {
    return facts.least >= least && facts.most <= most && (part == said || IsNamed(column, names));
  };
  if (facts.is_whole() && !layout_.header) {  // as FindSplitByPlace() found them
    if (facts.least == 1 && facts.most == 4) return TimePart::kQuarter;
    return facts.most > kMonthsOfYear ? TimePart::kDayOfYear : TimePart::kPlain;
  }
  if (facts.is_whole()) {
    if (is(kYearDayColumns, PartName::kYearDay, 1, 366)) return TimePart::kDayOfYear;
    if (is(kWeekColumns, PartName::kWeek, 1, 53)) return TimePart::kWeek;
    if (is(kQuarterColumns, PartName::kQuarter, 1, 4)) return TimePart::kQuarter;
    return is({}, PartName::kHalf, 1, 2) ? TimePart::kHalf : TimePart::kPlain;
  }
  if (AllCells(column, [](std::string_view cell) { return static_cast<bool>(QuarterOfWord(cell)); }))
    return TimePart::kQuarter;
  if (AllCells(column, [](std::string_view cell) { return static_cast<bool>(HalfOfWord(cell)); }))
    return TimePart::kHalf;
  if (AllCells(column, [](std::string_view cell) { return static_cast<bool>(MonthOfName(cell)); }))
    return TimePart::kPlain;
  const bool months = AllCells(column, [](std::string_view cell) {
    return IsMonthInWords(cell) || (NumberedMonth(cell) && KindOfCell("2000 " + std::string(cell)) != CellKind::kDate);
  });
  return months ? TimePart::kMonth : TimePart::kPlain;
}

std::vector<TimePart> TimeColumns::PartsOf(const std::vector<std::size_t>& columns) const {
  std::vector<TimePart> parts(columns.size(), TimePart::kPlain);
  const bool beside_day =
      !columns.empty() && IsDatePart(columns[0]) && !FiscalYearOf(facts_[columns[0]].example);  // 2018年 is a year
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const ColumnFacts& facts = facts_[columns[i]];
    TimePart& part = parts[i];
    if (facts.is_text() && IsHourEnding(facts.example)) part = TimePart::kHourEnding;
    part = beside_day ? ClockPartOf(layout_.names[columns[i]], facts) : part;
    if (beside_day && facts.is_clock() && ClockOfDayZero(facts.example).size() < facts.example.size())
      part = TimePart::kClockOfDayZero;
    if (part == TimePart::kPlain && i == 1 && !beside_day) part = YearPartOf(columns[1]);
    if (part != TimePart::kPlain) continue;
    if (HasOffsets(columns[i])) part = TimePart::kOffset;
    if (i == 5 && !beside_day && facts.is_number() && facts.least >= 0 && facts.most < 60)  // seconds may have parts
      parts[3] = TimePart::kHour, parts[4] = TimePart::kMinute, part = TimePart::kSecond;
    if (!facts.is_whole() || facts.least < 0) continue;
    const bool of_year = !beside_day && parts[1] == TimePart::kDayOfYear && i > 1;
    if (of_year && facts.most <= 24 && IsPart(columns[i], PartName::kHour)) part = TimePart::kHour;
    if (of_year && facts.most <= 2400 && IsNamed(columns[i], kCompactClockColumns)) part = TimePart::kClock;
    if (i > 1 && (beside_day || of_year) && facts.most <= 59 && part == TimePart::kPlain) {
      const std::size_t coarser = columns[i - 1];
      const auto is_finer = [&](PartName before, PartName now) {
        return (IsPart(coarser, before) && IsPart(columns[i], now)) || FindRunning(coarser) == columns[i];
      };
      const bool hour = parts[i - 1] == TimePart::kHour || parts[i - 1] == TimePart::kPlain;
      if (hour && is_finer(PartName::kHour, PartName::kMinute))
        parts[i - 1] = TimePart::kHour, part = TimePart::kMinute;
      const bool minute = parts[i - 1] == TimePart::kMinute;
      if (minute && is_finer(PartName::kMinute, PartName::kSecond)) part = TimePart::kSecond;
    }
    if (!beside_day || part != TimePart::kPlain) continue;
    part = NumberedClockOf(facts, IsNamed(columns[i], kCompactClockColumns), IsNamed(columns[i], kSlotColumns));
  }
  const bool clock = columns.size() > 1 && parts[1] != TimePart::kOffset &&
                     (facts_[columns[1]].is_clock() || facts_[columns[1]].is_whole() || parts[1] != TimePart::kPlain);
  if (clock && beside_day && facts_[columns[0]].midnights > 0) parts[0] = TimePart::kDayAtMidnight;
  return parts;
}

}  // namespace fitd
