#include "common/series/time_words.h"

#include <algorithm>
#include <string>

#include "common/ascii.h"
#include "common/calendar_name.h"

namespace fitd {
namespace {

// The first and the second half of the day in turn.
constexpr std::array<std::string_view, 6> kHalvesOfEast = {"上午", "下午", "午前", "午後", "오전", "오후"};

bool StartsWith(std::string_view text, std::string_view name) {
  if (text.size() < name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((text[i] | 32) != (name[i] | 32)) return false;
  }
  return true;
}

bool HasOneOf(const std::string& name, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

}  // namespace

std::string_view OrdinalOf(unsigned day) {
  const bool teen = day / 10 == 1;
  return kOrdinals[teen || day % 10 > 3 ? 0 : day % 10];
}

int NumberWidth(char word) {
  switch (word) {
    case 'Y':
    case 'G':
      return 4;
    case 'j':
      return 3;
    case 'q':
    case 'h':
    case 'u':
      return 1;
    case 'f':
      return 18;
    default:
      return 2;
  }
}

bool IsNumberWord(char word) {
  return word != 0 && std::string_view("YymdejqhNGVuHIMSf").find(word) != std::string_view::npos;
}

int TakeName(std::string_view& text, std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t other = names[i] == "September" ? 4 : 3;  // Sept
    for (const std::size_t length : {names[i].size(), other, std::size_t{3}}) {
      if (!StartsWith(text, names[i].substr(0, length))) continue;
      text.remove_prefix(length);
      if (!text.empty() && text[0] == '.') text.remove_prefix(1);
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool TakeWeekday(std::string_view& text, int* weekday) {
  const WeekdayName name = WeekdayNameAt(text);
  text.remove_prefix(name.size);
  *weekday = name.day;
  return name.size > 0;
}

void TakeFirst(std::string_view& text) {
  for (const std::string_view mark : {"er", "\xc2\xba", "\xc2\xb0"}) {
    if (!StartsWith(text, mark) || (text.size() > mark.size() && IsOfWord(text[mark.size()]))) continue;
    text.remove_prefix(mark.size());
    return;
  }
}

bool TakeMonth(std::string_view& text, int* month) {
  std::string_view rest = text;
  *month = TakeName(rest, kEnglishMonths) + 1;
  const bool whole = *month > 0 && (rest.empty() || !IsOfWord(rest[0]));
  if (!whole) {
    const MonthName name = MonthNameAt(text);
    if (name.month > 0) {
      *month = name.month;
      rest = text.substr(name.size);
      if (rest.starts_with('.')) rest.remove_prefix(1);
    }
  }
  if (*month > 0) text = rest;
  return *month > 0;
}

bool TakeNumber(std::string_view& text, int width, bool fixed, int* value) {
  int digits = 0;
  int number = 0;
  while (digits < width && !text.empty() && IsDigit(text[0])) {
    number = number * 10 + (text[0] - '0');
    text.remove_prefix(1);
    ++digits;
  }
  *value = number;
  return digits > 0 && (!fixed || digits == width);
}

bool TakeFraction(std::string_view& text, std::int64_t* ns) {
  std::int64_t value = 0;
  int digits = 0;
  for (; !text.empty() && IsDigit(text[0]); ++digits, text.remove_prefix(1)) {
    if (digits < 9) value = value * 10 + (text[0] - '0');
  }
  for (int i = digits; i < 9; ++i) value *= 10;
  *ns = value;
  return digits > 0;
}

bool TakeOffset(std::string_view& text, WrittenTime* written) {
  written->zoned = true;
  for (const std::string_view name : {"UTC", "GMT", "Z"}) {
    if (!StartsWith(text, name)) continue;
    text.remove_prefix(name.size());
    return true;
  }
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!TakeNumber(text, 2, false, &hours)) return false;  // UTC+8
  const bool colon = !text.empty() && text[0] == ':';
  if (colon) text.remove_prefix(1);
  const bool more = !text.empty() && IsDigit(text[0]);
  if ((colon && !more) || (more && !TakeNumber(text, 2, true, &minutes))) return false;
  if (hours > 23 || minutes > 59) return false;
  written->offset_minutes = (hours * 60 + minutes) * (negative ? -1 : 1);
  return true;
}

bool TakeBlanks(std::string_view& text) {
  const std::size_t before = text.size();
  for (std::size_t size = 1; size > 0;) {
    size = text.starts_with(' ') ? 1 : NoBreakSize(text);
    text.remove_prefix(size);
  }
  return text.size() < before;
}

bool TakeHalfOfDay(std::string_view& text, bool* pm) {
  for (std::size_t i = 0; i < kHalvesOfEast.size(); ++i) {
    if (!text.starts_with(kHalvesOfEast[i])) continue;
    text.remove_prefix(kHalvesOfEast[i].size());
    *pm = i % 2 == 1;
    return true;
  }
  for (const std::string_view half : {"am", "pm", "a.m.", "p.m.", "a. m.", "p. m."}) {
    if (!StartsWith(text, half)) continue;
    text.remove_prefix(half.size());
    *pm = half[0] == 'p';
    return true;
  }
  return false;
}

bool IsHalfOfEast(std::string_view word) {
  return std::find(kHalvesOfEast.begin(), kHalvesOfEast.end(), word) != kHalvesOfEast.end();
}

bool HasHalfOfEast(std::string_view text) {
  return HasOneOf(std::string(text), kHalvesOfEast);
}

bool TakeNumeralOfChina(std::string_view& text, int* number) {
  static constexpr std::string_view kNumerals[] = {"一", "二", "三", "四"};
  for (std::size_t i = 0; i < std::size(kNumerals); ++i) {
    if (!text.starts_with(kNumerals[i])) continue;
    text.remove_prefix(kNumerals[i].size());
    *number = static_cast<int>(i) + 1;
    return true;
  }
  return false;
}

bool SaysWeek(std::string_view column) {
  const std::string name = LowerCase(column);
  static constexpr std::string_view kWords[] = {"week",  "woche",     "semana", "semaine", "yyyyww",
                                                "vecka", "settimana", "viikko", "hafta",   "tydzie"};
  return HasOneOf(name, kWords) || name == "kw" || name == "yw" || name == "uge" || name == "uke" ||
         name.ends_with("wk");
}

bool SaysQuarter(std::string_view column) {
  static constexpr std::string_view kWords[] = {"quarter", "quartal", "trim", "qtr", "kwarta", "yyyyq"};
  return HasOneOf(LowerCase(column), kWords);
}

}  // namespace fitd
