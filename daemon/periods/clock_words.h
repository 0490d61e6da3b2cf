// Times of day in the names of columns and in cells. Daemon, ingest threads; pure functions.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace fitd {

// Minutes since midnight: 00:30, 1:00, 23:45:00, 12 AM, 00h and 0100 to 2400; the beginning of 00:00-01:00 and of
// 00-01; the end of the hours h1, HE01, Hour 1 and hr_1; the beginning of the half hours HH1 to HH50. -1: the name is
// none of them.
int MinuteOfDay(std::string_view name);

// True for a time of day with a colon or with AM or PM: 9:00, 9 AM.
bool IsWrittenClock(std::string_view name);

// True for a date and an hour with the first letter of AM or PM behind it: 1/15/2024 8a, 2024-01-15 12 P.
bool EndsWithHalfOfDay(std::string_view time);

// The hour (0..23) in which a span of one hour begins: 0-1 Uhr, 00.00-01.00, 0h à 1h, 00_01, 0時〜1時, 12am-1am. -1:
// the cell is none.
int HourOfSpan(std::string_view cell);

// "09:30" of 570, "24:00" of 1440.
std::string ClockText(int minutes);

// Returns a time without what adds nothing to it: words in front such as w/c and Week ending, the name of its zone
// behind an offset, as [Europe/Berlin] (RFC 9557) or (Central European Time), and the .0 of YYYYMM or YYYYMMDD that a
// program took for a number.
std::string_view PlainTime(std::string_view time);

// True for spans that follow each other through the 24 hours of a day: 00-06, 06-12, 12-18, 18-24. Ages do not begin
// where others end.
bool FillADay(const std::set<std::string_view>& spans);

// True when whole numbers divide a day, whatever they are called: 0, 3, ..., 21 and 0, 6, 12, 18 (hours), 100, 200,
// ..., 2400 and 30, 100, 130, ..., 2400 (HHMM), 7, 14, 21 (the hours of climate stations).
bool DivideADay(const std::set<int>& numbers);

}  // namespace fitd
