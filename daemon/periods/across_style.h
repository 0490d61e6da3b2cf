// Names of the columns of a table in which every row is a year, a month or a day: Jan, Q1, W01, 00:30, HE01. Daemon,
// ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/periods/period_words.h"

namespace fitd {

// What the columns divide.
enum class TimeSpan : std::uint8_t { kYear, kMonth, kDay };

// One way to name such columns.
struct AcrossStyle {
  TimeSpan span;
  PeriodWord (*place)(std::string_view name);  // place within the span, from 1; of times of day the minute plus 1
  std::size_t fewest;                          // number of columns
  std::size_t most;
  std::string (*add)(int place);  // text that the column at a place adds to the time of its row
  const char* parts;              // name of the columns, for messages
};

// What is left of the names of several columns without a word that all of these share.
struct BareNames {
  std::string word;                // Sales, (kWh)
  std::vector<std::string> names;  // of all columns; empty: it has not that word
};
// Of the names that are `free`: by each last word, first word, or letters before digits that at least four of them
// share and that is no word for one of many things (Sensor 1, Store 2).
std::vector<BareNames> WithoutSharedWord(const std::vector<std::string>& names, const std::vector<bool>& free);
// Hours called 3A and 3B, of which only a night in autumn has the second: takes the letter from the first, and returns
// the indices of the second ones, whose names become empty.
std::vector<std::size_t> TakeHourTwice(std::vector<std::string>& names);

// All styles, the surer ones first.
std::span<const AcrossStyle> AcrossStyles();
// Minute of the day plus 1 for a time of day (MinuteOfDay); 0: it is none.
PeriodWord ClockOfColumn(std::string_view name);

}  // namespace fitd
