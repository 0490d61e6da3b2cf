#include "daemon/store/anomaly_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "daemon/store/detector_table.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::anomaly_table_test {
namespace {

StoredAnomaly Anomaly(const std::string& target, TimeNs start, AnomalyScope scope = AnomalyScope::kTarget) {
  StoredAnomaly a;
  a.target = target;
  a.scope = scope;
  a.start = start;
  a.end = a.peak = start + 1;
  a.up = true;
  a.kind = "spike";
  a.value = 4.25;
  a.lo = std::numeric_limits<double>::quiet_NaN();
  a.score = 33;
  a.surprise = 4;
  a.observations = 3;
  a.sources = "models+level";
  a.found = "2024-03-01T12:00:00Z";
  return a;
}

class AnomalyTableTest : public testing::Test {
 protected:
  void Put(std::vector<StoredAnomaly> anomalies) {
    Result<Store> store = Store::Open(path_, Store::Mode::kCreate);
    ASSERT_TRUE(store.ok()) << store.status().message();
    Result<DetectorTable> table = DetectorTable::Begin(*store);
    ASSERT_TRUE(table.ok()) << table.status().message();
    for (StoredAnomaly& a : anomalies) ASSERT_TRUE(table->anomalies().Put(a).ok());
    ASSERT_TRUE(table->Commit().ok());
  }
  std::vector<StoredAnomaly> Read(const AnomalyFilter& filter = {}) {
    std::vector<StoredAnomaly> found;
    Result<Store> store = Store::Open(path_, Store::Mode::kRead);
    EXPECT_TRUE(store.ok()) << store.status().message();
    const Status read = store->ForEachAnomaly(filter, [&found](const StoredAnomaly& a) -> Status {
      found.push_back(a);
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.message();
    return found;
  }
  Status ReadStatus(const AnomalyFilter& filter = {}) {
    Result<Store> store = Store::Open(path_, Store::Mode::kRead);
    return store.ok() ? store->ForEachAnomaly(filter, [](const StoredAnomaly&) -> Status { return {}; })
                      : store.status();
  }
  std::vector<std::int64_t> Numbers(const AnomalyFilter& filter) {
    std::vector<std::int64_t> numbers;
    for (const StoredAnomaly& a : Read(filter)) numbers.push_back(a.event);
    return numbers;
  }

  TempDir dir_;
  std::string path_ = dir_.path() + "/s.db";
};

TEST_F(AnomalyTableTest, GivesBackWhatWasPut) {
  StoredAnomaly open = Anomaly(std::string("a\0b", 3), 7);
  open.quiet = 5;
  open.told = false;
  Put({open});
  const std::vector<StoredAnomaly> found = Read();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].event, 1);
  EXPECT_EQ(found[0].target, open.target);
  EXPECT_EQ(found[0].start, 7);
  EXPECT_EQ(found[0].end, 8);
  EXPECT_TRUE(found[0].up);
  EXPECT_EQ(found[0].kind, "spike");
  EXPECT_EQ(found[0].value, 4.25);
  EXPECT_TRUE(std::isnan(found[0].lo));
  EXPECT_EQ(found[0].observations, 3U);
  EXPECT_EQ(found[0].sources, "models+level");
  EXPECT_EQ(found[0].quiet, 5U);
  EXPECT_FALSE(found[0].told);
  EXPECT_EQ(found[0].found, "2024-03-01T12:00:00Z");
}

TEST_F(AnomalyTableTest, FiltersByTargetTimeNumberAndScope) {
  Put({Anomaly("a", 10), Anomaly("b", 20), Anomaly("*", 30, AnomalyScope::kFleet),
       Anomaly("a", 30, AnomalyScope::kPartOfFleet)});
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(this->Numbers({}), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(this->Numbers({.targets = {"a", "a"}}), (Numbers{1, 4}));
  EXPECT_EQ(this->Numbers({.targets = {"b", "a"}, .limit = 2, .newest_first = true}), (Numbers{4, 2}));
  EXPECT_EQ(this->Numbers({.since = 21}), (Numbers{2, 3, 4}));
  EXPECT_EQ(this->Numbers({.since = 22}), (Numbers{3, 4}));
  EXPECT_EQ(this->Numbers({.until = 29}), (Numbers{1, 2}));
  EXPECT_EQ(this->Numbers({.after = 1, .limit = 2}), (Numbers{2, 3}));
  EXPECT_EQ(this->Numbers({.parts_of_fleet = false}), (Numbers{1, 2, 3}));
}

TEST_F(AnomalyTableTest, ReplacesAnEventThatGoesOnAndMarksWhatIsTold) {
  StoredAnomaly a = Anomaly("a", 10);
  a.quiet = 0;
  a.told = false;
  Put({a});
  Result<Store> store = Store::Open(path_, Store::Mode::kWrite);
  {
    Result<DetectorTable> table = DetectorTable::Begin(*store);
    Result<std::vector<StoredAnomaly>> open = table->anomalies().Open();
    ASSERT_TRUE(open.ok());
    ASSERT_EQ(open->size(), 1U);
    StoredAnomaly& same = open->front();
    same.end = 99;
    same.quiet.reset();
    ASSERT_TRUE(table->anomalies().Put(same).ok());
    ASSERT_TRUE(table->Commit().ok());
  }
  ASSERT_TRUE(MarkAnomaly(*store, 1, true).ok());
  const std::vector<StoredAnomaly> found = Read();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].end, 99);
  EXPECT_FALSE(found[0].quiet.has_value());
  EXPECT_TRUE(found[0].told);
}

TEST_F(AnomalyTableTest, AnEditedEventIsCaught) {
  Put({Anomaly("a", 10)});
  EXPECT_EQ(ReadStatus().code(), StatusCode::kOk);
  for (const char* edit : {"id = 'b'", "start = 9", "\"end\" = 99", "peak = 9", "direction = 'down'", "kind = 'dip'",
                           "value = 4", "expected = NULL", "lo = 1", "score = 0", "surprise = 1", "observations = 1",
                           "sources = 'level'", "quiet = 3", "found = 'x'", "scope = 1", "event = 2"}) {
    const std::string copy = dir_.File("copy.db");
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Sql(path_, std::string("UPDATE anomalies SET ") + edit);
    const Status status = ReadStatus();
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << edit;
    EXPECT_NE(status.message().find("does not match its checksum"), std::string::npos) << status.message();
    std::filesystem::rename(copy, path_);
  }
}

// A row that a filter would leave out by what was edited is no less damaged.
TEST_F(AnomalyTableTest, AnEventThatWasEditedWhereItIsFilteredByIsCaught) {
  AnomalyFilter filter;
  filter.targets = {"a"};
  filter.since = 0;
  filter.until = 100;
  filter.parts_of_fleet = false;
  for (const char* edit : {"start = 'x'", "start = 1000", "\"end\" = 'x'", "\"end\" = -5", "event = -1", "event = 0",
                           "scope = 1", "id = 'b'"}) {
    std::filesystem::remove(path_);
    Put({Anomaly("a", 7), Anomaly("c", 9)});
    EXPECT_EQ(Numbers(filter), std::vector<std::int64_t>{1});
    Sql(path_, std::string("UPDATE anomalies SET ") + edit + " WHERE event = 1");
    EXPECT_EQ(ReadStatus(filter).code(), StatusCode::kCorrupt) << edit;
  }
}

TEST_F(AnomalyTableTest, EventsOfEarlierReleasesHaveNoChecksumUntilTheyAreWrittenAgain) {
  Put({Anomaly("a", 10)});
  Sql(path_, "ALTER TABLE anomalies DROP COLUMN checksum");
  EXPECT_EQ(Read().size(), 1U);
  Put({Anomaly("b", 20)});
  EXPECT_EQ(Read().size(), 2U);
  Sql(path_, "UPDATE anomalies SET kind = 'dip' WHERE id = 'a'");
  EXPECT_EQ(Read().size(), 2U);
  Sql(path_, "UPDATE anomalies SET kind = 'dip' WHERE id = 'b'");
  EXPECT_EQ(ReadStatus().code(), StatusCode::kCorrupt);
}

TEST_F(AnomalyTableTest, KeepsTheNewestAndWhatGoesOn) {
  StoredAnomaly first = Anomaly("open", 1);
  first.event = 1;
  first.quiet = 0;
  StoredAnomaly second = Anomaly("over", 1);
  second.event = 2;
  StoredAnomaly last = Anomaly("new", 1);
  last.event = kAnomaliesKept + 2;
  Put({first, second, last});
  Result<Store> store = Store::Open(path_, Store::Mode::kWrite);
  Result<DetectorTable> table = DetectorTable::Begin(*store);
  ASSERT_TRUE(table->anomalies().Trim().ok());
  ASSERT_TRUE(table->Commit().ok());
  EXPECT_EQ(Numbers({}), (std::vector<std::int64_t>{1, kAnomaliesKept + 2}));
}

TEST_F(AnomalyTableTest, IsEmptyInAStoreWithoutTheTable) {
  ASSERT_TRUE(Store::Open(path_, Store::Mode::kCreate).ok());
  {
    Result<StoreDb> db = StoreDb::Open(path_, StoreDb::Access::kReadWrite);
    ASSERT_TRUE(db->Execute("DROP TABLE anomalies", "test").ok());
  }
  EXPECT_TRUE(Read().empty());
}

TEST_F(AnomalyTableTest, APageOfZerosIsAnErrorOrChangesNothing) {
  std::vector<StoredAnomaly> anomalies;
  for (int i = 0; i < 120; ++i) anomalies.push_back(Anomaly("host" + std::to_string(i), i));
  Put(anomalies);
  const std::string whole = path_;
  const std::size_t all = Read().size();
  ASSERT_EQ(all, anomalies.size());
  int errors = 0;
  for (std::uintmax_t page = 0; page < std::filesystem::file_size(whole) / 4096; ++page) {
    SCOPED_TRACE(page);
    path_ = dir_.File("copy.db");
    std::filesystem::copy_file(whole, path_, std::filesystem::copy_options::overwrite_existing);
    ZeroPage(path_, page);
    const Status read = ReadStatus();
    errors += read.ok() ? 0 : 1;
    if (!read.ok()) continue;
    EXPECT_EQ(Read().size(), all);
    // Neither does the next event get the number of one that is gone.
    Result<Store> store = Store::Open(path_, Store::Mode::kWrite);
    if (!store.ok()) continue;
    Result<DetectorTable> table = DetectorTable::Begin(*store);
    if (!table.ok() || !table->anomalies().Open().ok()) continue;
    StoredAnomaly next = Anomaly("new", 1);
    if (!table->anomalies().Put(next).ok()) continue;
    EXPECT_EQ(next.event, static_cast<std::int64_t>(all) + 1);
  }
  EXPECT_GT(errors, 4);
}

}  // namespace
}  // namespace fitd::anomaly_table_test
