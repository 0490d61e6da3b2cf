// Standard error that never holds a run up: a terminal stopped by Ctrl-S, or a pipe that nobody reads, takes no line,
// and what waits for it neither saves nor ends. Any process; any thread.
#pragma once

#include <chrono>
#include <string_view>

namespace fitd {

// Writes lines that are not to be lost, after those that wait. When nothing was taken for a fifth of a second, up to
// 256 KiB are kept until something is; of further ones a line says how many are missing.
void WriteToErrorStream(std::string_view text);

// Waits so long for what is kept. Negative: until all is taken.
void FlushErrorStream(std::chrono::milliseconds wait);

}  // namespace fitd
