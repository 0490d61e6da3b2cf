#include "daemon/children/file_thread.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace fitd {

struct FileThread::Impl {
  explicit Impl(boost::asio::io_context& l) : loop(l) {
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
      task.first();
      boost::asio::post(loop, std::move(task.second));
      lock.lock();
    }
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
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::pair<std::function<void()>, std::function<void()>>> tasks;
  bool stop = false;
  std::thread thread;
};

FileThread::FileThread(boost::asio::io_context& loop) : impl_(std::make_unique<Impl>(loop)) {}

FileThread::~FileThread() {
  impl_->Stop(true);
}

void FileThread::Run(std::function<void()> work, std::function<void()> done) {
  if (!impl_->thread.joinable()) {
    if (impl_->stop) return;
    work();
    boost::asio::post(impl_->loop, std::move(done));
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
