#include "daemon/service/state_saver.h"

#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/support/temp_dir.h"

namespace fitd::state_saver_test {
namespace {

// Runs nothing by itself: the file thread's and the loop's turns come when the test says so.
class ManualFiles final : public FileExecutor {
 public:
  void Run(std::function<void()> work, std::function<void()> done) override {
    turns_.emplace_back(std::move(work), std::move(done));
  }
  void Turn() {
    auto turn = std::move(turns_.front());
    turns_.pop_front();
    turn.first();
    turn.second();
  }

 private:
  std::deque<std::pair<std::function<void()>, std::function<void()>>> turns_;
};

TEST(StateSaver, TellsWhoeverWaitsHowTheWritingWent) {
  TempDir dir;
  ManualFiles files;
  std::string log;
  StateSaver saver(files, dir.path() + "/folder/state",
                   [&](LogLevel, std::int64_t, const std::string& text) { log += text + "\n"; });
  std::vector<bool> told;
  const auto tell = [&](const Status& status) { told.push_back(status.ok()); };
  saver.Save("first", tell);
  saver.Save("second", tell);  // written in the first one's turn, which fails for both
  files.Turn();
  files.Turn();
  EXPECT_EQ(told, (std::vector<bool>{false, false}));
  EXPECT_FALSE(saver.saved().ok());
  EXPECT_NE(log.find("the queue cannot be saved"), std::string::npos);
  std::filesystem::create_directory(dir.path() + "/folder");
  saver.Save("third", tell);
  files.Turn();
  EXPECT_TRUE(told.back());
  EXPECT_TRUE(saver.saved().ok());
  EXPECT_NE(log.find("saved again"), std::string::npos);
  std::ifstream written(dir.path() + "/folder/state");
  std::string text;
  std::getline(written, text);
  EXPECT_EQ(text, "third");
}

TEST(StateSaver, WritingThatEndsByAnExceptionIsNoSuccess) {
  struct FailingFiles final : FileExecutor {
    void Run(std::function<void()> /*work*/, std::function<void()> done) override { done(); }
  } files;
  TempDir dir;
  StateSaver saver(files, dir.path() + "/state", [](LogLevel, std::int64_t, const std::string&) {});
  Status told;
  saver.Save("text", [&told](const Status& status) { told = status; });
  EXPECT_FALSE(told.ok());
  EXPECT_FALSE(saver.saved().ok());
}

}  // namespace
}  // namespace fitd::state_saver_test
