#include "common/job/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/models/base/algorithm.h"
#include "tests/unit/common/job/job_file_fixture.h"

namespace fitd::job_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(JobFile, EveryKeyIsRead) {
  const Result<Job> job = Parse(R"(
[data]
files = ["/srv/metrics/*.csv.zst", "local/a.csv", "-"]
target = "host"
time = "timestamp"
value = "cpu"
wide = true
gaps = "seasonal"
frequency = "5min"
max_bad_rows = 7
[models]
local = ["naive", "theta", "python:my.module:Fit"]
global = "pooled-ar"
combine = "weighted"
season = [24, 168]
horizon = 48
prior = false
python_path = ["lib", "/usr/lib/models"]
[workers]
count = 3
chunk_size = "even"
target_timeout = "1m30s"
memory = "1G"
retries = 2
recycle_targets = 1000
recycle_memory = "256M"
[store]
path = "cpu.db"
keep_runs = 3
keep_history = 500
[failures]
max = "5%"
fail_fast = true
)");
  ASSERT_TRUE(job.ok()) << job.status().message();
  EXPECT_EQ(job->name, "cpu");
  EXPECT_THAT(job->data.files, ElementsAre("/srv/metrics/*.csv.zst", dir_.File("local/a.csv"), "-"));
  EXPECT_EQ(job->data.target, "host");
  EXPECT_EQ(job->data.time, "timestamp");
  EXPECT_EQ(job->data.value, "cpu");
  EXPECT_TRUE(job->data.wide);
  EXPECT_EQ(job->data.gaps, GapPolicy::kSeasonal);
  EXPECT_EQ(job->data.frequency, "5min");
  EXPECT_EQ(job->data.max_bad_rows, 7U);
  EXPECT_THAT(job->models.local, ElementsAre("naive", "theta", "python:my.module:Fit"));
  EXPECT_EQ(job->models.global, "pooled-ar");
  EXPECT_EQ(job->models.combine, CombineRule::kWeighted);
  EXPECT_EQ(job->models.season, (std::vector<int>{24, 168}));
  EXPECT_EQ(job->models.horizon, 48);
  EXPECT_FALSE(job->models.prior);
  EXPECT_THAT(job->models.python_path, ElementsAre(dir_.File("lib"), "/usr/lib/models"));
  EXPECT_EQ(job->workers.count, 3);
  EXPECT_EQ(job->workers.chunk_size.kind, ChunkSizePolicy::Kind::kEven);
  EXPECT_EQ(job->workers.target_timeout, std::chrono::seconds(90));
  EXPECT_EQ(job->workers.memory_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(job->workers.retries, 2);
  EXPECT_EQ(job->workers.recycle_targets, 1000U);
  EXPECT_EQ(job->workers.recycle_bytes, std::uint64_t{256} << 20);
  EXPECT_EQ(job->store.path, dir_.File("cpu.db"));
  EXPECT_EQ(job->store.keep_runs, 3);
  EXPECT_EQ(job->store.keep_history, 500U);
  EXPECT_EQ(job->failures.max_percent, 5.0);
  EXPECT_FALSE(job->failures.max_count.has_value());
  EXPECT_TRUE(job->failures.fail_fast);
  EXPECT_THAT(job->Validate(), IsEmpty());
}

TEST_F(JobFile, ADetectionIsRead) {
  const Result<Job> job = Parse(R"(
[data]
files = ["a.csv"]
[detect]
files = ["/srv/new/*.csv", "today.csv"]
every = "15m"
threshold = 40
direction = "up"
min_change = 2.5
for = 3
mute = ["2024-12-24/2024-12-26", "holidays/de.txt", "1700000000/1700003600"]
exec = "page --job cpu"
exec_timeout = "5s"
)");
  ASSERT_TRUE(job.ok()) << job.status().message();
  const DetectChoice& detect = job->detect;
  EXPECT_THAT(detect.files, ElementsAre("/srv/new/*.csv", dir_.File("today.csv")));
  EXPECT_EQ(detect.every, std::chrono::minutes(15));
  EXPECT_EQ(detect.threshold, 40);
  EXPECT_EQ(detect.direction, "up");
  EXPECT_EQ(detect.min_change, "2.5");
  EXPECT_EQ(detect.persist, 3);
  EXPECT_THAT(detect.mute, ElementsAre("2024-12-24/2024-12-26", dir_.File("holidays/de.txt"), "1700000000/1700003600"));
  EXPECT_EQ(detect.exec, "page --job cpu");
  EXPECT_EQ(detect.exec_timeout, std::chrono::seconds(5));
  EXPECT_EQ(Parse("[detect]\nalarm_rate = \"1/week\"\n")->detect.alarm_rate, "1/week");
  EXPECT_THAT(Error("[detect]\nalarm_rate = \"1/week\"\nthreshold = 40\n").message(),
              HasSubstr(":2: detect.alarm_rate is given beside detect.threshold"));
  EXPECT_EQ(Parse("[detect]\nmin_change = \"10%\"\nthreshold = \"auto\"\n")->detect.min_change, "10%");
  EXPECT_EQ(FormatJob(*Parse(FormatJob(*job))), FormatJob(*job));
}

TEST_F(JobFile, WhatADetectionCannotUseIsNamedWithItsLineAndARemedy) {
  const Status status = Error(R"([detect]
files = ["-"]
every = "5s"
threshold = 100
alarm_rate = "often"
direction = "upp"
min_change = "some"
for = 0
mute = ["2024-12-26/2024-12-24"]
exec_timeout = 0
evry = "1h"
)");
  EXPECT_EQ(status.code(), StatusCode::kBadConfig);
  const std::vector<std::string> lines = LinesOf(status);
  const auto starts = [](const char* text) { return ::testing::StartsWith(text); };
  EXPECT_THAT(lines,
              ElementsAre(AllOf(starts(":2: detect.files holds -"), HasSubstr("name files")),
                          AllOf(starts(":3: detect.every = 5s"), HasSubstr("1m or more")),
                          AllOf(starts(":4: detect.threshold = 100"), HasSubstr("from 0.1 to 99.99")),
                          AllOf(starts(":5: detect.alarm_rate = 'often'"), HasSubstr("1/week")),
                          AllOf(starts(":6: detect.direction = upp"), HasSubstr("did you mean up?")),
                          AllOf(starts(":7: detect.min_change = 'some'"), HasSubstr("10%")),
                          AllOf(starts(":8: detect.for = 0"), HasSubstr("from 1")),
                          AllOf(starts(":9: detect.mute = 2024-12-26/2024-12-24"), HasSubstr("ends before it begins")),
                          AllOf(starts(":10: detect.exec_timeout = 0s"), HasSubstr("30s")),
                          AllOf(starts(":11: there is no key detect.evry"), HasSubstr("did you mean every?"))))
      << status.message();
  EXPECT_THAT(Error("[detect]\nmute = [\"2024-02-30/2024-03-01\"]\n").message(), HasSubstr("no date '2024-02-30'"));
}

TEST_F(JobFile, AnUnknownKeyIsAnErrorWithItsLineAndTheNearestKey) {
  const Status status = Error("[models]\n\nhorizn = 3\n");
  EXPECT_EQ(status.code(), StatusCode::kBadConfig);
  EXPECT_EQ(ExitCode(status), 78);
  EXPECT_EQ(status.message(), path_ + ":3: there is no key models.horizn; did you mean horizon?");
  EXPECT_THAT(Error("[data]\nhorizon = 3\n").message(),
              HasSubstr(":2: there is no key data.horizon; it belongs in [models]"));
  EXPECT_THAT(Error("[data]\nkeep_run = 3\n").message(), HasSubstr("did you mean keep_runs in [store]?"));
  EXPECT_THAT(Error("[data]\nquux_frobnicate = 3\n").message(), HasSubstr("known are files, target, time"));
  EXPECT_THAT(Error("[modles]\nhorizon = 3\n").message(),
              HasSubstr(":1: there is no section [modles]; did you mean models?"));
  EXPECT_THAT(Error("horizon = 3\n").message(),
              HasSubstr(":1: the key horizon stands before any section; it belongs in [models]"));
  EXPECT_THAT(Error("data = 3\n").message(), HasSubstr(":1: data must be a section"));
}

TEST_F(JobFile, AllErrorsAreReportedAtOnceInTheOrderOfTheFile) {
  const Status status = Error(R"([workers]
count = "many"
memory = "lots"
retries = "often"
[models]
combine = "wieghted"
local = ["etts", "theta", "theta"]
horizon = "long"
season = "12,x"
[data]
gaps = "linar"
max_bad_rows = -1
wide = "yes"
frequency = "sometimes"
[store]
keep_runs = 0
[failures]
max = "150%"
)");
  EXPECT_EQ(status.code(), StatusCode::kBadConfig);
  const std::vector<std::string> lines = LinesOf(status);
  const auto starts = [](const char* text) { return ::testing::StartsWith(text); };
  EXPECT_THAT(
      lines,
      ElementsAre(starts(":2: workers.count = many"), starts(":3: workers.memory = \"lots\""),
                  starts(":4: workers.retries must be a whole number or \"auto\", not string"),
                  AllOf(starts(":6: models.combine = wieghted"), HasSubstr("did you mean weighted?")),
                  starts(":7: models.local has no algorithm etts"), starts(":7: models.local names theta twice"),
                  starts(":8: models.horizon must be a whole number, not string"), starts(":9: models.season = 12,x"),
                  AllOf(starts(":11: data.gaps = linar"), HasSubstr("did you mean linear?")),
                  starts(":12: data.max_bad_rows = -1"), starts(":13: data.wide must be true or false"),
                  starts(":14: data.frequency = 'sometimes'"), starts(":16: store.keep_runs = 0"),
                  starts(":18: failures.max = 150")))
      << status.message();
}

TEST_F(JobFile, BrokenTomlIsAnErrorWithItsLine) {
  EXPECT_THAT(Error("[data]\nfiles = [\"a\"\n[models]\n").message(), HasSubstr("cpu.toml:3: "));
  EXPECT_THAT(Error("[data]\nwide = true\nwide = false\n").message(), HasSubstr("cpu.toml:3: "));
  EXPECT_THAT(Error("[data]\ntarget = \"\xff\"\n").message(), HasSubstr("cpu.toml:2: "));
  EXPECT_EQ(Error(std::string("\0\1\2", 3)).code(), StatusCode::kBadConfig);
  EXPECT_EQ(Error(std::string(100'000, '[')).code(), StatusCode::kBadConfig);
  std::string deep = "a";
  for (int i = 0; i < 50'000; ++i) deep += ".a";
  EXPECT_THAT(Error("[data]\n" + deep + "=1\n").message(), HasSubstr("cpu.toml:2: keys are nested too deep"));
  EXPECT_THAT(Error("[" + deep + "]\n").message(), HasSubstr("cpu.toml:1: keys are nested too deep"));
  const std::string dots(1000, '.');
  EXPECT_TRUE(Parse("[data]\nfiles = [\"x.csv\", '" + dots + "']  # " + dots + "\n").ok());
}

TEST_F(JobFile, AMissingFileIsAMissingInput) {
  EXPECT_EQ(ExitCode(ParseJobFile(dir_.File("none.toml")).status()), 66);
  EXPECT_EQ(ExitCode(ParseJobFile(dir_.path()).status()), 66);
  EXPECT_THAT(ParseJobFile(dir_.File("none.toml")).status().message(), HasSubstr("none.toml"));
}

TEST_F(JobFile, AnEmptyFileIsTheDefaults) {
  const Result<Job> job = Parse("");
  ASSERT_TRUE(job.ok()) << job.status().message();
  Job defaults;
  defaults.name = "cpu";
  EXPECT_EQ(FormatJob(*job), FormatJob(defaults));
  EXPECT_THAT(job->Validate(), testing::Contains(HasSubstr("data.files is empty")));
}

TEST_F(JobFile, TheEffectiveJobParsesToItself) {
  Job job;
  job.data.files = {"/a \"quoted\" \\ \t name\x01\x7f.csv", "/b/*.gz", "-"};
  job.data.target = "h\xc3\xb6st";
  job.data.gaps = GapPolicy::kNone;
  job.data.frequency = "1Q";
  job.models.local = {"naive", "theta"};
  job.models.season = std::vector<int>{24, 168};
  job.models.prior = false;
  job.workers.count = 0;
  job.workers.chunk_size = {ChunkSizePolicy::Kind::kFixed, 17};
  job.workers.target_timeout = std::chrono::milliseconds(1500);
  job.workers.memory_bytes = (std::uint64_t{1} << 30) + 1024;
  job.workers.retries = 0;
  job.store.path = "/x/y.db";
  job.failures.max_count = 12;
  const Result<Job> again = Parse(FormatJob(job));
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(FormatJob(*again), FormatJob(job));
  EXPECT_EQ(again->data.files, job.data.files);
  EXPECT_EQ(again->workers.target_timeout, job.workers.target_timeout);
  EXPECT_EQ(again->workers.memory_bytes, job.workers.memory_bytes);
  EXPECT_EQ(again->workers.retries, 0);
  EXPECT_EQ(again->failures.max_count, 12.0);
  job.failures = {};
  job.failures.max_percent = 2.5;
  EXPECT_EQ(Parse(FormatJob(job))->failures.max_percent, 2.5);
}

TEST(Job, DefaultsAreValidOnceThereIsData) {
  Job job;
  job.data.files = {"a.csv"};
  EXPECT_THAT(job.models.local, ElementsAre("auto"));
  EXPECT_THAT(job.Validate(), IsEmpty());
}

TEST(Job, ValidateNamesTheKeyTheValueAndTheRule) {
  Job job;
  job.data.files = {"a.csv"};
  job.models.local = {"theta"};
  job.models.horizon = -3;
  job.data.target = "x";
  job.data.value = "x";
  job.workers.memory_bytes = 5;
  EXPECT_THAT(job.Validate(), ElementsAre("data.value = x: is the same column as data.target",
                                          "models.horizon = -3: must be from 1 to 100000, or 0 for one season",
                                          "workers.memory = 5: must be 16M or more, or 0 for no limit"));
  job = Job();
  job.data.files = {"a.csv"};
  for (const char* name : {"python:", "plugin", "exec:", "ets2"}) {
    job.models.local = {name};
    EXPECT_EQ(job.Validate().size(), 1U) << name;
  }
  for (const char* name : {"python:m:o", "plugin:/lib/x.so", "exec:/bin/fit --fast"}) {
    job.models.local = {name};
    EXPECT_THAT(job.Validate(), IsEmpty()) << name;
  }
}

TEST(Job, BoundsOfForecastsAreNumbersWithSomethingBetween) {
  const auto violations = [](double min, double max, bool integer) {
    Job job;
    job.data.files = {"a.csv"};
    job.models.min = min;
    job.models.max = max;
    job.models.integer = integer;
    return job.Validate();
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(violations(0, 100, true), IsEmpty());
  EXPECT_THAT(violations(0.5, 0.7, false), IsEmpty());
  EXPECT_THAT(violations(5, 1, false), ElementsAre("models.min = 5: must be below max, which is 1"));
  EXPECT_THAT(violations(std::nan(""), 1, false), ElementsAre("models.min = nan: must be a finite number"));
  EXPECT_THAT(violations(0, kInfinity, true), ElementsAre("models.max = inf: must be a finite number"));
  EXPECT_THAT(violations(-kInfinity, 1, true), ElementsAre("models.min = -inf: must be a finite number"));
  EXPECT_THAT(violations(0.5, 0.7, true),
              ElementsAre("models.min = 0.5: must be such that a whole number lies between it and max, which is 0.7"));
}

}  // namespace
}  // namespace fitd::job_test
