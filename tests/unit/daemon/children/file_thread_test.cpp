#include "daemon/children/file_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace fitd::file_thread_test {
namespace {

TEST(FileThread, WorkThatThrowsIsToldAndAnsweredAllTheSame) {
  boost::asio::io_context loop;
  auto open = boost::asio::make_work_guard(loop);
  std::vector<std::string> told;
  FileThread files(loop, [&told](LogLevel, std::int64_t, const std::string& text) { told.push_back(text); });
  std::vector<int> done;
  files.Run([] { throw std::runtime_error("no memory"); }, [&done] { done.push_back(1); });
  files.Run([] {},
            [&done, &open] {
              done.push_back(2);
              open.reset();
            });
  loop.run();
  EXPECT_THAT(done, testing::ElementsAre(1, 2));
  EXPECT_THAT(told, testing::ElementsAre(testing::HasSubstr("no memory")));
}

}  // namespace
}  // namespace fitd::file_thread_test
