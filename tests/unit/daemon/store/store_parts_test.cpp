#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "daemon/store/store_lock.h"
#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::store_parts_test {
namespace {

constexpr uid_t kStranger = 65534;

class StoreParts : public ModelStore {
 protected:
  void Put(const std::string& end, mode_t mode, uid_t owner = ::geteuid()) const {
    std::ofstream(path_ + end) << "";
    ASSERT_EQ(::chmod((path_ + end).c_str(), mode), 0);
    if (owner == ::geteuid()) return;
    ASSERT_EQ(::chown((path_ + end).c_str(), owner, owner), 0);
  }
  void SetUp() override {
    ModelStore::SetUp();
    Put("", 0644);
  }
};

TEST_F(StoreParts, WhatMorePeopleMayWriteThanTheStoreIsNoPartOfIt) {
  for (const std::string end : {"-wal", "-shm", "-journal"}) {
    Put(end, 0644);
    EXPECT_TRUE(ExpectOwnParts(path_).ok()) << end;
    Put(end, 0666);
    const Status refused = ExpectOwnParts(path_);
    EXPECT_EQ(ExitCode(refused), 77) << end;
    EXPECT_NE(refused.message().find(end + " can be written by more people"), std::string::npos) << refused.message();
    std::filesystem::remove(path_ + end);
  }
  std::filesystem::create_symlink("/dev/null", path_ + "-wal");
  EXPECT_EQ(ExitCode(ExpectOwnParts(path_)), 77);
}

TEST_F(StoreParts, WhatAStrangerPutThereIsNoPartOfIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  for (const std::string end : {"-wal", "-shm", "-journal"}) {
    Put("", 0644);
    Put(end, 0644, kStranger);
    EXPECT_EQ(ExitCode(ExpectOwnParts(path_)), 77) << end;
    std::filesystem::create_symlink(path_, path_ + ".link");
    EXPECT_EQ(ExitCode(ExpectOwnParts(path_ + ".link")), 77) << end;
    std::filesystem::remove(path_ + ".link");
    ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);  // whom the store itself believes
    EXPECT_TRUE(ExpectOwnParts(path_).ok()) << end;
    Put("", 0644);
    ASSERT_EQ(::chown(path_.c_str(), kStranger, kStranger), 0);  // the stranger's own store
    EXPECT_TRUE(ExpectOwnParts(path_).ok()) << end;
    ASSERT_EQ(::chown(path_.c_str(), 0, 0), 0);
    std::filesystem::remove(path_ + end);
  }
}

TEST_F(StoreParts, ALogOfAStrangerIsNotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  std::filesystem::remove(path_);
  { ASSERT_TRUE(Store::Open(path_, Store::Mode::kCreate).ok()); }
  Put("-wal", 0644, kStranger);
  for (const Store::Mode mode : {Store::Mode::kRead, Store::Mode::kWrite, Store::Mode::kCreate}) {
    EXPECT_EQ(ExitCode(Store::Open(path_, mode).status()), 77);
  }
}

}  // namespace
}  // namespace fitd::store_parts_test
