#include "common/detect/value_run.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace fitd::value_run_test {
namespace {

ValueRun Following(int values, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  ValueRun run;
  for (int i = 0; i < values; ++i) run.Add(normal(random));
  return run;
}

// How many times in a row the value comes until it is stuck; 0: not in 2000.
int UntilStuck(ValueRun run, double value) {
  for (int i = 1; i <= 2000; ++i) {
    run.Add(value);
    if (run.IsStuck()) return i;
  }
  return 0;
}

TEST(ValueRun, SixOfWhatNeverRepeatedAreStuck) {
  EXPECT_EQ(UntilStuck(Following(200, 1), 0.5), 6);
  EXPECT_EQ(UntilStuck(Following(60, 1), 0.5), 0) << "too few say how often values repeat";
}

TEST(ValueRun, RunsThatAreUsualAreNot) {
  ValueRun nights;
  for (int i = 0; i < 480; ++i) nights.Add(i % 24 < 9 ? 0 : i);
  EXPECT_EQ(UntilStuck(nights, 0), 27) << "three times as long as a night";
  ValueRun constant;
  for (int i = 0; i < 500; ++i) constant.Add(7);
  EXPECT_FALSE(constant.IsStuck());
  EXPECT_EQ(UntilStuck(constant, 7), 0);
}

TEST(ValueRun, OneThatWasStuckMakesTheNextUnlikelierButNotUsual) {
  ValueRun run = Following(300, 2);
  for (int i = 0; i < 500; ++i) run.Add(1);
  run.Add(2);
  EXPECT_FALSE(run.IsStuck());
  EXPECT_EQ(UntilStuck(run, 3), 18);
}

TEST(ValueRun, PackedItGoesOn) {
  ValueRun run = Following(300, 3);
  for (int i = 0; i < 5; ++i) run.Add(1);
  std::string bytes;
  run.Pack(bytes);
  ValueRun again;
  std::string_view rest = bytes;
  ASSERT_TRUE(again.Unpack(rest));
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(again.IsStuck());
  again.Add(1);
  EXPECT_TRUE(again.IsStuck());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view part = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(ValueRun().Unpack(part)) << size;
  }
}

}  // namespace
}  // namespace fitd::value_run_test
