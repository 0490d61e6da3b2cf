// What columns that hold a part of a time are called: "Fiscal Year", "month_name", "HourEnding", "Trading Period".
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

enum class PartName : std::uint8_t {
  kNone,  // of no time, or of several parts together
  kYear,
  kHalf,
  kQuarter,
  kMonth,
  kWeek,
  kYearDay,
  kMonthDay,
  kWeekday,
  kWeekOfMonth,
  kHour,
  kMinute,
  kSecond,
  kSlot,    // of a day: settlement and trading periods, intervals, blocks
  kPeriod,  // of a year or a day, which the name does not say
  kSeason,
  kTerm,  // dekads, fortnights, pairs and fours of months, terms: of a year or a month, and none that is read
  kZone,  // its name or offset, or whether the clock stands on summer time
};

// The part whose name all words make together with words that change nothing (calendar, fiscal, number, name, ending,
// and `shared`: those that the year's column has too). A word that says something else makes it kNone.
PartName PartOfName(std::string_view name, std::string_view shared = {});

// FY, Financial Year, Geschäftsjahr: a year that need not begin in January.
bool IsFiscalName(std::string_view name);

// Whether a name is of a code, a number or a place of what is measured: Postcode, Meter Serial Number, Account No.,
// lat.
bool SaysCode(std::string_view name);

// What programs make of the names of columns that begin with a digit: X1990 and X2020.01.22 (R), Y1990, and
// "1990 [YR1990]" (the World Bank), as the times they are.
std::string_view TimeInName(std::string_view name);

// Whether the last word of a name says that what is below it are ids: dept_id, ShopID, key.
bool SaysId(std::string_view name);

}  // namespace fitd
