// Small pieces of text that the sections of a report share. Daemon; pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace fitd {

// "87 ms", "3.21 s", "12 min 07 s", "3 h 04 min".
std::string DurationText(double seconds);
// A count as people read it: "7 493", "1.2 M".
std::string CountText(std::uint64_t n);
// "1 target", "7 493 targets"
std::string Counted(std::uint64_t n, std::string_view noun);
// "12.3 MB"; a dash for nothing.
std::string Bytes(double bytes);
// "12.3 %", or a dash.
std::string Percent(double value);
// Table cells of numbers.
void AppendCells(std::string& out, std::initializer_list<std::string> numbers);
// Heads of columns; a name that begins with # is one of numbers, and shown without it.
void AppendHeads(std::string& out, std::initializer_list<std::string_view> names);

}  // namespace fitd
