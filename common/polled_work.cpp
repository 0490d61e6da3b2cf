#include "common/polled_work.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

namespace fitd {
namespace {

constexpr auto kPollEvery = std::chrono::milliseconds(50);

}  // namespace

void DoWhilePolling(const std::function<void()>& work, const std::function<void()>& poll) {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::exception_ptr thrown;
  std::jthread runner;  // joined on every way out: `work` uses what lives here
  try {
    runner = std::jthread([&] {
      try {
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
      const std::lock_guard<std::mutex> lock(mutex);
      done = true;
      changed.notify_one();
    });
  } catch (const std::system_error&) {  // no more threads for this user: without progress
    return work();
  }
  std::unique_lock<std::mutex> lock(mutex);
  while (!changed.wait_for(lock, kPollEvery, [&] { return done; })) {
    lock.unlock();
    poll();
    lock.lock();
  }
  lock.unlock();
  runner.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace fitd
