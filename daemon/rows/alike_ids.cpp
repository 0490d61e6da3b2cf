#include "daemon/rows/alike_ids.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/ascii.h"

namespace fitd {
namespace {

// Calls `see` for each character but blanks, in lower case; of digits alone without the zeros in front, which
// spreadsheets take away.
template <typename See>
void ForEachFolded(std::string_view id, See see) {
  bool leading = std::all_of(id.begin(), id.end(), [](char c) { return IsDigit(c) || c == ' '; });
  for (std::size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    if (c == ' ' || c == '\t') continue;
    if (c == '\xc2' && i + 1 < id.size() && id[i + 1] == '\xa0') {  // a blank without a break
      ++i;
      continue;
    }
    if (leading && c == '0') continue;
    leading = false;
    see(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
  }
}

std::string FoldId(std::string_view id) {
  std::string folded;
  ForEachFolded(id, [&](char c) { folded += c; });
  return folded;
}

// FNV-1a of the folded id, without a copy.
std::uint64_t HashFolded(std::string_view id) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  constexpr std::uint64_t kBasis = 14695981039346656037ULL;
  std::uint64_t hash = kBasis;
  ForEachFolded(id, [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * kPrime; });
  return hash;
}

// At the points of its grid that no gap policy filled.
template <typename See>
void ForEachObserved(const SeriesView& series, See see) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    while (run < series.filled.size() && i >= series.filled[run].first + series.filled[run].count) ++run;
    const bool filled = run < series.filled.size() && i >= series.filled[run].first;
    if (!filled && !std::isnan(series.values[i])) see(series.grid.At(static_cast<std::int64_t>(i)));
  }
}

bool ShareATime(const SeriesView& a, const SeriesView& b) {
  std::unordered_set<TimeNs> times;
  ForEachObserved(a, [&](TimeNs time) { times.insert(time); });
  bool shared = false;
  ForEachObserved(b, [&](TimeNs time) { shared = shared || times.contains(time); });
  return shared;
}

}  // namespace

AlikeIds FindAlikeIds(const Frame& frame) {
  std::vector<std::pair<std::uint64_t, std::size_t>> hashes(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) hashes[i] = {HashFolded(frame[i].id), i};
  std::sort(hashes.begin(), hashes.end());
  AlikeIds out;
  std::size_t first = frame.size();
  for (std::size_t k = 1; k < hashes.size(); ++k) {
    if (hashes[k].first != hashes[k - 1].first) continue;
    const SeriesView one = frame[hashes[k - 1].second];
    const SeriesView other = frame[hashes[k].second];
    if (FoldId(one.id) != FoldId(other.id) || ShareATime(one, other)) continue;
    ++out.pairs;
    if (hashes[k - 1].second >= first) continue;
    first = hashes[k - 1].second;
    out.one = one.id;
    out.other = other.id;
  }
  return out;
}

}  // namespace fitd
