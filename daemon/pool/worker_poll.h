// Waits for messages, output and ends of workers: sockets, pidfds and pipes in one poll. Parent; one thread.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "daemon/pool/pooled_worker.h"
#include "ipc/cancel_source.h"
#include "ipc/poll_set.h"

namespace fitd {

class WorkerPoll {
 public:
  // Waits at most `timeout`, or until `cancel` (may be null) is set; then lets workers read what came and notes which
  // processes have ended. `on_error` gets what a worker could not be told or heard by: kCorrupt when its bytes are no
  // messages, else an error of this process. kInternal, kIo: nothing can be waited for.
  Status Wait(std::span<const std::unique_ptr<PooledWorker>> workers, const CancelSource* cancel, Duration timeout,
              const std::function<void(PooledWorker&, const Status&)>& on_error);

 private:
  // What a descriptor in the poll set belongs to.
  enum class Source : std::uint8_t { kSocket, kExit, kOutput, kCancel };
  struct Watched {
    PooledWorker* worker;
    Source source;
  };

  PollSet<Watched> poll_set_;
};

}  // namespace fitd
