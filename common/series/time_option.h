// What is said about times in options and job files, as far as it can be refused before any data are read.
// Any process, any thread.
#pragma once

#include <string_view>

#include "common/series/written_time.h"
#include "common/status.h"

namespace fitd {

// Words that say how times are written, where neither a pattern nor what CountedSince reads would.
inline constexpr std::string_view kNumberTimeFormats[] = {
    "epoch-s", "%s", "epoch-ms", "epoch-us", "epoch-ns", "excel", "decimal-year", "count", "datenum", "julian-day"};

// kUsage for a form that no times can have.
Status CheckTimeFormat(std::string_view text);
// kUsage for a zone that nobody knows. OK on a system without any zones, which is an error of another kind.
Status CheckTimeZone(std::string_view name);
// "2024-12-24" at the front of a time, whether or not the calendar has the day; false when it begins otherwise.
bool TakeDate(std::string_view time, WrittenTime& date);
// kUsage for what is no time in any form: it has no digits, or a date that is not in the calendar.
Status CheckTimeText(std::string_view text);

}  // namespace fitd
