// Files that were not written for this program: NAB's telemetry and the M3 competition.
#include <cmath>
#include <filesystem>

#include "daemon/ingest/load_frame.h"
#include "test_paths.h"
#include "tests/unit/daemon/ingest/ingest_fixture.h"

namespace fitd::real_data_test {
namespace {

TEST_F(IngestTest, LoadsNabWithItsClockChanges) {
  const std::string nab = FITD_SHARED_DIR "/data/nab/realAWSCloudwatch.csv";
  if (!std::filesystem::exists(nab)) GTEST_SKIP() << "no " << nab;
  const auto r = LoadFrame(Options({nab}));
  ASSERT_TRUE(r.ok()) << r.status().message();
  EXPECT_EQ(r->frame.size(), 8U);
  EXPECT_EQ(r->report.rows, 33543U);
  EXPECT_EQ(r->report.duplicates, 11U);
  for (std::size_t i = 0; i < r->frame.size(); ++i) EXPECT_EQ(FormatStep(r->frame[i].grid.step), "5min");
}

TEST_F(IngestTest, LoadsM3WithItsCalendar) {
  const std::string m3 = FITD_SHARED_DIR "/data/m3/";
  if (!std::filesystem::exists(m3)) GTEST_SKIP() << "no " << m3;
  const std::pair<const char*, const char*> groups[] = {
      {"yearly", "1Y"}, {"quarterly", "1Q"}, {"monthly", "1M"}, {"other", "1D"}};
  const std::uint64_t rows[] = {14449, 30956, 141858, 11933};
  for (std::size_t g = 0; g < 4; ++g) {
    const auto r = LoadFrame(Options({m3 + groups[g].first + ".train.csv"}));
    ASSERT_TRUE(r.ok()) << r.status().message();
    EXPECT_EQ(r->frame.num_values(), rows[g]);
    EXPECT_EQ(r->report.gaps_filled, 0U);
    for (std::size_t i = 0; i < r->frame.size(); ++i) {
      EXPECT_EQ(FormatStep(r->frame[i].grid.step), groups[g].second) << r->frame[i].id;
    }
  }
}

}  // namespace
}  // namespace fitd::real_data_test
