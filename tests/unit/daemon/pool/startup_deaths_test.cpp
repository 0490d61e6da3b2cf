#include "daemon/pool/startup_deaths.h"

#include <gtest/gtest.h>

namespace fitd::startup_deaths_test {
namespace {

using std::chrono::milliseconds;

constexpr Monotonic kNow = Monotonic(std::chrono::seconds(100));

TEST(StartupDeaths, SpawnsAtOnceThenWithPausesThatDouble) {
  StartupDeaths deaths(10, 100);
  EXPECT_EQ(deaths.OnDeath(true, kNow), kNow);
  EXPECT_EQ(deaths.OnDeath(true, kNow), kNow + milliseconds(20));
  EXPECT_EQ(deaths.OnDeath(true, kNow), kNow + milliseconds(40));
  for (int i = 0; i < 50; ++i) deaths.OnDeath(true, kNow);
  EXPECT_EQ(deaths.OnDeath(true, kNow), kNow + milliseconds(20 * 256));
}

TEST(StartupDeaths, PausesStayShortWhileSomebodyOutsideKills) {
  StartupDeaths deaths(5, 100);
  for (int i = 0; i < 20; ++i) EXPECT_LE(deaths.OnDeath(false, kNow), kNow + milliseconds(80));
  EXPECT_EQ(deaths.TooMany(), 0);
}

TEST(StartupDeaths, GivesUpAtTheLimitOfItsKind) {
  StartupDeaths deaths(3, 5);
  deaths.OnDeath(true, kNow);
  deaths.OnDeath(true, kNow);
  for (int i = 0; i < 4; ++i) deaths.OnDeath(false, kNow);
  EXPECT_EQ(deaths.TooMany(), 0);
  deaths.OnDeath(true, kNow);
  EXPECT_EQ(deaths.TooMany(), 3);
}

TEST(StartupDeaths, AWorkerThatComesUpStartsTheCountsAnew) {
  StartupDeaths deaths(2, 2);
  deaths.OnDeath(true, kNow);
  deaths.OnDeath(false, kNow);
  deaths.OnReady();
  EXPECT_EQ(deaths.OnDeath(true, kNow), kNow);
  EXPECT_EQ(deaths.TooMany(), 0);
}

}  // namespace
}  // namespace fitd::startup_deaths_test
