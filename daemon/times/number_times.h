// What bare numbers in a column of times mean, from the first of them. Daemon, ingest threads; values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "daemon/times/time_parser.h"

namespace fitd {

// What all numbers seen so far may be: a flag stays true until a number contradicts it.
struct NumberTimes {
  static constexpr std::uint64_t kFewest = 3;
  std::uint64_t count = 0;
  bool years = true;
  std::size_t months = 0;                            // of YYYYMM
  std::size_t years_beside = 0;                      // bare years: beside months, those of a second table or of totals
  bool compact[5] = {true, true, true, true, true};  // dates of 6, 8, 10, 12, 14 digits
  bool decimal_years = true;
  bool excel = true;
  bool datenum = true;
  bool julian = true;
  bool whole = true;
  bool minutes_of_ns = true;  // read as nanoseconds, all are whole minutes
  bool any_fraction = false;
  std::size_t decimals = 0;
  std::size_t fewest_decimals = 99;
  double largest = 0;
  double least = 1e300;
  std::map<std::int64_t, std::uint64_t> steps;
  double before = 0;
  std::set<std::string, std::less<>> decimals_seen;  // some texts behind the point of decimal years
  bool year_quarters = true;                         // 20241 to 20244
  bool parts_before_years = true;                    // 01.2023
  bool bare_parts = false;                           // some are written as 1.2023
  int last_part = 0;
  std::size_t shortened = 0;   // most digits of a number with an exponent; 0: there is none
  bool whole_minutes = true;   // read as seconds or milliseconds, those with an exponent are whole minutes
  unsigned quarters_seen = 0;  // bits 0 to 3
  std::string of_unit[4];      // the first time since 1970 of each unit (UnitOfEpoch); empty: none
  bool next_months = true;     // each of several years with two decimals is the month before or behind the one above it
  int month_before = 0;

  // False when the cell is no number.
  bool Add(std::string_view cell);
  NumericTime Kind() const;
  // True for numbers of five to eight digits that are neither years nor compact dates: their digits may be parts of a
  // date.
  bool MayBeDigits() const {
    return count >= kFewest && !years && !compact[0] && !compact[1] && largest < 1e8 && largest >= 1e4;
  }
  // What --time-format calls counts of 100 ns or microseconds from centuries ago (FILETIME, .NET, Chrome); empty: none.
  std::string_view LongCount() const;
  // AreLate: as seconds or milliseconds since 1970 all are after 2033, so that they hardly are. AreEarly: all are so
  // early that they may just as well be seconds since 2001.
  bool AreLate() const;
  bool AreEarly() const;
  // True for days that spreadsheets would read as years before 1968, while as days since 1960 or 1970 they are of our
  // years.
  bool AreEarlyDays() const;
  // True for days that spreadsheets would read as years from 2033 on, while as modified Julian days they begin in 1992.
  bool AreLateDays() const;
  // Message for times since 1970 of which some count seconds and others milliseconds or the like; empty: all count one.
  std::string SayTwoUnits() const;
  // The number of seconds to which epochs written with an exponent (1.67253E+12) were rounded; 0: they were not.
  std::int64_t RoundedTo() const;
  // The pattern of years with a part that is no decimal: %Y.%m, %Y.%q, %G.%V, %m.%Y, %V.%G or, without a point, %Y%q.
  // `week`: the name of the column says that the part is a week. Empty: they are something else.
  std::string YearAndPart(bool week) const;
};

// How times of that kind are written, with so many decimals; of days with fewer where they are zeros, but so many.
TimeForm FormOf(NumericTime kind, std::size_t decimals, std::size_t fewest = 99);

// What numbers such as 01.23 in a column called `column` may be instead of seconds, as --time-format takes it: months
// of two-digit years (%m.%y, %y.%m), days of months (%d.%m), times of day (%H.%M), each of them one further than the
// one before. Empty: they are numbers.
std::string_view PairsOfDigits(std::span<const std::string> cells, bool dates);

// The time since which seconds are counted by a column's name: 2001-01-01 or 1980-01-06. Empty: it does not say.
std::string_view EpochOfName(const std::string& column);

// Reads a --time-format that is no pattern: epoch-s, excel, ... False: it is none of them.
bool FindNumericFormat(std::string_view format, NumericTime* kind);

}  // namespace fitd
