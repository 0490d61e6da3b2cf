// The meaning of a word beside the numbers of a date or a time. Daemon, ingest threads; pure functions.
#pragma once

#include <cstdint>
#include <string_view>

namespace fitd {

// Kinds of words in dates and times. kUnsureMonth is an ordinary word too (set); kPeriod a week or another part of a
// year; kOther a weekday, a half of the day, a zone and the like.
enum class DateWord : std::uint8_t { kNone, kMonth, kUnsureMonth, kPeriod, kQuarter, kFiscal, kEastAsianYear, kOther };

// kNone: the word is in no date or time.
DateWord KindOfDateWord(std::string_view word);

}  // namespace fitd
