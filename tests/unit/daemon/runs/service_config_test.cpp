#include "daemon/runs/service_config.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::service_config_test {
namespace {

using std::chrono::milliseconds;

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(ServiceConfig, TakesDefaultsFromAnAbsentFile) {
  auto config = ParseServiceConfig("/no/such/fitd.toml");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->queue_limit, 16U);
  EXPECT_TRUE(config->Validate().empty());
}

TEST(ServiceConfig, ReadsEveryKey) {
  TempDir dir;
  const std::string path = dir.path() + "/fitd.toml";
  WriteText(path,
            "[service]\nidle_exit='90s'\ndrain_limit='2m'\nstall_limit='0s'\nresume_attempts=7\n"
            "[queue]\nlimit=3\nparallel=2\nhistory=9\n"
            "[clients]\nmax=100\nstreams=10\ntimeout='500ms'\nqueries=1\nquery_queue=2\nquery_timeout=5\n"
            "readers='r'\noperators='o'\n[log]\nlevel='debug'\n");
  auto config = ParseServiceConfig(path);
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->idle_exit, milliseconds(90'000));
  EXPECT_EQ(config->drain_limit, milliseconds(120'000));
  EXPECT_EQ(config->stall_limit, milliseconds(0));
  EXPECT_EQ(config->resume_attempts, 7);
  EXPECT_EQ(config->parallel_runs, 2U);
  EXPECT_EQ(config->client_timeout, milliseconds(500));
  EXPECT_EQ(config->query_timeout, milliseconds(5000));
  EXPECT_EQ(config->operator_group, "o");
  EXPECT_EQ(config->log_level, "debug");
}

TEST(ServiceConfig, NamesEveryMistakeWithItsLine) {
  TempDir dir;
  const std::string path = dir.path() + "/fitd.toml";
  WriteText(path, "[service]\nidle_exti='90s'\n[queue]\nlimit=-1\n[surprise]\nx=1\n");
  auto config = ParseServiceConfig(path);
  ASSERT_EQ(config.status().code(), StatusCode::kBadConfig);
  const std::string text = config.status().message();
  EXPECT_NE(text.find("line 2: unknown key service.idle_exti"), std::string::npos) << text;
  EXPECT_NE(text.find("line 4: queue.limit: must be a whole number"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown section surprise"), std::string::npos) << text;
}

}  // namespace
}  // namespace fitd::service_config_test
