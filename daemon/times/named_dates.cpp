#include "daemon/times/named_dates.h"

#include <algorithm>

#include "common/calendar_name.h"

namespace fitd {
namespace {

// Reads tokens from the front and writes the pattern for them. A reader returns false, and takes nothing, when they are
// something else.
class TokenReader {
 public:
  explicit TokenReader(std::span<const Token> tokens) : tokens_(tokens) {}

  bool Day() {
    if (!Is(0) || !At(0).digits(1, 2)) return false;
    std::string word = Word("d", At(0));
    ++taken_;
    static constexpr std::string_view kEnglish[] = {"st", "nd", "rd", "th"};
    static constexpr std::string_view kFrench[] = {"er"};
    if (Is(0) && At(0).kind == Token::kLetters && OneOf(At(0).text, kEnglish)) {
      word = "%-d%O";
      ++taken_;
    } else if (Is(0) && At(0).kind == Token::kLetters && OneOf(At(0).text, kFrench)) {
      ++taken_;
    } else if (Is(1) && At(0).text == "\xc2" && (At(1).text == "\xba" || At(1).text == "\xb0")) {  // 1\u00ba
      taken_ += 2;
    }
    pattern_ += word;
    return true;
  }

  bool Month() {
    if (!Is(0) || !IsMonthName(At(0))) return false;
    pattern_ += MonthWord(At(0));
    ++taken_;
    return true;
  }

  bool Year(std::size_t least_digits) {
    if (!Is(0) || !(At(0).digits(4, 4) || (least_digits == 2 && At(0).digits(2, 2)))) return false;
    pattern_ += At(0).text.size() == 4 ? "%Y" : "%y";
    ++taken_;
    return true;
  }

  // One or two marks or blanks, or a word between blanks: 15 de enero de 2024.
  bool Between() {
    static constexpr std::string_view kOf[] = {"de", "del", "of"};
    if (Is(2) && At(0).is(' ') && At(1).kind == Token::kLetters && OneOf(At(1).text, kOf) && At(2).is(' ')) {
      return Take(3);
    }
    // 1 de jan. de 2024.
    if (Is(3) && At(0).is('.') && At(1).is(' ') && OneOf(At(2).text, kOf) && At(3).is(' ')) return Take(4);
    return Take(IsMark(0) && IsMark(1) ? 2 : IsMark(0) ? 1 : 0);
  }

  bool Take(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) pattern_ += At(i).text;
    taken_ += count;
    return count > 0;
  }

  bool IsMark(std::size_t i) const {
    return Is(i) && At(i).kind == Token::kOther && static_cast<unsigned char>(At(i).text[0]) < 0x80;
  }
  bool IsComma() const { return Is(0) && At(0).is(','); }
  bool IsLastPoint() const { return taken_ + 1 == tokens_.size() && At(0).is('.'); }
  DateShape shape() const { return {taken_, pattern_}; }

 private:
  bool Is(std::size_t i) const { return taken_ + i < tokens_.size(); }
  const Token& At(std::size_t i) const { return tokens_[taken_ + i]; }

  std::span<const Token> tokens_;
  std::size_t taken_ = 0;
  std::string pattern_;
};

}  // namespace

bool IsMonthName(const Token& token) {
  return token.kind == Token::kLetters && MonthNameAt(token.text).size == token.text.size();
}

std::string MonthWord(const Token& name) {
  const bool capitals = std::all_of(name.text.begin(), name.text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  const std::string folded = FoldWord(name.text);
  const bool is_long = folded.size() > 4 || folded == EnglishMonth(MonthOfFolded(folded));  // "May" is either
  return std::string(capitals ? "%^" : "%") + (is_long && folded.size() > 3 ? "B" : "b");
}

bool HasForeignMonth(std::string_view text) {
  const std::vector<Token> tokens = Tokenize(text);
  return std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
    if (!IsMonthName(token)) return false;
    const std::string folded = FoldWord(token.text);
    return !EnglishMonth(MonthOfFolded(folded)).starts_with(folded.substr(0, folded == "sept" ? 3 : folded.size()));
  });
}

void AddNamedDates(std::span<const Token> tokens, std::vector<DateShape>& shapes) {
  if (TokenReader glued(tokens); glued.Day() && glued.Month() && glued.Year(2)) shapes.push_back(glued.shape());
  if (TokenReader day_first(tokens);
      day_first.Day() && day_first.Between() && day_first.Month() && day_first.Between() && day_first.Year(2)) {
    shapes.push_back(day_first.shape());
  }
  if (TokenReader year_first(tokens);
      year_first.Year(4) && year_first.Between() && year_first.Month() && year_first.Between() && year_first.Day()) {
    if (year_first.IsLastPoint()) year_first.Take(1);  // 2024. janu\u00e1r 15.
    shapes.push_back(year_first.shape());
  }
  // Two blanks before a day of one digit, as SQL Server writes it.
  if (TokenReader month_first(tokens); month_first.Month() && month_first.Between() && month_first.Day()) {
    if (month_first.IsComma()) month_first.Take(1);
    if (month_first.IsMark(0)) month_first.Take(1);
    if (month_first.Year(4)) shapes.push_back(month_first.shape());
  }
  if (!shapes.empty()) return;
  if (TokenReader month(tokens); month.Month() && month.Between() && month.Year(2)) shapes.push_back(month.shape());
  if (TokenReader year(tokens); year.Year(4) && year.Between() && year.Month()) {
    if (year.IsLastPoint()) year.Take(1);
    shapes.push_back(year.shape());
  }
}

}  // namespace fitd
