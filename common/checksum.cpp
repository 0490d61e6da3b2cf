#include "common/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace fitd {

std::uint64_t Checksum64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace fitd
