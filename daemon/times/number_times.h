// What bare numbers in a column of times mean, from the first of them. Daemon, ingest threads; values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "daemon/times/time_parser.h"

namespace fitd {

// A number, and what it could be.
struct NumberTimes {
  static constexpr std::uint64_t kFewest = 3;
  std::uint64_t count = 0;
  bool years = true;
  bool compact[5] = {true, true, true, true, true};  // of 6, 8, 10, 12, 14 digits
  bool decimal_years = true;
  bool excel = true;
  bool datenum = true;
  bool julian = true;
  bool whole = true;
  bool minutes_of_ns = true;  // all are whole minutes, were they nanoseconds
  bool any_fraction = false;
  std::size_t decimals = 0;
  double largest = 0;
  double least = 1e300;
  std::map<std::int64_t, std::uint64_t> steps;
  double before = 0;
  std::set<std::string, std::less<>> decimals_seen;  // of years, some
  bool year_quarters = true;                         // 20241 to 20244
  bool parts_before_years = true;                    // 01.2023
  bool bare_parts = false;                           // and 1.2023
  int last_part = 0;
  std::size_t shortened = 0;   // digits of those with an exponent, at most
  bool whole_minutes = true;   // of these, were they seconds or milliseconds
  unsigned quarters_seen = 0;  // as bits

  // False when the cell is no number.
  bool Add(std::string_view cell);
  NumericTime Kind() const;
  // Neither years nor compact dates nor an epoch of our days, so that the digits may be parts of a date.
  bool MayBeDigits() const {
    return count >= kFewest && !years && !compact[0] && !compact[1] && largest < 1e8 && largest >= 1e4;
  }
  // What --time-format calls counts of 100 ns or microseconds from centuries ago (FILETIME, .NET, Chrome); empty: none.
  std::string_view LongCount() const;
  // Seconds or milliseconds so late that they are hardly those since 1970, and so early that they may just as well be
  // those since 2001.
  bool AreLate() const;
  bool AreEarly() const;
  // Days that as those of spreadsheets were before 1968, and as those since 1960 or 1970 are of these years.
  bool AreEarlyDays() const;
  // Days that as those of spreadsheets are after 2033, and as modified Julian days from 1992 on.
  bool AreLateDays() const;
  // To how many seconds a program rounded epochs that it wrote with an exponent (1.67253E+12), where it did; else 0.
  std::int64_t RoundedTo() const;
  // A year, a point and the number of its month or quarter, which are no decimals of the year, or a month or a week
  // before its year; empty: they are none. `week`: the column's name says that.
  std::string YearAndPart(bool week) const;
};

// How times of that kind are written, with so many decimals.
TimeForm FormOf(NumericTime kind, std::size_t decimals);

// What a column's name says that seconds are counted from besides 1970, in the words of a format; empty: nothing.
std::string_view EpochOfName(const std::string& column);

// A word of --time-format instead of a pattern: epoch-s, excel, ... False: it is none.
bool FindNumericFormat(std::string_view format, NumericTime* kind);

}  // namespace fitd
