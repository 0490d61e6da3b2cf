#include "daemon/ui/ui_server.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <chrono>
#include <csignal>

#include "daemon/ui/ui_session.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr std::size_t kMostSessions = 128;  // beyond it connections wait in the backlog

Status NotAnAddress(const std::string& text) {
  return {StatusCode::kUsage, "--listen: '" + text +
                                  "' is not an address of this host alone, such as 127.0.0.1:8088 or " +
                                  "[::1]:8088; for another host use a tunnel (ssh -L)"};
}

Result<tcp::endpoint> ParseListen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return NotAnAddress(text);
  std::string host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, bad] = std::from_chars(text.data() + colon + 1, end, port);
  ErrorCode error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (bad != std::errc() || rest != end || error || !address.is_loopback()) return NotAnAddress(text);
  return tcp::endpoint(address, port);
}

}  // namespace

struct UiServer::Impl {
  Impl() : acceptor(loop), signals(loop, SIGTERM), retry(loop) {
    // What was ignored from the start (nohup, a shell's job in the background) stays so.
    for (const int signal : {SIGINT, SIGHUP}) {
      struct sigaction before {};
      if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) signals.add(signal);
    }
  }

  void Accept() {
    if (waiting || shared.sessions >= kMostSessions) return;
    waiting = true;
    acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
      waiting = false;
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater();
      Start(std::move(socket));
      Accept();
    });
  }

  // When the process is out of descriptors: the client is still there, and accepting at once would fail at once.
  void AcceptLater() {
    retry.expires_after(kAcceptPause);
    retry.async_wait([this](ErrorCode error) {
      if (!error) Accept();
    });
  }

  void Start(tcp::socket socket) {
    ErrorCode error;
    const int fd = socket.release(error);
    if (!error) StartUiSession(loop, fd, shared.identity.address.front() == '[', shared);
  }

  UiShared shared;  // before the loop: its last sessions end with it
  asio::io_context loop{1};
  tcp::acceptor acceptor;
  asio::signal_set signals;
  asio::steady_timer retry;
  bool waiting = false;
};

UiServer::UiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UiServer::~UiServer() {
  impl_->shared.session_ended = nullptr;
}

Result<std::unique_ptr<UiServer>> UiServer::Listen(const UiOptions& options) {
  FITD_ASSIGN_OR_RETURN(const tcp::endpoint endpoint, ParseListen(options.listen));
  auto impl = std::make_unique<Impl>();
  ErrorCode error;
  impl->acceptor.open(endpoint.protocol(), error);
  if (!error) impl->acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) impl->acceptor.bind(endpoint, error);
  if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    return Status(StatusCode::kBusy, options.listen + " is in use; name another port with --listen");
  }
  if (error) return StatusFromErrno(error.value(), "cannot listen on " + options.listen);
  const tcp::endpoint bound = impl->acceptor.local_endpoint(error);
  UiIdentity& identity = impl->shared.identity;
  identity.address = bound.address().is_v6() ? "[" + bound.address().to_string() + "]" : bound.address().to_string();
  identity.port = bound.port();
  identity.token = MakeUiToken();
  impl->shared.socket_path = options.socket_path;
  impl->shared.session_ended = [server = impl.get()] { server->Accept(); };
  return std::unique_ptr<UiServer>(new UiServer(std::move(impl)));
}

const UiIdentity& UiServer::identity() const {
  return impl_->shared.identity;
}

std::string UiServer::Address() const {
  return fmt::format("http://{}:{}/#{}", identity().address, identity().port, identity().token);
}

int UiServer::Run() {
  int ended_by = 0;
  impl_->signals.async_wait([this, &ended_by](ErrorCode error, int signal) {
    if (error) return;
    ended_by = signal;
    impl_->loop.stop();
  });
  impl_->Accept();
  impl_->loop.run();
  return ended_by;
}

}  // namespace fitd
