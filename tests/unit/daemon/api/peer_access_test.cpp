#include "daemon/api/peer_access.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fitd::peer_access_test {
namespace {

TEST(PeerAccess, DecidesByGroupOfAnyKind) {
  AccessPolicy policy{500, {10}, {20}};
  EXPECT_EQ(policy.Decide({1, 1000, 10, {}}), Access::kRead);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 10}}), Access::kRead);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 10, 20}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 1000, 20, {}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 1000, 1000, {4, 11}}), Access::kNone);
  EXPECT_EQ(policy.Decide({1, 0, 0, {}}), Access::kOperate);
  EXPECT_EQ(policy.Decide({1, 500, 1, {}}), Access::kOperate);
  EXPECT_EQ(AccessPolicy{}.Decide(PeerCredentials{}), Access::kNone) << "a policy that knows nobody admits nobody";
  EXPECT_EQ((AccessPolicy{500, {}, {}}).Decide(PeerCredentials{}), Access::kNone);
}

TEST(PeerAccess, ReadsWhatTheKernelRecorded) {
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
  auto peer = ReadPeerCredentials(fds[0]);
  ASSERT_TRUE(peer.ok()) << peer.status().message();
  EXPECT_EQ(peer->pid, getpid());
  EXPECT_EQ(peer->uid, geteuid());
  EXPECT_EQ(peer->groups.size(), static_cast<std::size_t>(getgroups(0, nullptr)));
  close(fds[0]);
  close(fds[1]);
}

TEST(PeerAccess, AnUnknownGroupAdmitsNobody) {
  const AccessPolicy policy = MakeAccessPolicy("no-such-group-here", "nor-this-one");
  EXPECT_TRUE(policy.readers.empty());
  EXPECT_EQ(policy.Decide({1, geteuid() + 1, 12345, {12345}}), Access::kNone);
}

}  // namespace
}  // namespace fitd::peer_access_test
