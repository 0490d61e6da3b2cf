// What a test must not leave behind: child processes, descriptors, names in /dev/shm.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>

namespace fitd {

class Leftovers {
 public:
  // Counts what is there now.
  Leftovers() : fds_(OpenDescriptors()), shm_(Names("/dev/shm")) {}

  void ExpectNone() const {
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child process is left";
    EXPECT_EQ(errno, ECHILD);
    EXPECT_EQ(OpenDescriptors(), fds_);
    for (const std::string& name : Names("/dev/shm")) {
      EXPECT_TRUE(shm_.count(name) == 1 || name.find("fitd") == std::string::npos) << name;
    }
  }

 private:
  static std::set<std::string> Names(const char* folder) {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) names.insert(entry.path().filename());
    return names;
  }
  static std::size_t OpenDescriptors() { return Names("/proc/self/fd").size(); }

  std::size_t fds_;
  std::set<std::string> shm_;
};

}  // namespace fitd
