// Descriptors to poll, each with the object it belongs to. Parent or worker, one thread; owns no descriptor.
#pragma once

#include <sys/poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <vector>

namespace fitd {

template <class Owner>
class PollSet {
 public:
  void Clear() {
    entries_.clear();
    owners_.clear();
  }
  void Watch(int fd, int events, Owner owner) {
    entries_.push_back({fd, static_cast<short>(events), 0});
    owners_.push_back(std::move(owner));
  }
  // Waits at most `timeout`, then calls ready(owner, events) for each descriptor with events, in the order watched.
  // Returns the errno of a failed wait, else 0. EINVAL means that the limit on open files was lowered below their
  // number; without the error this would look like waiting for ever without events.
  template <class Ready>
  [[nodiscard]] int Wait(std::chrono::nanoseconds timeout, Ready ready) {
    const std::int64_t left = std::max<std::int64_t>(timeout.count(), 0);
    const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    const int happened = ::ppoll(entries_.data(), entries_.size(), &limit, nullptr);
    if (happened < 0) return errno == EINTR || errno == EAGAIN ? 0 : errno;
    if (happened == 0) return 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].revents != 0) ready(owners_[i], entries_[i].revents);
    }
    return 0;
  }

 private:
  std::vector<pollfd> entries_;
  std::vector<Owner> owners_;
};

}  // namespace fitd
