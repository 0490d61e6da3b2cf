// How the columns of a table are called of which every row is a year, a month or a day: Jan, Q1, W01, 00:30, HE01.
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "daemon/periods/period_words.h"

namespace fitd {

// What the columns are the parts of.
enum class TimeSpan : std::uint8_t { kYear, kMonth, kDay };

struct AcrossStyle {
  TimeSpan span;
  PeriodWord (*place)(std::string_view name);  // from 1, or of a day its minutes and one
  std::size_t fewest;                          // columns, and
  std::size_t most;
  std::string (*add)(int place);  // what a column adds to the time of its row
  const char* parts;              // as people call them
};

// All, the surer ones first.
std::span<const AcrossStyle> AcrossStyles();
// A time of day in minutes, and one.
PeriodWord ClockOfColumn(std::string_view name);

}  // namespace fitd
