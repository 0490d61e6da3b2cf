#include "daemon/periods/unnamed_parts.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fitd::unnamed_parts_test {
namespace {

using Columns = std::vector<std::vector<int>>;

// Columns of `rows` rows, each of which `fill` is given with the number of the row.
template <class Fill>
Columns Make(int columns, int rows, Fill fill) {
  Columns all(static_cast<std::size_t>(columns));
  for (int r = 0; r < rows; ++r) fill(r, all);
  return all;
}

Columns Cycle(int length) {
  return Make(3, 8 * length, [length](int r, Columns& all) {
    all[0].push_back(2010 + r / length);
    all[1].push_back(r % length + 1);
    all[2].push_back(100 + r);
  });
}

TEST(UnnamedParts, AreKnownByTheirNumbers) {
  EXPECT_EQ(PartsByPlace(Cycle(4)), UnnamedParts::kYearQuarter);
  EXPECT_EQ(PartsByPlace(Cycle(12)), UnnamedParts::kYearMonth);
  EXPECT_EQ(PartsByPlace(Cycle(365)), UnnamedParts::kYearDay);
  EXPECT_EQ(PartsByPlace(Cycle(52)), UnnamedParts::kNone);  // of which weeks nobody says
  EXPECT_EQ(PartsByPlace(Cycle(1)), UnnamedParts::kNone);
  const auto days = [](int years) {
    return Make(3, 360 * years, [](int r, Columns& all) {
      all[0].push_back(2020 + r / 360);
      all[1].push_back(r / 30 % 12 + 1);
      all[2].push_back(r % 30 + 1);
    });
  };
  EXPECT_EQ(PartsByPlace(days(1)), UnnamedParts::kYearMonthDay);
  EXPECT_EQ(PartsByPlace(days(3)), UnnamedParts::kYearMonthDay);
  EXPECT_EQ(PartsByPlace(Make(4, 480,
                              [](int r, Columns& all) {
                                all[0].push_back(2020);
                                all[1].push_back(1);
                                all[2].push_back(r / 24 + 1);
                                all[3].push_back(r % 24);
                              })),
            UnnamedParts::kYearMonthDayHour);
}

// Hours and minutes of `rows` rows, `step` minutes apart.
Columns Clock(int rows, int step, int first = 0) {
  return Make(2, rows, [=](int r, Columns& all) {
    all[0].push_back((first + r * step) / 60 % 24);
    all[1].push_back((first + r * step) % 60);
  });
}

TEST(UnnamedParts, RunThroughHours) {
  for (const int step : {1, 5, 10, 15, 20, 30}) {
    Columns clock = Clock(400, step, 4 % step);
    EXPECT_TRUE(RunThrough(clock[0], clock[1])) << step;
    for (std::vector<int>& column : clock) std::reverse(column.begin(), column.end());
    EXPECT_TRUE(RunThrough(clock[0], clock[1])) << step;
  }
  EXPECT_FALSE(RunThrough(Clock(400, 60)[0], Clock(400, 60)[1]));  // always 0
  EXPECT_FALSE(RunThrough(Clock(400, 7)[0], Clock(400, 7)[1]));    // all sixty occur, by sevens
  EXPECT_FALSE(RunThrough(Clock(12, 10)[0], Clock(12, 10)[1]));    // too few hours
  const Columns hours = Make(2, 400, [](int r, Columns& all) {
    all[0].push_back(r % 24);
    all[1].push_back(r * 37 % 60);  // a reading
  });
  EXPECT_FALSE(RunThrough(hours[0], hours[1]));
  EXPECT_FALSE(RunThrough(hours[0], {}));
}

TEST(UnnamedParts, MinutesRunThroughHoursOfAnyDays) {
  const auto of = [](int rows) {
    return Make(6, rows, [](int r, Columns& all) {
      const int minute = 10 * r;
      const std::vector<int> row = {2024, 3, minute / 1440 + 1, minute / 60 % 24, minute % 60, 100 + r};
      for (std::size_t c = 0; c < row.size(); ++c) all[c].push_back(row[c]);
    });
  };
  EXPECT_EQ(PartsByPlace(of(300)), UnnamedParts::kYearMonthDayHourMinute);
  EXPECT_EQ(ColumnsOf(UnnamedParts::kYearMonthDayHourMinute), 5U);
}

TEST(UnnamedParts, AreNoneWithoutYears) {
  EXPECT_EQ(PartsByPlace({}), UnnamedParts::kNone);
  EXPECT_EQ(PartsByPlace(Columns{{}, {}}), UnnamedParts::kNone);
  EXPECT_EQ(PartsByPlace(Columns{{1, 2, 3}, {1, 2, 3}}), UnnamedParts::kNone);
  EXPECT_EQ(ColumnsOf(UnnamedParts::kNone), 0U);
  EXPECT_EQ(ColumnsOf(UnnamedParts::kYearMonthDayHour), 4U);
}

}  // namespace
}  // namespace fitd::unnamed_parts_test
