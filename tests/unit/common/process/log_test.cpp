#include "common/process/log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace fitd::log_test {
namespace {

TEST(Log, BytesThatATerminalObeysAreEscaped) {
  const TempDir folder;
  const std::string path = folder.path() + "/log";
  ASSERT_TRUE(SetUpLog({path, LogFormat::kText, LogLevel::kInfo}).ok());
  Log(LogLevel::kInfo,
      "esc \x1b[31m csi \xc2\x9b"
      "31m odd \xff line\nend \xc3\xa9",
      "t\xc2\x9b"
      "1m");
  ASSERT_TRUE(SetUpLog({{}, LogFormat::kText, LogLevel::kWarning}).ok());
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_NE(text.str().find(R"(target=t\xc2\x9b1m esc \x1b[31m csi \xc2\x9b31m odd \xff line\nend é)"),
            std::string::npos)
      << text.str();
}

}  // namespace
}  // namespace fitd::log_test
