// The words of a time pattern (time_pattern.h) one by one: how wide their numbers are, what names they have, and
// reading one from the front of a text. Pure functions, any thread. A reader takes what it read; false: it is not
// there.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "common/ascii.h"
#include "common/series/written_time.h"

namespace fitd {

inline constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                             "May",       "June",     "July",     "August",
                                                             "September", "October",  "November", "December"};
inline constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                          "Friday", "Saturday", "Sunday"};

inline constexpr std::array<std::string_view, 4> kOrdinals = {"th", "st", "nd", "rd"};

// What stands behind the number of a day.
std::string_view OrdinalOf(unsigned day);

// Digits of a word's number when it is written out.
int NumberWidth(char word);
bool IsNumberWord(char word);

// The place among `names` of the whole name or its first three letters ("Sept" too), and a dot behind it; -1: none.
int TakeName(std::string_view& text, std::span<const std::string_view> names);
// The name of a day of the week in any language of calendar_name.h; Monday is 1, 0 a name that others have for another.
bool TakeWeekday(std::string_view& text, int* weekday);
// The name of a month in any language of calendar_name.h, and a dot behind it.
bool TakeMonth(std::string_view& text, int* month);
// What stands behind the number of a first day: 1er janvier, 1º de enero.
void TakeFirst(std::string_view& text);
// Digits up to the width; exactly as many when `fixed`.
bool TakeNumber(std::string_view& text, int width, bool fixed, int* value);
// Decimals of a second, as nanoseconds; what is finer is read and dropped.
bool TakeFraction(std::string_view& text, std::int64_t* ns);
// 一 to 四.
bool TakeNumeralOfChina(std::string_view& text, int* number);
// Whether a column's name says that its times are weeks, also where they could be months.
bool SaysWeek(std::string_view column);
// Likewise quarters.
bool SaysQuarter(std::string_view column);
// Any number of blanks, also such without a break.
bool TakeBlanks(std::string_view& text);
// AM or PM in any case, a.m. and a. m.; 上午 and 下午 of China, 午前 and 午後 of Japan, 오전 and 오후 of Korea, which
// stand before their hour and which IsHalfOfEast knows.
bool TakeHalfOfDay(std::string_view& text, bool* pm);
bool IsHalfOfEast(std::string_view word);
bool HasHalfOfEast(std::string_view text);
// +0100, +01:00, +01, Z, UTC or GMT.
bool TakeOffset(std::string_view& text, WrittenTime* written);

}  // namespace fitd
