#include "daemon/runs/job_catalog.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::job_catalog_test {
namespace {

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(JobCatalog, AcceptsNamesAndNoPaths) {
  for (const char* name : {"cpu", "a.b", "A-1_x", "x."}) EXPECT_TRUE(IsValidJobName(name)) << name;
  for (const char* name : {"", ".", "..", ".x", "-x", "a/b", "../x", "a b", "a\n", "ä", "a%2f"}) {
    EXPECT_FALSE(IsValidJobName(name)) << name;
  }
  EXPECT_FALSE(IsValidJobName(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsValidJobName(std::string(129, 'a')));
}

TEST(JobCatalog, RefusesAFileThatOthersMayWrite) {
  TempDir dir;
  const std::string path = dir.path() + "/cpu.toml";
  WriteText(path, "[data]\nfiles = [\"x.csv\"]\n[store]\npath = \"/srv/x.db\"\n");
  const JobCatalog catalog(dir.path());
  chmod(path.c_str(), 0644);
  EXPECT_TRUE(catalog.Load("cpu").ok()) << catalog.Load("cpu").status().message();
  chmod(path.c_str(), 0666);
  EXPECT_EQ(catalog.Load("cpu").status().code(), StatusCode::kPermission);
  EXPECT_EQ(catalog.Load("none").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(catalog.Load("../cpu").status().code(), StatusCode::kUsage);
}

TEST(JobCatalog, RefusesWhatTheServiceCannotRun) {
  TempDir dir;
  const std::string path = dir.path() + "/cpu.toml";
  const auto said = [&](const std::string& text, bool private_tmp = false) {
    WriteText(path, text);
    chmod(path.c_str(), 0644);
    return JobCatalog(dir.path(), private_tmp).Load("cpu").status().message();
  };
  const std::string data = "[data]\nfiles = [\"x.csv\"]\n";
  EXPECT_NE(said("").find("data.files"), std::string::npos);
  EXPECT_NE(said(data).find("store.path is missing"), std::string::npos);
  EXPECT_NE(said(data + "[store]\npath = \"x.db\"\n").find("store.path is relative"), std::string::npos);
  EXPECT_NE(said("[data]\nfiles = [\"-\"]\n[store]\npath = \"/srv/x.db\"\n").find("standard input"), std::string::npos);
  const std::string by_link = std::string("/proc/self/root") + "/tmp/x.db";
  for (const std::string& place :
       {std::string("/tmp/x.db"), std::string("/var/tmp/a/x.db"), std::string("/srv/../tmp/x.db"), by_link}) {
    const std::string store = data + "[store]\npath = \"" + place + "\"\n";
    EXPECT_NE(said(store, true).find("PrivateTmp="), std::string::npos) << place;
    const std::string forecasts = data + "[store]\npath = \"/srv/x.db\"\n[export]\npath = \"" + place + "\"\n";
    EXPECT_NE(said(forecasts, true).find("PrivateTmp="), std::string::npos) << place;
  }
  EXPECT_NE(said(data + "[store]\npath = \"/dev/shm/x.db\"\n", true).find("RemoveIPC="), std::string::npos);
  const std::string both = data + "[store]\npath = \"/srv/x.db\"\n[export]\npath = \"";
  EXPECT_NE(said(both + "x.csv\"\n").find("export.path is relative"), std::string::npos);
  EXPECT_NE(said(both + "/srv/./x.db\"\n").find("is the store"), std::string::npos);
  EXPECT_EQ(said(data + "[store]\npath = \"/srv/x.db\"\n", true), "");
  EXPECT_NE(JobCatalog(dir.path()).Load("cpi").status().message().find("did you mean cpu?"), std::string::npos);
}

TEST(JobCatalog, RefusesTheStoreOfAnotherJob) {
  TempDir dir;
  const auto write = [&](const std::string& name, const std::string& store) {
    const std::string path = dir.path() + "/" + name + ".toml";
    WriteText(path, "[data]\nfiles = [\"x.csv\"]\n[store]\npath = \"" + store + "\"\n");
    chmod(path.c_str(), 0644);
  };
  write("a", "/srv/x.db");
  write("b", "/srv/y.db");
  write("c", "/srv/./x.db");
  write("d", "/srv/x.db");
  const JobCatalog catalog(dir.path());
  EXPECT_TRUE(catalog.Load("a").ok());
  EXPECT_TRUE(catalog.Load("b").ok());
  const std::vector<JobEntry> jobs = catalog.List();
  for (const std::size_t i : {2U, 3U}) {
    EXPECT_EQ(catalog.Load(jobs[i].name).status().code(), StatusCode::kBadConfig);
    EXPECT_NE(catalog.Load(jobs[i].name).status().message().find("that of job \"a\" too"), std::string::npos);
    EXPECT_EQ(jobs[i].status.message(), catalog.Load(jobs[i].name).status().message());
  }
}

TEST(JobCatalog, ListsBrokenJobsWithTheReason) {
  TempDir dir;
  WriteText(dir.path() + "/bad.toml", "[data\n");
  WriteText(dir.path() + "/ignored.txt", "");
  WriteText(dir.path() + "/.hidden.toml", "");
  for (const char* name : {"/bad.toml", "/ignored.txt", "/.hidden.toml"}) chmod((dir.path() + name).c_str(), 0644);
  const auto jobs = JobCatalog(dir.path()).List();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].name, "bad");
  EXPECT_EQ(jobs[0].status.code(), StatusCode::kBadConfig);
}

}  // namespace
}  // namespace fitd::job_catalog_test
