// Runs one piece of work on several threads that share it out among themselves.
// Any process, any thread.
#pragma once

#include <cstddef>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace fitd {

// Calls work(0) on this thread and work(1), ..., work(threads - 1) on others, and waits for all. Where the system
// starts no more threads (RLIMIT_NPROC, memory), fewer run: returns how many did, and work(0) always does, so `work`
// must take what there is to do from a common place. An exception of `work`, on whichever thread, ends that thread's
// part and is thrown here when all are done: the first one of several.
template <class Work>
std::size_t RunOnThreads(std::size_t threads, const Work& work) {
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto guarded = [&](std::size_t i) noexcept {
    try {
      work(i);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  try {
    others.reserve(threads);
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&guarded, i] { guarded(i); });
  } catch (const std::system_error&) {  // as many as there are
  } catch (const std::bad_alloc&) {     // the same
  }
  guarded(0);
  for (std::thread& other : others) other.join();
  if (thrown) std::rethrow_exception(thrown);
  return others.size() + 1;
}

}  // namespace fitd
