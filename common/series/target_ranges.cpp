#include "common/series/target_ranges.h"

#include <algorithm>

#include "common/whole_number.h"

namespace fitd {

void TargetRanges::Add(std::uint32_t first, std::uint32_t end) {
  if (first >= end) return;
  if (!ranges_.empty() && ranges_.back().end == first) {
    ranges_.back().end = end;
    return;
  }
  before_.push_back(size());
  ranges_.push_back({first, end});
}

std::uint32_t TargetRanges::operator[](std::size_t i) const {
  const auto beyond = std::upper_bound(before_.begin(), before_.end(), i);
  const auto range = static_cast<std::size_t>(beyond - before_.begin()) - 1;
  return ranges_[range].first + static_cast<std::uint32_t>(i - before_[range]);
}

std::string TargetRanges::Text() const {
  std::string text;
  for (const Range& range : ranges_) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.first) + '-' + std::to_string(range.end);
  }
  return text;
}

std::optional<TargetRanges> TargetRanges::Parse(std::string_view text) {
  if (text.ends_with(' ')) return std::nullopt;
  TargetRanges parsed;
  while (!text.empty()) {
    const std::string_view range = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(range.size() + 1, text.size()));
    const std::size_t dash = std::min(range.find('-'), range.size());
    const auto first = ParseWhole<std::uint32_t>(range.substr(0, dash));
    const auto end = ParseWhole<std::uint32_t>(range.substr(std::min(dash + 1, range.size())));
    const bool behind = parsed.empty() || (first && *first > parsed.ranges_.back().end);
    if (!first || !end || *first >= *end || !behind) return std::nullopt;
    parsed.Add(*first, *end);
  }
  return parsed;
}

}  // namespace fitd
