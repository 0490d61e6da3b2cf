#include "daemon/train/failure_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fitd::failure_policy_test {
namespace {

using testing::HasSubstr;

Job::Failures AtMost(double count) {
  Job::Failures limits;
  limits.max_count = count;
  return limits;
}

Job::Failures AtMostPercent(double percent) {
  Job::Failures limits;
  limits.max_percent = percent;
  return limits;
}

TEST(FailurePolicy, LetsAnyNumberFailWithoutALimit) {
  FailurePolicy policy({}, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(policy.OnFailure("t", "r").ok());
  EXPECT_EQ(policy.failures(), 3U);
}

TEST(FailurePolicy, EndsWithTheFailureAfterTheLastAllowedOne) {
  FailurePolicy policy(AtMost(2), 100);
  EXPECT_TRUE(policy.OnFailure("a", "r").ok());
  EXPECT_TRUE(policy.OnFailure("b", "r").ok());
  const Status third = policy.OnFailure("c", "no values");
  EXPECT_EQ(third.code(), StatusCode::kInvalidInput);
  EXPECT_THAT(third.message(), HasSubstr("3 of 100 targets failed, more than --max-failures 2"));
  EXPECT_THAT(third.message(), HasSubstr("'c': no values"));
}

TEST(FailurePolicy, CountsPercentOfAllTargetsNotOfThoseDone) {
  FailurePolicy policy(AtMostPercent(10), 20);
  EXPECT_TRUE(policy.OnFailure("a", "r").ok()) << "1 of 20, though 1 of 1 so far";
  EXPECT_TRUE(policy.OnFailure("b", "r").ok());
  EXPECT_THAT(policy.OnFailure("c", "r").message(), HasSubstr("--max-failures 10%"));
}

TEST(FailurePolicy, EndsAtTheFirstWhenItIsToFailFast) {
  Job::Failures limits = AtMost(100);
  limits.fail_fast = true;
  FailurePolicy policy(limits, 100);
  EXPECT_THAT(policy.OnFailure("a", "why").message(), HasSubstr("'a' failed: why; ended by --fail-fast"));
}

TEST(FailurePolicy, CountsWhatAnEarlierAttemptHasSaved) {
  FailurePolicy allowed(AtMost(2), 10);
  EXPECT_TRUE(allowed.CountEarlier(2).ok());
  EXPECT_FALSE(allowed.OnFailure("c", "r").ok()) << "the third of the run";
  FailurePolicy lowered(AtMost(1), 10);
  EXPECT_THAT(lowered.CountEarlier(2).message(), HasSubstr("in an earlier attempt"));
}

}  // namespace
}  // namespace fitd::failure_policy_test
