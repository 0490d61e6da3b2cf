// Targets copied from one store to another, every k-th target, and the sums that a store keeps.
#include "daemon/store/target_copy.h"

#include "daemon/store/last_values.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::target_copy_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Everything of a target that a copy must bring over.
std::string Describe(const TargetRecord& target) {
  std::string text = std::to_string(target.index) + ' ' + std::string(target.id) + ' ' +
                     std::to_string(target.num_values) + ' ' + std::string(FitStatusName(target.status)) + ' ' +
                     std::string(target.validation) + std::string(target.history) + ' ' +
                     std::string(target.last_values) + ' ' + std::to_string(target.fingerprint);
  for (const ModelRecord& model : target.models) text += '|' + std::string(model.archive);
  return text;
}

class StoreCopy : public ModelStore {
 protected:
  StoreCopy() {
    SampleBatch batch;
    for (int i = 0; i < 10; ++i) {
      std::vector<FitOutcome> outcomes;
      if (i != 4) outcomes = {SampleOutcome(i), SampleOutcome(i, "theta")};
      batch.Add(static_cast<std::uint64_t>(i), i == 7 ? std::string("h\0t", 3) : "host" + std::to_string(i), outcomes);
      if (i % 3 != 0) batch.records().back().last_values = last_values_;
      batch.records().back().history = "remembered";
    }
    from_run_ = *from_.BeginRun(SampleHeader(10), kSampleNow);
    EXPECT_TRUE(from_.Append(from_run_, batch.records()).ok());
    EXPECT_TRUE(to_.BeginRun(SampleHeader(1, "of another run"), kSampleNow).ok());
    run_ = *to_.BeginRun(SampleHeader(10), kSampleNow);
  }
  Status Copy(const Store& from, std::uint64_t first, std::uint64_t beyond) {
    TargetCopy copy(to_, run_);
    const Status copied = copy.Copy(from, from_run_, first, beyond);
    return copied.ok() ? copy.Commit() : copied;
  }
  static std::vector<std::string> Read(const Store& store, std::int64_t run) {
    TargetFilter filter;
    filter.with_last_values = true;
    std::vector<std::string> all;
    const Status status = store.ForEachTarget(run, filter, [&](const TargetRecord& target) {
      all.push_back(Describe(target));
      return OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status.message();
    return all;
  }

  const std::string last_values_ = PackLastValues(std::vector<double>{1, 2.5, 3});
  const std::string from_path_ = dir_.File("from.db");
  Store from_ = OpenOrDie(from_path_, Store::Mode::kCreate);
  Store to_ = OpenOrDie(path_, Store::Mode::kCreate);
  std::int64_t from_run_ = 0, run_ = 0;
};

TEST_F(StoreCopy, BringsEverythingOverUnderAnotherRun) {
  ASSERT_NE(run_, from_run_);
  ASSERT_OK(Copy(from_, 3, 10));
  ASSERT_OK(Copy(from_, 0, 3));
  EXPECT_EQ(Read(to_, run_), Read(from_, from_run_));
  EXPECT_EQ(Read(to_, run_).size(), 10U);
  EXPECT_FALSE(Copy(from_, 2, 4).ok());  // they are there
  EXPECT_EQ(Read(to_, run_).size(), 10U);
}

TEST_F(StoreCopy, NothingIsCopiedBeforeItIsCommitted) {
  {
    TargetCopy copy(to_, run_);
    ASSERT_OK(copy.Copy(from_, from_run_, 0, 4));
    ASSERT_OK(copy.Commit());
    ASSERT_OK(copy.Copy(from_, from_run_, 4, 10));
  }
  EXPECT_EQ(Read(to_, run_).size(), 4U);
}

TEST_F(StoreCopy, TakesTurnsWithMoreStoresThanAreAttachedAtOnce) {
  Sql(from_path_, "PRAGMA wal_checkpoint(TRUNCATE)");
  std::vector<Store> sources;
  for (int i = 0; i < 10; ++i) {
    const std::string path = dir_.File("copy" + std::to_string(i) + ".db");
    std::filesystem::copy_file(from_path_, path);
    sources.push_back(OpenOrDie(path, Store::Mode::kRead));
  }
  {
    TargetCopy copy(to_, run_);
    for (std::uint64_t i = 0; i < 10; ++i) ASSERT_OK(copy.Copy(sources[i], from_run_, i, i + 1));
  }
  EXPECT_EQ(Read(to_, run_).size(), TargetCopy::kStoresAtOnce);  // the ninth had to let go of the first
  TargetCopy copy(to_, run_);
  for (std::uint64_t i = 8; i < 10; ++i) ASSERT_OK(copy.Copy(sources[9 - i], from_run_, i, i + 1));
  ASSERT_OK(copy.Commit());
  EXPECT_EQ(Read(to_, run_), Read(from_, from_run_));
}

TEST_F(StoreCopy, TakesFromAStoreInAFolderThatCannotBeWritten) {
  const std::string folder = dir_.File("shards");
  std::filesystem::create_directory(folder);
  const std::vector<std::string> all = Read(from_, from_run_);
  from_ = OpenOrDie(dir_.File("unused.db"), Store::Mode::kCreate);  // closes the other, log and all
  std::filesystem::rename(from_path_, folder + "/from.db");
  std::filesystem::permissions(folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  {
    const Store source = OpenOrDie(folder + "/from.db", Store::Mode::kRead);
    EXPECT_TRUE(Copy(source, 0, 10).ok());
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  EXPECT_EQ(Read(to_, run_), all);
}

TEST_F(StoreCopy, DamagedAndIncompleteSourcesAreNamedAndNothingOfThemIsCopied) {
  const std::pair<const char*, const char*> cases[] = {
      {"UPDATE targets SET n = n + 1 WHERE id = 'host5'", "target host5 does not match its checksum"},
      {"DELETE FROM targets WHERE id = 'host5'", "rows are missing or out of order near target host6"},
      {"DELETE FROM targets WHERE id = 'host9'", "of no target near target number 9"},
      {"DELETE FROM targets WHERE id = 'host9'; DELETE FROM models WHERE key >> 8 & 255 = 9",
       "1 targets are missing from number 9 on"},
      {"UPDATE targets SET key = key + 1 WHERE id = 'host5'", "out of order near target host5"},
      {"DELETE FROM models WHERE key >> 8 & 255 = 5", "target number 5 has lost its models"},
      {"DELETE FROM models WHERE key >> 8 & 255 = 5 AND algorithm = 'ets'", "models are missing"},
      {"UPDATE models SET archive = zeroblob(60) WHERE key >> 8 & 255 = 5", "does not match its checksum"},
      {"UPDATE last_values SET value = x'0001'", "last values of target number 1 do not match"},
  };
  for (const auto& [damage, said] : cases) {
    Sql(from_path_, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::filesystem::copy_file(from_path_, dir_.File("bent.db"), std::filesystem::copy_options::overwrite_existing);
    Sql(dir_.File("bent.db"), damage);
    const Store bent = OpenOrDie(dir_.File("bent.db"), Store::Mode::kRead);
    const Status status = Copy(bent, 0, 10);
    EXPECT_EQ(status.code(), StatusCode::kCorrupt) << damage;
    EXPECT_THAT(status.message(), HasSubstr("bent.db"));
    EXPECT_THAT(status.message(), HasSubstr(said)) << damage;
    EXPECT_TRUE(Read(to_, run_).empty()) << damage;
  }
  EXPECT_TRUE(Copy(from_, 0, 10).ok());
}

TEST_F(StoreCopy, EveryThirdTargetIsRead) {
  const auto read = [&](std::uint64_t first, std::uint64_t every) {
    TargetFilter filter;
    filter.first = first;
    filter.every = every;
    std::vector<std::uint64_t> places;
    EXPECT_TRUE(from_
                    .ForEachTarget(from_run_, filter,
                                   [&](const TargetRecord& target) {
                                     places.push_back(target.index);
                                     EXPECT_EQ(target.models.size(), target.index == 4 ? 0U : 2U);
                                     return OkStatus();
                                   })
                    .ok());
    return places;
  };
  EXPECT_THAT(read(0, 3), ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(read(4, 4), ElementsAre(4, 8));
  EXPECT_THAT(read(0, 100), ElementsAre(0));
  const std::int64_t empty = *to_.BeginRun(SampleHeader(10, "empty"), kSampleNow);
  TargetFilter filter;
  filter.every = 2;
  EXPECT_TRUE(
      to_.ForEachTarget(empty, filter, [](const TargetRecord&) { return Status(StatusCode::kInternal, ""); }).ok());
}

TEST_F(StoreCopy, SumsAreThoseOfTheSameData) {
  ASSERT_OK(to_.PutBlockSums(3, 17, "some sums"));
  EXPECT_EQ(*to_.GetBlockSums(3, 17), "some sums");
  EXPECT_EQ(to_.GetBlockSums(3, 18).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(to_.GetBlockSums(2, 17).status().code(), StatusCode::kNotFound);
  ASSERT_OK(to_.PutBlockSums(3, 18, "others"));
  EXPECT_EQ(to_.GetBlockSums(3, 17).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(*to_.GetBlockSums(3, 18), "others");
  Sql(path_, "UPDATE block_sums SET sums = x'00'");
  EXPECT_EQ(to_.GetBlockSums(3, 18).status().code(), StatusCode::kCorrupt);
}

}  // namespace
}  // namespace fitd::target_copy_test
