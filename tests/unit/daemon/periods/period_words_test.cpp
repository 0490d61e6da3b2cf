#include "daemon/periods/period_words.h"

#include <gtest/gtest.h>

#include "daemon/periods/clock_words.h"
#include "daemon/periods/part_names.h"

namespace fitd::period_words_test {
namespace {

TEST(PeriodWords, Months) {
  for (const char* name : {"March", "mar", "Mar.", "M\u00e4rz", "mars", "marzo", "Mar\u00e7o", "M\u00c4RZ"})
    EXPECT_EQ(MonthOfName(name).number, 3) << name;
  for (const char* name : {"", "Ma", "Marc", "Mars 1", "total", "m3"}) EXPECT_EQ(MonthOfName(name).number, 0) << name;
  for (const char* name : {"M7", "m_07", "Month 7", "7. Monat"}) EXPECT_EQ(NumberedMonth(name).number, 7) << name;
  EXPECT_FALSE(NumberedMonth("P07").sure);
  for (const char* name : {"M0", "M13", "M", "7", "M7a", "M7 8"}) EXPECT_EQ(NumberedMonth(name).number, 0) << name;
}

TEST(PeriodWords, MonthsOfOtherLanguages) {
  const std::vector<std::vector<const char*>> languages = {
      {"Stycze\u0144", "Luty", "Marzec", "Kwiecie\u0144", "Maj", "Czerwiec", "Lipiec", "Sierpie\u0144", "Wrzesie\u0144",
       "Pa\u017adziernik", "Listopad", "Grudzie\u0144"},
      {"Leden", "\u00danor", "B\u0159ezen", "Duben", "Kv\u011bten", "\u010cerven", "\u010cervenec", "Srpen",
       "Z\u00e1\u0159\u00ed", "\u0158\u00edjen", "Listopad", "Prosinec"},
      {"Ocak", "\u015eubat", "Mart", "Nisan", "May\u0131s", "Haziran", "Temmuz", "A\u011fustos", "Eyl\u00fcl", "Ekim",
       "Kas\u0131m", "Aral\u0131k"},
      {"tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kes\u00e4kuu", "hein\u00e4kuu", "elokuu",
       "syyskuu", "lokakuu", "marraskuu", "joulukuu"},
      {"Janu\u00e1r", "Febru\u00e1r", "M\u00e1rcius", "\u00c1prilis", "M\u00e1jus", "J\u00fanius", "J\u00falius",
       "Augusztus", "Szeptember", "Okt\u00f3ber", "November", "December"},
      {"jan", "feb", "mars", "april", "mai", "juni", "juli", "aug", "september", "okt", "nov", "des"},
      {"\u042f\u043d\u0432\u0430\u0440\u044c", "\u0424\u0435\u0432\u0440\u0430\u043b\u044c", "\u041c\u0410\u0420\u0422",
       "\u0430\u043f\u0440\u0435\u043b\u044c", "\u043c\u0430\u0439", "\u0418\u044e\u043d\u044c",
       "\u0438\u044e\u043b\u044c", "\u0410\u0412\u0413\u0423\u0421\u0422",
       "\u0441\u0435\u043d\u0442\u044f\u0431\u0440\u044c", "\u043e\u043a\u0442\u044f\u0431\u0440\u044c",
       "\u043d\u043e\u044f\u0431\u0440\u044c", "\u0434\u0435\u043a\u0430\u0431\u0440\u044c"}};
  for (const auto& names : languages) {
    for (std::size_t m = 0; m < names.size(); ++m)
      EXPECT_EQ(MonthOfName(names[m]).number, static_cast<int>(m) + 1) << names[m];
  }
  for (const char* name : {"LED", "DUB", "LIS", "Marc"}) EXPECT_EQ(MonthOfName(name).number, 0) << name;
}

TEST(PeriodWords, QuartersHalvesAndWeeks) {
  for (const char* name : {"Q2", "2Q", "Qtr 2", "2nd quarter", "second quarter", "2. Quartal", "Apr-Jun",
                           "April to June", "AMJ", "2\u00ba trimestre"}) {
    EXPECT_EQ(QuarterOfWord(name).number, 2) << name;
    EXPECT_TRUE(QuarterOfWord(name).sure) << name;
  }
  for (const char* name : {"II", "T2", "2nd"}) {
    EXPECT_EQ(QuarterOfWord(name).number, 2) << name;
    EXPECT_FALSE(QuarterOfWord(name).sure) << name;
  }
  for (const char* name : {"Q5", "Q0", "Q", "2", "Apr-Jul", "Feb-Apr", "V", "MAM"})
    EXPECT_EQ(QuarterOfWord(name).number, 0) << name;
  for (const char* name : {"H2", "2nd half", "2. Halbjahr", "Semester 2", "Jul-Dec"})
    EXPECT_EQ(HalfOfWord(name).number, 2) << name;
  EXPECT_EQ(HalfOfWord("H3").number, 0);
  EXPECT_EQ(WeekOfWord("KW 05").number, 5);
  EXPECT_EQ(WeekOfWord("W54").number, 0);
  for (const char* name : {"31", "d31", "Day 31", "VALUE31"}) EXPECT_EQ(DayOfWord(name).number, 31) << name;
  for (const char* name : {"32", "x31", "day", "31d"}) EXPECT_EQ(DayOfWord(name).number, 0) << name;
  EXPECT_EQ(SlotOfWord("Interval 48").number, 48);
  EXPECT_EQ(SlotOfWord("48").number, 0);
}

TEST(ClockWords, MinutesOfTheDay) {
  for (const char* name :
       {"13:00", "1 PM", "1pm", "13h", "1300", "13:00-14:00", "13-14", "H13", "HE13", "Hour 13", "13:00:00", "HH27"})
    EXPECT_EQ(MinuteOfDay(name), 780) << name;
  EXPECT_EQ(MinuteOfDay("12 AM"), 0);
  EXPECT_EQ(MinuteOfDay("12:30 pm"), 750);
  EXPECT_EQ(MinuteOfDay("24:00"), 1440);
  for (const char* name :
       {"", "13", "25:00", "13 PM", "0 AM", "1360", "2024-01", "13-15", "14:00-13:00", "HH51", "x13"})
    EXPECT_EQ(MinuteOfDay(name), -1) << name;
  EXPECT_EQ(ClockText(575), "09:35");
}

TEST(PartNames, WordsThatChangeNothing) {
  EXPECT_EQ(PartOfName("Fiscal Year"), PartName::kYear);
  EXPECT_EQ(PartOfName("month_name"), PartName::kMonth);
  EXPECT_EQ(PartOfName("HourBeginning"), PartName::kHour);
  EXPECT_EQ(PartOfName("Trading Period"), PartName::kSlot);
  EXPECT_EQ(PartOfName("Week of Month"), PartName::kWeekOfMonth);
  EXPECT_EQ(PartOfName("day_of_year"), PartName::kYearDay);
  EXPECT_EQ(PartOfName("Zeitzone von"), PartName::kZone);
  EXPECT_EQ(PartOfName("Crop Month"), PartName::kNone);
  EXPECT_EQ(PartOfName("Crop Month", "Crop Year"), PartName::kMonth);
  for (const char* name : {"", "Year Month", "months_open", "Store", "Year Built", "minimum"})
    EXPECT_EQ(PartOfName(name), PartName::kNone) << name;
  EXPECT_TRUE(SaysId("ShopID"));
  EXPECT_FALSE(SaysId("paid"));
}

}  // namespace
}  // namespace fitd::period_words_test
