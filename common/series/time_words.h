// The words of a time pattern (time_pattern.h): width of their numbers, their names, and reading one from the front of
// a text. Pure functions, any thread. A Take function removes what it has read from the text; false: there was nothing
// to read.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/ascii.h"
#include "common/series/written_time.h"

namespace fitd {

inline constexpr std::array<std::string_view, 12> kEnglishMonths = {"January",   "February", "March",    "April",
                                                                    "May",       "June",     "July",     "August",
                                                                    "September", "October",  "November", "December"};
inline constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                          "Friday", "Saturday", "Sunday"};

inline constexpr std::array<std::string_view, 4> kOrdinals = {"th", "st", "nd", "rd"};

// The ending of a day's number: "st", "nd", "rd" or "th".
std::string_view OrdinalOf(unsigned day);

// Digits of a word's number when it is written out.
int NumberWidth(char word);
bool IsNumberWord(char word);

// Index in `names` of a whole name or its first three letters ("Sept" too), with an optional dot; -1: none.
int TakeName(std::string_view& text, std::span<const std::string_view> names);
// The name of a weekday in any language of calendar_name.h; Monday is 1, 0 for a name that means different days in
// different languages.
bool TakeWeekday(std::string_view& text, int* weekday);
// The name of a month in any language of calendar_name.h, with an optional dot.
bool TakeMonth(std::string_view& text, int* month);
// The ending of a first day's number: 1er janvier, 1º de enero.
void TakeFirst(std::string_view& text);
// At most `width` digits; exactly that many when `fixed`.
bool TakeNumber(std::string_view& text, int width, bool fixed, int* value);
// Decimals of a second, as nanoseconds; finer digits are read and dropped.
bool TakeFraction(std::string_view& text, std::int64_t* ns);
// 一 to 四.
bool TakeNumeralOfChina(std::string_view& text, int* number);
// True when a column's name says that its times are weeks, even where they could be months.
bool SaysWeek(std::string_view column);
// True when a column's name says that its times are quarters.
bool SaysQuarter(std::string_view column);
// Any number of blanks, non-breaking ones included.
bool TakeBlanks(std::string_view& text);
// AM or PM in any case, a.m. and a. m.; 上午 and 下午 of China, 午前 and 午後 of Japan, 오전 and 오후 of Korea, which
// stand before their hour and which IsHalfOfEast knows.
bool TakeHalfOfDay(std::string_view& text, bool* pm);
bool IsHalfOfEast(std::string_view word);
bool HasHalfOfEast(std::string_view text);
// +0100, +01:00, +01, Z, UTC or GMT.
bool TakeOffset(std::string_view& text, WrittenTime* written);

}  // namespace fitd
