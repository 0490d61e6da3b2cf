#include "daemon/client/client_status.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace fitd::client_status_test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json Running() {
  return {{"id", 3},
          {"job", "cpu"},
          {"state", "running"},
          {"process", 77},
          {"progress",
           {{"stage", "fit"},
            {"done", 2402},
            {"total", 5858},
            {"rate", 50.2},
            {"eta_seconds", 69},
            {"failures", 2},
            {"worker_deaths", 1},
            {"workers", {{{"worker", 0}, {"pid", 9}, {"cpu", 1}}}}}}};
}

TEST(ClientStatus, ADetectionSaysWhatItFound) {
  json run = {{"id", 4},
              {"job", "cpu"},
              {"kind", "detect"},
              {"state", "running"},
              {"progress", {{"stage", "detect"}, {"done", 1}, {"total", 4}}}};
  EXPECT_THAT(FormatRunStatus(run), HasSubstr("stages     load > [detect]\n"));
  run["summary"] = {{"targets", 20},  {"observations", 40}, {"known", 3}, {"anomalies", {{"fleet", 1}, {"spike", 2}}},
                    {"anomalous", 5}, {"without_model", 0}};
  const std::string text = FormatRunStatus(run);
  EXPECT_THAT(text, HasSubstr("targets    20, 0 without a model, 5 with an event that goes on\n"));
  EXPECT_THAT(text, HasSubstr("found      3 new events (1 fleet, 2 spike) in 40 new observations (3 known)\n"));
}

TEST(ClientStatus, ARunThatGoesOnHasItsStagesAndABar) {
  const std::string text = FormatRunStatus(Running());
  EXPECT_THAT(text, HasSubstr("stages     load > pooled regression > plan > [fit] > combine\n"));
  EXPECT_THAT(text, HasSubstr("progress   ################........................ 41 % (2402 of 5858)\n"));
  EXPECT_THAT(text, HasSubstr("rate       50 targets/s\n"));
  EXPECT_THAT(text, HasSubstr("failures   2\ndeaths     1\n"));
  EXPECT_THAT(text, HasSubstr("worker     0 pid 9 cpu 1\n"));
  const std::string line = FormatRunLine(Running());
  EXPECT_THAT(line, HasSubstr("run 3 of cpu, running: fit 41 % (2402 of 5858), 50 targets/s"));
  EXPECT_THAT(line, HasSubstr("2 failures, 1 deaths"));
}

TEST(ClientStatus, ARunThatHasEndedSaysWhatItTook) {
  const json run = {{"id", 3},
                    {"job", "cpu"},
                    {"state", "complete"},
                    {"progress", nullptr},
                    {"summary",
                     {{"targets", 9},
                      {"seconds", {{"load", 1.5}, {"fit", 20}}},
                      {"stage_peak_rss_bytes", {{"load", 5000000}}},
                      {"worker_stats", {{{"worker", 0}, {"busy_fraction", 0.5}}}},
                      {"deaths", {{{"worker", 0}, {"cause", "signal:9"}, {"target", "a"}}}}}}};
  const std::string text = FormatRunStatus(run);
  EXPECT_THAT(text, HasSubstr("stage      load                    1.50 s       5.0 MB\n"));
  EXPECT_THAT(text, HasSubstr("worker     0 50 % busy"));
  EXPECT_THAT(text, HasSubstr("death      signal:9 of worker 0 at a\n"));
  EXPECT_THAT(text, Not(HasSubstr("progress")));
}

TEST(ClientStatus, AnAnswerOfAnotherShapeIsStillText) {
  EXPECT_THAT(FormatRunStatus({{"progress", 3}, {"summary", "x"}}), HasSubstr("run        -\n"));
  EXPECT_EQ(FormatRunLine({{"id", 1}, {"state", "queued"}}), "run 1 of -, queued");
}

}  // namespace
}  // namespace fitd::client_status_test
