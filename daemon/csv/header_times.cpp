#include "daemon/csv/header_times.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "common/ascii.h"
#include "common/text.h"
#include "daemon/csv/cell_kind.h"
#include "daemon/csv/column_names.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/clock_words.h"
#include "daemon/periods/observation_mark.h"
#include "daemon/periods/part_names.h"
#include "daemon/periods/period_words.h"
#include "daemon/periods/value_words.h"

namespace fitd {
namespace {

// The longest unbroken stretch of columns whose names count up by one.
std::vector<std::size_t> FindHeaderCounts(const CsvLayout& layout, const std::vector<bool>& taken, bool numbers) {
  std::vector<std::size_t> best;
  std::vector<std::size_t> now;
  std::int64_t last = 0;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    const std::string& name = layout.names[i];
    std::int64_t count = 0;
    bool counts = name.size() > 2 && name[1] == '_' && IsCountName(name, &count) && (now.empty() || count == last + 1);
    if (numbers && !counts) {
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), count);
      counts = error == std::errc() && end == name.data() + name.size() && count == (now.empty() ? 1 : last + 1);
    }
    last = count;
    if (taken[i] || !counts) {
      now.clear();
      continue;
    }
    now.push_back(i);
    if (now.size() > best.size()) best = now;
  }
  return best;
}

// True when a time of the finest stretch next to the year or half at `place` lies in its year: 2023 beside 2023Q4.
bool StandsBesideItsParts(const std::vector<std::string>& times, std::size_t place, Stretch finest) {
  const std::string_view year = YearIn(times[place]);
  const auto is_part = [&](const std::string& time) {
    return YearIn(time) == year || (time.size() > 4 && std::string_view(time).substr(2, 2) == year);  // 2024-01
  };
  for (std::size_t i = place; i-- > 0;) {
    if (StretchOf(times[i]) != finest) continue;
    if (is_part(times[i])) return true;
    break;
  }
  for (std::size_t i = place + 1; i < times.size(); ++i) {
    if (StretchOf(times[i]) == finest) return is_part(times[i]);
  }
  return false;
}

// Years among their months, quarters or halves are totals, and so are halves among their quarters; years that stand
// apart from them are other data.
void TakeTotalsOut(HeaderTimes& found) {
  Stretch finest = Stretch::kYear;
  for (const std::string& time : found.times) finest = std::min(finest, StretchOf(time));
  const auto parts = static_cast<std::size_t>(std::count_if(
      found.times.begin(), found.times.end(), [&](const std::string& time) { return StretchOf(time) == finest; }));
  if (2 * parts <= found.times.size() || parts == found.times.size()) return;
  HeaderTimes kept = found;
  kept.columns.clear();
  kept.times.clear();
  for (std::size_t i = 0; i < found.columns.size(); ++i) {
    if (StretchOf(found.times[i]) != finest && StandsBesideItsParts(found.times, i, finest)) {
      kept.totals.push_back(found.columns[i]);
      std::erase(kept.marked, found.columns[i]);
      continue;
    }
    kept.columns.push_back(found.columns[i]);
    kept.times.push_back(found.times[i]);
  }
  found = std::move(kept);
}

// Sets to_come and surely_to_come.
void TellForecasts(const CsvLayout& layout, HeaderTimes& found) {
  std::size_t from = found.columns.size();
  while (from > 0) {
    const std::string& name = layout.names[found.columns[from - 1]];
    const bool is_marked =
        std::find(found.marked.begin(), found.marked.end(), found.columns[from - 1]) != found.marked.end();
    const TimeMark mark = is_marked ? MarkOfTime(name) : TimeMark::kNone;
    if (mark != TimeMark::kToCome && mark != TimeMark::kUnsure) break;
    found.surely_to_come = found.surely_to_come || mark == TimeMark::kToCome;
    --from;
  }
  found.to_come.assign(found.columns.begin() + static_cast<std::ptrdiff_t>(from), found.columns.end());
}

constexpr std::size_t kOfTheTimes = 10;  // a tenth of the columns; about more than that the user is asked

// Message for more than a tenth of columns among the times that are no times; empty: fewer.
std::string OthersAmong(const CsvLayout& layout, const HeaderTimes& found) {
  const std::size_t all = found.columns.size() + found.others.size();
  if (found.columns.empty() || kOfTheTimes * found.others.size() <= all) return {};
  return ListNames(layout, found.others) + (found.others.size() == 1 ? " is" : " are") +
         " among the times of the header and no time that is read; say that the others are the times with --ignore " +
         ShellWord(layout.OptionFor(found.others)) + ", or write what is one as the others are";
}

// Message for times that may be forecasts; empty: there are none, or few that may be provisional.
std::string ForecastsBehind(const CsvLayout& layout, const HeaderTimes& found) {
  if (!found.surely_to_come && kOfTheTimes * found.to_come.size() <= found.columns.size()) return {};
  const bool one = found.to_come.size() == 1;
  return ListNames(layout, found.to_come) + (one ? " is" : " are") + " called " +
         (found.surely_to_come ? std::string("forecasts or estimates") : "provisional, estimates or forecasts") +
         ", and models learn from what was observed; leave " + (one ? "this column" : "these columns") +
         " out with --ignore " + ShellWord(layout.OptionFor(found.to_come)) + ", or take all, where " +
         (one ? "it was" : "they were") + " observed, with --layout rows --value-column " +
         ShellWord(layout.OptionFor(found.columns));
}

// The first four digits in a row; empty: there are none.
std::string_view WholeYearIn(std::string_view text) {
  constexpr std::size_t kYear = 4;
  for (std::size_t i = 0; i + kYear <= text.size(); ++i) {
    if (std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i),
                    text.begin() + static_cast<std::ptrdiff_t>(i + kYear), IsDigit))
      return text.substr(i, kYear);
  }
  return {};
}

// Message for times behind the earliest year in a column such as the "Estimates Start After" of the IMF; empty: none.
std::string EstimatesSince(const RoleDraft& draft, const HeaderTimes& found) {
  const CsvLayout& layout = draft.layout;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (draft.taken[i] || !SaysSinceWhenToCome(layout.names[i])) continue;
    std::string_view least;
    for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
      if (draft.records[r].fields.size() != layout.columns) continue;
      const std::string_view year = WholeYearIn(draft.records[r].fields[i]);
      if (!year.empty() && (least.empty() || year < least)) least = year;
    }
    std::vector<std::size_t> behind;
    for (std::size_t k = 0; k < found.columns.size() && !least.empty(); ++k) {
      if (WholeYearIn(found.times[k]) > least) behind.push_back(found.columns[k]);
    }
    if (behind.empty()) continue;
    return "column " + layout.NameOf(i) + " says that values behind " + std::string(least) +
           " are estimates or forecasts, and models learn from what was observed; leave these columns out with "
           "--ignore " +
           ShellWord(layout.OptionFor(behind)) + ", or say that all were observed with --ignore " +
           ShellWord(layout.OptionFor({i}));
  }
  return {};
}

// Message for rows with values in the totals alone, which are left out: years of some countries beside months of
// others; empty: none.
std::string RowsOfTotals(const RoleDraft& draft, const HeaderTimes& found) {
  const CsvLayout& layout = draft.layout;
  std::set<std::size_t> used;  // totals in which these rows have values
  std::size_t rows = 0;
  std::string first;
  for (std::size_t r = draft.from; r < draft.records.size() && !found.totals.empty(); ++r) {
    const auto& fields = draft.records[r].fields;
    if (fields.size() != layout.columns) continue;
    const auto has = [&fields](std::size_t i) { return KindOfCell(fields[i]) == CellKind::kNumber; };
    if (std::any_of(found.columns.begin(), found.columns.end(), has)) continue;
    const std::size_t before = used.size();
    const auto total = std::find_if(found.totals.begin(), found.totals.end(), has);
    std::copy_if(total, found.totals.end(), std::inserter(used, used.end()), has);
    if (total == found.totals.end()) continue;
    if (rows++ == 0 && used.size() > before) first = std::string(fields[0]);
  }
  if (rows == 0) return {};
  const std::vector<std::size_t> totals(used.begin(), used.end());
  return std::to_string(rows) + (rows == 1 ? " row has" : " rows have") + " values in the totals " +
         ListNames(layout, totals) + " alone, such as " + QuoteForMessage(first) +
         ": read these with --layout rows --value-column " + ShellWord(layout.OptionFor(totals)) +
         ", or the others, without such rows, with --ignore " + ShellWord(layout.OptionFor(found.totals));
}

// True when empty cells of `first` stand for the one above them: `second` is the same in rows of different ones. Where
// a country has no provinces its province is empty, and the country in no other row.
bool AreMerged(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second) {
  if (std::find(first.begin(), first.end(), std::string_view()) == first.end()) return false;
  std::map<std::string_view, std::size_t> last;  // row of each cell of `second`
  for (std::size_t i = 0; i < second.size(); ++i) {
    const auto [at, added] = last.try_emplace(second[i], i);
    if (!added && at->second + 1 != i) return true;
    at->second = i;
  }
  return false;
}

// True when the free columns of numbers are called like times of a day: 00:00, 00:05, ...
bool HoldsClocks(const RoleDraft& draft) {
  const std::vector<std::size_t> numbers = draft.Numbers();
  return numbers.size() > 2 && std::all_of(numbers.begin(), numbers.end(),
                                           [&](std::size_t i) { return IsWrittenClock(draft.layout.names[i]); });
}

}  // namespace

bool IsCountName(std::string_view name, std::int64_t* count) {
  for (const std::string_view prefix : {"d_", "t_", "t", "d", "F", "V", "day_", "week_", "h_"}) {
    if (!name.starts_with(prefix)) continue;
    const char* const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, *count);
    if (error == std::errc() && rest == end) return true;
  }
  return false;
}

HeaderTimes FindHeaderTimes(const CsvLayout& layout, const std::vector<bool>& taken, bool numbers) {
  HeaderTimes found;
  std::set<std::string_view> plain;
  std::size_t staged = 0;  // 2023A, 2024E
  std::size_t marks = 0;   // others
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (taken[i]) continue;
    const std::string& name = layout.names[i];
    if (IsTimeName(name)) {
      plain.insert(name);
    } else if (TimeOfName(name) != name) {
      const TimeMark mark = MarkOfTime(name);
      ++(mark == TimeMark::kObserved || mark == TimeMark::kToCome ? staged : marks);
    }
  }
  for (std::size_t i = 0; !plain.empty() && i < layout.columns; ++i) {
    if (!taken[i] && MayBeMonth(layout.names[i])) plain.insert(layout.names[i]);
  }
  const std::vector<std::size_t> counts = FindHeaderCounts(layout, taken, numbers);
  if (counts.size() >= plain.size() + staged) {
    found.columns = counts;
    for (const std::size_t i : counts) found.times.push_back(layout.names[i]);
    return found;
  }
  std::size_t last = kNoColumn;
  std::vector<std::size_t> since;  // columns behind `last` that are no times
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (taken[i]) continue;
    const std::string& name = layout.names[i];
    const std::string time = TimeOfName(name);
    const bool is_plain = plain.contains(name);
    const bool of_last = last != kNoColumn && name.find(layout.names[last]) != std::string::npos;
    // Y1990F says something about 1990, and so does 1990p beside 1990; 1990 Total is another value for 1990.
    const bool flag = !is_plain && ((of_last && name.size() <= layout.names[last].size() + 3) || plain.contains(time) ||
                                    (of_last && IsTotalName(name)));
    const bool is_marked = !is_plain && !flag && time != name && marks < plain.size() + staged;
    if (flag) {
      found.others.push_back(i);
    } else if (is_plain || is_marked) {
      if (is_marked) found.marked.push_back(i);
      found.columns.push_back(i);
      found.times.push_back(time);
      found.others.insert(found.others.end(), since.begin(), since.end());
      since.clear();
      last = i;
    } else if (IsTotalName(name)) {
      if (last != kNoColumn) found.totals.push_back(i);
    } else {
      constexpr std::size_t kLongestMark = 4;
      const std::size_t digits = name.find_last_of("0123456789");
      const bool begins = digits != std::string::npos && name.size() <= digits + 1 + kLongestMark &&
                          IsTimeName(std::string_view(name).substr(0, digits + 1));
      if (begins) {
        found.others.push_back(i);
      } else if (last != kNoColumn) {
        since.push_back(i);
      }
    }
  }
  TakeTotalsOut(found);
  TellForecasts(layout, found);
  return found;
}

// Dates beside a word that differs in every row are not the time: when a product was launched, or a customer born.
bool IsRowsByHeader(const RoleDraft& draft, std::size_t fewest) {
  if (!draft.layout.header || !draft.layout.times.empty()) return false;
  const std::vector<std::size_t> times = FindHeaderTimes(draft.layout, draft.taken).columns;
  if (times.size() < fewest) return false;
  for (std::size_t i = 0; i < draft.layout.columns; ++i) {
    const bool in_header = std::binary_search(times.begin(), times.end(), i);
    // When a row was written is no time of it.
    const bool dates = !in_header && !draft.taken[i] && draft.facts[i].is_date() && !SaysWritten(draft.layout.names[i]);
    if (dates && !draft.HasWordOfRow(times)) return false;
    if (in_header && draft.facts[i].cells > 0 && draft.facts[i].numbers == 0) return false;
  }
  return true;
}

Status TakeHeaderTimes(RoleDraft& draft) {
  CsvLayout& layout = draft.layout;
  HeaderTimes found = FindHeaderTimes(layout, draft.taken);
  if (found.columns.empty()) found = FindHeaderTimes(layout, draft.taken, true);
  std::erase_if(found.others, [&](std::size_t i) { return draft.facts[i].numbers == 0; });
  if (found.columns.empty() && HoldsClocks(draft)) {
    return draft.Fail("the columns are times of a day that is not written: put the day of each row into a column");
  }
  for (const std::string& doubt : {OthersAmong(layout, found), ForecastsBehind(layout, found),
                                   EstimatesSince(draft, found), RowsOfTotals(draft, found)}) {
    if (!doubt.empty()) return draft.Fail(doubt);
  }
  for (const std::size_t i : found.totals) draft.LeaveOut(i, "a total or a change");
  for (const std::size_t i : found.others) draft.LeaveOut(i, "no time, among the times");
  if (!found.marked.empty()) {
    layout.notes.push_back(ListNames(layout, found.marked) + (found.marked.size() == 1 ? " is" : " are") +
                           " read as the time" + (found.marked.size() == 1 ? "" : "s") +
                           " in front of the mark, such as " + TimeOfName(layout.names[found.marked[0]]));
  }
  layout.values = std::move(found.columns);
  return OkStatus();
}

Status CheckRowIds(const RoleDraft& draft) {
  const CsvLayout& layout = draft.layout;
  constexpr std::size_t kFewestParts = 4;
  std::vector<std::string_view> first, second;
  for (std::size_t r = draft.from; r < draft.records.size(); ++r) {
    const auto& fields = draft.records[r].fields;
    if (fields.size() != layout.columns || layout.targets.empty()) continue;
    first.push_back(TrimBlanks(fields[layout.targets[0]]));
    if (layout.targets.size() == 2) second.push_back(TrimBlanks(fields[layout.targets[1]]));
  }
  const auto is_part = [](std::string_view cell) {
    const PeriodWord quarter = QuarterOfWord(cell);
    return MonthOfName(cell) || (quarter && quarter.sure) || WeekOfWord(cell);
  };
  const auto parts = static_cast<std::size_t>(std::count_if(first.begin(), first.end(), is_part));
  if (layout.targets.size() == 1 && parts >= kFewestParts && parts == first.size()) {
    return draft.Fail(layout.NameOf(layout.targets[0]) +
                      " holds parts of a year, and the columns years or other times, so that a row is no series: "
                      "write the calendar year of each into the header (2024), or a row for each date, or say that "
                      "every row is a target: --target-column " +
                      ShellWord(layout.OptionFor(layout.targets)));
  }
  if (second.empty() || first[0].empty() || !AreMerged(first, second)) return OkStatus();
  return draft.Fail("the cells of " + layout.NameOf(layout.targets[0]) +
                    " are empty below the first of their rows, as merged cells are: write the id into every row, or "
                    "name the columns of the target with --target-column");
}

}  // namespace fitd
