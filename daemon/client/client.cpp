#include "daemon/client/client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "daemon/progress/run_events.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;
using Stream = beast::basic_stream<stream_protocol, asio::io_context::executor_type>;

constexpr std::uint64_t kMaxAnswerBytes = 64U << 20;

Status ConnectionError(ErrorCode error, const std::string& path) {
  if (error == asio::error::access_denied) {
    return {StatusCode::kPermission,
            "no permission to connect to " + path + "; ask to be added to group fitd (reading) or fitd-operators"};
  }
  const bool absent =
      error == boost::system::errc::no_such_file_or_directory || error == asio::error::connection_refused;
  if (absent) {
    return {StatusCode::kUnavailable, "the daemon is not there: nobody listens on " + path +
                                          "; \"systemctl status fitd.socket fitd.service\" says why, \"systemctl "
                                          "enable --now fitd.socket\" starts it; "
                                          "or name another with --socket"};
  }
  if (error == beast::error::timeout)
    return {StatusCode::kUnavailable,
            "the daemon at " + path + " does not answer in time; \"systemctl status fitd.service\" says what it does"};
  return {StatusCode::kUnavailable, "the connection to the daemon at " + path + " broke: " + error.message() +
                                        "; \"systemctl status fitd.service\" says whether it failed"};
}

// The daemon's own sentence, from the body of an answer that is no success.
Status DaemonError(unsigned http_status, const std::string& body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (object.is_object() && object.contains("error") && object["error"].is_object()) {
    const auto& error = object["error"];
    return {CodeOfExit(error.value("exit", 70)), error.value("message", std::string("the daemon refused"))};
  }
  return {StatusCode::kInternal, fmt::format("the daemon answered with HTTP status {}", http_status)};
}

// One connection for one request. Each step runs the loop until it is done.
class Exchange {
 public:
  Exchange(const std::string& path, std::chrono::milliseconds timeout)
      : path_(path), timeout_(timeout), stream_(loop_.get_executor()) {}

  ErrorCode Send(const std::string& method, const std::string& target, const std::string& body) {
    ErrorCode error = Connect();
    if (error) return error;
    http::request<http::string_body> request(http::string_to_verb(method), target, 11);
    request.set(http::field::host, "fitd");
    request.set(http::field::connection, "close");
    request.body() = body;
    if (!body.empty()) request.set(http::field::content_type, "application/json");
    request.prepare_payload();
    stream_.expires_after(timeout_);
    http::async_write(stream_, request, [&](ErrorCode e, std::size_t) { error = e; });
    Run();
    // Refused before all was read: the answer says why.
    if (error == asio::error::broken_pipe || error == asio::error::connection_reset) error = {};
    return error;
  }

  template <class Parser>
  ErrorCode ReadHeader(Parser& parser) {
    ErrorCode error;
    stream_.expires_after(timeout_);
    http::async_read_header(stream_, buffer_, parser, [&](ErrorCode e, std::size_t) { error = e; });
    Run();
    return error;
  }

  template <class Parser>
  ErrorCode ReadAll(Parser& parser) {
    ErrorCode error;
    stream_.expires_after(timeout_);
    http::async_read(stream_, buffer_, parser, [&](ErrorCode e, std::size_t) { error = e; });
    Run();
    return error;
  }

  template <class Parser>
  ErrorCode ReadSome(Parser& parser) {
    ErrorCode error;
    stream_.expires_never();
    http::async_read_some(stream_, buffer_, parser, [&](ErrorCode e, std::size_t) { error = e; });
    Run();
    return error;
  }

 private:
  // A Unix socket connects at once or not at all, unless its backlog is full: the kernel waits then, for as long as its
  // timeout of sending, and says what Asio would take for a connection on its way.
  ErrorCode Connect() {
    ErrorCode error;
    const stream_protocol::endpoint endpoint(path_);
    stream_.socket().open(endpoint.protocol(), error);
    if (error) return error;
    const int fd = stream_.socket().native_handle();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout_);
    const timeval limit{seconds.count(), std::chrono::microseconds(timeout_ - seconds).count()};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    int failed = 0;
    do failed = ::connect(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size()));
    while (failed != 0 && errno == EINTR);
    if (failed == 0) return {};
    if (errno == EAGAIN) return beast::error::timeout;
    return {errno, boost::system::system_category()};
  }

  void Run() {
    loop_.restart();
    loop_.run();
  }

  const std::string& path_;
  std::chrono::milliseconds timeout_;
  asio::io_context loop_{1};
  Stream stream_;
  beast::flat_buffer buffer_;
};

// A body in chunks, cut into lines; false when the receiver has had enough.
bool PassLines(LineBuffer& lines, std::string& body, const std::function<bool(std::string_view)>& on_line) {
  const std::vector<std::string> complete = lines.Append(std::exchange(body, {}));
  for (const std::string& line : complete) {
    if (!on_line(line)) return false;
  }
  return true;
}

}  // namespace

std::string ClientSocketPath(const std::string& option) {
  if (!option.empty()) return option;
  const char* environment = getenv("FITD_SOCKET");
  return environment != nullptr && *environment != '\0' ? environment : "/run/fitd/fitd.sock";
}

Result<std::string> Client::Request(const std::string& method, const std::string& target, const std::string& body) {
  try {
    Exchange exchange(socket_path_, timeout_);
    if (ErrorCode error = exchange.Send(method, target, body); error) return ConnectionError(error, socket_path_);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxAnswerBytes);
    if (ErrorCode error = exchange.ReadAll(parser); error) return ConnectionError(error, socket_path_);
    auto& response = parser.get();
    if (response.result_int() / 100 != 2) return DaemonError(response.result_int(), response.body());
    return std::move(response.body());
  } catch (const std::exception& e) {
    return Status(StatusCode::kUnavailable, "talking to the daemon at " + socket_path_ + ": " + e.what());
  }
}

Status Client::Follow(const std::string& target, const std::function<bool(std::string_view)>& on_line) {
  try {
    Exchange exchange(socket_path_, timeout_);
    if (ErrorCode error = exchange.Send("GET", target, {}); error) return ConnectionError(error, socket_path_);
    http::response_parser<http::string_body> parser;
    // Not none, which Beast of Boost 1.74 takes for less than any length: an error's own sentence would be lost.
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    if (ErrorCode error = exchange.ReadHeader(parser); error) return ConnectionError(error, socket_path_);
    if (parser.get().result_int() != 200) {
      if (ErrorCode error = exchange.ReadAll(parser); error) return ConnectionError(error, socket_path_);
      return DaemonError(parser.get().result_int(), parser.get().body());
    }
    LineBuffer lines(32U << 20);
    while (!parser.is_done()) {
      const ErrorCode error = exchange.ReadSome(parser);
      if (!PassLines(lines, parser.get().body(), on_line)) return OkStatus();
      if (error) return ConnectionError(error, socket_path_);
    }
    return OkStatus();
  } catch (const std::exception& e) {
    return {StatusCode::kUnavailable, "talking to the daemon at " + socket_path_ + ": " + e.what()};
  }
}

}  // namespace fitd
