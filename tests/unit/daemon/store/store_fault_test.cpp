// The store on a disk that fails: at every write, sync, truncation, creation and deletion in turn, until one whole
// scenario passes untouched. After each fault the earlier run is intact, the new one can be taken up, and the models
// exported at the end are the bytes of an undisturbed run.
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <optional>

#include "daemon/output/export_run.h"
#include "daemon/output/output_sink.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace fitd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kTargets = 60;
constexpr int kBatch = 20;
constexpr char kFingerprint[] = "new";

// Targets of the run with `tag`, large enough for overflow pages and several pages a batch.
void AddTargets(SampleBatch& batch, int tag, int first, int last) {
  for (int i = first; i < last; ++i) {
    FitOutcome outcome = SampleOutcome(i + tag);
    outcome.model.states.push_back({"errors", std::vector<double>(static_cast<std::size_t>(20 * (i % 7)), 0.5 * i)});
    outcome.model.payload = std::string(i == 5 ? 20'000 : 10, static_cast<char>('a' + tag));
    char id[16];
    std::snprintf(id, sizeof id, "t%04d", i);
    batch.Add(static_cast<std::uint64_t>(i), id, {outcome, SampleOutcome(i, "theta")});
  }
}

// Batches that Append has said are saved; shared with children, so that it survives them.
int& SavedBatches() {
  static int* const count =
      static_cast<int*>(mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *count;
}

// What `fitd train` does to a store: take up the run or begin it, save what is missing, finish.
Status Train(const std::string& path, const char* fingerprint, int tag) {
  FITD_ASSIGN_OR_RETURN(Store store, Store::Open(path, Store::Mode::kCreate));
  FITD_ASSIGN_OR_RETURN(const std::optional<RunInfo> found, store.FindRun(fingerprint));
  if (found && found->state == RunState::kComplete) return OkStatus();
  std::int64_t run = 0;
  if (found) {
    run = found->run;
    FITD_RETURN_IF_ERROR(store.ResumeRun(run));
  } else {
    FITD_ASSIGN_OR_RETURN(run, store.BeginRun(SampleHeader(kTargets, fingerprint), kSampleNow));
  }
  FITD_RETURN_IF_ERROR(store.PutGlobal(run, "pooled-ar", std::string(3000, 'g')));
  FITD_ASSIGN_OR_RETURN(const std::vector<bool> saved, store.SavedTargets(run));
  for (int first = 0; first < kTargets; first += kBatch) {
    if (saved[static_cast<std::size_t>(first)]) continue;  // batches are atomic: its first target stands for all
    SampleBatch batch;
    AddTargets(batch, tag, first, first + kBatch);
    FITD_RETURN_IF_ERROR(store.Append(run, batch.records()));
    ++SavedBatches();
  }
  return store.FinishRun(run, kTargets, "{}", 2, kSampleNow);
}

std::string ExportOf(const std::string& path, const char* fingerprint) {
  const Result<Store> store = Store::Open(path, Store::Mode::kRead);
  if (!store.ok()) return store.status().message();
  const Result<std::optional<RunInfo>> run = store->FindRun(fingerprint);
  if (!run.ok()) return run.status().message();
  if (!run->has_value()) return "no such run";
  StringSink sink;
  const Status status = ExportRun(*store, **run, ExportFormat::kJson, sink);
  return status.ok() ? sink.written() : status.message();
}

void ExpectIntegrity(const std::string& path) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  std::string answer;
  const auto keep = [](void* out, int, char** values, char**) {
    *static_cast<std::string*>(out) += std::string(values[0]) + "\n";
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(db, "PRAGMA integrity_check", keep, &answer, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  EXPECT_EQ(answer, "ok\n");
  sqlite3_close(db);
}

// Runs `body` in a child and returns its exit code; 128 + n after a signal.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

class StoreFault : public ::testing::Test {
 protected:
  void SetUp() override {
    InstallFaultVfs({});
    // Two runs are there already, so that finishing the new one removes the older of them.
    ASSERT_TRUE(Train(dir_.File("template.db"), "oldest", 3).ok());
    ASSERT_TRUE(Train(dir_.File("template.db"), "old", 1).ok());
    old_export_ = ExportOf(dir_.File("template.db"), "old");
    ASSERT_TRUE(Train(dir_.File("undisturbed.db"), kFingerprint, 2).ok());
    new_export_ = ExportOf(dir_.File("undisturbed.db"), kFingerprint);
    ASSERT_THAT(new_export_, HasSubstr("t0059"));
  }

  void TearDown() override { RemoveFaultVfs(); }

  void Restart() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + suffix);
    std::filesystem::copy_file(dir_.File("template.db"), path_);
    SavedBatches() = 0;
  }

  // Every batch that was reported saved is there.
  void ExpectPromisesKept() {
    const Result<Store> store = Store::Open(path_, Store::Mode::kRead);
    ASSERT_TRUE(store.ok()) << store.status().message();
    const std::optional<RunInfo> run = *store->FindRun(kFingerprint);
    const std::vector<bool> saved = run ? *store->SavedTargets(run->run) : std::vector<bool>();
    ASSERT_GE(std::count(saved.begin(), saved.end(), true), SavedBatches() * kBatch);
  }

  // After any fault: the old run is whole, training again completes the new one, and the bytes are the same.
  void ExpectRecovery(std::int64_t at) {
    SCOPED_TRACE("operation " + std::to_string(at));
    ASSERT_EQ(ExportOf(path_, "old"), old_export_);
    ExpectPromisesKept();
    const Status again = Train(path_, kFingerprint, 2);
    ASSERT_TRUE(again.ok()) << again.message();
    ASSERT_EQ(ExportOf(path_, kFingerprint), new_export_);
    ASSERT_EQ(ExportOf(path_, "old"), old_export_);
    ASSERT_FALSE(std::filesystem::exists(path_ + "-wal"));
    ASSERT_FALSE(std::filesystem::exists(path_ + "-shm"));
  }

  // Fails operation 0, 1, 2, ... of training until it passes untouched. Returns how many there were.
  void FailEveryOperation(FaultKind kind, StatusCode expected) {
    std::int64_t at = 0;
    for (bool struck = true; struck && at < 5000; ++at) {
      Restart();
      InstallFaultVfs({kind, at, 1});
      const Status status = Train(path_, kFingerprint, 2);
      struck = FaultVfsHasStruck();
      InstallFaultVfs({});
      if (!status.ok()) {
        EXPECT_EQ(status.code(), expected) << at << ": " << status.message();
        EXPECT_THAT(status.message(), HasSubstr("store.db")) << at;
        EXPECT_TRUE(struck);
      }
      ExpectRecovery(at);
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(at, 30);  // the scenario has many operations, or the loop tested nothing
    ExpectIntegrity(path_);
  }

  // Ends a child at operation 0, 1, 2, ... until it completes.
  void EndAtEveryOperation(FaultKind kind, std::uint64_t seed) {
    int code = kFaultExitCode;
    std::int64_t at = 0;
    for (; code == kFaultExitCode && at < 5000; ++at) {
      Restart();
      code = InChild([&] {
        InstallFaultVfs({kind, at, seed});
        return Train(path_, kFingerprint, 2).ok() ? 0 : 1;
      });
      ASSERT_TRUE(code == 0 || code == kFaultExitCode) << code;
      ExpectRecovery(at);
      if (HasFatalFailure()) return;
    }
    EXPECT_EQ(code, 0);
    EXPECT_GT(at, 30);
    ExpectIntegrity(path_);
  }

  TempDir dir_;
  std::string path_ = dir_.File("store.db");
  std::string old_export_;
  std::string new_export_;
};

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

class Tmpfs {
 public:
  explicit Tmpfs(const std::string& path, const char* options) : path_(path) {
    std::filesystem::create_directory(path);
    mounted_ = mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
  }
  ~Tmpfs() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  std::string path_;
  bool mounted_;
};

TEST_F(StoreFault, ATinyDiskIsNamedInAClearSentence) {
  const Tmpfs tiny(dir_.File("tiny"), "size=64k");
  if (!tiny.mounted()) GTEST_SKIP() << "cannot mount a tmpfs (needs root)";
  const Status status = Train(dir_.File("tiny/m.db"), kFingerprint, 2);
  EXPECT_EQ(ExitCode(status), 74);
  EXPECT_THAT(status.message(), HasSubstr("tiny/m.db"));
  EXPECT_THAT(status.message(), HasSubstr("disk is full"));
}

TEST_F(StoreFault, ADiskThatFillsInTheMiddleIsContinuedElsewhere) {
  const Tmpfs small(dir_.File("small"), "size=400k");
  if (!small.mounted()) GTEST_SKIP() << "cannot mount a tmpfs (needs root)";
  const std::string path = dir_.File("small/m.db");
  Status status;
  int tag = 0;
  for (; tag < 30 && status.ok(); ++tag) status = Train(path, ("f" + std::to_string(tag)).c_str(), tag);
  EXPECT_EQ(ExitCode(status), 74) << status.message();
  EXPECT_THAT(status.message(), HasSubstr("disk is full"));
  // Moved to where there is space, the run is completed.
  std::filesystem::copy(dir_.File("small"), dir_.File("larger"));
  const std::string last = "f" + std::to_string(tag - 1);
  status = Train(dir_.File("larger/m.db"), last.c_str(), tag - 1);
  EXPECT_TRUE(status.ok()) << status.message();
}

// RLIMIT_FSIZE is the disk's size that needs no root; the signal it sends is ignored, as a daemon does.
TEST_F(StoreFault, AFileSizeLimitIsAnIoError) {
  Restart();
  const int code = InChild([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {300'000, 300'000};
    setrlimit(RLIMIT_FSIZE, &limit);
    return ExitCode(Train(path_, kFingerprint, 2));
  });
  EXPECT_EQ(code, 74);
  ExpectRecovery(-1);
}

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
}  // namespace fitd
