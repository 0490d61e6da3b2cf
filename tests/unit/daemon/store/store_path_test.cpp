// Where a store is: missing folders, links, odd names, and files that go or are replaced while they are written.
#include <sys/stat.h>

#include <fstream>
#include <functional>

#include "common/checksum.h"
#include "daemon/output/export_run.h"
#include "daemon/output/output_sink.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::store_path_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ModelStore, AMissingFolderCannotBeCreatedAndSaysSo) {
  const Status status = Store::Open(dir_.File("no/such/m.db"), Store::Mode::kCreate).status();
  EXPECT_EQ(ExitCode(status), 73);
  EXPECT_THAT(status.message(), HasSubstr("mkdir -p"));
  EXPECT_EQ(ExitCode(Store::Open(dir_.path(), Store::Mode::kCreate).status()), 73);  // a folder
  EXPECT_EQ(ExitCode(Store::Open(path_, Store::Mode::kRead).status()), 66);
  EXPECT_EQ(ExitCode(Store::Open(path_, Store::Mode::kWrite).status()), 66);
  EXPECT_THAT(dir_.List(), ElementsAre());
}

TEST_F(ModelStore, WhatIsNoFileIsCalledWhatItIs) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const std::pair<std::string, const char*> cases[] = {
      {path_, "is a FIFO, not a file"}, {"/dev/null", "is a device, not a file"}, {dir_.path(), "is a folder"}};
  for (const auto& [path, said] : cases) {
    for (const Store::Mode mode : {Store::Mode::kCreate, Store::Mode::kWrite, Store::Mode::kRead}) {
      const Status status = Store::Open(path, mode).status();
      EXPECT_EQ(ExitCode(status), mode == Store::Mode::kRead ? 66 : 73);
      EXPECT_THAT(status.message(), HasSubstr("the store " + path + " " + said));
    }
  }
}

TEST_F(ModelStore, ALinkToNowhereNamesWhatIsMissing) {
  std::filesystem::create_symlink(dir_.File("no/such/other.db"), dir_.File("second"));
  std::filesystem::create_symlink("second", path_);
  Status status = Store::Open(path_, Store::Mode::kCreate).status();
  EXPECT_EQ(ExitCode(status), 73);
  EXPECT_THAT(status.message(), HasSubstr("a link to " + dir_.File("no/such/other.db")));
  EXPECT_THAT(status.message(), HasSubstr("there is no folder " + dir_.File("no/such") + "; create it (mkdir -p)"));
  std::filesystem::create_directories(dir_.File("no/such"));
  status = Store::Open(path_, Store::Mode::kCreate).status();
  EXPECT_THAT(status.message(), HasSubstr("that file does not exist"));
  std::ofstream(dir_.File("no/such/other.db")).close();
  EXPECT_TRUE(Store::Open(path_, Store::Mode::kCreate).ok());
  std::filesystem::remove(path_);
  std::filesystem::create_symlink("m.db", path_);
  EXPECT_FALSE(Store::Open(path_, Store::Mode::kCreate).ok());  // in a circle
}

TEST_F(ModelStore, NoNameOfAFileIsMagic) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(dir_.path());
  const std::string names[] = {
      ":memory:", "file:m.db?mode=memory", "file::memory:", "m.db?mode=memory", "%6d.db", "/" + path_, "a#b ?c.db"};
  for (const std::string& name : names) {
    { ASSERT_OK(OpenOrDie(name, Store::Mode::kCreate).BeginRun(SampleHeader(1), kSampleNow).status()); }
    EXPECT_GT(std::filesystem::file_size(name), 0U) << name;
    EXPECT_EQ(OpenOrDie(name, Store::Mode::kRead).ListRuns()->size(), 1U) << name;
  }
  EXPECT_EQ(dir_.List().size(), std::size(names));
  std::filesystem::current_path(before);
}

// A writer with one batch saved of a run of two.
Store HalfARun(const std::string& path) {
  Store store = OpenOrDie(path, Store::Mode::kCreate);
  const std::int64_t run = *store.BeginRun(SampleHeader(2), kSampleNow);
  SampleBatch batch;
  batch.Add(0, "host-1", {SampleOutcome(0)});
  EXPECT_TRUE(store.Append(run, batch.records()).ok());
  return store;
}

TEST_F(ModelStore, ANewFileInThePlaceOfTheOneThatIsWrittenIsNoticed) {
  const std::string other = dir_.File("other.db");
  { HalfARun(other); }
  const std::vector<std::function<void()>> faults = {
      [&] { std::filesystem::remove(path_); },
      [&] { std::filesystem::rename(path_, dir_.File("moved.db")); },
      [&] { std::filesystem::rename(other, path_); },
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    SCOPED_TRACE(i);
    std::filesystem::remove(path_);
    {
      Store store = HalfARun(path_);
      faults[i]();
      SampleBatch batch;
      batch.Add(1, "host-2", {SampleOutcome(1)});
      for (const Status& status : {store.Append(1, batch.records()), store.FinishRun(1, 1, "{}", 10, kSampleNow),
                                   store.CancelRun(1, kSampleNow)}) {
        EXPECT_EQ(status.code(), StatusCode::kIo) << status.message();
        EXPECT_THAT(status.message(), HasSubstr("m.db was removed or replaced"));
      }
    }
    EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
  }
  // What took the place is whole, and is written again.
  Store store = OpenOrDie(path_, Store::Mode::kWrite);
  EXPECT_THAT(*store.SavedTargets(1), ElementsAre(true, false));
  ASSERT_OK(store.CancelRun(1, kSampleNow));
}

TEST_F(ModelStore, AStoreRemovedDuringTheLastStepIsNoticed) {
  Store store = HalfARun(path_);
  ASSERT_OK(store.UseRun(1));
  std::filesystem::create_hard_link(path_, dir_.File("kept.db"));
  ASSERT_OK(store.FinishRun(1, 1, "{}", 10, kSampleNow));  // another name of the same file is no matter
  std::filesystem::remove(path_);
  EXPECT_EQ(store.FinishRun(1, 1, "{}", 10, kSampleNow).code(), StatusCode::kIo);
}

}  // namespace
}  // namespace fitd::store_path_test
