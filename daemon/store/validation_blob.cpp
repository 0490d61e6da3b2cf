#include "daemon/store/validation_blob.h"

#include <cstdint>
#include <cstring>

namespace fitd {
namespace {

// Marks a blob with history. Read as a double it is a NaN that no computation produces, so it cannot be the last number
// of a validation.
constexpr std::string_view kMark = "history\xff";

}  // namespace

std::string JoinValidationBlob(const ValidationBlob& parts) {
  std::string bytes(parts.validation);
  if (parts.history.empty()) return bytes;
  const auto size = static_cast<std::uint32_t>(parts.history.size());
  bytes.append(parts.history);
  bytes.append(reinterpret_cast<const char*>(&size), sizeof(size));
  return bytes.append(kMark);
}

ValidationBlob SplitValidationBlob(std::string_view bytes) {
  std::uint32_t size = 0;
  const std::size_t trailer = sizeof(size) + kMark.size();
  if (!bytes.ends_with(kMark) || bytes.size() < trailer) return {bytes, {}};
  std::memcpy(&size, bytes.data() + bytes.size() - trailer, sizeof(size));
  bytes.remove_suffix(trailer);
  if (size > bytes.size()) return {bytes, {}};
  return {bytes.substr(0, bytes.size() - size), bytes.substr(bytes.size() - size)};
}

}  // namespace fitd
