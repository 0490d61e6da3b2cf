#include "daemon/periods/value_words.h"

#include <gtest/gtest.h>

#include "daemon/periods/across_style.h"
#include "daemon/periods/clock_words.h"
#include "daemon/periods/direction_words.h"
#include "daemon/periods/observation_mark.h"

namespace fitd::value_words_test {
namespace {

TEST(ValueWords, KnowsUnitsBehindNamesAndInTitles) {
  EXPECT_EQ(NameWithoutUnit("A [kWh]"), "A");
  EXPECT_EQ(NameWithoutUnit("A (MWh)"), "A");
  EXPECT_EQ(NameWithoutUnit("power_kW"), "power");
  EXPECT_EQ(NameWithoutUnit("A (1)"), "");
  EXPECT_EQ(NameWithoutUnit("kWh"), "");
  EXPECT_EQ(ScaleInTitle("Sales (in thousands)\n"), "thousands");
  EXPECT_EQ(ScaleInTitle("Umsatz in Mio. EUR\n"), "millions");
  EXPECT_EQ(ScaleInTitle("Sales of the city\n"), "");
  EXPECT_EQ(UnitsInRow({"", "kWh", "x"}, 3).size(), 3U);
  EXPECT_TRUE(UnitsInRow({"", "north", "x"}, 3).empty());
  EXPECT_TRUE(UnitsInRow({"kWh"}, 3).empty());
}

TEST(ValueWords, KnowsUnits) {
  for (const char* unit : {"kWh", "hPa", "USD", "thousands"}) EXPECT_TRUE(IsUnitWord(unit)) << unit;
  for (const char* none : {"m", "north", ""}) EXPECT_FALSE(IsUnitWord(none)) << none;
  EXPECT_TRUE(IsUnitBesideOthers("m"));
  for (const char* power : {"1000", "1e6", "0", "3", "6"}) EXPECT_TRUE(IsMultiplier(power)) << power;
  EXPECT_FALSE(IsMultiplier("17"));
}

TEST(ValueWords, KnowsCountsOfRows) {
  for (const char* line : {"(100 rows)", "100 rows in set (0.01 sec)", "100 rows selected.", "(100 row(s) affected)",
                           "Records: 100", "100 Zeilen ausgewählt", "(1 row)", "-- 100 rows"}) {
    EXPECT_TRUE(SaysRowCount(line)) << line;
  }
  for (const char* line : {"rows", "100", "row 7 is bad", "Total 100", "house rows 100", ""}) {
    EXPECT_FALSE(SaysRowCount(line)) << line;
  }
}

TEST(ValueWords, KnowsSpansThatFillADay) {
  EXPECT_TRUE(FillADay({"00-06", "06-12", "12-18", "18-24"}));
  EXPECT_TRUE(FillADay({"0:00-12:00", "12:00 - 24:00"}));
  EXPECT_FALSE(FillADay({"0-17", "18-64", "65-99"}));
  EXPECT_FALSE(FillADay({"00-06", "06-12"}));
  EXPECT_FALSE(FillADay({"0-24"}));
  EXPECT_FALSE(FillADay({"a-b", "b-c"}));
}

TEST(ValueWords, KnowsTotals) {
  for (const char* total : {"Total", "Average"}) EXPECT_TRUE(IsTotalName(total)) << total;
  EXPECT_FALSE(IsTotalName("north"));
}

TEST(ValueWords, KnowsDirectionsInWordsAndFlags) {
  const auto opposite = [](std::string_view a, std::string_view b) {
    return OppositePair(static_cast<Directions>(DirectionsOf(a) | DirectionsOf(b))) >= 0;
  };
  EXPECT_TRUE(opposite("credit", "Debit"));
  EXPECT_TRUE(opposite("in", "OUT"));
  EXPECT_TRUE(opposite("bid", "ask"));
  EXPECT_TRUE(opposite("invoice", "credit_note"));
  EXPECT_TRUE(opposite("completed", "Cancelled"));
  EXPECT_TRUE(opposite("1-1:1.29.0", "1-1:2.29.0"));
  EXPECT_TRUE(opposite("A+", "A-"));
  EXPECT_TRUE(opposite("Entrée", "SORTIE"));
  EXPECT_TRUE(opposite("Поступление", "списание"));
  EXPECT_TRUE(opposite("入庫", "出庫"));
  EXPECT_TRUE(opposite("earned", "redeemed"));
  EXPECT_TRUE(GoesOut(DirectionsOf("refund")));
  EXPECT_TRUE(GoesOut(DirectionsOf("export")));
  EXPECT_FALSE(GoesOut(DirectionsOf("sale")));
  EXPECT_FALSE(opposite("bid", "sale"));
  EXPECT_FALSE(opposite("in", "in"));
  EXPECT_FALSE(opposite("north", "south"));
  EXPECT_TRUE(IsDirectionName("Dr/Cr"));
  EXPECT_TRUE(IsDirectionLetter("C"));
  EXPECT_TRUE(IsDirectionLetter("CN"));
  EXPECT_TRUE(AsksForSign("is_return"));
  EXPECT_FALSE(AsksForSign("returns"));
  const auto flags = [](std::string_view a, std::string_view b) {
    return OppositePair(static_cast<Directions>(DirectionsOfFlag(a, true) | DirectionsOfFlag(b, true))) >= 0;
  };
  EXPECT_TRUE(flags("0", "1"));
  EXPECT_TRUE(flags("-1", "1"));
  EXPECT_TRUE(flags("No", "Yes"));
  EXPECT_FALSE(flags("1", "1"));
}

TEST(ValueWords, KnowsWhatWasObserved) {
  for (const std::string_view word : {"Fcst", "forecasted", "FC01", "LE3", "4+8", "FC", "simulated"}) {
    EXPECT_TRUE(IsStageToCome(word)) << word;
  }
  for (const std::string_view word : {"left", "5+8", "fcb", "lea", "2024"}) EXPECT_FALSE(IsStageToCome(word)) << word;
  EXPECT_TRUE(IsStageWord("Hist"));
  for (const char* word : {"Act.", "skutečnost", "実測", "toteuma"}) EXPECT_TRUE(IsStageWord(word)) << word;
  EXPECT_FALSE(IsStageWord("Soll"));
  EXPECT_TRUE(IsStageBesideOthers("Soll"));
  EXPECT_TRUE(SaysToCome("is_forecast", "1"));
  EXPECT_FALSE(SaysToCome("is_forecast", "0"));
  EXPECT_TRUE(SaysToCome("is_actual", "No"));
  EXPECT_TRUE(SaysToCome("type", "Fcst."));
  EXPECT_FALSE(SaysToCome("type", "actual"));
  EXPECT_TRUE(IsSplitWord("train"));
  EXPECT_FALSE(IsSplitWord(""));
  EXPECT_TRUE(IsQualityWord("Bad"));
}

TEST(AcrossStyle, TakesTheWordThatNamesShareAway) {
  const std::vector<std::string> names = {"Year",    "Sales Jan", "Sales Feb", "Sales Mar", "Sales Apr",
                                          "Store 1", "Store 2",   "Store 3",   "Store 4"};
  std::vector<bool> free(names.size(), true);
  free[0] = false;
  const std::vector<BareNames> bare = WithoutSharedWord(names, free);
  ASSERT_EQ(bare.size(), 1U);
  EXPECT_EQ(bare[0].word, "Sales");
  EXPECT_EQ(bare[0].names[1], "Jan");
  EXPECT_EQ(bare[0].names[5], "");
  std::vector<std::string> hours = {"Hour 2", "Hour 3A", "Hour 3B", "Team A"};
  EXPECT_EQ(TakeHourTwice(hours), std::vector<std::size_t>{2});
  EXPECT_EQ(hours[1], "Hour 3");
}

}  // namespace
}  // namespace fitd::value_words_test
