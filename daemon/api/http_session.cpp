#include "daemon/api/http_session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "common/ascii.h"

namespace fitd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;
using Stream = beast::basic_stream<stream_protocol, asio::io_context::executor_type>;

// A body that is written as it comes. A client of HTTP/1.0 knows no chunks: its body ends with the connection.
class ChunkedBody {
 public:
  explicit ChunkedBody(bool chunked) : chunked_(chunked) {}

  std::string Head(const std::string& content_type) const {
    return "HTTP/1.1 200 OK\r\nContent-Type: " + content_type + "\r\nCache-Control: no-store\r\n" +
           (chunked_ ? "Transfer-Encoding: chunked\r\n" : "") + "Connection: close\r\n\r\n";
  }
  // Nothing for no bytes, which would end the body.
  std::string Part(const std::string& bytes) const {
    return bytes.empty() || !chunked_ ? bytes : fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
  }
  std::string End() const { return chunked_ ? "0\r\n\r\n" : ""; }

 private:
  bool chunked_;
};

// The HTTP status of a request that is none; 0 where the connection itself is at an end.
int StatusOfUnreadable(ErrorCode error) {
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return 0;  // reset
  if (error == http::error::partial_message) return 0;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  return error == http::error::body_limit ? 413 : 400;
}

// Reads one request after the other. A client that waits for leave to send its body (Expect: 100-continue) gets it when
// the header is one that is served; without it such a client waits, and its time runs out.
class RequestReader {
 public:
  using Request = http::request<http::string_body>;

  // Calls `done` when the whole request is there, or with what is wrong; whoever owns this reader lives until then.
  void Read(Stream& stream, const HttpLimits& limits, std::function<void(ErrorCode)> done) {
    parser_.emplace();
    parser_->header_limit(limits.max_header_bytes);
    parser_->body_limit(limits.max_body_bytes);
    // One deadline for the whole request: bytes that trickle in do not extend it.
    stream.expires_after(limits.client_timeout);
    http::async_read_header(
        stream, buffer_, *parser_, [this, &stream, done = std::move(done)](ErrorCode error, std::size_t) mutable {
          if (error || parser_->is_done()) return done(error);
          if (!ExpectsContinue()) return ReadBody(stream, std::move(done));
          asio::async_write(stream, asio::buffer(kContinue),
                            [this, &stream, done = std::move(done)](ErrorCode e, std::size_t) mutable {
                              e ? done(e) : ReadBody(stream, std::move(done));
                            });
        });
  }
  bool got_some() const { return parser_->got_some(); }
  const Request& request() const { return parser_->get(); }

 private:
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

  bool ExpectsContinue() const {
    const std::string_view expected(request()[http::field::expect].data(), request()[http::field::expect].size());
    return request().version() >= 11 && EqualsIgnoringCase(expected, "100-continue");
  }
  void ReadBody(Stream& stream, std::function<void(ErrorCode)> done) {
    http::async_read(stream, buffer_, *parser_,
                     [done = std::move(done)](ErrorCode error, std::size_t) { done(error); });
  }

  beast::flat_static_buffer<16384> buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
};

class Session final : public HttpSession, public std::enable_shared_from_this<Session> {
 public:
  Session(stream_protocol::socket::rebind_executor<asio::io_context::executor_type>::other socket, PeerCredentials peer,
          Access access, std::shared_ptr<HttpShared> shared)
      : stream_(std::move(socket)), peer_(std::move(peer)), access_(access), shared_(std::move(shared)) {}

  ~Session() override {
    shared_->sessions.erase(this);
    shared_->followers.erase(this);
    if (shared_->session_ended) shared_->session_ended();
  }

  void Begin() override { Read(); }

  void Wake(std::int64_t run) override {
    if (following_ && following_->run == run && !writing_) Pump();
  }

  void Finish() override {
    last_request_ = true;
    if (!handling_ && !writing_ && !rest_) Close();
  }

 private:
  void Read() {
    reader_.Read(stream_, shared_->limits, [self = shared_from_this()](ErrorCode error) { self->OnRead(error); });
  }

  void OnRead(ErrorCode error) {
    if (error == http::error::end_of_stream || error == asio::error::operation_aborted) return Close();
    if (error == beast::error::timeout) {
      // An idle connection has had its time; one that began a request did not keep up.
      if (reader_.got_some()) shared_->handler->OnDropped();
      return Close();
    }
    if (error) return RefuseRead(error);
    const auto& request = reader_.request();
    keep_alive_ = request.keep_alive();
    head_only_ = request.method() == http::verb::head;
    body_ = ChunkedBody(request.version() >= 11);
    ApiRequest call{std::string(request.method_string()), std::string(request.target()), request.body()};
    Handle(call);
  }

  void RefuseRead(ErrorCode error) {
    const int status = StatusOfUnreadable(error);
    if (status == 0) return Close();
    keep_alive_ = false;
    head_only_ = false;
    shared_->handler->OnDropped();
    Write(ErrorResponse(status, Status(StatusCode::kUsage, "bad request: " + error.message())));
  }

  void Handle(const ApiRequest& call) {
    handling_ = true;
    stream_.expires_never();
    auto respond = [self = shared_from_this()](ApiResponse response) {
      self->handling_ = false;
      self->Write(std::move(response));
    };
    try {
      shared_->handler->Handle(call, peer_, access_, respond);
    } catch (const std::exception& e) {
      shared_->log(LogLevel::kError, 0, fmt::format("{} {}: {}", call.method, call.target, e.what()));
      if (handling_)
        respond(ErrorResponse(500, Status(StatusCode::kInternal, "an error inside the daemon; see its log")));
    }
  }

  void Write(ApiResponse response) {
    if (head_only_ && (response.stream || response.rest)) {
      last_request_ = true;
      shared_->handler->OnAnswered(200);
      return WriteText(body_.Head(response.content_type));
    }
    if (response.stream) {
      if (shared_->followers.size() < shared_->limits.max_streams) return Follow(*response.stream);
      response = ErrorResponse(503, Status(StatusCode::kBusy, "too many clients follow events; try again later"));
    }
    if (response.rest) return WriteInParts(std::move(response));
    shared_->handler->OnAnswered(response.status);
    response_.emplace();
    response_->version(11);
    response_->result(static_cast<unsigned>(response.status));
    response_->set(http::field::content_type, response.content_type);
    response_->set(http::field::cache_control, "no-store");
    if (!response.allow.empty()) response_->set(http::field::allow, response.allow);
    if (response.status == 503) response_->set(http::field::retry_after, "5");
    response_->keep_alive(keep_alive_ && !last_request_);
    response_->body() = std::move(response.body);
    response_->prepare_payload();
    if (head_only_) response_->body().clear();  // the length in the header stays
    writing_ = true;
    stream_.expires_after(shared_->limits.client_timeout);
    http::async_write(stream_, *response_,
                      [self = shared_from_this()](ErrorCode error, std::size_t) { self->OnWritten(error); });
  }

  void OnWritten(ErrorCode error) {
    writing_ = false;
    if (error == beast::error::timeout) shared_->handler->OnDropped();
    if (error || response_->need_eof() || last_request_) return Close();
    response_.reset();
    Read();
  }

  // An answer of any size: a part is asked for when the last one is written. One that cannot be finished is not: a
  // connection that ends before the last chunk says so.
  void WriteInParts(ApiResponse response) {
    rest_ = std::move(response.rest);
    shared_->handler->OnAnswered(200);
    WriteText(body_.Head(response.content_type) + body_.Part(response.body));
  }

  void NextPart() {
    stream_.expires_never();
    rest_->Next([self = shared_from_this()](const QueryOutput::Part& part) { self->OnPart(part); });
  }

  void OnPart(const QueryOutput::Part& part) {
    const bool well =
        part.answer.status.ok() && (part.answer.exit_code == 0 || part.answer.exit_code == kExitSomeFailed);
    if (part.end && !well) {
      const std::string why = part.answer.status.ok() ? part.answer.error : part.answer.status.message();
      shared_->log(LogLevel::kWarning, 0, "an answer was broken off: " + why);
      return Close();
    }
    std::string text = body_.Part(part.bytes);
    if (part.end) {
      if (!part.answer.error.empty()) shared_->log(LogLevel::kInfo, 0, "an answer: " + part.answer.error);
      text += body_.End();
      rest_.reset();
      last_request_ = true;
    }
    WriteText(std::move(text));
  }

  void Follow(const ApiResponse::Stream& stream) {
    following_ = stream;
    shared_->followers.emplace(this, weak_from_this());
    shared_->handler->OnAnswered(200);
    // The client says nothing more; reading tells when it has gone.
    stream_.expires_never();
    stream_.async_read_some(asio::buffer(trash_),
                            [self = shared_from_this()](ErrorCode, std::size_t) { self->Close(); });
    WriteText(body_.Head("application/x-ndjson"));
  }

  // The next events as one chunk; nothing when there are none yet.
  void Pump() {
    const EventBacklog* events = shared_->handler->Events(following_->run);
    if (events == nullptr) return;  // queued: its events come later
    EventBacklog::Batch batch = events->Read(following_->from);
    following_->from = batch.next;
    std::string text = body_.Part(batch.text);
    if (batch.end) {
      text += body_.End();
      last_request_ = true;
    }
    if (!text.empty() || batch.end) WriteText(std::move(text));
  }

  void WriteText(std::string text) {
    writing_ = true;
    chunk_ = std::move(text);
    stream_.expires_after(shared_->limits.client_timeout);
    asio::async_write(stream_, asio::buffer(chunk_), [self = shared_from_this()](ErrorCode error, std::size_t) {
      self->writing_ = false;
      if (error == beast::error::timeout) self->shared_->handler->OnDropped();
      if (error || (self->last_request_ && !self->rest_)) return self->Close();
      if (self->rest_) return self->NextPart();
      self->Pump();
    });
  }

  void Close() {
    rest_.reset();  // ends the query
    ErrorCode ignored;
    stream_.socket().shutdown(stream_protocol::socket::shutdown_both, ignored);
    stream_.close();
  }

  Stream stream_;
  PeerCredentials peer_;
  Access access_;
  std::shared_ptr<HttpShared> shared_;
  RequestReader reader_;
  std::optional<http::response<http::string_body>> response_;
  std::optional<ApiResponse::Stream> following_;
  std::shared_ptr<QueryOutput> rest_;  // of the answer that is being written
  ChunkedBody body_{true};
  std::string chunk_;
  std::array<char, 64> trash_{};
  bool keep_alive_ = false;
  bool head_only_ = false;  // the request is a HEAD
  bool handling_ = false;   // the handler has not answered yet
  bool writing_ = false;
  bool last_request_ = false;  // close after the answer
};

}  // namespace

std::shared_ptr<HttpSession> MakeHttpSession(asio::io_context& loop, int fd,
                                             const std::shared_ptr<HttpShared>& shared) {
  stream_protocol::socket::rebind_executor<asio::io_context::executor_type>::other socket(loop.get_executor());
  ErrorCode error;
  socket.assign(stream_protocol(), fd, error);
  if (error) {  // epoll refuses it: out of memory, or more watches than a user may have
    ::close(fd);
    errno = error.value();
    return nullptr;
  }
  auto peer = ReadPeerCredentials(fd);
  const Access access = peer.ok() ? shared->policy.Decide(*peer) : Access::kNone;
  auto session = std::make_shared<Session>(std::move(socket), peer.ok() ? *peer : PeerCredentials{}, access, shared);
  shared->sessions.emplace(session.get(), session);
  return session;
}

}  // namespace fitd
