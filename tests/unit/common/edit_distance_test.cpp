#include "common/edit_distance.h"

#include <gtest/gtest.h>

namespace fitd::edit_distance_test {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("", ""), 0U);
  EXPECT_EQ(EditDistance("abc", ""), 3U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("horizno", "horizon"), 1U);
  EXPECT_EQ(EditDistance("arima", "arima"), 0U);
}

TEST(EditDistance, SuggestsOnlyWhatIsNear) {
  const std::string_view known[] = {"ets", "arima", "ces", "theta"};
  EXPECT_EQ(Nearest("arma", known), "arima");
  EXPECT_EQ(Nearest("tehta", known), "theta");
  EXPECT_EQ(Nearest("etss", known), "ets");
  EXPECT_EQ(Nearest("prophet", known), "");
  EXPECT_EQ(Nearest("", known), "");
  EXPECT_EQ(Nearest("ARIMA", known), "arima");
  const std::string_view cased[] = {"Sales", "SALES", "sales"};
  EXPECT_EQ(Nearest("SALE", cased), "SALES");
  EXPECT_EQ(DidYouMean("teta", known), "; did you mean theta?");
  EXPECT_EQ(DidYouMean("neural", known), "");
}

}  // namespace
}  // namespace fitd::edit_distance_test
