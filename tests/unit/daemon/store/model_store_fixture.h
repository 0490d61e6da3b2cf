// An empty folder with room for a store, and shortcuts around it, for the tests of the model store.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

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

class ModelStore : public ::testing::Test {
 protected:
  TempDir dir_;
  std::string path_ = dir_.File("m.db");
};

}  // namespace fitd
