// Stores that are foreign, damaged or cut off.
#include <sys/stat.h>

#include <fstream>

#include "common/checksum.h"
#include "daemon/output/export_run.h"
#include "daemon/output/output_sink.h"
#include "daemon/store/store_rep.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::model_store_damage_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ModelStore, ForeignNewerAndDamagedFilesAreNamed) {
  std::ofstream(path_) << "time,value\n2024-01-01,1\n" << std::string(2000, 'x');
  Status status = Store::Open(path_, Store::Mode::kCreate).status();
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("m.db"));
  EXPECT_THAT(status.message(), HasSubstr("not a fitd store"));
  EXPECT_EQ(Store::Open(path_, Store::Mode::kRead).status().code(), StatusCode::kCorrupt);

  std::filesystem::remove(path_);
  Sql(path_, "CREATE TABLE songs(title); PRAGMA application_id = 7");
  status = Store::Open(path_, Store::Mode::kCreate).status();
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("another program"));
  Sql(path_, "SELECT * FROM songs");  // untouched

  std::filesystem::remove(path_);
  { OpenOrDie(path_, Store::Mode::kCreate); }
  Sql(path_, "PRAGMA user_version = 3");
  status = Store::Open(path_, Store::Mode::kRead).status();
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("version 3"));

  std::filesystem::remove(path_);
  std::ofstream(path_).close();
  EXPECT_THAT(Store::Open(path_, Store::Mode::kRead).status().message(), HasSubstr("empty file"));
  EXPECT_TRUE(Store::Open(path_, Store::Mode::kCreate).ok());
}

TEST_F(ModelStore, ADamagedModelIsCaughtByItsChecksum) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(1), kSampleNow);
    SampleBatch batch;
    batch.Add(0, "host-1", {SampleOutcome(0)});
    ASSERT_OK(store.Append(run, batch.records()));
  }
  Sql(path_, "UPDATE models SET archive = x'0102' || substr(archive, 3)");
  const Store store = OpenOrDie(path_, Store::Mode::kRead);
  const Status status = store.ForEachTarget(1, {}, [](const TargetRecord&) { return OkStatus(); });
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("model ets of target host-1"));
}

TEST_F(ModelStore, AnEditedColumnIsCaughtByTheRowsChecksum) {
  for (const char* edit : {"step = 0", "start = start + 1", "n = 7", "status = 'constant'", "id = 'other'",
                           "seasons = '7'", "reason = 'x'", "step_unit = 1", "fingerprint = 1"}) {
    SCOPED_TRACE(edit);
    std::filesystem::remove(path_);
    {
      Store store = OpenOrDie(path_, Store::Mode::kCreate);
      const std::int64_t run = *store.BeginRun(SampleHeader(2), kSampleNow);
      SampleBatch batch;
      batch.Add(0, "host-1", {SampleOutcome(0)});
      batch.Add(1, "host-2", {SampleOutcome(0)}, "");
      for (TargetRecord& record : batch.records()) record.grid.step = {Step::Unit::kNanosecond, 1000};
      ASSERT_OK(store.Append(run, batch.records()));
    }
    for (const char* target : {"host-1", "host-2"}) {
      Sql(path_, std::string("UPDATE targets SET ") + edit + " WHERE id = '" + target + "'");
      const Store store = OpenOrDie(path_, Store::Mode::kRead);
      const Status status = store.ForEachTarget(1, {}, [](const TargetRecord&) { return OkStatus(); });
      EXPECT_EQ(status.code(), StatusCode::kCorrupt);
      EXPECT_THAT(status.message(), HasSubstr("checksum"));
    }
  }
}

TEST_F(ModelStore, AnEditedDescriptionOfARunIsCaught) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const RunHeader header = SampleHeader(1);
    ASSERT_TRUE(store.BeginRun(header, WallTime()).ok());
  }
  for (const char* edit :
       {"num_targets = 7", "horizon = horizon + 1", "target_column = 'other'", "time_column = 'other'",
        "value_column = 'other'", "time_format = time_format + 1", "options = '{}  '", "time_pattern = '%d.%m.%Y'",
        "time_zone = 'Europe/Berlin'", "fingerprint = 'f'"}) {
    const std::string copy = dir_.File("copy.db");
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Sql(copy, std::string("UPDATE runs SET ") + edit);
    const Store store = OpenOrDie(copy, Store::Mode::kRead);
    const Status status = store.ListRuns().status();
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << edit;
    EXPECT_THAT(status.message(), HasSubstr("the description of run 1 does not match its checksum")) << edit;
  }
  Sql(path_,
      "UPDATE runs SET state = 'cancelled', finished = 'x', summary = '{}'; "
      "DELETE FROM globals WHERE name LIKE 'contents of run %'");  // which only a complete one has
  EXPECT_TRUE(OpenOrDie(path_, Store::Mode::kRead).ListRuns().ok());
  Sql(path_, "UPDATE runs SET horizon = 5; DELETE FROM globals");  // of an earlier release
  EXPECT_TRUE(OpenOrDie(path_, Store::Mode::kRead).ListRuns().ok());
}

TEST_F(ModelStore, AnEditedCompletionOfARunIsCaught) {
  MakeStore(path_, 1);
  const std::string copy = dir_.File("copy.db");
  for (const char* edit :
       {"summary = '{}'", "finished = 'x'", "started = 'x'", "state = 'cancelled'", "state = 'running'"}) {
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Sql(copy, std::string("UPDATE runs SET ") + edit + " WHERE run = 2");
    const Status status = OpenOrDie(copy, Store::Mode::kRead).ListRuns().status();
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << edit;
    EXPECT_THAT(status.message(), HasSubstr("the description of run 2 does not match its checksum")) << edit;
  }
}

TEST_F(ModelStore, ARunThatWasNeverFinishedIsNotCompleteBecauseItsRowSaysSo) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(2), kSampleNow);
    SampleBatch batch;
    batch.Add(0, "host-1", {SampleOutcome(0)});
    ASSERT_OK(store.Append(run, batch.records()));
  }
  Sql(path_, "UPDATE runs SET state = 'complete'");
  const Store store = OpenOrDie(path_, Store::Mode::kRead);
  const Status status = store.ForEachTarget(1, {}, [](const TargetRecord&) { return OkStatus(); });
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("was never finished"));
}

TEST_F(ModelStore, RowsOfEarlierReleasesAreReadAsFarAsTheyAreProtected) {
  MakeStore(path_, 1);
  std::string updates;
  {
    const Store store = OpenOrDie(path_, Store::Mode::kRead);
    ASSERT_OK(store.ForEachTarget(1, {}, [&](const TargetRecord& target) {
      const auto sum = static_cast<std::int64_t>(EarlierTargetChecksum(target, "12,24"));
      updates +=
          "UPDATE targets SET checksum = " + std::to_string(sum) + " WHERE id = '" + std::string(target.id) + "';";
      return OkStatus();
    }));
  }
  Sql(path_, updates + "DELETE FROM globals WHERE name LIKE 'contents of%'");
  EXPECT_TRUE(OpenOrDie(path_, Store::Mode::kRead).CheckRun(1).ok());
  Sql(path_, "UPDATE runs SET summary = '{}'; DELETE FROM models WHERE key = (((1 << 32) + 9) << 8) + 1");
  EXPECT_TRUE(OpenOrDie(path_, Store::Mode::kRead).CheckRun(1).ok());
  Sql(path_, "DELETE FROM models WHERE key = ((1 << 32) + 9) << 8");
  EXPECT_EQ(OpenOrDie(path_, Store::Mode::kRead).CheckRun(1).code(), StatusCode::kCorrupt);
}

TEST_F(ModelStore, RowsOfTheFirstReleaseAreRead) {
  const std::string validation = "v";
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(2), kSampleNow);
    SampleBatch batch;
    batch.Add(0, "host-1", {SampleOutcome(0)}, validation);
    batch.Add(1, "host-2", {SampleOutcome(0)}, "");
    ASSERT_OK(store.Append(run, batch.records()));
  }
  Sql(path_, "UPDATE targets SET checksum = NULL WHERE validation IS NULL");
  Sql(path_, "UPDATE targets SET checksum = " + std::to_string(static_cast<std::int64_t>(Checksum64(validation))) +
                 " WHERE validation IS NOT NULL");
  const Store store = OpenOrDie(path_, Store::Mode::kRead);
  int seen = 0;
  ASSERT_OK(store.ForEachTarget(1, {}, [&](const TargetRecord&) {
    ++seen;
    return OkStatus();
  }));
  EXPECT_EQ(seen, 2);
}

TEST_F(ModelStore, SomebodyElsesObjectsAreRefused) {
  for (const char* sql : {"CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM targets; END",
                          "CREATE VIEW mine AS SELECT 1", "CREATE TABLE mine(x)", "CREATE INDEX i ON targets(id)",
                          "DROP TABLE quarantine; CREATE VIEW quarantine AS SELECT 1"}) {
    SCOPED_TRACE(sql);
    std::filesystem::remove(path_);
    { OpenOrDie(path_, Store::Mode::kCreate); }
    Sql(path_, sql);
    for (const Store::Mode mode : {Store::Mode::kRead, Store::Mode::kWrite}) {
      const Status status = Store::Open(path_, mode).status();
      EXPECT_EQ(status.code(), StatusCode::kCorrupt);
      EXPECT_THAT(status.message(), HasSubstr("which fitd did not make"));
    }
  }
}

TEST_F(ModelStore, ATruncatedFileIsAnErrorNotACrash) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(2000), kSampleNow);
    SampleBatch batch;
    for (int i = 0; i < 2000; ++i)
      batch.Add(static_cast<std::uint64_t>(i), std::to_string(10000 + i), {SampleOutcome(i)});
    ASSERT_OK(store.Append(run, batch.records()));
    ASSERT_OK(store.FinishRun(run, 2000, "{}", 10, kSampleNow));
  }
  const auto full = std::filesystem::file_size(path_);
  for (const std::uintmax_t size : {full / 2, full / 3, std::uintmax_t{8192}, std::uintmax_t{100}, std::uintmax_t{1}}) {
    std::filesystem::resize_file(path_, size);
    Result<Store> store = Store::Open(path_, Store::Mode::kRead);
    Status status = store.status();
    if (store.ok()) status = store->ForEachTarget(1, {}, [](const TargetRecord&) { return OkStatus(); });
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << size << ": " << status.message();
    EXPECT_THAT(status.message(), HasSubstr("m.db"));
  }
}

// What a command that reads everything says of a store: the export, or the error.
Result<std::string> ExportOf(const std::string& path) {
  FITD_ASSIGN_OR_RETURN(const Store store, Store::Open(path, Store::Mode::kRead));
  FITD_ASSIGN_OR_RETURN(const RunInfo run, store.LatestRun());
  StringSink sink;
  FITD_RETURN_IF_ERROR(ExportRun(store, run, ExportFormat::kJson, sink));
  return sink.written();
}

TEST_F(ModelStore, APageOfZerosIsAnErrorOrChangesNothing) {
  for (const std::uint64_t step : {1, 7}) {
    std::filesystem::remove(path_);
    MakeStore(path_, step);
    const Result<std::string> whole = ExportOf(path_);
    ASSERT_OK(whole.status());
    const std::string copy = dir_.File("copy.db");
    const std::uintmax_t pages = std::filesystem::file_size(path_) / 4096;
    std::uintmax_t errors = 0;
    for (std::uintmax_t page = 0; page < pages; ++page) {
      SCOPED_TRACE(page);
      std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
      ZeroPage(copy, page);
      const Result<std::string> damaged = ExportOf(copy);
      if (const Result<Store> store = Store::Open(copy, Store::Mode::kRead); store.ok()) {
        EXPECT_EQ(store->CheckRun(1).ok(), damaged.ok());  // what train relies on
      }
      if (damaged.ok()) {
        EXPECT_TRUE(*damaged == *whole) << "another export, and no error";
        continue;
      }
      ++errors;
      EXPECT_THAT(damaged.status().message(), HasSubstr("copy.db"));
      if (page != 1) {
        EXPECT_EQ(damaged.status().code(), StatusCode::kCorrupt) << damaged.status().message();
      }
    }
    EXPECT_GT(errors, pages / 3);  // the other run has about half of them
  }
}

TEST_F(ModelStore, WhatIsLostOfOneTargetIsNotTakenForNothing) {
  MakeStore(path_, 1);
  const std::string copy = dir_.File("copy.db");
  const char* const kLosses[] = {
      "DELETE FROM models WHERE key >> 8 = (1 << 32) + 9",                              // all models
      "DELETE FROM models WHERE key = ((1 << 32) + 9) << 8",                            // the first
      "DELETE FROM models WHERE key = (((1 << 32) + 9) << 8) + 1",                      // the last
      "DELETE FROM models WHERE key = (((1 << 32) + 399) << 8) + 1",                    // the last of the last
      "DELETE FROM targets WHERE key = ((1 << 32) + 9) << 8",                           // the row of the target
      "DELETE FROM targets WHERE key = (1 << 32) << 8",                                 // of the first
      "DELETE FROM targets WHERE key = ((1 << 32) + 399) << 8",                         // of the last
      "UPDATE models SET key = 0 WHERE key = ((1 << 32) + 9) << 8",                     // overwritten
      "UPDATE targets SET fingerprint = 0 WHERE key < 2 << 40 AND validation IS NULL",  // cut off
      "UPDATE targets SET filled = 1 WHERE key = ((1 << 32) + 9) << 8",
      "DELETE FROM globals WHERE run = 1 AND name = 'combination'",
      "DELETE FROM globals WHERE name = 'description of run 1'",
      "DELETE FROM globals WHERE name = 'targets of run 1'",
  };
  for (const char* loss : kLosses) {
    SCOPED_TRACE(loss);
    std::filesystem::copy_file(path_, copy, std::filesystem::copy_options::overwrite_existing);
    Sql(copy, loss);
    const Store store = OpenOrDie(copy, Store::Mode::kRead);
    const Status status = store.CheckRun(1);
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << status.message();
    EXPECT_THAT(status.message(), HasSubstr("restore the file from a backup or train again"));
    EXPECT_TRUE(store.CheckRun(2).ok());
  }
}

}  // namespace
}  // namespace fitd::model_store_damage_test
