// The descriptors to wait for and what each belongs to. Parent or worker, one thread; owns no descriptor.
#pragma once

#include <sys/poll.h>

#include <algorithm>
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
  // Waits at most `timeout`, then calls ready(owner, events) for each descriptor something happened to, in the order
  // they were watched.
  template <class Ready>
  void Wait(std::chrono::nanoseconds timeout, Ready ready) {
    const std::int64_t left = std::max<std::int64_t>(timeout.count(), 0);
    const timespec limit{left / 1'000'000'000, left % 1'000'000'000};
    if (::ppoll(entries_.data(), entries_.size(), &limit, nullptr) <= 0) return;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].revents != 0) ready(owners_[i], entries_[i].revents);
    }
  }

 private:
  std::vector<pollfd> entries_;
  std::vector<Owner> owners_;
};

}  // namespace fitd
