// Draws values as one line of text. Daemon; pure.
#pragma once

#include <span>
#include <string>

namespace fitd {

// At most the last `most` values as block characters; a space for a missing value.
std::string Sparkline(std::span<const double> values, std::size_t most);

}  // namespace fitd
