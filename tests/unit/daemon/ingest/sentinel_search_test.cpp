#include "daemon/ingest/sentinel_search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fitd {
namespace {

// What --missing should say of one series in which every fifth value is another one.
std::string OptionFor(double other, double from, double step, int every = 5) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(i % every == 2 ? other : from + step * (i % 7));
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
}  // namespace fitd
