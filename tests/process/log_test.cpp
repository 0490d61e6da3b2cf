// What parent and workers write to their logs.
#include "common/process/log.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/pool_fixture.h"

namespace fitd {
namespace {

class LogFiles : public testing::Test {
 protected:
  LogFiles() {
    char name[] = "/tmp/fitd-log-XXXXXX";
    folder = ::mkdtemp(name);
  }
  ~LogFiles() override {
    SetUpLog({"", LogFormat::kText, LogLevel::kWarning, -1}).ok();
    std::filesystem::remove_all(folder);
  }
  std::vector<std::string> Lines(const std::string& file) const {
    std::ifstream in(folder + "/" + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  std::string folder;
};

TEST_F(LogFiles, ATextLineHasTimeLevelPidWorkerTargetMessage) {
  ASSERT_TRUE(SetUpLog({folder + "/fitd.log", LogFormat::kText, LogLevel::kInfo, 3}).ok());
  Log(LogLevel::kInfo, "two\nlines", "web\x01 17");
  Log(LogLevel::kDebug, "not shown");
  const auto lines = Lines("fitd.log");
  ASSERT_EQ(lines.size(), 1U);
  // <regex> would be half of what this file takes to compile.
  const testing::Matcher<std::string> form = testing::MatchesRegex(
      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z info pid=[0-9]+ worker=3 "
      R"(target=web\\x01 17 two\\nlines)");
  EXPECT_TRUE(form.Matches(lines[0])) << lines[0];
}

TEST_F(LogFiles, AJsonLineIsJsonWhateverTheBytes) {
  ASSERT_TRUE(SetUpLog({folder + "/fitd.log", LogFormat::kJson, LogLevel::kInfo, -1}).ok());
  Log(LogLevel::kError, "say \"no\"\n", std::string_view("bad \xff\0 id", 9));
  const auto lines = Lines("fitd.log");
  ASSERT_EQ(lines.size(), 1U);
  const auto line = nlohmann::json::parse(lines[0]);
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["message"], "say \"no\"\n");
  EXPECT_EQ(line["pid"], ::getpid());
  EXPECT_FALSE(line.contains("worker"));
  EXPECT_TRUE(line.contains("target"));
}

TEST_F(LogFiles, APlaceWhereNoFileCanBeIsAnError) {
  std::ofstream(folder + "/file") << "x";
  EXPECT_EQ(SetUpLog({folder + "/file/fitd.log", LogFormat::kText, LogLevel::kInfo, -1}).code(), StatusCode::kIo);
}

TEST_F(LogFiles, EachWorkerHasAFileWithItsStackTraceInIt) {
  const Frame frame = MakeFrame(20, 10);
  SyntheticOptions task;
  task.scripts = {{"t000003", Misdeed::kHang, 0}};
  PoolOptions options = TestPool(2);
  options.log_dir = folder;
  options.log_format = LogFormat::kText;
  StageOptions stage;
  stage.kind = TaskKind::kSynthetic;
  stage.target_timeout = std::chrono::milliseconds(200);
  const Outcome outcome = RunOnce(frame, task, options, stage);
  ASSERT_TRUE(outcome.report.ok()) << outcome.report.status().message();
  std::string all;
  for (const char* file : {"worker-0.log", "worker-1.log"}) {
    for (const std::string& line : Lines(file)) all += line + "\n";
  }
  EXPECT_NE(all.find("running on cpu"), std::string::npos) << all;
  EXPECT_NE(all.find("worker crashed with signal 6, target in hand: t000003"), std::string::npos) << all;
  EXPECT_NE(all.find("libc.so"), std::string::npos) << "a stack trace: " << all;
}

TEST_F(LogFiles, WithoutALogFolderLinesReachTheParentWholeAndWithTheirTarget) {
  const Frame frame = MakeFrame(50, 10);
  SyntheticOptions task;
  task.scripts = {{"t000003", Misdeed::kThrow, 0}};
  PoolOptions options = TestPool(2);
  options.log_format = LogFormat::kJson;
  std::vector<std::string> lines;
  options.on_output = [&lines](int, std::string_view line) { lines.emplace_back(line); };
  const Outcome outcome = RunOnce(frame, task, options);
  ASSERT_TRUE(outcome.report.ok());
  bool found = false;
  for (const std::string& text : lines) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    ASSERT_FALSE(line.is_discarded()) << text;
    EXPECT_TRUE(line.contains("worker")) << text;
    found = found || (line["level"] == "error" && line["target"] == "t000003");
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace fitd
