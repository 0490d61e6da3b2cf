#include "daemon/runs/run_logs.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace fitd::run_logs_test {
namespace {

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(RunLogs, MergesTheFilesOfARunByTime) {
  TempDir dir;
  WriteText(dir.path() + "/fitd.log",
            "2026-01-01T00:00:00.000Z info a\n  continued\n2026-01-01T00:00:02.000Z info c\n");
  WriteText(dir.path() + "/worker-0.log", "2026-01-01T00:00:01.000Z info b\n");
  auto text = ReadRunLogs(dir.path(), 100);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text,
            "2026-01-01T00:00:00.000Z info a\n  continued\n2026-01-01T00:00:01.000Z info b\n2026-01-01T00:00:02.000Z "
            "info c\n");
  EXPECT_EQ(*ReadRunLogs(dir.path(), 1), "2026-01-01T00:00:02.000Z info c\n");
  EXPECT_EQ(ReadRunLogs(dir.path() + "/none", 1).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace fitd::run_logs_test
