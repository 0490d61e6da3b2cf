#include "common/calendar_name.h"

#include <gtest/gtest.h>

namespace fitd::calendar_name_test {
namespace {

TEST(CalendarName, FoldsAccentsAndCapitals) {
  EXPECT_EQ(FoldWord(" Ao\u00fbt "), "aout");
  EXPECT_EQ(FoldWord("F\u00c9VRIER"), "fevrier");
  EXPECT_EQ(FoldWord("\u017du\u013e\u00ed"), "zuli");
  EXPECT_EQ(FoldWord("\u042f\u041d\u0412\u0410\u0420\u042c"), FoldWord("\u044f\u043d\u0432\u0430\u0440\u044c"));
  EXPECT_EQ(FoldWord(""), "");
}

TEST(CalendarName, KnowsMonthsOfManyLanguages) {
  const struct {
    const char* text;
    std::size_t size;
    int month;
  } cases[] = {{"Jan", 3, 1},
               {"january 2024", 7, 1},
               {"janvier", 7, 1},
               {"F\u00e9vr. 2024", 5, 2},
               {"M\u00e4rz", 5, 3},
               {"Mai", 3, 5},
               {"ao\u00fbt 2024", 5, 8},
               {"septiembre", 10, 9},
               {"stycznia 2024", 8, 1},
               {"Okt", 3, 10},
               {"Dez.", 3, 12},
               {"\u0438\u044e\u043b\u044f 2024", 8, 7}};
  for (const auto& c : cases) {
    const MonthName name = MonthNameAt(c.text);
    EXPECT_EQ(name.size, c.size) << c.text;
    EXPECT_EQ(name.month, c.month) << c.text;
    EXPECT_FALSE(name.unsure) << c.text;
  }
  for (const char* none : {"", "2024", "total", "Janitor", "sales", " Jan"})
    EXPECT_EQ(MonthNameAt(none).size, 0U) << none;
}

TEST(CalendarName, SaysWhichMonthsAreWordsToo) {
  for (const char* text : {"set", "out", "gen"}) EXPECT_TRUE(MonthNameAt(text).unsure) << text;
}

TEST(CalendarName, KnowsDaysOfManyLanguages) {
  EXPECT_EQ(WeekdayNameAt("Mon, 1 Jan").size, 3U);
  EXPECT_EQ(WeekdayNameAt("Mon, 1 Jan").day, 1);
  EXPECT_EQ(WeekdayNameAt("lundi").day, 1);
  EXPECT_EQ(WeekdayNameAt("So. 7.1.").size, 3U) << "the dot belongs to it";
  EXPECT_EQ(WeekdayNameAt("So. 7.1.").day, 7);
  EXPECT_EQ(WeekdayNameAt("segunda-feira").day, 1);
  EXPECT_EQ(WeekdayNameAt("\u6708").day, 1);
  EXPECT_EQ(WeekdayNameAt("mar").day, 2);  // mardi, martes, martedi
  for (const char* none : {"", "2024", "Monetary", "week"}) EXPECT_EQ(WeekdayNameAt(none).size, 0U) << none;
}

TEST(CalendarName, NamesEveryMonthAndFindsItAgain) {
  for (int month = 1; month <= 12; ++month) {
    const std::string_view english = EnglishMonth(month);
    EXPECT_EQ(MonthOfFolded(english), month) << english;
    EXPECT_EQ(MonthOfFolded(std::string(english.substr(0, 3)) + "."), month) << english;
    EXPECT_EQ(MonthNameAt(english).month, month) << english;
  }
  EXPECT_EQ(MonthOfFolded("smarch"), 0);
}

}  // namespace
}  // namespace fitd::calendar_name_test
