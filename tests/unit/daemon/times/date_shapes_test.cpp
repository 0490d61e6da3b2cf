#include "daemon/times/date_shapes.h"

#include <gtest/gtest.h>

namespace fitd::date_shapes_test {
namespace {

// The patterns of the shapes that take the whole text, one after another.
std::string Patterns(std::string_view text) {
  const std::vector<Token> tokens = Tokenize(text);
  std::string patterns;
  for (const DateShape& shape : DateShapesOf(tokens)) {
    if (shape.tokens == tokens.size()) patterns += (patterns.empty() ? "" : " | ") + shape.pattern;
  }
  return patterns;
}

struct Case {
  const char* text;
  const char* patterns;
};

void Expect(std::span<const Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Patterns(c.text), c.patterns) << c.text;
}

TEST(DateShapes, KeepsBothOrdersOfDayAndMonthUnlessDotsSay) {
  const Case cases[] = {{"2024-03-01", "%Y-%m-%d"},
                        {"2024/3/1", "%Y/%-m/%-d"},
                        {"03/04/2024", "%d/%m/%Y | %m/%d/%Y"},
                        {"3/14/24", "%-d/%m/%y | %-m/%d/%y"},
                        {"03.04.2024", "%d.%m.%Y"},
                        {"24-03-01", "%d-%m-%y | %m-%d-%y | %y-%m-%d"},
                        {"1. 1. 2024", "%-d. %-m. %Y"},
                        {"2024.01.01.", "%Y.%m.%d."},
                        {"20240301:0010", "%Y%m%d:%H%M"},
                        {"20240301_001000", "%Y%m%d_%H%M%S"}};
  Expect(cases);
}

TEST(DateShapes, ReadsLettersBehindAYear) {
  const Case cases[] = {
      {"2024Q4", "%YQ%q"},   {"2024-q4", "%Y-q%q"},       {"2024Q04", "%YQ0%q"},  {"2024H2", "%YH%h"},
      {"2024 S1", "%Y S%h"}, {"2024M12", "%YM%m"},        {"2024-M1", "%Y-M%-m"}, {"2024-W52", "%G-W%V"},
      {"2024W5", "%GW%-V"},  {"2024-W52-7", "%G-W%V-%u"}, {"2024T1", "%YT%q"},    {"1980JJ00", "%YJJ00"},
      {"2024:01", "%Y:%m"},  {"2024:1", "%Y:%q"},         {"2024_01", "%Y_%m"},   {"2010.1/4", "%Y.%q/4"}};
  Expect(cases);
}

TEST(DateShapes, ReadsLettersBeforeAYear) {
  const Case cases[] = {{"Q4 2024", "Q%q %Y"},
                        {"q4-24", "q%q-%y"},
                        {"4Q24", "%qQ%y"},
                        {"H2 2024", "H%h %Y"},
                        {"W05 2024", "W%V %G"},
                        {"KW 5/2024", "KW %-V/%G"},
                        {"Week 5, 2024", "Week %-V, %G"},
                        {"FY2024", "FY%Y"},
                        {"CY24", "CY%y"}};
  Expect(cases);
}

TEST(DateShapes, KeepsMonthsWeeksDaysAndFiscalYearsOfTwoNumbersApart) {
  const Case cases[] = {{"12/2024", "%m/%Y"},         {"52/2024", "%m/%Y | %V/%G"}, {"2024/12", "%Y/%m"},
                        {"2024-52", "%Y-%m | %G-%V"}, {"2024/25", "%Y/%m | %Y/%N"}, {"2024-2025", "%Y-%4N"},
                        {"2024-366", "%Y-%j"},        {"2024/26", "%Y/%m"}};
  Expect(cases);
}

TEST(DateShapes, ReadsNoDateInWhatIsNone) {
  for (const char* text : {"", "Q", "2024", "2024-", "W5", "12", "total", "2024Q", "2024W", "KW", "2024-W52-"}) {
    EXPECT_EQ(Patterns(text), "") << text;
  }
}

}  // namespace
}  // namespace fitd::date_shapes_test
