#include "daemon/periods/unnamed_parts.h"

#include <gtest/gtest.h>

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

TEST(UnnamedParts, AreNoneWithoutYears) {
  EXPECT_EQ(PartsByPlace({}), UnnamedParts::kNone);
  EXPECT_EQ(PartsByPlace(Columns{{}, {}}), UnnamedParts::kNone);
  EXPECT_EQ(PartsByPlace(Columns{{1, 2, 3}, {1, 2, 3}}), UnnamedParts::kNone);
  EXPECT_EQ(ColumnsOf(UnnamedParts::kNone), 0U);
  EXPECT_EQ(ColumnsOf(UnnamedParts::kYearMonthDayHour), 4U);
}

}  // namespace
}  // namespace fitd::unnamed_parts_test
