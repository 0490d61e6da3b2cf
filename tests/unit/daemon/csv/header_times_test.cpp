#include "daemon/csv/header_times.h"

#include <gtest/gtest.h>

namespace fitd::header_times_test {
namespace {

using Columns = std::vector<std::size_t>;

HeaderTimes Find(std::vector<std::string> names, bool numbers = false) {
  CsvLayout layout;
  layout.names = std::move(names);
  layout.columns = layout.names.size();
  const std::vector<bool> taken(layout.names.size(), false);
  return FindHeaderTimes(layout, taken, numbers);
}

TEST(HeaderTimes, FindsThemWhereverTheyStand) {
  EXPECT_EQ(Find({"Country", "2020", "2021", "2022"}).columns, (Columns{1, 2, 3}));
  EXPECT_EQ(Find({"2020", "2021", "2022", "unit"}).columns, (Columns{0, 1, 2}));
  EXPECT_EQ(Find({"id", "1/22/20", "1/23/20", "1/24/20"}).columns, (Columns{1, 2, 3}));
  EXPECT_EQ(Find({"id", "2024-01", "2024-02", "2024-03"}).times,
            (std::vector<std::string>{"2024-01", "2024-02", "2024-03"}));
  EXPECT_EQ(Find({"id", "d_1", "d_2", "d_3"}).columns, (Columns{1, 2, 3}));
  EXPECT_TRUE(Find({"id", "sales", "returns", "stock"}).columns.empty());
}

TEST(HeaderTimes, TakesBareNumbersForTimesOnlyWhenAsked) {
  EXPECT_TRUE(Find({"id", "1", "2", "3"}).columns.empty());
  EXPECT_EQ(Find({"id", "1", "2", "3"}, true).columns, (Columns{1, 2, 3}));
}

TEST(HeaderTimes, KeepsTheMarksOfYearsApart) {
  const HeaderTimes found = Find({"id", "2018", "2019", "2020", "2021", "2022p", "2023*", "2024 (e)"});
  EXPECT_EQ(found.columns, (Columns{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(found.times, (std::vector<std::string>{"2018", "2019", "2020", "2021", "2022", "2023", "2024"}));
  EXPECT_EQ(found.marked, (Columns{5, 6, 7}));
  EXPECT_EQ(Find({"id", "2020", "2021", "2022x", "2023x", "2024x"}).columns, (Columns{1, 2}))
      << "names with more marks than years are no years";
  EXPECT_EQ(Find({"id", "1990", "1990p", "1991", "1992"}).others, (Columns{2}));
}

TEST(HeaderTimes, SaysWhichAreForecasts) {
  const HeaderTimes sure = Find({"id", "2020", "2021", "2022", "2023E", "2024E"});
  EXPECT_EQ(sure.to_come, (Columns{4, 5}));
  EXPECT_TRUE(sure.surely_to_come);
  const HeaderTimes maybe = Find({"id", "2020", "2021", "2022", "2023p", "2024p"});
  EXPECT_EQ(maybe.to_come, (Columns{4, 5}));
  EXPECT_FALSE(maybe.surely_to_come);
}

TEST(HeaderTimes, LeavesTotalsOut) {
  const HeaderTimes quarters = Find({"id", "2020Q1", "2020Q2", "2020Q3", "2020Q4", "2020", "2021Q1"});
  EXPECT_EQ(quarters.columns, (Columns{1, 2, 3, 4, 6}));
  EXPECT_EQ(quarters.totals, (Columns{5}));
  EXPECT_EQ(Find({"id", "2020", "2021", "2022", "Total"}).totals, (Columns{4}));
}

TEST(HeaderTimes, CountsAreNamesWithANumber) {
  std::int64_t count = 0;
  EXPECT_TRUE(IsCountName("d_12", &count));
  EXPECT_EQ(count, 12);
  for (const char* none : {"", "12", "d_", "2024-01"}) EXPECT_FALSE(IsCountName(none, &count)) << none;
}

}  // namespace
}  // namespace fitd::header_times_test
