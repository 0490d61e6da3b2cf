// Dates with the names of months: 31-Dec-2024, 31st Dec 24, 15 de enero de 2024, 15. Januar 2024, Dec 31, 2024,
// 2024-Dec-31, Dec 2024, janv.-24. Daemon, ingest threads; pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/times/date_shapes.h"

namespace fitd {

// True for the name of a month in any language of calendar_name.h. MonthWord() is the conversion that reads it: %b, %B,
// %^b, %^B. Patterns read the names of all languages, and print the English ones.
bool IsMonthName(const Token& token);
std::string MonthWord(const Token& name);

// True for a text with the name of a month that is not English.
bool HasForeignMonth(std::string_view text);

// Appends the shapes that the first of `tokens` may have.
void AddNamedDates(std::span<const Token> tokens, std::vector<DateShape>& shapes);

}  // namespace fitd
