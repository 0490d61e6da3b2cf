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
  int decimals = -1;        // number of decimals to write; -1: as few as needed

  // "UNIT since YYYY-MM-DD[ HH:MM[:SS]]" with days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds,
  // 100ns and their like; also filetime (100ns since 1601-01-01), ticks (100ns since 0001-01-01) and webkit
  // (microseconds since 1601-01-01); "/3" behind it says how many decimals are written. nullopt: nothing of the kind.
  static std::optional<CountedSince> Parse(std::string_view text);

  // True when days are counted on the local clock, whatever its zone; all other units are counted in UTC.
  bool on_the_wall() const;
  // The time of `whole` units and `billionths` of a unit. Rounded to seconds for days, to milliseconds for hours and
  // minutes, since their decimals are rarely more exact.
  TimeError TimeOf(std::int64_t whole, std::int64_t billionths, bool negative, TimeNs* time) const;
  // Writes `decimals` decimals; when that is -1, as many as needed, at most twelve.
  std::string Format(TimeNs time) const;
};

}  // namespace fitd
