// Times as a count of units since another time than 1970: "hours since 1900-01-01", as scientific data say it
// themselves. Any process, any thread. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/series/written_time.h"

namespace fitd {

struct CountedSince {
  std::int64_t unit = 0;    // nanoseconds
  std::int64_t origin = 0;  // seconds since 1970, UTC; any year from 0001 on
  int decimals = -1;        // that are written; -1: as few as say it

  // "UNIT since YYYY-MM-DD[ HH:MM[:SS]]" with days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds,
  // 100ns and their like; also filetime (100ns since 1601-01-01), ticks (100ns since 0001-01-01) and webkit
  // (microseconds since 1601-01-01); "/3" behind it says how many decimals are written. nullopt: nothing of the kind.
  static std::optional<CountedSince> Parse(std::string_view text);

  // Days are those of the clock on the wall, whatever zone it is in; all others are counted in UTC.
  bool on_the_wall() const;
  // The time of `whole` units and `billionths` of one; to the second in days, to the millisecond in hours and minutes,
  // because their decimals hardly ever say more.
  TimeError TimeOf(std::int64_t whole, std::int64_t billionths, bool negative, TimeNs* time) const;
  // With `decimals`; else whole where it is whole, and with twelve of them at most.
  std::string Format(TimeNs time) const;
};

}  // namespace fitd
