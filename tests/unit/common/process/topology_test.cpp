#include "common/process/topology.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>

#include "common/process/cgroup.h"
#include "tests/support/fake_root.h"

namespace fitd::topology_test {
namespace {

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

}  // namespace
}  // namespace fitd::topology_test
