#include "daemon/service/crash_guard.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace fitd::crash_guard_test {
namespace {

using std::chrono::seconds;

TEST(CrashGuard, WaitsLongerAfterEachBadEnd) {
  TempDir dir;
  EXPECT_EQ(DelayOfStart(1), seconds(0));
  EXPECT_EQ(DelayOfStart(3), seconds(0));
  EXPECT_EQ(DelayOfStart(4), seconds(2));
  EXPECT_EQ(DelayOfStart(6), seconds(8));
  EXPECT_EQ(DelayOfStart(1000), seconds(60));
  for (int start = 1; start <= 5; ++start) EXPECT_EQ(CrashGuard(dir.File("starts")).starts(), start);
  CrashGuard last(dir.File("starts"));
  last.Forget();
  EXPECT_EQ(CrashGuard(dir.File("starts")).starts(), 1);
  EXPECT_EQ(CrashGuard("/no/such/folder/starts").starts(), 1);
}

}  // namespace
}  // namespace fitd::crash_guard_test
