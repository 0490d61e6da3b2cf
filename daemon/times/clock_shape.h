// The shapes that the clock behind a date is written in. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <string>

#include "daemon/times/date_shapes.h"

namespace fitd {

// Appends what stands between a date and its clock, taken from the front of `rest`: marks, words that say that a clock
// follows, and the halves of the day of East Asia. False: anything else, of which a number behind it may be a shift, a
// version or a week, and a clock of another zone or half of the day.
bool AppendWordsBefore(std::span<const Token>& rest, bool* half, std::string* out);

// Appends the pattern of `tokens` as a clock: H:M[:S[.f]] [AM] [offset], or an hour alone behind a blank;
// `behind_half`: one of those words of East Asia stands before it. False: they are none, and some of it may be
// appended.
bool ClockPattern(std::span<const Token> tokens, bool behind_half, std::string* out);
// Likewise for 0時, 9時05分, 9시 5분 30초.
bool EastAsianClock(std::span<const Token> tokens, std::string* out);

}  // namespace fitd
