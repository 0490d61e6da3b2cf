#include "daemon/progress/run_events.h"

#include <gtest/gtest.h>

namespace fitd::run_events_test {
namespace {

TEST(LineBuffer, CutsWhateverWayTheBytesCome) {
  LineBuffer buffer(8);
  EXPECT_TRUE(buffer.Append("ab").empty());
  EXPECT_EQ(buffer.Append("c\nd\n\ne"), (std::vector<std::string>{"abc", "d", ""}));
  EXPECT_TRUE(buffer.Append("123456789").empty());
  EXPECT_EQ(buffer.Append("more\nnext\n"), std::vector<std::string>{"next"});
  EXPECT_EQ(buffer.dropped(), 1U);
  EXPECT_TRUE(buffer.Append("rest").empty());
  EXPECT_EQ(buffer.TakeRest(), "rest");
}

TEST(RunEvents, SurviveTheRoundTrip) {
  for (
      const char* line :
      {R"({"event":"start","job":"cpu","run":3,"targets":5,"workers":[{"cpu":1,"pid":7,"worker":0}]})",
       R"({"done":1,"eta_seconds":0.5,"event":"progress","failures":2,"rate":3.0,"stage":"fit","total":9})",
       R"({"event":"failure","reason":"r","target":"a\nb"})",
       R"({"cause":"oom","event":"worker_death","pid":9,"target":"t","worker":1})",
       R"({"direction":"up","end":7,"event":"anomaly","expected":null,"kind":"spike","new":true,"number":3,"observations":2,"score":63.5,"start":5,"target":"t","value":1.5})",
       R"({"direction":"down","end":"2024-01-02","event":"anomaly","expected":2.0,"kind":"dip","new":false,"number":4,"observations":1,"score":30.0,"start":"2024-01-01","target":"t","value":-1.0})",
       R"({"event":"end","exit":0,"message":"","state":"complete","summary":{"targets":5}})"}) {
    auto event = ParseRunEvent(line);
    ASSERT_TRUE(event) << line;
    EXPECT_EQ(FormatRunEvent(*event), line);
  }
}

TEST(RunEvents, TakeWrongTypesAndNumbersOutOfRangeAsAbsent) {
  auto event =
      ParseRunEvent(R"({"event":"progress","stage":"fit","done":"x","total":-3,"rate":[],"eta_seconds":null})");
  ASSERT_TRUE(event);
  const auto& progress = std::get<RunAdvanced>(*event);
  EXPECT_FALSE(ParseRunEvent(R"({"event":"progress","stage":5})"));
  EXPECT_EQ(progress.done, 0U);
  EXPECT_EQ(progress.total, 0U);
  EXPECT_EQ(progress.rate, 0);
  EXPECT_LT(progress.eta_seconds, 0);
}

TEST(RunEvents, KeepTheFirstHundredFailuresOfASummary) {
  std::string failures;
  for (int i = 0; i < 1000; ++i) failures += std::string(i == 0 ? "" : ",") + R"({"target":"t","reason":"r"})";
  auto event =
      ParseRunEvent(R"({"event":"end","state":"complete","exit":3,"summary":{"failures":[)" + failures + "]}}");
  ASSERT_TRUE(event);
  EXPECT_LT(std::get<RunEnded>(*event).summary_json.size(), 5000U);
}

}  // namespace
}  // namespace fitd::run_events_test
