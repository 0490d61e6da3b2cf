#include "worker/misbehave.h"

#include <sys/socket.h>

#include <cstring>
#include <string>
#include <string_view>

#include "common/checksum.h"
#include "ipc/messages.h"

namespace fitd {
namespace {

void SendRaw(int socket, std::string_view bytes) {
  [[maybe_unused]] const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

// A frame as ipc/channel.cpp makes it.
std::string FrameOf(std::string_view payload) {
  const std::uint32_t header[3] = {static_cast<std::uint32_t>(payload.size()), 0,
                                   static_cast<std::uint32_t>(Checksum64(payload))};
  std::string frame(reinterpret_cast<const char*>(header), sizeof(header));
  frame.append(payload);
  return frame;
}

}  // namespace

void DoMisbehave(FaultPoint point, int socket) {
  const FaultManner manner = HitFaultPoint(point);
  if (manner == FaultManner::kNone) return;
  std::string payload = EncodeMessage(ReadyMessage{0});
  switch (manner) {
    case FaultManner::kCorruptFrame: {
      std::string frame = FrameOf(payload);
      frame.back() = static_cast<char>(frame.back() ^ 0x5a);
      SendRaw(socket, frame);
      return;
    }
    case FaultManner::kHalfFrame: {
      const std::string frame = FrameOf(payload);
      SendRaw(socket, std::string_view(frame).substr(0, frame.size() / 2));
      Misbehave(FaultManner::kExit0);
      return;
    }
    case FaultManner::kWrongVersion: {
      const std::uint16_t other = kProtocolVersion + 1;
      std::memcpy(payload.data(), &other, sizeof(other));
      SendRaw(socket, FrameOf(payload));
      return;
    }
    case FaultManner::kHugeFrame:
      SendRaw(socket, std::string(12, '\xff'));
      return;
    default:
      Misbehave(manner);
  }
}

}  // namespace fitd
