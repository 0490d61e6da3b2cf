// A store in which two runs are saved and a third is begun, for tests in which something fails meanwhile: what training
// does to a store, and what must hold after any fault.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "daemon/output/export_run.h"
#include "daemon/output/output_sink.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace fitd {

inline constexpr int kTargets = 60;
inline constexpr int kBatch = 20;
inline constexpr char kFingerprint[] = "new";

// Targets of the run with `tag`, large enough for overflow pages and several pages a batch.
inline void AddTargets(SampleBatch& batch, int tag, int first, int last) {
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
inline int& SavedBatches() {
  static int* const count =
      static_cast<int*>(mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *count;
}

// What `fitd train` does to a store: take up the run or begin it, save what is missing, finish.
inline Status Train(const std::string& path, const char* fingerprint, int tag) {
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

inline std::string ExportOf(const std::string& path, const char* fingerprint) {
  const Result<Store> store = Store::Open(path, Store::Mode::kRead);
  if (!store.ok()) return store.status().message();
  const Result<std::optional<RunInfo>> run = store->FindRun(fingerprint);
  if (!run.ok()) return run.status().message();
  if (!run->has_value()) return "no such run";
  StringSink sink;
  const Status status = ExportRun(*store, **run, ExportFormat::kJson, sink);
  return status.ok() ? sink.written() : status.message();
}

inline void ExpectIntegrity(const std::string& path) {
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
inline int InChild(const std::function<int()>& body) {
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
    ASSERT_THAT(new_export_, ::testing::HasSubstr("t0059"));
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
        EXPECT_THAT(status.message(), ::testing::HasSubstr("store.db")) << at;
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

}  // namespace fitd
