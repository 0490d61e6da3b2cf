// The shapes that times are written in: what a cell of text may be. Daemon, ingest threads; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/series/time_form.h"

namespace fitd {

// The patterns that read a cell, the more usual first; empty for text that has no shape of a time. Numbers of one digit
// have words without leading zeros.
std::vector<std::string> PatternsOf(std::string_view cell);

// The patterns that a cell of digits alone may have been written by, beside those that TimeGuess knows as numbers:
// 2024365, 202453, 241231, 31122024.
std::vector<std::string> DigitPatternsOf(std::string_view cell);

// Patterns that only pad otherwise are one shape; so are those with long and short names of months, of which "May" is
// either and has no point behind it.
bool IsSameShape(const std::string& a, const std::string& b);
// Of two that are one shape: without leading zeros, with long names and with points where either has them so.
std::string MergedShape(const std::string& a, const std::string& b);

// The form in which a time of ISO 8601 was written.
TimeForm IsoForm(std::string_view cell);

}  // namespace fitd
