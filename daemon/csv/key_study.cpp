#include "daemon/csv/key_study.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "common/ascii.h"
#include "common/checksum.h"
#include "common/text.h"
#include "daemon/csv/column_names.h"
#include "daemon/periods/part_names.h"

namespace fitd {
namespace {

// Enough times to see which columns repeat; 40 000 rows of 24 candidates are 8 MB.
constexpr std::size_t kMostRows = 40'000;
// Ids must be seen at several times, however many there are (30 490 series of M5).
constexpr std::size_t kFewTimes = 8;
constexpr std::size_t kMostRowsEver = 300'000;
// Limits for ids of two columns (candidates) and of three (candidates and rows): some hundred sorts.
constexpr std::size_t kMostForPairs = 60;
constexpr std::size_t kMostForTriples = 14;
constexpr std::size_t kMostRowsForTriples = 60'000;
// A key may leave a fiftieth of the repeats unexplained: rows that were sent twice with another value.
constexpr std::uint64_t kLeftOver = 50;
// When fewer than one row in ten repeats a time, what tells these rows apart need not be an id (ShareTimes).
constexpr std::uint64_t kRareRepeats = 10;

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  a ^= b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2);
  a *= 0xff51afd7ed558ccdULL;
  return a ^ a >> 32;
}

struct Key {
  std::vector<std::size_t> columns;
  std::uint64_t ids = 0;
  bool text = true;
};

// Without blanks around it, and without the .0 that a data frame writes behind a number.
std::string BareCode(std::string_view cell) {
  cell = TrimBlanks(cell);
  if (cell.size() > 2 && cell.ends_with(".0") && AllDigits(cell.substr(0, cell.size() - 2))) cell.remove_suffix(2);
  return std::string(cell);
}

}  // namespace

std::uint64_t KeyStudy::Hash(std::string_view text, std::uint64_t seed) {
  return Checksum64(text, seed);
}

void KeyStudy::Thin() {
  mask_ = mask_ << 1 | 1;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if ((rows_[i].time & mask_) != 0) continue;
    std::copy_n(cells_.begin() + static_cast<std::ptrdiff_t>(i * text_.size()), text_.size(),
                cells_.begin() + static_cast<std::ptrdiff_t>(kept * text_.size()));
    rows_[kept++] = rows_[i];
  }
  rows_.resize(kept);
  cells_.resize(kept * text_.size());
}

void KeyStudy::Add(std::string_view time, std::uint64_t row_hash, std::span<const std::string_view> cells) {
  const std::uint64_t hash = Hash(time);
  if ((hash & mask_) != 0) return;
  if (rows_.size() >= kMostRowsEver) return;
  rows_.push_back({hash, row_hash});
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells_.push_back(Hash(cells[i]));
    if (cells[i].empty()) holey_[i] = true;
  }
  if (rows_.size() <= next_thinning_ || rows_.size() <= kMostRows) return;
  if (CountDistinct({}, true) > kFewTimes) Thin();
  next_thinning_ = rows_.size() + rows_.size() / 2;
}

std::uint64_t KeyStudy::CountDistinct(std::span<const std::size_t> columns, bool with_time) const {
  std::vector<std::uint64_t> hashes(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::uint64_t hash = with_time ? rows_[i].time : 1;
    for (const std::size_t c : columns) hash = Mix(hash, cells_[i * text_.size() + c]);
    hashes[i] = hash;
  }
  std::sort(hashes.begin(), hashes.end());
  return static_cast<std::uint64_t>(std::unique(hashes.begin(), hashes.end()) - hashes.begin());
}

// Copies of a row are repeats that no key has to explain.
std::uint64_t KeyStudy::CountRows() const {
  std::unordered_set<std::uint64_t> whole;
  for (const Row& row : rows_) whole.insert(Mix(row.time, row.all));
  return whole.size();
}

bool KeyStudy::Explains() const {
  std::vector<std::size_t> all(text_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::uint64_t rows = CountRows();
  return CountDistinct(all, true) + (rows - CountDistinct({}, true)) / kLeftOver >= rows;
}

std::vector<std::size_t> KeyStudy::Distinguishing() const {
  const std::uint64_t rows = CountRows();
  const std::size_t n = text_.size();
  for (std::size_t a = 0; a < n; ++a) {
    if (text_[a] && !holey_[a] && CountDistinct(std::vector{a}, true) == rows) return {a};
  }
  for (std::size_t a = 0; a < n; ++a) {
    if (!holey_[a] && CountDistinct(std::vector{a}, true) == rows) return {a};
  }
  const std::size_t pairs = n <= kMostForPairs ? n : 0;
  for (std::size_t a = 0; a < pairs; ++a) {
    for (std::size_t b = a + 1; b < pairs; ++b) {
      const bool whole = !holey_[a] || !holey_[b];
      if (whole && CountDistinct(std::vector{a, b}, true) == rows) return {a, b};
    }
  }
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return rows > 1 && CountDistinct(all, true) < rows ? std::vector<std::size_t>() : all;
}

// Used where few rows repeat a time: tells ids that began late from flags of a single series, some rows of which were
// sent twice. True when every id but the most frequent one has enough rows, at two in three of the times between its
// first and its last, and shares at least half of its times with other ids.
bool KeyStudy::ShareTimes(std::span<const std::size_t> columns) const {
  constexpr std::uint64_t kFewestOfAnId = 16;
  struct Id {
    std::uint64_t rows = 0;
    std::uint64_t shared = 0;
    std::size_t first = 0;
    std::size_t last = 0;
  };
  std::unordered_map<std::uint64_t, std::size_t> places;  // of times, as they come
  std::unordered_map<std::uint64_t, std::uint64_t> rows_of;
  std::unordered_map<std::uint64_t, Id> ids;
  for (const Row& row : rows_) {
    places.emplace(row.time, places.size());
    ++rows_of[row.time];
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::uint64_t hash = 1;
    for (const std::size_t c : columns) hash = Mix(hash, cells_[i * text_.size() + c]);
    Id& id = ids[hash];
    const std::size_t place = places[rows_[i].time];
    id.first = id.rows == 0 ? place : std::min(id.first, place);
    id.last = std::max(id.last, place);
    id.shared += rows_of[rows_[i].time] > 1 ? 1 : 0;
    ++id.rows;
  }
  const auto most = std::max_element(ids.begin(), ids.end(),
                                     [](const auto& a, const auto& b) { return a.second.rows < b.second.rows; });
  return std::all_of(ids.begin(), ids.end(), [&](const auto& one) {
    const Id& id = one.second;
    return one.first == most->first ||
           (id.rows >= kFewestOfAnId && 3 * id.rows >= 2 * (id.last - id.first + 1) && 2 * id.shared >= id.rows);
  });
}

KeyVerdict KeyStudy::Decide() const {
  KeyVerdict verdict;
  verdict.rows = rows_.size();
  const std::uint64_t rows = CountRows();
  const std::uint64_t times = CountDistinct({}, true);
  verdict.repeats = verdict.rows - times;
  if (rows <= times) return verdict;
  const std::uint64_t unexplained = (rows - times) / kLeftOver;
  std::vector<Key> keys;
  const auto try_key = [&](std::vector<std::size_t> columns) {
    if (columns.size() == 1 && holey_[columns[0]]) return;
    for (const Key& key : keys) {
      if (std::includes(columns.begin(), columns.end(), key.columns.begin(), key.columns.end())) return;
    }
    if (CountDistinct(columns, true) + unexplained < rows) return;
    Key key{columns, CountDistinct(columns, false), true};
    for (const std::size_t c : columns) key.text = key.text && text_[c];
    if (2 * key.ids > rows) return;  // as good as a number of the row
    keys.push_back(std::move(key));
  };
  const std::size_t n = text_.size();
  for (std::size_t a = 0; a < n; ++a) try_key({a});
  const std::size_t pairs = n <= kMostForPairs ? n : 0;
  for (std::size_t a = 0; a < pairs; ++a) {
    for (std::size_t b = a + 1; b < pairs; ++b) try_key({a, b});
  }
  const bool triples = n <= kMostForTriples && rows_.size() <= kMostRowsForTriples;
  for (std::size_t a = 0; triples && a < n; ++a) {
    for (std::size_t b = a + 1; b < n; ++b) {
      for (std::size_t c = b + 1; c < n; ++c) try_key({a, b, c});
    }
  }
  verdict.kind = KeyVerdict::Kind::kNone;
  if (keys.empty()) return verdict;
  // The fewest series; of keys that cut the rows alike, words before numbers, then fewer columns, then from the left.
  std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    if (a.ids != b.ids) return a.ids < b.ids;
    if (a.text != b.text) return a.text;
    return a.columns.size() < b.columns.size();
  });
  const Key& best = keys[0];
  verdict.columns = best.columns;
  const auto alike = [&](const Key& other) {
    std::vector<std::size_t> both = best.columns;
    both.insert(both.end(), other.columns.begin(), other.columns.end());
    return CountDistinct(both, false) == best.ids && other.ids == best.ids;
  };
  bool certain = true;
  for (const Key& other : keys) {
    // Another way to cut the rows into about as few series is a rival, unless words are best and it needs numbers.
    if (&other != &best && !alike(other) && other.ids < 2 * best.ids && (other.text || !best.text)) certain = false;
  }
  // A panel has most ids at most times. Sparser ones are ids when they are words.
  const bool dense = 2 * rows >= best.ids * times;
  const bool shared = kRareRepeats * (rows - times) >= rows || ShareTimes(best.columns);
  verdict.kind = certain && shared && (dense || best.text) ? KeyVerdict::Kind::kFound : KeyVerdict::Kind::kUncertain;
  return verdict;
}

std::vector<std::size_t> KeyCandidates(const CsvLayout& layout, const std::vector<ColumnFacts>& facts) {
  std::vector<std::size_t> candidates;
  std::vector<bool> out(layout.columns);
  for (const std::size_t i : layout.times) out[i] = true;
  for (const std::size_t i : layout.values) out[i] = out[i] || layout.shape == CsvShape::kLong;
  for (const auto& [column, why] : layout.unused) out[column] = out[column] || !why.empty();
  for (std::size_t i = 0; i < layout.columns; ++i) {
    if (out[i] || facts[i].cells == 0 || facts[i].is_date() || facts[i].is_clock()) continue;
    // Loans of 1M and 3M, packs of 250g and 500g: whole numbers with a unit name what is lent or sold.
    const std::string& cell = facts[i].example;
    const bool size = !cell.empty() && ((cell.back() | 32) >= 'a' && (cell.back() | 32) <= 'z') &&
                      cell.find_first_of(".,") == std::string::npos;
    if (facts[i].is_number() && !facts[i].is_code() && !size && !IsPlaceName(layout.names[i])) continue;
    candidates.push_back(i);
  }
  return candidates;
}

void SortUnused(CsvLayout& layout, const std::vector<ColumnFacts>& facts) {
  std::sort(layout.unused.begin(), layout.unused.end());
  for (const auto& [column, why] : layout.unused) {
    if (facts[column].is_number()) layout.no_values.push_back(column);
  }
  if (layout.shape != CsvShape::kLong || !layout.header || !layout.table.empty()) return;
  for (const auto& [column, why] : layout.unused) {
    const ColumnFacts& of = facts[column];
    const bool one = of.constant && of.cells > 0 && of.cells == of.rows && !of.is_date();
    if (!why.empty() || !one || !(of.is_text() || of.is_code()) || layout.names[column] == "target") continue;
    if (IsCalled(layout, column, kIdNames) || IsCalled(layout, column, kMoreIdNames) ||
        IsCalled(layout, column, kTargetNames))
      layout.lone_ids.emplace_back(column, BareCode(of.example));
  }
}

std::string DescribeKey(const KeyVerdict& verdict, const std::vector<std::size_t>& candidates,
                        const CsvLayout& layout) {
  std::vector<std::size_t> columns;
  for (const std::size_t place : verdict.columns) columns.push_back(candidates[place]);
  std::string text = std::to_string(verdict.repeats) + " of " + std::to_string(verdict.rows) + " rows repeat a time";
  if (columns.empty()) return text;
  text += columns.size() == 1 ? "; column " : "; columns ";
  text += ListNames(layout, columns) + (columns.size() == 1 ? " tells" : " tell") + " them apart";
  if (verdict.kind == KeyVerdict::Kind::kUncertain) {
    text += ", but it is not certain that this is the target: --target-column " + ShellWord(layout.OptionFor(columns)) +
            ", or leave it out with --ignore " + ShellWord(layout.OptionFor(columns));
    const bool zone = std::any_of(columns.begin(), columns.end(),
                                  [&](std::size_t i) { return PartOfName(layout.names[i]) == PartName::kZone; });
    if (zone) text += " and, where it tells apart the hour that a clock shows twice, --timezone with the place's name";
  }
  return text;
}

std::string DescribePart(std::size_t column, const std::vector<std::size_t>& key, const CsvLayout& layout) {
  std::string times;
  for (const std::size_t i : layout.times) times += (times.empty() ? "" : " and ") + layout.NameOf(i);
  std::vector<std::size_t> whole = layout.times;
  whole.push_back(column);
  return "column " + layout.NameOf(column) + " tells the rows of one " + times +
         " apart and looks like a part of the time, an hour, a month or the like, but it is none that is read there: "
         "read it with the others if it is a month in words, an hour or a time of day: --time-column " +
         ShellWord(layout.OptionFor(whole)) +
         "; else write the whole time into one column, or say that it makes series of its own: --target-column " +
         ShellWord(layout.OptionFor(key));
}

}  // namespace fitd
