#include "daemon/api/http_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "daemon/runs/query_runner.h"
#include "ipc/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace fitd::http_server_test {
namespace {

// The output of a query whose parts come when the test says so.
struct HandMadeOutput final : QueryOutput {
  void Next(std::function<void(Part)> call) override { then = std::move(call); }
  std::function<void(Part)> then;
};

struct OneAnswer final : HttpHandler {
  void Handle(const ApiRequest&, const PeerCredentials&, Access, const ApiResponder& respond) override {
    ApiResponse response;
    response.content_type = "text/csv";
    response.body = "first,";
    response.rest = output;
    respond(std::move(response));
  }
  const EventBacklog* Events(std::int64_t) override { return nullptr; }
  void OnAnswered(int) override {}
  void OnDropped() override {}
  void OnClientsChanged() override {}
  std::shared_ptr<HandMadeOutput> output = std::make_shared<HandMadeOutput>();
};

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, folder_.File("s").c_str(), sizeof address.sun_path - 1);
    const auto* const name = reinterpret_cast<const sockaddr*>(&address);
    ASSERT_EQ(::bind(listener_.get(), name, sizeof address), 0);
    ASSERT_EQ(::listen(listener_.get(), 4), 0);
    server_.emplace(loop_, listener_.get(), HttpLimits(), AccessPolicy{::geteuid(), {}, {}}, handler_,
                    [](LogLevel, std::int64_t, const std::string&) {});
    ASSERT_TRUE(server_->Start().ok());
    ASSERT_EQ(::connect(client_.get(), name, sizeof address), 0);
  }
  void Ask(const std::string& version) {
    const std::string request = "GET /v1/jobs/a/forecast HTTP/" + version + "\r\nHost: f\r\n\r\n";
    ASSERT_EQ(::write(client_.get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
    RunUntil([this] { return handler_.output->then != nullptr; });
  }
  void RunUntil(const std::function<bool()>& done) {
    while (!done()) loop_.run_one_for(std::chrono::seconds(10));
  }
  void Deliver(const std::string& bytes) {
    QueryOutput::Part part;
    part.bytes = bytes;
    part.end = true;
    std::exchange(handler_.output->then, nullptr)(part);
  }
  std::string All() {
    RunUntil([this] { return server_->num_clients() == 0; });
    std::string all;
    char block[4096];
    for (ssize_t n = 0; (n = ::read(client_.get(), block, sizeof block)) > 0;)
      all.append(block, static_cast<std::size_t>(n));
    return all;
  }

  TempDir folder_;
  boost::asio::io_context loop_;
  UniqueFd listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  UniqueFd client_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  OneAnswer handler_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpServerTest, AnAnswerThatWaitsForItsNextPartIsFinishedBeforeTheEnd) {
  Ask("1.1");
  server_->Stop();
  EXPECT_EQ(server_->num_clients(), 1U);
  Deliver("second\n");
  const std::string all = All();
  EXPECT_NE(all.find("\r\n\r\n6\r\nfirst,\r\n7\r\nsecond\n\r\n0\r\n\r\n"), std::string::npos) << all;
}

TEST_F(HttpServerTest, AClientOfHttp10GetsNoChunks) {
  Ask("1.0");
  Deliver("second\n");
  const std::string all = All();
  EXPECT_EQ(all.find("chunked"), std::string::npos) << all;
  EXPECT_TRUE(all.ends_with("\r\n\r\nfirst,second\n")) << all;
}

}  // namespace
}  // namespace fitd::http_server_test
