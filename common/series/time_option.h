// Checks times in options and job files as far as possible without reading data.
// Any process, any thread.
#pragma once

#include <string_view>

#include "common/series/written_time.h"
#include "common/status.h"

namespace fitd {

// Values of --time-format that are neither a pattern nor read by CountedSince.
inline constexpr std::string_view kNumberTimeFormats[] = {
    "epoch-s", "%s", "epoch-ms", "epoch-us", "epoch-ns", "excel", "decimal-year", "count", "datenum", "julian-day"};

// kUsage for an invalid value of --time-format.
Status CheckTimeFormat(std::string_view text);
// kUsage for an unknown zone. OK on a system without zones, which is another error.
Status CheckTimeZone(std::string_view name);
// Takes a date such as "2024-12-24" from the front of a time, even if the calendar does not have the day; false when
// the time begins differently.
bool TakeDate(std::string_view time, WrittenTime& date);
// kUsage for text that is not a time in any form: it has no digits, or a date that is not in the calendar.
Status CheckTimeText(std::string_view text);

}  // namespace fitd
