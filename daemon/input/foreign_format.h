// What a file is that is not the text, gzip or zstd that fitd reads, and how it becomes that. Daemon; pure. The marks
// are those of the formats' own descriptions, as file(1) knows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fitd {

// So many bytes from the beginning of a file tell.
inline constexpr std::size_t kForeignMarkBytes = 16;

// A sentence about the file and its remedy, to go behind "PATH: "; empty when `head` begins no format that is known.
std::string DescribeForeign(std::string_view head, std::string_view path);

}  // namespace fitd
