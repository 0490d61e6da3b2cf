#include "daemon/times/clock_shape.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/series/time_words.h"
#include "common/series/time_zone.h"

namespace fitd {
namespace {

constexpr std::size_t kHalfSize = 6;  // bytes of a half of the day in East Asia (午前); each is a token
constexpr std::string_view kHalves[] = {"am", "pm"};
constexpr std::string_view kZulu[] = {"z", "utc", "gmt"};

// The text of one or more tokens that stand behind each other in one text.
std::string_view TextOf(std::span<const Token> tokens) {
  return {tokens[0].text.data(), static_cast<std::size_t>(tokens.back().text.end() - tokens[0].text.begin())};
}

}  // namespace

bool AppendWordsBefore(std::span<const Token>& rest, bool* half, std::string* out) {
  static constexpr std::string_view kWords[] = {
      "t",  "at", "um", "a", "à",    "às",   "as",    "las", "la", "o",  "ore",  "alle", "klo",   "kl",
      "om", "ob", "u",  "в", "saat", "godz", "kello", "h",   "he", "hr", "hour", "hora", "heure", "stunde"};
  while (!rest.empty() && rest[0].kind != Token::kDigits) {
    if (IsHalfOfEast(TextOf(rest).substr(0, kHalfSize)) && !*half) {
      *half = true;
      *out += "%p";
      rest = rest.subspan(kHalfSize);  // each byte is a token
      continue;
    }
    const bool mark = rest[0].kind == Token::kOther && (rest[0].text[0] & 0x80) == 0;
    if (!mark && !OneOf(rest[0].text, kWords)) return false;
    *out += rest[0].text;
    rest = rest.subspan(1);
  }
  return true;
}

bool ClockPattern(std::span<const Token> tokens, bool behind_half, std::string* out) {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return i + k < tokens.size() ? tokens[i + k] : Token{Token::kOther, " "}; };
  if (!at(0).digits(1, 2)) return false;
  // The hour is %I when AM or PM follows, else %H; a half of East Asia follows when it has a column of its own.
  const bool eastern = tokens.size() > kHalfSize && IsHalfOfEast(TextOf(tokens.last(kHalfSize)));
  bool half = behind_half || eastern;
  for (std::size_t k = 0; k < tokens.size(); ++k) {
    half = half || (at(k).kind == Token::kLetters && OneOf(at(k).text, kHalves));
    half = half ||
           ((at(k).text == "a" || at(k).text == "p" || at(k).text == "A" || at(k).text == "P") && at(k + 1).is('.'));
  }
  *out += Word(half ? "I" : "H", at(0));
  const bool minutes = at(1).is(':') && at(2).digits(2, 2);
  if (minutes) {
    *out += ":%M";
    i += 2;
    if (at(1).is(':') && at(2).digits(2, 2)) {
      *out += ":%S";
      i += 2;
      if ((at(1).is('.') || at(1).is(',')) && at(2).kind == Token::kDigits) {
        *out += std::string(at(1).text) + '%' + std::to_string(std::min<std::size_t>(at(2).text.size(), 9)) + 'f';
        i += 2;
      }
    }
  }
  // Hour and minute of columns of their own.
  if (!minutes && at(1).is(' ') && at(2).digits(1, 2) && tokens.size() == 3) {
    *out += ' ' + Word("M", at(2));
    i += 2;
  }
  // 18.00.00, as spreadsheets of some countries write it.
  if (!minutes && at(1).is('.') && at(2).digits(2, 2) && at(3).is('.') && at(4).digits(2, 2)) {
    *out += ".%M.%S";
    i += 4;
    if (at(1).is('.') && at(2).kind == Token::kDigits) {
      *out += ".%" + std::to_string(std::min<std::size_t>(at(2).text.size(), 9)) + "f";
      i += 2;
    }
  }
  if (tokens.size() == 2 && (at(1).text == "h" || at(1).text == "H")) {  // 18h
    *out += at(1).text;
    return true;
  }
  // 18.00 and 18h00, with nothing behind.
  const bool pair = !minutes && i == 0 && tokens.size() == 3 && at(2).digits(2, 2);
  if (pair && (at(1).is('.') || at(1).text == "h")) {
    *out += std::string(at(1).text) + "%M";
    i += 2;
  }
  ++i;
  while (i + 1 < tokens.size() && at(0).is(' ')) *out += ' ', ++i;
  if (eastern && i + kHalfSize == tokens.size()) {
    *out += "%p";
    return true;
  }
  if (i + 1 == tokens.size() && at(0).text == "Uhr") {
    *out += "Uhr";
    return true;
  }
  static constexpr std::string_view kPoints[] = {"a", "p"};
  const bool parted = at(2).is(' ') && at(3).text == "m" && at(4).is('.') && i + 5 == tokens.size();
  if (at(0).kind == Token::kLetters && OneOf(at(0).text, kPoints) && at(1).is('.') && parted) {  // a. m., as in Spanish
    *out += "%:P";
    return true;
  }
  if (at(0).kind == Token::kLetters && OneOf(at(0).text, kPoints) && at(1).is('.') && (at(2).text[0] | 32) == 'm' &&
      at(3).is('.')) {
    *out += at(0).text[0] >= 'a' ? "%:P" : "%:p";
    i += 4;
  } else if (i < tokens.size() && at(0).kind == Token::kLetters && OneOf(at(0).text, kHalves)) {
    *out += at(0).text[0] >= 'a' ? "%P" : "%p";
    ++i;
    while (i + 1 < tokens.size() && at(0).is(' ')) *out += ' ', ++i;
  }
  if (i == tokens.size()) return true;
  if (at(0).kind == Token::kLetters && OneOf(at(0).text, kZulu) && i + 1 == tokens.size()) {
    *out += at(0).text;
    return true;
  }
  if (at(0).is('(') && at(2).is(')') && i + 3 == tokens.size()) {  // (CEST)
    std::string_view name = at(1).text;
    std::int32_t named_offset = 0;
    if (!TakeZoneName(name, &named_offset) || !name.empty()) return false;
    *out += "(%Z)";
    return true;
  }
  std::string_view zone = at(0).text;
  std::int32_t offset = 0;
  if (i + 1 == tokens.size() && TakeZoneName(zone, &offset) && zone.empty()) {
    *out += "%Z";
    return true;
  }
  if ((zone == "GMT" || zone == "UTC") && (at(1).is('+') || at(1).is('-'))) *out += zone, ++i;  // as JavaScript has it
  if (!at(0).is('+') && !at(0).is('-')) return false;
  const bool colon = at(2).is(':');
  if (const std::size_t offset_tokens = colon ? 4 : 2;
      i + offset_tokens + 2 == tokens.size()) {  // +0100 CET, as Go has it
    std::string_view name = at(offset_tokens + 1).text;
    if (!at(offset_tokens).is(' ') || !TakeZoneName(name, &offset) || !name.empty()) return false;
    *out += colon ? "%:z %Z" : "%z %Z";
    return true;
  }
  if (colon ? !(at(1).digits(1, 2) && at(3).digits(2, 2) && i + 4 == tokens.size())
            : !((at(1).digits(1, 2) || at(1).digits(4, 4)) && i + 2 == tokens.size())) {
    return false;
  }
  *out += colon ? "%:z" : "%z";
  return true;
}

bool EastAsianClock(std::span<const Token> tokens, std::string* out) {
  constexpr std::size_t kSignSize = 3;
  constexpr std::pair<char, std::string_view> kParts[] = {{'H', "時时시"}, {'M', "分분"}, {'S', "秒초"}};
  std::string clock;
  for (const auto& [word, signs] : kParts) {
    if (tokens.size() < 1 + kSignSize || !tokens[0].digits(1, 2)) return false;
    const std::string_view sign(tokens[1].text.data(), kSignSize);
    if (signs.find(sign) == std::string_view::npos) return false;
    clock += Word(std::string_view(&word, 1), tokens[0]) + std::string(sign);
    tokens = tokens.subspan(1 + kSignSize);
    if (tokens.empty()) {
      *out += clock;
      return true;
    }
    if (tokens[0].is(' ')) clock += ' ', tokens = tokens.subspan(1);
  }
  return false;
}

}  // namespace fitd
