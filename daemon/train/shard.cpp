#include "daemon/train/shard.h"

#include <fmt/format.h>

#include <charconv>

namespace fitd {

Result<Shard> ParseShard(const std::string& text) {
  Shard shard;
  if (text.empty()) return shard;
  const char* const end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, shard.index);
  const bool slash = index.ec == std::errc() && index.ptr != end && *index.ptr == '/';
  const auto count = slash ? std::from_chars(index.ptr + 1, end, shard.count) : index;
  if (!slash || count.ec != std::errc() || count.ptr != end || shard.index < 1 || shard.index > shard.count) {
    return Status(StatusCode::kUsage, fmt::format("--shard: '{}' is not I/N with I from 1 to N", text));
  }
  return shard;
}

}  // namespace fitd
