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

// In lower case and without blanks.
std::string FoldId(std::string_view id) {
  constexpr std::string_view kNoBreak = "\u00a0";
  std::string folded;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id.substr(i).starts_with(kNoBreak)) {
      i += kNoBreak.size() - 1;
    } else if (id[i] != ' ' && id[i] != '\t') {
      folded += id[i];
    }
  }
  return LowerCase(folded);
}

// FNV-1a of the folded id, without a copy.
std::uint64_t HashFolded(std::string_view id) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  constexpr std::uint64_t kBasis = 14695981039346656037ULL;
  std::uint64_t hash = kBasis;
  for (std::size_t i = 0; i < id.size(); ++i) {
    char c = id[i];
    if (c == ' ' || c == '\t') continue;
    if (c == '\xc2' && i + 1 < id.size() && id[i + 1] == '\xa0') {
      ++i;
      continue;
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
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
