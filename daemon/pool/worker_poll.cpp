#include "daemon/pool/worker_poll.h"

#include <cerrno>

namespace fitd {

Status WorkerPoll::Wait(std::span<const std::unique_ptr<PooledWorker>> workers, const CancelSource* cancel,
                        Duration timeout, const std::function<void(PooledWorker&, const Status&)>& on_error) {
  poll_set_.Clear();
  if (cancel != nullptr) poll_set_.Watch(cancel->fd(), POLLIN, {nullptr, Source::kCancel});
  for (const auto& worker : workers) {
    if (const int fd = worker->socket_fd(); fd >= 0) {
      poll_set_.Watch(fd, POLLIN | (worker->wants_to_write() ? POLLOUT : 0), {worker.get(), Source::kSocket});
    }
    if (const int fd = worker->exit_fd(); fd >= 0) poll_set_.Watch(fd, POLLIN, {worker.get(), Source::kExit});
    if (const int fd = worker->output_fd(); fd >= 0) poll_set_.Watch(fd, POLLIN, {worker.get(), Source::kOutput});
  }
  const int error = poll_set_.Wait(timeout, [&](const Watched& watched, short events) {
    PooledWorker& worker = *watched.worker;
    switch (watched.source) {
      case Source::kCancel:
        return;
      case Source::kOutput:
        worker.ReadOutput();
        return;
      case Source::kExit:
        worker.OnExit();
        [[fallthrough]];  // reads what it sent before it ended
      case Source::kSocket:
        if (const Status status = worker.Exchange((events & POLLOUT) != 0); !status.ok()) on_error(worker, status);
        return;
    }
  });
  if (error == 0) return OkStatus();
  if (error == EINVAL) {
    return {StatusCode::kInternal,
            "cannot wait for the workers: the limit on open files is below what is open already; raise it "
            "(ulimit -n, LimitNOFILE=)"};
  }
  return StatusFromErrno(error, "cannot wait for the workers");
}

}  // namespace fitd
