#include "daemon/csv/column_names.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "common/ascii.h"
#include "common/job/name_list.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/split_time.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

constexpr std::size_t kLongestName = 24;    // that is compared loosely
constexpr std::size_t kMostLoosely = 1000;  // names compared loosely; wide files have a million, none of them an id

std::size_t FindExact(const CsvLayout& layout, std::string_view wanted) {
  const auto it = std::find(layout.names.begin(), layout.names.end(), wanted);
  return it == layout.names.end() ? kNoColumn : static_cast<std::size_t>(it - layout.names.begin());
}

// "#3" is the third column.
std::size_t ByNumber(const CsvLayout& layout, std::string_view wanted) {
  if (wanted.size() < 2 || wanted[0] != '#') return kNoColumn;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(wanted.data() + 1, wanted.data() + wanted.size(), number);
  if (error != std::errc() || end != wanted.data() + wanted.size()) return kNoColumn;
  return number >= 1 && number <= layout.columns ? number - 1 : kNoColumn;
}

bool IsInLowerCase(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
         });
}

// The one name that differs from `wanted` in case alone.
std::size_t InAnotherCase(const CsvLayout& layout, std::string_view wanted) {
  std::size_t found = kNoColumn;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (LowerCase(layout.names[i]) != LowerCase(wanted)) continue;
    if (found != kNoColumn) return kNoColumn;
    found = i;
  }
  return found;
}

std::size_t FindColumn(const CsvLayout& layout, std::string_view wanted) {
  if (const std::size_t i = FindExact(layout, wanted); i != kNoColumn) return i;
  if (const std::size_t i = ByNumber(layout, wanted); i != kNoColumn) return i;
  return InAnotherCase(layout, wanted);
}

// kPlain for a column of months or quarters in words; nullopt when it holds anything else. A few totals below them are
// allowed: such a row is reported as one that cannot be read.
std::optional<TimePart> WordsDown(const CsvLayout& layout, const std::vector<Records::Record>& records,
                                  std::size_t from, std::size_t column) {
  std::size_t dates = 0, totals = 0, others = 0;
  for (std::size_t r = from; r < records.size(); ++r) {
    const auto& fields = records[r].fields;
    if (fields.size() != layout.columns || fields[column].empty()) continue;
    const std::string cell(fields[column]);
    const bool date = KindOfCell("2000 " + cell) == CellKind::kDate;
    ++(date ? dates : IsTotalName(cell) || LowerCase(cell) == "year" ? totals : others);
  }
  return others > 0 || totals >= dates ? std::nullopt : std::optional(TimePart::kPlain);
}

// How little a column of numbers looks like a measure: 0 for nothing against it.
int DoubtOfMeasure(const CsvLayout& layout, const ColumnFacts& facts, std::size_t column) {
  static constexpr std::string_view kCodes[] = {"code", "type", "status", "flag",    "month",  "year",    "date",
                                                "day",  "hour", "week",   "quarter", "period", "interval"};
  const std::string& name = layout.names[column];
  const std::string lower = LowerCase(TrimBlanks(name));
  const bool id = name.ends_with("ID") || name.ends_with("Id");
  const auto ends = [&lower](std::string_view word) { return lower.ends_with(word); };
  const bool code = id || SaysCode(name) || IsPlaceName(name) || PartOfName(name) != PartName::kNone ||
                    IsCalled(layout, column, kIdNames) || IsCalled(layout, column, kTargetNames) ||
                    IsCalled(layout, column, kHourColumns) || std::any_of(std::begin(kCodes), std::end(kCodes), ends);
  // Without names, whole numbers as small as those of days and hours are the last that one thinks of.
  const bool part = name.empty() && facts.is_whole() && facts.least >= 0 && facts.most <= 366;
  return (facts.constant ? 4 : 0) + (code ? 2 : 0) + (part ? 1 : 0);
}

}  // namespace

std::string Loosely(std::string_view name) {
  std::string out;
  for (const char c : LowerCase(name)) {
    if (std::string_view("<> -_").find(c) == std::string_view::npos) out += c;
  }
  return out;
}

std::size_t FindNamed(const CsvLayout& layout, std::span<const std::string_view> wanted,
                      const std::vector<bool>& taken) {
  for (const bool exact : {true, false}) {
    for (const std::string_view name : wanted) {
      for (std::size_t i = 0; i < layout.columns; ++i) {
        if (!taken[i] && (exact ? layout.names[i] == name : IsInLowerCase(layout.names[i], name))) return i;
      }
    }
  }
  if (layout.columns > kMostLoosely) return kNoColumn;
  for (const std::string_view name : wanted) {
    for (std::size_t i = 0; i < layout.columns; ++i) {
      if (!taken[i] && !layout.names[i].empty() && layout.names[i].size() <= kLongestName &&
          Loosely(layout.names[i]) == Loosely(name))
        return i;
    }
  }
  return kNoColumn;
}

WordedTime TimeBesideWord(std::string_view name) {
  constexpr std::string_view kBetween = " _-.:/,(";
  const auto is_word = [](char c) { return (c & 0x80) != 0 || ((c | 32) >= 'a' && (c | 32) <= 'z'); };
  const auto begins = [&](std::size_t i) {
    return IsDigit(name[i]) ? !IsDigit(name[i - 1]) : is_word(name[i]) && !is_word(name[i - 1]);
  };
  // "Store 1 2020" is a year of the first store.
  const auto counted = [](std::string_view time) {
    const std::size_t mark = time.find_first_not_of("0123456789");
    return mark == 1 || (mark == 2 && time[2] == ' ') ? BareNumber(time.substr(mark + 1), 4) >= 0 && time[mark] != '/'
                                                      : false;
  };
  constexpr std::size_t kLongest = 200;  // a longer one is no name of a column; each place in it is tried
  if (name.size() > kLongest || IsTimeName(name)) return {};
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (!begins(i)) continue;
    std::string_view time = name.substr(i);
    if (name.find('(') < i && time.ends_with(')')) time.remove_suffix(1);
    if (!IsTimeName(time) || counted(time)) continue;
    return {time, name.substr(0, name.find_last_not_of(kBetween, i - 1) + 1)};
  }
  constexpr std::size_t kShortest = 4;  // a time and a mark
  for (std::size_t i = name.size(); i-- > kShortest;) {
    const std::string_view time = TrimBlanks(name.substr(0, i));
    const std::size_t word = std::min(name.find_first_not_of(kBetween, i), name.size());
    const bool between = word < name.size() && is_word(name[word]);
    if (!between || time.empty() || !IsDigit(time.back()) || !IsTimeName(time)) continue;
    return {time, name.substr(word)};
  }
  return {};
}

std::size_t FirstMeasure(const CsvLayout& layout, const std::vector<ColumnFacts>& facts,
                         const std::vector<std::size_t>& columns) {
  return *std::min_element(columns.begin(), columns.end(), [&](std::size_t a, std::size_t b) {
    return DoubtOfMeasure(layout, facts[a], a) < DoubtOfMeasure(layout, facts[b], b);
  });
}

bool IsGoal(const CsvLayout& layout, std::size_t column, const std::vector<ColumnFacts>& facts) {
  if (LowerCase(layout.names[column]) != "target" || !facts[column].is_number()) return false;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (facts[i].is_number() && IsCalled(layout, i, kOutcomeNames)) return true;
  }
  return false;
}

bool IsCalled(const CsvLayout& layout, std::size_t column, std::span<const std::string_view> names) {
  const std::string& own = layout.names[column];
  const auto is = [&](std::string_view name) { return own == name || IsInLowerCase(own, name); };
  if (std::any_of(names.begin(), names.end(), is)) return true;
  if (layout.columns > kMostLoosely || own.empty() || own.size() > kLongestName) return false;
  const std::string loosely = Loosely(own);
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return loosely == Loosely(name); });
}

Result<std::vector<std::size_t>> ResolveColumns(const std::string& text, std::string_view what, std::string_view option,
                                                const CsvLayout& layout, const std::string& path) {
  std::vector<std::size_t> columns;
  if (const std::size_t whole = FindExact(layout, text); whole != kNoColumn) {
    columns.push_back(whole);
  } else {
    for (const std::string& name : SplitNames(text)) {
      const std::size_t column = FindColumn(layout, name);
      if (column == kNoColumn) {
        return Status(StatusCode::kInvalidInput, path + ": no " + std::string(what) + " column named " +
                                                     QuoteForMessage(name) + "; the columns are " + ListNames(layout) +
                                                     std::string(kNameItWith) + std::string(option) +
                                                     (name == "#0" ? " (the first column is #1)" : ""));
      }
      if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
        return Status(StatusCode::kInvalidInput,
                      path + ": " + std::string(option) + " names " + layout.NameOf(column) + " twice");
      }
      if (FindExact(layout, name) == column) FITD_RETURN_IF_ERROR(CheckSingle(layout, column, option, path));
      columns.push_back(column);
    }
    return columns;
  }
  FITD_RETURN_IF_ERROR(CheckSingle(layout, columns[0], option, path));
  return columns;
}

std::vector<std::size_t> FindJoined(const CsvLayout& layout, std::string_view text, const std::vector<bool>& taken) {
  std::vector<std::size_t> columns;
  while (!text.empty()) {
    std::size_t end = text.size();
    std::size_t found = FindExact(layout, text);
    // The longest name first: a column may be called Province/State.
    while (found == kNoColumn && (end = text.substr(0, end).rfind('/')) != std::string_view::npos) {
      found = FindExact(layout, text.substr(0, end));
    }
    if (found == kNoColumn || taken[found]) return {};
    columns.push_back(found);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return columns;
}

std::string ListNames(const CsvLayout& layout) {
  std::vector<std::size_t> all(layout.columns);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return ListNames(layout, all);
}

std::string ListNames(const CsvLayout& layout, std::span<const std::size_t> columns) {
  constexpr std::size_t kShown = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(columns.size(), kShown); ++i) {
    out += (i == 0 ? "" : ", ") + layout.NameOf(columns[i]);
  }
  if (columns.size() > kShown) out += " and " + std::to_string(columns.size() - kShown) + " more";
  return out;
}

Status CheckSingle(const CsvLayout& layout, std::size_t column, std::string_view option, const std::string& path) {
  const std::string& name = layout.names[column];
  if (name.empty()) return {};
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    if (i == column || layout.names[i] != name) continue;
    const std::size_t first = std::min(i, column);
    const std::size_t second = std::max(i, column);
    return {StatusCode::kInvalidInput,
            path + ": columns " + std::to_string(first + 1) + " and " + std::to_string(second + 1) +
                " are both named " + QuoteForMessage(name) + "; say which with " + std::string(option) + " '#" +
                std::to_string(first + 1) + "' or " + std::string(option) + " '#" + std::to_string(second + 1) + "'"};
  }
  return {};
}

void LeaveEndsOut(const CsvLayout& layout, std::vector<std::size_t>& dates) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"start", "end"},   {"begin", "end"}, {"from", "to"},        {"from", "until"}, {"von", "bis"},
      {"anfang", "ende"}, {"van", "tot"},   {"fr\u00e5n", "till"}, {"desde", "hasta"}};
  const auto says = [&](std::size_t i, std::string_view word) {
    return LowerCase(layout.names[i]).find(word) != std::string::npos;
  };
  for (const auto& pair : kPairs) {
    const bool begins = std::any_of(dates.begin(), dates.end(), [&](std::size_t i) { return says(i, pair.first); });
    if (!begins) continue;
    std::erase_if(dates, [&](std::size_t i) { return !says(i, pair.first) && says(i, pair.second); });
    if (dates.size() == 1) return;
  }
  for (const std::string_view zone : {"utc", "gmt"}) {
    const std::string east = std::string(zone) + "+", west = std::string(zone) + "-";  // UTC+03:00 is a local time
    const auto is = [&](std::size_t i) { return says(i, zone) && !says(i, east) && !says(i, west); };
    if (std::count_if(dates.begin(), dates.end(), is) != 1) continue;
    return void(std::erase_if(dates, [&](std::size_t i) { return !is(i); }));
  }
}

void LeaveWrittenOut(const CsvLayout& layout, std::vector<std::size_t>& dates) {
  const auto other = [&](std::size_t i) { return !SaysWrittenOrEnd(layout.names[i]); };
  const bool day =
      std::any_of(dates.begin(), dates.end(), [&](std::size_t i) { return other(i) && SaysOccasion(layout.names[i]); });
  const auto written = [&](std::size_t i) {
    return SaysWritten(layout.names[i]) && (day || !SaysCreated(layout.names[i]));
  };
  if (std::any_of(dates.begin(), dates.end(), other)) std::erase_if(dates, written);
}

bool IsTimeBeside(const CsvLayout& layout, std::size_t time, std::size_t other) {
  if (layout.names[time] == layout.names[other]) return true;
  if (std::max(time, other) + 1 >= layout.columns) return false;
  const auto ends = [&](std::size_t longer, std::size_t shorter) {
    const std::string name = LowerCase(layout.names[longer]);
    const std::string end = LowerCase(layout.names[shorter]);
    return !end.empty() && name.size() > end.size() && name.ends_with(end) &&
           std::string_view(" _-./").find(name[name.size() - end.size() - 1]) != std::string_view::npos;
  };
  return ends(other, time) && ends(other + 1, time + 1);
}

std::size_t FindDecimalDays(const CsvLayout& layout, const std::vector<ColumnFacts>& facts,
                            const std::vector<bool>& taken) {
  constexpr double kDays = 367;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const bool days = facts[i].is_number() && !facts[i].is_whole() && facts[i].least >= 0 && facts[i].most < kDays;
    if (taken[i] || !days) continue;
    if (IsCalled(layout, i, kYearDayColumns) || PartOfName(layout.names[i]) == PartName::kYearDay) return i;
  }
  return kNoColumn;
}

std::optional<TimePart> PartDown(const CsvLayout& layout, const ColumnFacts& facts,
                                 const std::vector<Records::Record>& records, std::size_t from, std::size_t column,
                                 bool years) {
  const auto named = [&](std::span<const std::string_view> names) { return IsCalled(layout, column, names); };
  const auto numbers = [&](double least, double most, double at_least) {
    return facts.is_whole() && facts.least >= least && facts.most <= most && facts.most >= at_least;
  };
  if (!years) {
    // Days across.
    if (facts.is_clock() || (named(kHourColumns) && numbers(0, 24, 12))) return TimePart::kPlain;
    return std::nullopt;
  }
  if (facts.is_text() && !facts.constant) return WordsDown(layout, records, from, column);
  if (named(kMonthColumns) && numbers(1, 12, 4)) return TimePart::kPlain;
  if (named(kWeekColumns) && numbers(1, 53, 13)) return TimePart::kWeek;
  if (named(kQuarterColumns) && numbers(1, 4, 4)) return TimePart::kQuarter;
  if (named(kYearDayColumns) && numbers(1, 366, 60)) return TimePart::kDayOfYear;
  return std::nullopt;
}

bool HoldsDurations(const CsvLayout& layout, const std::vector<Records::Record>& records, std::size_t from,
                    std::size_t column) {
  static constexpr std::string_view kNames[] = {"hours",  "hrs",     "minutes",  "mins",    "seconds", "secs",
                                                "horas",  "heures",  "stunden",  "ore",     "godziny", "minuten",
                                                "minuti", "minutos", "segundos", "sekunden"};
  constexpr std::size_t kHoursOfDay = 20;  // nearly all of 24; chosen, not measured
  if (!IsCalled(layout, column, kNames)) return false;
  std::set<std::string_view> seen;
  std::size_t pairs = 0, up = 0, before = 0;
  for (std::size_t r = from; r < records.size(); ++r) {
    if (records[r].fields.size() != layout.columns) continue;
    const std::string_view cell = TrimBlanks(records[r].fields[column]);
    seen.insert(cell);
    const std::size_t now = AllDigits(cell) && cell.size() < 6 ? std::stoul("0" + std::string(cell)) : 0;
    ++pairs;
    up += now == before + 1 ? 1 : 0;
    before = now;
  }
  return seen.size() < kHoursOfDay && 2 * up < pairs;
}

}  // namespace fitd
