#include "daemon/store/last_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace fitd::last_values_test {
namespace {

TEST(LastValues, DecimalsComeBackBitByBit) {
  const std::vector<double> values = {12.25, 0.1, -3, 1e6, 999999.999, 0, 0.30000000000000004 - 4e-17};
  const auto back = UnpackLastValues(PackLastValues(values));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, values);
}

TEST(LastValues, AUsualValueTakesAByteOrTwo) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back((5000 + i * 37 % 101) / 100.0);
  EXPECT_LT(PackLastValues(values).size(), 2100U);
}

TEST(LastValues, OtherNumbersAreRoundedTo32Bits) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = {1.0 / 3, nan, 1e300, -1e-7};
  const auto back = UnpackLastValues(PackLastValues(values));
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 4U);
  EXPECT_NEAR((*back)[0], 1.0 / 3, 1e-7);
  EXPECT_TRUE(std::isnan((*back)[1]));
  EXPECT_TRUE(std::isinf((*back)[2]));
}

TEST(LastValues, DamagedBytesAreRefused) {
  const std::string packed = PackLastValues(std::vector<double>{1, 2, 3});
  for (std::size_t size = 0; size < packed.size(); ++size) EXPECT_FALSE(UnpackLastValues(packed.substr(0, size)));
  EXPECT_FALSE(UnpackLastValues(packed + "x"));
  EXPECT_FALSE(UnpackLastValues("\x20\x01\x01"));                                  // 32 places
  EXPECT_FALSE(UnpackLastValues(std::string("\x00\xff\xff\xff\xff\xff\x7f", 7)));  // more values than bytes
}

TEST(LastValues, TheDefaultShrinksWithTheFleet) {
  EXPECT_EQ(DefaultLastValues(1), kMostLastValues);
  EXPECT_EQ(DefaultLastValues(100'000), 200U);
  EXPECT_EQ(DefaultLastValues(10'000'000), kFewestLastValues);
}

}  // namespace
}  // namespace fitd::last_values_test
