#include "daemon/periods/across_style.h"

#include <algorithm>
#include <map>

#include "common/ascii.h"
#include "daemon/periods/clock_words.h"

namespace fitd {
namespace {

std::string NumberOfPlace(int place) {
  return std::to_string(place);
}

constexpr std::string_view kBetweenWords = " _-/.:";

// Words for things of which there are many, with numbers of their own.
bool IsOneOfMany(std::string_view folded) {
  static constexpr std::string_view kThings =
      " sensor station store shop item product sku zone region area meter device unit pump machine line site channel "
      "ch "
      "room node host server cpu core disk x y series ts col column feature group cluster id customer client user "
      "plant "
      "turbine wtg inverter cell tag target temp filiale laden zahler anlage standort artikel kunde tienda magasin "
      "negozio var variable signal probe point location loc branch dept department wert value class bin bus cat well s "
      "t u w z a b c g i n r ";
  return kThings.find(" " + std::string(folded) + " ") != std::string_view::npos;
}

template <int kMinutes>
std::string AddSlot(int place) {
  return ClockText((place - 1) * kMinutes);
}

}  // namespace

std::vector<BareNames> WithoutSharedWord(const std::vector<std::string>& names, const std::vector<bool>& free) {
  constexpr std::size_t kFewest = 4;
  std::map<std::string, std::map<std::size_t, std::string>> shared;  // by side and word, what is left of each name
  const auto note = [&](std::size_t i, char side, std::string_view word, std::string_view rest) {
    rest = rest.substr(std::min(rest.find_first_not_of(kBetweenWords), rest.size()));
    rest = rest.substr(0, rest.find_last_not_of(kBetweenWords) + 1);
    if (!rest.empty() && !word.empty() && !IsOneOfMany(FoldWord(word))) shared[side + std::string(word)][i] = rest;
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = TrimBlanks(names[i]);
    if (!free[i] || name.empty()) continue;
    const bool enclosed = name.back() == ')' || name.back() == ']';
    const std::size_t last = enclosed ? name.find_last_of("([") : name.find_last_of(kBetweenWords);
    if (last != std::string_view::npos && last > 0)
      note(i, '>', name.substr(enclosed ? last : last + 1), name.substr(0, last));
    const std::size_t first = name.find_first_of(kBetweenWords);
    if (first != std::string_view::npos && first > 0) note(i, '<', name.substr(0, first), name.substr(first));
    const std::size_t digits = name.find_first_of("0123456789");
    if (digits != std::string_view::npos && digits > 0 && AllDigits(name.substr(digits)) && first == name.npos)
      note(i, '<', name.substr(0, digits), name.substr(digits));
  }
  std::vector<BareNames> bare;
  for (const auto& [word, left] : shared) {
    if (left.size() < kFewest) continue;
    bare.push_back({word.substr(1), std::vector<std::string>(names.size())});
    for (const auto& [column, rest] : left) bare.back().names[column] = rest;
  }
  return bare;
}

std::vector<std::size_t> TakeHourTwice(std::vector<std::string>& names) {
  std::vector<std::size_t> second;
  for (std::string& name : names) {
    if (name.size() < 3 || (name.back() != 'A' && name.back() != 'a') || !IsDigit(name[name.size() - 2])) continue;
    std::string other = name;
    other.back() = name.back() == 'A' ? 'B' : 'b';
    const auto at = std::find(names.begin(), names.end(), other);
    if (at == names.end()) continue;
    name.pop_back();
    at->clear();
    second.push_back(static_cast<std::size_t>(at - names.begin()));
  }
  return second;
}

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
