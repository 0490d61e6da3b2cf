#include "common/series/lone_outlier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace fitd::lone_outlier_test {
namespace {

std::vector<double> Around(double level, double deviation, std::size_t n = 60) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal(level, deviation);
  std::vector<double> out(n);
  for (double& v : out) v = normal(generator);
  return out;
}

TEST(LoneOutlier, IsOneReadingFarBeyondAllOthers) {
  for (const double outlier : {1000.0, 1e6, -1e6, 1e300}) {
    for (const std::size_t place : {0, 17, 59}) {
      std::vector<double> y = Around(50, 3);
      y[place] = outlier;
      EXPECT_EQ(LoneOutlier(y), place) << outlier;
    }
  }
  std::vector<double> both_signs = Around(0, 3);
  both_signs[20] = -1e6;
  EXPECT_EQ(LoneOutlier(both_signs), 20U);
  both_signs[21] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(LoneOutlier(both_signs), 20U);
}

TEST(LoneOutlier, IsNoneOfWhatMayBeData) {
  EXPECT_FALSE(LoneOutlier(Around(50, 3)));
  std::vector<double> twice = Around(50, 3);
  twice[17] = twice[40] = 1e6;
  EXPECT_FALSE(LoneOutlier(twice)) << "two of them are a second state";
  std::vector<double> spike = Around(10, 1);
  spike[30] = 108;
  EXPECT_FALSE(LoneOutlier(spike));
  std::vector<double> few = Around(50, 3, 19);
  few[5] = 1e6;
  EXPECT_FALSE(LoneOutlier(few));
  std::vector<double> flat(60, 50.0);
  flat[5] = 1e6;
  EXPECT_FALSE(LoneOutlier(flat)) << "nobody knows how such a series changes";
  std::vector<double> decades(60);
  for (std::size_t i = 0; i < decades.size(); ++i) decades[i] = std::pow(10.0, static_cast<double>(i % 4));
  decades[30] = 3e5;
  EXPECT_FALSE(LoneOutlier(decades)) << "what spans decades may go on to the next";
  std::vector<double> orders(60, 0.0);
  for (std::size_t i = 0; i < orders.size(); i += 5) orders[i] = static_cast<double>(1 + i % 3);
  orders[33] = 400;
  EXPECT_FALSE(LoneOutlier(orders)) << "a bulk order";
  EXPECT_FALSE(LoneOutlier({}));
}

TEST(LoneOutlier, LeavesAGapAndAtTheEndsAValue) {
  std::vector<double> y = Around(50, 3);
  y[17] = 1e6;
  DropOutlier(y, 17, 12);
  EXPECT_TRUE(std::isnan(y[17]));
  y = Around(50, 3);
  y[0] = 1e6;
  DropOutlier(y, 0, 12);
  EXPECT_EQ(y[0], y[1]);
  y = Around(50, 3);
  y[59] = 1e6;
  DropOutlier(y, 59, 12);
  EXPECT_EQ(y[59], y[47]);
  y[59] = 1e6;
  y[47] = std::numeric_limits<double>::quiet_NaN();
  DropOutlier(y, 59, 12);
  EXPECT_EQ(y[59], y[58]);
  y[59] = 1e6;
  DropOutlier(y, 59, 1);
  EXPECT_EQ(y[59], y[58]);
}

}  // namespace
}  // namespace fitd::lone_outlier_test
