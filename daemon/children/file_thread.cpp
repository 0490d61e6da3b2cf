#include "daemon/children/file_thread.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace fitd {

struct FileThread::Impl {
  Impl(boost::asio::io_context& l, ServiceLog g) : loop(l), log(std::move(g)) {
    // Signals are for the loop's thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      thread = std::thread([this] { Work(); });
    } catch (const std::system_error&) {  // no thread to be had: the loop does it itself
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void Work() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stop || !tasks.empty(); });
      if (stop && tasks.empty()) return;
      auto task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      Do(task.first, std::move(task.second));
      lock.lock();
    }
  }

  // Work that fails, such as for want of memory, may not end the daemon: `done` finds what it was given to begin with.
  void Do(const std::function<void()>& work, std::function<void()> done) {
    try {
      work();
    } catch (const std::exception& e) {
      boost::asio::post(loop, [to = log, why = std::string(e.what())] {
        to(LogLevel::kError, 0, "reading or writing of files failed: " + why);
      });
    }
    boost::asio::post(loop, std::move(done));
  }

  void Stop(bool drop) {
    {
      const std::lock_guard lock(mutex);
      stop = true;
      if (drop) tasks.clear();
    }
    wake.notify_all();
    if (thread.joinable()) thread.join();
  }

  boost::asio::io_context& loop;
  ServiceLog log;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::pair<std::function<void()>, std::function<void()>>> tasks;
  bool stop = false;
  std::thread thread;
};

FileThread::FileThread(boost::asio::io_context& loop, ServiceLog log)
    : impl_(std::make_unique<Impl>(loop, std::move(log))) {}

FileThread::~FileThread() {
  impl_->Stop(true);
}

void FileThread::Run(std::function<void()> work, std::function<void()> done) {
  if (!impl_->thread.joinable()) {
    if (impl_->stop) return;
    impl_->Do(work, std::move(done));
    return;
  }
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stop) return;
    impl_->tasks.emplace_back(std::move(work), std::move(done));
  }
  impl_->wake.notify_one();
}

void FileThread::Drain() {
  impl_->Stop(false);
}

}  // namespace fitd
