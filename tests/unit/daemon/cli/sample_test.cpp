#include "daemon/cli/sample.h"

#include "tests/unit/daemon/ingest/ingest_fixture.h"

namespace fitd::sample_test {
namespace {

std::string Sample(const SampleOptions& options) {
  std::string out;
  const Status status = WriteSample(options, [&](std::string_view text) {
    out += text;
    return OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return out;
}

TEST_F(IngestTest, SampleIsDeterministicAndReadable) {
  SampleOptions options;
  options.targets = 400;
  options.length = 200;
  const std::string text = Sample(options);
  EXPECT_EQ(text, Sample(options));
  EXPECT_EQ(text.substr(0, 50), "target,time,value\nhost000.cpu,2024-01-01T00:00:00,");
  const auto r = Load(text);
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame.size(), 400U);
  EXPECT_EQ(r->report.unordered_rows, 0U);
  EXPECT_EQ(r->report.duplicates, 0U);
  EXPECT_GT(r->report.gaps_filled, 0U);
  std::size_t constant = 0;
  std::size_t brief = 0;
  for (std::size_t i = 0; i < r->frame.size(); ++i) {
    const auto v = r->frame[i].values;
    brief += v.size() < 10;
    constant += v.size() > 100 && std::equal(v.begin() + 1, v.end(), v.begin());
  }
  EXPECT_GT(constant, 0U);
  EXPECT_GT(brief, 0U);
  options.seed = 2;
  EXPECT_NE(text, Sample(options));
}

TEST_F(IngestTest, SampleFollowsTheFrequency) {
  SampleOptions options;
  options.targets = 1;
  options.length = 14;
  for (const char* frequency : {"1s", "5min", "1D", "1M", "1Q"}) {
    options.frequency = frequency;
    const auto r = Load(Sample(options));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(FormatStep(r->frame[0].grid.step), frequency);
  }
}

TEST(Sample, HasARowOfEachTarget) {
  SampleOptions options;
  options.targets = 100'000;  // of which some 8 begin with an outage
  options.length = 1;
  const std::string text = Sample(options);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 100'001);
}

TEST(Sample, RefusesWhatItCannotWrite) {
  SampleOptions options;
  options.frequency = "sometimes";
  EXPECT_EQ(WriteSample(options, [](std::string_view) { return OkStatus(); }).code(), StatusCode::kUsage);
  options.frequency = "1Y";
  options.length = 1000;
  EXPECT_EQ(WriteSample(options, [](std::string_view) { return OkStatus(); }).code(), StatusCode::kUsage);
}

TEST(Sample, EndsWhenTheSinkDoes) {
  SampleOptions options;
  options.targets = 10'000;
  int calls = 0;
  const Status status = WriteSample(options, [&](std::string_view) {
    ++calls;
    return Status(StatusCode::kIo, "full");
  });
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace fitd::sample_test
