#include "daemon/csv/column_names.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>

#include "common/ascii.h"
#include "common/job/name_list.h"
#include "daemon/csv/csv_record.h"
#include "daemon/csv/time_part.h"
#include "daemon/periods/part_names.h"

namespace fitd {
namespace {

constexpr std::size_t kLongestName = 24;    // of those that are looked for
constexpr std::size_t kMostLoosely = 1000;  // columns; wide files have a million, and none of them is an id

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

// Counts stand for times when they go up by one, in an unbroken stretch.
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

// A year, or a half, stands beside one of its months or quarters.
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

}  // namespace

bool IsTotalName(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "total",     "totals",   "subtotal",   "sum",          "avg",        "average",    "mean",   "median",
      "change",    "growth",   "cagr",       "annual",       "ytd",        "summe",      "gesamt", "mittel",
      "insgesamt", "somme",    "totale",     "totaal",       "suma",       "soma",       "celkem", "moyenne",
      "media",     "promedio", "mittelwert", "durchschnitt", "cumulative", "difference", "min",    "max"};
  if (name.find('%') != std::string_view::npos) return true;
  const std::string lower = LowerCase(name);
  for (std::size_t i = 0; i < lower.size();) {
    std::size_t end = i;
    while (end < lower.size() && lower[end] >= 'a' && lower[end] <= 'z') ++end;
    const std::string_view word = std::string_view(lower).substr(i, end - i);
    if (std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords)) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

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
  std::size_t marks = 0;
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (taken[i]) continue;
    if (IsTimeName(layout.names[i])) {
      plain.insert(layout.names[i]);
    } else {
      marks += TimeOfName(layout.names[i]) != layout.names[i] ? 1 : 0;
    }
  }
  for (std::size_t i = 0; !plain.empty() && i < layout.columns; ++i) {
    if (!taken[i] && MayBeMonth(layout.names[i])) plain.insert(layout.names[i]);
  }
  const std::vector<std::size_t> counts = FindHeaderCounts(layout, taken, numbers);
  if (counts.size() >= plain.size()) {
    found.columns = counts;
    for (const std::size_t i : counts) found.times.push_back(layout.names[i]);
    return found;
  }
  std::size_t last = kNoColumn;
  std::vector<std::size_t> since;  // columns behind that time that are none
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (taken[i]) continue;
    const std::string& name = layout.names[i];
    const std::string time = TimeOfName(name);
    const bool is_plain = plain.contains(name);
    // Y1990F says something about 1990, and so does 1990p where there is 1990.
    const bool flag = !is_plain && ((last != kNoColumn && name.size() <= layout.names[last].size() + 3 &&
                                     name.find(layout.names[last]) != std::string::npos) ||
                                    plain.contains(time));
    if (flag) continue;
    const bool is_marked = !is_plain && time != name && marks < plain.size();
    if (is_plain || is_marked) {
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
  return found;
}

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

std::size_t FirstMeasure(const CsvLayout& layout, const std::vector<std::size_t>& columns) {
  const auto measure = std::find_if(columns.begin(), columns.end(), [&](std::size_t i) {
    return !SaysCode(layout.names[i]) && PartOfName(layout.names[i]) == PartName::kNone;
  });
  return measure == columns.end() ? columns[0] : *measure;
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
                                                     "; name it with " + std::string(option) +
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

}  // namespace fitd
