// The store on a disk that fails: at every write, sync, truncation, creation and deletion in turn, until one whole
// scenario passes untouched. After each fault the earlier run is intact, the new one can be taken up, and the models
// exported at the end are the bytes of an undisturbed run.
#include "tests/unit/daemon/store/store_fault_fixture.h"

namespace fitd::store_fault_test {
namespace {

TEST_F(StoreFault, AnIoErrorAnywhereLosesNothing) {
  FailEveryOperation(FaultKind::kIoError, StatusCode::kIo);
}

TEST_F(StoreFault, ADiskThatFillsAnywhereLosesNothing) {
  FailEveryOperation(FaultKind::kDiskFull, StatusCode::kIo);
}

TEST_F(StoreFault, AFileSystemThatBecomesReadOnlyAnywhereLosesNothing) {
  FailEveryOperation(FaultKind::kReadOnly, StatusCode::kIo);
}

TEST_F(StoreFault, KillAnywhereLosesNothing) {
  EndAtEveryOperation(FaultKind::kKill, 1);
}

// The seed decides which unsynced sectors are lost.
TEST_F(StoreFault, APowerCutAnywhereLosesNothing) {
  EndAtEveryOperation(FaultKind::kPowerLoss, 1);
}

TEST_F(StoreFault, APowerCutThatLosesOtherSectorsLosesNothing) {
  EndAtEveryOperation(FaultKind::kPowerLoss, 2);
}

// A store that is being created has no past to keep, but it must come to life all the same.
TEST_F(StoreFault, KillOrPowerCutDuringCreationLeavesAFileThatCanBeUsed) {
  for (const FaultKind kind : {FaultKind::kKill, FaultKind::kPowerLoss}) {
    int code = kFaultExitCode;
    for (std::int64_t at = 0; code == kFaultExitCode; ++at) {
      for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + suffix);
      code = InChild([&] {
        InstallFaultVfs({kind, at, 5});
        return Train(path_, kFingerprint, 2).ok() ? 0 : 1;
      });
      const Status again = Train(path_, kFingerprint, 2);
      ASSERT_TRUE(again.ok()) << at << ": " << again.message();
      ASSERT_EQ(ExportOf(path_, kFingerprint), new_export_);
    }
    EXPECT_EQ(code, 0);
  }
}

TEST_F(StoreFault, AFailedCreationLeavesNoFile) {
  const std::string fresh = dir_.File("fresh.db");
  std::int64_t at = 0;
  for (bool struck = true; struck; ++at) {
    InstallFaultVfs({FaultKind::kDiskFull, at, 1});
    const Status status = Store::Open(fresh, Store::Mode::kCreate).status();
    struck = FaultVfsHasStruck();
    InstallFaultVfs({});
    if (!status.ok()) {
      EXPECT_EQ(ExitCode(status), 74) << status.message();
      // A file that is left must be one the next command can use.
      EXPECT_TRUE(Store::Open(fresh, Store::Mode::kCreate).ok()) << at;
    }
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(fresh + suffix);
  }
  EXPECT_GT(at, 3);
}

}  // namespace
}  // namespace fitd::store_fault_test
