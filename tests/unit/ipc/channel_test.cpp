#include "ipc/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "common/checksum.h"

namespace fitd::channel_test {
namespace {

struct Pair {
  Pair() : Pair(Channel::MakePair()) {}
  explicit Pair(Result<std::pair<UniqueFd, UniqueFd>> fds) : a(std::move(fds->first)), b(std::move(fds->second)) {}
  Channel a, b;
};

std::string RawFrame(std::uint32_t length, std::uint32_t fds, std::string_view payload) {
  const std::uint32_t header[3] = {length, fds, static_cast<std::uint32_t>(Checksum64(payload))};
  return std::string(reinterpret_cast<const char*>(header), sizeof(header)) + std::string(payload);
}

void SendRaw(const Channel& channel, std::string_view bytes) {
  ASSERT_EQ(::send(channel.fd(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
}

Monotonic Soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(5);
}

TEST(Channel, FramesArriveWholeAndInOrder) {
  Pair pair;
  for (const char* text : {"one", "", "three"}) ASSERT_TRUE(pair.a.Send(text).ok());
  for (const char* text : {"one", "", "three"}) {
    const auto frame = pair.b.Receive(Soon());
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ(frame->payload, text);
  }
}

TEST(Channel, DescriptorsArriveWithTheirFrame) {
  Pair pair;
  int pipe_fds[2];
  ASSERT_EQ(::pipe(pipe_fds), 0);
  const UniqueFd read_end(pipe_fds[0]);
  UniqueFd write_end(pipe_fds[1]);
  const int fd = write_end.get();
  ASSERT_TRUE(pair.a.Send("first").ok());
  ASSERT_TRUE(pair.a.Send("second", {&fd, 1}).ok());
  ASSERT_TRUE(pair.a.Send("third").ok());
  EXPECT_TRUE(pair.b.Receive(Soon())->fds.empty());
  auto second = pair.b.Receive(Soon());
  ASSERT_EQ(second->fds.size(), 1U);
  EXPECT_NE(::fcntl(second->fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_TRUE(pair.b.Receive(Soon())->fds.empty());
  write_end.Reset();
  ASSERT_EQ(::write(second->fds[0].get(), "x", 1), 1);
  char c = 0;
  EXPECT_EQ(::read(read_end.get(), &c, 1), 1);
}

TEST(Channel, APeerThatDoesNotReadNeverBlocksTheSender) {
  Pair pair;
  const std::string payload(100'000, 'p');
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(pair.a.Send(payload).ok());
  EXPECT_TRUE(pair.a.wants_to_write());
  int received = 0;
  while (received < 50) {
    ASSERT_TRUE(pair.a.Flush().ok());
    const auto frame = pair.b.Receive(Soon());
    ASSERT_TRUE(frame.ok()) << frame.status().message();
    EXPECT_EQ(frame->payload, payload);
    ++received;
  }
  EXPECT_FALSE(pair.a.wants_to_write());
}

TEST(Channel, AClosedPeerIsLostWhatItSaidBeforeIsNot) {
  Pair pair;
  {
    Channel gone = std::move(pair.b);
    ASSERT_TRUE(gone.Send("last words").ok());
  }
  EXPECT_EQ(pair.a.Receive(Soon())->payload, "last words");
  EXPECT_EQ(pair.a.Receive(Soon()).status().code(), StatusCode::kWorkerLost);
  EXPECT_EQ(pair.a.Send("anybody?").code(), StatusCode::kWorkerLost);
}

TEST(Channel, SilenceEndsAtTheDeadline) {
  Pair pair;
  const auto soon = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  EXPECT_EQ(pair.a.Receive(soon).status().code(), StatusCode::kTimeout);
}

TEST(Channel, AHugeLengthIsRefusedBeforeItIsAllocated) {
  Pair pair;
  SendRaw(pair.b, RawFrame(0x7fffffff, 0, ""));
  EXPECT_EQ(pair.a.Receive(Soon()).status().code(), StatusCode::kCorrupt);
}

TEST(Channel, AWrongChecksumIsCorrupt) {
  Pair pair;
  std::string frame = RawFrame(5, 0, "hello");
  frame.back() = 'x';
  SendRaw(pair.b, frame);
  EXPECT_EQ(pair.a.Receive(Soon()).status().code(), StatusCode::kCorrupt);
}

TEST(Channel, MissingDescriptorsAreCorrupt) {
  Pair pair;
  SendRaw(pair.b, RawFrame(5, 1, "hello"));
  EXPECT_EQ(pair.a.Receive(Soon()).status().code(), StatusCode::kCorrupt);
}

TEST(Channel, HalfAFrameIsNotAFrame) {
  Pair pair;
  SendRaw(pair.b, RawFrame(100, 0, "only the beginning"));
  ASSERT_TRUE(pair.a.Fill().ok());
  EXPECT_FALSE(pair.a.NextFrame()->has_value());
  EXPECT_TRUE(pair.a.has_partial_frame());
}

TEST(Channel, SurplusDescriptorsAreClosed) {
  Pair pair;
  const int before = ::dup(0);
  ::close(before);
  for (int i = 0; i < 20; ++i) {
    const int fd = 0;
    // Frames that say they bring none: the descriptors pile up and are dropped.
    std::string bytes = RawFrame(1, 0, "x");
    iovec part{bytes.data(), bytes.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(c), &fd, sizeof(fd));
    ASSERT_EQ(::sendmsg(pair.b.fd(), &message, 0), static_cast<ssize_t>(bytes.size()));
  }
  EXPECT_EQ(pair.a.Fill().status().code(), StatusCode::kCorrupt);
  const int after = ::dup(0);
  ::close(after);
  EXPECT_EQ(after, before) << "descriptors leaked";
}

}  // namespace
}  // namespace fitd::channel_test
