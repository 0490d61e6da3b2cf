#include "daemon/children/query_process.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fitd::query_process_test {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

std::unique_ptr<QueryRunner> ShellRunner(asio::io_context& loop, milliseconds timeout) {
  QueryLimits limits;
  limits.timeout = timeout;
  return MakeQueryRunner(loop, "/bin/sh", limits);
}

std::optional<QueryAnswer> Ask(asio::io_context& loop, QueryRunner& runner, const std::string& script) {
  std::optional<QueryAnswer> answer;
  runner.Run({"-c", script}, [&](QueryAnswer came) {
    answer = std::move(came);
    loop.stop();
  });
  loop.run_for(std::chrono::seconds(30));
  loop.restart();
  return answer;
}

TEST(QueryProcess, AnswersWithOutputErrorAndExitCode) {
  asio::io_context loop;
  const auto runner = ShellRunner(loop, milliseconds(30'000));
  const auto answer = Ask(loop, *runner, "echo out; echo err >&2; exit 3");
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->status.ok());
  EXPECT_EQ(answer->output, "out\n");
  EXPECT_EQ(answer->error, "err\n");
  EXPECT_EQ(answer->exit_code, 3);
  EXPECT_EQ(runner->num_pending(), 0U);
}

TEST(QueryProcess, ASignalAndATimeoutAreErrors) {
  asio::io_context loop;
  EXPECT_EQ(Ask(loop, *ShellRunner(loop, milliseconds(30'000)), "kill -SEGV $$")->status.code(), StatusCode::kInternal);
  EXPECT_EQ(Ask(loop, *ShellRunner(loop, milliseconds(50)), "sleep 60")->status.code(), StatusCode::kTimeout);
}

// The loop was busy while the query ended and its time ran out: the handler of the time comes behind that of the end.
TEST(QueryProcess, ADeadlineThatPassesWithTheEndReachesNoQuery) {
  asio::io_context loop;
  const auto runner = ShellRunner(loop, milliseconds(200));
  std::optional<QueryAnswer> answer;
  runner->Run({"-c", "exit 0"}, [&](QueryAnswer came) { answer = std::move(came); });
  loop.poll();
  std::this_thread::sleep_for(milliseconds(400));
  loop.run_for(std::chrono::seconds(30));
  ASSERT_TRUE(answer.has_value());
}

TEST(QueryProcess, AStreamGoesOnAsItIsRead) {
  asio::io_context loop;
  const auto runner = ShellRunner(loop, milliseconds(30'000));
  const auto stream = runner->Stream({"-c", "echo one; echo two; exit 4"});
  std::string text;
  std::optional<int> exit_code;
  std::function<void(QueryOutput::Part)> take = [&](QueryOutput::Part part) {
    text += part.bytes;
    if (part.end) {
      exit_code = part.answer.exit_code;
      return loop.stop();
    }
    stream->Next(take);
  };
  stream->Next(take);
  loop.run_for(std::chrono::seconds(30));
  EXPECT_EQ(text, "one\ntwo\n");
  EXPECT_EQ(exit_code, 4);
}

TEST(QueryProcess, AReaderThatOutlivesTheRunnerEndsNothing) {
  asio::io_context loop;
  auto runner = ShellRunner(loop, milliseconds(30'000));
  auto stream = runner->Stream({"-c", "echo one; sleep 60"});
  std::string text;
  stream->Next([&](QueryOutput::Part part) {
    text = part.bytes;
    loop.stop();
  });
  loop.run_for(std::chrono::seconds(30));
  EXPECT_EQ(text, "one\n");
  runner.reset();
  stream->Next([](QueryOutput::Part) {});
  stream.reset();
}

}  // namespace
}  // namespace fitd::query_process_test
