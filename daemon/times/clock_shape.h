// Patterns for the clock behind a date. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <string>

#include "daemon/times/date_shapes.h"

namespace fitd {

// Moves what stands between a date and its clock from the front of `rest` to `out`: marks, words before clocks (at, um,
// klo), and halves of the day in East Asia, for which `half` is set. False for anything else: a number behind it may be
// a shift, a version or a week.
bool AppendWordsBefore(std::span<const Token>& rest, bool* half, std::string* out);

// Appends the pattern of `tokens` as a clock: H:M[:S[.f]] [AM] [offset], or an hour alone behind a blank.
// `behind_half`: AppendWordsBefore() found a half of the day. False: they are no clock, and `out` may hold a part of a
// pattern.
bool ClockPattern(std::span<const Token> tokens, bool behind_half, std::string* out);
// Appends the pattern of 0時, 9時05分 or 9시 5분 30초. False, with nothing appended: `tokens` are none of them.
bool EastAsianClock(std::span<const Token> tokens, std::string* out);

}  // namespace fitd
