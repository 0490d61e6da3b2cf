// A folder that stands for / in tests of what a process reads in /proc and /sys.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace fitd {

class FakeRoot {
 public:
  FakeRoot() {
    char name[] = "/tmp/fitd-root-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;
  void Write(const std::string& file, const std::string& text) const {
    const std::filesystem::path full = path_ + file;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace fitd
