#include "daemon/plan/season_check.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "common/text.h"

namespace fitd {

std::string WarnOfShortSeasons(std::span<const int> seasons, const Frame& frame) {
  constexpr std::size_t kFewest = 5;
  std::string text;
  for (const int season : seasons) {
    std::uint64_t count = 0;
    std::size_t longest = 0;
    std::string_view name;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const std::size_t n = frame.entry(i).size;
      if (n < kFewest || n >= 2 * static_cast<std::size_t>(season)) continue;
      if (count++ == 0 || n > longest) longest = n, name = frame.entry(i).id;
    }
    if (count == 0) continue;
    text += fmt::format("{}--season {}: {} of {} targets have less than two of it, such as {} with {} values",
                        text.empty() ? "" : "; ", season, count, frame.size(), QuoteForMessage(name), longest);
  }
  if (!text.empty())
    text +=
        ": where values are far from those one season before they are fitted without it (--models seasonal-naive "
        "repeats "
        "the last one)";
  return text;
}

}  // namespace fitd
