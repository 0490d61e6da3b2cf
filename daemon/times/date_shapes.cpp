#include "daemon/times/date_shapes.h"

#include <algorithm>
#include <tuple>

#include "common/ascii.h"
#include "daemon/times/named_dates.h"
#include "daemon/times/period_shapes.h"

namespace fitd {
namespace {

// Bytes of the letter that a text begins with, Latin with its accents or Cyrillic; 0: it is none.
std::size_t LetterSize(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z')) return 1;
  const bool two = (lead >= 0xc3 && lead <= 0xc5) || lead == 0xd0 || lead == 0xd1;
  return two && text.size() > 1 ? 2 : 0;
}

// 2024. 1. 31. and 2024년 1월 31일 as in Korea, 2024年1月31日 as in China and Japan.
void AddEastAsianDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  std::string pattern;
  std::size_t i = 0;
  for (const auto& [word, dot, sign, hangul] : {std::tuple{"Y", ". ", "\xe5\xb9\xb4", "\xeb\x85\x84"},
                                                {"m", ". ", "\xe6\x9c\x88", "\xec\x9b\x94"},
                                                {"d", ".", "\xe6\x97\xa5", "\xec\x9d\xbc"}}) {
    if (i >= t.size() || !t[i].digits(*word == 'Y' ? 4 : 1, *word == 'Y' ? 4 : 2)) return;
    pattern += *word == 'Y' ? "%Y" : Word(word, t[i]);
    ++i;
    std::string behind;
    while (i < t.size() && t[i].kind == Token::kOther && behind.size() < 3) behind += t[i++].text;
    if (behind.ends_with(' ') && *word == 'd') behind.pop_back(), --i;
    if (behind != dot && behind != sign && behind != hangul) return;
    if (behind == hangul && *word != 'd' && i < t.size() && t[i].is(' ')) behind += t[i++].text;
    pattern += behind;
  }
  shapes.push_back({i, pattern});
}

// 20240301:0010, 20240301_001000.
void AddCompactDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  if (t.size() != 3 || !t[0].digits(8, 8) || t[1].kind != Token::kOther) return;
  if (std::string_view(":_-").find(t[1].text[0]) == std::string_view::npos) return;
  const std::string head = "%Y%m%d" + std::string(t[1].text);
  if (t[2].digits(4, 4)) shapes.push_back({3, head + "%H%M"});
  if (t[2].digits(6, 6)) shapes.push_back({3, head + "%H%M%S"});
}

// 1. 1. 2024 of Czechia and Slovakia, 2024.01.01. of Hungary.
void AddDottedDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  const auto dots = [&](std::size_t i, std::string_view text) {
    for (std::size_t k = 0; k < text.size(); ++k)
      if (i + k >= t.size() || !t[i + k].is(text[k])) return false;
    return true;
  };
  if (t.size() >= 7 && t[0].digits(1, 2) && dots(1, ". ") && t[3].digits(1, 2) && dots(4, ". ") && t[6].digits(4, 4))
    shapes.push_back({7, Word("d", t[0]) + ". " + Word("m", t[3]) + ". %Y"});
  if (t.size() >= 6 && t[0].digits(4, 4) && dots(1, ".") && t[2].digits(1, 2) && dots(3, ".") && t[4].digits(1, 2) &&
      dots(5, "."))
    shapes.push_back({6, "%Y." + Word("m", t[2]) + "." + Word("d", t[4]) + "."});
}

void AddDigitDates(std::span<const Token> t, std::vector<DateShape>& shapes) {
  if (t.size() < 5 || t[1].kind != Token::kOther || t[1].text != t[3].text) return;
  const char separator = t[1].text[0];
  const bool year_first = t[0].digits(4, 4);
  if (std::string_view(year_first ? "/.- :_" : "/.- ").find(separator) == std::string_view::npos) return;
  const std::string s(1, separator);
  const auto add = [&](const std::string& a, const std::string& b, const std::string& c) {
    shapes.push_back({5, a + s + b + s + c});
  };
  if (year_first && t[2].digits(1, 2) && t[4].digits(1, 2)) {
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
    if ((separator == '-' || separator == '/') && t[0].digits(2, 2)) add("%y", Word("m", t[2]), Word("d", t[4]));
  }
}

// The tokens of a period.
class PeriodTokens {
 public:
  explicit PeriodTokens(std::span<const Token> tokens) : t_(tokens) {}

  std::size_t size() const { return t_.size(); }
  const Token& operator[](std::size_t i) const { return t_[i]; }
  // One letter, in either case.
  bool letter(std::size_t i, char c) const {
    return i < t_.size() && t_[i].kind == Token::kLetters && t_[i].text.size() == 1 && (t_[i].text[0] | 32) == c;
  }
  bool digits(std::size_t i, std::size_t least, std::size_t most) const {
    return i < t_.size() && t_[i].digits(least, most);
  }
  bool other(std::size_t i) const { return i < t_.size() && t_[i].kind == Token::kOther; }
  std::string text(std::size_t i) const { return std::string(t_[i].text); }
  // The conversion of a year of four or two digits; empty: it is none.
  std::string_view year(std::size_t i) const { return digits(i, 4, 4) ? "%Y" : digits(i, 2, 2) ? "%y" : ""; }

 private:
  std::span<const Token> t_;
};

// 2024Q4, 2024-Q4, 2024H2, 2024-W52[-7], 2024M12.
void AddLettersBehindYear(const PeriodTokens& t, std::vector<DateShape>& shapes) {
  if (!t.digits(0, 4, 4)) return;
  for (const std::size_t gap : {0U, 1U}) {
    if (gap == 1 && !t.other(1)) continue;
    const std::size_t at = 1 + gap;
    if (at >= t.size()) continue;
    const std::string head = "%Y" + (gap == 1 ? t.text(1) : "") + t.text(at);
    if (t.letter(at, 'q') && t.digits(at + 1, 1, 1)) shapes.push_back({at + 2, head + "%q"});
    if (t.letter(at, 'q') && t.digits(at + 1, 2, 2)) shapes.push_back({at + 2, head + "0%q"});
    if ((t.letter(at, 'h') || t.letter(at, 's')) && t.digits(at + 1, 1, 1)) shapes.push_back({at + 2, head + "%h"});
    if (t.letter(at, 'm') && t.digits(at + 1, 1, 2)) shapes.push_back({at + 2, head + Word("m", t[at + 1])});
    if (!t.letter(at, 'w') || !t.digits(at + 1, 1, 2)) continue;
    const std::string week = "%G" + head.substr(2) + Word("V", t[at + 1]);
    if (t.other(at + 2) && t.digits(at + 3, 1, 1)) {
      shapes.push_back({at + 4, week + t.text(at + 2) + "%u"});
    } else {
      shapes.push_back({at + 2, week});
    }
  }
}

// Q4 2024, 4Q24, W05 2024, KW 5/2024, Week 5, 2024, FY2024.
void AddLettersBeforeYear(const PeriodTokens& t, std::vector<DateShape>& shapes) {
  for (const char c : {'q', 'h'}) {
    const std::string word = std::string("%") + c;
    if (t.letter(0, c) && t.digits(1, 1, 1) && t.other(2) && !t.year(3).empty()) {
      shapes.push_back({4, t.text(0) + word + t.text(2) + std::string(t.year(3))});
    }
    if (t.digits(0, 1, 1) && t.letter(1, c) && t.size() == 3 && !t.year(2).empty()) {
      shapes.push_back({3, word + t.text(1) + std::string(t.year(2))});
    }
  }
  static constexpr std::string_view kWeeks[] = {"w", "wk", "kw", "week"};
  if (t.size() > 0 && t[0].kind == Token::kLetters && OneOf(t[0].text, kWeeks)) {
    const std::size_t at = t.other(1) ? 2 : 1;
    std::string pattern = t.text(0) + (at == 2 ? t.text(1) : "");
    std::size_t i = at + 1;
    if (t.digits(at, 1, 2)) pattern += Word("V", t[at]);
    while (t.other(i) && i < at + 3) pattern += t.text(i++);
    if (t.digits(at, 1, 2) && i > at + 1 && t.digits(i, 4, 4) && i + 1 == t.size())
      shapes.push_back({i + 1, pattern + "%G"});
  }
  if (t.size() == 2 && (t[0].text == "FY" || t[0].text == "CY") && !t.year(1).empty()) {
    shapes.push_back({2, t.text(0) + std::string(t.year(1))});
  }
}

// What single agencies write behind a year.
void AddPeriodsOfAgencies(const PeriodTokens& t, std::vector<DateShape>& shapes) {
  if (!t.digits(0, 4, 4)) return;
  if (t.size() == 5) {  // 2010.1/4, the first of four quarters: the Bank of Korea
    const bool of_four = t[1].is('.') && t.digits(2, 1, 1) && t[3].is('/') && t[4].text == "4";
    if (of_four) shapes.push_back({5, "%Y.%q/4"});
  }
  if (t.size() != 3) return;
  // 2024:01 and 2024:1, a month or, of one digit, a quarter.
  if (t[1].is(':') && t.digits(2, 2, 2)) shapes.push_back({3, "%Y:%m"});
  if (t[1].is(':') && t.digits(2, 1, 1)) shapes.push_back({3, "%Y:%q"});
  if (t[1].is('_') && t.digits(2, 2, 2)) shapes.push_back({3, "%Y_%m"});
  // 1980JJ00, a year of Statistics Netherlands.
  if (t[1].text == "JJ" && t[2].text == "00") shapes.push_back({3, "%YJJ00"});
  // 2024T1, in French, Spanish and Portuguese.
  if (t.letter(1, 't') && t.digits(2, 1, 1)) shapes.push_back({3, "%Y" + t.text(1) + "%q"});
}

// 2024-366, 12/2024, 52/2024, 2024/12, 2024-52, 2024/25.
void AddPartedPeriods(const PeriodTokens& t, std::vector<DateShape>& shapes) {
  if (t.size() < 3 || !t.other(1) || std::string_view("/.- ").find(t[1].text[0]) == std::string_view::npos) return;
  const std::string part = t.text(1);
  if (t.digits(0, 4, 4) && t.digits(2, 3, 3)) shapes.push_back({3, "%Y" + part + "%j"});
  if (t.size() != 3) return;
  if (t.digits(0, 1, 2) && t.digits(2, 4, 4)) shapes.push_back({3, Word("m", t[0]) + part + "%Y"});
  if (t.digits(0, 2, 2) && t[0].text > "12" && t.digits(2, 4, 4)) shapes.push_back({3, "%V" + part + "%G"});
  if (!t.digits(0, 4, 4)) return;
  if (t.digits(2, 1, 2)) shapes.push_back({3, "%Y" + part + Word("m", t[2])});
  if (t.digits(2, 2, 2) && t[1].is('-')) shapes.push_back({3, "%G-%V"});
  if ((t.digits(2, 2, 2) || t.digits(2, 4, 4)) && IsNextYear(t[0].text, t[2].text)) {
    shapes.push_back({3, "%Y" + part + (t[2].text.size() == 4 ? "%4N" : "%N")});
  }
}

void AddPeriods(std::span<const Token> tokens, std::vector<DateShape>& shapes) {
  const PeriodTokens t(tokens);
  AddLettersBehindYear(t, shapes);
  AddLettersBeforeYear(t, shapes);
  AddPeriodsOfAgencies(t, shapes);
  AddPartedPeriods(t, shapes);
}

}  // namespace

bool IsNextYear(std::string_view year, std::string_view next) {
  const int modulus = next.size() == 4 ? 10'000 : 100;
  return next.size() % 2 == 0 && (std::stoi(std::string(year)) + 1) % modulus == std::stoi(std::string(next));
}

std::vector<Token> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  while (!text.empty()) {
    std::size_t n = 1;
    Token::Kind kind = Token::kOther;
    if (IsDigit(text[0])) {
      kind = Token::kDigits;
      while (n < text.size() && IsDigit(text[n])) ++n;
    } else if (const std::size_t first = LetterSize(text); first > 0) {
      kind = Token::kLetters;
      n = first;
      for (std::size_t more = 1; n < text.size() && more > 0; n += more) more = LetterSize(text.substr(n));
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

std::string Word(std::string_view word, const Token& digits) {
  return (digits.text.size() == 1 ? "%-" : "%") + std::string(word);
}

std::vector<DateShape> DateShapesOf(std::span<const Token> tokens) {
  std::vector<DateShape> shapes;
  AddDigitDates(tokens, shapes);
  AddCompactDates(tokens, shapes);
  AddDottedDates(tokens, shapes);
  if (shapes.empty()) AddEastAsianDates(tokens, shapes);
  if (shapes.empty()) AddNamedDates(tokens, shapes);
  if (shapes.empty()) AddPeriods(tokens, shapes);
  if (shapes.empty()) AddPeriodShapes(tokens, shapes);
  return shapes;
}

}  // namespace fitd
