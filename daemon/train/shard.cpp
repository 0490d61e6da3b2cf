#include "daemon/train/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "common/whole_number.h"

namespace fitd {

Result<Shard> ParseShard(const std::string& text) {
  if (text.empty()) return Shard();
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto index = ParseWhole(std::string_view(text).substr(0, slash), 1);
  const auto count = ParseWhole(std::string_view(text).substr(std::min(slash + 1, text.size())), 1);
  if (!index || !count || *index > *count) {
    return Status(StatusCode::kUsage, fmt::format("--shard: '{}' is not I/N with I from 1 to N", text));
  }
  return Shard{*index, *count};
}

}  // namespace fitd
