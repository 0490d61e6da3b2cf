#include "daemon/flags/job_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::job_flags_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JobFlagsTest : public testing::Test {
 protected:
  Result<Job> Parse(std::vector<std::string> words) {
    CLI::App app;
    CLI::App* command = app.add_subcommand("train");
    flags_.AddTo(*command);
    words.insert(words.begin(), "train");
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
    return flags_.ToJob();
  }
  std::string JobFile(const std::string& text) {
    std::ofstream(dir_.File("job.toml")) << text;
    return dir_.File("job.toml");
  }

  TempDir dir_;
  JobFlags flags_;
};

TEST_F(JobFlagsTest, LayWhatWasSaidOverTheFile) {
  const std::string file = JobFile(
      "[data]\nfiles = [\"a.csv\"]\n[models]\nhorizon = 7\nlocal = [\"ets\"]\n[workers]\ncount = 4\n"
      "[store]\npath = \"x.db\"\n");
  const Result<Job> job = Parse({"--job", file, "--horizon", "3", "--store", "y.db"});
  ASSERT_TRUE(job.ok()) << job.status().message();
  EXPECT_THAT(job->data.files, ElementsAre(dir_.File("a.csv"))) << "beside the job file";
  EXPECT_EQ(job->models.horizon, 3);
  EXPECT_THAT(job->models.local, ElementsAre("ets"));
  EXPECT_EQ(job->workers.count, 4);
  EXPECT_EQ(job->store.path, "y.db");
}

TEST_F(JobFlagsTest, TakeASingleTomlFileForAJob) {
  const Result<Job> job = Parse({JobFile("[data]\nfiles = [\"a.csv\"]\n")});
  ASSERT_TRUE(job.ok()) << job.status().message();
  EXPECT_THAT(job->data.files, ElementsAre(dir_.File("a.csv"))) << "beside the job file";
}

TEST_F(JobFlagsTest, CallAMistakeAsItWasSaid) {
  const Status said = Parse({"a.csv", "--models", "etz"}).status();
  EXPECT_EQ(said.code(), StatusCode::kUsage);
  EXPECT_THAT(said.message(), HasSubstr("--models"));
}

TEST_F(JobFlagsTest, CallAMistakeOfTheFileByItsKey) {
  const std::string file = JobFile("[data]\nfiles = [\"a.csv\"]\n[models]\nlocal = [\"etz\"]\n");
  const Status written = Parse({"--job", file}).status();
  EXPECT_EQ(written.code(), StatusCode::kBadConfig);
  EXPECT_THAT(written.message(), HasSubstr(file + ":4: models.local"));
}

TEST_F(JobFlagsTest, TellAllMistakesAtOnce) {
  const std::string text = Parse({"--models", "etz", "--global", "nonesuch"}).status().message();
  EXPECT_THAT(text, HasSubstr("DATA"));
  EXPECT_THAT(text, HasSubstr("--models"));
  EXPECT_THAT(text, HasSubstr("--global"));
}

TEST_F(JobFlagsTest, KnowTheirPathsFromOtherWords) {
  ASSERT_TRUE(Parse({"a.csv", "--store", "y.db", "--models", "ets"}).ok());
  EXPECT_TRUE(flags_.IsPath("a.csv"));
  EXPECT_TRUE(flags_.IsPath("y.db"));
  EXPECT_FALSE(flags_.IsPath("ets"));
}

}  // namespace
}  // namespace fitd::job_flags_test
