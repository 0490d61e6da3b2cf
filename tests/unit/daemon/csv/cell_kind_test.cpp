#include "daemon/csv/cell_kind.h"

#include <gtest/gtest.h>

namespace fitd::cell_kind_test {
namespace {

TEST(CellKind, TellsNumbersDatesClocksAndText) {
  const struct {
    CellKind kind;
    std::vector<std::string_view> cells;
  } cases[] = {
      {CellKind::kMissing, {"", " ", "NA", "n/a", "NaN", "null", "-", "..", "#N/A"}},
      {CellKind::kNumber,
       {"1", "-1.5", "1,5", "1.234,56", "1 234", "1e-3", "(12)", "12 %", "$5.00", "5 \u20ac", "50 kWh", ".5", "5."}},
      {CellKind::kDate,
       {"2024-01-31", "31.01.2024", "1/31/2024", "2024-01-31 10:00", "Jan 2024", "2024Q1", "2024-W05", "31-Jan-24"}},
      {CellKind::kClock, {"10:30", "10:30:15", "9:05 PM", "00:00"}},
      {CellKind::kText, {"A", "north-1", "total", "10 A 5", "Q", "1-2-3-4"}}};
  for (const auto& c : cases) {
    for (const std::string_view cell : c.cells) {
      EXPECT_EQ(static_cast<int>(KindOfCell(cell)), static_cast<int>(c.kind)) << cell;
    }
  }
}

TEST(CellKind, LeavesWordsThatMayBeMonthsToTheirNeighbours) {
  EXPECT_TRUE(MayBeMonth("set-10"));
  EXPECT_FALSE(MayBeMonth("jan-10"));
  EXPECT_FALSE(MayBeMonth("total-10"));
  EXPECT_EQ(KindOfCell("set-10"), CellKind::kText);
  EXPECT_EQ(KindOfCell("jan-10"), CellKind::kDate);
}

TEST(CellKind, TakesTheClockOfTheDayZeroAndTheDayOfAMidnight) {
  EXPECT_EQ(ClockOfDayZero("1899-12-30 00:15:00"), "00:15:00");
  EXPECT_EQ(ClockOfDayZero("1900-01-01 00:15:00"), "00:15:00");
  EXPECT_EQ(ClockOfDayZero("2024-01-01 00:15:00"), "2024-01-01 00:15:00");
  EXPECT_EQ(DayAtMidnight("2024-01-31 00:00:00.000"), "2024-01-31");
  EXPECT_EQ(DayAtMidnight("1/31/2024 12:00:00 AM"), "1/31/2024");
  EXPECT_EQ(DayAtMidnight("2024-01-31 00:15:00"), "2024-01-31 00:15:00");
}

TEST(CellKind, ReadsPaddedDashesAsZeros) {
  for (const std::string_view zero : {" -   ", " $-   ", " -   \u20ac "}) EXPECT_TRUE(IsAccountingZero(zero)) << zero;
  for (const std::string_view none : {"-", "", " - 5 ", "--"}) EXPECT_FALSE(IsAccountingZero(none)) << none;
}

TEST(CellKind, KnowsNumbersThatMayBeTimes) {
  for (const std::string_view time : {"2024", "202401", "012024", "202453", "2024366", "20240131", "2019.083",
                                      "01.2023", "1700000000", "1700000000000"}) {
    EXPECT_TRUE(IsNumericTime(time)) << time;
  }
  for (const std::string_view none : {"", "5", "12.5", "20241301", "3000000"}) {
    EXPECT_FALSE(IsNumericTime(none)) << none;
  }
}

}  // namespace
}  // namespace fitd::cell_kind_test
