// The store on a disk that is full or limited.
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/unit/daemon/store/store_fault_fixture.h"

namespace fitd::store_disk_test {
namespace {

using ::testing::HasSubstr;

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

}  // namespace
}  // namespace fitd::store_disk_test
