// Work on another thread while this one looks, every 50 ms, whether somebody wants it to end. Any process, any thread.
#pragma once

#include <functional>

namespace fitd {

// Runs `work` on a thread of its own and calls `poll` meanwhile; returns when the work is done. What the work throws is
// thrown here. Where no thread is to be had the work is done here, and nothing polls.
void DoWhilePolling(const std::function<void()>& work, const std::function<void()>& poll);

}  // namespace fitd
