#include "daemon/times/digit_dates.h"

#include <utility>

#include "common/series/time_pattern.h"

namespace fitd {

std::vector<std::string> DigitPatternsOf(std::string_view cell) {
  std::vector<std::string> patterns;
  if (cell.find_first_not_of("0123456789") != std::string_view::npos) return patterns;
  constexpr std::pair<std::size_t, std::string_view> kPatterns[] = {
      {7, "%Y%j"}, {6, "%G%V"}, {6, "%y%m%d"}, {6, "%d%m%y"}, {6, "%m%d%y"}, {8, "%d%m%Y"}, {8, "%m%d%Y"}};
  for (const auto& [size, pattern] : kPatterns) {
    WrittenTime written;
    TimeNs wall = 0;
    if (cell.size() != size || TimePattern::Compile(pattern)->Parse(cell, &written) != TimeError::kNone) continue;
    const bool likely = size == 8 || pattern[1] == 'y' || pattern[1] == 'd' || pattern[1] == 'm' ||
                        (written.year >= 1900 && written.year <= 2100);
    if (likely && CombineTime(written, &wall) == TimeError::kNone) patterns.emplace_back(pattern);
    // A year and a week are read so whatever else the digits could be.
    if (!patterns.empty() && pattern == "%G%V") break;
  }
  return patterns;
}

}  // namespace fitd
