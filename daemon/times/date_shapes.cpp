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
  // W05 2024, KW 5/2024, Week 5, 2024.
  static constexpr std::string_view kWeeks[] = {"w", "wk", "kw", "week"};
  if (!t.empty() && t[0].kind == Token::kLetters && OneOf(t[0].text, kWeeks)) {
    const std::size_t at = other(1) ? 2 : 1;
    std::string pattern = text(0) + (at == 2 ? text(1) : "");
    std::size_t i = at + 1;
    if (digits(at, 1, 2)) pattern += Word("V", t[at]);
    while (i < t.size() && other(i) && i < at + 3) pattern += text(i++);
    if (digits(at, 1, 2) && i > at + 1 && digits(i, 4, 4) && i + 1 == t.size())
      shapes.push_back({i + 1, pattern + "%G"});
  }
  if (t.size() == 2 && t[0].kind == Token::kLetters && (t[0].text == "FY" || t[0].text == "CY") && *year(1) != 0) {
    shapes.push_back({2, text(0) + year(1)});
  }
  // 2024:01 and 2024:1, a month or, of one digit, a quarter.
  if (t.size() == 3 && t[1].is(':') && digits(0, 4, 4)) {
    if (digits(2, 2, 2)) shapes.push_back({3, "%Y:%m"});
    if (digits(2, 1, 1)) shapes.push_back({3, "%Y:%q"});
  }
  if (t.size() == 3 && t[1].is('_') && digits(0, 4, 4) && digits(2, 2, 2)) shapes.push_back({3, "%Y_%m"});
  // 2010.1/4, the first of four quarters, as the Bank of Korea writes it.
  const bool of_four = t.size() == 5 && digits(0, 4, 4) && t[1].is('.') && digits(2, 1, 1) && t[3].is('/');
  if (of_four && t[4].text == "4") shapes.push_back({5, "%Y.%q/4"});
  // 1980JJ00, a year of Statistics Netherlands.
  if (t.size() == 3 && digits(0, 4, 4) && t[1].text == "JJ" && t[2].text == "00") shapes.push_back({3, "%YJJ00"});
  for (const char trimester : {'t', 'T'}) {  // 2024T1, in French, Spanish and Portuguese
    const bool is = t.size() == 3 && digits(0, 4, 4) && t[1].text == std::string_view(&trimester, 1) && digits(2, 1, 1);
    if (is) shapes.push_back({3, std::string("%Y") + trimester + "%q"});
  }
  const bool parted =
      t.size() >= 3 && other(1) && std::string_view("/.- ").find(t[1].text[0]) != std::string_view::npos;
  if (parted && digits(0, 4, 4) && digits(2, 3, 3)) shapes.push_back({3, "%Y" + text(1) + "%j"});
  if (t.size() == 3 && parted) {
    if (digits(0, 1, 2) && digits(2, 4, 4)) shapes.push_back({3, Word("m", t[0]) + text(1) + "%Y"});
    if (digits(0, 2, 2) && t[0].text > "12" && digits(2, 4, 4)) shapes.push_back({3, "%V" + text(1) + "%G"});
    if (digits(0, 4, 4) && digits(2, 1, 2)) shapes.push_back({3, "%Y" + text(1) + Word("m", t[2])});
    if (digits(0, 4, 4) && digits(2, 2, 2) && t[1].is('-')) shapes.push_back({3, "%G-%V"});
    if (digits(0, 4, 4) && (digits(2, 2, 2) || digits(2, 4, 4)) && IsNextYear(t[0].text, t[2].text)) {
      shapes.push_back({3, "%Y" + text(1) + (t[2].text.size() == 4 ? "%4N" : "%N")});
    }
  }
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
