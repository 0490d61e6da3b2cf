#include "daemon/periods/across_style.h"

#include "daemon/periods/clock_words.h"

namespace fitd {
namespace {

std::string NumberOfPlace(int place) {
  return std::to_string(place);
}

template <int kMinutes>
std::string AddSlot(int place) {
  return ClockText((place - 1) * kMinutes);
}

}  // namespace

std::span<const AcrossStyle> AcrossStyles() {
  constexpr std::size_t kFewestOfDay = 5;  // two or three hours are measures like others
  constexpr auto quarter = [](int place) { return "Q" + std::to_string(place); };
  constexpr auto half = [](int place) { return "H" + std::to_string(place); };
  constexpr auto week = [](int place) { return (place < 10 ? "W0" : "W") + std::to_string(place); };
  // Hours that are bare numbers run from 0 to 23, when they begin, or end with 24, when they end.
  static constexpr AcrossStyle kStyles[] = {
      {TimeSpan::kYear, MonthOfName, kMonthsOfYear, kMonthsOfYear, NumberOfPlace, "months"},
      {TimeSpan::kYear, NumberedMonth, kMonthsOfYear, kMonthsOfYear, NumberOfPlace, "months"},
      {TimeSpan::kYear, NumberFrom1, kMonthsOfYear, kMonthsOfYear, NumberOfPlace, "months"},
      {TimeSpan::kYear, RomanMonth, kMonthsOfYear, kMonthsOfYear, NumberOfPlace, "months"},
      {TimeSpan::kYear, QuarterOfWord, 4, 4, quarter, "quarters"},
      {TimeSpan::kYear, HalfOfWord, 2, 2, half, "halves"},
      {TimeSpan::kYear, WeekOfWord, 52, 53, week, "weeks"},
      {TimeSpan::kYear, NumberFrom1, 52, 53, week, "weeks"},
      {TimeSpan::kMonth, DayOfWord, 28, 31, NumberOfPlace, "days"},
      {TimeSpan::kDay, ClockOfColumn, kFewestOfDay, 1440, AddSlot<1>, "times"},
      {TimeSpan::kDay, EastAsianHour, 24, 24, AddSlot<60>, "hours"},
      {TimeSpan::kDay, NumberFrom0, 24, 24, AddSlot<60>, "hours"},
      {TimeSpan::kDay, NumberFrom1, 48, 48, AddSlot<30>, "half hours"},
      {TimeSpan::kDay, NumberFrom0, 48, 48, AddSlot<30>, "half hours"},
      {TimeSpan::kDay, NumberFrom1, 96, 96, AddSlot<15>, "quarters of an hour"},
      {TimeSpan::kDay, NumberFrom0, 96, 96, AddSlot<15>, "quarters of an hour"},
      {TimeSpan::kDay, SlotOfWord, 24, 24, AddSlot<60>, "hours"},
      {TimeSpan::kDay, SlotOfWord, 48, 48, AddSlot<30>, "half hours"},
      {TimeSpan::kDay, SlotOfWord, 96, 96, AddSlot<15>, "quarters of an hour"},
  };
  return kStyles;
}

PeriodWord ClockOfColumn(std::string_view name) {
  return {MinuteOfDay(name) + 1, true};
}

}  // namespace fitd
