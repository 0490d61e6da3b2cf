// An empty folder with room for a store, and shortcuts around it, for the tests of the model store.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "daemon/store/model_store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

namespace fitd {
#define ASSERT_OK(expr)                                 \
  do {                                                  \
    const ::fitd::Status s_ = (expr);                   \
    ASSERT_TRUE(s_.ok()) << #expr ": " << s_.message(); \
  } while (false)

inline Store OpenOrDie(const std::string& path, Store::Mode mode) {
  Result<Store> store = Store::Open(path, mode);
  if (!store.ok()) {
    ADD_FAILURE() << store.status().message();
    std::abort();
  }
  return std::move(store).value();
}

inline void Sql(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << (error ? error : "");
  sqlite3_free(error);
  sqlite3_close(db);
}

// Two runs of 400 targets, two models each; some targets have no validation, so that nothing but their place protects
// their rows.
inline void MakeStore(const std::string& path, std::uint64_t step) {
  Store store = OpenOrDie(path, Store::Mode::kCreate);
  for (const std::string fingerprint : {"first", "second"}) {
    const std::int64_t run = *store.BeginRun(SampleHeader(400, fingerprint), kSampleNow);
    for (std::uint64_t part = 0; part < step; ++part) {
      SampleBatch batch;
      for (std::uint64_t i = part; i < 400; i += step) {
        const int number = static_cast<int>(i);
        batch.Add(i, fingerprint + std::to_string(1000 + i), {SampleOutcome(number), SampleOutcome(number, "theta")},
                  i % 3 == 0 ? "" : std::string(100, 'v'));
      }
      ASSERT_OK(store.Append(run, batch.records()));
    }
    ASSERT_OK(store.PutGlobal(run, "combination", std::string(300, 'c')));
    ASSERT_OK(store.PutGlobal(run, "pooled", std::string(9000, 'p')));
    ASSERT_OK(store.FinishRun(run, 400, "{\"targets\":400}", 10, kSampleNow));
  }
  ASSERT_OK(store.UseRun(1));
}

// What a disk gives back that has forgotten a page.
inline void ZeroPage(const std::string& path, std::uintmax_t page) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(page * 4096));
  file << std::string(4096, '\0');
}

class ModelStore : public ::testing::Test {
 protected:
  TempDir dir_;
  std::string path_ = dir_.File("m.db");
};

}  // namespace fitd
