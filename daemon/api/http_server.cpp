#include "daemon/api/http_server.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <utility>
#include <vector>

#include "daemon/api/http_session.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when the process is out of descriptors
constexpr int kAcceptsPerWakeUp = 64;                          // then signals and runs get their turn

// Sessions as owners: one may end while another is spoken to.
std::vector<std::shared_ptr<HttpSession>> Locked(
    const std::unordered_map<HttpSession*, std::weak_ptr<HttpSession>>& sessions) {
  std::vector<std::shared_ptr<HttpSession>> locked;
  for (const auto& [key, weak] : sessions) {
    if (auto session = weak.lock()) locked.push_back(std::move(session));
  }
  return locked;
}

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  Impl(asio::io_context& l, int fd, const HttpLimits& limits, AccessPolicy policy, HttpHandler& handler, ServiceLog log)
      : loop(l), listener(l), retry(l), listening_fd(fd), shared(std::make_shared<HttpShared>()) {
    shared->limits = limits;
    shared->policy = std::move(policy);
    shared->handler = &handler;
    shared->log = std::move(log);
  }

  void WaitForClient() {
    if (waiting || shared->stopping || shared->sessions.size() >= shared->limits.max_clients) return;
    waiting = true;
    listener.async_wait(asio::posix::descriptor_base::wait_read, [self = shared_from_this()](ErrorCode error) {
      self->waiting = false;
      if (!error) self->AcceptReady();
    });
  }

  void AcceptReady() {
    for (int i = 0; i < kAcceptsPerWakeUp && !shared->stopping; ++i) {
      if (shared->sessions.size() >= shared->limits.max_clients) break;
      const int fd = accept4(listening_fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) {
        if (errno == EAGAIN) break;
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return PauseAccepting();
      }
      const std::shared_ptr<HttpSession> session = MakeHttpSession(loop, fd, shared);
      if (!session) return PauseAccepting();
      if (std::exchange(cannot_accept, false)) shared->log(LogLevel::kInfo, 0, "clients are accepted again");
      session->Begin();
    }
    shared->handler->OnClientsChanged();
    WaitForClient();
  }

  void PauseAccepting() {
    const Status status = StatusFromErrno(errno, "no client can be accepted");
    if (!std::exchange(cannot_accept, true)) shared->log(LogLevel::kError, 0, status.message());
    shared->handler->OnClientsChanged();  // by those accepted before this one
    retry.expires_after(kAcceptPause);
    retry.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->WaitForClient();
    });
  }

  asio::io_context& loop;
  asio::posix::stream_descriptor listener;
  asio::steady_timer retry;
  int listening_fd;
  std::shared_ptr<HttpShared> shared;
  bool waiting = false;
  bool cannot_accept = false;  // which is told once, not each time it is tried again
};

HttpServer::HttpServer(asio::io_context& loop, int listening_fd, const HttpLimits& limits, AccessPolicy policy,
                       HttpHandler& handler, ServiceLog log)
    : impl_(std::make_shared<Impl>(loop, listening_fd, limits, std::move(policy), handler, std::move(log))) {}

HttpServer::~HttpServer() {
  impl_->shared->session_ended = nullptr;
  impl_->shared->stopping = true;
  ErrorCode ignored;
  impl_->listener.close(ignored);
}

Status HttpServer::Start() {
  const int flags = fcntl(impl_->listening_fd, F_GETFL);
  if (flags < 0 || fcntl(impl_->listening_fd, F_SETFL, flags | O_NONBLOCK) != 0) {
    return StatusFromErrno(errno, "listening socket");
  }
  // A duplicate, because the loop closes what it watches and the listening socket is not ours to close.
  const int watched = fcntl(impl_->listening_fd, F_DUPFD_CLOEXEC, 3);
  if (watched < 0) return StatusFromErrno(errno, "listening socket");
  ErrorCode error;
  impl_->listener.assign(watched, error);
  if (error) return Status(StatusCode::kInternal, "listening socket: " + error.message());
  std::weak_ptr<Impl> weak = impl_;
  impl_->shared->session_ended = [weak] {
    auto impl = weak.lock();
    if (!impl) return;
    impl->shared->handler->OnClientsChanged();
    impl->WaitForClient();
  };
  impl_->WaitForClient();
  return OkStatus();
}

void HttpServer::SetLimits(const HttpLimits& limits) {
  impl_->shared->limits = limits;
  if (impl_->listener.is_open()) impl_->WaitForClient();
}

void HttpServer::SetPolicy(AccessPolicy policy) {
  impl_->shared->policy = std::move(policy);
}

void HttpServer::WakeFollowers(std::int64_t run) {
  for (const auto& session : Locked(impl_->shared->followers)) session->Wake(run);
}

void HttpServer::Stop() {
  impl_->shared->stopping = true;
  ErrorCode ignored;
  impl_->listener.close(ignored);
  for (const auto& session : Locked(impl_->shared->sessions)) session->Finish();
}

std::size_t HttpServer::num_clients() const {
  return impl_->shared->sessions.size();
}

std::size_t HttpServer::num_streams() const {
  return impl_->shared->followers.size();
}

}  // namespace fitd
