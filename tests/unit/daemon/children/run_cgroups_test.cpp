#include "daemon/children/run_cgroups.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::run_cgroups_test {
namespace {

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(RunCgroups, ArrangesRunsBelowADelegatedFolder) {
  TempDir dir;  // a folder stands for the subtree; the kernel's files are plain ones here
  WriteText(dir.path() + "/cgroup.procs", "");
  WriteText(dir.path() + "/cgroup.controllers", "cpu memory");
  WriteText(dir.path() + "/cgroup.subtree_control", "");
  const RunCgroups group = RunCgroups::Enter(dir.path());
  ASSERT_TRUE(group.available());
  const std::string run = group.CreateRun(7);
  EXPECT_EQ(run, dir.path() + "/run-7");
  std::filesystem::create_directory(run + "/worker-0");
  EXPECT_FALSE(group.SawOomKill(run));
  WriteText(run + "/memory.events", "low 0\noom 1\noom_kill 1\n");
  EXPECT_TRUE(group.SawOomKill(run));
  std::filesystem::remove(run + "/memory.events");
  EXPECT_TRUE(group.Remove(run));
  EXPECT_FALSE(std::filesystem::exists(run));
}

}  // namespace
}  // namespace fitd::run_cgroups_test
