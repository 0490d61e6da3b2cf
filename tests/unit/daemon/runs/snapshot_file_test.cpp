#include "daemon/runs/snapshot_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"

namespace fitd::snapshot_file_test {
namespace {

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST(StateFile, SurvivesTheRoundTrip) {
  TempDir dir;
  RunQueue queue;
  RunRecord record;
  record.job = "cpu";
  record.uid = 1000;
  record.summary = R"({"targets":3})";
  record.message = "line\nbreak";
  ASSERT_TRUE(queue.Enqueue(record, 5).ok());
  ServiceCounters counters;
  counters.worker_deaths["signal:11"] = 2;
  counters.requests[200] = 7;
  counters.fit_times["ets"].Observe(0.5);
  counters.jobs["cpu"].last_success_seconds = 12.5;
  counters.jobs["cpu"].stage_seconds["fit"] = 1.5;
  const std::string path = dir.path() + "/service.json";
  ASSERT_TRUE(WriteSnapshot(path, FormatSnapshot(queue, counters)).ok());
  auto snapshot = ReadSnapshot(path);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status().message();
  ASSERT_EQ(snapshot->runs.size(), 1U);
  EXPECT_EQ(RunRecordJson(snapshot->runs[0]), RunRecordJson(queue.runs()[0]));
  EXPECT_EQ(snapshot->next_id, 2);
  EXPECT_EQ(CountersToJson(snapshot->counters), CountersToJson(counters));
}

TEST(StateFile, TellsDamageFromAbsence) {
  TempDir dir;
  const std::string path = dir.path() + "/service.json";
  EXPECT_TRUE(ReadSnapshot(path).ok());
  for (const char* text :
       {"", "{", "{}", R"({"fitd_state":99,"runs":[]})", R"({"fitd_state":1,"runs":[{"id":"x"}]})",
        R"({"fitd_state":1,"runs":[{"id":2,"job":"a","state":"queued"},{"id":1,"job":"b","state":"queued"}]})"}) {
    WriteText(path, text);
    EXPECT_EQ(ReadSnapshot(path).status().code(), StatusCode::kCorrupt) << text;
  }
}

}  // namespace
}  // namespace fitd::snapshot_file_test
