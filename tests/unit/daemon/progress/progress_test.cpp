#include "daemon/progress/progress.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace fitd::progress_test {
namespace {

using std::chrono::seconds;

// What was written to the pipe so far.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(fds_), 0); }
  ~Pipe() {
    ::close(fds_[0]);
    ::close(fds_[1]);
  }
  int in() const { return fds_[1]; }
  std::string Take() {
    ::close(fds_[1]);
    std::string text;
    char buffer[4096];
    ssize_t n = 0;
    while ((n = ::read(fds_[0], buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<std::size_t>(n));
    fds_[1] = ::dup(0);
    return text;
  }

 private:
  int fds_[2];
};

TEST(Progress, RateAndEtaFollowTheCountsWhenNoCostIsKnown) {
  ManualClock clock;
  RateMeter meter;
  meter.Update({Stage::kFit, 0, 100, 0}, clock.Now());
  EXPECT_LT(meter.eta_seconds(), 0);
  clock.Advance(seconds(5));
  meter.Update({Stage::kFit, 50, 100, 0}, clock.Now());
  EXPECT_DOUBLE_EQ(meter.targets_per_second(), 10);
  EXPECT_DOUBLE_EQ(meter.eta_seconds(), 5);
}

TEST(Progress, EtaFollowsTheCostWhenLongSeriesRunFirst) {
  ManualClock clock;
  RateMeter meter;
  meter.Update({Stage::kFit, 0, 100, 0, 0, 10}, clock.Now());
  clock.Advance(seconds(4));
  meter.Update({Stage::kFit, 10, 100, 0, 8, 10}, clock.Now());
  EXPECT_DOUBLE_EQ(meter.eta_seconds(), 1);
}

TEST(Progress, ARateStartsAnewWithEachStage) {
  ManualClock clock;
  RateMeter meter;
  meter.Update({Stage::kLoad, 1000, 1000, 0}, clock.Now());
  clock.Advance(seconds(2));
  meter.Update({Stage::kFit, 0, 10, 0}, clock.Now());
  EXPECT_EQ(meter.targets_per_second(), 0);
}

TEST(Progress, BarNeverExceedsTheWidthOfTheTerminal) {
  RateMeter meter;
  const RunAdvanced progress{Stage::kFit, 600, 1428, 2};
  for (int width : {10, 30, 80, 200}) {
    EXPECT_LE(FormatBar(progress, meter, width).size(), static_cast<std::size_t>(width));
  }
  EXPECT_EQ(FormatBar(progress, meter, 30), "fit 600/1428  42% 2 failed");
}

TEST(Progress, PlainLinesComeAtMostEveryTenSeconds) {
  ManualClock clock;
  Pipe pipe;
  auto plain = MakeProgress(ProgressStyle::kPlain, pipe.in(), clock);
  for (int i = 0; i <= 30; ++i) {
    plain->On(RunAdvanced{Stage::kFit, static_cast<std::uint64_t>(i), 100, 0});
    clock.Advance(seconds(1));
  }
  const std::string text = pipe.Take();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_NE(text.find("fitd: fit 10/100"), std::string::npos) << text;
}

TEST(Progress, JsonLinesAreValidWhateverBytesATargetHas) {
  ManualClock clock;
  Pipe pipe;
  auto json = MakeProgress(ProgressStyle::kJson, pipe.in(), clock);
  json->On(RunStarted{7, "cpu", 2, {{0, 123, 1}}});
  json->On(RunAdvanced{Stage::kFit, 1, 2, 1});
  json->On(TargetFailed{"bad\xff\n\"id", "timeout"});
  json->On(WorkerLost{0, 123, "signal:11", "x"});
  json->On(RunEnded{"complete", 0, "", R"({"targets":2})"});
  std::istringstream lines(pipe.Take());
  std::string line;
  std::vector<std::string> events;
  while (std::getline(lines, line)) events.push_back(nlohmann::json::parse(line)["event"]);
  EXPECT_EQ(events, (std::vector<std::string>{"start", "progress", "failure", "worker_death", "end"}));
}

// SIGINT and SIGTERM come in the middle of a line where the reader is slow.
TEST(Progress, ALineThatASignalInterruptsIsWrittenToItsEnd) {
  struct sigaction before {};
  struct sigaction nothing {};
  nothing.sa_handler = [](int) {};  // without SA_RESTART, as that of a cancellation
  ASSERT_EQ(::sigaction(SIGUSR1, &nothing, &before), 0);
  ManualClock clock;
  int fds[2];
  ASSERT_EQ(::pipe(fds), 0);
  auto json = MakeProgress(ProgressStyle::kJson, fds[1], clock);
  std::string text;
  std::thread reader([&text, &fds, writer = ::pthread_self()] {
    char buffer[1000];
    pollfd room{fds[1], POLLOUT, 0};
    for (ssize_t n = 1; n > 0; text.append(buffer, static_cast<std::size_t>(n))) {
      for (int i = 0; i < 20 && ::poll(&room, 1, 0) == 0; ++i) ::pthread_kill(writer, SIGUSR1);
      n = ::read(fds[0], buffer, sizeof buffer);
    }
  });
  constexpr int kLines = 400;
  for (int i = 0; i < kLines; ++i) json->On(TargetFailed{std::string(1000, 't'), "timeout"});
  ::close(fds[1]);
  reader.join();
  ::close(fds[0]);
  ::sigaction(SIGUSR1, &before, nullptr);
  std::istringstream lines(text);
  std::string line;
  int whole = 0;
  while (std::getline(lines, line)) whole += nlohmann::json::parse(line, nullptr, false).is_object() ? 1 : 0;
  EXPECT_EQ(whole, kLines);
}

TEST(Progress, SecondsReadLikeAClock) {
  EXPECT_EQ(FormatSeconds(7.4), "0:07");
  EXPECT_EQ(FormatSeconds(750), "12:30");
  EXPECT_EQ(FormatSeconds(11045), "3:04:05");
}

}  // namespace
}  // namespace fitd::progress_test
