#include "daemon/periods/packed_days.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fitd {
namespace {

using Cells = std::vector<std::string>;

std::string Format(const Cells& days, const Cells& clocks) {
  return FormatOfPackedDays(days, clocks);
}

TEST(PackedDaysTest, HaveThePatternThatTheirCellsAllow) {
  const Cells clocks = {"0000", "0100", "2300"};
  EXPECT_EQ(Format({"240101", "240102", "240103"}, clocks), "--time-format '%y%m%d %H%M'");
  EXPECT_EQ(Format({"01132024", "01142024"}, {"00:00:00", "01:00:00"}), "--time-format '%m%d%Y %H:%M:%S'");
  EXPECT_EQ(Format({"01012024", "02012024"}, clocks), "--time-format '%d%m%Y %H%M' or '%m%d%Y %H%M'");
  EXPECT_EQ(Format({"24001", "24366"}, clocks), "--time-format '%y%j %H%M'");
  EXPECT_EQ(Format({"2024001", "2024002"}, {"000000", "235959"}), "--time-format '%Y%j %H%M%S'");
}

TEST(PackedDaysTest, AreToBeWrittenOtherwiseWhereNoPatternReadsThem) {
  EXPECT_TRUE(Format({"124001", "124002"}, {"0000", "0100"}).starts_with("write both")) << "century, year and day";
  EXPECT_TRUE(Format({"45292", "45293"}, {"0.0", "0.041667"}).starts_with("write both")) << "spreadsheet";
  EXPECT_TRUE(Format({"1022024", "10022024"}, {"0000", "0100"}).starts_with("write both")) << "without a zero";
  EXPECT_TRUE(Format({"240101", "240102"}, {"0", "100"}).starts_with("write both")) << "930 for 0930";
}

TEST(PackedDaysTest, AreNoOtherNumbers) {
  EXPECT_EQ(Format({"20240101", "20240102"}, {"0000", "0100"}), "") << "read";
  EXPECT_EQ(Format({"104", "240102"}, {"0000", "0100"}), "");
  EXPECT_EQ(Format({}, {}), "");
  EXPECT_EQ(Format({"241301", "243302"}, {"0000", "0100"}), "");
}

TEST(PackedDaysTest, OfALedgerNameItsPeriods) {
  EXPECT_EQ(FormatOfLedgerPeriods(Cells{"2023001", "2024012"}), "%Y0%m");
  EXPECT_EQ(FormatOfLedgerPeriods(Cells{"001.2023", "012.2024"}), "0%m.%Y");
  EXPECT_EQ(FormatOfLedgerPeriods(Cells{"2023001", "2023012"}), "") << "one year";
  EXPECT_EQ(FormatOfLedgerPeriods(Cells{"2023001", "2024017"}), "");
}

}  // namespace
}  // namespace fitd
