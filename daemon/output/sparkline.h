// Values as one line of a terminal. Daemon; pure.
#pragma once

#include <span>
#include <string>

namespace fitd {

// The last values as one row of blocks, at most `most` of them; a space where one is missing.
std::string Sparkline(std::span<const double> values, std::size_t most);

}  // namespace fitd
