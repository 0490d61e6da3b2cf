// The store in a folder or a file that may not be written.
#include <grp.h>
#include <sys/stat.h>

#include "tests/unit/daemon/store/store_fault_fixture.h"

namespace fitd::store_read_only_test {
namespace {

class StoreReadOnly : public StoreFault {
 protected:
  // Runs `body` as a user who may not write to the folder.
  int AsNobody(const std::function<int()>& body) {
    return InChild([&] {
      if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0)) return 90;
      return body();
    });
  }
  void Lock(mode_t file_mode) {
    Restart();
    ASSERT_EQ(chmod(path_.c_str(), file_mode), 0);
    ASSERT_EQ(chmod(dir_.path().c_str(), 0555), 0);
  }
  void TearDown() override {
    chmod(dir_.path().c_str(), 0755);
    StoreFault::TearDown();
  }
};

TEST_F(StoreReadOnly, AReaderNeedsNoWritePermission) {
  Lock(0444);
  EXPECT_EQ(AsNobody([&] { return ExportOf(path_, "old") == old_export_ ? 0 : 1; }), 0);
  EXPECT_THAT(dir_.List(), ::testing::UnorderedElementsAre("template.db", "undisturbed.db", "store.db"));
}

TEST_F(StoreReadOnly, AWriterIsToldThatItMayNot) {
  Lock(0444);
  EXPECT_EQ(AsNobody([&] { return ExitCode(Train(path_, kFingerprint, 2)); }), 77);
  EXPECT_EQ(AsNobody([&] { return ExitCode(Train(dir_.File("new.db"), kFingerprint, 2)); }), 73);
  ASSERT_EQ(chmod(path_.c_str(), 0000), 0);
  EXPECT_EQ(AsNobody([&] { return ExitCode(Store::Open(path_, Store::Mode::kRead).status()); }), 77);
}

TEST_F(StoreReadOnly, AWritableFileInAReadOnlyFolderIsAPermissionError) {
  Lock(0666);
  EXPECT_EQ(AsNobody([&] { return ExitCode(Train(path_, kFingerprint, 2)); }), 77);
}

TEST_F(StoreReadOnly, AReaderBesideAWriterReadsOrIsToldWhyNot) {
  Restart();
  Result<Store> writer = Store::Open(path_, Store::Mode::kWrite);
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->PutCostModel("x").ok());
  ASSERT_EQ(chmod(dir_.path().c_str(), 0555), 0);
  // The log and its shared memory are there and readable: SQLite takes a snapshot without writing.
  EXPECT_EQ(AsNobody([&] { return ExportOf(path_, "old") == old_export_ ? 0 : 1; }), 0);
  ASSERT_EQ(chmod((path_ + "-shm").c_str(), 0600), 0);
  ASSERT_EQ(chmod((path_ + "-wal").c_str(), 0600), 0);
  EXPECT_EQ(AsNobody([&] {
              const Status status = Store::Open(path_, Store::Mode::kRead).status();
              return status.message().find("being written") != std::string::npos ? ExitCode(status) : 1;
            }),
            77);
}

TEST_F(StoreReadOnly, AFileThatChangesUnderAReaderWithoutLocksIsNoticed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs two users (root)";
  Lock(0644);
  int changed[2], opened[2];
  ASSERT_EQ(pipe(changed), 0);
  ASSERT_EQ(pipe(opened), 0);
  const pid_t reader = fork();
  if (reader == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(90);
    const Result<Store> store = Store::Open(path_, Store::Mode::kRead);
    char byte = 'x';
    if (!store.ok() || write(opened[1], &byte, 1) != 1 || read(changed[0], &byte, 1) != 1) _exit(91);
    _exit(store->ForEachTarget(1, {}, [](const TargetRecord&) { return OkStatus(); }).code() == StatusCode::kBusy ? 0
                                                                                                                  : 1);
  }
  char byte = 0;
  ASSERT_EQ(read(opened[0], &byte, 1), 1);
  ASSERT_EQ(chmod(dir_.path().c_str(), 0755), 0);
  ASSERT_TRUE(Train(path_, kFingerprint, 2).ok());
  ASSERT_EQ(write(changed[1], &byte, 1), 1);
  int status = 0;
  waitpid(reader, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  for (const int fd : {changed[0], changed[1], opened[0], opened[1]}) close(fd);
}

}  // namespace
}  // namespace fitd::store_read_only_test
