#include "daemon/times/time_shape.h"

#include <algorithm>
#include <span>

#include "common/ascii.h"
#include "common/series/time_zone.h"

namespace fitd {
namespace {

bool IsLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// A run of digits, of letters, or one other byte.
struct Token {
  enum Kind { kDigits, kLetters, kOther } kind;
  std::string_view text;

  bool digits(std::size_t least, std::size_t most) const {
    return kind == kDigits && text.size() >= least && text.size() <= most;
  }
  bool is(char c) const { return kind == kOther && text[0] == c; }
};

std::vector<Token> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    std::size_t n = 1;
    Token::Kind kind = Token::kOther;
    if (IsDigit(text[0])) {
      kind = Token::kDigits;
      while (n < text.size() && IsDigit(text[n])) ++n;
    } else if (IsLetter(text[0])) {
      kind = Token::kLetters;
      while (n < text.size() && IsLetter(text[n])) ++n;
    }
    tokens.push_back({kind, text.substr(0, n)});
    text.remove_prefix(n);
  }
  return tokens;
}

bool OneOf(std::string_view text, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    if (name.size() != text.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
      if ((name[i] | 32) != (text[i] | 32)) return false;
    }
    return true;
  });
}

constexpr std::string_view kMonths[] = {"jan",     "feb",       "mar",     "apr",      "may",      "jun",
                                        "jul",     "aug",       "sep",     "oct",      "nov",      "dec",
                                        "january", "february",  "march",   "april",    "june",     "july",
                                        "august",  "september", "october", "november", "december", "sept"};
constexpr std::string_view kDays[] = {"mon",    "tue",     "wed",       "thu",      "fri",    "sat",      "sun",
                                      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::string_view kHalves[] = {"am", "pm"};
constexpr std::string_view kZulu[] = {"z", "utc", "gmt"};

std::string Word(std::string_view word, const Token& digits) {
  return (digits.text.size() == 1 ? "%-" : "%") + std::string(word);
}

std::string MonthWord(const Token& name) {
  return name.text.size() > 3 ? "%B" : "%b";  // "May" is either
}

// What is left of `tokens` from `at` on as a clock: H:M[:S[.f]] [AM] [offset], or an hour alone behind a blank.
bool ClockPattern(std::span<const Token> tokens, std::string* out) {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return i + k < tokens.size() ? tokens[i + k] : Token{Token::kOther, " "}; };
  if (!at(0).digits(1, 2)) return false;
  // Whether AM or PM follows decides how the hour is called.
  bool half = false;
  for (const Token& token : tokens) half = half || (token.kind == Token::kLetters && OneOf(token.text, kHalves));
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
  // 18.00.00, as spreadsheets of some countries write it.
  if (!minutes && at(1).is('.') && at(2).digits(2, 2) && at(3).is('.') && at(4).digits(2, 2)) {
    *out += ".%M.%S";
    i += 4;
  }
  ++i;
  if (i < tokens.size() && at(0).is(' ') && i + 1 < tokens.size()) {
    *out += ' ';
    ++i;
  }
  if (i < tokens.size() && at(0).kind == Token::kLetters && OneOf(at(0).text, kHalves)) {
    *out += "%p";
    ++i;
    if (i < tokens.size() && at(0).is(' ') && i + 1 < tokens.size()) *out += ' ', ++i;
  }
  if (i == tokens.size()) return true;
  if (at(0).kind == Token::kLetters && OneOf(at(0).text, kZulu) && i + 1 == tokens.size()) {
    *out += at(0).text;
    return true;
  }
  std::string_view zone = at(0).text;
  std::int32_t offset = 0;
  if (i + 1 == tokens.size() && TakeZoneName(zone, &offset) && zone.empty()) {
    *out += "%Z";
    return true;
  }
  if (!at(0).is('+') && !at(0).is('-')) return false;
  const bool colon = at(2).is(':');
  if (colon ? !(at(1).digits(2, 2) && at(3).digits(2, 2) && i + 4 == tokens.size())
            : !((at(1).digits(2, 2) || at(1).digits(4, 4)) && i + 2 == tokens.size())) {
    return false;
  }
  *out += colon ? "%:z" : "%z";
  return true;
}

// One way to read the first tokens as a date: how many, and the words.
struct DateShape {
  std::size_t tokens;
  std::string pattern;
};

void AddDigitDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  if (t.size() < 5 || t[1].kind != Token::kOther || t[1].text != t[3].text) return;
  const char separator = t[1].text[0];
  if (std::string_view("/.- ").find(separator) == std::string_view::npos) return;
  const std::string s(1, separator);
  const auto add = [&](const std::string& a, const std::string& b, const std::string& c) {
    shapes.push_back({5, a + s + b + s + c});
  };
  if (t[0].digits(4, 4) && t[2].digits(1, 2) && t[4].digits(1, 2)) {
    add("%Y", Word("m", t[2]), Word("d", t[4]));
    return;
  }
  if (!t[0].digits(1, 2) || !t[2].digits(1, 2) || separator == ' ') return;
  if (t[4].digits(4, 4)) {
    add(Word("d", t[0]), Word("m", t[2]), "%Y");
    if (separator != '.') add(Word("m", t[0]), Word("d", t[2]), "%Y");  // with dots the day comes first
  } else if (t[4].digits(2, 2)) {
    add(Word("d", t[0]), Word("m", t[2]), "%y");
    if (separator != '.') add(Word("m", t[0]), Word("d", t[2]), "%y");
    if (separator == '-' && t[0].digits(2, 2)) add("%y", Word("m", t[2]), Word("d", t[4]));
  }
}

// 31-Dec-2024, 31 Dec 24, Dec 31, 2024, 2024-Dec-31, Dec 2024, Dec-24, 2024 Dec.
void AddNamedDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  const auto month = [&](std::size_t i) {
    return i < t.size() && t[i].kind == Token::kLetters && OneOf(t[i].text, kMonths);
  };
  const auto digits = [&](std::size_t i, std::size_t least, std::size_t most) {
    return i < t.size() && t[i].digits(least, most);
  };
  const auto other = [&](std::size_t i) { return i < t.size() && t[i].kind == Token::kOther; };
  const auto year = [&](std::size_t i) { return t[i].text.size() == 4 ? "%Y" : "%y"; };
  if (digits(0, 1, 2) && month(1) && (digits(2, 4, 4) || digits(2, 2, 2))) {  // 31DEC2024
    shapes.push_back({3, Word("d", t[0]) + MonthWord(t[1]) + year(2)});
  }
  if (digits(0, 1, 2) && other(1) && month(2) && other(3) && (digits(4, 4, 4) || digits(4, 2, 2))) {
    shapes.push_back(
        {5, Word("d", t[0]) + std::string(t[1].text) + MonthWord(t[2]) + std::string(t[3].text) + year(4)});
  }
  if (digits(0, 4, 4) && other(1) && month(2) && other(3) && digits(4, 1, 2)) {
    shapes.push_back({5, "%Y" + std::string(t[1].text) + MonthWord(t[2]) + std::string(t[3].text) + Word("d", t[4])});
  }
  if (month(0) && other(1) && digits(2, 1, 2) && t.size() > 3) {
    std::string pattern = MonthWord(t[0]) + std::string(t[1].text) + Word("d", t[2]);
    std::size_t i = 3;
    if (t[i].is(',')) pattern += ',', ++i;
    if (i < t.size() && t[i].kind == Token::kOther) pattern += t[i].text, ++i;
    if (digits(i, 4, 4)) shapes.push_back({i + 1, pattern + "%Y"});
  }
  if (!shapes.empty()) return;
  if (month(0) && other(1) && (digits(2, 4, 4) || digits(2, 2, 2))) {
    shapes.push_back({3, MonthWord(t[0]) + std::string(t[1].text) + year(2)});
  }
  if (digits(0, 4, 4) && other(1) && month(2)) {
    shapes.push_back({3, "%Y" + std::string(t[1].text) + MonthWord(t[2])});
  }
}

// A year and the next one: 2010/11, 2010-2011.
bool IsNextYear(std::string_view year, std::string_view next) {
  const int modulus = next.size() == 4 ? 10'000 : 100;
  return next.size() % 2 == 0 && (std::stoi(std::string(year)) + 1) % modulus == std::stoi(std::string(next));
}

// 2024Q4, 2024-Q4, Q4 2024, 4Q24, 2024H2, 2024-W52[-7], 2024-52, 2024M12, 12/2024, 2024/12, 2024/25, FY2024.
void AddPeriods(std::span<const Token> t, std::vector<DateShape>& shapes) {
  const auto letter = [&](std::size_t i, char c) {
    return i < t.size() && t[i].kind == Token::kLetters && t[i].text.size() == 1 && (t[i].text[0] | 32) == c;
  };
  const auto digits = [&](std::size_t i, std::size_t least, std::size_t most) {
    return i < t.size() && t[i].digits(least, most);
  };
  const auto other = [&](std::size_t i) { return i < t.size() && t[i].kind == Token::kOther; };
  const auto text = [&](std::size_t i) { return std::string(t[i].text); };
  for (const std::size_t gap : {0U, 1U}) {
    if (gap == 1 && !other(1)) continue;
    const std::string between = gap == 1 ? text(1) : "";
    const std::size_t at = 1 + gap;
    if (!digits(0, 4, 4)) continue;
    if (letter(at, 'q') && digits(at + 1, 1, 1)) shapes.push_back({at + 2, "%Y" + between + text(at) + "%q"});
    if (letter(at, 'q') && digits(at + 1, 2, 2)) shapes.push_back({at + 2, "%Y" + between + text(at) + "0%q"});
    if ((letter(at, 'h') || letter(at, 's')) && digits(at + 1, 1, 1))
      shapes.push_back({at + 2, "%Y" + between + text(at) + "%h"});
    if (letter(at, 'm') && digits(at + 1, 1, 2))
      shapes.push_back({at + 2, "%Y" + between + text(at) + Word("m", t[at + 1])});
    if (letter(at, 'w') && digits(at + 1, 1, 2)) {
      std::string pattern = "%G" + between + text(at) + Word("V", t[at + 1]);
      if (other(at + 2) && digits(at + 3, 1, 1)) {
        shapes.push_back({at + 4, pattern + text(at + 2) + "%u"});
      } else {
        shapes.push_back({at + 2, pattern});
      }
    }
  }
  const auto year = [&](std::size_t i) { return digits(i, 4, 4) ? "%Y" : digits(i, 2, 2) ? "%y" : ""; };
  for (const char c : {'q', 'h'}) {
    const std::string word = std::string("%") + c;
    if (letter(0, c) && digits(1, 1, 1) && other(2) && *year(3) != 0) {
      shapes.push_back({4, text(0) + word + text(2) + year(3)});
    }
    if (digits(0, 1, 1) && letter(1, c) && t.size() == 3 && *year(2) != 0) {
      shapes.push_back({3, word + text(1) + year(2)});
    }
  }
  if (t.size() == 2 && t[0].kind == Token::kLetters && (t[0].text == "FY" || t[0].text == "CY") && *year(1) != 0) {
    shapes.push_back({2, text(0) + year(1)});
  }
  if (t.size() == 3 && other(1) && std::string_view("/.- ").find(t[1].text[0]) != std::string_view::npos) {
    if (digits(0, 1, 2) && digits(2, 4, 4)) shapes.push_back({3, Word("m", t[0]) + text(1) + "%Y"});
    if (digits(0, 4, 4) && digits(2, 1, 2)) shapes.push_back({3, "%Y" + text(1) + Word("m", t[2])});
    if (digits(0, 4, 4) && digits(2, 3, 3)) shapes.push_back({3, "%Y" + text(1) + "%j"});
    if (digits(0, 4, 4) && digits(2, 2, 2) && t[1].is('-')) shapes.push_back({3, "%G-%V"});
    if (digits(0, 4, 4) && (digits(2, 2, 2) || digits(2, 4, 4)) && IsNextYear(t[0].text, t[2].text)) {
      shapes.push_back({3, "%Y" + text(1) + (t[2].text.size() == 4 ? "%4N" : "%N")});
    }
  }
}

}  // namespace

std::vector<std::string> PatternsOf(std::string_view cell) {
  cell = TrimBlanks(cell);
  std::vector<std::string> patterns;
  if (cell.size() > 64) return patterns;
  std::vector<Token> tokens = Tokenize(cell);
  std::string before;
  std::size_t skip = 0;
  if (!tokens.empty() && tokens[0].kind == Token::kLetters && OneOf(tokens[0].text, kDays)) {  // Tue, 31 Dec 2024
    before = tokens[0].text.size() > 3 ? "%A" : "%a";
    for (skip = 1; skip < tokens.size() && tokens[skip].kind == Token::kOther; ++skip) before += tokens[skip].text;
  }
  const std::span<const Token> all = std::span(tokens).subspan(skip);
  std::vector<DateShape> shapes;
  if (skip > 0) {  // as ctime and date write it
    for (const char* const unix_time : {"%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Z %Y", "%a %b %d %H:%M:%S %z %Y"}) {
      WrittenTime written;
      if (TimePattern::Compile(unix_time)->Parse(cell, &written) == TimeError::kNone) return {unix_time};
    }
  }
  AddDigitDates(all, shapes);
  if (shapes.empty()) AddNamedDates(all, shapes);
  if (shapes.empty()) AddPeriods(all, shapes);
  for (const DateShape& shape : shapes) {
    std::string pattern = before + shape.pattern;
    std::span<const Token> rest = all.subspan(shape.tokens);
    if (!rest.empty()) {
      const bool separated = rest[0].is(' ') || rest[0].is(',') || rest[0].is(':') || rest[0].text == "T";
      if (!separated) continue;
      while (!rest.empty() && rest[0].kind != Token::kDigits) {
        pattern += rest[0].text;
        rest = rest.subspan(1);
      }
      if (!ClockPattern(rest, &pattern)) continue;
    }
    const Result<TimePattern> compiled = TimePattern::Compile(pattern);
    WrittenTime written;
    TimeNs wall = 0;
    if (!compiled.ok() || compiled->Parse(cell, &written) != TimeError::kNone) continue;
    if (CombineTime(written, &wall) == TimeError::kNone) patterns.push_back(std::move(pattern));
  }
  return patterns;
}

// The form in which ISO 8601 was written, from a cell.
TimeForm IsoForm(std::string_view cell) {
  TimeForm form;
  const std::vector<Token> t = Tokenize(cell);
  std::size_t i = 0;
  std::string pattern;
  if (t.size() >= 3 && t[0].digits(4, 4) && t[1].is('-') && t[2].digits(2, 2)) {
    pattern = "%Y-%m";
    i = 3;
    if (t.size() >= 5 && t[3].is('-') && t[4].digits(2, 2)) pattern += "-%d", i = 5;
  } else if (!t.empty() && t[0].digits(8, 8)) {
    pattern = "%Y%m%d";
    i = 1;
  } else if (!t.empty() && t[0].digits(14, 14)) {
    return {TimeFormat::kPattern, "%Y%m%d%H%M%S", ""};
  } else {
    return form;
  }
  if (i < t.size()) {
    const std::string separator(t[i++].text);
    std::string clock;
    if (t.size() > i && (t[i].digits(4, 4) || t[i].digits(6, 6))) {
      clock = t[i].text.size() == 4 ? "%H%M" : "%H%M%S";
      if (t.size() > i + 1) clock += t[i + 1].is('+') || t[i + 1].is('-') ? "%z" : std::string(t[i + 1].text);
    } else if (!ClockPattern(std::span(t).subspan(i), &clock)) {
      form.format = TimeFormat::kDateTimeZ;
      return form;
    }
    pattern += separator + clock;
  }
  if (pattern == "%Y-%m-%d") return form;
  form.format = TimeFormat::kPattern;
  if (pattern == "%Y-%m-%dT%H:%M:%S") form.format = TimeFormat::kDateTime;
  if (pattern == "%Y-%m-%dT%H:%M:%SZ") form.format = TimeFormat::kDateTimeZ;
  if (form.format == TimeFormat::kPattern) form.pattern = pattern;
  return form;
}

}  // namespace fitd
