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

// Writes the pattern of the tokens of a clock, from left to right.
class ClockReader {
 public:
  ClockReader(std::span<const Token> tokens, std::string* out) : tokens_(tokens), out_(*out) {}

  bool Read(bool behind_half);

 private:
  // The token `k` places further on; a blank behind the last one.
  Token At(std::size_t k) const { return i_ + k < tokens_.size() ? tokens_[i_ + k] : Token{Token::kOther, " "}; }
  bool IsLast(std::size_t k) const { return i_ + k + 1 == tokens_.size(); }
  bool IsOneOf(std::span<const std::string_view> words) const {
    return At(0).kind == Token::kLetters && OneOf(At(0).text, words);
  }
  void SkipBlanks() {
    while (i_ + 1 < tokens_.size() && At(0).is(' ')) out_ += ' ', ++i_;
  }
  bool SaysHalf() const;
  void ReadFraction(std::string_view mark);
  bool ReadMinutes();
  bool ReadHalf();
  bool ReadZone();
  bool ReadOffset();

  std::span<const Token> tokens_;
  std::size_t i_ = 0;
  std::string& out_;
};

// AM, pm, a.m. or p. m. somewhere behind the hour.
bool ClockReader::SaysHalf() const {
  for (std::size_t k = 0; k < tokens_.size(); ++k) {
    if (At(k).kind == Token::kLetters && OneOf(At(k).text, kHalves)) return true;
    const std::string_view text = At(k).text;
    if ((text == "a" || text == "p" || text == "A" || text == "P") && At(k + 1).is('.')) return true;
  }
  return false;
}

// The decimals of seconds, when `mark` and digits follow.
void ClockReader::ReadFraction(std::string_view mark) {
  if (At(2).kind != Token::kDigits) return;
  out_ += std::string(mark) + '%' + std::to_string(std::min<std::size_t>(At(2).text.size(), 9)) + 'f';
  i_ += 2;
}

// Minutes and seconds behind an hour. True when that is all: 18h.
bool ClockReader::ReadMinutes() {
  if (At(1).is(':') && At(2).digits(2, 2)) {
    out_ += ":%M";
    i_ += 2;
    if (!At(1).is(':') || !At(2).digits(2, 2)) return false;
    out_ += ":%S";
    i_ += 2;
    if (At(1).is('.') || At(1).is(',')) ReadFraction(At(1).text);
    return false;
  }
  const bool three = tokens_.size() == 3 && At(2).digits(1, 2);
  if (At(1).is(' ') && three) {  // hour and minute of columns of their own
    out_ += ' ' + Word("M", At(2));
    i_ += 2;
  } else if (At(1).is('.') && At(2).digits(2, 2) && At(3).is('.') && At(4).digits(2, 2)) {
    out_ += ".%M.%S";  // 18.00.00, as spreadsheets of some countries write it
    i_ += 4;
    if (At(1).is('.')) ReadFraction(".");
  } else if (tokens_.size() == 2 && (At(1).text == "h" || At(1).text == "H")) {
    out_ += At(1).text;
    return true;
  } else if (three && At(2).digits(2, 2) && (At(1).is('.') || At(1).text == "h")) {
    out_ += std::string(At(1).text) + "%M";  // 18.00 and 18h00, with nothing behind
    i_ += 2;
  }
  return false;
}

// The half of a day. True when it ends the clock.
bool ClockReader::ReadHalf() {
  static constexpr std::string_view kPoints[] = {"a", "p"};
  const bool pointed = IsOneOf(kPoints) && At(1).is('.');
  if (pointed && At(2).is(' ') && At(3).text == "m" && At(4).is('.') && IsLast(4)) {  // a. m., as in Spanish
    out_ += "%:P";
    return true;
  }
  if (pointed && (At(2).text[0] | 32) == 'm' && At(3).is('.')) {
    out_ += At(0).text[0] >= 'a' ? "%:P" : "%:p";
    i_ += 4;
  } else if (i_ < tokens_.size() && IsOneOf(kHalves)) {
    out_ += At(0).text[0] >= 'a' ? "%P" : "%p";
    ++i_;
    SkipBlanks();
  }
  return i_ == tokens_.size();
}

// The name of a zone, or an offset, up to the end.
bool ClockReader::ReadZone() {
  if (IsOneOf(kZulu) && IsLast(0)) {
    out_ += At(0).text;
    return true;
  }
  std::int32_t offset = 0;
  if (At(0).is('(') && At(2).is(')') && IsLast(2)) {  // (CEST)
    std::string_view name = At(1).text;
    if (!TakeZoneName(name, &offset) || !name.empty()) return false;
    out_ += "(%Z)";
    return true;
  }
  std::string_view zone = At(0).text;
  if (IsLast(0) && TakeZoneName(zone, &offset) && zone.empty()) {
    out_ += "%Z";
    return true;
  }
  if ((zone == "GMT" || zone == "UTC") && (At(1).is('+') || At(1).is('-'))) out_ += zone, ++i_;  // as JavaScript has it
  return ReadOffset();
}

bool ClockReader::ReadOffset() {
  if (!At(0).is('+') && !At(0).is('-')) return false;
  const bool colon = At(2).is(':');
  const std::size_t size = colon ? 4 : 2;
  if (i_ + size + 2 == tokens_.size()) {  // +0100 CET, as Go has it
    std::string_view name = At(size + 1).text;
    std::int32_t offset = 0;
    if (!At(size).is(' ') || !TakeZoneName(name, &offset) || !name.empty()) return false;
    out_ += colon ? "%:z %Z" : "%z %Z";
    return true;
  }
  const bool digits = colon ? At(1).digits(1, 2) && At(3).digits(2, 2) : At(1).digits(1, 2) || At(1).digits(4, 4);
  if (!digits || i_ + size != tokens_.size()) return false;
  out_ += colon ? "%:z" : At(1).digits(2, 2) ? "%-z" : "%z";  // +00, as PostgreSQL has it
  return true;
}

bool ClockReader::Read(bool behind_half) {
  if (!At(0).digits(1, 2)) return false;
  // A half of the day as East Asia writes it, from a column of its own.
  const bool eastern = tokens_.size() > kHalfSize && IsHalfOfEast(TextOf(tokens_.last(kHalfSize)));
  out_ += Word(behind_half || eastern || SaysHalf() ? "I" : "H", At(0));
  if (ReadMinutes()) return true;
  ++i_;
  SkipBlanks();
  if (eastern && i_ + kHalfSize == tokens_.size()) {
    out_ += "%p";
    return true;
  }
  if (IsLast(0) && At(0).text == "Uhr") {
    out_ += "Uhr";
    return true;
  }
  return ReadHalf() || ReadZone();
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
  return ClockReader(tokens, out).Read(behind_half);
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
