#include "daemon/rows/known_steps.h"

#include <gtest/gtest.h>

#include "common/time_units.h"

namespace fitd::known_steps_test {
namespace {

TEST(KnownSteps, FindsTheStepOfEachTarget) {
  const Step day{Step::Unit::kNanosecond, kNsPerDay};
  const Step month{Step::Unit::kMonth, 1};
  KnownSteps steps;
  EXPECT_EQ(steps.Find("a").count, 0);
  steps.Add("", month);
  steps.Add("a", day);
  steps.Add("ab", day);
  steps.Add("b", month);
  EXPECT_EQ(steps.Find(""), month);
  EXPECT_EQ(steps.Find("a"), day);
  EXPECT_EQ(steps.Find("ab"), day);
  EXPECT_EQ(steps.Find("b"), month);
  EXPECT_EQ(steps.Find("aa").count, 0);
  EXPECT_EQ(steps.Find("c").count, 0);
}

}  // namespace
}  // namespace fitd::known_steps_test
