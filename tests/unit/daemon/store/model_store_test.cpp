#include "daemon/store/model_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::model_store_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Ids(const Store& store, std::int64_t run, std::vector<std::string> filter = {}) {
  std::vector<std::string> ids;
  const Status status = store.ForEachTarget(run, {std::move(filter), true}, [&](const TargetRecord& record) {
    ids.emplace_back(record.id);
    return OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return ids;
}

TEST_F(ModelStore, IsTakenAwayAgainOnlyWhenItWasMadeHereAndNoRunWasBegun) {
  OpenOrDie(path_, Store::Mode::kCreate).CloseAndRemoveIfUnused();
  EXPECT_THAT(dir_.List(), ElementsAre());
  { const Store made = OpenOrDie(path_, Store::Mode::kCreate); }
  OpenOrDie(path_, Store::Mode::kCreate).CloseAndRemoveIfUnused();
  EXPECT_THAT(dir_.List(), ElementsAre("m.db"));
  std::filesystem::remove(path_);
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  ASSERT_TRUE(store.BeginRun(SampleHeader(3), kSampleNow).ok());
  store.CloseAndRemoveIfUnused();
  EXPECT_THAT(dir_.List(), ElementsAre("m.db"));
  EXPECT_EQ(OpenOrDie(path_, Store::Mode::kRead).ListRuns()->size(), 1U);
}

TEST_F(ModelStore, ARunBeginsWithWhatBelongsToItOrNotAtAll) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  const Result<std::int64_t> refused = store.BeginRun(SampleHeader(3), kSampleNow, [&](std::int64_t run) -> Status {
    FITD_RETURN_IF_ERROR(store.PutGlobal(run, "names", "a"));
    return {StatusCode::kIo, "no room"};
  });
  EXPECT_EQ(refused.status().code(), StatusCode::kIo);
  EXPECT_TRUE(store.ListRuns()->empty());
  const Result<std::int64_t> run = store.BeginRun(
      SampleHeader(3), kSampleNow, [&](std::int64_t number) { return store.PutGlobal(number, "names", "b"); });
  ASSERT_TRUE(run.ok()) << run.status().message();
  EXPECT_EQ(*store.GetGlobal(*run, "names"), "b");
}

TEST_F(ModelStore, GivesBackWhatWasSaved) {
  std::int64_t run = 0;
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    Result<std::int64_t> begun = store.BeginRun(SampleHeader(3), kSampleNow);
    ASSERT_TRUE(begun.ok());
    run = *begun;
    SampleBatch batch;
    batch.Add(2, "c", {SampleOutcome(2)});
    batch.Add(0, "a", {SampleOutcome(0), SampleOutcome(0, "theta")});
    ASSERT_OK(store.Append(run, batch.records()));
    SampleBatch second;
    second.Add(1, std::string("b\0\xff", 3), {}, "");
    second.records()[0].status = FitStatus::kFailed;
    second.records()[0].reason = "worker died";
    ASSERT_OK(store.Append(run, second.records()));
    ASSERT_OK(store.FinishRun(run, 3, R"({"targets":3})", 10, kSampleNow));
  }
  EXPECT_THAT(dir_.List(), ElementsAre("m.db"));
  const Store store = OpenOrDie(path_, Store::Mode::kRead);
  Result<RunInfo> info = store.LatestRun();
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->run, run);
  EXPECT_EQ(info->state, RunState::kComplete);
  EXPECT_EQ(info->started, "2023-11-14T22:13:20Z");
  EXPECT_EQ(info->summary, R"({"targets":3})");
  EXPECT_EQ(info->header.time_column, "ds");
  EXPECT_EQ(info->header.time_format, TimeFormat::kDateTimeZ);
  EXPECT_EQ(info->header.horizon, 18);
  EXPECT_THAT(Ids(store, run), ElementsAre("a", std::string("b\0\xff", 3), "c"));
  int visited = 0;
  ASSERT_OK(store.ForEachTarget(run, {}, [&](const TargetRecord& record) {
    SampleBatch expected;
    expected.Add(record.index, "x", {});
    EXPECT_EQ(record.grid, expected.records()[0].grid);
    EXPECT_EQ(record.fingerprint, expected.records()[0].fingerprint);
    EXPECT_THAT(record.seasons, ElementsAre(12, 24));
    if (record.index == 0) {
      EXPECT_EQ(record.models.size(), 2U);
      EXPECT_EQ(record.models[1].archive, EncodeOutcome(SampleOutcome(0, "theta")));
      EXPECT_EQ(record.models[1].seconds, 0.125);
      EXPECT_EQ(record.validation, "v");
    }
    if (record.index == 1) {
      EXPECT_EQ(record.status, FitStatus::kFailed);
      EXPECT_EQ(record.reason, "worker died");
      EXPECT_TRUE(record.models.empty());
      EXPECT_TRUE(record.validation.empty());
    }
    ++visited;
    return OkStatus();
  }));
  EXPECT_EQ(visited, 3);
}

TEST_F(ModelStore, FindsTargetsByIdAmongThousands) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  const std::int64_t run = *store.BeginRun(SampleHeader(5000), kSampleNow);
  SampleBatch batch;
  char id[16];
  for (int i = 0; i < 5000; i += 3) {  // places without a row, as in a run that is not finished
    std::snprintf(id, sizeof id, "t%05d", i);
    batch.Add(static_cast<std::uint64_t>(i), id, {SampleOutcome(i)});
  }
  ASSERT_OK(store.Append(run, batch.records()));
  EXPECT_THAT(Ids(store, run, {"t04998", "t00000", "nobody", "t00001", "t02001", "t02001", "t99999", ""}),
              ElementsAre("t00000", "t02001", "t04998"));
  for (int i = 0; i < 5000; ++i) {
    std::snprintf(id, sizeof id, "t%05d", i);
    ASSERT_EQ(Ids(store, run, {id}).size(), i % 3 == 0 ? 1U : 0U) << id;
  }
}

TEST_F(ModelStore, AnUnfinishedRunIsFoundByItsFingerprintAndResumed) {
  std::int64_t run = 0;
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    run = *store.BeginRun(SampleHeader(4, "f1"), kSampleNow);
    SampleBatch batch;
    batch.Add(1, "b", {SampleOutcome(1)});
    batch.Add(3, "d", {SampleOutcome(3)});
    ASSERT_OK(store.Append(run, batch.records()));
    ASSERT_OK(store.CancelRun(run, kSampleNow));
  }
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  EXPECT_FALSE(store.FindRun("f2")->has_value());
  const std::optional<RunInfo> found = *store.FindRun("f1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->state, RunState::kCancelled);
  EXPECT_EQ(*store.SavedTargets(run), (std::vector<bool>{false, true, false, true}));
  EXPECT_EQ((*store.CountByStatus(run))[static_cast<int>(FitStatus::kFitted)], 2U);
  ASSERT_OK(store.ResumeRun(run));
  EXPECT_EQ((*store.FindRun("f1"))->state, RunState::kRunning);
  SampleBatch again;
  again.Add(1, "b", {});
  EXPECT_FALSE(store.Append(run, again.records()).ok());  // already saved
  SampleBatch rest;
  rest.Add(0, "a", {});
  rest.Add(2, "c", {});
  ASSERT_OK(store.Append(run, rest.records()));
  ASSERT_OK(store.FinishRun(run, 4, "{}", 10, kSampleNow));
  EXPECT_THAT(Ids(store, run), ElementsAre("a", "b", "c", "d"));

  const std::vector<std::uint32_t> removed = {1};
  ASSERT_OK(store.ResumeRun(run, removed));
  EXPECT_EQ((*store.FindRun("f1"))->state, RunState::kRunning);
  EXPECT_EQ(*store.SavedTargets(run), (std::vector<bool>{true, false, true, true}));
  EXPECT_THAT(Ids(store, run, {"b"}), ElementsAre());
  ASSERT_OK(store.Append(run, again.records()));
  EXPECT_THAT(Ids(store, run), ElementsAre("a", "b", "c", "d"));
}

TEST_F(ModelStore, ABatchThatFailsLeavesNothingBehind) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  const std::int64_t run = *store.BeginRun(SampleHeader(4), kSampleNow);
  SampleBatch batch;
  batch.Add(0, "a", {SampleOutcome(1)});
  batch.Add(1, "b", {});
  const ModelRecord damaged{"not an archive", 0};
  batch.records()[1].models.push_back(damaged);
  const Status status = store.Append(run, batch.records());
  EXPECT_EQ(status.code(), StatusCode::kCorrupt);
  EXPECT_THAT(status.message(), HasSubstr("target b"));
  EXPECT_THAT(Ids(store, run), ElementsAre());
  batch.records().pop_back();
  ASSERT_OK(store.Append(run, batch.records()));
}

TEST_F(ModelStore, TheRunAskedForLastIsTheOneToForecastFrom) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  std::vector<std::int64_t> runs;
  for (const char* fingerprint : {"f1", "f2"}) {
    runs.push_back(*store.BeginRun(SampleHeader(1, fingerprint), kSampleNow));
    SampleBatch batch;
    batch.Add(0, "a", {SampleOutcome(1)});
    ASSERT_OK(store.Append(runs.back(), batch.records()));
    ASSERT_OK(store.FinishRun(runs.back(), 1, "{}", 10, kSampleNow));
  }
  EXPECT_EQ(store.LatestRun()->run, runs[1]);
  ASSERT_OK(store.UseRun(runs[0]));
  EXPECT_EQ(store.LatestRun()->run, runs[0]);
  ASSERT_OK(store.ResumeRun(runs[0]));
  EXPECT_EQ(store.LatestRun()->run, runs[1]);
}

TEST_F(ModelStore, ARunWithoutAllItsTargetsIsNotFinished) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  const std::int64_t good = *store.BeginRun(SampleHeader(1, "f1"), kSampleNow);
  SampleBatch batch;
  batch.Add(0, "a", {SampleOutcome(1)});
  ASSERT_OK(store.Append(good, batch.records()));
  ASSERT_OK(store.FinishRun(good, 1, "{}", 10, kSampleNow));
  const std::int64_t empty = *store.BeginRun(SampleHeader(1, "f2"), kSampleNow);
  const Status status = store.FinishRun(empty, 1, "{}", 10, kSampleNow);
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_THAT(status.message(), HasSubstr("has 0 of its 1 targets"));
  EXPECT_EQ((*store.FindRun("f2"))->state, RunState::kRunning);
  EXPECT_EQ(store.LatestRun()->run, good);
}

TEST_F(ModelStore, KeepsTheNewestRuns) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  for (int i = 0; i < 5; ++i) {
    const std::int64_t run = *store.BeginRun(SampleHeader(1, "f" + std::to_string(i)), kSampleNow);
    SampleBatch batch;
    batch.Add(0, "a", {SampleOutcome(i)});
    ASSERT_OK(store.Append(run, batch.records()));
    ASSERT_OK(store.PutGlobal(run, "pooled-ar", "g" + std::to_string(i)));
    ASSERT_OK(store.FinishRun(run, 1, "{}", 2, kSampleNow));
  }
  const std::vector<RunInfo> runs = *store.ListRuns();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].header.fingerprint, "f4");
  EXPECT_EQ(runs[1].header.fingerprint, "f3");
  EXPECT_EQ(*store.GetGlobal(runs[1].run, "pooled-ar"), "g3");
  EXPECT_EQ(store.GetGlobal(1, "pooled-ar").status().code(), StatusCode::kNotFound);
  EXPECT_THAT(Ids(store, 1), ElementsAre());
}

TEST_F(ModelStore, KeepsGlobalsCostModelAndQuarantine) {
  Store store = OpenOrDie(path_, Store::Mode::kCreate);
  const std::int64_t run = *store.BeginRun(SampleHeader(1), kSampleNow);
  EXPECT_EQ(store.GetCostModel().status().code(), StatusCode::kNotFound);
  const std::string blob("\0\1\2", 3);
  ASSERT_OK(store.PutCostModel("first"));
  ASSERT_OK(store.PutCostModel(blob));
  EXPECT_EQ(*store.GetCostModel(), blob);
  ASSERT_OK(store.PutGlobal(run, "b", ""));
  ASSERT_OK(store.PutGlobal(run, "a", blob));
  EXPECT_THAT(*store.GlobalNames(run), ElementsAre("a", "b"));
  EXPECT_EQ(*store.GetGlobal(run, "b"), "");
  const std::vector<QuarantineEntry> entries = {{"\xff", "oom", "d1", "a1", "t1"},
                                                {"a", "signal:11", "d2", "a2", "t2"}};
  ASSERT_OK(store.PutQuarantine(entries));
  ASSERT_OK(store.PutQuarantine(std::vector<QuarantineEntry>{{"a", "timeout", "d3", "a2", "t3"}}));
  std::vector<QuarantineEntry> listed = *store.ListQuarantine();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].id, "a");
  EXPECT_EQ(listed[0].cause, "timeout");
  EXPECT_EQ(listed[1].id, "\xff");
  ASSERT_OK(store.RemoveQuarantine(std::vector<std::string>{"a", "nobody"}));
  EXPECT_EQ(store.ListQuarantine()->size(), 1U);
}

TEST_F(ModelStore, ReadersSeeCommittedBatchesWhileARunIsWritten) {
  Store writer = OpenOrDie(path_, Store::Mode::kCreate);
  const std::int64_t run = *writer.BeginRun(SampleHeader(3), kSampleNow);
  SampleBatch first;
  first.Add(0, "a", {SampleOutcome(0)});
  ASSERT_OK(writer.Append(run, first.records()));
  {
    const Store reader = OpenOrDie(path_, Store::Mode::kRead);
    EXPECT_THAT(Ids(reader, run), ElementsAre("a"));
    SampleBatch second;
    second.Add(1, "b", {SampleOutcome(1)});
    // One reading is one snapshot, whatever is committed in its middle.
    std::vector<std::string> seen;
    ASSERT_OK(reader.ForEachTarget(run, {}, [&](const TargetRecord& record) {
      seen.emplace_back(record.id);
      return seen.size() == 1 ? writer.Append(run, second.records()) : OkStatus();
    }));
    EXPECT_THAT(seen, ElementsAre("a"));
    EXPECT_THAT(Ids(reader, run), ElementsAre("a", "b"));
    EXPECT_FALSE(reader.LatestRun().value().run != run);
  }
  // Closing the reader has dropped neither the writer's lock nor SQLite's: another process still meets both.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const int fd = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    const bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct flock sqlite_lock = {};
    sqlite_lock.l_type = F_WRLCK;
    const bool shared = fcntl(fd, F_GETLK, &sqlite_lock) == 0 && sqlite_lock.l_type == F_RDLCK;
    _exit(held && shared ? 0 : 1);
  }
  int exit_status = 0;
  waitpid(child, &exit_status, 0);
  EXPECT_EQ(exit_status, 0);
}

TEST_F(ModelStore, PathsWithUriCharactersAreFiles) {
  const std::string odd = dir_.File("50%41 a?mode=memory#x \xc3\xa4.db");
  { OpenOrDie(odd, Store::Mode::kCreate); }
  EXPECT_TRUE(std::filesystem::exists(odd));
  EXPECT_TRUE(Store::Open(odd, Store::Mode::kRead).ok());
}

TEST_F(ModelStore, PeopleCanQueryItsColumns) {
  {
    Store store = OpenOrDie(path_, Store::Mode::kCreate);
    const std::int64_t run = *store.BeginRun(SampleHeader(2), kSampleNow);
    SampleBatch batch;
    batch.Add(1, "b", {SampleOutcome(1), SampleOutcome(1, "theta")});
    ASSERT_OK(store.Append(run, batch.records()));
  }
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db,
                               "SELECT group_concat(run || id || algorithm || spec || status || n, ' ') FROM fits "
                               "UNION ALL SELECT run || ',' || idx || ',' || typeof(id) FROM series "
                               "UNION ALL SELECT run || ',' || aic FROM fits WHERE algorithm = 'theta'",
                               -1, &statement, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(db);
  std::vector<std::string> rows;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    rows.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
  }
  EXPECT_THAT(rows, ElementsAre("1betsA,Ad,Mfitted101 1bthetaA,Ad,Mfitted101", "1,1,text", "1,3.1"));
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

}  // namespace
}  // namespace fitd::model_store_test
