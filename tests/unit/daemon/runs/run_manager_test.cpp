#include "daemon/runs/run_manager.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace fitd::run_manager_test {
namespace {

using std::chrono::seconds;

// Starts nothing; the test says what the process would have done.
class FakeLauncher final : public RunLauncher {
 public:
  struct Process {
    LaunchRequest request;
    std::vector<int> signals;
    bool killed = false;
  };

  Result<std::unique_ptr<RunHandle>> Launch(LaunchRequest request) override {
    if (!failure.ok()) return failure;
    processes.push_back(std::make_unique<Process>(Process{std::move(request), {}, false}));
    return std::unique_ptr<RunHandle>(std::make_unique<Handle>(*processes.back(), processes.size()));
  }

  Process& last() { return *processes.back(); }
  void Exit(int code) { last().request.on_exit({code, 0, false, ""}); }
  void Die(int signal, bool oom = false) { last().request.on_exit({128 + signal, signal, oom, ""}); }
  void Say(const std::string& line) { last().request.on_line(line); }

  Status failure;
  std::vector<std::unique_ptr<Process>> processes;

 private:
  struct Handle final : RunHandle {
    Handle(Process& p, std::size_t number) : process(p), id(static_cast<pid_t>(number)) {}
    pid_t pid() const override { return id; }
    void Signal(int signal) override { process.signals.push_back(signal); }
    void KillAll() override { process.killed = true; }
    Process& process;
    pid_t id;
  };
};

class RunManagerTest : public testing::Test, public RunObserver {
 protected:
  RunManagerTest() {
    config.stall_limit = seconds(60);
    manager.SetConfig(config);
  }

  void OnStateChanged() override { ++saves; }
  void OnNewEvents(std::int64_t) override {}
  void OnForgotten(std::int64_t run) override { forgotten.push_back(run); }
  ServiceLog MakeLog() {
    return [this](LogLevel, std::int64_t, const std::string& text) { log += text + "\n"; };
  }
  std::int64_t Start(const std::string& job, bool fresh = false) {
    auto id = manager.Start({job, 0, fresh}, {1000, 4711});
    EXPECT_TRUE(id.ok()) << id.status().message();
    manager.Tick();
    return id.ok() ? *id : 0;
  }
  const RunRecord& run(std::int64_t id) { return *manager.queue().Find(id); }
  void Pass(Duration time) {
    clock.Advance(time);
    manager.Tick();
  }

  ServiceConfig config;
  ManualClock clock;
  FakeLauncher launcher;
  int saves = 0;
  std::string log;
  std::vector<std::int64_t> forgotten;
  RunManager manager{clock, launcher, *this, MakeLog(), config};
};

TEST_F(RunManagerTest, TakesARunFromQueueToEnd) {
  const std::int64_t id = Start("cpu");
  EXPECT_EQ(run(id).state, ServiceRunState::kRunning);
  EXPECT_NE(log.find("queued by uid 1000 pid 4711"), std::string::npos);
  launcher.Say(R"({"event":"start","run":3,"job":"cpu","targets":10,"workers":[{"worker":0,"pid":5,"cpu":1}]})");
  launcher.Say(R"({"event":"progress","stage":"fit","done":4,"total":10,"rate":2.5,"eta_seconds":2.4,"failures":1})");
  EXPECT_EQ(manager.Describe(), "cpu: fit 4/10 40% 2 targets/s ETA 0:02, 1 failed");
  launcher.Say(R"({"event":"end","state":"complete","exit":3,"message":"","summary":{"fitted":9,"failed":1}})");
  EXPECT_EQ(run(id).state, ServiceRunState::kRunning) << "the process is still there";
  launcher.Exit(3);
  EXPECT_EQ(run(id).state, ServiceRunState::kComplete);
  EXPECT_EQ(run(id).exit_code, 3);
  EXPECT_EQ(run(id).store_run, 3);
  EXPECT_EQ(manager.counters().targets["cpu"]["fitted"], 9U);
  EXPECT_EQ(manager.counters().runs["cpu"]["complete"], 1U);
  EXPECT_GT(manager.counters().jobs["cpu"].last_success_seconds, 0);
}

TEST_F(RunManagerTest, CountsDetectionsBesideTrainings) {
  const auto id = manager.Start({"cpu", 0, false, false, RunKind::kDetect}, {1000, 4711});
  ASSERT_TRUE(id.ok());
  manager.Tick();
  EXPECT_EQ(launcher.last().request.kind, RunKind::kDetect);
  for (const char* news : {"true", "true", "false"}) {
    launcher.Say(std::string(R"({"event":"anomaly","number":1,"target":"t","kind":"spike","start":5,"new":)") + news +
                 "}");
  }
  launcher.Say(
      R"({"event":"end","state":"complete","exit":0,"message":"","summary":{"targets":20,"observations":40,"anomalous":2}})");
  EXPECT_NE(manager.events(*id)->Read(0).text.find(R"("event":"anomaly")"), std::string::npos) << "followers see them";
  launcher.Exit(0);
  EXPECT_EQ(run(*id).state, ServiceRunState::kComplete);
  ServiceCounters& counters = manager.counters();
  EXPECT_EQ(counters.anomalies["cpu"]["spike"], 2U);
  EXPECT_EQ(counters.detections["cpu"]["complete"], 1U);
  EXPECT_EQ(counters.detect_jobs["cpu"].targets, 20U);
  EXPECT_EQ(counters.detect_jobs["cpu"].anomalous, 2U);
  EXPECT_GT(counters.detect_jobs["cpu"].last_success_seconds, 0);
  EXPECT_TRUE(counters.runs.empty()) << "no training";
  EXPECT_TRUE(counters.jobs.empty());
}

TEST_F(RunManagerTest, BelievesTheExitStatusMoreThanTheLastEvent) {
  const std::int64_t id = Start("cpu");
  launcher.Say(R"({"event":"end","state":"complete","exit":0,"message":"","summary":null})");
  launcher.Exit(74);
  EXPECT_EQ(run(id).state, ServiceRunState::kFailed);
  EXPECT_EQ(run(id).exit_code, 74);
}

TEST_F(RunManagerTest, CountsGarbledLinesAndGoesOn) {
  const std::int64_t id = Start("cpu");
  for (const char* line : {"", "no json", "[1]", "{}", R"({"event":7})", R"({"event":"surprise"})", "\xff\xfe"})
    launcher.Say(line);
  EXPECT_EQ(manager.counters().event_lines_dropped, 7U);
  launcher.Exit(0);
  EXPECT_EQ(run(id).state, ServiceRunState::kComplete);
}

TEST_F(RunManagerTest, ResumesARunWhoseProcessDied) {
  const std::int64_t id = Start("cpu", true);
  EXPECT_TRUE(launcher.last().request.fresh);
  launcher.Die(SIGSEGV);
  EXPECT_EQ(run(id).state, ServiceRunState::kInterrupted);
  EXPECT_EQ(manager.num_pending(), 1U) << "the daemon has a reason to stay";
  Pass(seconds(2));
  ASSERT_EQ(launcher.processes.size(), 2U);
  EXPECT_FALSE(launcher.last().request.fresh) << "what was done is kept";
  launcher.Exit(0);
  EXPECT_EQ(run(id).state, ServiceRunState::kComplete);
  EXPECT_EQ(run(id).attempts, 2);
}

TEST_F(RunManagerTest, GivesUpOnARunThatDiesAgainAndAgain) {
  const std::int64_t id = Start("cpu");
  for (int i = 0; i < config.resume_attempts; ++i) {
    launcher.Die(SIGKILL, true);
    ASSERT_EQ(run(id).state, ServiceRunState::kInterrupted) << i;
    Pass(seconds(60));
  }
  launcher.Die(SIGKILL, true);
  EXPECT_EQ(run(id).state, ServiceRunState::kFailed);
  EXPECT_EQ(run(id).exit_code, 137);
  EXPECT_EQ(
      run(id).message,
      "killed: out of memory; it needs a higher limit (MemoryMax=, a container's) or a smaller count in [workers]");
}

TEST_F(RunManagerTest, CancelsByAskingThenByForce) {
  const std::int64_t id = Start("cpu");
  ASSERT_TRUE(manager.Cancel(id, {}).ok());
  EXPECT_EQ(launcher.last().signals, std::vector<int>{SIGTERM});
  Pass(config.drain_limit - seconds(1));
  EXPECT_FALSE(launcher.last().killed);
  Pass(seconds(1));
  EXPECT_TRUE(launcher.last().killed);
  launcher.Die(SIGKILL);
  EXPECT_EQ(run(id).state, ServiceRunState::kCancelled);
}

TEST_F(RunManagerTest, AbortsARunThatRepeatsItselfInsteadOfProgressing) {
  const std::int64_t id = Start("cpu");
  const std::string same = R"({"event":"progress","stage":"fit","done":4,"total":10,"rate":0,"failures":0})";
  launcher.Say(same);
  for (int i = 0; i < 5; ++i) {
    Pass(seconds(10));
    launcher.Say(same);
  }
  EXPECT_TRUE(launcher.last().signals.empty());
  Pass(seconds(10));
  EXPECT_EQ(launcher.last().signals, std::vector<int>{SIGABRT});
  Pass(seconds(10));
  EXPECT_TRUE(launcher.last().killed);
  launcher.Die(SIGKILL);
  EXPECT_EQ(run(id).state, ServiceRunState::kInterrupted);
  EXPECT_EQ(manager.counters().run_restarts["stall"], 1U);
}

TEST_F(RunManagerTest, DrainsAndRemembersWhatToResume) {
  const std::int64_t running = Start("cpu");
  const std::int64_t waiting = Start("disk");
  manager.BeginDrain();
  EXPECT_EQ(launcher.last().signals, std::vector<int>{SIGTERM});
  EXPECT_EQ(manager.Start({"mem", 0, false}, {}).status().code(), StatusCode::kBusy);
  launcher.Exit(143);
  manager.Tick();
  EXPECT_EQ(launcher.processes.size(), 1U) << "nothing new is begun";
  EXPECT_EQ(run(running).state, ServiceRunState::kInterrupted);
  EXPECT_EQ(run(waiting).state, ServiceRunState::kQueued);

  auto snapshot = ParseSnapshot(FormatSnapshot(manager.queue(), manager.counters()));
  ASSERT_TRUE(snapshot.ok());
  RunManager next(clock, launcher, *this, MakeLog(), config);
  next.Restore(std::move(*snapshot));
  next.Tick();
  ASSERT_EQ(launcher.processes.size(), 2U);
  EXPECT_EQ(launcher.last().request.id, running);
}

TEST_F(RunManagerTest, TellsARunThatFinishedWhileDrainingFromAnInterruptedOne) {
  const std::int64_t id = Start("cpu");
  manager.BeginDrain();
  launcher.Exit(0);
  EXPECT_EQ(run(id).state, ServiceRunState::kComplete);
}

TEST_F(RunManagerTest, FailsARunThatCannotBeStarted) {
  launcher.failure = Status(StatusCode::kNotFound, "no executable");
  const std::int64_t id = Start("cpu");
  EXPECT_EQ(run(id).state, ServiceRunState::kFailed);
  EXPECT_EQ(run(id).message, "no executable");
}

TEST_F(RunManagerTest, LetsFollowersReadToTheEnd) {
  const std::int64_t id = Start("cpu");
  launcher.Say(R"({"event":"failure","target":"a","reason":"r"})");
  launcher.Exit(0);
  const EventBacklog::Batch batch = manager.events(id)->Read(0);
  EXPECT_TRUE(batch.end);
  EXPECT_NE(batch.text.find(R"("event":"failure")"), std::string::npos);
  EXPECT_NE(batch.text.find(R"("event":"end","exit":0)"), std::string::npos) << batch.text;
}

TEST_F(RunManagerTest, AddsUpFitTimesAcrossRuns) {
  for (int i = 0; i < 2; ++i) {
    Start("cpu");
    FitTimesCounted event;
    event.times["ets"].Observe(0.002);
    launcher.Say(FormatRunEvent(event));
    launcher.Exit(0);
  }
  EXPECT_EQ(manager.counters().fit_times["ets"].total(), 2U);
  EXPECT_DOUBLE_EQ(manager.counters().fit_times["ets"].sum_seconds, 0.004);
}

}  // namespace
}  // namespace fitd::run_manager_test
