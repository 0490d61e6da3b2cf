#include "common/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/support/temp_dir.h"

namespace fitd::atomic_file_test {
namespace {

namespace fs = std::filesystem;

unsigned ModeOf(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0U;
}

TEST(WholeFile, HasTheModeThatTheUmaskLeaves) {
  const TempDir dir;
  const mode_t before = ::umask(022);
  EXPECT_TRUE(WriteWholeFile(dir.File("usual"), "x").ok());
  EXPECT_TRUE(WriteWholeFile(dir.File("group"), "x", 0640).ok());
  ::umask(before);
  EXPECT_EQ(ModeOf(dir.File("usual")), 0644U);
  EXPECT_EQ(ModeOf(dir.File("group")), 0640U);
}

TEST(WholeFile, ReplacesWhatALinkNames) {
  const TempDir dir;
  fs::create_directory(dir.File("there"));
  fs::create_symlink("there/real", dir.File("link"));
  fs::create_symlink("link", dir.File("link-to-link"));
  fs::create_symlink("loop", dir.File("loop"));
  EXPECT_TRUE(CheckReplaceable(dir.File("link-to-link")).ok());
  for (const char* text : {"first", "second"}) {  // not there yet, and there
    const Status written = WriteWholeFile(dir.File("link-to-link"), text);
    ASSERT_TRUE(written.ok()) << written.message();
    EXPECT_EQ(*ReadWholeFile(dir.File("there/real")), text);
    EXPECT_TRUE(fs::is_symlink(dir.File("link-to-link")) && fs::is_symlink(dir.File("link")));
  }
  EXPECT_FALSE(WriteWholeFile(dir.File("loop"), "x").ok());
  EXPECT_TRUE(fs::is_symlink(dir.File("loop")));
}

TEST(WholeFile, RefusesWhatIsNoFile) {
  const TempDir dir;
  ASSERT_EQ(::mkfifo(dir.File("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", dir.File("link"));
  for (const char* name : {"pipe", "link"}) {
    EXPECT_EQ(CheckReplaceable(dir.File(name)).code(), StatusCode::kUsage) << name;
    EXPECT_EQ(WriteWholeFile(dir.File(name), "x").code(), StatusCode::kUsage) << name;
  }
  EXPECT_TRUE(fs::is_fifo(dir.File("pipe")));
  EXPECT_EQ(CheckReplaceable(dir.path()).code(), StatusCode::kIo);
  EXPECT_EQ(CheckReplaceable(dir.File("absent/file")).code(), StatusCode::kNotFound);
  EXPECT_TRUE(CheckReplaceable(dir.File("file")).ok());
  EXPECT_EQ(dir.List().size(), 2U);
}

TEST(WholeFile, LeavesTheOldFileWhenTheNewOneCannotBeWritten) {
  const TempDir dir;
  ASSERT_TRUE(WriteWholeFile(dir.File("file"), "old").ok());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit none{0, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const Status written = WriteWholeFile(dir.File("file"), "new");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(written.code(), StatusCode::kIo);
  EXPECT_EQ(*ReadWholeFile(dir.File("file")), "old");
  EXPECT_EQ(dir.List().size(), 1U);
}

}  // namespace
}  // namespace fitd::atomic_file_test
