// One writer at a time: the store's lock within and across processes.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/daemon/store/model_store_fixture.h"

namespace fitd::store_lock_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ModelStore, ASecondWriterIsTurnedAwayWithTheFirstOnesPid) {
  int ready[2];
  int done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    Result<Store> store = Store::Open(path_, Store::Mode::kCreate);
    byte = store.ok() ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(2);
    close(done[1]);
    if (read(done[0], &byte, 1) < 0) _exit(3);
    _exit(0);  // dies without closing the store
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const Status busy = Store::Open(path_, Store::Mode::kCreate).status();
  EXPECT_EQ(busy.code(), StatusCode::kBusy);
  EXPECT_EQ(ExitCode(busy), 75);
  EXPECT_THAT(busy.message(), HasSubstr("process " + std::to_string(child)));
  EXPECT_TRUE(Store::Open(path_, Store::Mode::kRead).ok());  // reading is no writing
  close(done[0]);
  close(done[1]);
  int exit_status = 0;
  waitpid(child, &exit_status, 0);
  EXPECT_TRUE(Store::Open(path_, Store::Mode::kCreate).ok());  // the lock died with its holder
  EXPECT_THAT(dir_.List(), ElementsAre("m.db"));
  close(ready[0]);
  close(ready[1]);
}

TEST_F(ModelStore, ASecondWriterInTheSameProcessIsTurnedAway) {
  {
    const Store first = OpenOrDie(path_, Store::Mode::kCreate);
    EXPECT_EQ(Store::Open(path_, Store::Mode::kWrite).status().code(), StatusCode::kBusy);
  }
  EXPECT_TRUE(Store::Open(path_, Store::Mode::kWrite).ok());
}

}  // namespace
}  // namespace fitd::store_lock_test
