// Names of the columns of a table in which every row is a year, a month or a day: Jan, Q1, W01, 00:30, HE01. Daemon,
// ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

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

// All styles, the surer ones first.
std::span<const AcrossStyle> AcrossStyles();
// Minute of the day plus 1 for a time of day (MinuteOfDay); 0: it is none.
PeriodWord ClockOfColumn(std::string_view name);

}  // namespace fitd
