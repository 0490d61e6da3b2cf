#include "daemon/pool/worker_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace fitd::worker_output_test {
namespace {

class WorkerOutputTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK), 0); }
  void TearDown() override {
    ::close(pipe_[0]);
    if (pipe_[1] >= 0) ::close(pipe_[1]);
  }
  bool Hear(std::string_view text) {
    EXPECT_EQ(::write(pipe_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return output_.ReadFrom(pipe_[0]);
  }

  int pipe_[2] = {-1, -1};
  std::vector<std::string> lines_;
  WorkerOutput output_{[this](std::string_view line) { lines_.emplace_back(line); }};
};

using Lines = std::vector<std::string>;

TEST_F(WorkerOutputTest, PassesOnWholeLines) {
  EXPECT_TRUE(Hear("one\ntw"));
  EXPECT_EQ(lines_, Lines{"one"});
  EXPECT_TRUE(Hear("o\nthree"));
  EXPECT_EQ(lines_, (Lines{"one", "two"}));
  output_.Finish();
  EXPECT_EQ(lines_, (Lines{"one", "two", "three"}));
  ::close(std::exchange(pipe_[1], -1));
  EXPECT_FALSE(output_.ReadFrom(pipe_[0])) << "its end";
}

TEST_F(WorkerOutputTest, KeepsTheLastLinesWithoutThoseOfAStackTrace) {
  for (int i = 0; i < 30; ++i) Hear("line " + std::to_string(i) + "\n");
  Hear(
      "worker crashed with signal 6, target in hand: b\n"
      "/usr/libexec/fitd/fitd-worker(+0x201f2)[0x555f026ad1f2]\n"
      "/lib/x86_64-linux-gnu/libc.so.6(__libc_start_main+0x85)[0x7f3dcbf65305]\n"
      "[0x7f3dcbf65305]\n"
      "a[0] is [0x1]\n");
  output_.Note("it was told to end");
  const std::string words = output_.LastWords();
  EXPECT_TRUE(words.starts_with("line 9\nline 10\n")) << words;
  EXPECT_TRUE(
      words.ends_with("line 29\nworker crashed with signal 6, target in hand: b\na[0] is [0x1]\nit was told to end"))
      << words;
  EXPECT_EQ(lines_.size(), 35U) << "the trace is passed on, the remark is not";
}

TEST_F(WorkerOutputTest, BreaksALineThatDoesNotEnd) {
  for (int i = 0; i < 10; ++i) Hear(std::string(4096, 'x'));
  EXPECT_FALSE(lines_.empty());
  for (const std::string& line : lines_) EXPECT_LE(line.size(), 80'000U);
}

}  // namespace
}  // namespace fitd::worker_output_test
