// Whatever a worker writes into its socket is decoded or refused: frames, then messages.
#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ipc/channel.h"
#include "ipc/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fitd;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Message> message = DecodeMessage(bytes);
  if (message.ok() && EncodeMessage(*message) != bytes) std::abort();

  auto pair = Channel::MakePair();
  if (!pair.ok() || size > 65536) return 0;
  if (::send(pair->second.get(), data, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return 0;
  pair->second.Reset();
  Channel channel(std::move(pair->first));
  while (channel.Fill().ok()) {
    const auto frame = channel.NextFrame();
    if (!frame.ok() || !frame->has_value()) break;
    DecodeMessage((*frame)->payload).ok();
  }
  return 0;
}
