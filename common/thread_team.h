// Runs one piece of work on several threads that share it out among themselves.
// Any process, any thread.
#pragma once

#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace fitd {

// Calls work(0) on this thread and work(1), ..., work(threads - 1) on others, and waits for all. Where the system
// starts no more threads (RLIMIT_NPROC, memory), fewer run: returns how many did, and work(0) always does, so `work`
// must take what there is to do from a common place.
template <class Work>
std::size_t RunOnThreads(std::size_t threads, const Work& work) {
  std::vector<std::thread> others;
  others.reserve(threads);
  try {
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&work, i] { work(i); });
  } catch (const std::system_error&) {  // as many as there are
  }
  work(0);
  for (std::thread& other : others) other.join();
  return others.size() + 1;
}

}  // namespace fitd
