#include "daemon/periods/clock_words.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <span>

#include "common/ascii.h"
#include "daemon/periods/period_words.h"

namespace fitd {
namespace {

constexpr int kHour = 60;

int HourOf(std::string_view text, int most) {
  const int hour = BareNumber(text, 2);
  return hour <= most ? hour : -1;
}

// 00:30, 1:00, 23:45:00.
int MinuteOfClock(std::string_view text) {
  if (text.ends_with(":00") && std::count(text.begin(), text.end(), ':') == 2) text.remove_suffix(3);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) return -1;
  const int hour = HourOf(text.substr(0, colon), 24);
  const int minute = BareNumber(text.substr(colon + 1), 2);
  return hour < 0 || minute < 0 || minute >= kHour ? -1 : kHour * hour + minute;
}

// 12 AM is 0, 12 PM is noon; also 12am and 12:30 am.
int MinuteOfHalfDay(std::string_view text) {
  const bool am = text.ends_with("am");
  if (!am && !text.ends_with("pm")) return -1;
  text.remove_suffix(2);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const int minutes = text.find(':') != std::string_view::npos ? MinuteOfClock(text) : kHour * HourOf(text, 12);
  if (minutes < kHour || minutes >= 13 * kHour) return -1;
  return minutes % (12 * kHour) + (am ? 0 : 12 * kHour);
}

// Returns "w/c 01/01/2024" and "Week of Jan 5, 2024" without the words before the date, and other text unchanged.
std::string_view WithoutPeriod(std::string_view time) {
  static constexpr std::string_view kAlone[] = {"w/c", "w/e", "w/b"};
  static constexpr std::string_view kPeriods[] = {"week", "wk", "month", "quarter", "year", "period"};
  static constexpr std::string_view kHow[] = {"commencing", "beginning", "starting", "ending", "ended", "of"};
  const auto is_one = [](std::span<const std::string_view> words, std::string_view word) {
    const std::string lower = LowerCase(word.ends_with(':') ? word.substr(0, word.size() - 1) : word);
    return std::find(words.begin(), words.end(), lower) != words.end();
  };
  const std::size_t first = std::min(time.find(' '), time.size());
  if (BareNumber(time.substr(0, first), 2) > 0) {  // "4 w/e 01/08/22": the end of four weeks
    const std::string_view behind = TrimBlanks(time.substr(first));
    const std::string_view date = WithoutPeriod(behind);
    return date.size() < behind.size() ? date : time;
  }
  std::string_view rest = TrimBlanks(time.substr(first));
  const bool alone = is_one(kAlone, time.substr(0, first));
  if (!alone && !is_one(kPeriods, time.substr(0, first))) return time;
  if (!alone) {
    const std::size_t second = std::min(rest.find(' '), rest.size());
    if (!is_one(kHow, rest.substr(0, second))) return time;
    rest = TrimBlanks(rest.substr(second));
  }
  return rest.find_first_of("0123456789") == std::string_view::npos ? time : rest;
}

}  // namespace

int MinuteOfDay(std::string_view name) {
  const std::string folded = FoldWord(name);
  const std::string_view text = folded;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const int begin = MinuteOfDay(text.substr(0, dash));
    if (begin >= 0) {
      const int end = MinuteOfDay(text.substr(dash + 1));
      return end == 0 || end > begin ? begin : -1;
    }
    const int hour = HourOf(text.substr(0, dash), 23);
    const int last = HourOf(text.substr(dash + 1), 24);
    return hour >= 0 && (last == hour + 1 || (hour == 23 && last == 0)) ? kHour * hour : -1;
  }
  if (const int minutes = MinuteOfClock(text); minutes >= 0) return minutes;
  if (const int minutes = MinuteOfHalfDay(text); minutes >= 0) return minutes;
  if (text.size() == 4 && BareNumber(text, 4) >= 0) {  // 0100
    const int number = BareNumber(text, 4);
    return number <= 2400 && number % 100 < kHour ? number / 100 * kHour + number % 100 : -1;
  }
  if (text.ends_with('h') && HourOf(text.substr(0, text.size() - 1), 24) >= 0)
    return kHour * HourOf(text.substr(0, text.size() - 1), 24);
  const std::size_t digits = std::min(text.find_first_of("0123456789"), text.size());
  const std::string_view word = text.substr(0, digits);
  if (const int ending = BareNumber(text.substr(digits), 4); word == "he" && text.size() == 6 && ending >= 0)  // HE0100
    return ending % 100 == 0 && ending <= 2400 ? ending / 100 * kHour : -1;
  const int number = BareNumber(text.substr(digits), 2);
  if (number < 0) return -1;
  constexpr int kHalf = 30;
  if (word == "hh" || word == "hh_" || word == "hh ") return number >= 1 && number <= 50 ? kHalf * (number - 1) : -1;
  for (const std::string_view hour : {"h",      "h_",    "he",    "he_",     "he ",     "hr",     "hr_",      "hr ",
                                      "hour",   "hour_", "hour ", "stunde ", "hora ",   "heure ", "godzina ", "godz ",
                                      "godz. ", "uur ",  "saat ", "timme ",  "hodina ", "ura ",   "час "}) {
    if (word == hour) return number <= 24 ? kHour * number : -1;
  }
  return -1;
}

bool EndsWithHalfOfDay(std::string_view time) {
  constexpr std::size_t kShortestDate = 8;
  constexpr int kHours = 12;
  time = TrimBlanks(time);
  if (time.empty() || std::string_view("aApP").find(time.back()) == std::string_view::npos) return false;
  time = TrimBlanks(time.substr(0, time.size() - 1));
  const std::size_t mark = time.find_last_of(" T");
  if (mark == std::string_view::npos) return false;
  const int hour = BareNumber(time.substr(mark + 1), 2);
  const std::string_view date = TrimBlanks(time.substr(0, mark));
  return hour >= 1 && hour <= kHours && date.size() >= kShortestDate && IsDigit(date.front()) && IsDigit(date.back());
}

int HourOfSpan(std::string_view cell) {
  const int minutes = cell.find('-') == std::string_view::npos ? -1 : MinuteOfDay(cell);
  if (minutes >= 0) return minutes % kHour == 0 ? minutes / kHour : -1;
  static constexpr std::string_view kBetween[] = {"",     "-",      "_",   "to",   "a",  "h",   "ha",   "h-",
                                                  "uhr-", "uhrbis", "bis", "~",    "時", "時~", "時〜", "時-",
                                                  "〜",   "–",      "h–",  "uhr–", "-а", "по"};
  static constexpr std::string_view kBehind[] = {"", "h", "hrs", "hs", "uhr", "時", "ч", "ч."};
  std::string text;
  for (const char c : FoldWord(cell)) {
    if (c != ' ') text += c;
  }
  std::string_view rest = text;
  const auto take_hour = [&rest] {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    const int hour = HourOf(rest.substr(0, digits), 24);
    rest.remove_prefix(digits);
    if (rest.starts_with(":00") || rest.starts_with(".00")) rest.remove_prefix(3);
    return hour;
  };
  const auto take_one_of = [&rest](std::span<const std::string_view> words) {
    const std::string_view here = rest.substr(0, std::min(rest.find_first_of("0123456789"), rest.size()));
    rest.remove_prefix(here.size());
    return std::find(words.begin(), words.end(), here) != words.end();
  };
  const int begin = take_hour();
  if (begin < 0 || begin > 23 || !take_one_of(kBetween)) return -1;
  const int end = take_hour();
  const bool next = end == begin + 1 || (begin == 23 && end == 0);
  return next && take_one_of(kBehind) && rest.empty() ? begin : -1;
}

std::string ClockText(int minutes) {
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(minutes / kHour) + ":" + two(minutes % kHour);
}

bool IsWrittenClock(std::string_view name) {
  const std::string lower = LowerCase(name);
  const bool half = lower.ends_with("am") || lower.ends_with("pm") || lower.ends_with(".m.");
  return MinuteOfDay(name) >= 0 && (half || name.find(':') != std::string_view::npos);
}

std::string_view PlainTime(std::string_view time) {
  const std::size_t blank = std::min<std::size_t>(time.find(' '), 2);
  const bool weeks = blank + 1 < time.size() && time[blank] == ' ' && IsDigit(time[0]) && (time[blank + 1] | 32) == 'w';
  if (weeks || (!time.empty() && std::string_view("wWmMqQyYpP").find(time[0]) != std::string_view::npos))
    time = WithoutPeriod(time);
  constexpr std::string_view kOfFloat = ".0";
  const std::size_t digits = std::min(time.find_first_not_of("0123456789"), time.size());
  const bool century = time.starts_with("19") || time.starts_with("20");
  if (century && (digits == 6 || digits == 8) && time.substr(digits) == kOfFloat) return time.substr(0, digits);
  if (time.empty() || (time.back() != ']' && time.back() != ')')) return time;
  const std::size_t open = time.find_last_of("[(");
  if (open == std::string_view::npos) return time;
  const std::string_view name = time.substr(open + 1, time.size() - open - 2);
  const std::string_view bare = TrimBlanks(time.substr(0, open));
  const bool named =
      !name.empty() && std::none_of(name.begin(), name.end(), [](char c) { return c == ':' || c == ','; });
  const std::size_t colon = bare.find(':');
  const std::size_t sign = bare.find_last_of("+-");
  if (!named || IsDigit(name[0]) || colon == std::string_view::npos) return time;
  if (bare.back() == 'Z') return bare;
  if (sign == std::string_view::npos || sign < colon) return time;
  const std::string_view offset = bare.substr(sign + 1);
  const bool number = std::all_of(offset.begin(), offset.end(), [](char c) { return IsDigit(c) || c == ':'; });
  return number && offset.size() >= 2 && offset.size() <= 5 ? bare : time;
}

bool FillADay(const std::set<std::string_view>& spans) {
  constexpr int kHours = 24;
  const auto hour = [](std::string_view text) {
    text = TrimBlanks(text);
    if (text.ends_with(":00")) text.remove_suffix(3);
    return BareNumber(text, 2);
  };
  std::map<int, int> ends;  // by begin
  for (const std::string_view span : spans) {
    const std::size_t mark = span.find('-');
    if (mark == std::string_view::npos) return false;
    const int begin = hour(span.substr(0, mark)), end = hour(span.substr(mark + 1));
    if (begin < 0 || end <= begin || !ends.emplace(begin, end).second) return false;
  }
  int reached = 0;
  for (const auto& [begin, end] : ends) {
    if (begin != reached) return false;
    reached = end;
  }
  return ends.size() > 1 && reached == kHours;
}

bool DivideADay(const std::set<int>& numbers) {
  constexpr int kMinutes = 1440;
  constexpr int kFewestHours = 4;   // of bare hours from 0 on: 0, 6, 12, 18; 0, 12 may be anything
  constexpr int kFewestEnding = 8;  // of those that end: 6, 12, 18, 24 may be months
  constexpr int kFewestClocks = 12;
  if (numbers == std::set<int>{7, 14, 21}) return true;
  const auto count = static_cast<int>(numbers.size());
  if (count < kFewestHours || kMinutes % count != 0) return false;
  const auto divide = [&](auto minute) {
    const int step = kMinutes / count;
    const int first = minute(*numbers.begin());
    int expected = first;
    for (const int number : numbers) {
      if (minute(number) != expected) return false;
      expected += step;
    }
    return first == 0 || first == step;
  };
  if (*numbers.rbegin() <= 24)
    return divide([](int hour) { return hour * 60; }) && (*numbers.begin() == 0 || count >= kFewestEnding);
  return count >= kFewestClocks &&
         divide([](int clock) { return clock % 100 < 60 ? clock / 100 * 60 + clock % 100 : -1; });
}

}  // namespace fitd
