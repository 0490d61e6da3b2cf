// Finds the patterns by which a cell of text may be a time. Daemon, ingest threads; pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/series/time_form.h"

namespace fitd {

// The patterns that read a cell, the more usual first; empty for text that has no shape of a time. Numbers of one digit
// have words without leading zeros.
std::vector<std::string> PatternsOf(std::string_view cell);

// The patterns that may read a cell of digits alone, besides those that TimeGuess knows as numbers: 2024365, 202453,
// 241231, 31122024.
std::vector<std::string> DigitPatternsOf(std::string_view cell);

// True for patterns that differ in leading zeros, in long or short names of months ("May" is both), or in the point
// behind a name ("May" has none).
bool IsSameShape(const std::string& a, const std::string& b);
// One pattern for two of one shape: without leading zeros, with long names and with points where either is so.
std::string MergedShape(const std::string& a, const std::string& b);

// The form in which a time of ISO 8601 is written.
TimeForm IsoForm(std::string_view cell);

}  // namespace fitd
