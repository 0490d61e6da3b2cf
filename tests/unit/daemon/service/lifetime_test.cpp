#include "daemon/service/lifetime.h"

#include <gtest/gtest.h>

#include "common/clock.h"

namespace fitd::lifetime_test {
namespace {

using std::chrono::seconds;

TEST(ServiceLifetime, LeavesWhenIdleForLongEnoughOnly) {
  ManualClock clock;
  ServiceLifetime state({.idle_exit = seconds(300)}, clock.Now());
  state.Observe(0, 0, clock.Now());
  clock.Advance(seconds(299));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  state.Observe(1, 0, clock.Now());  // a client came
  clock.Advance(seconds(1));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  state.Observe(0, 0, clock.Now());  // and went: the time begins anew
  clock.Advance(seconds(299));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_TRUE(state.ShouldExitIdle(clock.Now()));
}

TEST(ServiceLifetime, StaysForARunHoweverLong) {
  ManualClock clock;
  ServiceLifetime state({.idle_exit = seconds(1)}, clock.Now());
  for (int i = 0; i < 100; ++i) {
    clock.Advance(seconds(60));
    state.Observe(0, 1, clock.Now());
    EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
  }
}

TEST(ServiceLifetime, NeverLeavesWithoutALimit) {
  ManualClock clock;
  ServiceLifetime state({.idle_exit = seconds(0)}, clock.Now());
  clock.Advance(std::chrono::hours(1000));
  EXPECT_FALSE(state.ShouldExitIdle(clock.Now()));
}

TEST(ServiceLifetime, DrainsUntilNothingRunsOrTimeIsUp) {
  ManualClock clock;
  ServiceLifetime state({.drain_limit = seconds(60)}, clock.Now());
  state.ObserveActive(1);
  EXPECT_FALSE(state.DrainComplete());
  state.BeginDrain(clock.Now());
  EXPECT_FALSE(state.DrainComplete());
  clock.Advance(seconds(59));
  EXPECT_FALSE(state.DrainExpired(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_TRUE(state.DrainExpired(clock.Now()));
  state.ObserveActive(0);
  EXPECT_TRUE(state.DrainComplete());
  EXPECT_FALSE(state.DrainExpired(clock.Now()));
}

TEST(ServiceLifetime, HidesFromTheWatchdogWhenAStalledRunDoesNotGo) {
  ManualClock clock;
  ServiceLifetime state({.stall_limit = seconds(60), .stall_grace = seconds(30)}, clock.Now());
  state.ObserveProgress(clock.Now());
  clock.Advance(seconds(89));
  EXPECT_TRUE(state.WatchdogMayKnow(clock.Now()));
  clock.Advance(seconds(1));
  EXPECT_FALSE(state.WatchdogMayKnow(clock.Now()));
  state.ObserveProgress(std::nullopt);
  EXPECT_TRUE(state.WatchdogMayKnow(clock.Now()));
}

}  // namespace
}  // namespace fitd::lifetime_test
