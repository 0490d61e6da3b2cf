#include "daemon/runs/metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

namespace fitd::metrics_test {
namespace {

TEST(Metrics, EscapeLabelsAndAddBucketsUp) {
  ServiceCounters counters;
  counters.runs["a\"b\\c\nd"]["complete"] = 1;
  counters.fit_times["ets"].Observe(0.0002);
  counters.fit_times["ets"].Observe(0.2);
  counters.fit_times["ets"].Observe(1e6);
  const std::string text = FormatMetrics(counters, {});
  EXPECT_NE(text.find(R"(fitd_runs_total{job="a\"b\\c\nd",state="complete"} 1)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="0.0001"} 0)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="0.25"} 2)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_bucket{model="ets",le="+Inf"} 3)"), std::string::npos);
  EXPECT_NE(text.find(R"(fitd_fit_seconds_count{model="ets"} 3)"), std::string::npos);
}

TEST(Metrics, SayWhatDetectionsFoundAlsoAfterARestart) {
  ServiceCounters counters;
  counters.anomalies["cpu"]["spike"] = 3;
  counters.detections["cpu"]["failed"] = 1;
  counters.detect_jobs["cpu"].targets = 40;
  counters.detect_jobs["cpu"].anomalous = 10;
  counters.detect_jobs["cpu"].last_start_seconds = 77;
  const ServiceCounters again = CountersFromJson(CountersToJson(counters));
  EXPECT_EQ(again.detect_jobs.at("cpu").last_start_seconds, 77);
  const std::string text = FormatMetrics(again, {});
  for (const char* line :
       {R"(fitd_anomalies_total{job="cpu",kind="spike"} 3)", R"(fitd_detections_total{job="cpu",state="failed"} 1)",
        R"(fitd_detect_targets{job="cpu"} 40)", R"(fitd_detect_anomalous_ratio{job="cpu"} 0.25)"}) {
    EXPECT_NE(text.find(std::string(line) + "\n"), std::string::npos) << line;
  }
}

TEST(Metrics, WhatAProcessSaysMakesNoLabelsWithoutEnd) {
  std::map<std::string, std::uint64_t> counts;
  for (int i = 0; i < 1000; ++i) ++counts[LabelOf(counts, "signal:" + std::to_string(i))];
  ++counts[LabelOf(counts, "signal:7")];
  EXPECT_EQ(counts.size(), 65U);
  EXPECT_EQ(counts["signal:7"], 2U);
  EXPECT_EQ(counts["other"], 936U);
  EXPECT_EQ(LabelOf(std::map<std::string, int>(), std::string(300, 'x')), "other");
}

TEST(Metrics, ReadWhatASummaryHasAndNothingElse) {
  ServiceCounters counters;
  CountSummary(
      "cpu", R"({"fitted":5,"failed":1,"seconds":{"load":0.5,"total":9},"peak_rss_bytes":{"parent":10,"worker":"x"}})",
      counters);
  CountSummary("cpu", "garbage", counters);
  EXPECT_EQ(counters.targets["cpu"]["fitted"], 5U);
  EXPECT_EQ(counters.jobs["cpu"].stage_seconds, (std::map<std::string, double>{{"load", 0.5}}));
  EXPECT_EQ(counters.jobs["cpu"].parent_peak_rss_bytes, 10U);
  EXPECT_EQ(counters.jobs["cpu"].worker_peak_rss_bytes, 0U);
}

}  // namespace
}  // namespace fitd::metrics_test
