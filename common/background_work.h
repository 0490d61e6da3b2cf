// Work that goes on beside its caller where the system gives a thread for it, and is done at once where it does not
// (RLIMIT_NPROC, TasksMax). Any process, any thread.
#pragma once

#include <future>
#include <memory>
#include <system_error>
#include <utility>

namespace fitd {

// What std::async(async | deferred) promises and does not hold: when no thread can be started, libstdc++ defers a
// callable that it has already moved from, so that what the work owns is gone. Whatever becomes of the thread, `work`
// runs once and as it was given; get() has its result or exception. The future waits for it when it goes.
template <class Work>
auto StartOrDo(Work work) -> std::future<decltype(work())> {
  const auto kept = std::make_shared<Work>(std::move(work));
  const auto run = [kept] { return (*kept)(); };
  try {
    return std::async(std::launch::async, run);
  } catch (const std::system_error&) {
    std::packaged_task<decltype(work())()> here(run);
    auto result = here.get_future();
    here();
    return result;
  }
}

}  // namespace fitd
