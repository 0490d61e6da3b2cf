#include <gtest/gtest.h>

#include "daemon/periods/clock_words.h"
#include "daemon/periods/date_words.h"
#include "daemon/periods/fiscal_year.h"

namespace fitd::words_test {
namespace {

TEST(DateWords, AreKnownByWhatTheySay) {
  const std::pair<const char*, DateWord> kWords[] = {
      {"Jan", DateWord::kMonth},
      {"JANUARY", DateWord::kMonth},
      {"janvier", DateWord::kMonth},
      {"KW", DateWord::kPeriod},
      {"week", DateWord::kPeriod},
      {"Q", DateWord::kQuarter},
      {"half", DateWord::kQuarter},
      {"H", DateWord::kQuarter},
      {"h", DateWord::kOther},
      {"FY", DateWord::kFiscal},
      {"年", DateWord::kEastAsianYear},
      {"Thursday", DateWord::kOther},
      {"lunes", DateWord::kOther},
      {"CEST", DateWord::kOther},
      {"Uhr", DateWord::kOther},
      {"temperature", DateWord::kNone},
      {"", DateWord::kNone},
  };
  for (const auto& [word, kind] : kWords) EXPECT_EQ(KindOfDateWord(word), kind) << word;
}

TEST(ClockWords, AreMinutesOfADay) {
  const std::pair<const char*, int> kWords[] = {
      {"00:30", 30},  {"1:00", 60},        {"23:45:00", 1425}, {"12 AM", 0},   {"00h", 0},          {"0100", 60},
      {"2400", 1440}, {"01:00-02:00", 60}, {"HE01", 60},       {"Hour 1", 60}, {"temperature", -1}, {"", -1},
  };
  for (const auto& [word, minute] : kWords) EXPECT_EQ(MinuteOfDay(word), minute) << word;
  EXPECT_EQ(ClockText(570), "09:30");
  EXPECT_EQ(ClockText(1440), "24:00");
  EXPECT_TRUE(IsWrittenClock("9 AM"));
  EXPECT_FALSE(IsWrittenClock("0900"));
}

TEST(ClockWords, AreSpansOfAnHour) {
  for (const char* span : {"0-1 Uhr", "00.00-01.00", "0h à 1h", "12am-1am"}) EXPECT_EQ(HourOfSpan(span), 0) << span;
  EXPECT_EQ(HourOfSpan("23-24"), 23);
  EXPECT_EQ(HourOfSpan("0-2"), -1) << "two hours";
  EXPECT_EQ(HourOfSpan("north"), -1);
}

TEST(ClockWords, LeaveATimeWithoutWhatAddsNothing) {
  EXPECT_EQ(PlainTime("2024-01-01T00:00+01:00[Europe/Berlin]"), "2024-01-01T00:00+01:00");
  EXPECT_EQ(PlainTime("Week ending 2024-01-07"), "2024-01-07");
  EXPECT_EQ(PlainTime("202401.0"), "202401");
  EXPECT_EQ(PlainTime("2024-01-01"), "2024-01-01");
}

TEST(FiscalYears, AreOfOneYearOrOfTwo) {
  const auto is = [](const char* text, int first, bool of_two) {
    const FiscalYear year = FiscalYearOf(text);
    EXPECT_EQ(year.first, first) << text;
    EXPECT_EQ(year.of_two, of_two) << text;
  };
  is("2023-24", 2023, true);
  is("2023/2024", 2023, true);
  is("FY2023-24", 2023, true);
  is("FY24", 2024, false);
  is("2018年", 2018, false);
  is("1999-00", 1999, true);
  EXPECT_FALSE(FiscalYearOf("2023")) << "an ordinary one";
  EXPECT_FALSE(FiscalYearOf("2023-25"));
  EXPECT_FALSE(FiscalYearOf("2023-12"));
}

TEST(ClockWords, NumbersDivideADay) {
  using Numbers = std::set<int>;
  for (const Numbers& numbers :
       {Numbers{0, 6, 12, 18}, Numbers{0, 3, 6, 9, 12, 15, 18, 21}, Numbers{3, 6, 9, 12, 15, 18, 21, 24},
        Numbers{7, 14, 21}, Numbers{0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000, 2200}})
    EXPECT_TRUE(DivideADay(numbers)) << *numbers.rbegin();
  Numbers ending, halves;
  for (int hour = 1; hour <= 24; ++hour) {
    ending.insert(100 * hour);
    halves.insert({100 * hour, 100 * (hour - 1) + 30});
  }
  EXPECT_TRUE(DivideADay(ending));
  EXPECT_TRUE(DivideADay(halves));
  for (const Numbers& numbers :
       {Numbers{}, Numbers{1, 2, 3}, Numbers{0, 12}, Numbers{6, 12, 18, 24}, Numbers{3, 6, 9, 12},
        Numbers{0, 10, 20, 30}, Numbers{0, 600, 1200, 1800}, Numbers{0, 5, 10, 15, 20}})
    EXPECT_FALSE(DivideADay(numbers)) << numbers.size();
}

}  // namespace
}  // namespace fitd::words_test
