// 64-bit checksum (XXH3) of bytes: tells damage from data, does not protect against forgery. Any process, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

std::uint64_t Checksum64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace fitd
