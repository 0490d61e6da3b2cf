// Names of columns that hold a part of a time: "Fiscal Year", "month_name", "HourEnding", "Trading Period".
// Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

enum class PartName : std::uint8_t {
  kNone,  // no part of a time, or several parts together
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
  kSlot,    // part of a day: settlement and trading periods, intervals, blocks
  kPeriod,  // part of a year or a day; the name does not say which
  kSeason,
  kTerm,  // dekads, fortnights, pairs and fours of months, terms; not read as times
  kZone,  // name or offset of a zone, or whether the clock stands on summer time
};

// The part that a name means when all its words name it or add nothing (calendar, fiscal, number, name, ending, and the
// words of `shared`, the name of the column of years). kNone when some word means anything else.
PartName PartOfName(std::string_view name, std::string_view shared = {});

// True for a year that need not begin in January: FY, Financial Year, Geschäftsjahr.
bool IsFiscalName(std::string_view name);

// True for the name of a code, a number or a place of what is measured: Postcode, Meter Serial Number, Account No.,
// lat.
bool SaysCode(std::string_view name);

// True for names of coordinates, which are numbers but no measures: lat, longitude.
bool IsPlaceName(std::string_view name);

// True for the name of the number of a document that every row has another one of: Invoice No, receipt, order_number.
bool SaysDocument(std::string_view name);

// The time in a name that programs make of a column called like a time: X1990 and X2020.01.22 (R), Y1990, and "1990
// [YR1990]" (the World Bank). Empty: there is none.
std::string_view TimeInName(std::string_view name);

// True when the last word of a name means an id: dept_id, ShopID, key.
bool SaysId(std::string_view name);

// Whether a name says when a row was written, changed or sent: updated_at, load_ts, Extracted, revision date.
bool SaysWritten(std::string_view name);
// Whether it says that what the row is about was created then, which is its time as well as a later one: created_at.
bool SaysCreated(std::string_view name);
// Whether it says when what the row is about was: a period, a day (Order Date, but not Transfer Date or shipped_at,
// when something was done with it later), or Sampled, event_time.
bool SaysOccasion(std::string_view name);
// Whether it says that it was written, or that what it names ends, or ends a row's validity: due_date, interval_end,
// valid_until.
bool SaysWrittenOrEnd(std::string_view name);
// Whether it says that its cells are periods, or where these begin: period, Week, YearMonth, date_key, start.
bool SaysPeriod(std::string_view name);

// Whether it says that its cells are days: date, Posting Date, Day, Datum.
bool SaysDay(std::string_view name);

}  // namespace fitd
