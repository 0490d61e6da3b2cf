#include "daemon/runs/event_backlog.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fitd::event_backlog_test {
namespace {

TEST(EventBacklog, KeepsOnlyTheLatestOfConsecutiveProgress) {
  EventBacklog backlog;
  backlog.Append("p1", true);
  backlog.Append("p2", true);
  backlog.Append("f", false);
  backlog.Append("p3", true);
  auto batch = backlog.Read(0);
  EXPECT_EQ(batch.text, "p2\nf\np3\n");
  EXPECT_FALSE(batch.end);
  backlog.Append("p4", true);
  batch = backlog.Read(batch.next);
  EXPECT_EQ(batch.text, "p4\n") << "who saw p3 sees p4 as well";
  backlog.Close();
  EXPECT_TRUE(backlog.Read(batch.next).end);
}

TEST(EventBacklog, TellsASlowFollowerHowMuchItMissed) {
  EventBacklog backlog(3);
  for (int i = 0; i < 10; ++i) backlog.Append("line" + std::to_string(i), false);
  EXPECT_EQ(backlog.Read(2).text, "{\"event\":\"lost\",\"count\":5}\nline7\nline8\nline9\n");
  EXPECT_EQ(backlog.Read(1000).text, "") << "a number from before the daemon's restart";
}

TEST(EventBacklog, ReadsInBoundedBatches) {
  EventBacklog backlog(10'000, 1U << 24);
  for (int i = 0; i < 5000; ++i) backlog.Append(std::string(100, 'x'), false);
  std::size_t lines = 0;
  std::uint64_t from = 0;
  for (int i = 0; i < 100 && from < 5000; ++i) {
    auto batch = backlog.Read(from);
    EXPECT_LT(batch.text.size(), 70'000U);
    lines += static_cast<std::size_t>(std::count(batch.text.begin(), batch.text.end(), '\n'));
    from = batch.next;
  }
  EXPECT_EQ(lines, 5000U);
}

}  // namespace
}  // namespace fitd::event_backlog_test
