#include "common/range_text.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "common/ascii.h"

namespace fitd {
namespace {

constexpr int kDay = 24 * 60;             // minutes
constexpr std::size_t kShortestDate = 8;  // of a date with day, month and year

// Digits where the other has digits, and the same marks between them.
bool AreAlike(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (IsDigit(a[i]) != IsDigit(b[i]) || (!IsDigit(a[i]) && a[i] != b[i])) return false;
  }
  return IsDigit(a.front());
}

// All of it is HH:MM or HH:MM:SS.
bool IsClock(std::string_view text) {
  if (text.size() == 4 || text.size() == 7) return IsDigit(text[0]) && IsClock("0" + std::string(text));
  if (text.size() != 5 && text.size() != 8) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : !IsDigit(text[i])) return false;
  }
  return true;
}

int Minutes(std::string_view clock) {
  const std::size_t colon = clock.find(':');
  return 60 * std::atoi(std::string(clock.substr(0, colon)).c_str()) +
         std::atoi(std::string(clock.substr(colon + 1)).c_str());
}

bool EndsWithClock(std::string_view text) {
  for (const std::size_t size : {5, 8, 4}) {
    if (text.size() >= size + 2 && IsClock(text.substr(text.size() - size))) return true;
  }
  return false;
}

// Jan 8, 2023.
bool IsNamedDate(std::string_view text) {
  constexpr std::size_t kYear = 4;
  const auto letter = [](char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; };
  if (text.size() < kShortestDate || std::none_of(text.begin(), text.end(), letter)) return false;
  const std::string_view year = text.substr(text.size() - kYear);
  return std::all_of(year.begin(), year.end(), IsDigit) && !IsDigit(text[text.size() - kYear - 1]);
}

// 12:15 AM at the end of it.
bool EndsWithHalf(std::string_view text) {
  const std::string lower = LowerCase(text);
  return (lower.ends_with("am") || lower.ends_with("pm")) && lower.find(':') != std::string::npos && IsDigit(text[0]);
}

}  // namespace

std::string_view FirstOfClocks(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos || dash < kShortestDate || !IsClock(text.substr(dash + 1))) return text;
  return EndsWithClock(text.substr(0, dash)) ? text.substr(0, dash) : text;
}

bool ClocksEndRanges(std::span<const std::string> cells) {
  std::set<int> ends;
  std::set<int> lengths;
  for (const std::string& cell : cells) {
    const std::string_view first = FirstOfClocks(cell);
    if (first.size() == cell.size()) return false;
    const int begin = Minutes(first.substr(first.find_last_of(" T") + 1));
    const int end = Minutes(std::string_view(cell).substr(first.size() + 1));
    ends.insert(end);
    lengths.insert((end - begin + kDay) % kDay);
  }
  // No zone is as far west as -00:15 or -13:00; half hours are Newfoundland's, Venezuela's and the Marquesas'.
  const bool offset = std::all_of(ends.begin(), ends.end(), [](int end) {
    return end <= 720 && (end % 60 == 0 || end == 150 || end == 210 || end == 270 || end == 570);
  });
  return lengths.size() == 1 && (ends.size() > 1 || !offset);
}

std::string_view FirstOfRange(std::string_view text) {
  for (const std::string_view from : {"From ", "from ", "Von ", "von "}) {
    if (!text.starts_with(from)) continue;
    const std::string_view rest = text.substr(from.size());
    const std::string_view first = FirstOfRange(rest);
    return first.size() < rest.size() ? first : text;
  }
  // The end may be written shorter, or in another zone: 3/10/2024 12:00 AM - 1:00 AM.
  constexpr std::string_view kDash = " - ";
  if (const std::size_t dash = text.find(kDash); dash != std::string_view::npos && dash >= kShortestDate) {
    const std::string_view end = text.substr(dash + kDash.size());
    const bool clock =
        end.find(':') != std::string_view::npos && text.substr(0, dash).find(':') != std::string_view::npos;
    if (clock && end.find(kDash) == std::string_view::npos && IsDigit(text[0]) && IsDigit(end[0]))
      return text.substr(0, dash);
  }
  for (const std::string_view between : {"\xe2\x80\x93", " to ", " bis ", "/"}) {
    const std::size_t at = text.rfind(between);
    if (at == std::string_view::npos || at < kShortestDate) continue;
    const std::string_view first = TrimBlanks(text.substr(0, at));
    if (IsClock(TrimBlanks(text.substr(at + between.size()))) && EndsWithClock(first)) return first;
  }
  for (const std::string_view between : {" - ", " \xe2\x80\x93 ", "\xe2\x80\x93", " to ", "-"}) {
    const std::size_t at = text.rfind(between);
    if (at == std::string_view::npos || at < kShortestDate || at + between.size() == text.size()) continue;
    const std::string_view first = TrimBlanks(text.substr(0, at));
    const std::string_view second = TrimBlanks(text.substr(at + between.size()));
    if (first.empty() || second.empty()) continue;
    if ((IsNamedDate(first) && IsNamedDate(second)) || (EndsWithHalf(first) && EndsWithHalf(second))) return first;
  }
  for (const std::string_view between : {" - ", "/", " to ", " bis ", " \xe2\x80\x93 ", "\xe2\x80\x93", "-"}) {
    if (text.size() < 2 * kShortestDate + between.size() || (text.size() - between.size()) % 2 != 0) continue;
    const std::size_t half = (text.size() - between.size()) / 2;
    if (text.substr(half, between.size()) != between) continue;
    if (AreAlike(text.substr(0, half), text.substr(half + between.size()))) return text.substr(0, half);
  }
  return text;
}

}  // namespace fitd
