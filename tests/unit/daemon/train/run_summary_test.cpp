#include "daemon/train/run_summary.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace fitd::run_summary_test {
namespace {

TEST(RunSummary, JsonHasTheKeysOfTheContractAndTheColumns) {
  RunSummary summary;
  summary.workers = {{0, 10, 0, 0.9}, {1, 11, 1, 0.8}};
  summary.failures = {{"a\xff", "timeout"}};
  summary.memory.fit = 7;
  summary.deaths = {{1, "signal:9", "b"}};
  const auto json = nlohmann::json::parse(FormatSummaryJson(summary));
  std::set<std::string> keys;
  for (const auto& item : json.items()) keys.insert(item.key());
  EXPECT_EQ(keys, (std::set<std::string>{"version",
                                         "columns",
                                         "advanced",
                                         "kept",
                                         "refitted",
                                         "reselected",
                                         "run",
                                         "targets",
                                         "fitted",
                                         "fallback",
                                         "constant",
                                         "short",
                                         "failed",
                                         "retried",
                                         "workers",
                                         "chunks",
                                         "seconds",
                                         "cpu_seconds",
                                         "busy_fraction",
                                         "peak_rss_bytes",
                                         "worker_deaths",
                                         "failures",
                                         "stage_peak_rss_bytes",
                                         "worker_stats",
                                         "deaths",
                                         "level_shifts",
                                         "outlier_patches",
                                         "short_seasons",
                                         "late_starts"}));
  EXPECT_EQ(json["workers"], 2);
  EXPECT_EQ(json["busy_fraction"].size(), 2U);
  EXPECT_EQ(json["failures"][0]["reason"], "timeout");
  EXPECT_EQ(json["stage_peak_rss_bytes"]["fit"], 7);
  EXPECT_EQ(json["worker_stats"][1]["busy_fraction"], 0.8);
  EXPECT_EQ(json["deaths"][0]["cause"], "signal:9");
}

TEST(RunSummary, TableNamesEachWorkersCpuAndTheFirstFailures) {
  RunSummary summary;
  summary.targets = 100;
  summary.workers = {{0, 10, 3, 0.9}};
  for (int i = 0; i < 7; ++i) summary.failures.push_back({"t" + std::to_string(i), "signal:11"});
  const std::string table = FormatSummaryTable(summary);
  EXPECT_NE(table.find("worker 0 pid 10 on cpu 3"), std::string::npos) << table;
  EXPECT_NE(table.find("t4: signal:11"), std::string::npos) << table;
  EXPECT_EQ(table.find("t5"), std::string::npos) << table;
  EXPECT_NE(table.find("and 2 more"), std::string::npos) << table;
  summary.failures[0] = {"\x1b[31m", "two\nlines"};
  EXPECT_NE(FormatSummaryTable(summary).find("\n  \\x1b[31m: two\\nlines\n"), std::string::npos);
}

TEST(RunSummary, BytesReadInDecimalUnits) {
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(1'400'000'000), "1.4 GB");
}

}  // namespace
}  // namespace fitd::run_summary_test
