// Recognises files that are not the text, gzip or zstd that fitd reads, and says how to convert them. Daemon; pure. The
// marks are those of the formats' own descriptions, as file(1) knows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fitd {

// Number of bytes from the beginning of a file that are enough.
inline constexpr std::size_t kForeignMarkBytes = 16;

// A sentence about the format and its remedy, to go behind "PATH: "; empty when `head` begins no known format.
std::string DescribeForeign(std::string_view head, std::string_view path);

}  // namespace fitd
