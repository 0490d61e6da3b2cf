#include "common/series/sentinel_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fitd::sentinel_search_test {
namespace {

// What --missing should say of one series in which every fifth value is another one and the others are of `kinds`.
std::string OptionFor(double other, double from, double step, int every = 5, int kinds = 7) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(i % every == 2 ? other : from + step * (5 * i % kinds));
  SentinelSearch search;
  search.Look("a", values);
  std::string option;
  double share = 0;
  search.Describe(1, &option, &share);
  return option;
}

TEST(SentinelSearch, NamesNumbersThatStandForNothing) {
  EXPECT_EQ(OptionFor(-9999, 10, 1), "-9999");
  EXPECT_EQ(OptionFor(-999, 0, 300), "-999");
  EXPECT_EQ(OptionFor(999, 0, 50), "999");
  EXPECT_EQ(OptionFor(99.9, 10, 1), "99.9");
  EXPECT_EQ(OptionFor(9999.99, 10, 1), "9999.99");
  EXPECT_EQ(OptionFor(-999.25, 10, 1), "-999.25");
  EXPECT_EQ(OptionFor(1e20, 10, 1), "1e+20");
  EXPECT_EQ(OptionFor(-32768, 10, 1), "-32768");
}

TEST(SentinelSearch, LeavesValuesAlone) {
  EXPECT_EQ(OptionFor(1000, 10, 1), "");  // no usual one
  EXPECT_EQ(OptionFor(-998, 10, 1), "");
  EXPECT_EQ(OptionFor(9990, 10, 1), "");
  EXPECT_EQ(OptionFor(999, 400, 80), "");  // near the others
  EXPECT_EQ(OptionFor(99, 0, 10), "");
  EXPECT_EQ(OptionFor(9999, 0, 0), "");        // a switch
  EXPECT_EQ(OptionFor(9999, 9999, 0), "");     // constant
  EXPECT_EQ(OptionFor(-9999, 10, 1, 60), "");  // once
}

TEST(SentinelSearch, NamesOtherWholeNumbersThatComeBackFarOutside) {
  constexpr int kKinds = 23;
  const auto option = [](double other, double from, double step, int every = 5) {
    return OptionFor(other, from, step, every, kKinds);
  };
  EXPECT_EQ(option(-200, 2, 20), "-200");    // values that are never negative
  EXPECT_EQ(option(-200, -1.9, 2), "-200");  // and temperatures
  EXPECT_EQ(option(-888, 15, 0.1), "-888");
  EXPECT_EQ(option(88888, 15, 0.1), "88888");
  EXPECT_EQ(option(777, 15, 0.1), "777");
  EXPECT_EQ(option(-99, 40, 2), "-99");      // nines in what is never negative
  EXPECT_EQ(option(-99.9, 30, 3), "-99.9");  // likewise
  EXPECT_EQ(option(-99, -300, 25), "");      // in what is
  EXPECT_EQ(option(-99, 200, 100, 30), "");  // twice
  EXPECT_EQ(option(-200, 2, 20, 30), "");    // twice
  EXPECT_EQ(option(-200, -180, 20), "");     // one of many below zero
  EXPECT_EQ(option(-100, 0, 100), "");       // a small one beside large values
  EXPECT_EQ(option(-1, 20, 0.1), "-1");      // where none comes near zero
  EXPECT_EQ(option(-1, 0, 0.1), "");         // a step below counts
  EXPECT_EQ(option(-10, 15, 1), "");         // not far below in its own size
  EXPECT_EQ(option(-200.5, 2, 1), "");
  EXPECT_EQ(option(0, 1000, 1), "");    // closed
  EXPECT_EQ(option(3000, 20, 1), "");   // a cap
  EXPECT_EQ(option(500, 3, 0.5), "");   // a bulk order
  EXPECT_EQ(option(888, 700, 10), "");  // near the others
}

TEST(SentinelSearch, RepeatsInOtherSeries) {
  SentinelSearch search;
  SentinelSearch other;
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(i % 7);
  values[4] = -9999;
  search.Look("b", values);
  other.Look("a", values);
  search.Add(other);
  std::string option;
  double share = 0;
  EXPECT_EQ(search.Describe(400, &option, &share), "-9999 (2 values of 2 of 400 targets, such as 'a')");
  EXPECT_EQ(option, "-9999");
  EXPECT_DOUBLE_EQ(share, 0.005);
}

}  // namespace
}  // namespace fitd::sentinel_search_test
