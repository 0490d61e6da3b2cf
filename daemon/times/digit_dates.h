// Dates that are written in digits alone. Daemon, ingest threads; a pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// The patterns that a cell of digits alone may have been written by, beside those that TimeGuess knows as numbers:
// 2024365, 202453, 241231, 31122024.
std::vector<std::string> DigitPatternsOf(std::string_view cell);

}  // namespace fitd
