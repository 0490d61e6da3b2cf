#include <gtest/gtest.h>

#include "common/process/journal.h"

namespace fitd::rate_limit_test {
namespace {

using std::chrono::seconds;

TEST(RateLimit, LetsABurstThroughAndCountsWhatItRefused) {
  RateLimit limit(3, 1);
  RateLimit::Time now{seconds(100)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Allow(now));
  EXPECT_FALSE(limit.Allow(now));
  EXPECT_FALSE(limit.Allow(now));
  now += seconds(1);
  EXPECT_TRUE(limit.Allow(now));
  EXPECT_EQ(limit.TakeRefused(), 2U);
  EXPECT_EQ(limit.TakeRefused(), 0U);
}

}  // namespace
}  // namespace fitd::rate_limit_test
