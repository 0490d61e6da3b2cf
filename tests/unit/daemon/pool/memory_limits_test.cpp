#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "common/process/cgroup.h"
#include "daemon/pool/memory_plan.h"
#include "daemon/pool/oom_watch.h"
#include "daemon/pool/worker_cgroups.h"
#include "tests/support/fake_root.h"

namespace fitd::memory_limits_test {
namespace {

constexpr const char* kOwn = "/sys/fs/cgroup/fitd.service";

// A service's group whose memory controller is delegated to it; the process lives in `group`.
void Delegate(const FakeRoot& root, const std::string& group, const std::string& divided_by) {
  root.Write("/proc/self/cgroup", "0::" + group + "\n");
  root.Write(std::string(kOwn) + "/cgroup.controllers", "cpu memory pids\n");
  root.Write(std::string(kOwn) + "/cgroup.subtree_control", divided_by);
}

TEST(OomWatch, NoticesEachKillOnce) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "0::/job\n");
  root.Write("/sys/fs/cgroup/job/memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n");
  OomWatch watch(root.path());
  EXPECT_FALSE(watch.KillHappened());
  root.Write("/sys/fs/cgroup/job/memory.events", "low 0\nhigh 0\nmax 5\noom 2\noom_kill 2\n");
  EXPECT_TRUE(watch.KillHappened());
  EXPECT_FALSE(watch.KillHappened());
}

TEST(WorkerCgroups, EachWorkerGetsAGroupWhereV2IsDelegated) {
  const FakeRoot root;
  const std::string own = kOwn;
  Delegate(root, "/fitd.service", "");
  WorkerCgroups groups = WorkerCgroups::Create(1 << 20, root.path());
  ASSERT_TRUE(groups.available());
  EXPECT_EQ(ReadNumberFile(root.path() + own + "/fitd-parent/cgroup.procs"), ::getpid());
  const std::string folder = groups.FolderFor(3);
  EXPECT_EQ(folder, root.path() + own + "/fitd-worker-3");
  EXPECT_EQ(ReadNumberFile(folder + "/memory.max"), 1 << 20);
  EXPECT_FALSE(groups.OomKilled(3));
  root.Write(own + "/fitd-worker-3/memory.events", "oom 1\noom_kill 1\n");
  EXPECT_TRUE(groups.OomKilled(3));
  EXPECT_FALSE(groups.OomKilled(3));
}

// The pool after the first lives in the leaf that this one has moved its process to.
TEST(WorkerCgroups, ThePoolAfterItMakesNoGroupInTheGroup) {
  const FakeRoot root;
  const std::string own = kOwn;
  Delegate(root, "/fitd.service/fitd-parent", "memory\n");
  root.Write(own + "/fitd-parent/cgroup.controllers", "memory\n");
  root.Write(own + "/fitd-parent/cgroup.subtree_control", "");
  WorkerCgroups groups = WorkerCgroups::Create(1 << 20, root.path());
  EXPECT_EQ(groups.FolderFor(3), root.path() + own + "/fitd-worker-3");
  EXPECT_FALSE(std::filesystem::exists(root.path() + own + "/fitd-parent/fitd-parent"));
}

TEST(WorkerCgroups, WithoutDelegationThereAreNone) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "4:memory:/job\n0::/job\n");
  root.Write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1000\n");
  root.Write("/sys/fs/cgroup/unified/job/cgroup.controllers", "\n");
  WorkerCgroups groups = WorkerCgroups::Create(1 << 20, root.path());
  EXPECT_FALSE(groups.available());
  EXPECT_EQ(groups.FolderFor(0), "");
  EXPECT_FALSE(WorkerCgroups::Create(0, root.path()).available()) << "nobody asked for a limit";
}

TEST(MemoryLimits, TheCgroupsLimitBeatsTheMachines) {
  const FakeRoot root;
  root.Write("/proc/meminfo", "MemTotal:       8388608 kB\nMemFree:  1 kB\nMemAvailable:    4194304 kB\n");
  root.Write("/proc/self/cgroup", "0::/job\n");
  root.Write("/sys/fs/cgroup/job/memory.max", "536870912\n");
  const MemoryBudget budget = ReadMemoryBudget(root.path());
  EXPECT_EQ(budget.limit_bytes, 536870912U);
  EXPECT_TRUE(budget.from_cgroup);
}

TEST(MemoryLimits, FewerWorkersWhenMemoryDoesNotHoldThem) {
  const MemoryBudget budget{std::uint64_t{512} << 20, true};
  const MemoryPlan plenty = PlanMemory(budget, {4, 100 << 20, 1000, 0});
  EXPECT_EQ(plenty.workers, 4);
  EXPECT_TRUE(plenty.warning.empty());
  const MemoryPlan tight = PlanMemory(budget, {4, 100 << 20, 1000, 150 << 20});
  EXPECT_EQ(tight.workers, 2);
  EXPECT_NE(tight.warning.find("2 of 4 workers"), std::string::npos) << tight.warning;
  const MemoryPlan none = PlanMemory(budget, {4, 600 << 20, 1000, 0});
  EXPECT_EQ(none.workers, 1);
  EXPECT_FALSE(none.warning.empty());
}

}  // namespace
}  // namespace fitd::memory_limits_test
