#include "daemon/children/child_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <memory>
#include <optional>

namespace fitd::child_watch_test {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

std::pair<UniqueFd, UniqueFd> Pipe() {
  int fds[2];
  EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

class ChildWatchTest : public testing::Test {
 protected:
  void Watch(const std::string& script) {
    SpawnOptions options;
    options.executable = "/bin/sh";
    options.args = {"-c", script};
    auto [read_end, write_end] = Pipe();
    Result<ChildProcess> process = ChildProcess::Spawn(options, std::move(write_end));
    ASSERT_TRUE(process.ok()) << process.status().message();
    ChildWatch::Handlers handlers;
    handlers.on_exit = [this](const ExitReport& report) {
      report_ = report;
      loop_.stop();
    };
    Result<std::shared_ptr<ChildWatch>> watch =
        ChildWatch::Start(loop_, *std::move(process), std::move(read_end), std::move(handlers));
    ASSERT_TRUE(watch.ok()) << watch.status().message();
    watch_ = *watch;
  }

  asio::io_context loop_;
  std::shared_ptr<ChildWatch> watch_;
  std::optional<ExitReport> report_;
};

TEST_F(ChildWatchTest, TellsHowAProcessEnded) {
  Watch("exit 3");
  loop_.run_for(std::chrono::seconds(30));
  ASSERT_TRUE(report_.has_value());
  EXPECT_EQ(report_->kind, ExitReport::Kind::kExited);
  EXPECT_EQ(report_->code, 3);
}

// A descriptor that is closed while its event waits in the loop leaves the event to the next one that is opened, here
// that of a process which has just begun.
TEST_F(ChildWatchTest, AnEventOfADescriptorBeforeItIsNotItsEnd) {
  asio::posix::stream_descriptor first(loop_);
  asio::posix::stream_descriptor second(loop_);
  auto [first_read, first_write] = Pipe();
  auto [second_read, second_write] = Pipe();
  first.assign(first_read.Release());
  second.assign(second_read.Release());
  std::array<char, 8> first_bytes{};
  std::array<char, 8> second_bytes{};
  second.async_read_some(asio::buffer(second_bytes), [](ErrorCode, std::size_t) {});
  first.async_read_some(asio::buffer(first_bytes), [&](ErrorCode, std::size_t) {
    ErrorCode ignored;
    second.close(ignored);
    Watch("sleep 0.3; exit 3");
  });
  ASSERT_EQ(::write(first_write.get(), "x", 1), 1);
  ASSERT_EQ(::write(second_write.get(), "x", 1), 1);
  loop_.run_for(std::chrono::seconds(30));
  ASSERT_TRUE(report_.has_value());
  EXPECT_EQ(report_->kind, ExitReport::Kind::kExited);
  EXPECT_EQ(report_->code, 3);
}

}  // namespace
}  // namespace fitd::child_watch_test
