#include "daemon/rows/alike_ids.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/ascii.h"
#include "common/calendar_name.h"
#include "common/text.h"

namespace fitd {
namespace {

// Calls see(time) for every point of a series that has a value which no gap policy filled in.
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

std::string FoldId(std::string_view id) {
  std::string folded;
  const std::string word = FoldWord(id);
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto lead = static_cast<unsigned char>(word[i]);
    const unsigned next = i + 1 < word.size() ? static_cast<unsigned char>(word[i + 1]) : 0U;
    const bool mark = (lead == 0xcc && next >= 0x80) || (lead == 0xcd && next >= 0x80 && next < 0xb0);
    if (mark || NoBreakSize(std::string_view(word).substr(i)) == 2) {
      ++i;
      continue;
    }
    if (lead == 0xc3 && next == 0x9f) {
      folded += "ss";
      ++i;
      continue;
    }
    const bool e_of_umlaut =
        word[i] == 'e' && !folded.empty() && std::string_view("aou").find(folded.back()) != std::string_view::npos;
    const bool point =
        word[i] == '.' && !(i > 0 && IsDigit(word[i - 1]) && i + 1 < word.size() && IsDigit(word[i + 1]));
    if (word[i] == ' ' || word[i] == '\t' || e_of_umlaut || point) continue;
    folded += word[i] == '_' ? '-' : word[i];
  }
  std::string_view number = folded;
  if (number.ends_with(".0")) number.remove_suffix(2);
  if (!AllDigits(number)) return folded;
  return std::string(number.substr(std::min(number.find_first_not_of('0'), number.size())));
}

AlikeIds FindAlikeIds(const Frame& frame) {
  std::vector<std::pair<std::uint64_t, std::size_t>> hashes(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i) hashes[i] = {std::hash<std::string>()(FoldId(frame[i].id)), i};
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

std::string DescribeAlikeIds(const AlikeIds& alike) {
  return "targets " + QuoteForMessage(alike.one) + " and " + QuoteForMessage(alike.other) +
         (alike.pairs > 1 ? ", and " + std::to_string(alike.pairs - 1) + " such pairs more," : "") +
         " have ids that differ in capital letters, blanks or zeros in front alone, and no time in common";
}

}  // namespace fitd
