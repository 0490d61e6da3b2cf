// What a word says that stands beside the numbers of a date or a time. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// The words that stand in dates and times: months, weekdays, halves of the day, zones, quarters and weeks.
enum class DateWord : std::uint8_t { kNone, kMonth, kUnsureMonth, kPeriod, kQuarter, kFiscal, kEastAsianYear, kOther };

// kNone: it stands in no time.
DateWord KindOfDateWord(std::string_view word);

}  // namespace fitd
