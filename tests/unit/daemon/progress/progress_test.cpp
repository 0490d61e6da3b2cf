#include "daemon/progress/progress.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

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

TEST(Progress, SecondsReadLikeAClock) {
  EXPECT_EQ(FormatSeconds(7.4), "0:07");
  EXPECT_EQ(FormatSeconds(750), "12:30");
  EXPECT_EQ(FormatSeconds(11045), "3:04:05");
}

}  // namespace
}  // namespace fitd::progress_test
