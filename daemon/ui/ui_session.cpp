#include "daemon/ui/ui_session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/status.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using UiSocket = asio::ip::tcp::socket;

constexpr auto kRequestTime = std::chrono::seconds(10);
constexpr auto kWriteTime = std::chrono::seconds(30);
constexpr std::uint32_t kHeaderBytes = 16384;
constexpr std::uint64_t kBodyBytes = 4096;

std::string StringOf(beast::string_view text) {
  return {text.data(), text.size()};
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(UiSocket socket, UiShared& shared)
      : client_(std::move(socket)),
        daemon_(client_.get_executor()),
        deadline_(client_.get_executor()),
        shared_(shared) {
    ++shared_.sessions;
  }
  ~Session() {
    --shared_.sessions;
    if (shared_.session_ended) shared_.session_ended();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Read() {
    parser_.header_limit(kHeaderBytes);
    parser_.body_limit(kBodyBytes);
    ExpectWithin(kRequestTime);
    http::async_read(client_, buffer_, parser_, [self = shared_from_this()](ErrorCode error, std::size_t) {
      if (error) return self->Close();
      self->Answer();
    });
  }

 private:
  // One deadline at a time; when it passes the connection ends.
  void ExpectWithin(std::chrono::steady_clock::duration time) {
    deadline_.expires_after(time);
    deadline_.async_wait([weak = weak_from_this()](ErrorCode error) {
      if (error) return;
      if (const auto self = weak.lock()) self->Close();
    });
  }

  void Answer() {
    const auto& head = parser_.get();
    UiRequest request;
    request.method = StringOf(head.method_string());
    request.target = StringOf(head.target());
    request.host = StringOf(head[http::field::host]);
    request.origin = StringOf(head[http::field::origin]);
    request.fetch_site = StringOf(head["Sec-Fetch-Site"]);
    request.token = StringOf(head["X-Fitd-Token"]);
    const auto decided = DecideUi(request, shared_.identity);
    if (const auto* file = std::get_if<UiFile>(&decided)) return WriteWhole(200, file->content_type, file->body);
    if (const auto* refusal = std::get_if<UiRefusal>(&decided)) return Refuse(refusal->http_status, refusal->message);
    Forward(std::get<UiForward>(decided));
  }

  void Refuse(int status, const std::string& message) {
    // As the daemon's errors are, which pass through here.
    const StatusCode code = status == 503   ? StatusCode::kUnavailable
                            : status == 404 ? StatusCode::kNotFound
                            : status == 403 ? StatusCode::kPermission
                                            : StatusCode::kUsage;
    const nlohmann::json body = {{"error", {{"code", "ui"}, {"exit", ExitCode(code)}, {"message", message}}}};
    WriteWhole(status, "application/json", body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  void WriteWhole(int status, std::string_view type, std::string_view body) {
    out_ = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: "
        "close\r\n{}{}\r\n",
        status, StringOf(http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)))), type, body.size(),
        status == 405 ? "Allow: GET, HEAD, POST\r\n" : "", UiSecurityHeaders());
    if (parser_.get().method() != http::verb::head) out_ += body;
    ExpectWithin(kWriteTime);
    asio::async_write(client_, asio::buffer(out_),
                      [self = shared_from_this()](ErrorCode, std::size_t) { self->Finish(); });
  }

  void Forward(const UiForward& call) {
    ErrorCode error;
    daemon_.connect(asio::local::stream_protocol::endpoint(shared_.socket_path), error);
    if (error) {
      return Refuse(503, "the daemon does not answer at " + shared_.socket_path + " (" + error.message() +
                             "); is fitd serve running, and may you use it?");
    }
    request_.emplace(http::string_to_verb(call.method), call.target, 11);
    request_->set(http::field::host, "fitd");
    request_->set(http::field::connection, "close");
    if (call.method == "POST") request_->set(http::field::content_type, "application/json");
    request_->body() = parser_.get().body();
    request_->prepare_payload();
    ExpectWithin(kWriteTime);
    http::async_write(daemon_, *request_, [self = shared_from_this()](ErrorCode written, std::size_t) {
      if (written) return self->Close();
      self->deadline_.cancel();
      self->WatchClient();
      self->Relay();
    });
  }

  // A browser that has gone ends the call; it has nothing more to say.
  void WatchClient() {
    client_.async_read_some(asio::buffer(trash_),
                            [self = shared_from_this()](ErrorCode, std::size_t) { self->Close(); });
  }

  // Bytes of the daemon's answer as they come, with the headers of this server behind its first line.
  void Relay() {
    daemon_.async_read_some(asio::buffer(bytes_), [self = shared_from_this()](ErrorCode error, std::size_t size) {
      if (error || size == 0) return self->Finish();
      self->Pass({self->bytes_.data(), size});
    });
  }

  void Pass(std::string_view bytes) {
    out_.append(bytes);
    if (!head_passed_) {
      const std::size_t line = out_.find("\r\n");
      if (line == std::string::npos) return out_.size() < kHeaderBytes ? Relay() : Close();
      out_.insert(line + 2, UiSecurityHeaders());
      head_passed_ = true;
    }
    ExpectWithin(kWriteTime);
    asio::async_write(client_, asio::buffer(out_), [self = shared_from_this()](ErrorCode error, std::size_t) {
      if (error) return self->Close();
      self->deadline_.cancel();
      self->out_.clear();
      self->Relay();
    });
  }

  void Finish() {
    ErrorCode ignored;
    client_.shutdown(UiSocket::shutdown_send, ignored);
    Close();
  }

  void Close() {
    ErrorCode ignored;
    deadline_.cancel();
    client_.close(ignored);
    daemon_.close(ignored);
  }

  UiSocket client_;
  asio::local::stream_protocol::socket daemon_;
  asio::steady_timer deadline_;
  UiShared& shared_;
  beast::flat_static_buffer<kHeaderBytes + kBodyBytes> buffer_;
  http::request_parser<http::string_body> parser_;
  std::optional<http::request<http::string_body>> request_;
  std::array<char, 16384> bytes_{};
  std::array<char, 64> trash_{};
  std::string out_;
  bool head_passed_ = false;
};

}  // namespace

void StartUiSession(asio::io_context& loop, int fd, bool v6, UiShared& shared) {
  UiSocket socket(loop);
  ErrorCode error;
  socket.assign(v6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4(), fd, error);
  if (error) return void(::close(fd));  // epoll refuses it: out of memory, or more watches than a user may have
  std::make_shared<Session>(std::move(socket), shared)->Read();
}

}  // namespace fitd
