// The dates and periods that the first tokens of a text may be. Daemon, ingest threads; pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fitd {

// A run of digits, of letters, or one other byte.
struct Token {
  enum Kind { kDigits, kLetters, kOther } kind;
  std::string_view text;

  bool digits(std::size_t least, std::size_t most) const {
    return kind == kDigits && text.size() >= least && text.size() <= most;
  }
  bool is(char c) const { return kind == kOther && text[0] == c; }
};

std::vector<Token> Tokenize(std::string_view text);
// True when `text` is one of `names`, which are in lower case, in any case.
bool OneOf(std::string_view text, std::span<const std::string_view> names);
// True for a year and the next one: 2010/11, 2010-2011.
bool IsNextYear(std::string_view year, std::string_view next);
// The conversion that reads `digits`: with `word` m it is %m, or %-m (no leading zero) for a single digit.
std::string Word(std::string_view word, const Token& digits);
// One way to read the first tokens as a date: how many tokens, and the pattern (as of strptime) that reads them.
struct DateShape {
  std::size_t tokens;
  std::string pattern;
};

// The shapes of dates in digits, else of dates with the names of months, else of periods; a text may have several.
std::vector<DateShape> DateShapesOf(std::span<const Token> tokens);

}  // namespace fitd
