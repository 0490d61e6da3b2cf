#include "common/edit_distance.h"

#include <algorithm>
#include <vector>

#include "common/ascii.h"

namespace fitd {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, above);
    std::swap(above, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > 64) return {};  // no misspelling of anything we know
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view nearest;
  const std::string lower = LowerCase(word);
  std::size_t as_written = 0;  // what decides between those that differ from each other in capitals alone
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = EditDistance(lower, LowerCase(candidate));
    const bool better =
        distance < best || (distance == best && !nearest.empty() && EditDistance(word, candidate) < as_written);
    if (!better) continue;
    best = distance;
    as_written = EditDistance(word, candidate);
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view nearest = Nearest(word, candidates);
  return nearest.empty() ? std::string() : "; did you mean " + std::string(nearest) + "?";
}

}  // namespace fitd
