// Length-prefixed, checksummed frames and file descriptors over a Unix stream socket. Parent and worker; one thread.
//
// On the wire: u32 length of the payload, u32 number of descriptors, u32 low half of the payload's checksum, payload.
// Both numbers are capped before anything is allocated. Descriptors travel beside the first byte of their frame
// (SCM_RIGHTS).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/status.h"
#include "ipc/unique_fd.h"

namespace fitd {

inline constexpr std::size_t kMaxFrameBytes = 1 << 20;
inline constexpr std::size_t kMaxFdsInFrame = 4;

// What arrived: a payload and the descriptors that came with it.
struct ReceivedFrame {
  std::string payload;
  std::vector<UniqueFd> fds;
};

class Channel {
 public:
  // Takes the socket and makes it non-blocking.
  explicit Channel(UniqueFd socket);

  // A connected pair, both close-on-exec.
  static Result<std::pair<UniqueFd, UniqueFd>> MakePair();

  int fd() const { return socket_.get(); }

  // Queues a frame and sends as much as the socket takes. The caller keeps its descriptors, which are duplicated.
  // kWorkerLost: the peer is gone.
  Status Send(std::string_view payload, std::span<const int> fds = {});
  // True when something waits for POLLOUT.
  bool wants_to_write() const { return !outgoing_.empty(); }
  Status Flush();

  // Reads what has arrived, without blocking. True: the peer has closed its end (frames may still be queued). kCorrupt:
  // the bytes are not frames.
  Result<bool> Fill();
  // The next complete frame; nullopt: none.
  Result<std::optional<ReceivedFrame>> NextFrame();
  // True when part of a frame has arrived.
  bool has_partial_frame() const { return !incoming_.empty(); }

  // Waits for one frame (worker side). kWorkerLost: the peer closed; kTimeout: none arrived by `deadline`.
  Result<ReceivedFrame> Receive(std::optional<Monotonic> deadline);
  // Sends everything (worker side), waiting until `deadline` at most.
  Status SendAll(std::string_view payload, Monotonic deadline);

 private:
  struct Outgoing {
    std::string bytes;
    std::size_t sent = 0;
    std::vector<UniqueFd> fds;
  };
  Status SendSome(Outgoing& frame);
  Result<ssize_t> ReadOnce(std::span<char> buffer);

  UniqueFd socket_;
  std::deque<Outgoing> outgoing_;
  std::string incoming_;
  std::deque<UniqueFd> received_fds_;
  bool peer_closed_ = false;
};

}  // namespace fitd
