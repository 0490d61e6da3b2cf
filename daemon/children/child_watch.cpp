#include "daemon/children/child_watch.h"

#include <fcntl.h>
#include <signal.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <optional>
#include <utility>

namespace fitd {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Descriptor = asio::posix::stream_descriptor;

// A grandchild may hold a pipe open after the process has gone; its bytes are waited for so long.
constexpr auto kPipeGrace = std::chrono::seconds(2);

class LoopChildWatch final : public ChildWatch, public std::enable_shared_from_this<LoopChildWatch> {
 public:
  LoopChildWatch(asio::io_context& loop, ChildProcess process, Handlers handlers)
      : process_(std::move(process)),
        handlers_(std::move(handlers)),
        exit_(loop),
        output_(loop),
        error_(loop),
        grace_(loop) {}

  Status Begin(UniqueFd output) {
    for (auto [descriptor, fd] : {std::pair(&exit_, process_.pidfd()), std::pair(&error_, process_.stderr_fd()),
                                  std::pair(&output_, output.get())}) {
      // The loop closes what it watches, so it gets duplicates.
      const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
      if (copy < 0) return StatusFromErrno(errno, "watching a child process");
      ErrorCode failed;
      descriptor->assign(copy, failed);
      if (failed) return {StatusCode::kInternal, "watching a child process: " + failed.message()};
    }
    AwaitEnd();
    Read(output_, output_buffer_, &Handlers::on_output);
    Read(error_, error_buffer_, &Handlers::on_error);
    return OkStatus();
  }

  pid_t pid() const override { return process_.pid(); }
  void PauseOutput() override { paused_ = true; }
  void ResumeOutput() override {
    if (!std::exchange(paused_, false) || !std::exchange(stopped_, false)) return;
    Read(output_, output_buffer_, &Handlers::on_output);
  }
  void Signal(int signal) override {
    if (!report_) process_.Kill(signal);
  }
  void KillGroup() override {
    if (report_) return;
    kill(-process_.pid(), SIGKILL);
    process_.Kill(SIGKILL);
  }
  void Detach() override {
    KillGroup();
    handlers_ = {};
    ErrorCode ignored;
    output_.close(ignored);
    error_.close(ignored);
    grace_.cancel();
  }

 private:
  using Buffer = std::array<char, 16384>;

  void Read(Descriptor& from, Buffer& buffer, std::function<void(std::string_view)> Handlers::*handler) {
    from.async_read_some(asio::buffer(buffer),
                         [self = shared_from_this(), &from, &buffer, handler](ErrorCode failed, std::size_t n) {
                           if (n > 0 && self->handlers_.*handler) (self->handlers_.*handler)({buffer.data(), n});
                           if (!failed && &from == &self->output_ && self->paused_) {
                             self->stopped_ = true;
                             return;
                           }
                           if (!failed) return self->Read(from, buffer, handler);
                           ErrorCode ignored;
                           from.close(ignored);
                           self->ReportIfDone();
                         });
  }

  void AwaitEnd() {
    exit_.async_wait(Descriptor::wait_read, [self = shared_from_this()](ErrorCode failed) {
      if (!failed && !self->OnEnd()) self->AwaitEnd();
    });
  }

  // False while the process is there: the loop ends a wait also for an event that belonged to a descriptor closed
  // before it was handled (Asio gives the state of that one to the next that is opened). So the group is killed by the
  // reaping, and not for the event.
  bool OnEnd() {
    report_ = process_.TryReap();
    if (!report_) return false;
    ReportIfDone();
    grace_.expires_after(kPipeGrace);
    grace_.async_wait([self = shared_from_this()](ErrorCode failed) {
      // Nobody holds a paused pipe open but whoever is slow to take what is in it.
      if (failed || self->paused_) return;
      ErrorCode ignored;
      self->output_.close(ignored);
      self->error_.close(ignored);
      self->ReportIfDone();
    });
    return true;
  }

  void ReportIfDone() {
    if (!report_ || output_.is_open() || error_.is_open()) return;
    grace_.cancel();
    Handlers handlers = std::exchange(handlers_, {});
    if (handlers.on_exit) handlers.on_exit(*report_);
  }

  ChildProcess process_;
  Handlers handlers_;
  Descriptor exit_;
  Descriptor output_;
  Descriptor error_;
  asio::steady_timer grace_;
  Buffer output_buffer_{};
  Buffer error_buffer_{};
  std::optional<ExitReport> report_;
  bool paused_ = false;   // the output is not wanted now
  bool stopped_ = false;  // and no read of it is under way
};

}  // namespace

Result<std::shared_ptr<ChildWatch>> ChildWatch::Start(asio::io_context& loop, ChildProcess process, UniqueFd output,
                                                      Handlers handlers) {
  auto watch = std::make_shared<LoopChildWatch>(loop, std::move(process), std::move(handlers));
  const Status status = watch->Begin(std::move(output));
  if (!status.ok()) {
    watch->Detach();
    return status;
  }
  return std::shared_ptr<ChildWatch>(std::move(watch));
}

}  // namespace fitd
