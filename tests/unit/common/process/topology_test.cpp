#include "common/process/topology.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/process/cgroup.h"
#include "daemon/pool/memory_plan.h"
#include "daemon/pool/oom_watch.h"
#include "daemon/pool/worker_cgroups.h"

namespace fitd::topology_test {
namespace {

// A folder that stands for / with what a test writes into it.
class FakeRoot {
 public:
  FakeRoot() {
    char name[] = "/tmp/fitd-root-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;
  void Write(const std::string& file, const std::string& text) const {
    const std::filesystem::path full = path_ + file;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<int> Range(int n) {
  std::vector<int> cpus;
  for (int i = 0; i < n; ++i) cpus.push_back(i);
  return cpus;
}

Topology Detect(const std::string& synthetic, std::vector<int> allowed, const std::string& root = "/nowhere") {
  TopologySource source;
  source.hwloc_synthetic = synthetic;
  source.allowed = std::move(allowed);
  source.root = root;
  return DetectTopology(source).value();
}

TEST(Topology, WithoutSmtEveryCpuIsACore) {
  const Topology t = Detect("package:1 core:4 pu:1", Range(4));
  EXPECT_EQ(t.core_cpus, Range(4));
  EXPECT_EQ(t.machine_cores, 4);
  EXPECT_EQ(t.NumWorkers(), 4);
}

TEST(Topology, SmtSiblingsShareOneWorker) {
  const Topology t = Detect("package:1 core:4 pu:2", Range(8));
  EXPECT_EQ(t.core_cpus, (std::vector<int>{0, 2, 4, 6}));
}

TEST(Topology, TwoSocketsCountBoth) {
  const Topology t = Detect("package:2 core:4 pu:2", Range(16));
  EXPECT_EQ(t.core_cpus.size(), 8U);
  EXPECT_EQ(t.NumWorkers(), 8);
}

// Most servers number the first threads of all cores before the second ones.
TEST(Topology, SiblingsNumberedApartAreRecognised) {
  const Topology t = Detect("package:2 core:2 pu:2(indexes=0,4,1,5,2,6,3,7)", Range(8));
  EXPECT_EQ(t.core_cpus, (std::vector<int>{0, 1, 2, 3}));
}

TEST(Topology, ACpusetOfThreeGivesWhatItAllows) {
  const Topology t = Detect("package:1 core:4 pu:2", {1, 2, 3});
  EXPECT_EQ(t.core_cpus, (std::vector<int>{1, 2})) << "core 0 by its second thread, core 1 by its first";
  EXPECT_EQ(t.machine_cores, 4);
}

TEST(Topology, ARecordedMachineIsRead) {
  TopologySource source;
  source.allowed = Range(4);
  source.root = "/nowhere";
  source.hwloc_xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
  <object type="Machine" os_index="0" cpuset="0x0000000f" complete_cpuset="0x0000000f" allowed_cpuset="0x0000000f" nodeset="0x00000001" complete_nodeset="0x00000001" allowed_nodeset="0x00000001" gp_index="1">
    <object type="NUMANode" os_index="0" cpuset="0x0000000f" complete_cpuset="0x0000000f" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="10" local_memory="1073741824"/>
    <object type="Package" os_index="0" cpuset="0x0000000f" complete_cpuset="0x0000000f" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="2">
      <object type="Core" os_index="0" cpuset="0x00000005" complete_cpuset="0x00000005" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="3">
        <object type="PU" os_index="0" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="4"/>
        <object type="PU" os_index="2" cpuset="0x00000004" complete_cpuset="0x00000004" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="5"/>
      </object>
      <object type="Core" os_index="1" cpuset="0x0000000a" complete_cpuset="0x0000000a" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="6">
        <object type="PU" os_index="1" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="7"/>
        <object type="PU" os_index="3" cpuset="0x00000008" complete_cpuset="0x00000008" nodeset="0x00000001" complete_nodeset="0x00000001" gp_index="8"/>
      </object>
    </object>
  </object>
</topology>
)";
  const auto t = DetectTopology(source);
  ASSERT_TRUE(t.ok()) << t.status().message();
  EXPECT_EQ(t->core_cpus, (std::vector<int>{0, 1}));
}

TEST(Topology, NonsenseIsRefused) {
  TopologySource source;
  source.hwloc_synthetic = "no such machine";
  EXPECT_FALSE(DetectTopology(source).ok());
}

TEST(Topology, ThisMachineHasCpusWeMayUse) {
  const auto t = DetectTopology();
  ASSERT_TRUE(t.ok()) << t.status().message();
  cpu_set_t mine;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(mine), &mine), 0);
  for (const int cpu : t->core_cpus) EXPECT_TRUE(CPU_ISSET(cpu, &mine));
  EXPECT_LE(static_cast<int>(t->core_cpus.size()), CPU_COUNT(&mine));
}

TEST(Cgroup, AQuotaOfV2LimitsTheWorkers) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "0::/system.slice/fitd.service\n");
  root.Write("/sys/fs/cgroup/system.slice/fitd.service/cpu.max", "250000 100000\n");
  root.Write("/sys/fs/cgroup/system.slice/cpu.max", "max 100000\n");
  EXPECT_EQ(CgroupCpuQuota(root.path()), 2.5);
  EXPECT_EQ(Detect("package:1 core:8 pu:1", Range(8), root.path()).NumWorkers(), 3);
}

TEST(Cgroup, AnAncestorsSmallerQuotaCounts) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "0::/a/b\n");
  root.Write("/sys/fs/cgroup/a/b/cpu.max", "400000 100000\n");
  root.Write("/sys/fs/cgroup/a/cpu.max", "100000 100000\n");
  EXPECT_EQ(CgroupCpuQuota(root.path()), 1.0);
}

TEST(Cgroup, AQuotaOfV1IsRead) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "3:cpu,cpuacct:/job\n2:memory:/job\n0::/\n");
  root.Write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "150000\n");
  root.Write("/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  root.Write("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  root.Write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1073741824\n");
  root.Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(CgroupCpuQuota(root.path()), 1.5);
  EXPECT_EQ(CgroupMemoryLimit(root.path()), 1073741824U);
}

TEST(Cgroup, AContainerThatSeesItsGroupAsTheRoot) {
  const FakeRoot root;
  root.Write("/proc/self/cgroup", "0::/docker/4711\n");
  root.Write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  root.Write("/sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(CgroupCpuQuota(root.path()), 2.0);
  EXPECT_FALSE(CgroupMemoryLimit(root.path()).has_value());
}

TEST(Cgroup, NothingMountedMeansNoLimit) {
  EXPECT_FALSE(CgroupCpuQuota("/nowhere").has_value());
  EXPECT_FALSE(CgroupMemoryLimit("/nowhere").has_value());
  EXPECT_EQ(CgroupOomKills("/nowhere"), 0U);
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
  const std::string own = "/sys/fs/cgroup/fitd.service";
  root.Write("/proc/self/cgroup", "0::/fitd.service\n");
  root.Write(own + "/cgroup.controllers", "cpu memory pids\n");
  root.Write(own + "/cgroup.subtree_control", "");
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
  EXPECT_EQ(budget.available_bytes, std::uint64_t{4} << 30);
  EXPECT_TRUE(budget.from_cgroup);
}

TEST(MemoryLimits, FewerWorkersWhenMemoryDoesNotHoldThem) {
  const MemoryBudget budget{std::uint64_t{512} << 20, 0, true};
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
}  // namespace fitd::topology_test
