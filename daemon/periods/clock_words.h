// What a name says of the time of day that it stands for, above one of the columns of a day. Daemon, ingest threads;
// pure functions.
#pragma once

#include <string>
#include <string_view>

namespace fitd {

// Minutes of the day: of 00:30, 1:00 and 23:45:00, of 12 AM and 00h, of the beginning of 00:00-01:00 and 00-01; of h1,
// HE01, Hour 1 and hr_1 the hours that end then; of 0100 to 2400; of HH1 to HH48 the half hours that begin then; -1: it
// is none.
int MinuteOfDay(std::string_view name);

// Whether a time of day is written as one: 9:00, 9 AM.
bool IsWrittenClock(std::string_view name);

// 0-1 Uhr, 00.00-01.00, 0h à 1h, 00_01, 0時〜1時, 12am-1am: the hour that begins then and ends with the next; -1: it is
// none.
int HourOfSpan(std::string_view cell);

// "09:30" of 570, "24:00" of 1440.
std::string ClockText(int minutes);

// A time without what says nothing more: in front of it that a week or a month begins or ends then (w/c, Week ending),
// behind it the name of its zone where an offset says that, [Europe/Berlin] (RFC 9557) or (Central European Time), and
// the .0 of a day or month in digits that a program took for a number.
std::string_view PlainTime(std::string_view time);

}  // namespace fitd
