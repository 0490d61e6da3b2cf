#include "ipc/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "common/checksum.h"

namespace fitd {
namespace {

struct FrameHeader {
  std::uint32_t length;
  std::uint32_t num_fds;
  std::uint32_t checksum;
};

std::uint32_t FrameChecksum(std::string_view payload) {
  return static_cast<std::uint32_t>(Checksum64(payload));
}

// Waits for `events`; true when they (or an error or hang-up) are there, false at the deadline.
Result<bool> WaitFor(int fd, short events, std::optional<Monotonic> deadline) {
  while (true) {
    int timeout_ms = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
      timeout_ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
    }
    pollfd p{fd, events, 0};
    const int n = ::poll(&p, 1, timeout_ms);
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return StatusFromErrno(errno, "cannot wait for the socket");
    if (n == 0 && deadline && std::chrono::steady_clock::now() >= *deadline) return false;
  }
}

}  // namespace

Channel::Channel(UniqueFd socket) : socket_(std::move(socket)) {
  const int flags = ::fcntl(socket_.get(), F_GETFL);
  ::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK);
}

Result<std::pair<UniqueFd, UniqueFd>> Channel::MakePair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return StatusFromErrno(errno, "cannot create a socket pair for a worker");
  }
  return std::pair(UniqueFd(fds[0]), UniqueFd(fds[1]));
}

Status Channel::Send(std::string_view payload, std::span<const int> fds) {
  if (payload.size() > kMaxFrameBytes || fds.size() > kMaxFdsInFrame) {
    return {StatusCode::kInternal, "frame of " + std::to_string(payload.size()) + " bytes exceeds the protocol's cap"};
  }
  const FrameHeader header{static_cast<std::uint32_t>(payload.size()), static_cast<std::uint32_t>(fds.size()),
                           FrameChecksum(payload)};
  Outgoing frame;
  frame.bytes.reserve(sizeof(header) + payload.size());
  frame.bytes.append(reinterpret_cast<const char*>(&header), sizeof(header));
  frame.bytes.append(payload);
  for (const int fd : fds) {
    frame.fds.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!frame.fds.back().valid()) return StatusFromErrno(errno, "cannot duplicate a descriptor for a worker");
  }
  outgoing_.push_back(std::move(frame));
  return Flush();
}

Status Channel::Flush() {
  while (!outgoing_.empty()) {
    FITD_RETURN_IF_ERROR(SendSome(outgoing_.front()));
    if (outgoing_.front().sent < outgoing_.front().bytes.size()) return OkStatus();
    outgoing_.pop_front();
  }
  return OkStatus();
}

Status Channel::SendSome(Outgoing& frame) {
  while (frame.sent < frame.bytes.size()) {
    iovec part{frame.bytes.data() + frame.sent, frame.bytes.size() - frame.sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFdsInFrame * sizeof(int))> control{};
    if (frame.sent == 0 && !frame.fds.empty()) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(frame.fds.size() * sizeof(int));
      cmsghdr* c = CMSG_FIRSTHDR(&message);
      c->cmsg_level = SOL_SOCKET;
      c->cmsg_type = SCM_RIGHTS;
      c->cmsg_len = CMSG_LEN(frame.fds.size() * sizeof(int));
      std::vector<int> numbers;
      for (const UniqueFd& fd : frame.fds) numbers.push_back(fd.get());
      std::memcpy(CMSG_DATA(c), numbers.data(), numbers.size() * sizeof(int));
    }
    const ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      frame.sent += static_cast<std::size_t>(n);
      if (n > 0) frame.fds.clear();
    } else if (errno == EAGAIN) {
      return OkStatus();
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {StatusCode::kWorkerLost, "the peer closed its socket"};
    } else if (errno != EINTR) {
      return StatusFromErrno(errno, "cannot send");
    }
  }
  return OkStatus();
}

Result<ssize_t> Channel::ReadOnce(std::span<char> buffer) {
  while (true) {
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFdsInFrame * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t n = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return ssize_t{-1};
    if (n < 0 && errno == ECONNRESET) return ssize_t{0};
    if (n < 0) return StatusFromErrno(errno, "cannot read from the socket");
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
        received_fds_.emplace_back(fd);
      }
    }
    if (received_fds_.size() > 2 * kMaxFdsInFrame || (message.msg_flags & MSG_CTRUNC) != 0) {
      received_fds_.clear();
      return Status(StatusCode::kCorrupt, "more descriptors than the protocol has");
    }
    return n;
  }
}

Result<bool> Channel::Fill() {
  std::array<char, 16384> buffer;
  // A peer that floods is read a few frames at a time, so that the others get their turn.
  while (!peer_closed_ && incoming_.size() <= kMaxFrameBytes) {
    FITD_ASSIGN_OR_RETURN(const ssize_t n, ReadOnce(buffer));
    if (n < 0) break;
    if (n == 0) peer_closed_ = true;
    incoming_.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return peer_closed_;
}

Result<std::optional<ReceivedFrame>> Channel::NextFrame() {
  FrameHeader header;
  if (incoming_.size() < sizeof(header)) return std::optional<ReceivedFrame>();
  std::memcpy(&header, incoming_.data(), sizeof(header));
  if (header.length > kMaxFrameBytes || header.num_fds > kMaxFdsInFrame) {
    return Status(StatusCode::kCorrupt, "frame claims " + std::to_string(header.length) + " bytes and " +
                                            std::to_string(header.num_fds) + " descriptors");
  }
  if (incoming_.size() < sizeof(header) + header.length) return std::optional<ReceivedFrame>();
  ReceivedFrame frame{incoming_.substr(sizeof(header), header.length), {}};
  if (FrameChecksum(frame.payload) != header.checksum) {
    return Status(StatusCode::kCorrupt, "frame with a wrong checksum");
  }
  if (header.num_fds > received_fds_.size()) return Status(StatusCode::kCorrupt, "frame without its descriptors");
  for (std::uint32_t i = 0; i < header.num_fds; ++i) {
    frame.fds.push_back(std::move(received_fds_.front()));
    received_fds_.pop_front();
  }
  incoming_.erase(0, sizeof(header) + header.length);
  return std::optional(std::move(frame));
}

Result<ReceivedFrame> Channel::Receive(std::optional<Monotonic> deadline) {
  while (true) {
    FITD_ASSIGN_OR_RETURN(std::optional<ReceivedFrame> frame, NextFrame());
    if (frame) return std::move(*frame);
    if (peer_closed_) return Status(StatusCode::kWorkerLost, "the peer closed its socket");
    FITD_ASSIGN_OR_RETURN(const bool ready, WaitFor(fd(), POLLIN, deadline));
    if (!ready) return Status(StatusCode::kTimeout, "no message from the peer");
    FITD_RETURN_IF_ERROR(Fill().status());
  }
}

Status Channel::SendAll(std::string_view payload, Monotonic deadline) {
  FITD_RETURN_IF_ERROR(Send(payload));
  while (wants_to_write()) {
    FITD_ASSIGN_OR_RETURN(const bool ready, WaitFor(fd(), POLLOUT, deadline));
    if (!ready) return {StatusCode::kTimeout, "the peer does not read its socket"};
    FITD_RETURN_IF_ERROR(Flush());
  }
  return OkStatus();
}

}  // namespace fitd
