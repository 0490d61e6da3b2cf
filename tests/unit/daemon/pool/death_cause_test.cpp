#include "daemon/pool/death_cause.h"

#include <gtest/gtest.h>

#include <csignal>

#include "ipc/worker_exit.h"

namespace fitd::death_cause_test {
namespace {

ExitReport Exited(int code) {
  ExitReport report;
  report.kind = ExitReport::Kind::kExited;
  report.code = code;
  return report;
}

ExitReport Signalled(int signal) {
  ExitReport report;
  report.kind = ExitReport::Kind::kSignalled;
  report.signal = signal;
  return report;
}

TEST(DeathCause, IsWhatTheParentKilledItFor) {
  const DeathCause cause = CauseOfDeath(Signalled(SIGKILL), {.verdict = Verdict::kTimeout, .oom_kill = true});
  EXPECT_EQ(cause.text, "timeout");
  EXPECT_TRUE(cause.own_doing);
}

TEST(DeathCause, TellsCrashesFromKillsByOthers) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
    EXPECT_EQ(CauseOfDeath(Signalled(signal), {}).text, "signal:" + std::to_string(signal));
    EXPECT_TRUE(CauseOfDeath(Signalled(signal), {}).own_doing) << signal;
  }
  for (const int signal : {SIGKILL, SIGTERM, SIGHUP, SIGINT}) {
    EXPECT_EQ(CauseOfDeath(Signalled(signal), {}).text, "signal:" + std::to_string(signal));
    EXPECT_FALSE(CauseOfDeath(Signalled(signal), {}).own_doing) << signal;
  }
}

TEST(DeathCause, NamesTheLimitOfCpuTime) {
  for (const int signal : {SIGKILL, SIGXCPU}) {
    ExitReport spent = Signalled(signal);
    spent.user_seconds = 59;
    spent.system_seconds = 1;
    const DeathCause cause = CauseOfDeath(spent, {.verdict = {}, .cpu_limit = 60});
    EXPECT_EQ(cause.text, "signal:" + std::to_string(signal));
    EXPECT_EQ(cause.why, "; it had used the 60 s of CPU that a process may (ulimit -t, LimitCPU=)");
    EXPECT_FALSE(cause.own_doing) << "what came before the unit in hand used most of it";
    EXPECT_EQ(CauseOfDeath(spent, {.verdict = {}, .cpu_limit = 0}).why, "");
    EXPECT_EQ(CauseOfDeath(spent, {.verdict = {}, .cpu_limit = 3600}).why, "") << "somebody else has killed it";
  }
}

TEST(DeathCause, NamesMemory) {
  EXPECT_EQ(CauseOfDeath(Signalled(SIGKILL), {.verdict = {}, .oom_kill = true}).text, "oom");
  EXPECT_EQ(CauseOfDeath(Signalled(SIGSEGV), {.verdict = {}, .oom_kill = true}).text, "signal:11");
  EXPECT_EQ(CauseOfDeath(Exited(kWorkerExitOutOfMemory), {}).text, "oom");
}

TEST(DeathCause, AnEndThatNobodyKnowsIsNoSuccess) {
  EXPECT_EQ(CauseOfDeath(ExitReport{}, {}).text, "unknown");
}

TEST(DeathCause, AnExitIsItsCodeOrACutMessage) {
  EXPECT_EQ(CauseOfDeath(Exited(3), {.verdict = {}, .oom_kill = false, .partial_frame = true}).text, "exit:3");
  EXPECT_EQ(CauseOfDeath(Exited(0), {}).text, "exit:0");
  EXPECT_EQ(CauseOfDeath(Exited(0), {.verdict = {}, .oom_kill = false, .partial_frame = true}).text, "bad-message");
}

}  // namespace
}  // namespace fitd::death_cause_test
