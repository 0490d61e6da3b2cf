#include "daemon/times/number_times.h"

#include <gtest/gtest.h>

namespace fitd::number_times_test {
namespace {

NumberTimes Read(const std::vector<const char*>& cells) {
  NumberTimes numbers;
  for (const char* cell : cells) EXPECT_TRUE(numbers.Add(cell)) << cell;
  return numbers;
}

TEST(NumberTimes, AreKnownByTheirSize) {
  EXPECT_EQ(Read({"1960", "1961", "1962"}).Kind(), NumericTime::kYear);
  EXPECT_EQ(Read({"202311", "202312", "202401"}).Kind(), NumericTime::kCompactMonth);
  EXPECT_EQ(Read({"20231130", "20231201", "20231202"}).Kind(), NumericTime::kCompactDate);
  EXPECT_EQ(Read({"1700000000", "1700003600", "1700007200"}).Kind(), NumericTime::kSeconds);
  EXPECT_EQ(Read({"1700000000000", "1700003600000", "1700007200000"}).Kind(), NumericTime::kMillis);
  EXPECT_EQ(Read({"2019.000", "2019.083", "2019.167"}).Kind(), NumericTime::kDecimalYear);
  EXPECT_EQ(Read({"45292", "45293", "45294"}).Kind(), NumericTime::kExcel);
  EXPECT_EQ(Read({"1", "2", "3"}).Kind(), NumericTime::kCount);
}

TEST(NumberTimes, AreNoWords) {
  NumberTimes numbers;
  for (const char* cell : {"2024-01-01", "Jan", "1e400", "nan", "1.7e3"}) EXPECT_FALSE(numbers.Add(cell)) << cell;
  EXPECT_EQ(numbers.count, 0U);
}

TEST(NumberTimes, SayWhenTheyAreHardlyThoseOfUnix) {
  EXPECT_TRUE(Read({"3912345600", "3912349200", "3912352800"}).AreLate()) << "since 1900";
  EXPECT_FALSE(Read({"1700000000", "1700003600", "1700007200"}).AreLate());
  EXPECT_TRUE(Read({"720000000", "720003600", "720007200"}).AreEarly()) << "since 2001";
  EXPECT_TRUE(Read({"23376", "23377", "23378"}).AreEarlyDays()) << "since 1960";
  EXPECT_TRUE(Read({"60310", "60311", "60312"}).AreLateDays()) << "modified Julian days";
  EXPECT_FALSE(Read({"45292", "45293", "45294"}).AreEarlyDays());
}

TEST(NumberTimes, SayHowFarASpreadsheetRoundedThem) {
  EXPECT_EQ(Read({"1.70E+09", "1.70E+09", "1.71E+09"}).RoundedTo(), 10'000'000);
  EXPECT_EQ(Read({"1700000000", "1700003600"}).RoundedTo(), 0);
}

TEST(NumberTimes, MayBeYearsWithAPart) {
  EXPECT_EQ(Read({"20221", "20222", "20223", "20224", "20231", "20232", "20233", "20234"}).YearAndPart(false), "%Y%q");
  EXPECT_EQ(Read({"01.2023", "02.2023", "03.2023"}).YearAndPart(false), "%m.%Y");
  EXPECT_EQ(Read({"1960", "1961", "1962"}).YearAndPart(false), "");
}

TEST(NumberTimes, AreCountedSinceWhatTheirColumnSays) {
  EXPECT_EQ(EpochOfName("cfabsolutetime"), "2001-01-01");
  EXPECT_EQ(EpochOfName("ZDATE"), "2001-01-01");
  EXPECT_EQ(EpochOfName("gps_seconds"), "1980-01-06");
  EXPECT_EQ(EpochOfName("time"), "");
}

}  // namespace
}  // namespace fitd::number_times_test
