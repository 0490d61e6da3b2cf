// Times and zones in a job file, and the lines that faults are named by.
#include "tests/unit/common/job/job_file_fixture.h"

namespace fitd::job_times_test {
namespace {

using ::testing::ElementsAre;

TEST_F(JobFile, TimesThatCannotBeAreNamedWithTheirLine) {
  const Status status = Error(R"([data]
timezone = "Mars/X"
time_format = "%Q"
until = "never"
start = "2024-02-30"
aggregate = "sum"
frequency = "auto"
)");
  EXPECT_EQ(status.code(), StatusCode::kBadConfig);
  const std::vector<std::string> lines = LinesOf(status);
  const auto starts = [](const char* text) { return ::testing::StartsWith(text); };
  EXPECT_THAT(lines, ElementsAre(starts(":2: data.timezone = Mars/X: 'Mars/X' is not a time zone"),
                                 starts(":3: data.time_format = %Q: the time format '%Q' has the unknown word %Q"),
                                 starts(":4: data.until = never: is no time; write one as in the data"),
                                 starts(":5: data.start = 2024-02-30: is no time"),
                                 starts(":7: data.frequency says no step, but aggregate = sum needs one"),
                                 starts(":7: data.frequency says no step, but start = 2024-02-30 needs the one")))
      << status.message();
}

TEST_F(JobFile, TimesInAnyKnownFormAreTaken) {
  for (const char* line :
       {"timezone = \"Europe/Berlin\"", "timezone = \"+01:00\"", "time_format = \"%d.%m.%y\"",
        "time_format = \"epoch-ms\"", "time_format = \"days since 1900-01-01\"", "until = \"2024-03-01T12:00\"",
        "until = \"1709251200\"", "until = \"Mar 2024\"", "aggregate = \"sum\"", "start = \"2024-03-01\""}) {
    EXPECT_TRUE(Parse("[data]\n" + std::string(line) + "\n").ok()) << line;
  }
}

TEST_F(JobFile, TomlsOwnDatesAreTimes) {
  for (const auto& [written, read] : {std::pair("2024-03-01", "2024-03-01"),
                                      {"2024-03-01T12:00:00", "2024-03-01T12:00:00"},
                                      {"2024-03-01 12:00:00Z", "2024-03-01T12:00:00Z"},
                                      {"2024-03-01T12:00:00+05:30", "2024-03-01T12:00:00+05:30"},
                                      {"1709251200", "1709251200"}}) {
    const Result<Job> job = Parse("[data]\nuntil = " + std::string(written) + "\n");
    ASSERT_TRUE(job.ok()) << job.status().message();
    EXPECT_EQ(job->data.until, read);
  }
  EXPECT_EQ(Parse("[data]\nstart = 2024-03-01\n")->data.start, "2024-03-01");
  for (const char* line : {"until = true", "until = 12:00:00", "until = 1.5"}) {
    const Status status = Parse("[data]\n" + std::string(line) + "\n").status();
    EXPECT_NE(status.message().find(":2: data.until must be a time, not "), std::string::npos) << line;
  }
  EXPECT_FALSE(Parse("[store]\npath = 2024-03-01\n").ok()) << "no other key takes one";
}

TEST_F(JobFile, TheLineOfEveryValueIsKept) {
  const Result<Job> job = Parse("[data]\nuntil = \"2024\"\n");
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(job->said_at.at("data.until"), path_ + ":2");
  EXPECT_EQ(job->said_at.size(), 1U);
}

}  // namespace
}  // namespace fitd::job_times_test
