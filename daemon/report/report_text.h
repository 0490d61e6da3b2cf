// Small pieces of text that the sections of a report share. Daemon; pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace fitd {

// "87 ms", "3.21 s", "12 min 07 s", "3 h 04 min".
std::string DurationText(double seconds);
// A count as people read it: "12.3 k".
std::string CountText(std::uint64_t n);
// "12.3 %", or a dash.
std::string Percent(double value);
// Table cells of numbers.
void AppendCells(std::string& out, std::initializer_list<std::string> numbers);

}  // namespace fitd
