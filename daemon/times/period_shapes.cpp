#include "daemon/times/period_shapes.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

#include "daemon/times/named_dates.h"

namespace fitd {
namespace {

// Of the letters alone, K is the quarter of Denmark, Norway and Sweden, U and V their weeks (uge, uke, vecka).
constexpr std::string_view kQuarterWords[] = {"q",       "t",         "k",        "kv",        "qtr",     "quarter",
                                              "quartal", "trimestre", "trimestr", "trimester", "kvartal", "kwartaal"};
constexpr std::string_view kHalfWords[] = {"h", "s", "hj", "half", "halbjahr", "semester", "semestre"};
constexpr std::string_view kWeekWords[] = {"w",       "wk",     "kw",     "week", "s",     "cw",      "woche",
                                           "semaine", "semana", "u",      "uge",  "uke",   "v",       "vecka",
                                           "hafta",   "vko",    "viikko", "sem",  "tyden", "tydzien", "settimana"};
constexpr std::string_view kMonthLetters[] = {"m", "mm"};  // MM of Statistics Netherlands
constexpr std::string_view kFiscalWords[] = {"fy", "cy"};

bool IsYearToken(const Token& token) {
  return token.digits(2, 2) || token.digits(4, 4);
}

// The conversion for the number of a period beside its word: %q beside Q. Empty: the word has no such number.
std::string NumberWord(const Token& word, const Token& number) {
  const std::size_t digits = number.text.size();
  if (digits == 1 && OneOf(word.text, kQuarterWords)) return "%q";
  if (digits == 2 && number.text[0] == '0' && OneOf(word.text, kQuarterWords)) return "0%q";
  if (digits == 1 && OneOf(word.text, kHalfWords)) return "%h";
  if (digits <= 2 && OneOf(word.text, kMonthLetters)) return Word("m", number);
  const bool letter_s = word.text.size() == 1 && (word.text[0] | 32) == 's';
  if ((letter_s ? digits == 2 : digits <= 2) && OneOf(word.text, kWeekWords)) return Word("V", number);
  return {};
}

bool IsSeparator(const Token& token) {
  return token.kind == Token::kOther && std::string_view(" -/.,'_:").find(token.text[0]) != std::string_view::npos;
}

// True when the tokens from the i-th on are a year and the next one: 23-24, 2023/2024.
bool IsYearAndNext(std::span<const Token> t, std::size_t i) {
  return i + 2 < t.size() && IsYearToken(t[i]) && IsYearToken(t[i + 2]) && (t[i + 1].is('-') || t[i + 1].is('/')) &&
         t[i].text.size() >= t[i + 2].text.size() && IsNextYear(t[i].text, t[i + 2].text);
}

std::string NextYearWord(const Token& next) {
  return next.text.size() == 4 ? "%4N" : "%N";
}

// One word of a period, its number, and a year or two (2023/24); FY and separators may stand between them.
void AddWordedPeriods(std::span<const Token> t, std::vector<DateShape>& shapes) {
  std::vector<std::size_t> numbers;
  std::size_t word = t.size();
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i].kind == Token::kDigits) {
      numbers.push_back(i);
    } else if (t[i].text == "e" && i > 0 && t[i - 1].digits(1, 1)) {
      continue;  // 2010 1e kwartaal
    } else if (t[i].kind == Token::kLetters && !OneOf(t[i].text, kFiscalWords)) {
      if (word != t.size()) return;
      word = i;
    } else if (t[i].kind == Token::kOther && !IsSeparator(t[i])) {
      return;
    }
  }
  // Of two years that follow each other, `next` is the second one; a week has no two years.
  std::size_t next = t.size();
  for (std::size_t i = 0; numbers.size() == 3 && i + 1 < numbers.size() && next == t.size(); ++i) {
    if (!IsYearAndNext(t, numbers[i]) || numbers[i] + 2 != numbers[i + 1]) continue;
    next = numbers[i + 1];
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  if (word == t.size() || numbers.size() != 2) return;
  // The number is the one behind the word, or the one before it.
  for (const bool behind : {true, false}) {
    const std::size_t number =
        behind ? (numbers[0] > word ? numbers[0] : numbers[1]) : (numbers[1] < word ? numbers[1] : numbers[0]);
    const std::size_t year = numbers[0] == number ? numbers[1] : numbers[0];
    if ((number > word) != behind || !IsYearToken(t[year])) continue;
    const std::string of_number = NumberWord(t[word], t[number]);
    const bool week = of_number.ends_with('V');
    if (of_number.empty() || (week && t[year].text.size() == 2)) continue;  // a week's year has four digits
    if (next != t.size() && (week || year + 2 != next)) continue;
    const auto add = [&](const std::string& part, const char* of_week) {
      std::string pattern;
      for (std::size_t i = 0; i < t.size(); ++i) {
        if (i == number)
          pattern += part;
        else if (i == year)
          pattern += t[i].text.size() == 2 ? "%y" : of_week;
        else if (i == next)
          pattern += NextYearWord(t[i]);
        else
          pattern += t[i].text;
      }
      shapes.push_back({t.size(), pattern});
    };
    add(of_number, week ? "%G" : "%Y");
    // KW01 to KW04 are weeks in German and quarters of Statistics Netherlands.
    static constexpr std::string_view kWeekOrQuarter[] = {"kw"};
    if (week && t[number].digits(2, 2) && t[number].text[0] == '0' && OneOf(t[word].text, kWeekOrQuarter))
      add("0%q", "%Y");
  }
}

// FY 2024, FY2023/24, FY23-24.
void AddFiscalYears(std::span<const Token> t, std::vector<DateShape>& shapes) {
  if (t.size() < 3 || t[0].kind != Token::kLetters || !OneOf(t[0].text, kFiscalWords)) return;
  std::string pattern(t[0].text);
  std::size_t i = 1;
  if (IsSeparator(t[i])) pattern += t[i++].text;
  if (i >= t.size() || !IsYearToken(t[i])) return;
  const std::string_view year = t[i].text;
  pattern += year.size() == 4 ? "%Y" : "%y";
  if (i + 1 == t.size()) return shapes.push_back({t.size(), pattern});
  if (i + 3 != t.size() || !IsYearAndNext(t, i)) return;
  shapes.push_back({t.size(), pattern + std::string(t[i + 1].text) + NextYearWord(t[i + 2])});
}

// Q12024, JAN2024, JAN24, 2024Jan.
void AddGluedPeriods(std::span<const Token> t, std::vector<DateShape>& shapes) {
  static constexpr std::string_view kQ[] = {"q"};
  if (t.size() == 2 && t[0].kind == Token::kLetters && OneOf(t[0].text, kQ) && t[1].digits(5, 5))
    shapes.push_back({2, std::string(t[0].text) + "%q%Y"});
  if (t.size() == 2 && IsMonthName(t[0]) && t[1].digits(4, 4)) shapes.push_back({2, MonthWord(t[0]) + "%Y"});
  if (t.size() == 2 && IsMonthName(t[0]) && t[1].digits(2, 2)) shapes.push_back({2, MonthWord(t[0]) + "%y"});
  if (t.size() == 2 && IsMonthName(t[1]) && t[0].digits(4, 4)) shapes.push_back({2, "%Y" + MonthWord(t[1])});
}

// 2024年1月, 2024年, 2024年度, 2024年第1季度, 2024年第一季度, 2024年1季度, 2024년 1월, 2024년 1분기.
void AddEastAsianPeriods(std::span<const Token> t, std::vector<DateShape>& shapes) {
  if (t.size() < 4 || !t[0].digits(4, 4)) return;
  std::string text;  // digits as D
  std::size_t number = t.size();
  for (std::size_t i = 1; i < t.size(); ++i) {
    if (t[i].kind == Token::kDigits) {
      if (number != t.size() || t[i].text.size() > 2) return;
      number = i;
    }
    text += t[i].kind == Token::kDigits ? std::string_view("D") : t[i].text;
  }
  const auto add = [&](std::string_view shape, const std::string& word) {
    if (text != shape) return;
    std::string pattern(shape);
    const std::size_t at = pattern.find('D');
    if (at != std::string::npos) pattern.replace(at, 1, word);
    shapes.push_back({t.size(), "%Y" + pattern});
  };
  add("年", {});
  add("年度", {});
  static constexpr std::string_view kOfChina[] = {"年第一季度", "年第二季度", "年第三季度", "年第四季度"};
  if (std::find(std::begin(kOfChina), std::end(kOfChina), text) != std::end(kOfChina))
    return shapes.push_back({t.size(), "%Y年第%q季度"});
  if (number == t.size()) return;
  add("年D月", Word("m", t[number]));
  add("년D월", Word("m", t[number]));
  add("년 D월", Word("m", t[number]));
  if (!t[number].digits(1, 1)) return;
  add("年第D季度", "%q");
  add("年D季度", "%q");
  add("년D분기", "%q");
  add("년 D분기", "%q");
}

}  // namespace

void AddPeriodShapes(std::span<const Token> tokens, std::vector<DateShape>& shapes) {
  AddWordedPeriods(tokens, shapes);
  AddFiscalYears(tokens, shapes);
  AddGluedPeriods(tokens, shapes);
  AddEastAsianPeriods(tokens, shapes);
}

}  // namespace fitd
