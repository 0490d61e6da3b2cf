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
  for (const char* cell : {"2024-01-01", "Jan", "1e400", "nan", "1.7e"}) EXPECT_FALSE(numbers.Add(cell)) << cell;
  EXPECT_EQ(numbers.count, 0U);
}

TEST(NumberTimes, MayHaveAnExponent) {
  EXPECT_EQ(Read({"1.960000000000000000e+03", "1.961000000000000000e+03"}).Kind(), NumericTime::kYear);
  EXPECT_EQ(Read({"1.960E+03", "1.961E+03"}).Kind(), NumericTime::kYear);
  EXPECT_EQ(Read({"2.024010100000000000e+07", "2.024010200000000000e+07"}).Kind(), NumericTime::kCompactDate);
  EXPECT_EQ(Read({"2.015083333333333258e+03", "2.015166666666666742e+03"}).Kind(), NumericTime::kDecimalYear);
  EXPECT_EQ(Read({"1.704067200000000000e+09", "1.704153600000000000e+09"}).RoundedTo(), 0);
}

TEST(NumberTimes, OfTwoUnitsSayBoth) {
  EXPECT_EQ(Read({"1735686000000", "1735689600000000"}).SayTwoUnits(),
            "the times count '1735686000000' milliseconds and '1735689600000000' microseconds since 1970: write all of "
            "them in one unit, or each kind into a file of its own");
  EXPECT_NE(Read({"1735686000", "1735689600000", "1735693200"}).SayTwoUnits(), "");
  EXPECT_EQ(Read({"1735686000", "1735689600", "0"}).SayTwoUnits(), "");
  EXPECT_EQ(Read({"2024010112", "2024010113", "2024010114"}).SayTwoUnits(), "");
}

TEST(NumberTimes, AHundredthApartAreMonths) {
  EXPECT_EQ(Read({"2023.01", "2023.02"}).YearAndPart(false), "%Y.%m");
  EXPECT_EQ(Read({"2022.11", "2022.12", "2023.01"}).YearAndPart(false), "%Y.%m");
  EXPECT_EQ(Read({"2023.09", "2023.1", "2023.11"}).YearAndPart(false), "%Y.%2m");
  EXPECT_EQ(Read({"2023.01", "2023.02", "2023.03"}).YearAndPart(true), "%G.%V");
  EXPECT_EQ(Read({"2023.04", "2023.12", "2023.21"}).YearAndPart(false), "") << "decimal years";
  EXPECT_EQ(Read({"2023.01"}).YearAndPart(false), "");
}

TEST(NumberTimes, MayBePairsOfDigits) {
  const auto form = [](const std::vector<std::string>& cells, bool dates = true) {
    return PairsOfDigits(cells, dates);
  };
  EXPECT_EQ(form({"10.23", "11.23", "12.23", "01.24", "02.24", "03.24"}), "%m.%y");
  EXPECT_EQ(form({"23.10", "23.11", "23.12", "24.01", "24.02", "24.03"}), "%y.%m");
  EXPECT_EQ(form({"29.01", "30.01", "31.01", "01.02", "02.02", "03.02"}), "%d.%m");
  EXPECT_EQ(form({"07.00", "07.15", "07.30", "07.45", "08.00", "08.15"}, false), "%H.%M");
  EXPECT_EQ(form({"10.00", "10.25", "10.50", "10.75", "11.00", "11.25"}, false), "");
  EXPECT_EQ(form({"0.00", "0.01", "0.02", "0.03", "0.04", "0.05"}, false), "");
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
